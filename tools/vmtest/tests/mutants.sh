#!/bin/sh
#
# Each mutant is a test, which passes if the mutant is killed.

# shellcheck source=tap.sh
. "$(dirname "$0")/tap.sh"

# Prints the table during the run, then the results.
rm -f "$out/mutants/results.tsv"
"$vmtest/check/mutants" 2>"$scratch/log" | sed -u 's/^/# /'
cp "$out/mutants/results.tsv" "$scratch/results"
results=$scratch/results
for name in $(mutants); do
	grep "	$name	" "$results" >"$scratch/output"
	grep -q "^pass	$name	" "$results"
	result $? "mutant $name"
done
try "half of the mutants are detected by more than one test" \
	awk -F '\t' '{ n++; twice += $4 > 1 } END { exit !(n >= 20 && twice * 2 >= n) }' "$results"

nr=$(mutants | wc -w)
try "the run reports its progress" grep -E "mutant $nr of $nr: testing " "$scratch/log"

# A mutant without a bug must be reported as surviving.
survivor() {
	mkdir -p "$scratch/project"
	copy_project "$scratch/project"
	rm -f "$scratch/project/tools/vmtest/mutants"/*
	cat >"$scratch/project/tools/vmtest/mutants/no-fault.patch" <<-'EOF'
	Only a comment.

	Test: thp_shrinker
	Killed-by: anon_thp.zero.shrink

	diff --git a/mm/ksm.c b/mm/ksm.c
	--- a/mm/ksm.c
	+++ b/mm/ksm.c
	@@ -1,3 +1,4 @@
	 // SPDX-License-Identifier: GPL-2.0-only
	+/* No fault. */
	 /*
	  * Memory merging support.
	EOF
	VMTEST_OUT=$out "$scratch/project/tools/vmtest/check/mutants"
	[ $? -eq 1 ] && grep "^fail	no-fault	" "$out/mutants/results.tsv"
}
try "a surviving mutant is reported and fails the run" survivor

finish
