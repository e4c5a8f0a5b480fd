# shellcheck shell=sh disable=SC2034,SC2154
# Sourced by the tests of the patches instead of tap.sh: the files that a series changes,
# and a copy of the project in $scratch/project, which the tests can modify.

. "$(dirname "$0")/tap.sh"
settings
. "$vmtest/lib/git.sh"

# use_base BASE: sets the base for the functions below.
use_base() {
	settings "BASE=$1"
	pristine=$("$vmtest/source/pristine") || exit
	area=$scratch/$BASE
	mkdir -p "$area"
	listed "$series" >"$area/listed"
}

# A repository of only the files that the series changes is enough to apply it.
touched() { (cd "$top" && xargs sed -n 's|^diff --git a/\(.*\) b/.*|\1|p' <"$area/listed") | sort -u; }
copy_touched() {
	mkdir -p "$1"
	touched | (cd "$pristine" && rsync -a --ignore-missing-args --files-from=- ./ "$1/")
}
# commit_all FOLDER: creates a repository with the files of a folder.
commit_all() { git -C "$1" init -q && git -C "$1" add -A -f && git -C "$1" commit -qm base; }

# A patch for an older base only must differ from that for the newest base: a patch that
# applies unchanged must be shared.
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

# same_as_am FOLDER: compares a folder with the tree of git am.
same_as_am() {
	touched | while read -r file; do
		cmp "$1/$file" "$area/am/$file" || exit
	done
}

# apply_topics FOLDER TOPIC...: applies topics to the base with git am, in this order.
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

# make_project: creates a copy with an initial commit and an unpacked base. For speed, the
# base has only the files that the series changes, and those that tools need.
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

# quick_maintainers: replaces get_maintainer.pl of the base with a fast one.
quick_maintainers() {
	rm -rf "$tree"
	printf '%s\n' '#!/bin/sh' 'echo "list@list.invalid (open list:X)"' >"$project/out/$BASE/pristine/scripts/get_maintainer.pl"
	chmod +x "$project/out/$BASE/pristine/scripts/get_maintainer.pl"
}

# work SUBJECT: commits one more line in the tree.
work() {
	echo "/* $1 */" >>"$tree/mm/ksm.c"
	in_tree commit -qam "$1"
}
# changes: lists the files of the project that differ from the initial commit.
changes() { git -C "$project" status --porcelain; }
unchanged() {
	git -C "$project" diff --stat
	[ -z "$(changes)" ]
}
round_trip() { "$tool/source/tree" && "$tool/source/refresh" && unchanged; }
