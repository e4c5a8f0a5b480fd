#!/bin/sh
#
# Invalid settings: one line of error for each, and nothing is started. Other variables
# of the caller's environment have no effect.

. "$(dirname "$0")/tap.sh"

export VMTEST_OUT="$scratch/out"
mkdir "$scratch/dir"
# shellcheck disable=SC2034 # eval'd
two_lines="A <b@c>
X: <d@e>"

grep -v "^#" "$data/settings/refused" >"$scratch/commands"
refused_each 2 <"$scratch/commands"

no_program() {
	(cd "$scratch" && exits 2 make -s -f "$top/Makefile" image)
}
try "make in another folder" no_program

# make passes its command line to every program, before packages are installed.
by_make() {
	(cd "$top" && PATH="$scratch/no-deps:$PATH" make -s "$@") 2>"$scratch/made"
	code=$?
	grep -v '^make: \*\*\* \[' "$scratch/made" >&2
	return $code
}
for verb in all image vmtest check deb deps torture suites mutants matrix bench tree refresh series selftests tarball shell before-after help clean distclean; do
	refused "make $verb TREEE=base" 2 'TREEE=: no such setting; ' by_make "$verb" TREEE=base
done
refused "make tree TREE=base" 2 'TREE=: TREE does not apply to tree' by_make tree TREE=base
for bad in SHELL=/bin/true .SHELLFLAGS=-n MAKEFLAGS=n VMTEST_GIVEN=; do
	refused "make $bad" 2 "${bad%%=*}=: no such setting" by_make help "$bad"
done
refused "make -i" 2 "make -i would hide failures" by_make -i help
try "make with other flags, and an i in a value" by_make -k --no-print-directory -I /tmp -n vmtest T=ii
try "no file was written" test ! -e "$VMTEST_OUT"

# Only the project's own output folders are accepted, and no space in the path, which the
# kernel's make does not support.
mkdir "$scratch/mine"
echo data >"$scratch/mine/file"
for kind in "a folder of other files" "another project's cache"; do
	refused "fetch, in $kind" 3 "/mine contains other files" env VMTEST_OUT="$scratch/mine" "$vmtest/source/fetch" x
	refused "clean, in $kind" 3 "/mine is not marked" env VMTEST_OUT="$scratch/mine" "$vmtest/build/clean" --all
	try "$kind: it is not removed" test -f "$scratch/mine/file"
	echo "Signature: 8a477f597d28d172789f06886806bc55" >"$scratch/mine/CACHEDIR.TAG"
done
refused "an output folder with a space" 2 'a b: .* path with a space' env VMTEST_OUT="$scratch/a b" "$vmtest/build/image"
refused "an output folder that cannot be created" 3 'cannot write to /proc/out' env VMTEST_OUT=/proc/out "$vmtest/source/fetch" x

# The environment of the programs has no variables of the caller that change make, the
# kernel's build, compilers, git, grep or the locale.
environment() {
	mkdir -p "$scratch/other/room"
	cp -r "$vmtest/lib" "$scratch/other/"
	printf '%s\n' '. "$(dirname "$0")/../lib/common.sh"' 'umask; env' >"$scratch/other/room/tool"
	# shellcheck disable=SC2046 # words
	(umask 077 && env $(printf '%s=/x ' MAKEFLAGS MFLAGS GNUMAKEFLAGS ARCH CROSS_COMPILE LLVM CC HOSTCC KCFLAGS \
		KBUILD_OUTPUT KCONFIG_CONFIG KCONFIG_ALLCONFIG INSTALL_MOD_PATH INSTALL_HDR_PATH CFLAGS LDFLAGS TARGETS \
		SUBARCH CLASSPATH V W C GREP_OPTIONS CDPATH LANG LC_ALL OUT TMPDIR GIT_DIR GIT_INDEX_FILE GIT_WORK_TREE \
		GIT_CONFIG_COUNT GIT_CONFIG_GLOBAL ANY_OTHER) sh "$scratch/other/room/tool") >"$scratch/seen" || return
	cat "$scratch/seen"
	grep -x LC_ALL=C "$scratch/seen" && grep -x 0022 "$scratch/seen" && ! grep '=/x$' "$scratch/seen"
}
try "the caller's environment has no effect" environment
newest_first() {
	newest=$(sed -n 's/^# Base: linux-source-//p' "$top/series.txt")
	"$vmtest/lib/help" | grep "^  BASE=  *$newest "
}
try "the newest base is the default" newest_first

# A machine without the compiler, and without apt.
link_programs flock tail df sleep
refused "a missing tool" 3 'aarch64-linux-gnu-gcc is missing' env PATH="$scratch/bin" "$vmtest/build/image"
refused "no apt" 3 'apt-get is missing: .*KSRC=DIR.*BUSYBOX=FILE' env PATH="$scratch/bin" "$vmtest/source/fetch" busybox-static
rm -rf "$VMTEST_OUT"

# The help of a program lists its settings.
help_of() {
	"$1" --help >"$scratch/help" && grep -q "^${1##*/}" "$scratch/help" || return
	# shellcheck disable=SC2013 # names have no spaces
	! for setting in $(sed -n 's/^takes="\(.*\)"$/\1/p' "$1"); do
		case $setting in T|BUSYBOX|SMP|MEM|TIMEOUT|QEMU|MTE|CPU|KSRC) continue;; esac
		grep -q "$setting" "$scratch/help" || echo "$setting is missing"
	done | grep .
}
grep -l "^#!/bin/sh" "$vmtest"/*/* 2>/dev/null | grep -v "\.sh$\|/guest/" >"$scratch/programs"
while read -r each; do
	try "${each##*/} --help" help_of "$each"
done <"$scratch/programs"
try "--help writes no file" test ! -e "$VMTEST_OUT"

# README lists the exit codes: the verdict's, and those for setup errors.
codes() {
	{
		"$vmtest/boot/verdict" --help | sed -n 's/^ *\([0-9][0-9]*\)  .*/\1/p'
		sed -n 's/^EXIT_[A-Z]*=//p' "$vmtest/lib/common.sh"
	} | sort -n >"$scratch/codes"
	sed -n 's/^| \([0-9][0-9 ]*\) |.*/\1/p' "$top/README.md" | tr ' ' '\n' | sort -n | diff "$scratch/codes" -
}
try "README lists all exit codes" codes
# make help lists exactly the targets of the Makefile.
verbs() {
	sed -n 's/^\.PHONY: all //p' "$top/Makefile" | tr ' ' '\n' | sort >"$scratch/verbs"
	"$vmtest/lib/help" | sed -n 's/^ *make \([a-z-][a-z-]*\).*/\1/p' | sort -u | diff "$scratch/verbs" -
}
try "make help lists all targets" verbs

finish
