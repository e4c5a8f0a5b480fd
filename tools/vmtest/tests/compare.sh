#!/bin/sh
#
# Upstream's results without the series and with it, compared: on results that are
# made up here.

. "$(dirname "$0")/tap.sh"

# results_of STATE...: those of the tests a, b, c and d, "-" for none, and "/" before
# those of a second run.
results_of() {
	printf '%s\n' "$@" | awk '
		$1 == "/" { n = 0; next }
		{ letter = substr("abcd", ++n, 1) }
		$1 != "-" { print $1 "\tmm:cow: " letter "\t" }'
}
# judged STATUS DIFFERENCE: what the comparison has to say of the two files.
judged() {
	exits "$1" "$vmtest/check/compare" "$scratch/base" "$scratch/series" "$scratch/csv" >"$scratch/said"
	status=$?
	cat "$scratch/said"
	sed '$d' "$scratch/said" >"$scratch/difference"
	[ $status -eq 0 ] && if [ "$2" ]; then grep -xE "$2" "$scratch/difference"; else [ ! -s "$scratch/difference" ]; fi
}
while IFS='|' read -r name base series status difference; do
	# shellcheck disable=SC2086 # words
	results_of $base >"$scratch/base"
	# shellcheck disable=SC2086
	results_of $series >"$scratch/series"
	try "$name" judged "$status" "$difference"
done <<'END'
no difference|pass pass fail skip|pass pass fail skip|0|
fails on the series only|pass pass fail skip|pass fail fail skip|1|worse: mm:cow: b: base pass, series fail
missing on the series|pass pass fail skip|pass - fail skip|1|worse: mm:cow: b: base pass, series missing
skipped on the series|pass pass fail skip|pass skip fail skip|1|worse: mm:cow: b: base pass, series skip
skipped, and fails on the series|pass pass fail skip|pass pass fail fail|1|worse: mm:cow: d: base skip, series fail
fails, and passes on the series|pass pass fail skip|pass pass pass skip|0|differs: mm:cow: c: base fail, series pass
fails on the base too, the second time|pass pass / pass fail|pass fail / pass fail|0|flaky: mm:cow: b: base pass fail, series fail fail
missing on the series once|pass pass|pass missing / pass pass|0|flaky: mm:cow: b: base pass, series missing pass
fails on the series once, on the base never|pass pass|pass fail / pass pass|1|worse: mm:cow: b: base pass, series fail pass
nothing passes|fail skip|fail skip|1|worse: no test passed
nothing has run|||1|worse: no test passed
END

finish
