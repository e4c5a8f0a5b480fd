#!/bin/sh
#
# What takes longer: the kernel that has everything, KVM included, and the one
# with debug checks on.

# shellcheck source=tap.sh
. "$(dirname "$0")/tap.sh"

# passes NAME SETTING...: everything passes, and what is skipped is no more than
# what this kernel can't have.
passes() {
	name=$1
	shift
	try "$name" "$vmtest/vmtest" TREE=series "$@"
}

passes "swap and KVM" CONFIG=full
passes "swap and KVM, tags loaded 64 bytes a time" CONFIG=full CPU=neoverse-n2
passes "debug checks" CONFIG=debug TIMEOUT=1800

# Guests' memory, on kernels without the series: it is not shared. Before 7.3 it is
# worse: when a guest has read memory that nobody had touched, KVM takes the
# zeropage for tagged, and the host can't make use of it from then on.
kvm_on_base() {
	"$vmtest/vmtest" TREE=base CONFIG=full BASE="$1" TESTS="$scratch/kvm.list" >"$scratch/ktap"
	[ $? -eq 1 ] || return
	grep 'ok .*guest\.zeropage' "$scratch/ktap"
	grep -qE "^ *$2 [0-9]+ guest\.zeropage" "$scratch/ktap" &&
		grep -qE '^ *not ok [0-9]+ merged\.mte\.' "$scratch/ktap"
}
grep check_kvm_sharing "$vmtest/selftests.list" >"$scratch/kvm.list"
zeropage='ok'
for each in $(bases); do
	try "$each: an MTE guest's memory is not shared without the series; its zeropage: $zeropage" \
		kvm_on_base "$each" "$zeropage"
	[ "$each" = "$(bases | head -n 1)" ] ||
		passes "$each: swap and KVM" CONFIG=full BASE="$each"
	zeropage='not ok'
done

finish
