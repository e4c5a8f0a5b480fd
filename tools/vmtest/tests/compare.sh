#!/bin/sh
#
# The comparison of upstream's results without and with the series, for made-up
# results.

. "$(dirname "$0")/tap.sh"

# results_of STATE...: prints results of the tests a, b, c and d; "-" is no result, "/"
# begins a second run.
results_of() {
	printf '%s\n' "$@" | awk '
		$1 == "/" { n = 0; next }
		{ letter = substr("abcd", ++n, 1) }
		$1 != "-" { print $1 "\tmm:cow: " letter "\t" }'
}
# judged STATUS DIFFERENCE: checks the comparison of the two files.
judged() {
	exits "$1" "$vmtest/check/compare" "$scratch/base" "$scratch/series" "$scratch/csv" >"$scratch/said"
	status=$?
	cat "$scratch/said"
	sed '$d; s/	/: /g' "$scratch/said" >"$scratch/difference"
	[ $status -eq 0 ] && if [ "$2" ]; then grep -xE "$2" "$scratch/difference"; else [ ! -s "$scratch/difference" ]; fi
}
# A name, the results of base and series, the exit status, and the difference.
while IFS='|' read -r name base series status difference; do
	# shellcheck disable=SC2086 # words
	results_of $base >"$scratch/base"
	# shellcheck disable=SC2086
	results_of $series >"$scratch/series"
	try "$name" judged "$status" "$difference"
done <"$data/compare/cases"

finish
