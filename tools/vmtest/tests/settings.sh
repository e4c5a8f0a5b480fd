#!/bin/sh
#
# Bad settings: one clear line each, and nothing started; and what the caller's
# environment has is no setting.

. "$(dirname "$0")/tap.sh"

export VMTEST_OUT="$scratch/out"

for tool in build/image boot/vmtest source/source source/patches source/pristine build/selftests build/guest source/tree source/refresh source/series check/mutants; do
	refused "$tool: unknown BASE" 2 "unknown BASE '9\.9'; choose one of: .*7\.3" \
		"$vmtest/$tool" BASE=9.9
done
refused "unknown CONFIG" 2 "unknown CONFIG '5k'; choose one of: .*4k" "$vmtest/build/image" CONFIG=5k
refused "unknown TREE" 2 "unknown TREE 'serious'; choose one of: series base .*, or a number N from 1 to" "$vmtest/build/image" TREE=serious
refused "TREE of no patch" 2 "unknown TREE '0'" "$vmtest/build/image" TREE=0
refused "TREE beyond the series" 2 "unknown TREE '999'" "$vmtest/build/image" TREE=999
refused "KSRC that is not there" 2 'KSRC=/nowhere: not a kernel tree' "$vmtest/build/image" KSRC=/nowhere
mkdir "$scratch/dir"
refused "KSRC that is no kernel tree" 2 "KSRC=.*/dir: not a kernel tree" "$vmtest/build/image" KSRC="$scratch/dir"
refused "BASE and KSRC" 2 "BASE=7.3 and KSRC=$scratch/dir: both name" "$vmtest/boot/vmtest" BASE=7.3 KSRC="$scratch/dir"
refused "a word that is no setting" 2 'BAES=7.3: no such setting; image has: BASE' "$vmtest/build/image" BAES=7.3
refused "a setting of other programs" 2 'SUITES=mm: SUITES does not apply to image; its settings: BASE' "$vmtest/build/image" SUITES=mm
refused "MTE" 2 "unknown MTE 'yes'; choose one of: on off" "$vmtest/boot/vmtest" MTE=yes
for bad in MEM=2X MEM=G MEM=-1 MEM=1.5G SMP=0 SMP=two SMP=02 TIMEOUT=0 TIMEOUT=1m; do
	refused "$bad" 2 "$bad: must be a" "$vmtest/boot/vmtest" $bad
done
refused "QEMU that is not there" 2 'QEMU=no-qemu: no such program; .make deps. installs' "$vmtest/boot/vmtest" QEMU=no-qemu
refused "JUNIT in no folder" 2 'JUNIT=/nowhere/x.xml: cannot be written; use' "$vmtest/boot/vmtest" JUNIT=/nowhere/x.xml
refused "JUNIT that is a folder" 2 'JUNIT=.*/dir: cannot be written; use' "$vmtest/boot/vmtest" JUNIT="$scratch/dir"
refused "TESTS that is not there" 2 'nothing' "$vmtest/boot/vmtest" TESTS=nothing
refused "BUSYBOX that is not there" 2 'BUSYBOX=/nowhere: no such file' "$vmtest/boot/vmtest" BUSYBOX=/nowhere
refused "BUSYBOX that needs libraries" 2 'BUSYBOX=/bin/ls: not a static program' "$vmtest/boot/vmtest" BUSYBOX=/bin/ls
refused "SUITES" 2 "unknown SUITES 'nope'; choose one of: arm64 cgroup mm" "$vmtest/check/suites" SUITES=nope
refused "AUTHOR" 2 "AUTHOR=me: not of the form 'Name <mail>'" "$vmtest/source/series" AUTHOR=me
refused "REROLL" 2 "REROLL=x: must be a whole number" "$vmtest/source/series" REROLL=x
refused "REROLL without PREVIOUS" 2 "PREVIOUS=: no such file" "$vmtest/source/series" REROLL=2
refused "MUTANT" 2 "unknown MUTANT 'nope'; choose one of: " "$vmtest/check/mutants" MUTANT=nope
refused "BASES" 2 "unknown BASES '1.2'; choose one of: " "$vmtest/check/matrix" BASES=1.2
refused "CONFIGS" 2 "unknown CONFIGS '8k'; choose one of: " "$vmtest/check/matrix" CONFIGS=8k

for bad in "BASE=7.3 6.12" "CONFIG=4k full" "TREE=series base" "MTE=on off"; do
	refused "two words: $bad" 2 "unknown ${bad%%=*} '${bad#*=}'" "$vmtest/boot/vmtest" "$bad"
