#!/bin/sh
#
# The selftests on every base, configuration and type of CPU: no row of the table fails.
# First checks that a failing row is reported.

. "$(dirname "$0")/tap.sh"
settings
. "$vmtest/source/settle.sh"

# A kernel on which tests fail.
told() {
	exits 1 env BASES="$base" CONFIGS=4k "$vmtest/check/matrix" TREE=base >"$scratch/table" || return
	cat "$scratch/table"
	[ "$(awk '$3 == "max" && $4 == "yes" && $5 == "yes" && $6 > 50 && $7 > 50' "$scratch/table" | wc -l)" -eq 1 ]
}
try "a failing row is reported and fails the run" told

if [ "${FULL-}" ]; then
	"$vmtest/check/matrix" 2>"$scratch/output" | tee "$scratch/table" | sed -u 's/^/# /'
	rows=$(($(wc -l <"$scratch/table") - 1))
	# Built, booted, some passed, none failed.
	good=$(awk '$4 == "yes" && $5 == "yes" && $6 > 0 && $7 == 0' "$scratch/table" | wc -l)
	[ "$rows" -gt 0 ] && [ "$good" -eq "$rows" ]
	result $? "every row of the table: $good of $rows"
fi

finish
