#!/bin/sh
#
# What a person sees of a run: from results that are made up here, no guest runs.

. "$(dirname "$0")/tap.sh"
settings
# A copy of the project, whose expected failures can be changed.
copy_project "$scratch/project"

# run TREE CODE: a run of TREE with the results on stdin.
run() {
	mkdir -p "$scratch/run"
	cat >"$scratch/run/results.tsv"
	printf '%s\n' "base='$BASE'" "tree='$1'" "ksrc=''" "config='4k'" "source='linux-source-$BASE 1'" \
		"qemu='QEMU emulator version 10'" "cpu='max'" "mte='on'" "compiler='gcc'" >"$scratch/run/run.env"
	echo "code='$2'" >"$scratch/run/verdict.env"
	echo "N tests" >"$scratch/run/verdict"
}
# everything STATE...: results of all kinds, each promise with one of each STATE.
everything() {
	for state; do
		sed -n "s/^[^#	]*	\([^*]*\)\*.*/$state	\1a	no swap/p" "$vmtest/lists/promises"
	done
}
# expected_of TREE: what fails there, as results.
expected_of() {
	"$tool/boot/expected" TREE="$1" | awk -F '\t' '$2 == "always" { print "fail\tthp_shrinker: " $3 "\tExpected this" }'
}
# says [--brief] LINE... [! LINE...]: the summary has such lines, and none like those
# after the "!".
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
try "a screen has room for it, and a row for each promise" fits
printf "pass\tmatching ./ksm_tags 'tagged.*': tagged.a.keep_tags\t\n" | run series 0
try "tests that were chosen by a pattern belong to their promise" says --brief 'KSM does not merge.* 1 +0 +0'

failing=$(expected_of base | sed -n 1p | cut -f 2)
passing=$(expected_of base | sed -n 2p | cut -f 2)
for tree in 1 split kvm mergable base; do
	{ everything pass; expected_of $tree; } | run $tree 1
	try "$tree: failures by patch, just those that are expected" says \
		"fails as expected of $tree: $(expected_of $tree | wc -l) tests, and no other" ! 'NOT.*' '.*unexpectedly.*'
done
by_patch() {
	"$tool/boot/expected" TREE=base | awk -F '\t' '$2 == "always" { print $1 }' | sort | uniq -c >"$scratch/counts"
	while read -r count patch; do
		grep -A 1 "^$count failed without $patch, the first:\$" "$scratch/summary" | grep '^  thp_shrinker: .*: Expected this$' || return
	done <"$scratch/counts"
	[ -s "$scratch/counts" ]
}
try "each patch with its count and a reason" by_patch
sed -i '/^anon_thp\.mte_zero\.shrink$/d' "$tool/lists/expected-failures"
try "an expected failure taken away is named" says '1 failed unexpectedly on base:' \
	'  thp_shrinker: anon_thp.mte_zero.shrink: Expected this' 'NOT as expected of base' ! 'fails as expected.*'
cp "$vmtest/lists/expected-failures" "$tool/lists/"
{ everything pass; expected_of mergable; printf 'fail\tthp_shrinker: anon_thp.first_page_mte.shrink\t\n'; } | run mergable 1
try "one that fails by chance is expected, too" says 'fails as expected of mergable: .*'
{ everything pass; expected_of base | sed '2s/^fail/pass/'; } | run base 1
try "one that passes in spite of it is named" says '1 passed unexpectedly on base:' "  $passing" 'NOT as expected of base'
{ everything pass; expected_of base | head -n 1; } | run series 1
try "on the series no failure is expected" says '1 failed unexpectedly on series:' "  $failing: Expected this" 'NOT as expected of series'
{ everything pass; expected_of base; printf 'skip\tthp_shrinker: folio.b.split\tSKIP no KSM\n'; } | run base 1
try "a skip that is not allowed is named, and not as expected" says '1 skipped unexpectedly, .*' \
	'  thp_shrinker: folio\.b\.split: no KSM' 'NOT as expected of base' ! 'fails as expected.*'
{ everything pass; expected_of base | head -n 5; } | run base 12
try "a guest that died does not fail as expected" says 'N tests' ! 'fails as expected.*'
{ everything pass; printf 'fail\tthp_shrinker: folio.b.split\tBecause\n'; } | run remap-inverted 1
try "of a mutant nothing is said but what failed" says '1 failed:' '  thp_shrinker: folio.b.split: Because' ! '.*expected.*'

finish
