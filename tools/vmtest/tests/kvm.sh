#!/bin/sh
#
# On kernels without the series, the memory of KVM guests is not merged. Before 7.3, KVM
# also marks the zeropage as tagged when a guest reads untouched memory; from then on
# the host cannot use the zeropage. The matrix checks that the series fixes both.

. "$(dirname "$0")/tap.sh"

kvm_on_base() {
	exits 1 "$vmtest/boot/vmtest" TREE=base CONFIG=full BASE="$1" TESTS=mte_ksm >"$scratch/ktap" || return
	grep 'ok .*guest\.' "$scratch/ktap"
	grep -qE "^ *$2 [0-9]+ guest\.zeropage\.tagged" "$scratch/ktap" &&
		grep -qE '^ *not ok [0-9]+ guest\.pattern\.merge' "$scratch/ktap"
}
zeropage='ok'
for each in $(bases); do
	try "$each: without the series, memory of an MTE guest is not merged; the zeropage test: $zeropage" \
		kvm_on_base "$each" "$zeropage"
	zeropage='not ok'
done

finish
