#!/bin/sh
#
# KSRC, a kernel tree of one's own: it stays as it is, is copied once a command,
# and whatever changed in it is noticed.

# shellcheck source=tap.sh
. "$(dirname "$0")/tap.sh"
# shellcheck source=project.sh
. "$vmtest/tests/project.sh"
settings
use_base "$BASE"
make_project

own=$scratch/own
own_git() {
	git -C "$own" "$@"
}
fresh_own() {
	rm -rf "$own" "$project"/out/ksrc-*
	cp -a "$project/out/$BASE/pristine" "$own"
	mkdir "$own/lib"
	echo 1 >"$own/lib/file"
	ln -s file "$own/lib/link"
	[ "$1" = plain ] || { own_git init -q && own_git add -A -f && own_git commit -qm own; }
}
state_of_own() {
	echo "$project"/out/ksrc-*
}

stays() {
	fresh_own git
	echo "/* mine */" >>"$own/mm/ksm.c"
	source=$("$tool/source/source" KSRC="$own") || return
	grep -q page_is_mergable "$source/include/linux/mm.h" || return
	grep -qF '/* mine */' "$source/mm/ksm.c" || return
	[ "$(own_git status --porcelain)" = " M mm/ksm.c" ]
}
try "the series on a tree of one's own, which stays as it is" stays

# What 'make vmtest' does, but for the building.
cat >"$tool/boot/like-vmtest" <<'END'
#!/bin/sh
takes="BASE KSRC TREE"
. "$(dirname "$0")/../lib/common.sh"
settings "$@"
. "$vmtest/source/settle.sh"
"$vmtest/source/pristine" && "$vmtest/source/source" && "$vmtest/source/pristine" && "$vmtest/source/source"
END
chmod +x "$tool/boot/like-vmtest"
stub rsync "case \"\$*\" in *' $own/ '*) echo copy >>$scratch/copies;; esac"
once() {
	rm -f "$scratch/copies"
	env PATH="$stubs" "$tool/boot/like-vmtest" KSRC="$own" || return
	cat "$scratch/copies"
	[ "$(wc -l <"$scratch/copies")" -eq 1 ]
}
try "a command copies it once" once

