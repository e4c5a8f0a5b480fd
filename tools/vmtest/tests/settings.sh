#!/bin/sh
#
# Bad settings: one clear line each, and nothing started; and what the caller's
# environment has is no setting.

. "$(dirname "$0")/tap.sh"

export VMTEST_OUT="$scratch/out"
mkdir "$scratch/dir"
# shellcheck disable=SC2034 # eval'd
two_lines="A <b@c>
X: <d@e>"

refused_each 2 <<'END'
build/image BASE=9.9|unknown BASE '9\.9'; choose one of: .*7\.3
build/image CONFIG=5k|unknown CONFIG '5k'; .* 4k
build/image TREE=serious|unknown TREE 'serious'; .* base .* N from 1 to
build/image TREE=0|unknown TREE '0'
build/image TREE=999|unknown TREE '999'
build/image KSRC=$scratch/dir|KSRC=.*/dir: not a kernel tree
boot/vmtest BASE=7.3 KSRC=$scratch/dir|BASE=7.3 and KSRC=.*/dir
build/image BAES=7.3|BAES=7.3: no such setting; .* BASE
build/image SUITES=mm|SUITES does not apply to image; .* BASE
boot/vmtest MTE=yes|unknown MTE 'yes'
boot/vmtest 'MTE=on off'|unknown MTE 'on off'
boot/vmtest MEM=2X|MEM=2X: must be a
boot/vmtest MEM=1.5G|MEM=1.5G: must be a
boot/vmtest SMP=0|SMP=0: must be a
boot/vmtest SMP=two|SMP=two: must be a
boot/vmtest TIMEOUT=1m|TIMEOUT=1m: must be a
boot/vmtest QEMU=no-qemu|QEMU=no-qemu: no such program
boot/vmtest JUNIT=/nowhere/x.xml|JUNIT=/nowhere/x.xml: cannot be written
boot/vmtest JUNIT=$scratch/dir|JUNIT=.*/dir: cannot be written
boot/vmtest TESTS=nothing|TESTS=nothing: no such
boot/vmtest T=a TESTS=b|T=a: and TESTS=b
boot/vmtest BUSYBOX=/nowhere|BUSYBOX=/nowhere: no such file
boot/vmtest BUSYBOX=/bin/ls|BUSYBOX=/bin/ls: not a static program
check/suites SUITES=nope|unknown SUITES 'nope'; .* mm
check/suites SUITES=' '|SUITES=' ': blank
check/mutants MUTANT=nope|unknown MUTANT 'nope'
check/matrix BASES=1.2|unknown BASES '1.2'
check/matrix CONFIGS=8k|unknown CONFIGS '8k'
source/series AUTHOR=me|AUTHOR=me: not of the form
source/series AUTHOR="$two_lines"|AUTHOR: has to be one line
source/series REROLL=x|REROLL=x: must be a whole number
source/series REROLL=2|PREVIOUS=: no such file
END

# make hands its command line on, with every verb. Nothing is installed first.
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
refused "make suites SUITES=nope" 2 "unknown SUITES 'nope'" by_make suites SUITES=nope
for bad in SHELL=/bin/true .SHELLFLAGS=-n MAKEFLAGS=n VMTEST_GIVEN=; do
	refused "make $bad" 2 "${bad%%=*}=: no such setting" by_make help "$bad"
done
refused "make -i" 2 "make -i would hide failures" by_make -i help
try "make, with other flags and an i in a value" by_make -k --no-print-directory -I /tmp -n vmtest T=ii
try "nothing was left behind" test ! -e "$VMTEST_OUT"

# An output folder is one of ours, or none. The kernel's make takes no space in it.
mkdir "$scratch/mine"
echo data >"$scratch/mine/file"
for kind in "a folder of other files" "another project's cache"; do
	refused "fetch, in $kind" 3 "/mine has files of another origin" env VMTEST_OUT="$scratch/mine" "$vmtest/source/fetch" x
	refused "clean, in $kind" 3 "/mine is not marked" env VMTEST_OUT="$scratch/mine" "$vmtest/build/clean" --all
	try "$kind: it stays" test -f "$scratch/mine/file"
	echo "Signature: 8a477f597d28d172789f06886806bc55" >"$scratch/mine/CACHEDIR.TAG"
