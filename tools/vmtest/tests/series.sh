#!/bin/sh
#
# The series as maintainers and distributions take it.

. "$(dirname "$0")/project.sh"

# shown_for NAME: does what doc/distributions.md has under that heading.
shown_for() {
	sed -n "/^## $1/,/^## /p" "$vmtest/doc/distributions.md" | sed -n '/^```sh$/,/^```$/{/^```/!p}' |
		sed "s|^project=.*|project=$top|; s|^series=.*|series=${series##*/}|" >"$area/shown"
	sh -e "$area/shown"
}
# Debian's source package, with a patch of Debian's in the series already.
debian_source() {
	copy_touched "$area/debian"
	mkdir -p "$area/debian/debian/patches"
	cd "$area/debian" || return
	sed "1a // Debian's" mm/ksm.c | diff -u --label a/mm/ksm.c --label b/mm/ksm.c mm/ksm.c - \
		>debian/patches/from-debian.patch
	echo from-debian.patch >debian/patches/series
	shown_for Debian && sed -i 2d mm/ksm.c && same_as_am .
}
# A source package for RPM of the touched files, for its -bp: unpack and patch.
rpm_source() {
	mkdir -p "$area/rpm/SOURCES" "$area/rpm/SPECS"
	copy_touched "$area/rpm/linux"
	cd "$area/rpm" || return
	tar -czf SOURCES/linux.tar.gz linux && rm -r linux
	cp "$data/series/kernel.spec" SPECS/
	shown_for RPM && same_as_am BUILD/linux
}
# readme WORDS: the line of the README that has them does what git am does. quilt is
# to need no fuzz.
readme() {
	rm -rf "$area/linux"
	copy_touched "$area/linux"
	ln -sfn "$top" "$area/page_is_mergable"
	cd "$area/linux" && commit_all . || return
	grep -F "$1" "$top/README.md" | sed "s/series\.txt/$(basename "$series")/g" >"$area/command"
	export QUILT_PUSH_ARGS=--fuzz=0
	[ "$(wc -l <"$area/command")" -eq 1 ] && sh -e "$area/command" && ${2:-same_as_am} .
}

# Each topic on the base, without the others, by git and by quilt.
alone() { apply_topics "$area/alone" "$1"; }
same_as_alone() { touched | while read -r file; do cmp_or_none "$1/$file" "$area/alone/$file" || exit; done; }
cmp_or_none() { [ ! -e "$1" ] && [ ! -e "$2" ] || cmp "$1" "$2"; }
readme_topic() { alone split && readme "# Topic: split" same_as_alone; }
alone_by_quilt() {
	alone "$1" || return
	rm -rf "$area/quilt"
	copy_touched "$area/quilt"
	ln -s "$top" "$area/quilt/patches"
	"$vmtest/source/patches" BASE="$BASE" TREE="$1" >"$area/of-topic" &&
		(cd "$area/quilt" && QUILT_SERIES="$area/of-topic" quilt push -a --fuzz=0) && same_as_alone "$area/quilt"
}
# All of them in the opposite order give the same files.
backwards() {
	# shellcheck disable=SC2046 # a word a topic
	apply_topics "$area/backwards" $(topics "$series" | awk '{ for (i = NF; i; i--) print $i }') && same_as_am "$area/backwards"
}

# checkpatch may mention the hook's name, that nobody has signed off, that it cannot
# look up commits, as the base has no history, and that there are new files.
checkpatch() {
	"$pristine/scripts/checkpatch.pl" --no-tree --strict --root="$pristine" \
		--ignore MISSING_SIGN_OFF,TYPO_SPELLING,UNKNOWN_COMMIT_ID,FILE_PATH_CHANGES --show-types "$top/$1"
}
no_tags() {
	! (cd "$top" && xargs grep -nE '^(Signed-off-by|Reviewed-by|Acked-by|Tested-by|Co-developed-by):' <"$area/listed")
}
project_author() {
	! (cd "$top" && xargs grep -L "^From: $project_name <$project_mail>\$" <"$area/listed") | grep .
}
# Added lines, tests and comments about them apart.
small() {
	lines=$(cd "$top" && xargs cat <"$area/listed" | awk '
		/^diff --git / { counts = $4 !~ /^b\/(tools|Documentation|MAINTAINERS)/ }
		counts && /^\+/ && !/^\+\+\+/' | wc -l)
	echo "$lines lines"
	[ "$lines" -lt 200 ]
}
kernel_doc() {
	(cd "$area/am" && "$pristine/scripts/kernel-doc" -Wall -none include/linux/mm.h mm/util.c arch/arm64/kernel/mte.c) \
		>"$area/kernel-doc" 2>&1
	! grep -E 'page_is_(mergable|zero_filled)' "$area/kernel-doc"
}

for each in $(bases); do
	if [ ! -f "$out/$each/origin" ] && ! "$vmtest/source/fetch" --has "linux-source-$each"; then
		skip "$each: the series" "the mirror has no linux-source-$each any more"
		continue
	fi
	use_base "$each"
	try "$BASE: git am takes the series, with no fuzz and no remark on white space" git_am
	try "$BASE: git am, as the README has it" readme "sed '/^#/d"
	for topic in $(topics "$series"); do
		try "$BASE: git am takes topic $topic alone" alone "$topic"
		try "$BASE: quilt takes topic $topic alone" alone_by_quilt "$topic"
	done
	try "$BASE: git am of a topic, as the README has it" readme_topic
	try "$BASE: the topics in the opposite order give the same files" backwards
	try "$BASE: quilt, as the README has it" readme "quilt push -a"
	try "$BASE: Debian's source package takes it, as doc/distributions.md has it" debian_source
	[ -z "${FULL-}" ] || try "$BASE: and RPM's" rpm_source
	while read -r patch; do
		try "$BASE: checkpatch: $patch" checkpatch "$patch"
	done <"$area/listed"
	try "$BASE: no patch is signed off or reviewed by someone who wasn't asked" no_tags
	try "$BASE: the project is the author of each patch" project_author
	try "$BASE: the kernel side stays under 200 added lines" small
	try "$BASE: kernel-doc reports nothing about the new functions" kernel_doc
done

finish
