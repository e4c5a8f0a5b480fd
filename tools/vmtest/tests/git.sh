#!/bin/sh
#
# The patches, sources and mails do not depend on the configuration and the environment
# of the caller's git, and the user's repository is not changed.

. "$(dirname "$0")/project.sh"

home=$scratch/home
mkdir -p "$home/template/hooks" "$home/.config/git"
for hook in commit-msg prepare-commit-msg applypatch-msg pre-commit pre-applypatch post-checkout; do
	printf '%s\n' '#!/bin/sh' 'case $0 in *-msg) echo "Change-Id: I0123" >>"$1";; *) exit 1;; esac' >"$home/template/hooks/$hook"
done
chmod +x "$home"/template/hooks/*
sed "s|HOME|$home|" "$data/git/config" >"$home/.gitconfig"
echo '*' >"$home/excludes"
echo '*.c text eol=crlf' | tee "$home/attributes" >"$home/.config/git/attributes"

# products FILE COMMAND...: runs the programs with COMMAND, and writes the checksums of
# their output to FILE.
products() {
	list=$1
	shift
	make_project
	quick_maintainers
	"$@" "$tool/source/source" >/dev/null && "$@" "$tool/source/tree" >/dev/null && "$@" "$tool/source/refresh" && unchanged || return
	# Commits a change as a developer does.
	echo "/* one more */" >>"$tree/mm/ksm.c"
	"$@" git -C "$tree" commit -qam "mm/ksm: add one more line" || return
	"$@" "$tool/source/refresh" && "$@" "$tool/source/tree" >/dev/null && "$@" "$tool/source/series" >/dev/null || return
	rm -rf "$scratch/products"
	mkdir "$scratch/products"
	cp -r "$project/out/$BASE/source" "$project/out/series" "$scratch/products/"
	(cd "$project" && cp -r series*.txt mm include arch fs Documentation tools/testing "$scratch/products/")
	git -C "$tree" ls-tree -r HEAD >"$scratch/products/tree"
	git -C "$tree" log --format='%an %ae %cn %ce %B' >"$scratch/products/log"
	# Removes ids and dates, which differ in each run.
	sed -i -E '/^(Message-Id|In-Reply-To|References|Date): /d; s/^From [0-9a-f]{40} /From /' \
		"$scratch"/products/series/*/* "$scratch/products/mm/add-one-more-line.patch"
	(cd "$scratch/products" && find . -type f -exec sha256sum {} + | sort -k 2) >"$list"
}
try "with no configuration, in a clean environment" products "$scratch/expected" env
user() {
	products "$scratch/user" env -u GIT_CONFIG_GLOBAL -u GIT_CONFIG_NOSYSTEM -u GIT_ATTR_NOSYSTEM \
		-u XDG_CONFIG_HOME HOME="$home" sh -c 'umask 077; exec "$@"' sh && diff "$scratch/expected" "$scratch/user"
}
try "with a hostile configuration and umask 077, the same bytes" user
same_with_repository_config() {
	make_project
	quick_maintainers
	cp "$home/.gitconfig" "$project/.git/hostile"
	git -C "$project" config include.path hostile
	"$tool/source/source" >/dev/null && "$tool/source/tree" >/dev/null || return
	cp "$home/.gitconfig" "$tree/.git/hostile"
	git -C "$tree" config --add include.path hostile
	"$tool/source/refresh" && "$tool/source/tree" && "$tool/source/series" || return
	git -C "$project" config --unset include.path
	unchanged && ! grep -rE 'X-User|RFC|Change-Id|Signed-off-by' "$project/out/series" "$project/mm"
}
try "with a hostile configuration in the repositories" same_with_repository_config

# The user's repository, with the project in a linked work tree. Git exports GIT_DIR and
# similar variables to hooks, and to commands of 'git rebase -x'.
repository=$scratch/repository linked=$scratch/linked
copy_project "$repository"
commit_all "$repository"
git -C "$repository" worktree add -q "$linked" HEAD
project=$linked tool=$linked/tools/vmtest
small_base
git_dir=$(git -C "$linked" rev-parse --absolute-git-dir)
repository_state() {
	(cd "$repository/.git" && find . -type f ! -path './logs/*' ! -path '*/logs/*' -exec sha256sum {} + | sort -k 2)
	git -C "$linked" ls-files -s
	changes
}
# untouched COMMAND...: checks that the repository is unchanged.
untouched() {
	changes >/dev/null
	repository_state >"$scratch/before"
	(cd "$linked" && env GIT_DIR="$git_dir" GIT_WORK_TREE="$linked" GIT_INDEX_FILE="$git_dir/index" \
		GIT_AUTHOR_NAME=User GIT_AUTHOR_DATE="@0 +0000" GIT_COMMITTER_EMAIL=u@u.invalid "$@") || return
	repository_state | diff "$scratch/before" -
}
for program in tree refresh source series; do
	try "$program, with GIT_DIR and similar variables set: the user's repository is unchanged" untouched "$tool/source/$program"
done

# A clone that converts line ends to CRLF.
crlf_clone() {
	rm -rf "$scratch/project"
	git clone -q -c core.autocrlf=true "file://$repository" "$scratch/project" || return
	project=$scratch/project tool=$scratch/project/tools/vmtest
	small_base
	! grep -rlI "$(printf '\r')$" "$project/tools" "$project/mm" "$project/Makefile" &&
		"$tool/source/patches" >/dev/null && "$tool/source/source" >/dev/null && round_trip
}
try "a clone with core.autocrlf works" crlf_clone

finish
