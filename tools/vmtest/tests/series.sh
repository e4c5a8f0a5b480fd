#!/bin/sh
#
# The series, applied with the tools of maintainers and distributions.

. "$(dirname "$0")/project.sh"

# shown_for NAME: runs the commands of doc/distributions.md under a heading.
shown_for() {
	sed -n "/^## $1/,/^## /p" "$vmtest/doc/distributions.md" | sed -n '/^```sh$/,/^```$/{/^```/!p}' |
		sed "s|^project=.*|project=$top|; s|^series=.*|series=${series##*/}|" >"$area/shown"
	sh -e "$area/shown"
}
# A Debian source package that already has another patch.
debian_source() {
	copy_touched "$area/debian"
	mkdir -p "$area/debian/debian/patches"
	cd "$area/debian" || return
	sed "1a // Debian's" mm/ksm.c | diff -u --label a/mm/ksm.c --label b/mm/ksm.c mm/ksm.c - \
		>debian/patches/from-debian.patch
	echo from-debian.patch >debian/patches/series
	shown_for Debian && sed -i 2d mm/ksm.c && same_as_am .
}
# An RPM source package of the changed files, for rpmbuild -bp: unpack and patch.
rpm_source() {
	mkdir -p "$area/rpm/SOURCES" "$area/rpm/SPECS"
	copy_touched "$area/rpm/linux"
	cd "$area/rpm" || return
	tar -czf SOURCES/linux.tar.gz linux && rm -r linux
	cp "$data/series/kernel.spec" SPECS/
	shown_for RPM && same_as_am BUILD/linux
}
# readme WORDS: runs the line of README that contains WORDS, and compares the result with
# git am. quilt must not use fuzz.
readme() {
	rm -rf "$area/linux"
	copy_touched "$area/linux"
	ln -sfn "$top" "$area/page_is_mergable"
	cd "$area/linux" && commit_all . || return
	grep -F "$1" "$top/README.md" | sed "s/series\.txt/$(basename "$series")/g" >"$area/command"
	export QUILT_PUSH_ARGS=--fuzz=0
	[ "$(wc -l <"$area/command")" -eq 1 ] && sh -e "$area/command" && ${2:-same_as_am} .
}

# Applies each topic alone to the base, with git and with quilt.
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
# Applies the topics in reverse order; the files must be the same.
backwards() {
	# shellcheck disable=SC2046 # a word a topic
	apply_topics "$area/backwards" $(topics "$series" | awk '{ for (i = NF; i; i--) print $i }') && same_as_am "$area/backwards"
}

# Ignores the hook's name, the missing Signed-off-by, commits that checkpatch cannot look
# up, because the base has no history, and new files.
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
# Counts the lines that topic mergable adds outside of tools and Documentation.
small() {
	lines=$(cd "$top" && listed "$series" mergable | xargs cat | awk '
		/^diff --git / { counts = $4 !~ /^b\/(tools|Documentation)/ }
		counts && /^\+/ && !/^\+\+\+/' | wc -l)
	echo "$lines lines"
	[ "$lines" -lt 150 ]
}
kernel_doc() {
	(cd "$area/am" && "$pristine/scripts/kernel-doc" -Wall -none include/linux/mm.h mm/util.c arch/arm64/kernel/mte.c) \
		>"$area/kernel-doc" 2>&1
	! grep -E 'page_is_(mergable|zero_filled)' "$area/kernel-doc"
}

for each in $(bases); do
	if [ ! -f "$out/$each/origin" ] && ! "$vmtest/source/fetch" --has "linux-source-$each"; then
		skip "$each: the series" "the mirror no longer has linux-source-$each"
		continue
	fi
	use_base "$each"
	try "$BASE: git am applies the series, without fuzz and whitespace warnings" git_am
	try "$BASE: README's git am command" readme "sed '/^#/d"
	for topic in $(topics "$series"); do
		try "$BASE: git am applies topic $topic alone" alone "$topic"
		try "$BASE: quilt applies topic $topic alone" alone_by_quilt "$topic"
	done
	try "$BASE: README's git am command for a topic" readme_topic
	try "$BASE: the topics in reverse order result in the same files" backwards
	try "$BASE: README's quilt command" readme "quilt push -a"
	try "$BASE: doc/distributions.md's commands for Debian" debian_source
	[ -z "${FULL-}" ] || try "$BASE: doc/distributions.md's commands for RPM" rpm_source
	while read -r patch; do
		try "$BASE: checkpatch: $patch" checkpatch "$patch"
	done <"$area/listed"
	try "$BASE: no patch has a tag with a person's name" no_tags
	try "$BASE: the project is the author of each patch" project_author
	try "$BASE: the kernel code of topic mergable has fewer than 150 added lines" small
	try "$BASE: kernel-doc reports nothing about the new functions" kernel_doc
done

finish
