#!/bin/sh
#
# Sphinx and Coccinelle: nothing new to say about the pages and the C files that
# the series touches; and a fault is noticed.

# shellcheck source=tap.sh
. "$(dirname "$0")/tap.sh"
settings
settle_base
lock_state

# A fault of each kind, in a copy of the project.
project=$scratch/project
mkdir -p "$project"
(cd "$top" && git ls-files -co --exclude-standard | cpio -pdm --quiet "$project")
cat >"$project/tools/vmtest/mutants/sloppy.patch" <<'END'
A title that is underlined by half, and a semicolon too many.

diff --git a/Documentation/admin-guide/mm/ksm.rst b/Documentation/admin-guide/mm/ksm.rst
--- a/Documentation/admin-guide/mm/ksm.rst
+++ b/Documentation/admin-guide/mm/ksm.rst
@@ -1,3 +1,6 @@
+Sloppy title
+======
+
 =======================
 Kernel Samepage Merging
 =======================
diff --git a/mm/ksm.c b/mm/ksm.c
--- a/mm/ksm.c
+++ b/mm/ksm.c
@@ -1,3 +1,4 @@
 // SPDX-License-Identifier: GPL-2.0-only
+void sloppy(int n) { switch (n) { case 0: break; }; }
 /*
  * Memory merging support.
END
touched() {
	for patch in $("$vmtest/patches" TREE=series); do
		sed -n 's|^diff --git a/.* b/||p' "$top/$patch"
	done | sort -u
}

# pages TREE: what Sphinx says of the folders that have the touched pages.
pages() {
	folders=$(touched | sed -n 's|^Documentation/\(.*\)/[^/]*\.rst$|\1|p' | sort -u | tr '\n' ' ')
	make -C "$src" O="$scratch/docs-$1" PYTHON3=/usr/bin/python3 SPHINXDIRS="$folders" htmldocs >"$scratch/log" 2>&1 ||
		{ cat "$scratch/log"; return 1; }
	# Each touched page was made.
	for page in $(touched | sed -n 's|^Documentation/.*/\([^/]*\)\.rst$|\1.html|p'); do
		find "$scratch/docs-$1" -name "$page" | grep . || return
	done
	grep -E 'WARNING|ERROR' "$scratch/log"
	return 0
}

# semantics TREE: what Coccinelle's reports say of the touched C files. Scripts in
# OCaml would need a compiler for it.
semantics() {
	mkdir -p "$scratch/cocci-$1"
	(cd "$src" && touched | grep '\.[ch]$' | xargs ls 2>/dev/null | cpio -pdm --quiet "$scratch/cocci-$1")
	for script in $(grep -rlE 'virtual[[:space:]]+report' "$src/scripts/coccinelle" | xargs grep -L ':ocaml'); do
		make -s -C "$src" coccicheck MODE=report COCCI="$script" M="$scratch/cocci-$1" >"$scratch/log" 2>&1 ||
			{ cat "$scratch/log"; return 1; }
		grep -E '^[^ ]*\.[ch]:[0-9]' "$scratch/log"
	done
	return 0
}

# said WHAT TREE: what it says, without lines' numbers and folders' names.
said() {
	src=$(OUT=$out "$project/tools/vmtest/source" TREE="$2") || return
	"$1" "$2" >"$scratch/said" || { cat "$scratch/said"; return 1; }
	sed "s|$src/||; s|$scratch/[^/]*/||; s/:[0-9:-]*/:/" "$scratch/said" | sort >"$scratch/$1-$2"
}
nothing_new() {
	said "$1" base && said "$1" series || return
	echo "new:"
	! comm -13 "$scratch/$1-base" "$scratch/$1-series" | grep .
}
noticed() {
	said "$1" sloppy || return
	comm -13 "$scratch/$1-base" "$scratch/$1-sloppy" | tee "$scratch/new"
	grep -q "$2" "$scratch/new"
}
try "Sphinx: nothing new" nothing_new pages
try "a page with a fault is noticed" noticed pages 'ksm.rst.*underline too short'
try "Coccinelle: nothing new" nothing_new semantics
try "code with a fault is noticed" noticed semantics 'mm/ksm.c.*Unneeded semicolon'

finish
