#!/bin/sh
#
# Nothing of the user's is lost, whatever becomes of git: work in the tree that is
# in no patch, and the patches.

# shellcheck source=tap.sh
. "$(dirname "$0")/tap.sh"
# shellcheck source=project.sh
. "$vmtest/tests/project.sh"
settings
# shellcheck source=../lib/git.sh
. "$vmtest/lib/git.sh"
use_base "$BASE"
make_project

# All that is the user's: the patches and lists, the tree's files and commit.
users() {
	(cd "$project" && find . -name .git -prune -o -path ./out -prune -o -type f -exec sha256sum {} + | sort)
	(cd "$1" && find . -name .git -prune -o -type f -exec sha256sum {} + | sort)
	cat "$1/.git/refs/heads/series"
	git -C "$project" rev-parse HEAD
	git -C "$project" ls-files -s
}
# loses_nothing NAME WORDS COMMAND...: it is refused, and all is as it was.
loses_nothing() {
	what=$1 words=$2
	shift 2
	users "$tree" >"$scratch/before"
	refused "$what" 3 "$words" "$@"
	users "$tree" >"$scratch/after" 2>&1
	try "$what: and nothing is lost" diff "$scratch/before" "$scratch/after"
}

# A tree with work that is in no patch; and one that the patches have left behind.
"$tool/source/tree" >"$scratch/output" 2>&1 || result 1 "a tree"
cp -a "$project" "$scratch/behind"
sed -i '$d' "$scratch/behind/series.txt"
last=$(tail -n 1 "$area/listed")
rm "$scratch/behind/$last"
sed -i "/say-what-happens-to-tags/d" "$scratch/behind"/series*.txt
echo "/* work */" >>"$tree/mm/ksm.c"
in_tree commit -qam "mm/ksm: work that is in no patch"
mv "$project" "$scratch/work"
use() {
	rm -rf "$project"
	cp -a "$scratch/$1" "$project"
}
for which in work behind; do
	use $which
	in_tree tag -d base >/dev/null
	for program in tree refresh; do
		loses_nothing "$program, no tag 'base', $which" "has no tag 'base', the commit that the patches are on; nothing was changed; set it with" "$tool/source/$program"
	done
	use $which
	echo garbage >"$tree/.git/HEAD"
	for program in tree refresh; do
		loses_nothing "$program, a damaged HEAD, $which" "git .* failed in .*: fatal: .*; nothing was changed; fix this" "$tool/source/$program"
	done
	use $which
	object=$(sed 's|^..|&/|' "$tree/.git/refs/heads/series")
	chmod u+w "$tree/.git/objects/$object"
	: >"$tree/.git/objects/$object"
	for program in tree refresh; do
		loses_nothing "$program, a damaged commit, $which" "git .* failed in .*: (fatal|error): .*; nothing was changed; fix this" "$tool/source/$program"
	done
