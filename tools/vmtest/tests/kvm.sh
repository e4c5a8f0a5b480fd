#!/bin/sh
#
# KVM guests' memory, on kernels without the series: it is not shared. Before 7.3
# it is worse: when a guest has read memory that nobody had touched, KVM takes the
# zeropage for tagged, and the host can't make use of it from then on. That both
# are mended with the series is among the rows of the matrix.

. "$(dirname "$0")/tap.sh"

kvm_on_base() {
	exits 1 "$vmtest/boot/vmtest" TREE=base CONFIG=full BASE="$1" TESTS=mte_ksm >"$scratch/ktap" || return
	grep 'ok .*guest\.' "$scratch/ktap"
	grep -qE "^ *$2 [0-9]+ guest\.zeropage\.tagged" "$scratch/ktap" &&
		grep -qE '^ *not ok [0-9]+ guest\.pattern\.merge' "$scratch/ktap"
}
zeropage='ok'
for each in $(bases); do
	try "$each: an MTE guest's memory is not shared without the series; its zeropage: $zeropage" \
		kvm_on_base "$each" "$zeropage"
	zeropage='not ok'
done

finish
