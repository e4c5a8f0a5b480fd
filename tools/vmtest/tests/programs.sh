#!/bin/sh
#
# Real programs under memory tagging: they live and have the right data, and give
# back what they would without tags.

. "$(dirname "$0")/tap.sh"
settings
export CONFIG=programs
check_config
. "$vmtest/source/settle.sh"

csv=$out/bench/$base-programs.csv
rm -f "$csv"
try "all programs live, with the right data and tags, on both kernels" "$vmtest/measure/programs" TREE="$TREE"
# A kernel on which tags are lost: programs die of it.
try "on a kernel that loses tags, the run fails" exits 1 "$vmtest/measure/programs" TREE=remap-does-not-ask
cp "$scratch/output" "$scratch/told"

# holds PROGRAM WORDS TEST: awk's TEST holds for its row of the table.
holds() {
	awk -F, -v program="$1" 'NR == 1 || $1 == program' "$csv" >"$scratch/output" 2>&1
	awk -F, "NR == 2 { base = \$2 - \$3; series = \$4 - \$5; untagged = \$6 - \$7; found = 1 }
		END { exit !(found && $3) }" "$scratch/output"
	result $? "$1: $2"
}
for program in redis python threads; do
	try "$program: is named as one that died" grep -q "^$program: " "$scratch/told"
	holds $program "without tags there is memory to give back" 'untagged > 20000'
	holds $program "not less than without the series" 'series >= base'
	holds $program "at least 9 in 10 of what is given back without tags" 'series >= 0.9 * untagged'
done

finish