# made_of: the times of all that is built from, and what "changed" says.
made_of() {
	(cd "$(state_of_own)" && find source -type f -printf '%T@ %i %P\n' | sort -k 3 && cat changed)
}
nothing_changed() {
	made_of >"$scratch/before"
	"$tool/boot/like-vmtest" KSRC="$own" && made_of | diff "$scratch/before" -
}
for kind in git plain; do
	try "$kind: a source" eval "fresh_own $kind && '$tool/source/source' KSRC='$own'"
	try "$kind: nothing changed, and nothing is written" nothing_changed

	# noticed FILE...: "changed" says something new, the source has it with a time
	# of now, and no other file is touched.
	noticed() {
		made_of >"$scratch/before"
		touch "$scratch/now"
		"$tool/source/source" KSRC="$own" >/dev/null || return
		made_of | diff "$scratch/before" - >"$scratch/differ"
		cat "$scratch/differ"
		[ "$(grep -c '^>' "$scratch/differ")" -eq $(($# + 1)) ] || return
		for file; do
			cmp "$own/$file" "$(state_of_own)/source/$file" || return
			[ -n "$(find "$(state_of_own)/source/$file" -newer "$scratch/now")" ] || return
		done
	}
	old_time() {
		cp -p "$own/lib/file" "$scratch/file"
		echo 2 >"$own/lib/file" && touch -d '2001-01-01' "$own/lib/file" && noticed lib/file || return
		cp -p "$scratch/file" "$own/lib/file" && noticed lib/file
	}
	try "$kind: a file with an older time, and the same size" old_time
	same_second() {
		time=$(stat -c %.9Y "$own/lib/file")
		echo 3 >"$own/lib/file" && touch -d "@${time%.*}.123456789" "$own/lib/file" && noticed lib/file
	}
	try "$kind: a file with the time of the same second, and the same size" same_second
	gone() {
		rm "$own/Makefile.gone" "$own/lib/file"
		mkdir "$own/lib/file" && echo >"$own/lib/file/inside" && rm "$own/lib/link" && ln -s file/inside "$own/lib/link"
		[ "$kind" = plain ] || own_git add -A -f
		"$tool/source/source" KSRC="$own" && ! diff -r --no-dereference "$own" "$(state_of_own)/source" | grep '^Only' | grep -v '\.git$' |
			grep -vE 'selftests|mm/|arch' && [ -f "$(state_of_own)/source/lib/file/inside" ] &&
			[ "$(readlink "$(state_of_own)/source/lib/link")" = file/inside ] &&
			[ ! -e "$(state_of_own)/source/Makefile.gone" ]
	}
	echo >"$own/Makefile.gone"
	[ "$kind" = plain ] || own_git add -A -f
	"$tool/source/source" KSRC="$own" >/dev/null 2>&1
	try "$kind: a file gone, a folder in the place of one, a link to another" gone
	back() {
		rm -r "$own/lib/file" && echo 4 >"$own/lib/file"
		[ "$kind" = plain ] || own_git add -A -f
		"$tool/source/source" KSRC="$own" && cmp "$own/lib/file" "$(state_of_own)/source/lib/file"
	}
	try "$kind: and a file in the place of the folder" back
	# set_dir COMMAND...: makes lib/dir anew, then the source.
	set_dir() {
		rm -rf "$own/lib/dir"
		"$@" || return
		[ "$kind" = plain ] || own_git add -A -f
		"$tool/source/source" KSRC="$own" && diff -r --no-dereference "$own/lib" "$(state_of_own)/source/lib"
	}
	dir_of() {
		mkdir -p "$own/lib/dir/sub" && echo "$1" >"$own/lib/dir/file" && echo "$1" >"$own/lib/dir/sub/$1"
	}
	linked() {
		mkdir -p "$own/lib/other/sub" && echo 2 >"$own/lib/other/file" && echo 2 >"$own/lib/other/sub/1" &&
			set_dir dir_of 1 && set_dir ln -s other "$own/lib/dir" && set_dir dir_of 3
	}
	try "$kind: a link in the place of a folder, and a folder again" linked
	mode() {
		chmod +x "$own/lib/file" && "$tool/source/source" KSRC="$own" && [ -x "$(state_of_own)/source/lib/file" ] &&
			chmod -x "$own/lib/file" && "$tool/source/source" KSRC="$own" && [ ! -x "$(state_of_own)/source/lib/file" ]
	}
	try "$kind: a file that becomes executable, and is not again" mode

	# Interrupted when half is there: what was copied is a change to the next one.
	half() {
		before=$(cat "$(state_of_own)/changed")
		echo 5 >"$own/lib/file"
		stub rsync "$(command -v rsync) \"\$@\"; exit 20"
		! env PATH="$stubs" "$tool/source/pristine" KSRC="$own" || return
		rm "$scratch/stubs/rsync"
		[ "$(cat "$(state_of_own)/changed")" = "$before" ] || return
		"$tool/source/source" KSRC="$own" && [ "$(cat "$(state_of_own)/changed")" != "$before" ] &&
			cmp "$own/lib/file" "$(state_of_own)/source/lib/file"
	}
	try "$kind: a copy that was interrupted is made again" half

	# Shared folders take no hard links.
	stub cp 'case $1 in -l|-*l*) echo "cp: cannot create hard link: Operation not permitted" >&2; exit 1;; esac'
	no_links() {
		rm -rf "$(state_of_own)"
		env PATH="$stubs" "$tool/source/source" KSRC="$own" || return
		[ "$(find "$(state_of_own)/source" -type f -links +1 | wc -l)" -eq 0 ] || return
		echo 6 >"$own/lib/file" && noticed lib/file
	}
	try "$kind: where there are no hard links, files are copied" no_links
done
no_links_base() {
	env PATH="$stubs" "$tool/source/source" && [ -f "$project/out/$BASE/source/Makefile" ]
}
try "and for a base" no_links_base

# A git that fails is no tree without files.
fresh_own git
"$tool/source/pristine" KSRC="$own" >/dev/null 2>&1
copied() {
	(cd "$(state_of_own)/pristine" && find . -type f -exec sha256sum {} + | sort -k 2)
}
copied >"$scratch/before"
stub git "for word; do [ \"\$word\" != ls-files ] || { echo 'fatal: no more' >&2; exit 128; }; done"
refused "a git that fails" 3 "KSRC=.*/own: git cannot list its files: fatal: no more; repair its .git, or" env PATH="$stubs" "$tool/source/source" KSRC="$own"
rm "$own/.git/HEAD"
refused "a damaged repository" 3 "KSRC=.*/own: git cannot list its files: fatal: .*; repair its .git, or" "$tool/source/source" KSRC="$own"
git -C "$scratch" init -q
refused "a damaged one in another's work tree" 3 "KSRC=.*/own: git cannot list its files: fatal: " "$tool/source/source" KSRC="$own"
rm -rf "$scratch/.git" "$own/.git"
echo "gitdir: /nowhere" >"$own/.git"
refused "a work tree whose repository is not there" 3 "KSRC=.*/own: git cannot list its files: .*fatal: not a git repository: /nowhere" "$tool/source/source" KSRC="$own"
copied >"$scratch/after"
try "and of the copy nothing is lost" diff "$scratch/before" "$scratch/after"
if [ "$(id -u)" -eq 0 ]; then
	fresh_own git
	chown -R nobody "$own"
	try "one that is someone else's" "$tool/source/source" KSRC="$own"
else
	skip "one that is someone else's" "no root"
fi

finish
