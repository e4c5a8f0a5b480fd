#!/bin/sh
#
# The working cycle: tree, edit, refresh.

. "$(dirname "$0")/project.sh"
make_project

# start_over: restores the patches and their commits.
start_over() {
	git -C "$project" checkout -q -- .
	"$tool/source/tree" >/dev/null 2>&1
}
squash() { in_tree -c sequence.editor=: -c core.editor=: rebase -q -i --autosquash base; }

try "tree and refresh change no byte" round_trip
try "the same again changes nothing" round_trip
fixup() {
	work "fixup! mm/ksm: skip non-mergeable pages early" && squash && "$tool/source/refresh" &&
		[ "$(changes)" = " M $(grep '^mm/skip-non-mergeable' "$area/listed")" ]
}
try "a squashed fixup changes its patch and no other" fixup
new_patch() {
	work "mm/ksm: add one more line" && "$tool/source/refresh" && "$tool/source/patches" BASE="$BASE" >/dev/null &&
		[ "$(tail -n 1 "$project/series.txt")" = mm/add-one-more-line.patch ]
}
try "a new commit becomes a new patch, at its place in the series" new_patch
move_patch() {
	mv "$project/mm/add-one-more-line.patch" "$project/mm/moved.patch" &&
		sed -i 's|^mm/add-one-more-line.patch|mm/moved.patch|' "$project/series.txt" &&
		"$tool/source/tree" && "$tool/source/refresh" && [ -f "$project/mm/moved.patch" ] &&
		[ ! -e "$project/mm/add-one-more-line.patch" ]
}
try "a patch moved by hand is not moved back" move_patch
drop_patch() {
	in_tree reset -q --hard HEAD^ && "$tool/source/refresh" &&
		[ ! -f "$project/mm/moved.patch" ] && "$tool/source/patches" >/dev/null
}
try "dropping a commit removes its patch" drop_patch
start_over

# A cherry-picked commit has no note; its subject identifies the patch, whatever the name
# of the patch is.
picked() {
	sed -i 's|^mm/skip-non-mergeable-.*|mm/called-otherwise.patch|' "$project"/series*.txt &&
		git -C "$project" mv "$(grep '^mm/skip-non-mergeable' "$area/listed")" mm/called-otherwise.patch &&
		git -C "$project" commit -qam moved && "$tool/source/tree" || return
	last=$(in_tree rev-parse HEAD) && in_tree reset -q --hard base &&
		GIT_COMMITTER_DATE=2001-01-01T00:00:00Z git -C "$tree" cherry-pick "base..$last" &&
		! in_tree notes --ref=patch list HEAD 2>/dev/null && "$tool/source/refresh" && unchanged
}
try "cherry-picked commits change no patch" picked
git -C "$project" reset -q --hard HEAD^
start_over
reworded() {
	in_tree commit -q --allow-empty -m "amend! $(in_tree log -1 --format=%s HEAD~3)

$(in_tree log -1 --format=%B HEAD~3)

One more line of the message." && squash && "$tool/source/refresh" || return
	git -C "$project" diff --numstat
	[ "$(git -C "$project" diff --numstat | cut -f 1,2)" = "2	0" ]
}
try "rewording a message as in CONTRIBUTING changes only its patch" reworded
start_over

# refresh_refused NAME WORDS: checks that refresh fails and all patches are unchanged.
refresh_refused() {
	refused "refresh with $1" 3 "$2" "$tool/source/refresh"
	try "all patches are unchanged" unchanged
	in_tree reset -q --hard saved
}
in_tree reset -q --hard base
refresh_refused "no commit at all" "no commit on top of 'base'"
in_tree commit -q --allow-empty -m "mm: nothing"
refresh_refused "a commit that changes nothing" 'changes nothing \(.*-mm-nothing.patch\)'
in_tree checkout -q -b side base && echo >>"$tree/mm/util.c" && in_tree commit -qam side
in_tree checkout -q series && in_tree merge -q -m merge side
refresh_refused "a merge" 'has a merge commit'
echo "/* not committed */" >>"$tree/mm/ksm.c"
refused "tree with uncommitted changes" 3 "has changes that are not in the patches" "$tool/source/tree"
refresh_refused "uncommitted changes" 'uncommitted changes .*mm/ksm.c'

