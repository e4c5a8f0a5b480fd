#!/bin/sh
#
# Guests that misbehave: each way to go wrong is a failure with a name of its
# own, never a pass and never a skip.

# shellcheck source=tap.sh
. "$(dirname "$0")/tap.sh"

# misbehaves NAME STATUS WORDS COMMAND [SETTING...]: the guest runs COMMAND as
# its one test; the verdict has to be STATUS and say WORDS.
misbehaves() {
	name=$1 status=$2 words=$3 command=$4
	shift 4
	echo "60 - $command" >"$scratch/misbehaves.list"
	"$vmtest/vmtest" TESTS="$scratch/misbehaves.list" "$@" >"$scratch/ktap" 2>"$scratch/output" </dev/null
	got=$?
	[ $got -eq "$status" ] && grep -qE "$words" "$scratch/output"
	verdict=$?
	echo "(exit status $got, expected $status and: $words)" >>"$scratch/output"
	result $verdict "$name"
}

crash=/sys/kernel/debug/provoke-crash/DIRECT
misbehaves "a test that passes" 0 'passed: 1' "true"
misbehaves "a test that fails" 1 '^failed: .*false' "false"
misbehaves "a test that skips, and no other" 20 'FAILED: nothing: ' "exit 4"
misbehaves "one that skips as older selftests do, with no plan" 20 'FAILED: nothing: ' "echo TAP version 13; exit 4"
misbehaves "no test at all" 19 'FAILED: plan: ' ""
misbehaves "panic" 12 'FAILED: panic: Kernel panic' "echo PANIC >$crash"
misbehaves "oops" 13 'FAILED: oops: .*kernel BUG' "echo BUG >$crash"
misbehaves "bad pointer" 13 'FAILED: oops: ' "echo ACCESS_NULL >$crash"
misbehaves "warning" 14 'FAILED: splat: WARNING' "echo WARNING >$crash"
misbehaves "out of memory" 15 'FAILED: memory: ' "tail /dev/zero" MEM=256M
misbehaves "hang" 16 'FAILED: hang: ' "sleep 1000" TIMEOUT=15
misbehaves "a guest that is gone" 18 'FAILED: lost: ' "/bin/busybox poweroff -f"
misbehaves "a plan cut short" 19 'FAILED: plan: ' "echo TAP version 13; echo 1..3; echo ok 1 one; echo ok 2 two"
misbehaves "a test that says nothing but no" 1 'failed: ' "echo TAP version 13; echo 1..1; echo not ok 1 one"

misbehaves "a program that fails when its tests have passed" 1 'failed: .*exit 1' \
	"echo TAP version 13; echo 1..1; echo ok 1 one; exit 1"
junit() {
	echo "60 - true" >"$scratch/junit.list"
	"$vmtest/vmtest" TESTS="$scratch/junit.list" JUNIT="$scratch/junit.xml" >/dev/null &&
		python3 -c 'import sys, xml.etree.ElementTree as e; sys.exit(e.parse(sys.argv[1]).find(".//testcase") is None)' "$scratch/junit.xml"
}
try "JUNIT=FILE is XML with the test in it" junit

# An emulator that plugs the port for the results in when the guest is up.
cat >"$scratch/late-qemu" <<'END'
#!/bin/sh
[ "$1" != --version ] || exec qemu-system-aarch64 --version
previous=
for word; do
	shift
	case $previous=$word in
	-monitor=none)		word=stdio;;
	-device=virtconsole,*)	port=$word word=virtio-rng-device;;
	esac
	set -- "$@" "$word"
	previous=$word
done
{ sleep 5; echo "device_add $port"; } | qemu-system-aarch64 "$@"
END
chmod +x "$scratch/late-qemu"
misbehaves "a port for the results that is late" 0 'passed: 1' "true" QEMU="$scratch/late-qemu"

# A kernel image that is none.
image=$("$vmtest/kernel" 2>/dev/null)
initramfs=$("$vmtest/guest-image" 2>/dev/null)
head -c 1000000 /dev/zero >"$scratch/Image"
silent() {
	"$vmtest/vm" TIMEOUT=5 "$scratch/Image" "$initramfs" "$scratch/run"
	"$vmtest/verdict" "$scratch/run" >"$scratch/verdict"
	code=$?
	cat "$scratch/verdict"
	[ $code -eq 17 ] && grep -q '^FAILED: silent' "$scratch/verdict"
}
try "silence" silent

no_qemu_start() {
	"$vmtest/vm" CPU=no-such-cpu "$image" "$initramfs" "$scratch/run"
	"$vmtest/verdict" "$scratch/run" >"$scratch/verdict"
	code=$?
	cat "$scratch/verdict"
	[ $code -eq 10 ] && grep -q '^FAILED: qemu: .*no-such-cpu' "$scratch/verdict"
}
try "an emulator that does not start" no_qemu_start
refused "an emulator that is not there" 3 'QEMU=no-qemu: no such program; .make deps. installs' \
	"$vmtest/vm" QEMU=no-qemu "$image" "$initramfs" "$scratch/run"

# Debian 12's own QEMU: one tag store changes a whole page of granules.
old_qemu() {
	options=$("$vmtest/fetch" --apt-options) || return
	# shellcheck disable=SC2086 # one option a word
	version=$(apt-cache $options madison qemu-system-arm | awk '$3 ~ /^1:7\.2/ { print $3; exit }')
	[ -n "$version" ] || return 77
	# shellcheck disable=SC2086
	(cd "$scratch" && apt-get $options download "qemu-system-arm=$version" &&
		dpkg-deb -x qemu-system-arm_*.deb qemu) || return
	"$vmtest/vmtest" QEMU="$scratch/qemu/usr/bin/qemu-system-aarch64"
	code=$?
	[ $code -eq 11 ]
}
old_qemu >"$scratch/output" 2>&1
code=$?
if [ $code -eq 77 ]; then
	skip "an emulator whose tagging is wrong" "the mirror has no QEMU 7.2"
else
	grep -q 'FAILED: emulator: one STG changed the tags of .* granules, .*version 7.2' "$scratch/output" || code=1
	result $code "an emulator whose tagging is wrong"
fi

finish
