#!/bin/sh
#
# The series as maintainers and distributions take it, and the working cycle.

# shellcheck source=tap.sh
. "$(dirname "$0")/tap.sh"
settings
asked=$BASE
# shellcheck source=../git.sh
. "$vmtest/git.sh"

# A repository of just the files that the series touches is enough to apply it.
touched() {
	while read -r patch; do
		sed -n 's|^diff --git a/\(.*\) b/.*|\1|p' "$top/$patch"
	done <"$area/listed" | sort -u
}
copy_touched() {
	mkdir -p "$1"
	touched | while read -r file; do
		[ -f "$pristine/$file" ] || continue
		mkdir -p "$1/$(dirname "$file")"
		cp "$pristine/$file" "$1/$file"
	done
}

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
	cd "$area/am" || return
	project_git init -q && project_git add -A -f && project_git commit -qm base || return
	while read -r patch; do
		! shareable "$patch" || return
		project_git am --whitespace=error-all "$top/$patch" || return
	done <"$area/listed"
	[ "$(git rev-list --count HEAD)" -eq $(($(wc -l <"$area/listed") + 1)) ]
}

quilt_push() {
	copy_touched "$area/quilt"
	cd "$area/quilt" || return
	mkdir patches
	cp "$series" patches/series
	while read -r patch; do
		mkdir -p "patches/$(dirname "$patch")"
		cp "$top/$patch" "patches/$patch"
	done <"$area/listed"
	QUILT_PATCHES=patches quilt push -a --fuzz=0 || return
	same_as_am .
}

# same_as_am FOLDER: the same tree as git's, to the byte.
same_as_am() {
	touched | while read -r file; do
		cmp "$1/$file" "$area/am/$file" || exit
	done
}

# shown_for NAME: the commands that doc/distributions.md has under that heading.
shown_for() {
	sed -n "/^## $1/,/^## /p" "$vmtest/doc/distributions.md" | sed -n '/^```sh$/,/^```$/{/^```/!p}' |
		sed "s|^project=.*|project=$top|; s|^series=.*|series=${series##*/}|"
}

# Debian's source package, with a patch of Debian's in the series already.
debian_source() {
	copy_touched "$area/debian"
	mkdir -p "$area/debian/debian/patches"
	cd "$area/debian" || return
	sed "1a // Debian's" mm/ksm.c | diff -u --label a/mm/ksm.c --label b/mm/ksm.c mm/ksm.c - \
		>debian/patches/from-debian.patch
	echo from-debian.patch >debian/patches/series
	shown_for Debian >"$area/shown"
	sh -e "$area/shown" || return
	sed -i 2d mm/ksm.c && same_as_am .
}

# A source package for RPM of the touched files, for its -bp: unpack and patch.
rpm_source() {
	mkdir -p "$area/rpm/SOURCES" "$area/rpm/SPECS"
	copy_touched "$area/rpm/linux"
	cd "$area/rpm" || return
	tar -czf SOURCES/linux.tar.gz linux && rm -r linux
	printf '%s\n' "Name: kernel" "Version: 1" "Release: 1" "Summary: x" "License: GPL" \
		"BuildArch: noarch" "Source0: linux.tar.gz" "%description" x \
		"%prep" "%autosetup -p1 -n linux" >SPECS/kernel.spec
	shown_for RPM >"$area/shown"
	sh -e "$area/shown" || return
	same_as_am BUILD/linux
}

# checkpatch may mention the hook's name, and that nobody has signed off.
checkpatch() {
	"$pristine/scripts/checkpatch.pl" --no-tree --strict --root="$pristine" \
		--ignore MISSING_SIGN_OFF,TYPO_SPELLING --show-types "$top/$1"
}

no_tags() {
	! (cd "$top" && xargs grep -nE '^(Signed-off-by|Reviewed-by|Acked-by|Tested-by|Co-developed-by):' <"$area/listed")
}

# readme WORDS: the line of the README that has them does what git am does.
readme() {
	rm -rf "$area/linux"
	copy_touched "$area/linux"
	ln -sfn "$top" "$area/page_is_mergable"
	cd "$area/linux" || return
	project_git init -q && project_git add -A -f && project_git commit -qm base || return
	grep -F "$1" "$top/README.md" | sed "s/series\.txt/$(basename "$series")/g" >"$area/command"
	[ "$(wc -l <"$area/command")" -eq 1 ] || return
	GIT_COMMITTER_NAME=x GIT_COMMITTER_EMAIL=x@x.invalid sh -e "$area/command" && same_as_am .
}

