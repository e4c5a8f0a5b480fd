# shellcheck shell=sh disable=SC2034,SC2154
# Shared by tree, commits, refresh and series: git in out/BASE/tree.

project_name=$(git config -f "$vmtest/lib/gitconfig" user.name)
project_mail=$(git config -f "$vmtest/lib/gitconfig" user.email)

# git_in FOLDER ARGUMENTS...: runs git in a work tree; the project's configuration
# overrides that of the repository. --git-dir prevents git from using a repository in a
# parent folder if this one is damaged.
git_in() {
	repository=$1
	shift
	git -c include.path="$vmtest/lib/gitconfig" -C "$repository" \
		--git-dir="$repository/.git" --work-tree="$repository" "$@"
}

# in_tree ARGUMENTS...: runs git in the work tree of the base; the caller sets $tree.
in_tree() {
	git_in "$tree" "$@"
}

# ask ARGUMENTS...: runs git in the tree and sets $answer to its output. Exits if git
# fails, so that a failure is not mistaken for empty output.
ask() {
	answer=$({ in_tree "$@" 2>"$state/git.log"; } 2>/dev/null) || git_failed "$1"
}

# git_reason FILE: prints git's first error message in a file, or the first line.
git_reason() {
	grep -a -m 1 -E '^(fatal|error): ' "$1" 2>/dev/null || head -n 1 "$1" 2>/dev/null
}

# git_failed WHAT: exits with one line, with git's first error message in
# $state/git.log. $intact describes what has been changed.
git_failed() {
	check_room "$1"
	reason=$(git_reason "$state/git.log")
	die "git $1 failed in $tree: ${reason:-no error message}; ${intact:-nothing was changed}; fix this ('git fsck' may report more), then run the same command again"
}

# check_room WHAT: exits with an error if git failed because of a full disk.
check_room() {
	free=$(df -Pk "$state" | awk 'NR == 2 { print $4 }')
	[ "${free:-0}" -ge 1024 ] ||
		die "git $1 failed: disk full: $free kB left for $state; ${intact:-nothing was changed}; free some space, then run the same command again"
}

# tag NAME WHAT: sets $answer to the commit with this tag in the tree.
tag() {
	ask for-each-ref --format='%(objectname)' "refs/tags/$1"
	[ -n "$answer" ] ||
		die "$tree has no tag '$1', $2; nothing was changed; set it with 'git tag $1 COMMIT' there"
}

# Exits with an error if there is no tree, or if it has a rebase in progress or
# uncommitted changes.
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

# add_worktree FOLDER: adds a work tree of the base without files; 'git am' writes those
# that it changes.
add_worktree() {
	ask worktree add -q -f --no-checkout --detach "$1" base
	git_in "$1" read-tree HEAD 2>"$state/git.log" || git_failed read-tree
}

# note_patches FOLDER FILE: adds a note with the path of its patch to each commit; rebase
# and amend copy it. Each line of the file contains a commit and a path.
note_patches() {
	while read -r commit patch; do
		git_in "$1" notes --ref=patch add -f -m "$patch" "$commit" 2>"$state/git.log" || git_failed notes
	done <"$2"
}

# format_patches FOLDER WORD...: writes a numbered file for each commit.
format_patches() {
	ask format-patch -q --no-renames --no-attach --no-to --no-cc \
		--no-add-header -O/dev/null -o "$@"
}
