#!/bin/sh
#
# Upstream's suites on the base and on the series: arm64/mte; with FULL=1 in the
# environment, all of them.

. "$(dirname "$0")/tap.sh"
settings
. "$vmtest/source/settle.sh"

# passes SUITE LEAST: checks the number of its tests that pass on base and on series.
passes() {
	awk -F , -v suite="$1:" -v least="$2" '
		index($1, suite) == 1 { base += $2; series += $5 }
		END { print suite, base, "pass on base,", series, "on series"; exit !(base >= least && series >= least) }' "$csv"
}
csv=$out/suites/$base-4k.csv
try "arm64/mte: every test that passes on base passes on series" "$vmtest/check/suites" CONFIG=4k SUITES=arm64
# Of 171 results, 39 are skips: QEMU 10 does not support store-only checks.
try "arm64/mte: at least 130 tests pass" passes arm64 130
if [ "${FULL-}" ]; then
	csv=$out/suites/$base-full.csv
	try "all suites: every test that passes on base passes on series" "$vmtest/check/suites" CONFIG=full
	for least in "arm64 130" "mm 500" "cgroup 5"; do
		# shellcheck disable=SC2086 # two words
		try "at least this number of tests pass: $least" passes $least
	done
fi

finish
