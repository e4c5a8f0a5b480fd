#!/bin/sh
#
# The summary of a run, for made-up results; no guest runs.

. "$(dirname "$0")/tap.sh"
settings
# A copy of the project, whose expected failures can be changed.
copy_project "$scratch/project"

# run TREE CODE: creates a run of TREE with the results on stdin.
run() {
	mkdir -p "$scratch/run"
	cat >"$scratch/run/results.tsv"
	printf '%s\n' "base='$BASE'" "tree='$1'" "ksrc=''" "config='4k'" "source='linux-source-$BASE 1'" \
		"qemu='QEMU emulator version 10'" "cpu='max'" "mte='on'" "compiler='gcc'" >"$scratch/run/run.env"
	echo "code='$2'" >"$scratch/run/verdict.env"
	echo "N tests" >"$scratch/run/verdict"
}
# everything STATE...: prints one result of each STATE for each line of lists/promises.
everything() {
	for state; do
		sed -n "s/^[^#	]*	\([^*]*\)\*.*/$state	\1a	no swap/p" "$vmtest/lists/promises"
	done
}
# expected_of TREE: prints the expected failures, as results.
expected_of() {
	"$tool/boot/expected" TREE="$1" | awk -F '\t' '$2 == "always" { print "fail\tthp_shrinker: " $3 "\tExpected this" }'
}
# says [--brief] LINE... [! LINE...]: checks that the summary has lines that match, and
# none that match those after the "!".
says() {
	brief=
	[ "$1" != --brief ] || { brief=--brief; shift; }
	# shellcheck disable=SC2086 # or nothing
	"$tool/boot/summary" $brief "$scratch/run" >"$scratch/summary" 2>&1 || return
	cat "$scratch/summary"
	found=0
	for line; do
		if [ "$line" = ! ]; then found=1; continue; fi
		grep -qxE -- "$line" "$scratch/summary"
		[ $? -eq $found ] || { echo "($line)"; return 1; }
	done
}

everything pass pass skip | run series 0
fits() {
	rows=$(grep -vc '^#' "$vmtest/lists/promises")
	says --brief 'KSM does not merge.* 2 +0 +1' "skipped: $rows no swap" && [ "$(wc -l <"$scratch/summary")" -le 20 ] &&
		[ "$(wc -L <"$scratch/summary")" -le 110 ] && [ "$(grep -cE ' +2 +0 +1$' "$scratch/summary")" -eq "$rows" ]
}
try "the summary fits on a screen, with a row for each line of lists/promises" fits
printf "pass\tmatching ./ksm_tags 'tagged.*': tagged.a.keep_tags\t\n" | run series 0
try "tests selected by a pattern are counted in their row" says --brief 'KSM does not merge.* 1 +0 +0'

failing=$(expected_of base | sed -n 1p | cut -f 2)
passing=$(expected_of base | sed -n 2p | cut -f 2)
for tree in 1 split kvm mergable base; do
	{ everything pass; expected_of $tree; } | run $tree 1
	try "$tree: failures by patch, only expected ones" says \
		"$(expected_of $tree | wc -l) tests failed as expected on $tree, no others" ! 'NOT.*' '.*unexpectedly.*'
done
by_patch() {
	"$tool/boot/expected" TREE=base | awk -F '\t' '$2 == "always" { print $1 }' | sort | uniq -c >"$scratch/counts"
	while read -r count patch; do
		grep -A 1 "^$count failed without $patch, the first:\$" "$scratch/summary" | grep '^  thp_shrinker: .*: Expected this$' || return
	done <"$scratch/counts"
	[ -s "$scratch/counts" ]
}
try "each patch has a count and the reason of its first failure" by_patch
sed -i '/^anon_thp\.mte_zero\.shrink$/d' "$tool/lists/expected-failures"
try "a failure that is not in lists/expected-failures is listed" says '1 failed unexpectedly on base:' \
	'  thp_shrinker: anon_thp.mte_zero.shrink: Expected this' 'NOT as expected on base' ! '.* failed as expected.*'
cp "$vmtest/lists/expected-failures" "$tool/lists/"
{ everything pass; expected_of mergable; printf 'fail\tthp_shrinker: anon_thp.first_page_mte.shrink\t\n'; } | run mergable 1
try "a failure listed below \"sometimes\" is expected" says '.* failed as expected on mergable, .*'
{ everything pass; expected_of base | sed '2s/^fail/pass/'; } | run base 1
try "a test that passes unexpectedly is listed" says '1 passed unexpectedly on base:' "  $passing" 'NOT as expected on base'
{ everything pass; expected_of base | head -n 1; } | run series 1
try "no failure is expected on the series" says '1 failed unexpectedly on series:' "  $failing: Expected this" 'NOT as expected on series'
{ everything pass; expected_of base; printf 'skip\tthp_shrinker: folio.b.split\tSKIP no KSM\n'; } | run base 1
try "a skip that is not allowed is listed as unexpected" says '1 skipped unexpectedly, .*' \
	'  thp_shrinker: folio\.b\.split: no KSM' 'NOT as expected on base' ! '.* failed as expected.*'
{ everything pass; expected_of base | head -n 5; } | run base 12
try "the death of a guest is not an expected failure" says 'N tests' ! '.* failed as expected.*'
{ everything pass; printf 'fail\tthp_shrinker: folio.b.split\tBecause\n'; } | run remap-inverted 1
try "for a mutant, only the failures are listed" says '1 failed:' '  thp_shrinker: folio.b.split: Because' ! '.*expected.*'

finish
