#!/bin/sh
#
# Compilers and checkers: nothing new to say about the files that the series
# touches, on any architecture; and where there are no tags, no code for them.
# With FULL=1, more architectures and compilers, and older bases.

# shellcheck source=tap.sh
. "$(dirname "$0")/tap.sh"
settings
. "$vmtest/source/settle.sh"

# What W=1 and sparse say of the series, and not of the base.
nothing_new() {
	for tree in base series; do
		"$vmtest/build/objects" TREE=$tree "$@" >"$scratch/$tree" || return
	done
	echo "new:"
	! comm -13 "$scratch/base" "$scratch/series" | grep .
}

# mutant NAME: a seeded fault, from stdin, in a copy of the project.
copy=$scratch/project/tools/vmtest
mkdir "$scratch/project"
copy_project "$scratch/project"
mutant() {
	cat >"$copy/mutants/$1.patch"
}

# Faults that just a warning tells of.
mutant unused <<'END'
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
seen() {
	VMTEST_OUT=$out SPARSE=1 "$copy/objects" TREE=unused x86_64 gcc >"$scratch/unused" || return
	comm -13 "$scratch/base" "$scratch/unused" >"$scratch/new"
	cat "$scratch/new"
	grep -q 'unused-but-set-variable' "$scratch/new" && grep -q 'new_and_not_static.*not declared' "$scratch/new"
}
"$vmtest/build/objects" TREE=base x86_64 gcc >"$scratch/base" 2>/dev/null
try "a new warning is noticed, the compiler's and sparse's" seen

# A hook that does something, to see that the question is in each of the objects;
# and the same with the question taken out by the preprocessor.
mutant costly-hook <<'END'
The generic hook looks at the page.

diff --git a/include/linux/mm.h b/include/linux/mm.h
--- a/include/linux/mm.h
+++ b/include/linux/mm.h
@@ -5362,5 +5362,5 @@
  */
 static inline bool page_is_mergable(struct page *page)
 {
-	return true;
+	return !PageReserved(page);
 }
END
mutant not-asked <<'END'
The generic hook looks at the page, and nobody asks it.

diff --git a/include/linux/mm.h b/include/linux/mm.h
--- a/include/linux/mm.h
+++ b/include/linux/mm.h
@@ -5362,6 +5362,7 @@
  */
 static inline bool page_is_mergable(struct page *page)
 {
-	return true;
+	return !PageReserved(page);
 }
+#define page_is_mergable(page) true
 #endif
END
no_trace() {
	for tree in series costly-hook not-asked; do
		VMTEST_OUT=$out "$copy/objects" TREE=$tree x86_64 gcc >/dev/null || return
		for file in huge_memory migrate ksm; do
			objdump -d --no-show-raw-insn "$state/objects/x86_64-gcc/mm/$file.o" >"$scratch/$file-$tree" || return
		done
	done
	for file in huge_memory migrate ksm; do
		cmp "$scratch/$file-series" "$scratch/$file-not-asked" || return
		! cmp -s "$scratch/$file-series" "$scratch/$file-costly-hook" ||
			{ echo "$file: nobody asks"; return 1; }
	done
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
	try "$base: x86_64: no trace of the hook, in THP code, migration and KSM" no_trace
}
all_of_base
if [ -n "${FULL-}" ]; then
	for each in $(bases | grep -vx "$base"); do
		settings "BASE=$each"
		all_of_base
	done
fi

finish