project_author() {
	while read -r patch; do
		[ "$(sed -n 's/^From: //p' "$top/$patch" | head -n 1)" = "$project_name <$project_mail>" ] ||
			{ echo "$patch"; return 1; }
	done <"$area/listed"
}

# Added lines, tests and comments about them apart.
small() {
	lines=$(while read -r patch; do
		awk '/^diff --git / { counts = $4 !~ /^b\/(tools|Documentation|MAINTAINERS)/ }
		     counts && /^\+/ && !/^\+\+\+/' "$top/$patch"
	done <"$area/listed" | wc -l)
	echo "$lines lines"
	[ "$lines" -lt 150 ]
}

kernel_doc() {
	for file in include/linux/mm.h mm/util.c arch/arm64/kernel/mte.c; do
		"$pristine/scripts/kernel-doc" -Wall -none "$area/am/$file" 2>&1
	done >"$area/kernel-doc"
	! grep -E 'page_is_(mergable|zero_filled)' "$area/kernel-doc"
}

# use_base BASE: what the functions above work on.
use_base() {
	settings "BASE=$1"
	pristine=$("$vmtest/base") || exit
	area=$scratch/$BASE
	mkdir -p "$area"
	listed "$series" >"$area/listed"
}

for each in $(bases); do
	if [ ! -f "$out/$each/origin" ] && ! "$vmtest/fetch" --has "linux-source-$each"; then
		skip "$each: the series" "the mirror has no linux-source-$each any more"
		continue
	fi
	use_base "$each"
	try "$BASE: git am takes the series, with no fuzz and no remark on white space" git_am
	try "$BASE: quilt pushes the series with fuzz 0, to the same tree" quilt_push
	try "$BASE: git am, as the README has it" readme "xargs git am"
	try "$BASE: quilt, as the README has it" readme "quilt push -a"
	try "$BASE: Debian's source package takes it, as doc/distributions.md has it" debian_source
	[ -z "${FULL-}" ] || try "$BASE: and RPM's" rpm_source
	while read -r patch; do
		try "$BASE: checkpatch: $patch" checkpatch "$patch"
	done <"$area/listed"
	try "$BASE: no patch is signed off or reviewed by someone who wasn't asked" no_tags
	try "$BASE: the project is the author of each patch" project_author
	try "$BASE: the kernel side stays under 150 added lines" small
	try "$BASE: kernel-doc has nothing to say about the new functions" kernel_doc
done

# The working cycle, in a copy of the project whose base is unpacked already.
project=$scratch/project
mkdir -p "$project"
(cd "$top" && git ls-files -co --exclude-standard | cpio -pdm --quiet "$project")
project_git -C "$project" init -q
project_git -C "$project" add -A
project_git -C "$project" commit -qm project
# A small base is a quick one: what the series touches, and what tools look for.
small_base() {
	mkdir -p "$project/out/$BASE"
	ln "$state/origin" "$project/out/$BASE/origin"
	copy_touched "$project/out/$BASE/pristine"
	cp "$pristine/Makefile" "$pristine/.gitattributes" "$project/out/$BASE/pristine/"
	mkdir -p "$project/out/$BASE/pristine/scripts"
	cp "$pristine/scripts/get_maintainer.pl" "$project/out/$BASE/pristine/scripts/"
}
use_base "$asked"
small_base
tool=$project/tools/vmtest
unset OUT VMTEST_LOCKED
tree=$project/out/$BASE/tree
changed() {
	git -C "$project" diff --stat
	[ -n "$(git -C "$project" status --porcelain)" ]
}
unchanged() {
	! changed
}

round_trip() {
	"$tool/tree" && "$tool/refresh" && unchanged
}
try "tree, then refresh, changes no byte" round_trip

again() {
	"$tool/tree" && unchanged
}
try "tree again: nothing to do" again

