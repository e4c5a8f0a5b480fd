#!/bin/sh
#
# Sphinx and Coccinelle report nothing new for the pages and the C files that the
# series changes, and they detect a seeded fault.

. "$(dirname "$0")/tap.sh"
settings
. "$vmtest/source/settle.sh"
lock_state
# A copy of the project has the seeded fault of each kind as a mutant.
copy_project "$scratch/project"
cp "$data/faults/sloppy.patch" "$tool/mutants/"

touched() {
	(cd "$top" && "$vmtest/source/patches" TREE=series | xargs sed -n 's|^diff --git a/.* b/||p') | sort -u
}
source_of() { VMTEST_OUT=$out "$tool/source/source" TREE="$1"; }
# new_in TREE WHAT: prints messages for TREE that the base does not have.
new_in() { comm -13 "$scratch/$2-base" "$scratch/$2-$1"; }

# pages TREE: writes Sphinx's messages for the folders of the changed pages, without line
# numbers.
pages() {
	src=$(source_of "$1") || return
	folders=$(touched | sed -n 's|^Documentation/\(.*\)/[^/]*\.rst$|\1|p' | sort -u | as_words)
	make -C "$src" O="$scratch/docs" PYTHON3=/usr/bin/python3 SPHINXDIRS="$folders" cleandocs htmldocs \
		>"$scratch/log" 2>&1 || { cat "$scratch/log"; return 1; }
	for page in $(touched | sed -n 's|^Documentation/.*/\([^/]*\)\.rst$|\1.html|p'); do
		find "$scratch/docs" -name "$page" | grep . || return
	done
	grep -E 'WARNING|ERROR' "$scratch/log" | sed "s|^$src/||; s/:[0-9:]*/:/" | sort >"$scratch/pages-$1"
}
same_pages() { pages base && pages series && ! new_in series pages | grep .; }
try "Sphinx: nothing new" same_pages
page_noticed() { pages sloppy && new_in sloppy pages | grep 'ksm.rst.*underline too short'; }
try "a fault in a page is detected" page_noticed

# reports TREE SCRIPT: writes the reports of a Coccinelle script for the changed C files,
# except selftests: they are not kernel code, and have no max().
reports() {
	if [ ! -d "$scratch/cocci-$1" ]; then
		src=$(source_of "$1") || return
		mkdir -p "$scratch/cocci-$1"
		(cd "$src" && touched | grep '\.[ch]$' | grep -v '^tools/' | xargs ls 2>/dev/null | cpio -pdm --quiet "$scratch/cocci-$1")
	fi
	make -s -C "$src" coccicheck MODE=report COCCI="$2" M="$scratch/cocci-$1" >"$scratch/log" 2>&1 ||
		{ cat "$scratch/log"; return 1; }
	sed -n 's/^\(\.[^ ]*\.[ch]\):[0-9:-]*/\1:/p' "$scratch/log" | sort >"$scratch/reports-$1"
}
# Runs a script on the base only if it reports something for the series. Skips scripts in
# OCaml, which need a compiler.
same_reports() {
	src=$(source_of series) || return
	grep -rlE 'virtual[[:space:]]+report' "$src/scripts/coccinelle" | xargs grep -L ':ocaml' >"$scratch/scripts"
	[ "$(wc -l <"$scratch/scripts")" -gt 50 ] || return
	while read -r script; do
		reports series "$script" || return
		[ -s "$scratch/reports-series" ] || continue
		reports base "$script" && ! new_in series reports | grep . || return
	done <"$scratch/scripts"
}
try "Coccinelle: nothing new" same_reports
code_noticed() {
	script=$(grep /semicolon.cocci "$scratch/scripts")
	reports base "$script" && reports sloppy "$script" && new_in sloppy reports | grep 'mm/ksm.c.*Unneeded semicolon'
}
try "a fault in C code is detected" code_noticed

finish
