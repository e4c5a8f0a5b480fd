#!/bin/sh
#
# Boots guests that misbehave: the verdict on real runs is the same as on the recorded
# runs of verdict.sh.

. "$(dirname "$0")/tap.sh"
settings
. "$vmtest/source/settle.sh"
run=$scratch/run
image=$("$vmtest/build/image" 2>/dev/null)

# worth STATUS WORD REASON SETTING...: boots $image and $initramfs and checks the verdict.
worth() {
	status=$1 word=$2 words=$3
	shift 3
	"$vmtest/boot/vm" "$image" "$initramfs" "$run" "$@" >"$scratch/ktap"
	exits "$status" "$vmtest/boot/verdict" "$run" && [ "$(field name "$run/verdict.env")" = "$word" ] &&
		field reason "$run/verdict.env" | grep -E "$words"
}

# One boot for many tests with plain results, more than in any list of the project.
{
	seq 66 | sed 's/.*/60 - true/'
	cat "$data/guest/results.list"
} >"$scratch/results.list"
initramfs=$("$vmtest/build/guest" TESTS="$scratch/results.list") || exit
try "78 tests, some of which fail" worth 1 fail '^false: exit 1$'
plain_results() {
	grep -v '^pass	true' "$run/results.tsv" | tr '\t' ';' | diff "$data/guest/results" - &&
		[ "$(grep -c '^pass	true' "$run/results.tsv")" -eq 66 ]
}
try "each test has its own result" plain_results
left() {
	[ "$(grep -a '^# vmtest: .* left ' "$scratch/ktap")" = \
		'# vmtest: sleep 1000 & sleep 1000 & echo done left 2 processes behind, now killed' ]
}
try "processes that were left running are reported" left
try "a long output is complete" grep -qx '    1000' "$scratch/ktap"

# One guest for the tests below; its kernel's command line selects the action.
mkdir -p "$scratch/files/bin"
cp "$data/guest/misbehave" "$scratch/files/bin/"
echo "60 - /bin/misbehave" >"$scratch/misbehave.list"
initramfs=$(FILES=$scratch/files "$vmtest/build/guest" TESTS="$scratch/misbehave.list") || exit
APPEND=do=oops try "a kernel that dies" worth 13 oops '^kernel BUG'
APPEND=do=splat try "a kernel that warns" worth 14 splat '^WARNING'
APPEND=do=memory try "out of memory" worth 15 memory 'Out of memory' MEM=256M
APPEND="do=hang rcupdate.rcu_cpu_stall_timeout=3" try "a CPU that hangs" worth 16 hang 'INFO: rcu_.*stall' TIMEOUT=12
APPEND=do=lost try "a guest that powers off during a test" worth 18 lost 'running /bin/misbehave$'
try "a port for the results that appears late" worth 0 pass '^$' QEMU="$data/guest/late-qemu"

# The guest does not skip invalid lines that the host has not checked.
mkdir -p "$scratch/overlay/tests"
printf '60 / true\nabc / false\n60 / false\n' >"$scratch/overlay/tests/list"
(cat "$initramfs" && cd "$scratch/overlay" && find . | cpio -o -H newc --quiet | gzip) >"$scratch/guest.cpio.gz"
cp "${initramfs%.cpio.gz}.plan" "$scratch/guest.plan"
good=$initramfs initramfs=$scratch/guest.cpio.gz
try "a list that the guest cannot parse" worth 18 lost 'Bail out! /tests/list, line 2: no timeout'
initramfs=$good

# A user at the console.
shell() {
	mkfifo "$scratch/keys"
	"$vmtest/boot/shell" <"$scratch/keys" >"$scratch/screen" 2>&1 &
	exec 7>"$scratch/keys"
	timeout 90 sh -c 'until grep -q "/tests #" "$1"; do sleep 1; done' sh "$scratch/screen"
	# Sends few characters at a time: the console's buffer holds 16.
	echo 'ls mm' >&7
	sleep 2
	echo exit >&7
	exec 7>&-
	wait
	cat "$scratch/screen"
	grep 'thp_shrinker' "$scratch/screen" && grep 'reboot: Power down' "$scratch/screen"
}
try "a shell in the guest, with the selftests; exit powers it off" shell

# Emulators: without a kernel, with an unknown CPU, and that of Debian 12, in which one tag
# store changes granules in a whole page.
good=$image image=$scratch/Image
head -c 1000000 /dev/zero >"$image"
try "a guest without output" worth 17 silent 'no output' TIMEOUT=3
image=$good
try "an emulator that does not start" worth 10 qemu 'no-such-cpu' CPU=no-such-cpu
options=$("$vmtest/source/fetch" --apt-options) || exit
# shellcheck disable=SC2086 # one option a word
version=$(apt-cache $options madison qemu-system-arm | awk '$3 ~ /^1:7\.2/ { print $3; exit }')
if [ -n "$version" ]; then
	# shellcheck disable=SC2086
	(cd "$scratch" && apt-get $options download "qemu-system-arm=$version" &&
		dpkg-deb -x qemu-system-arm_*.deb qemu) >"$scratch/download" 2>&1
	try "an emulator with incorrect memory tagging" worth 11 emulator '^one STG .* granules, .*version 7.2' \
		QEMU="$scratch/qemu/usr/bin/qemu-system-aarch64"
else
	skip "an emulator with incorrect memory tagging" "the mirror has no QEMU 7.2"
fi

finish