mails() {
	git -C "$project" diff --quiet || return
	rm -rf "$scratch/mails"
	"$tool/mails" "$@" >"$scratch/path" || return
	cp -r "$(cat "$scratch/path")" "$scratch/mails"
	[ "$(find "$scratch/mails" -name '*.patch' | wc -l)" -eq "$((nr_patches + 1))" ]
}
unsigned() {
	mails && ! grep -r '^Signed-off-by' "$scratch/mails"
}
try "the mails, signed by nobody" unsigned
signed() {
	mails AUTHOR="A Person <person@person.invalid>" &&
		[ "$(grep -lr '^Signed-off-by: A Person <person@person.invalid>' "$scratch"/mails/*.patch | wc -l)" -eq "$nr_patches" ]
}
try "the mails, signed by who sends them" signed
mbox() {
	cd "$area/am" &&
		project_git checkout -q -b mails "$(git rev-list --max-parents=0 HEAD)" &&
		find "$scratch/mails" -name 'v1-*.patch' ! -name 'v1-0000-*' | sort |
			xargs git -c user.name=x -c user.email=x@x.invalid am -q &&
		project_git diff --exit-code mails '@{-1}' --
}
try "git am takes the mails" mbox
recipients() {
	for mail in "$scratch"/mails/*.patch; do
		grep -q '^Cc: .*@' "$mail" && ! grep '^Subject: .*[^ ]$' "$mail" | grep -qv '\[PATCH v1 ' ||
			{ echo "$mail"; return 1; }
	done
	grep -q '^To: .*@' "$scratch/mails"/v1-0002-*
}
try "each mail names who get_maintainer.pl wants it sent to" recipients

# b4's, Debian's, with no server behind it; it takes a mbox in a git tree only.
b4() {
	mkdir -p "$scratch/b4/home" "$scratch/b4/taken"
	(cd "$scratch/b4" && HOME="$scratch/b4/home" command b4 --offline-mode "$@")
}
b4_tree() {
	rm -rf "$scratch/b4"
	copy_touched "$scratch/b4"
	project_git -C "$scratch/b4" init -q
	project_git -C "$scratch/b4" config user.name x
	project_git -C "$scratch/b4" config user.email x@x.invalid
	project_git -C "$scratch/b4" add -A -f
	project_git -C "$scratch/b4" commit -qm base
}
b4_shazam() {
	b4_tree && b4 shazam -C -m "$scratch/mails/series.mbox" && same_as_am "$scratch/b4"
}
try "b4 shazam applies the mbox" b4_shazam
b4_am() {
	b4_tree && b4 am -C -o taken -m "$scratch/mails/series.mbox" &&
		project_git -C "$scratch/b4" am -q "$scratch"/b4/taken/*.mbx && same_as_am "$scratch/b4"
}
try "b4 am makes a mbox of it that git am applies" b4_am
quiltimport() {
	b4_tree && cp -r "$area/quilt/patches" "$scratch/patches" &&
		(cd "$scratch/b4" && project_git quiltimport --patches "$scratch/patches") &&
		same_as_am "$scratch/b4" &&
		[ "$(git -C "$scratch/b4" rev-list --count HEAD)" -eq $((nr_patches + 1)) ]
}
try "git quiltimport imports it" quiltimport
second_version() {
	cp "$scratch/mails/series.mbox" "$scratch/v1.mbox"
	mails REROLL=2 PREVIOUS="$scratch/v1.mbox" && [ "$(find "$scratch/mails" -name 'v2-*.patch' | wc -l)" -eq $((nr_patches + 1)) ] &&
		grep -q '^Range-diff' "$scratch/mails/v2-0000-cover-letter.patch"
}
try "a second version tells how it differs from the first" second_version
refused "a second version of nothing" 2 'PREVIOUS=: no such file; a second version needs' "$tool/mails" REROLL=2
refused "an AUTHOR that is none" 2 'AUTHOR=nobody: not of the form' "$tool/mails" AUTHOR=nobody

fixup() {
	echo "/* a new last line */" >>"$tree/mm/ksm.c"
	in_tree commit -qam "fixup! mm/ksm: leave pages that are not mergable alone early" || return
	in_tree -c sequence.editor=: rebase -q -i --autosquash base || return
	"$tool/refresh" || return
	[ "$(git -C "$project" diff --name-only)" = "$(grep '^mm/leave-pages' "$area/listed")" ]
}
try "a fixup, squashed, changes its patch and no other" fixup

new_patch() {
	echo "/* one more */" >>"$tree/mm/ksm.c"
	in_tree commit -qam "mm/ksm: add one more line" || return
	"$tool/refresh" || return
	tail -n 1 "$project/series.txt" | grep -x mm/add-one-more-line.patch &&
		"$tool/patches" BASE="$BASE" >/dev/null
}
try "a new commit is a new patch, at its place in the series" new_patch

move_patch() {
	mv "$project/mm/add-one-more-line.patch" "$project/mm/moved.patch" &&
		sed -i 's|^mm/add-one-more-line.patch|mm/moved.patch|' "$project/series.txt" &&
		"$tool/tree" && "$tool/refresh" && [ -f "$project/mm/moved.patch" ] &&
		[ ! -e "$project/mm/add-one-more-line.patch" ]
}
try "a patch moved by hand stays where it is" move_patch

drop_patch() {
	in_tree reset -q --hard HEAD^ && "$tool/refresh" &&
		[ ! -f "$project/mm/moved.patch" ] && "$tool/patches" >/dev/null
}
try "a commit dropped is a patch dropped" drop_patch

