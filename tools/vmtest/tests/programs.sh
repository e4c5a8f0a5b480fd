#!/bin/sh
#
# Real programs with memory tagging: they do not die, have the right data, and their
# unused memory is freed as without tags.

. "$(dirname "$0")/tap.sh"
settings
export CONFIG=programs
check_config
. "$vmtest/source/settle.sh"

csv=$out/bench/$base-programs.csv
rm -f "$csv"
try "on both kernels, no program dies, and data and tags are right" "$vmtest/measure/programs" TREE="$TREE"
# On a kernel that loses tags, the programs die.
try "on a kernel that loses tags, the run fails" exits 1 "$vmtest/measure/programs" TREE=remap-does-not-ask
cp "$scratch/output" "$scratch/told"

# holds PROGRAM WORDS TEST: checks an awk condition on its row of the table.
holds() {
	awk -F, -v program="$1" 'NR == 1 || $1 == program' "$csv" >"$scratch/output" 2>&1
	awk -F, "NR == 2 { base = \$2 - \$3; series = \$4 - \$5; untagged = \$6 - \$7; found = 1 }
		END { exit !(found && $3) }" "$scratch/output"
	result $? "$1: $2"
}
for program in redis python threads; do
	try "$program: its death is reported" grep -q "^$program: " "$scratch/told"
	holds $program "without tags, memory is freed" 'untagged > 20000'
	holds $program "at least as much as without the series is freed" 'series >= base'
	holds $program "at least 90 percent of the memory freed without tags is freed" 'series >= 0.9 * untagged'
done

finish
