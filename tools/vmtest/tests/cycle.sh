#!/bin/sh
#
# The working cycle: tree, edit, refresh; and the mails.

# shellcheck source=tap.sh
. "$(dirname "$0")/tap.sh"
# shellcheck source=project.sh
. "$vmtest/tests/project.sh"
settings
# shellcheck source=../lib/git.sh
. "$vmtest/lib/git.sh"
use_base "$BASE"
make_project

try "tree, then refresh, changes no byte" round_trip

again() {
	"$tool/source/tree" && unchanged
}
try "tree again: nothing to do" again

fixup() {
	echo "/* a new last line */" >>"$tree/mm/ksm.c"
	in_tree commit -qam "fixup! mm/ksm: skip non-mergeable pages early" || return
	in_tree -c sequence.editor=: rebase -q -i --autosquash base || return
	"$tool/source/refresh" || return
	[ "$(git -C "$project" diff --name-only)" = "$(grep '^mm/skip-non-mergeable' "$area/listed")" ]
}
try "a fixup, squashed, changes its patch and no other" fixup

new_patch() {
	echo "/* one more */" >>"$tree/mm/ksm.c"
	in_tree commit -qam "mm/ksm: add one more line" || return
	"$tool/source/refresh" || return
	tail -n 1 "$project/series.txt" | grep -x mm/add-one-more-line.patch &&
		"$tool/source/patches" BASE="$BASE" >/dev/null
}
try "a new commit is a new patch, at its place in the series" new_patch

move_patch() {
	mv "$project/mm/add-one-more-line.patch" "$project/mm/moved.patch" &&
		sed -i 's|^mm/add-one-more-line.patch|mm/moved.patch|' "$project/series.txt" &&
		"$tool/source/tree" && "$tool/source/refresh" && [ -f "$project/mm/moved.patch" ] &&
		[ ! -e "$project/mm/add-one-more-line.patch" ]
}
try "a patch moved by hand stays where it is" move_patch

drop_patch() {
	in_tree reset -q --hard HEAD^ && "$tool/source/refresh" &&
		[ ! -f "$project/mm/moved.patch" ] && "$tool/source/patches" >/dev/null
}
try "a commit dropped is a patch dropped" drop_patch
git -C "$project" checkout -q -- .
"$tool/source/tree" >/dev/null 2>&1

# A commit that is picked again has no note; its subject tells which patch it is,
# whatever that is called.
picked() {
	sed -i 's|^mm/skip-non-mergeable-.*|mm/called-otherwise.patch|' "$project"/series*.txt &&
		git -C "$project" mv "$(grep '^mm/skip-non-mergeable' "$area/listed")" mm/called-otherwise.patch &&
		git -C "$project" commit -qam moved && "$tool/source/tree" || return
	last=$(in_tree rev-parse HEAD) && in_tree reset -q --hard base &&
		GIT_COMMITTER_DATE=2001-01-01T00:00:00Z git -C "$tree" cherry-pick "base..$last" &&
		! in_tree notes --ref=patch list HEAD 2>/dev/null || return
	"$tool/source/refresh" && unchanged
}
try "commits picked again, one by one, change no patch" picked
git -C "$project" reset -q --hard HEAD^
"$tool/source/tree" >/dev/null 2>&1
reworded() {
	git -C "$tree" commit -q --allow-empty -m "amend! $(in_tree log -1 --format=%s HEAD~3)

$(in_tree log -1 --format=%B HEAD~3)

One more line of the message." && in_tree -c sequence.editor=: -c core.editor=: rebase -q -i --autosquash base &&
		"$tool/source/refresh" && git -C "$project" diff --numstat >"$scratch/numstat" && cat "$scratch/numstat"
	[ "$(sed 's/^\([0-9]*\)\t\([0-9]*\)\t.*/\1 \2/' "$scratch/numstat")" = "2 0" ]
}
try "a message reworded, as CONTRIBUTING has it, changes its patch alone" reworded
git -C "$project" checkout -q -- .
"$tool/source/tree" >/dev/null 2>&1

in_tree reset -q --hard base
refused "refresh with no commit at all" 3 "no commit on top of 'base': that would remove every patch; nothing was changed" "$tool/source/refresh"
try "and every patch is there" unchanged
in_tree reset -q --hard saved
in_tree commit -q --allow-empty -m "mm: nothing"
refused "refresh with a commit that changes nothing" 3 'a commit of .* changes nothing \(.*-mm-nothing.patch\) and cannot become a patch; drop it' "$tool/source/refresh"
in_tree reset -q --hard saved
merged() {
	in_tree checkout -q -b side base && echo >>"$tree/mm/util.c" && in_tree commit -qam side &&
		in_tree checkout -q series && in_tree merge -q -m merge side
}
try "a merge" merged
refused "refresh with a merge" 3 'has a merge commit .*rebase to remove it' "$tool/source/refresh"
try "and every patch is there" unchanged
in_tree reset -q --hard saved

