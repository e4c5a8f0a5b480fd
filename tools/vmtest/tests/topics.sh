#!/bin/sh
#
# Topics: refresh keeps them; the headings of series files and TREE, for made-up
# patches.

. "$(dirname "$0")/project.sh"
make_project
"$tool/source/tree" >/dev/null 2>&1

# start_over: restores the patches and their commits.
start_over() {
	git -C "$project" checkout -q -- .
	git -C "$project" clean -qfd mm
	"$tool/source/tree" >/dev/null 2>&1
}
# reorder LINES: reorders the commits, with LINES as the editor of the todo list.
reorder() {
	printf '%s\n' '#!/bin/sh' 'grep "^pick" "$1" >"$1.picks"' "$1" >"$scratch/reorder"
	chmod +x "$scratch/reorder"
	in_tree -c sequence.editor="$scratch/reorder" rebase -q -i base
}
topic_of_new() {
	work "mm/ksm: add one more line" && reorder '{ head -n 1 "$1.picks"; tail -n 1 "$1.picks"; sed "1d; \$d" "$1.picks"; } >"$1"' &&
		"$tool/source/refresh" && [ "$(listed "$project/series.txt" "$first_topic" | sed -n 2p)" = mm/add-one-more-line.patch ] &&
		[ "$(topics "$project/series.txt")" = "$(topics "$series")" ]
}
first_topic=$(topics "$series" | cut -d ' ' -f 1)
try "a new commit is in the topic of the one before it" topic_of_new
start_over
emptied() {
	reorder 'sed "1,'"$(listed "$series" "$first_topic" | wc -l)"'d" "$1.picks" >"$1"' && "$tool/source/refresh" &&
		[ "$first_topic $(topics "$project/series.txt")" = "$(topics "$series")" ] && "$tool/source/patches" >/dev/null
}
try "a topic is removed with its last patch" emptied
start_over

reorder '{ tail -n 1 "$1.picks"; sed "\$d" "$1.picks"; } >"$1"' >"$scratch/output" 2>&1
refused "refresh with a commit that is not next to its topic" 3 \
	'is not next to the other patches of its topic; .* its line in series.txt; then refresh' "$tool/source/refresh"
try "all patches are unchanged" unchanged

rm -rf "$project"
copy_project "$scratch/project"
export BASE=1.2
rm -r "$project"/series-*.txt "$project/mm" "$project/arch" "$project/fs" "$project/include" "$project/Documentation" "$project/tools/testing"
mkdir "$project/mm"
for name in a b c d; do
	echo >"$project/mm/$name.patch"
done
echo >"$project/cover.txt"

# series_file NAME LINES: writes the lines, separated by ";", below the name of a base.
series_file() { printf '%s\n' "# Base: linux-source-$1;$2" | tr ';' '\n' >"$project/series${3-}.txt"; }
good='# Topic: one;# Comment;mm/a.patch;;# Topic: two;# Cover: cover.txt;mm/b.patch # comment;# Comment;mm/c.patch;mm/d.patch'
# are TREE PATCH...: checks the patches of a tree.
are() {
	of=$1
	shift
	[ "$("$tool/source/patches" TREE="$of" | as_words)" = "$*" ]
}
series_file 1.2 "$good"
while read -r each words; do
	# shellcheck disable=SC2086 # a word a patch
	try "the patches of TREE=$each: ${words:-none}" are "$each" $words
done <<'END'
series mm/a.patch mm/b.patch mm/c.patch mm/d.patch
base
one mm/a.patch
two mm/b.patch mm/c.patch mm/d.patch
2 mm/a.patch mm/b.patch
END
refused "an unknown topic" 2 "unknown TREE 'three'; choose one of: series base one two " "$tool/source/patches" TREE=three
refused "two topics" 2 "unknown TREE 'one two'" "$tool/source/patches" TREE="one two"
fails() { "$tool/boot/expected" TREE="$1" | cut -f 1 | sort -u | as_words; }
printf '%s\n' "[mm/a.patch]" "a" "[mm/b.patch]" "b" "[mm/c.patch]" "c" >"$tool/lists/expected-failures"
expected_of_topic() { [ "$(fails one)" = "mm/b.patch mm/c.patch" ] && [ "$(fails two)" = mm/a.patch ] && [ -z "$(fails series)" ]; }
try "without the patches of a topic, only their tests fail" expected_of_topic

# A second series file, for an older base.
series_file 1.1 "$good" -1.1
cp "$project/mm/b.patch" "$project/mm/1.1-b.patch"
sed -i 's|^mm/b.patch|mm/1.1-b.patch|' "$project/series-1.1.txt"
try "a patch and its version for an older base are in the same topic" are two mm/b.patch mm/c.patch mm/d.patch
grep -v '^#' "$data/topics/refused" >"$scratch/refused"
while IFS='|' read -r title words lines; do
	series_file 1.2 "$lines"
	refused "$title" 3 "series[*.a-z]*: .*$words" "$tool/source/patches"
done <"$scratch/refused"

finish
