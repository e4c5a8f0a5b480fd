#!/bin/sh
#
# The mails, as maintainers' own tools take them.

. "$(dirname "$0")/project.sh"
make_project
try "git am takes the patches" git_am

mails() {
	git -C "$project" diff --quiet || return
	rm -rf "$scratch/mails"
	cp -r "$("$tool/source/series" "$@")" "$scratch/mails" && [ "$(find "$scratch/mails" -name '*.patch' | wc -l)" -eq "$((nr_patches + 1))" ]
}
unsigned() { mails && ! grep -r '^Signed-off-by' "$scratch/mails"; }
try "the mails, signed by nobody" unsigned
signed() {
	author="A Person <person@person.invalid>"
	mails AUTHOR="$author" && [ "$(grep -l "^Signed-off-by: $author" "$scratch"/mails/*.patch | wc -l)" -eq "$nr_patches" ]
}
try "the mails, signed by who sends them" signed
mbox() {
	cd "$area/am" && git checkout -q -b mails "$(git rev-list --max-parents=0 HEAD)" &&
		find "$scratch/mails" -name 'v1-*.patch' ! -name 'v1-0000-*' | sort | xargs git am -q &&
		git diff --exit-code mails '@{-1}' --
}
try "git am takes the mails" mbox
recipients() {
	for mail in "$scratch"/mails/*.patch; do
		grep -q '^Cc: .*@' "$mail" && grep -qE '^Subject: \[PATCH v1 .*[^ ]$' "$mail" || { echo "$mail"; return 1; }
	done
	grep -q '^To: .*@' "$scratch/mails"/v1-0002-*
}
try "each mail names who get_maintainer.pl wants it sent to" recipients

# b4's, Debian's, with no server behind it; it takes a mbox in a git tree only.
b4_tree() {
	rm -rf "$scratch/b4"
	copy_touched "$scratch/b4"
	commit_all "$scratch/b4"
}
b4() {
	mkdir -p "$scratch/b4/home"
	(cd "$scratch/b4" && HOME="$scratch/b4/home" command b4 --offline-mode "$@" -m "$scratch/mails/series.mbox")
}
b4_shazam() { b4_tree && b4 shazam -C && same_as_am "$scratch/b4"; }
try "b4 shazam applies the mbox" b4_shazam
quiltimport() {
	b4_tree && (cd "$scratch/b4" && git quiltimport --patches "$top" --series "$series") && same_as_am "$scratch/b4" &&
		[ "$(git -C "$scratch/b4" rev-list --count HEAD)" -eq $((nr_patches + 1)) ]
}
try "git quiltimport imports it" quiltimport
second_version() {
	cp "$scratch/mails/series.mbox" "$scratch/v1.mbox"
	mails REROLL=2 PREVIOUS="$scratch/v1.mbox" && [ "$(find "$scratch/mails" -name 'v2-*.patch' | wc -l)" -eq $((nr_patches + 1)) ] &&
		grep -q '^Range-diff' "$scratch/mails/v2-0000-cover-letter.patch"
}
try "a second version tells how it differs from the first" second_version

finish