done
refused "an output folder with a space" 2 'a b: .* path with a space' env VMTEST_OUT="$scratch/a b" "$vmtest/build/image"
refused "an output folder that can't be made" 3 'cannot write to /proc/out' env VMTEST_OUT=/proc/out "$vmtest/source/fetch" x

# What programs see of a caller's environment: nothing that make, the kernel's
# build, compilers, git, grep or the locale would act on.
environment() {
	mkdir -p "$scratch/other/room"
	cp -r "$vmtest/lib" "$scratch/other/"
	printf '%s\n' '. "$(dirname "$0")/../lib/common.sh"' 'umask; env' >"$scratch/other/room/tool"
	(umask 077 && env MAKEFLAGS=n MFLAGS=-n GNUMAKEFLAGS=-n ARCH=mips CROSS_COMPILE=x- LLVM=1 CC=false \
		HOSTCC=false KCFLAGS=-x KBUILD_OUTPUT=/x KCONFIG_CONFIG=/x KCONFIG_ALLCONFIG=/x INSTALL_MOD_PATH=/x \
		INSTALL_HDR_PATH=/x GREP_OPTIONS=-v CDPATH=/x LANG=de_DE.UTF-8 LC_ALL=de_DE.UTF-8 V=1 W=1 C=1 \
		GIT_DIR=/x GIT_INDEX_FILE=/x GIT_WORK_TREE=/x GIT_CONFIG_COUNT=0 GIT_CONFIG_GLOBAL=/x OUT=/x \
		CFLAGS=-x LDFLAGS=-x TARGETS=x SUBARCH=x TMPDIR=/x CLASSPATH=/x \
		sh "$scratch/other/room/tool") >"$scratch/seen" || return
	cat "$scratch/seen"
	! grep -vE '^(HOME|PATH|USER|LOGNAME|SHELL|TERM|PWD|DEBIAN_FRONTEND|CI|XDG_[A-Z_]*|CCACHE_[A-Z]*|VMTEST_[A-Z]*|.*_(proxy|PROXY)|GIT_CONFIG_GLOBAL|GIT_CONFIG_NOSYSTEM|GIT_ATTR_NOSYSTEM|TMPDIR|LC_ALL|FULL|BASE|CONFIG|TREE|KSRC)=|^0022$' "$scratch/seen" &&
		grep -x LC_ALL=C "$scratch/seen" && grep -x 0022 "$scratch/seen" &&
		! grep -E '=/x$' "$scratch/seen"
}
try "the caller's environment stays outside" environment
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

# What a program takes, its help names.
help_of() {
	"$1" --help >"$scratch/help" && grep -q "^${1##*/}" "$scratch/help" || return
	# shellcheck disable=SC2013 # names have no spaces
	for setting in $(sed -n 's/^takes="\(.*\)"$/\1/p' "$1"); do
		case $setting in T|BUSYBOX|SMP|MEM|TIMEOUT|QEMU|MTE|CPU|KSRC) continue;; esac
		grep -q "$setting" "$scratch/help" || echo "it does not name $setting"
	done >"$scratch/unnamed"
	cat "$scratch/unnamed"
	[ ! -s "$scratch/unnamed" ]
}
grep -l "^#!/bin/sh" "$vmtest"/*/* 2>/dev/null | grep -v "\.sh$\|/guest/" >"$scratch/programs"
while read -r each; do
	try "${each##*/} --help" help_of "$each"
done <"$scratch/programs"
try "--help makes nothing" test ! -e "$VMTEST_OUT"

# The exit codes that README lists: the verdict's, and those of bad settings.
codes() {
	{
		"$vmtest/boot/verdict" --help | sed -n 's/^ *\([0-9][0-9]*\)  .*/\1/p'
		sed -n 's/^EXIT_[A-Z]*=//p' "$vmtest/lib/common.sh"
	} | sort -n >"$scratch/codes"
	sed -n 's/^| \([0-9][0-9 ]*\) |.*/\1/p' "$top/README.md" | tr ' ' '\n' | sort -n | diff "$scratch/codes" -
}
try "README lists all exit codes" codes
# Every verb of the Makefile is explained, and every explained one is there.
verbs() {
	sed -n 's/^\.PHONY: all //p' "$top/Makefile" | tr ' ' '\n' | sort >"$scratch/verbs"
	"$vmtest/lib/help" | sed -n 's/^ *make \([a-z-][a-z-]*\).*/\1/p' | sort -u | diff "$scratch/verbs" -
}
try "make help has all verbs" verbs

finish
