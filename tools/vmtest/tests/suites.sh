#!/bin/sh
#
# Upstream's own suites on the base and on the series: arm64/mte, and with
# FULL=1 in the environment all of them.

. "$(dirname "$0")/tap.sh"
settings
. "$vmtest/source/settle.sh"

# passes SUITE LEAST: how many of its tests pass on base and on series.
passes() {
	awk -F , -v suite="$1:" -v least="$2" '
		index($1, suite) == 1 { base += $2; series += $5 }
		END { print suite, base, "pass on base,", series, "on series"; exit !(base >= least && series >= least) }' "$csv"
}
csv=$out/suites/$base-4k.csv
try "arm64/mte: nothing that passes on base does not on series" "$vmtest/check/suites" CONFIG=4k SUITES=arm64
# Of its 171 results, 39 are skips: what QEMU 10 does not have (store-only checks).
try "and that is 130 tests or more" passes arm64 130
if [ "${FULL-}" ]; then
	csv=$out/suites/$base-full.csv
	try "all suites: nothing that passes on base does not on series" "$vmtest/check/suites" CONFIG=full
	for least in "arm64 130" "mm 500" "cgroup 5"; do
		# shellcheck disable=SC2086 # two words
		try "at least so many pass: $least" passes $least
	done
fi

finish
