#!/bin/sh
#
# Compilers and sparse report nothing new for the files that the series changes, on any
# architecture; and on architectures without tags, the object code is unchanged. With
# FULL=1, more architectures and compilers, and older bases.

. "$(dirname "$0")/tap.sh"
settings
. "$vmtest/source/settle.sh"
# A copy of the project has the seeded faults as mutants.
copy_project "$scratch/project"
cp "$data"/faults/*.patch "$tool/mutants/"

# objects TREE WORD...: prints the compiler's warnings for a tree.
objects() {
	of=$1
	shift
	VMTEST_OUT=$out "$tool/build/objects" TREE="$of" "$@"
}
# new_in TREE WORD...: prints the warnings of W=1 and sparse that the base does not have.
new_in() {
	of_tree=$1
	shift
	objects base "$@" >"$scratch/base" && objects "$of_tree" "$@" >"$scratch/other" || return
	comm -13 "$scratch/base" "$scratch/other" >"$scratch/new"
	cat "$scratch/new"
}
nothing_new() { new_in "$@" && [ ! -s "$scratch/new" ]; }
# Seeded faults that only cause warnings.
seen() {
	export SPARSE=1
	new_in unused x86_64 gcc && grep -q 'unused-but-set-variable' "$scratch/new" &&
		grep -q 'new_and_not_static.*not declared' "$scratch/new"
}
try "new warnings of the compiler and of sparse are detected" seen

# Compares the objects with a hook that has code, to check that each object calls it; and
# with the call removed by the preprocessor.
no_trace() {
	for of_tree in series costly-hook not-asked; do
		objects $of_tree x86_64 gcc >/dev/null || return
		for file in huge_memory migrate ksm; do
			objdump -d --no-show-raw-insn "$state/objects/x86_64-gcc/mm/$file.o" >"$scratch/$file-$of_tree" || return
		done
	done
	for file in huge_memory migrate ksm; do
		cmp "$scratch/$file-series" "$scratch/$file-not-asked" || return
		! cmp -s "$scratch/$file-series" "$scratch/$file-costly-hook" || { echo "$file: the hook is not called"; return 1; }
	done
}

all_of_base() {
	export SPARSE=1
	for arch in arm64 x86_64; do
		try "$base: $arch, gcc, W=1 and sparse: nothing new" nothing_new series "$arch" gcc
	done
	unset SPARSE
	if [ -n "${FULL-}" ]; then
		for topic in $(topics "$series"); do
			try "$base: topic $topic alone: arm64, gcc: nothing new" nothing_new "$topic" arm64 gcc
		done
		try "$base: i386, gcc: nothing new" nothing_new series i386 gcc
		for arch in arm64 x86_64 arm powerpc riscv s390; do
			try "$base: $arch, clang: nothing new" nothing_new series "$arch" clang-19
		done
	fi
	try "$base: x86_64: the hook adds no code to huge_memory, migrate and ksm" no_trace
}
all_of_base
if [ -n "${FULL-}" ]; then
	for each in $(bases | grep -vx "$base"); do
		settings "BASE=$each"
		all_of_base
	done
fi

finish
