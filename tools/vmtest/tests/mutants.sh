#!/bin/sh
#
# Each mutant is a test: it passes if the mutant is killed.

# shellcheck source=tap.sh
. "$(dirname "$0")/tap.sh"

# A build and a boot each: only these few in 'make check', all in check-full.
few="nobody-asks remap-does-not-ask shrinker-does-not-ask flags-of-the-head
	hook-always-false tags-one-block-short ksm-does-not-ask"
[ -z "${FULL-}" ] || few=$(mutants)
for name in $few; do
	try "mutant $name" "$vmtest/mutation" MUTANT="$name"
done

# A mutant of nothing: the table has to say so.
survivor() {
	mkdir -p "$scratch/project"
	(cd "$top" && git ls-files -co --exclude-standard | cpio -pdm --quiet "$scratch/project")
	rm -f "$scratch/project/tools/vmtest/mutants"/*
	cat >"$scratch/project/tools/vmtest/mutants/no-fault.patch" <<-'EOF'
	Only a comment.

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
	OUT=$out "$scratch/project/tools/vmtest/mutation" >"$scratch/table"
	code=$?
	cat "$scratch/table"
	[ $code -eq 1 ] && grep -qE '^no-fault +SURVIVED' "$scratch/table"
}
try "a mutant that survives is told, and fails the run" survivor

finish