done
refused "BASES of nothing" 2 "BASES=' ': blank" "$vmtest/check/matrix" BASES=" "
refused "CONFIGS of nothing" 2 "CONFIGS=' ': blank" "$vmtest/check/matrix" CONFIGS=" "
refused "SUITES of nothing" 2 "SUITES=' ': blank" "$vmtest/check/suites" SUITES=" "
refused "T and TESTS that differ" 2 "T=a: and TESTS=b says something else" "$vmtest/boot/vmtest" T=a TESTS=b
refused "AUTHOR of two lines" 2 "AUTHOR: has to be one line" "$vmtest/source/series" AUTHOR="A <b@c>
X: <d@e>"

# make hands its command line on, with every verb. Nothing is installed first.
by_make() {
	(cd "$top" && PATH="$scratch/no-deps:$PATH" make -s "$@")
}
refused_by_make() {
	name=$1 words=$2
	shift 2
	by_make "$@" >"$scratch/stdout" 2>"$scratch/output" </dev/null
	code=$?
	grep -v '^make: \*\*\*' "$scratch/output" >"$scratch/lines"
	[ $code -eq 2 ] && [ "$(wc -l <"$scratch/lines")" -eq 1 ] && grep -qE "$words" "$scratch/lines" && [ ! -s "$scratch/stdout" ]
	result $? "$name"
}
for verb in all image vmtest check deb deps torture suites mutants matrix bench tree refresh series selftests tarball shell before-after help clean distclean; do
	refused_by_make "make $verb TREEE=base" 'TREEE=: no such setting; ' "$verb" TREEE=base
done
refused_by_make "make vmtest V=1" 'V=: no such setting' vmtest V=1
refused_by_make "make tree TREE=base" 'TREE=: TREE does not apply to tree' tree TREE=base
for bad in SHELL=/bin/true .SHELLFLAGS=-n MAKEFLAGS=n VMTEST_GIVEN=; do
	refused "make $bad" 2 "${bad%%=*}=: no such setting" by_make help "$bad"
done
refused "make -i" 2 "make -i would hide failures" by_make -i help
try "make, with other flags and an i in a value" by_make -k --no-print-directory -I /tmp -n vmtest T=ii
refused_by_make "make suites SUITES=nope" "unknown SUITES 'nope'" suites SUITES=nope
refused_by_make "make series AUTHOR=me" "AUTHOR=me: not of the form" series AUTHOR=me
try "nothing was left behind" test ! -e "$VMTEST_OUT"

# An output folder is one of ours, or none. The kernel's make takes no space in it.
mkdir "$scratch/mine"
echo data >"$scratch/mine/file"
refused "an output folder with other files" 3 "/mine has files of another origin; set VMTEST_OUT" \
	env VMTEST_OUT="$scratch/mine" "$vmtest/source/fetch" x
refused "clean, in a folder of other files" 3 "/mine is not marked as an output folder" \
	env VMTEST_OUT="$scratch/mine" "$vmtest/build/clean" --all
try "which stay" test -f "$scratch/mine/file"
echo "Signature: 8a477f597d28d172789f06886806bc55" >"$scratch/mine/CACHEDIR.TAG"
refused "another project's cache" 3 "/mine has files of another origin" env VMTEST_OUT="$scratch/mine" "$vmtest/source/fetch" x
refused "clean, in another project's cache" 3 "/mine is not marked as an output folder" \
	env VMTEST_OUT="$scratch/mine" "$vmtest/build/clean" --all
try "which stays" test -f "$scratch/mine/file"
refused "an output folder with a space" 2 'the kernel cannot be built in a path with a space' \
	env VMTEST_OUT="$scratch/a b" "$vmtest/build/image"
refused "an output folder that can't be made" 3 'cannot write to /proc/out; set VMTEST_OUT' \
	env VMTEST_OUT=/proc/out "$vmtest/source/fetch" x
old_name() {
	OUT=$scratch/android "$vmtest/build/image" --check-settings && [ ! -e "$scratch/android" ]
}
try "OUT, which Android's builds export, is not ours" old_name

