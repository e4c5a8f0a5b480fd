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

# Guests' memory, on the kernel without the series: it is not shared.
kvm_on_base() {
	"$vmtest/vmtest" TREE=base CONFIG=full >"$scratch/ktap"
	[ $? -eq 1 ] && grep -q 'not ok .*check_kvm_sharing' "$scratch/ktap"
}
try "an MTE guest's memory is not shared without the series" kvm_on_base

finish