echo "/* not committed */" >>"$tree/mm/ksm.c"
refused "refresh with uncommitted changes" 3 'uncommitted changes .*mm/ksm.c.*commit or stash' "$tool/refresh"
refused "tree with uncommitted changes" 3 "holds work that the patches don't; 'make refresh' saves it" "$tool/tree"
in_tree checkout -q -- .
echo "/* committed */" >>"$tree/mm/ksm.c"
in_tree commit -qam "mm/ksm: work that is in no patch"
refused "tree with commits that are in no patch" 3 "holds work that the patches don't" "$tool/tree"
in_tree reset -q --hard HEAD^
git -C "$project" checkout -q -- .
try "tree follows the patches when they have moved on" round_trip

# Series files and patches that don't fit.
first=$(head -n 1 "$area/listed")
mv "$project/$first" "$scratch/first.patch"
refused "a series file that names a missing patch" 3 "series.txt names $first, which is not there" "$tool/source"
mv "$scratch/first.patch" "$project/$first"
cp "$project/$first" "$project/mm/stray.patch"
refused "a patch that no series file names" 3 'mm/stray.patch is in no series file' "$tool/source"
rm "$project/mm/stray.patch"

# A patch that does not apply, the third one: nothing of it, and the source as
# it was.
try "a source tree" "$tool/source" TREE=2
(cd "$project/out/$BASE/source" && find . -type f -exec sha256sum {} + | sort) >"$scratch/before"
third=$(sed -n 5p "$area/listed")
sed -i 's/^ 	 \* The pmd entry mapping the old thp/ 	 * The entry mapping the old thp/' "$project/$third"
refused "a patch that does not apply" 3 "$third does not apply: mm/migrate.c, hunk 1 \(line [0-9]*\); it was made for linux-source-$BASE" \
	"$tool/source" TREE=series
(cd "$project/out/$BASE/source" && find . -type f -exec sha256sum {} + | sort) >"$scratch/after"
try "and leaves the source as it was" diff "$scratch/before" "$scratch/after"
git -C "$project" checkout -q -- .

sed -i 's/^ 	 \* The pmd entry mapping the old thp/ 	 * The entry mapping the old thp/' "$project/$third"
in_tree rev-parse HEAD >"$scratch/before"
refused "tree, with a patch that does not apply" 3 "$third does not apply: mm/migrate.c:[0-9]*; .*nothing was changed" "$tool/tree"
in_tree rev-parse HEAD >"$scratch/after"
try "and leaves the tree as it was" diff "$scratch/before" "$scratch/after"
git -C "$project" checkout -q -- .

# A kernel tree of one's own stays as it is.
own_tree() {
	mkdir -p "$scratch/own"
	cp -a "$project/out/$BASE/pristine/." "$scratch/own/"
	(cd "$scratch/own" && git init -q && git add -A -f && project_git commit -qm own)
	echo "/* mine */" >>"$scratch/own/mm/ksm.c"
	source=$("$tool/source" KSRC="$scratch/own") || return
	grep -q page_is_mergable "$source/include/linux/mm.h" || return
	grep -qF '/* mine */' "$source/mm/ksm.c" || return
	[ "$(git -C "$scratch/own" status --porcelain)" = " M mm/ksm.c" ]
}
try "KSRC: the series on a tree of one's own, which stays as it is" own_tree

# The same for an older base, whose series shares patches with the newest.
older=$(bases | sed -n 2p)
if [ -d "$scratch/$older" ]; then
	use_base "$older"
	(OUT=$top/out; out=$top/out; small_base)
	tree=$project/out/$BASE/tree
	try "$BASE: tree, then refresh, changes no byte" round_trip

	shared_edit() {
		echo "/* for $BASE */" >>"$tree/mm/ksm.c"
		in_tree commit -qam "fixup! mm/ksm: leave pages that are not mergable alone early" || return
		in_tree -c sequence.editor=: rebase -q -i --autosquash base || return
		"$tool/refresh" || return
		[ "$(git -C "$project" status --porcelain)" = " M series-$BASE.txt
?? mm/$BASE-leave-pages-that-are-not-mergable-alone-early.patch" ] &&
			"$tool/patches" >/dev/null
	}
	try "$BASE: a shared patch that is edited becomes its own" shared_edit
	own_patch() {
		echo "/* one more */" >>"$tree/mm/ksm.c"
		in_tree commit -qam "mm/ksm: add one more line" && "$tool/refresh" &&
			[ -f "$project/mm/$BASE-add-one-more-line.patch" ]
	}
	try "$BASE: a new commit is a patch of its own" own_patch
fi

finish