echo "/* not committed */" >>"$tree/mm/ksm.c"
refused "refresh with uncommitted changes" 3 'uncommitted changes .*mm/ksm.c.*commit or stash' "$tool/source/refresh"
refused "tree with uncommitted changes" 3 "has changes that are not in the patches; 'make refresh' writes them back" "$tool/source/tree"
in_tree checkout -q -- .
echo "/* committed */" >>"$tree/mm/ksm.c"
in_tree commit -qam "mm/ksm: work that is in no patch"
refused "tree with commits that are in no patch" 3 "has changes that are not in the patches" "$tool/source/tree"
in_tree reset -q --hard HEAD^
git -C "$project" checkout -q -- .

# Debian's .gitignore names everything: git does not tell of a new file.
in_tree reset -q --hard HEAD~8 && in_tree tag -f saved >/dev/null
file=tools/testing/selftests/arm64/mte/check_ksm_sharing.c
echo "/* mine */" >"$tree/$file"
mkdir -p "$tree/.git/info" && echo '/*' >"$tree/.git/info/exclude"
refused "tree, with a file that no commit has and a patch makes" 3 "$file is in a patch, but not committed; 'git add -f' it there or move it away" "$tool/source/tree"
try "and it is as it was" grep -qxF '/* mine */' "$tree/$file"
rm "$tree/$file"
try "tree follows the patches when they have moved on" round_trip

# Series files and patches that don't fit.
first=$(head -n 1 "$area/listed")
mv "$project/$first" "$scratch/first.patch"
refused "a series file that names a missing patch" 3 "series.txt names $first, which does not exist" "$tool/source/source"
mv "$scratch/first.patch" "$project/$first"
cp "$project/$first" "$project/mm/stray.patch"
refused "a patch that no series file names" 3 'mm/stray.patch is in no series file' "$tool/source/source"
rm "$project/mm/stray.patch"

# A patch that does not apply, the fourth one: nothing of it, and the source as
# it was.
try "a source tree" "$tool/source/source" TREE=2
(cd "$project/out/$BASE/source" && find . -type f -exec sha256sum {} + | sort) >"$scratch/before"
third=$(sed -n 4p "$area/listed")
sed -i 's/^ 	 \* The pmd entry mapping the old thp/ 	 * The entry mapping the old thp/' "$project/$third"
refused "a patch that does not apply" 3 "$third does not apply: mm/migrate.c, hunk 1 \(line [0-9]*\); it was made for linux-source-$BASE" \
	"$tool/source/source" TREE=series
(cd "$project/out/$BASE/source" && find . -type f -exec sha256sum {} + | sort) >"$scratch/after"
try "and leaves the source as it was" diff "$scratch/before" "$scratch/after"
git -C "$project" checkout -q -- .

sed -i 's/^ 	 \* The pmd entry mapping the old thp/ 	 * The entry mapping the old thp/' "$project/$third"
in_tree rev-parse HEAD >"$scratch/before"
refused "tree, with a patch that does not apply" 3 "$third does not apply: mm/migrate.c:[0-9]*; .*nothing was changed" "$tool/source/tree"
in_tree rev-parse HEAD >"$scratch/after"
try "and leaves the tree as it was" diff "$scratch/before" "$scratch/after"
git -C "$project" checkout -q -- .

# The same for an older base, whose series shares patches with the newest.
older=$(bases | sed -n 2p)
if [ -f "$out/$older/origin" ]; then
	use_base "$older"
	small_base
	try "$BASE: tree, then refresh, changes no byte" round_trip

	shared_edit() {
		echo "/* for $BASE */" >>"$tree/mm/ksm.c"
		in_tree commit -qam "fixup! mm/ksm: skip non-mergeable pages early" || return
		in_tree -c sequence.editor=: rebase -q -i --autosquash base || return
		"$tool/source/refresh" || return
		[ "$(git -C "$project" status --porcelain)" = " M series-$BASE.txt
?? mm/$BASE-skip-non-mergeable-pages-early.patch" ] &&
			"$tool/source/patches" >/dev/null
	}
	try "$BASE: a shared patch that is edited becomes its own" shared_edit
	own_patch() {
		echo "/* one more */" >>"$tree/mm/ksm.c"
		in_tree commit -qam "mm/ksm: add one more line" && "$tool/source/refresh" &&
			[ -f "$project/mm/$BASE-add-one-more-line.patch" ]
	}
	try "$BASE: a new commit is a patch of its own" own_patch
fi

finish
