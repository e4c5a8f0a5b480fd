#!/bin/sh
#
# KSRC, the user's kernel tree: it is not modified, it is copied once per command, and
# every change in it is detected.

. "$(dirname "$0")/project.sh"
make_project

own=$scratch/own
# fresh_own KIND: creates the user's tree, with git or without.
fresh_own() {
	rm -rf "$own" "$project"/out/ksrc-*
	cp -a "$project/out/$BASE/pristine" "$own"
	mkdir "$own/lib"
	echo 1 >"$own/lib/file"
	ln -s file "$own/lib/link"
	[ "$1" = plain ] || commit_all "$own"
}
add_all() { [ "$kind" = plain ] || git -C "$own" add -A -f; }
# copy_of_own: prints the folder of the only copy.
copy_of_own() { echo "$project"/out/ksrc-*; }
same_file() { cmp "$own/lib/file$1" "$(copy_of_own)/source/lib/file$1"; }
# use_own [NAME=VALUE]: creates a source of it, with a variable in the environment.
use_own() { env "${1-A=}" "$tool/source/source" KSRC="$own"; }

stays() {
	fresh_own git
	echo "/* mine */" >>"$own/mm/ksm.c"
	source=$(use_own) && grep -q page_is_mergable "$source/include/linux/mm.h" && grep -qF '/* mine */' "$source/mm/ksm.c" &&
		[ "$(git -C "$own" status --porcelain)" = " M mm/ksm.c" ]
}
try "the series on the user's tree, which is not modified" stays

cp "$data/ksrc/like-vmtest" "$tool/boot/"
stub rsync "case \"\$*\" in *' $own/ '*) echo copy >>$scratch/copies;; esac"
try "the steps of vmtest" env PATH="$stubs" "$tool/boot/like-vmtest" KSRC="$own"
try "copy the tree once" test "$(cat "$scratch/copies")" = copy

