#!/bin/sh
#
# The project in other environments: in a path with a space, on a system without apt,
# with KSRC, and called by another make.

. "$(dirname "$0")/tap.sh"
settings
. "$vmtest/source/settle.sh"

# A path with a space, with VMTEST_OUT in another folder.
copy_project "$scratch/a clone"
with_a_space() { VMTEST_OUT=$out "$tool/build/image" && VMTEST_OUT=$out "$tool/build/guest"; }
try "a clone in a path with a space builds with VMTEST_OUT" with_a_space

# All programs except apt and dpkg; and a caller with unrelated variables.
mkdir "$scratch/bin"
for folder in /usr/local/bin /usr/bin /usr/sbin /bin /sbin; do
	find "$folder" -maxdepth 1 ! -type d ! -name 'apt*' ! -name 'dpkg*' -exec ln -sf -t "$scratch/bin" {} + 2>/dev/null
done
busybox=$("$vmtest/source/fetch" busybox-static:arm64) && dpkg-deb -x "$busybox" "$scratch/busybox"
pristine=$("$vmtest/source/pristine") || exit
without_apt() {
	(umask 077 && cd "$top" && env PATH="$scratch/bin" TMPDIR=/nonexistent LLVM=1 ARCH=mips KBUILD_OUTPUT=/nonexistent \
		GREP_OPTIONS=--invalid LC_ALL=de_DE.UTF-8 GIT_DIR=/nonexistent KCONFIG_CONFIG=/nonexistent \
		make -s -k -j1 KSRC="$pristine" BUSYBOX="$scratch/busybox/bin/busybox" T=thp_shrinker) >"$scratch/first" 2>&1
	code=$?
	cat "$scratch/first"
	[ $code -eq 0 ] && grep '^[0-9]* tests: [0-9]* passed, 0 failed, 0 skipped$' "$scratch/first" &&
		[ "$(grep 'copying ' "$scratch/first" | grep -vc ': [0-9]* lines of log')" -eq 1 ]
}
try "without apt, with KSRC and BUSYBOX, called by make with other flags; the tree is copied once" without_apt
settings KSRC="$pristine"
try "its image is identical to the image built from BASE" cmp "$state/4k/series/Image" "$out/$base/4k/series/Image"
again() {
	"$vmtest/boot/vmtest" T=thp_shrinker BUSYBOX="$scratch/busybox/bin/busybox" >"$scratch/ktap" 2>"$scratch/second" || return
	cat "$scratch/second"
	! grep -E 'building|packing' "$scratch/second"
}
try "nothing is rebuilt without a change" again

# The reported reason is the error of the build, not the last line of make.
reason() {
	printf '%s\n' "scripts/Kconfig.include:44: Sorry, this compiler is not supported." "***" \
		"*** C compiler is too old." "***   Your Clang version:    14.0.6" "***" \
		"make[1]: *** [Makefile:800: allnoconfig] Error 2" >"$scratch/log"
	first_error "$scratch/log" | grep -x '\*\*\* C compiler is too old\.' &&
		printf '%s\n' "  CC mm/ksm.o" "mm/ksm.c:1:2: error: no such thing" "make: *** [mm/ksm.o] Error 1" >"$scratch/log" &&
		first_error "$scratch/log" | grep 'mm/ksm\.c:1:2: error: no such thing'
}
try "a failed build is reported with its reason" reason
# The holder of a lock, and the time since when.
lock() {
	(lock_state && exec sleep 5) 2>/dev/null &
	sleep 1
	"$vmtest/source/pristine" >/dev/null 2>"$scratch/said" || return
	wait
	cat "$scratch/said"
	grep "waiting for elsewhere.sh, process [0-9]*, since [0-9:]*, in $state" "$scratch/said"
}
try "a waiting program reports the program that it waits for, and since when" lock

finish