# Debian's .gitignore matches all files, so git status does not list a new file.
in_tree reset -q --hard saved~8 && in_tree tag -f saved >/dev/null
file=tools/testing/selftests/mm/ksm_tags.c
echo "/* mine */" >"$tree/$file"
mkdir -p "$tree/.git/info" && echo '/*' >"$tree/.git/info/exclude"
refused "tree with an uncommitted file that a patch creates" 3 "$file is in a patch, but not committed" "$tool/source/tree"
try "the file is unchanged" grep -qxF '/* mine */' "$tree/$file"
rm "$tree/$file"
try "tree updates its commits after the patches have changed" round_trip

# Series files that do not match the patches.
first=$(head -n 1 "$area/listed")
mv "$project/$first" "$project/mm/stray.patch"
refused "a series file that lists a missing patch" 3 "series.txt names $first" "$tool/source/source"
git -C "$project" checkout -q -- .
refused "a patch that is in no series file" 3 'mm/stray.patch is in no series file' "$tool/source/source"
rm "$project/mm/stray.patch"
# A patch that does not apply, among others: nothing is changed.
made() {
	(cd "$project/out/$BASE/source" && find . -type f -exec sha256sum {} + | sort)
	in_tree rev-parse HEAD
}
try "a source tree" "$tool/source/source" TREE=2
made >"$scratch/before"
amid=$(cd "$top" && xargs grep -l "The pmd entry mapping the old thp" <"$area/listed")
sed -i 's/^ 	 \* The pmd entry mapping the old thp/ 	 * The entry mapping the old thp/' "$project/$amid"
refused "source with a patch that does not apply" 3 "$amid does not apply: mm/migrate.c, hunk 1 \(line [0-9]*\); .* linux-source-$BASE" \
	"$tool/source/source" TREE=series
refused "tree with a patch that does not apply" 3 "$amid does not apply: mm/migrate.c:[0-9]*; .*nothing was changed" "$tool/source/tree"
made >"$scratch/after"
try "the source and the tree are unchanged" diff "$scratch/before" "$scratch/after"
git -C "$project" checkout -q -- .

printf '%s\n' "From 0000000000000000000000000000000000000000 Mon Sep 17 00:00:00 2001" "From: A <a@a.invalid>" \
	"Date: Mon, 1 Jan 2001 00:00:00 +0000" "Subject: another mail" "" "---" "diff --git a/another b/another" \
	"new file mode 100644" "--- /dev/null" "+++ b/another" "@@ -0,0 +1 @@" "+another" >>"$project/$amid"
refused "tree with two mails in one patch file" 3 "git am created [0-9]* commits from [0-9]* patches; each file must contain one mail; nothing was changed" "$tool/source/tree"
made >"$scratch/after"
try "the source and the tree are still unchanged" diff "$scratch/before" "$scratch/after"
git -C "$project" checkout -q -- .

# The same for an older base, whose series shares patches with the newest.
older=$(bases | sed -n 2p)
if [ -f "$out/$older/origin" ]; then
	use_base "$older"
	small_base
	try "$BASE: tree and refresh change no byte" round_trip
	shared_edit() {
		work "fixup! mm/ksm: skip non-mergeable pages early" && squash && "$tool/source/refresh" &&
			"$tool/source/patches" >/dev/null && [ "$(changes | as_words)" = \
			" M series-$BASE.txt ?? mm/$BASE-skip-non-mergeable-pages-early.patch" ]
	}
	try "$BASE: an edited shared patch becomes a patch for this base only" shared_edit
	own_patch() {
		work "mm/ksm: add one more line" && "$tool/source/refresh" && [ -f "$project/mm/$BASE-add-one-more-line.patch" ]
	}
	try "$BASE: a new commit becomes a patch for this base only" own_patch
fi

finish
