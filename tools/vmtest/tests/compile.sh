#!/bin/sh
#
# Compilers and checkers: nothing new to say about the files that the series
# touches, on any architecture; and where there are no tags, no code for them.
# With FULL=1, more architectures and compilers, and older bases.

# shellcheck source=tap.sh
. "$(dirname "$0")/tap.sh"
settings
settle_base

# What W=1 and sparse say of the series, and not of the base.
nothing_new() {
	for tree in base series; do
		"$vmtest/objects" TREE=$tree "$@" >"$scratch/$tree" || return
	done
	echo "new:"
	! comm -13 "$scratch/base" "$scratch/series" | grep .
}

# Faults that just a warning tells of.
seen() {
	mkdir -p "$scratch/project"
	(cd "$top" && git ls-files -co --exclude-standard | cpio -pdm --quiet "$scratch/project")
	cat >"$scratch/project/tools/vmtest/mutants/unused.patch" <<-'END'
	Something unused, and something that should be static.

	diff --git a/mm/ksm.c b/mm/ksm.c
	--- a/mm/ksm.c
	+++ b/mm/ksm.c
	@@ -1,3 +1,5 @@
	 // SPDX-License-Identifier: GPL-2.0-only
	+int new_and_not_static;
	+static inline void new_and_unused(void) { int unused; unused = 1; }
	 /*
	  * Memory merging support.
	END
	OUT=$out SPARSE=1 "$scratch/project/tools/vmtest/objects" TREE=unused x86_64 gcc >"$scratch/unused" || return
	comm -13 "$scratch/base" "$scratch/unused" >"$scratch/new"
	cat "$scratch/new"
	grep -q 'unused-but-set-variable' "$scratch/new" && grep -q 'new_and_not_static.*not declared' "$scratch/new"
}
"$vmtest/objects" TREE=base x86_64 gcc >"$scratch/base" 2>/dev/null
try "a new warning is noticed, the compiler's and sparse's" seen

# code N: the code of what the series touches with its first N patches.
code() {
	"$vmtest/objects" TREE="$1" x86_64 gcc >/dev/null || return
	for object in huge_memory migrate ksm; do
		objdump -d --no-show-raw-insn "$state/objects/x86_64-gcc/mm/$object.o" || return
	done
}
no_trace() {
	code "$1" >"$scratch/before" && code "$2" >"$scratch/after" &&
		grep -q '<deferred_split_scan' "$scratch/after" && cmp "$scratch/before" "$scratch/after"
}

all_of_base() {
	export SPARSE=1
	for arch in arm64 x86_64; do
		try "$base: $arch, gcc, W=1 and sparse: nothing new" nothing_new "$arch" gcc
	done
	unset SPARSE
	if [ -n "${FULL-}" ]; then
		try "$base: i386, gcc: nothing new" nothing_new i386 gcc
		for arch in arm64 x86_64 arm powerpc riscv s390; do
			try "$base: $arch, clang: nothing new" nothing_new "$arch" clang-19
		done
	fi
	try "$base: x86_64: no trace of the hook in THP code" no_trace 1 5
	try "$base: x86_64: no trace of the hook in KSM" no_trace 6 7
}
all_of_base
if [ -n "${FULL-}" ]; then
	for each in $(bases | grep -vx "$base"); do
		settings "BASE=$each"
		all_of_base
	done
fi

finish