# What programs see of a caller's environment: nothing that make, the kernel's
# build, compilers, git, grep or the locale would act on.
environment() {
	cat >"$scratch/tool" <<-END
	#!/bin/sh
	. "$vmtest/lib/common.sh"
	umask; env
	END
	mkdir -p "$scratch/other/tools/vmtest/room"
	cp -r "$vmtest/lib" "$scratch/other/tools/vmtest/"
	sed -i 's|^\. .*|takes=""; . "$(dirname "$0")/../lib/common.sh"|' "$scratch/tool"
	cp "$scratch/tool" "$scratch/other/tools/vmtest/room/tool"
	(umask 077 && env MAKEFLAGS=n MFLAGS=-n GNUMAKEFLAGS=-n ARCH=mips CROSS_COMPILE=x- LLVM=1 CC=false \
		HOSTCC=false KCFLAGS=-x KBUILD_OUTPUT=/x KCONFIG_CONFIG=/x KCONFIG_ALLCONFIG=/x INSTALL_MOD_PATH=/x \
		INSTALL_HDR_PATH=/x GREP_OPTIONS=-v CDPATH=/x LANG=de_DE.UTF-8 LC_ALL=de_DE.UTF-8 V=1 W=1 C=1 \
		GIT_DIR=/x GIT_INDEX_FILE=/x GIT_WORK_TREE=/x GIT_CONFIG_COUNT=0 GIT_CONFIG_GLOBAL=/x OUT=/x \
		CFLAGS=-x LDFLAGS=-x TARGETS=x SUBARCH=x TMPDIR=/x CLASSPATH=/x \
		sh "$scratch/other/tools/vmtest/room/tool") >"$scratch/seen" || return
	cat "$scratch/seen"
	! grep -vE '^(HOME|PATH|USER|LOGNAME|SHELL|TERM|PWD|DEBIAN_FRONTEND|CI|XDG_[A-Z_]*|CCACHE_[A-Z]*|VMTEST_[A-Z]*|.*_(proxy|PROXY)|GIT_CONFIG_GLOBAL|GIT_CONFIG_NOSYSTEM|GIT_ATTR_NOSYSTEM|TMPDIR|LC_ALL|FULL|BASE|CONFIG|TREE|KSRC)=|^0022$' "$scratch/seen" &&
		grep -x LC_ALL=C "$scratch/seen" && grep -x 0022 "$scratch/seen" &&
		! grep -E '=/x$' "$scratch/seen"
}
try "the caller's environment stays outside" environment

newest_first() {
	newest=$(sed -n 's/^# Base: linux-source-//p' "$top/series.txt")
	"$vmtest/lib/help" | grep "^  BASE=  *$newest .*(the first is the default,"
}
try "the newest base is the default" newest_first

# A machine without the compiler.
mkdir "$scratch/bin"
for tool in sh dirname basename cat sed grep sort date tr cut cksum head wc uname ls mkdir awk find flock tail df kill sleep; do
	ln -s "$(command -v $tool)" "$scratch/bin/$tool"
done
refused "a missing tool" 3 'aarch64-linux-gnu-gcc is missing; .make deps. installs it' \
	env PATH="$scratch/bin" "$vmtest/build/image"
refused "no apt" 3 'apt-get is missing: .*KSRC=DIR.*BUSYBOX=FILE' env PATH="$scratch/bin:/usr/sbin" "$vmtest/source/fetch" busybox-static
rm -rf "$VMTEST_OUT"

programs=$(grep -l "^#!/bin/sh" "$vmtest"/*/* "$vmtest/tests/check" 2>/dev/null | grep -v "\.sh$\|/guest/")
for each in $programs; do
	try "${each##*/} --help" sh -c '"$1" --help | grep -q "^$2"' sh "$each" "${each##*/}"
done
# What a program takes, its help names.
helped() {
	for each in $programs; do
		# shellcheck disable=SC2013 # names have no spaces
		for setting in $(sed -n 's/^takes="\(.*\)"$/\1/p' "$each"); do
			case $setting in T|BUSYBOX|SMP|MEM|TIMEOUT|QEMU|MTE|CPU|KSRC) continue;; esac
			"$each" --help | grep -q "$setting" || echo "${each##*/} --help does not name $setting"
		done
	done >"$scratch/unnamed"
	cat "$scratch/unnamed"
	[ ! -s "$scratch/unnamed" ]
}
try "--help names the settings" helped
try "--help makes nothing" test ! -e "$VMTEST_OUT"

# The exit codes that README lists: the verdict's, and those of bad settings.
codes() {
	"$vmtest/boot/verdict" --help | sed -n 's/^ *\([0-9][0-9]*\)  .*/\1/p' >"$scratch/codes"
	sed -n 's/^EXIT_[A-Z]*=//p' "$vmtest/lib/common.sh" >>"$scratch/codes"
	sed -n 's/^| \([0-9][0-9 ]*\) |.*/\1/p' "$top/README.md" | tr ' ' '\n' | sort -n >"$scratch/listed"
	sort -n "$scratch/codes" | diff - "$scratch/listed"
}
try "README lists all exit codes" codes

# Every verb of the Makefile is explained, and every explained one is there.
make_verbs() {
	sed -n 's/^\.PHONY: all //p' "$top/Makefile" | tr ' ' '\n' | sort
}
help_verbs() {
	"$vmtest/lib/help" | sed -n 's/^ *make \([a-z-][a-z-]*\).*/\1/p' | sort -u
}
make_verbs >"$scratch/verbs"
help_verbs >"$scratch/helped"
try "make help has all verbs" diff "$scratch/verbs" "$scratch/helped"

finish
