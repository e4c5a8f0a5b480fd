#!/bin/sh
#
# The names of upstream's results, and their comparison without and with the series:
# on results that are made up here.

. "$(dirname "$0")/tap.sh"

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
	"$vmtest/boot/results" "$scratch/ktap" | tr '\t' ';' | diff "$scratch/expected" -
}
try "each result by its full name" names

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