# made_of: prints the times of all source files, and the content of "changed".
made_of() {
	(cd "$(copy_of_own)" && find source -type f -printf '%T@ %i %P\n' | sort -k 3 && cat changed)
}
nothing_changed() {
	fresh_own "$kind" && use_own && made_of >"$scratch/before" &&
		"$tool/boot/like-vmtest" KSRC="$own" && made_of | diff "$scratch/before" -
}
# noticed: checks that "changed" has changed, that the source has lib/file with the
# current time, and that no other file is changed.
noticed() {
	made_of >"$scratch/before"
	touch "$scratch/now"
	use_own >/dev/null || return
	made_of | diff "$scratch/before" - | tee "$scratch/differ"
	[ "$(grep -c '^>' "$scratch/differ")" -eq 2 ] && same_file "" &&
		[ -n "$(find "$(copy_of_own)/source/lib/file" -newer "$scratch/now")" ]
}
old_time() {
	cp -p "$own/lib/file" "$scratch/file"
	echo 2 >"$own/lib/file" && touch -d '2001-01-01' "$own/lib/file" && noticed &&
		cp -p "$scratch/file" "$own/lib/file" && noticed
}
same_second() {
	time=$(stat -c %.9Y "$own/lib/file")
	echo 3 >"$own/lib/file" && touch -d "@${time%.*}.123456789" "$own/lib/file" && noticed
}
gone() {
	echo >"$own/Makefile.gone"
	add_all && use_own || return
	rm "$own/Makefile.gone" "$own/lib/file"
	mkdir "$own/lib/file" && echo >"$own/lib/file/inside" && ln -sfn file/inside "$own/lib/link"
	add_all && use_own && ! diff -r --no-dereference "$own" "$(copy_of_own)/source" | grep '^Only' | grep -vE '\.git$|selftests|mm/|arch' &&
		same_file /inside && [ "$(readlink "$(copy_of_own)/source/lib/link")" = file/inside ]
}
back() { rm -r "$own/lib/file" && echo 4 >"$own/lib/file" && add_all && use_own && same_file ""; }
# set_dir COMMAND...: replaces lib/dir, then updates the source.
set_dir() {
	rm -rf "$own/lib/dir"
	"$@" && add_all && use_own && diff -r --no-dereference "$own/lib" "$(copy_of_own)/source/lib"
}
dir_of() {
	mkdir -p "$own/lib/dir/sub" && echo "$1" >"$own/lib/dir/file" && echo "$1" >"$own/lib/dir/sub/$1"
}
linked() {
	mkdir -p "$own/lib/other/sub" && echo 2 >"$own/lib/other/file" && echo 2 >"$own/lib/other/sub/1" &&
		set_dir dir_of 1 && set_dir ln -s other "$own/lib/dir" && set_dir dir_of 3
}
mode() {
	chmod +x "$own/lib/file" && use_own && [ -x "$(copy_of_own)/source/lib/file" ] &&
		chmod -x "$own/lib/file" && use_own && [ ! -x "$(copy_of_own)/source/lib/file" ]
}
# An interrupted copy: the next one counts the files that were copied as changes.
half() {
	before=$(cat "$(copy_of_own)/changed")
	echo 5 >"$own/lib/file"
	stub rsync "$(command -v rsync) \"\$@\"; exit 20"
	! PATH="$stubs" "$tool/source/pristine" KSRC="$own" || return
	rm "$scratch/stubs/rsync"
	[ "$(cat "$(copy_of_own)/changed")" = "$before" ] &&
		use_own && [ "$(cat "$(copy_of_own)/changed")" != "$before" ] && same_file ""
}
# Shared folders do not support hard links.
no_links() {
	rm -rf "$(copy_of_own)"
	stub cp 'case $1 in -l|-*l*) echo "cp: cannot create hard link: Operation not permitted" >&2; exit 1;; esac'
	use_own PATH="$stubs" && [ -z "$(find "$(copy_of_own)/source" -type f -links +1)" ] &&
		echo 6 >"$own/lib/file" && noticed
}
for kind in git plain; do
	try "$kind: without a change, nothing is written" nothing_changed
	try "$kind: a changed file with an older time and the same size" old_time
	try "$kind: a changed file with a time in the same second and the same size" same_second
	try "$kind: a removed file, a file replaced with a folder, a link to another file" gone
	try "$kind: the folder replaced with a file" back
	try "$kind: a folder replaced with a link, and the link with a folder" linked
	try "$kind: a file made executable, and not executable again" mode
	try "$kind: an interrupted copy is repeated" half
	try "$kind: files are copied if there are no hard links" no_links
done

# A failure of git is not mistaken for a tree without files.
copied() { (cd "$(copy_of_own)/pristine" && find . -type f -exec sha256sum {} + | sort -k 2); }
fresh_own git
"$tool/source/pristine" KSRC="$own" >/dev/null 2>&1
copied >"$scratch/before"
# refused_own NAME WORDS [NAME=VALUE]
refused_own() { refused "$1" 3 "KSRC=.*/own: git cannot list its files: $2" use_own "${3-A=}"; }
stub git "for word; do [ \"\$word\" != ls-files ] || { echo 'fatal: no more' >&2; exit 128; }; done"
refused_own "a git that fails" "fatal: no more; repair" PATH="$stubs"
rm "$own/.git/HEAD"
refused_own "a damaged repository" "fatal: "
git -C "$scratch" init -q
refused_own "a damaged repository inside another work tree" "fatal: "
rm -rf "$scratch/.git" "$own/.git"
echo "gitdir: /nowhere" >"$own/.git"
refused_own "a work tree whose repository is missing" ".*fatal: .*/nowhere"
copied >"$scratch/after"
try "the copy is unchanged" diff "$scratch/before" "$scratch/after"
if [ "$(id -u)" -eq 0 ]; then
	fresh_own git && chown -R nobody "$own"
	try "a repository of another user" use_own
else
	skip "a repository of another user" "no root"
fi

finish
