#!/bin/sh
#
# No work of the user is lost when git fails: neither the patches, nor commits in the
# tree that are not yet in a patch.

. "$(dirname "$0")/project.sh"
make_project

# users: prints the state of the user's files: patches and lists, the tree, mails.
users() {
	(cd "$project" && find . -name .git -prune -o -path ./out -prune -o -type f -exec sha256sum {} + | sort)
	(cd "$tree" && find . -name .git -prune -o -type f -exec sha256sum {} + | sort)
	cat "$tree/.git/refs/heads/series" "$project/out/series/mine"
	git -C "$project" rev-parse HEAD
	git -C "$project" ls-files -s
	# Partial output must be removed.
	ls "$tree.new"
} 2>&1
# loses_nothing NAME WORDS COMMAND...: checks that it fails, and nothing is changed.
loses_nothing() {
	what=$1 words=$2
	shift 2
	users >"$scratch/before"
	refused "$what" 3 "$words" "$@"
	users >"$scratch/after"
	try "$what: nothing is lost" diff "$scratch/before" "$scratch/after"
}

# A tree with a commit that is in no patch; and a tree that is older than the patches.
"$tool/source/tree" >"$scratch/output" 2>&1 || result 1 "a tree"
cp -a "$project" "$scratch/behind"
rm "$scratch/behind/$(tail -n 1 "$area/listed")"
sed -i '$d' "$scratch/behind/series.txt"
sed -i "/document-tags-on-split/d" "$scratch/behind"/series*.txt
work "mm/ksm: work that is in no patch"
mv "$project" "$scratch/work"
# use STATE: selects one of these; or a project without a tree, or with mails.
use() {
	rm -rf "$project"
	case $1 in
	first)	use behind && rm -rf "$tree";;
	mails)	use work && in_tree reset -q --hard saved && mkdir "$project/out/series" && echo mine >"$project/out/series/mine";;
	*)	cp -a "$scratch/$1" "$project";;
	esac
}

use work
loses_nothing "tree with work" "has changes that are not in the patches" "$tool/source/tree"
# damaged WHAT WORDS COMMAND...: checks that tree and refresh fail and change nothing.
damaged() {
	damage=$1 saying=$2
	shift 2
	for each in behind/tree work/tree work/refresh; do
		use "${each%/*}"
		"$@" >/dev/null
		loses_nothing "$each, $damage" "$saying" "$tool/source/${each#*/}"
	done
}
damaged "no tag 'base'" "has no tag 'base'.*; nothing was changed; .*git tag base" in_tree tag -d base
bad_head() { echo garbage >"$tree/.git/HEAD"; }
damaged "a damaged HEAD" "git .* failed .*: fatal: .*; nothing was changed" bad_head
bad_commit() {
	object=$tree/.git/objects/$(sed 's|^..|&/|' "$tree/.git/refs/heads/series")
	chmod u+w "$object"
	: >"$object"
}
damaged "a damaged commit" "git .* failed .*: (fatal|error): .*; nothing was changed" bad_commit
use work
in_tree tag -d saved >/dev/null
loses_nothing "tree without the tag 'saved'" "has no tag 'saved'.*; nothing was changed" "$tool/source/tree"
saves() {
	"$tool/source/refresh" && [ -f "$project/mm/work-that-is-in-no-patch.patch" ] && "$tool/source/tree" &&
		[ "$(changes | as_words)" = " M series.txt ?? mm/work-that-is-in-no-patch.patch" ]
}
try "refresh without the tag 'saved' saves the work" saves

# A git that fails in one subcommand.
while read -r which program subcommands; do
	for fails in $subcommands; do
		stub git "for word; do [ \"\$word\" != $fails ] || { echo 'fatal: no more' >&2; exit 128; }; done"
		use "$which"
		loses_nothing "$which/$program, git $fails fails" \
			"(git $fails failed|does not apply:).*fatal: no more; .*nothing was changed|creating .*/tree failed: fatal: no more" \
			env PATH="$stubs" AUTHOR="A <a@a.invalid>" "$tool/source/$program"
	done
done <<END
work refresh for-each-ref status rev-list log format-patch diff-tree
work source apply
first tree init add commit tag am notes
mails series log worktree read-tree am interpret-trailers commit-tree branch format-patch
behind tree rev-parse status log worktree read-tree am notes reset
END
try "the same command works afterwards" "$tool/source/tree"

# Another folder with the name of the tree.
use first
mkdir "$tree"
echo mine >"$tree/mine"
loses_nothing "tree, if its folder is not a git tree" 'is not a git tree' "$tool/source/tree"

# As root, in the checkout of another user, as in a container: it works.
if [ "$(id -u)" -eq 0 ]; then
	others="root, another user's checkout"
	use work
	chown -R nobody "$project"
	try "$others: refresh saves the work" saves
	use behind
	chown -R nobody "$project"
	try "$others: tree updates its commits" "$tool/source/tree"
	rm -rf "$tree"
	try "$others: tree creates a tree" "$tool/source/tree"
	try "$others: source creates a source" "$tool/source/source"
else
	skip "root, in another user's checkout" "no root"
fi

# A disk that is full, or becomes full during the run.
fill() {
	dd if=/dev/zero of="$scratch/small/fill" bs=4k 2>/dev/null
	truncate -s "-${1}k" "$scratch/small/fill"
}
if small_disk 40m; then
	rm -rf "$project"
	project=$scratch/small/project tool=$scratch/small/project/tools/vmtest
	tree=$project/out/$BASE/tree
	for each in work/refresh behind/tree; do
		program=${each#*/}
		use "${each%/*}"
		users >"$scratch/before"
		for room in 0 16 64 128 256 512; do
			fill $room
			if "$tool/source/$program" >"$scratch/output" 2>&1; then break; fi
			rm "$scratch/small/fill"
			users >"$scratch/after"
			grep -q 'disk full.*; the patches are written; free some' "$scratch/output" ||
				{ grep -qE 'disk full|cannot' "$scratch/output" && diff "$scratch/before" "$scratch/after" >>"$scratch/output"; }
			result $? "$program with $room kB left on the disk fails, and nothing is lost"
		done
		rm -f "$scratch/small/fill"
		try "$program works after space was freed" "$tool/source/$program"
		try "$program: the patches match the tree" "$tool/source/refresh" --check
	done
else
	skip "a full disk" "no root, or no mount"
fi

finish
