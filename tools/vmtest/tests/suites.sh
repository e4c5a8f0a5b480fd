#!/bin/sh
#
# Upstream's own suites on the base and on the series: arm64/mte, and with
# FULL=1 in the environment all of them. First, that the comparison can fail.

# shellcheck source=tap.sh
. "$(dirname "$0")/tap.sh"
settings
. "$vmtest/source/settle.sh"

# A program's nested results, as run_kselftest.sh and the guest print them.
cat >"$scratch/ktap" <<-'END'
	KTAP version 1
	1..4
	    TAP version 13
	    1..1
	    # # TAP version 13
	    # # 1..3
	    # # ok 1 - merges # not a directive
	    # # not ok 2 splits
	    # # ok 3 # SKIP needs swap
	    # # ok 4 merges
	    # not ok 1 cow # exit=1
	    not ok 1 selftests: mm: ksft_cow.sh # exit=1
	not ok 1 mm # exit 1
	ok 2 alone
	    1..0
	ok 3 hollow
	    ok 1 inside
	not ok 4 outside # timeout after 5 s
END
cat >"$scratch/expected" <<-'END'
	pass;mm: selftests: mm: ksft_cow.sh: cow: merges;not a directive
	fail;mm: selftests: mm: ksft_cow.sh: cow: splits;
	skip;mm: selftests: mm: ksft_cow.sh: cow: needs swap;SKIP
	pass;mm: selftests: mm: ksft_cow.sh: cow: merges (2);
	pass;alone;
	skip;hollow;no tests
	pass;outside: inside;
	error;outside;results: 1, no plan (timeout after 5 s)
	fail;outside;timeout after 5 s
END
names() {
	"$vmtest/boot/results" "$scratch/ktap" | sed '/^program/d' | tr '\t' ';' | diff "$scratch/expected" -
}
try "each result by its full name" names

# result_file FILE STATE...: results of the tests a, b, c...
result_file() {
	file=$1
	shift
	for letter in a b c d; do
		[ $# -eq 0 ] || [ "$1" = - ] || printf '%s\tmm:cow: %s\t\n' "$1" "$letter"
		[ $# -eq 0 ] || shift
	done >"$scratch/$file"
}

# judged NAME STATUS WORDS: what the comparison has to say of base and series.
judged() {
	name=$1 status=$2 words=$3
	"$vmtest/check/compare" "$scratch/base" "$scratch/series" "$scratch/csv" >"$scratch/output"
	got=$?
	[ $got -eq "$status" ] &&
		if [ "$words" ]; then grep -qE "$words" "$scratch/output"; else [ ! -s "$scratch/output" ]; fi
	verdict=$?
	echo "(exit status $got, expected $status and: $words)" >>"$scratch/output"
	result $verdict "$name"
}
result_file base pass pass fail skip
result_file series pass pass fail skip
judged "no difference" 0 ''
result_file series pass fail fail skip
judged "a test that fails on the series only" 1 '^worse: mm:cow: b: base pass, series fail$'
result_file series pass - fail skip
judged "a test that is missing on the series" 1 '^worse: mm:cow: b: base pass, series missing$'
result_file series pass skip fail skip
judged "a test that is skipped on the series" 1 '^worse: mm:cow: b: base pass, series skip$'
result_file series pass pass fail fail
judged "a skipped test that fails on the series" 1 '^worse: mm:cow: d: base skip, series fail$'
result_file series pass pass pass skip
judged "a failed test that passes on the series" 0 '^differs: mm:cow: c: base fail, series pass$'
result_file again pass fail fail skip
result_file series pass fail fail skip
cat "$scratch/again" >>"$scratch/base"
cat "$scratch/again" >>"$scratch/series"
judged "a test that fails on the base too, the second time" 0 '^flaky: mm:cow: b: base pass fail, series fail fail$'
result_file base pass pass
result_file series pass missing
result_file again pass pass
cat "$scratch/again" >>"$scratch/series"
judged "a test that is missing on the series once" 0 '^flaky: mm:cow: b: base pass, series missing pass$'
result_file series pass fail
cat "$scratch/again" >>"$scratch/series"
judged "a test that fails on the series once, on the base never" 1 '^worse: mm:cow: b: base pass, series fail pass$'
result_file base fail skip
result_file series fail skip
judged "nothing passes" 1 '^worse: no test passed$'
: >"$scratch/base"
: >"$scratch/series"
judged "nothing has run" 1 '^worse: no test passed$'

refused "an unknown suite" 2 "unknown SUITES 'no-such-suite'; choose one of: " \
	"$vmtest/check/suites" CONFIG=4k SUITES=no-such-suite

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
cp "$out/suites/base.results" "$scratch/base"
awk '/^pass/ && ++n == 100 { sub(/^pass/, "fail") } { print }' "$out/suites/series.results" >"$scratch/series"
judged "the same results, one of them changed" 1 '^worse: arm64:check_.*: base pass, series fail$'

if [ "${FULL-}" ]; then
	csv=$out/suites/$base-full.csv
	try "all suites: nothing that passes on base does not on series" "$vmtest/check/suites" CONFIG=full
	try "arm64/mte has run" passes arm64 130
	try "mm has run" passes mm 500
	try "cgroup has run" passes cgroup 5
fi

finish