done
use work
in_tree tag -d saved >/dev/null
loses_nothing "tree, no tag 'saved'" "has no tag 'saved', the last commit that 'make refresh' wrote back; nothing was changed" "$tool/source/tree"
saves() {
	"$tool/source/refresh" && [ -f "$project/mm/work-that-is-in-no-patch.patch" ] && "$tool/source/tree" &&
		[ "$(git -C "$project" status --porcelain)" = " M series.txt
?? mm/work-that-is-in-no-patch.patch" ]
}
try "refresh, no tag 'saved': the work is saved" saves

# A git that fails at one thing.
git_without() {
	stub git "for word; do [ \"\$word\" != $1 ] || { echo 'fatal: no more' >&2; exit 128; }; done"
}
for fails in for-each-ref status rev-list log format-patch diff-tree; do
	git_without $fails
	use work
	loses_nothing "refresh, git $fails fails" "git $fails failed in .*: fatal: no more; nothing was changed; fix this" \
		env PATH="$stubs" "$tool/source/refresh"
done
for fails in rev-parse status log worktree read-tree am notes reset; do
	git_without $fails
	use behind
	loses_nothing "tree, git $fails fails" "(git $fails failed in|does not apply:) .*fatal: no more; .*nothing was changed" \
		env PATH="$stubs" "$tool/source/tree"
done
try "and the same command then works" "$tool/source/tree"
for fails in init add commit tag am notes; do
	git_without $fails
	use behind
	rm -rf "$tree"
	refused "a first tree, git $fails fails" 3 "fatal: no more" env PATH="$stubs" "$tool/source/tree"
	try "a first tree, git $fails fails: and nothing half-done is there" test ! -e "$tree" -a ! -e "$tree.new"
done
for fails in log interpret-trailers commit-tree branch format-patch; do
	git_without $fails
	use work
	in_tree reset -q --hard saved
	mkdir "$project/out/series"
	echo mine >"$project/out/series/mine"
	refused "mails, git $fails fails" 3 "git $fails failed in .*: fatal: no more" env PATH="$stubs" "$tool/source/series" AUTHOR="A <a@a.invalid>"
	try "mails, git $fails fails: those from before are there" grep -qx mine "$project/out/series/mine"
done
git_without apply
use work
loses_nothing "source, git apply fails" "does not apply: fatal: no more; .*nothing was changed" env PATH="$stubs" "$tool/source/source"

# Something else in the tree's place.
use work
rm -rf "$tree"
mkdir "$tree"
echo mine >"$tree/mine"
refused "tree, where there is a folder that is no git tree" 3 'exists and is not a git tree; move it away' "$tool/source/tree"
try "and it is as it was" grep -qx mine "$tree/mine"

# Root, in a checkout that is someone else's, as in a container: it just works.
if [ "$(id -u)" -eq 0 ]; then
	use work
	chown -R nobody "$project"
	loses_nothing "root, someone else's checkout: tree with work" "has changes that are not in the patches" "$tool/source/tree"
	try "root, someone else's checkout: refresh saves it" saves
	use behind
	chown -R nobody "$project"
	try "root, someone else's checkout: tree follows the patches" "$tool/source/tree"
	rm -rf "$tree"
	try "root, someone else's checkout: a first tree" "$tool/source/tree"
	try "root, someone else's checkout: a source" "$tool/source/source"
else
	skip "root, in someone else's checkout" "no root"
fi

# A disk that gets full: at once, or on the way.
filled() {
	dd if=/dev/zero of="$scratch/small/fill" bs=4k 2>/dev/null
	truncate -s "-${1}k" "$scratch/small/fill"
}
if [ "$(id -u)" -eq 0 ] && mkdir "$scratch/small" && mount -t tmpfs -o size=40m tmpfs "$scratch/small" 2>/dev/null; then
	trap 'umount "$scratch/small"; rm -rf "$scratch"' EXIT
	rm -rf "$project"
	project=$scratch/small/project tool=$scratch/small/project/tools/vmtest
	tree=$project/out/$BASE/tree
	for which in work/refresh behind/tree; do
		program=${which#*/}
		cp -a "$scratch/${which%/*}" "$project"
		users "$tree" >"$scratch/before"
		for room in 0 16 64 128 256 512; do
			filled $room
			if "$tool/source/$program" >"$scratch/output" 2>&1; then break; fi
			rm "$scratch/small/fill"
			users "$tree" >"$scratch/after"
			grep -q 'disk full.*; the patches are written; free some' "$scratch/output" ||
				{ grep -qE 'disk full|cannot' "$scratch/output" && diff "$scratch/before" "$scratch/after" >>"$scratch/output"; }
			result $? "$program, $room kB left on the disk: it is refused, and nothing is lost"
		done
		rm -f "$scratch/small/fill"
		try "$program, and with room the same command works" "$tool/source/$program"
		try "$program, and the patches are those of the tree" "$tool/source/refresh" --check
		rm -rf "$project"
	done
else
	skip "a full disk" "no root, or no mount"
fi

finish
