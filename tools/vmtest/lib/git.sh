# shellcheck shell=sh disable=SC2034,SC2154
# Shared by tree, commits, refresh and series: git in out/BASE/tree.

project_name=$(git config -f "$vmtest/lib/gitconfig" user.name)
project_mail=$(git config -f "$vmtest/lib/gitconfig" user.email)

# git_in FOLDER ARGUMENTS...: git in that work tree, with the project's
# configuration above the repository's own. The repository is named: one that is
# damaged must not make git go on to another in a folder above.
git_in() {
	repository=$1
	shift
	git -c include.path="$vmtest/lib/gitconfig" -C "$repository" \
		--git-dir="$repository/.git" --work-tree="$repository" "$@"
}

# In the work tree of the base; the caller sets $tree.
in_tree() {
	git_in "$tree" "$@"
}

# ask ARGUMENTS...: what git says to this in the tree, in $answer. A git that
# fails ends the program: its output must not be taken as empty.
ask() {
	answer=$({ in_tree "$@" 2>"$state/git.log"; } 2>/dev/null) || git_failed "$1"
}

# git_reason FILE: git's own first error in it, else its first line.
git_reason() {
	grep -a -m 1 -E '^(fatal|error): ' "$1" 2>/dev/null || head -n 1 "$1" 2>/dev/null
}

# git_failed WHAT: one line, with git's own first error from $state/git.log. What
# is lost by it the program has in $intact.
git_failed() {
	check_room "$1"
	reason=$(git_reason "$state/git.log")
	die "git $1 failed in $tree: ${reason:-no error message}; ${intact:-nothing was changed}; fix this ('git fsck' may report more), then run the same command again"
}

# check_room WHAT: was it for a full disk that git failed at this?
check_room() {
	free=$(df -Pk "$state" | awk 'NR == 2 { print $4 }')
	[ "${free:-0}" -ge 1024 ] ||
		die "git $1 failed: disk full: $free kB left for $state; ${intact:-nothing was changed}; free some space, then run the same command again"
}

# tag NAME WHAT: the commit that has this tag in the tree, in $answer.
tag() {
	ask for-each-ref --format='%(objectname)' "refs/tags/$1"
	[ -n "$answer" ] ||
		die "$tree has no tag '$1', $2; nothing was changed; set it with 'git tag $1 COMMIT' there"
}

# The tree has to be there, with nothing begun and not ended.
check_tree_is_settled() {
	[ -e "$tree/.git" ] || die "$tree does not exist; 'make tree' creates it"
	if [ -d "$tree/.git/rebase-merge" ] || [ -d "$tree/.git/rebase-apply" ]; then
		die "$tree has a rebase in progress; finish it with 'git rebase --continue' or '--abort', then refresh"
	fi
	ask status --porcelain
	dirty=$(printf '%s\n' "$answer" | head -n 1)
	[ -z "$dirty" ] ||
		die "$tree has uncommitted changes ($dirty); commit or stash them, then refresh"
	tag base "the commit that the patches are on"
}

# add_worktree FOLDER: a work tree of the base with no files; 'git am' writes those
# that it changes.
add_worktree() {
	ask worktree add -q -f --no-checkout --detach "$1" base
	git_in "$1" read-tree HEAD 2>"$state/git.log" || git_failed read-tree
}

# note_patches FOLDER FILE: the patch's path travels with its commit, through rebase
# and amend. A line of the file has both.
note_patches() {
	while read -r commit patch; do
		git_in "$1" notes --ref=patch add -f -m "$patch" "$commit" 2>"$state/git.log" || git_failed notes
	done <"$2"
}

# format_patches FOLDER WORD...: one file a commit, 0001-... and on.
format_patches() {
	ask format-patch -q --no-renames --no-attach --no-to --no-cc \
		--no-add-header -O/dev/null -o "$@"
}
