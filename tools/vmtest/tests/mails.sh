#!/bin/sh
#
# The mails of each topic, applied with the tools of maintainers.

. "$(dirname "$0")/project.sh"
make_project
try "git am applies the patches" git_am

number() { listed "$series" "$1" | wc -l; }
# with_cover TOPIC: prints the number of its mails.
with_cover() { echo $(($(number "$1") + ($(number "$1") > 1))); }
mails() {
	git -C "$project" diff --quiet || return
	rm -rf "$scratch/mails"
	cp -r "$("$tool/source/series" "$@")" "$scratch/mails"
}
unsigned() {
	mails && ! grep -r '^Signed-off-by' "$scratch/mails" || return
	for topic in $(topics "$series"); do
		[ "$(find "$scratch/mails/$topic" -name '*.patch' | wc -l)" -eq "$(with_cover "$topic")" ] || { echo "$topic"; return 1; }
	done
}
try "the mails of each topic, with a cover letter for several patches, without a Signed-off-by" unsigned

# header FILE NAME: prints the addresses in a header of a mail, one per line.
header() {
	sed '/^$/q' "$1" | awk -v name="$2:" '
		/^[^ \t]/ { here = $1 == name; sub(/^[^ ]* /, "") }
		here { sub(/^[ \t]*/, ""); sub(/,$/, ""); print }'
}
recipients() {
	for mail in "$scratch/mails/$topic"/*.patch; do
		header "$mail" Cc >"$scratch/cc"
		{ [ -s "$scratch/cc" ] && [ -z "$(sort "$scratch/cc" | uniq -d)" ] && grep -qE '^Subject: \[PATCH v1.*[^ ]$' "$mail"; } ||
			{ echo "$mail"; return 1; }
	done
	# The first patch has maintainers; a single patch needs no other addresses.
	header "$(find "$scratch/mails/$topic" -name 'v1-0001-*')" To | grep @
}
# stable: checks that mails with a stable trailer, and only those, have the stable list
# in Cc: once.
stable() {
	for mail in "$scratch/mails/$topic"/*.patch; do
		wanted=$(sed '1,/^$/d; /^---$/,$d' "$mail" | grep -c '^Cc: .*stable@vger\.kernel\.org')
		[ "$(header "$mail" Cc | grep -c 'stable@vger\.kernel\.org')" -eq "$wanted" ] || { echo "$mail"; return 1; }
	done
}
# base_is_told: checks that the first mail contains the version of the base.
base_is_told() { grep -hA 4 '^\(The series a\|A\)pplies to:$' "$scratch/mails/$topic"/v1-000[01]-* | grep "^ package  linux-source-$BASE "; }
# mbox: applies the mails with git am, in the order of their names, and compares the
# result with the topic's patches.
mbox() {
	apply_topics "$area/patches" "$topic"
	copy_touched "$area/mails" && commit_all "$area/mails" &&
		find "$scratch/mails/$topic" -name 'v1-*.patch' ! -name 'v1-0000-*' | sort | xargs git -C "$area/mails" am -q &&
		diff -r -x .git "$area/mails" "$area/patches"
	outcome=$?
	rm -rf "$area/mails"
	return $outcome
}
# b4 of Debian, in offline mode; it applies a mbox only in a git tree.
b4_tree() {
	rm -rf "$scratch/b4"
	copy_touched "$scratch/b4"
	commit_all "$scratch/b4"
}
b4() {
	mkdir -p "$scratch/b4/home"
	(cd "$scratch/b4" && HOME="$scratch/b4/home" command b4 --offline-mode "$@" -m "$scratch/mails/$topic/$topic.mbox")
}
b4_shazam() { b4_tree && b4 shazam -C && diff -r -x .git -x home "$scratch/b4" "$area/patches"; }
# second_version: also checks that mails of other topics are not removed.
second_version() {
	echo mine >"$project/out/series/mine"
	cp "$scratch/mails/$topic/$topic.mbox" "$scratch/v1.mbox"
	mails TOPIC="$topic" REROLL=2 PREVIOUS="$scratch/v1.mbox" && [ -f "$project/out/series/mine" ] &&
		[ "$(find "$scratch/mails" -name 'v2-*.patch' | wc -l)" -eq "$(with_cover "$topic")" ] &&
		grep -l '^Range-diff' "$scratch/mails"/v2-000[01]-*
}
for topic in $(topics "$series"); do
	try "$topic: each mail has recipients, each listed once" recipients
	try "$topic: stable gets only the patches with a Cc: stable" stable
	try "$topic: the first mail has the version of the base" base_is_told
	try "$topic: git am applies the mails" mbox
	try "$topic: b4 shazam applies the mbox" b4_shazam
done

# Replaces get_maintainer.pl, which is slow.
cp -r "$scratch/mails" "$scratch/all"
quick_maintainers
signed() {
	author="A Person <person@person.invalid>"
	mails AUTHOR="$author" && [ "$(grep -lr "^Signed-off-by: $author" "$scratch/mails" --include='*.patch' | wc -l)" -eq "$nr_patches" ]
}
try "with AUTHOR, each patch has a Signed-off-by" signed
for topic in $(topics "$series"); do
	rm -rf "$scratch/mails"
	cp -r "$scratch/all" "$scratch/mails"
	try "$topic: the second version has a range-diff" second_version
done
quiltimport() {
	b4_tree && (cd "$scratch/b4" && git quiltimport --patches "$top" --series "$series") && same_as_am "$scratch/b4" &&
		[ "$(git -C "$scratch/b4" rev-list --count HEAD)" -eq $((nr_patches + 1)) ]
}
try "git quiltimport imports the series" quiltimport

# A topic whose patches need another topic: KSM's patch without the hook.
sed -i 's|^mm/[a-z0-9.-]*skip-non-mergeable-.*|\n# Topic: ksm\n# Cover: cover-letter.txt\n&|' "$project"/series*.txt
refused "a topic that needs another topic" 3 'topic ksm, without the other patches: git am failed at ".*": error: .*; nothing was changed' \
	"$tool/source/series" TOPIC=ksm

finish
