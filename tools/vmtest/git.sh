# shellcheck shell=sh disable=SC2154
# What tree, refresh and mails share: git with no one's own configuration, so
# that the same commits give the same patches everywhere.

# The project signs nothing: whoever sends the patches adds their own name.
project_name='page_is_mergable project'
project_mail='page-is-mergable@project.invalid'

clean_git() {
	GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 git "$@"
}

project_git() {
	GIT_AUTHOR_NAME=$project_name GIT_AUTHOR_EMAIL=$project_mail \
		GIT_COMMITTER_NAME=$project_name GIT_COMMITTER_EMAIL=$project_mail \
		clean_git "$@"
}

# In the work tree of the base; the caller sets $tree.
in_tree() {
	project_git -C "$tree" "$@"
}

# format_patches FOLDER REV...: one file a commit, 0001-... and on.
format_patches() {
	folder=$1
	shift
	in_tree format-patch -q --zero-commit --full-index --no-signature --no-renames \
		-N --no-thread --subject-prefix=PATCH -o "$folder" "$@"
}
