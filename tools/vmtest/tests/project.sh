# shellcheck shell=sh disable=SC2034,SC2154
# Sourced by the tests of the patches instead of tap.sh: the files that a series changes,
# and a copy of the project in $scratch/project, which the tests can modify.

. "$(dirname "$0")/tap.sh"
settings
. "$vmtest/lib/git.sh"

# use_base BASE: what the functions below work on.
use_base() {
	settings "BASE=$1"
	pristine=$("$vmtest/source/pristine") || exit
	area=$scratch/$BASE
	mkdir -p "$area"
	listed "$series" >"$area/listed"
}

# A repository of just the files that the series touches is enough to apply it.
touched() { (cd "$top" && xargs sed -n 's|^diff --git a/\(.*\) b/.*|\1|p' <"$area/listed") | sort -u; }
copy_touched() {
	mkdir -p "$1"
	touched | (cd "$pristine" && rsync -a --ignore-missing-args --files-from=- ./ "$1/")
}
# commit_all FOLDER: a repository of what is in it.
commit_all() { git -C "$1" init -q && git -C "$1" add -A -f && git -C "$1" commit -qm base; }

# What only an older base has must differ from what the newest has in its place:
# a patch that applies as it stands is shared.
shareable() {
	newest_patch=$(dirname "$1")/$(basename "$1" | sed "s/^$BASE-//")
	[ "$newest_patch" != "$1" ] && [ -f "$top/$newest_patch" ] &&
		GIT_DIR=/nonexistent git apply --check "$top/$newest_patch" 2>/dev/null &&
		echo "$newest_patch applies as it stands"
}

git_am() {
	copy_touched "$area/am"
	cd "$area/am" && commit_all . || return
	while read -r patch; do
		! shareable "$patch" || return
		git am --whitespace=error-all "$top/$patch" || return
	done <"$area/listed"
	[ "$(git rev-list --count HEAD)" -eq $(($(wc -l <"$area/listed") + 1)) ]
}

# same_as_am FOLDER: the same tree as git's, to the byte.
same_as_am() {
	touched | while read -r file; do
		cmp "$1/$file" "$area/am/$file" || exit
	done
}

# apply_topics FOLDER TOPIC...: git am of their patches, in that order, on the base.
apply_topics() {
	rm -rf "$1"
	copy_touched "$1" && commit_all "$1" || return
	onto=$1
	shift
	for each_topic; do
		among "$each_topic" "$(topics "$series")" || return
		for patch in $(listed "$series" "$each_topic"); do
			git -C "$onto" am --whitespace=error-all "$top/$patch" || return
		done
	done
}

# make_project: a copy, committed, whose base is unpacked already. A small base is
# a quick one: what the series touches, and what tools look for.
make_project() {
	use_base "$BASE"
	rm -rf "$scratch/project"
	copy_project "$scratch/project"
	commit_all "$project"
	small_base
	unset VMTEST_OUT VMTEST_LOCKED
}
small_base() {
	tree=$project/out/$BASE/tree
	copy_touched "$project/out/$BASE/pristine"
	cp "$pristine/Makefile" "$pristine/.gitattributes" "$pristine/MAINTAINERS" "$project/out/$BASE/pristine/"
	mkdir -p "$project/out/$BASE/pristine/scripts"
	cp "$pristine/scripts/get_maintainer.pl" "$project/out/$BASE/pristine/scripts/"
	cp "$pristine/../origin" "$project/out/$BASE/origin"
}

# quick_maintainers: a base whose get_maintainer.pl is quick.
quick_maintainers() {
	rm -rf "$tree"
	printf '%s\n' '#!/bin/sh' 'echo "list@list.invalid (open list:X)"' >"$project/out/$BASE/pristine/scripts/get_maintainer.pl"
	chmod +x "$project/out/$BASE/pristine/scripts/get_maintainer.pl"
}

# work SUBJECT: a commit on the tree, of one more line.
work() {
	echo "/* $1 */" >>"$tree/mm/ksm.c"
	in_tree commit -qam "$1"
}
# changes: the project's files that differ from what was committed.
changes() { git -C "$project" status --porcelain; }
unchanged() {
	git -C "$project" diff --stat
	[ -z "$(changes)" ]
}
round_trip() { "$tool/source/tree" && "$tool/source/refresh" && unchanged; }
