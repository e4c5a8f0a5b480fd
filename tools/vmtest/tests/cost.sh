#!/bin/sh
#
# What the series promises to cost and to give back, from counted instructions.
# With FULL=1, also on another kind of CPU, on older bases, and on x86_64.

# shellcheck source=tap.sh
. "$(dirname "$0")/tap.sh"
# shellcheck source=published.sh
. "$(dirname "$0")/published.sh"
settings
. "$vmtest/source/settle.sh"

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
	result $? "$base, $CPU: $1 ($x)"
}

# everything ROWS: whatever there is to give back, the base gives nothing of it, and
# the series everything.
everything() {
	awk -F, -v rows="$1" 'NR > 1 && $1 == "given back" {
		n++
		wrong += $9 != 0 || $10 != $11
		print $2 ": base " $9 ", series " $10 ", there are " $11
	} END { exit !(n == rows && !wrong) }' "$csv" >"$scratch/output"
}

# flat STATE: from 1 THP to as many as there are, a THP costs the same.
flat() {
	awk -F, -v state="$1" '
		$1 == "shrinker" && $2 == state && $3 == 1 { one = $5 }
		$1 == "shrinker" && $2 == state { n++; x = $5 / $3 / one; print $3 " THPs: " x; if (x < 0.95 || x > 1.05) wrong = 1 }
		END { exit !(n >= 5 && !wrong) }' "$csv" >"$scratch/output"
}

# costs CPU: what is promised, on that one.
costs() {
	CPU=$1
	csv=$out/bench/$base-$CONFIG-$CPU-$TREE.csv
	try "$base, $CPU: the bench runs on both kernels" "$vmtest/measure/bench" CPU="$CPU" TREE="$TREE"
	holds "tagged THP: the shrinker's pass takes at most 1/30" \
		shrinker "all tagged" 1 base/series 'x >= 30'
	holds "tagged page: the check takes at most 21 instructions" \
		check "a tagged page" 1 "series instructions" 'x > 0 && x <= 21'
	holds "zero page: the test takes at most 950 instructions" \
		"zero test" "a zero page" 1 "series instructions" 'x > 0 && x <= 950'
	holds "unused untagged THP, with its split: at most 0.75" \
		shrinker "untagged zero" 1 base/series 'x >= 1 / 0.75'
	holds "full untagged THP: not more than before" \
		shrinker "untagged full" 1 base/series 'x >= 1'
	holds "split of a full untagged THP: not more than before, but for 2 percent" \
		split "untagged full" 1 base/series 'x >= 0.98'
	flat "all tagged"
	result $? "$base, $CPU: tagged THPs: each costs the same, however many"
	holds "KSM on tagged memory: at most 1/30" \
		ksm "all tagged" 4 base/series 'x >= 30'
	holds "KSM with use_zero_pages on tagged memory: at most 1/30" \
		"ksm zeropage" "all tagged" 4 base/series 'x >= 30'

	holds "split after mprotect(): without the series, tags are lost" \
		"mprotect pages lose tags" "last 51 pages" 1 "base pages" 'x == 41'
	holds "split after mprotect(): with it, none" \
		"mprotect pages lose tags" "last 51 pages" 1 "series pages" 'x == 0'
	holds "mprotect() after a split: without the series, tags of another process show" \
		"mprotect granules with old tags" "first page" 1 "base pages" 'x == 130816'
	holds "mprotect() after a split: with it, none" \
		"mprotect granules with old tags" "first page" 1 "series pages" 'x == 0'
	holds "one page PROT_MTE and tagged: all others are given back" \
		"mprotect pages given back" "first page" 1 "series pages" 'x == 511'

	everything 11
	result $? "$base, $CPU: from 0 to 100 percent tagged: without the series nothing is given back, with it everything"
	holds "no tag set: everything is given back" shrinker "tags all zero" 1 "series pages" 'x == 512'
	holds "one page tagged: all others are given back" shrinker "one page tagged" 1 "series pages" 'x == 511'
	holds "all tagged: nothing is given back" shrinker "all tagged" 1 "series pages" 'x == 0'
	holds "KSM on it: without the series nothing is given back" ksm "tags all zero" 4 "base pages" 'x == 0'
	holds "KSM gives back what has no tag set" ksm "tags all zero" 4 "series pages" 'x >= 2047'
	holds "KSM gives it back with use_zero_pages" "ksm zeropage" "tags all zero" 4 "series pages" 'x == 2048'
	holds "KSM merges nothing that is tagged" ksm "all tagged" 4 "series pages" 'x == 0'
}

# Tags are loaded 256 bytes a time by the one, 64 by the other.
for each in ${CPU:-max ${FULL:+neoverse-n2}}; do
	costs "$each"
done

if [ "$TREE-$base-$CONFIG" = "series-$(bases | head -n 1)-4k" ]; then
	published
fi

if [ -n "${FULL-}" ]; then
	newest=$base
	for each in $(bases | grep -vx "$base"); do
		settings "BASE=$each"
		costs max
	done
	settings "BASE=$newest"

	# Where there are no tags.
	export CPU=max CONFIG=x86_64
	csv=$out/bench/$base-x86_64-max-$TREE.csv
	try "x86_64: the bench runs on both kernels" "$vmtest/measure/bench" TREE="$TREE"
	holds "the shrinker's pass over an unused THP is faster" shrinker "untagged zero" 1 base/series 'x > 1'
	holds "and over one in use" shrinker "untagged full" 1 base/series 'x >= 1'
	holds "KSM is no slower" ksm "untagged zero" 4 base/series 'x >= 0.99'
	holds "splits are no slower" split "untagged full" 1 base/series 'x >= 0.98'
fi

finish
