#!/bin/sh
#
# What the series promises to cost and to give back, from counted instructions.

# shellcheck source=tap.sh
. "$(dirname "$0")/tap.sh"
settings

# row WHAT STATE THPS COLUMN: a number out of the table.
row() {
	awk -F, -v what="$1" -v state="$2" -v thps="$3" -v column="$4" '
		NR == 1 { for (i = 1; i <= NF; i++) if ($i == column) c = i }
		$1 == what && $2 == state && $3 == thps { print $c; found = 1 }
		END { exit !found }' "$csv"
}

# holds NAME WHAT STATE THPS COLUMN TEST: awk's TEST holds for the number x.
holds() {
	x=$(row "$2" "$3" "$4" "$5")
	echo "$5: $x, expected: $6" >"$scratch/output"
	awk -v x="${x:-nan}" "BEGIN { exit !($6) }"
	result $? "$CPU: $1 ($x)"
}

# Tags are loaded 256 bytes a time by the one, 64 by the other.
for CPU in ${CPU:-max ${FULL:+neoverse-n2}}; do
	csv=$out/bench/$base-$CONFIG-$CPU-$TREE.csv
	try "$CPU: the bench runs on both kernels" "$vmtest/bench" CPU="$CPU" TREE="$TREE"
	holds "tagged THP: the shrinker's pass takes at most 1/30" \
		shrinker "all tagged" 1 base/series 'x >= 30'
	holds "unused untagged THP, with its split: at most 0.75" \
		shrinker "untagged zero" 1 base/series 'x >= 1 / 0.75'
	holds "full untagged THP: not more than before" \
		shrinker "untagged full" 1 base/series 'x >= 1'
	holds "KSM on tagged memory: at most 1/30" \
		ksm "all tagged" 4 base/series 'x >= 30'
	holds "KSM with use_zero_pages on tagged memory: at most 1/30" \
		"ksm zeropage" "all tagged" 4 base/series 'x >= 30'

	holds "no tag set: without the series nothing is given back" shrinker "tags all zero" 1 "base pages" 'x == 0'
	holds "no tag set: everything is given back" shrinker "tags all zero" 1 "series pages" 'x == 512'
	holds "one page tagged: all others are given back" shrinker "one page tagged" 1 "series pages" 'x == 511'
	holds "a tenth tagged: all others are given back" shrinker "a tenth tagged" 1 "series pages" 'x == 460'
	holds "all tagged: nothing is given back" shrinker "all tagged" 1 "series pages" 'x == 0'
	holds "KSM on it: without the series nothing is given back" ksm "tags all zero" 4 "base pages" 'x == 0'
	holds "KSM gives back what has no tag set" ksm "tags all zero" 4 "series pages" 'x >= 2047'
	holds "KSM gives it back with use_zero_pages" "ksm zeropage" "tags all zero" 4 "series pages" 'x == 2048'
	holds "KSM merges nothing that is tagged" ksm "all tagged" 4 "series pages" 'x == 0'
done

finish
