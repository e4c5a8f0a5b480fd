#!/bin/sh
#
# Lists of tests: an invalid line is an error before anything is built; each valid line
# is in the plan.

. "$(dirname "$0")/tap.sh"
export VMTEST_OUT="$scratch/out"
list=$scratch/tests.list

# The lines of a list, in printf's format, and the error message.
while IFS='|' read -r lines words; do
	# shellcheck disable=SC2059
	printf "$lines" >"$list"
	refused "$words" 2 "tests\.list: $words" "$vmtest/build/plan" TESTS="$list"
	cat "$scratch/stdout" >>"$scratch/planned"
done <"$data/plan/refused"
try "no plan is printed for an invalid list" test ! -s "$scratch/planned"
echo 'abc - true' >"$list"
: >"$scratch/guest.cpio.gz"
refused_each 2 <<'END'
build/plan TESTS=/nowhere|TESTS=/nowhere: no such file
build/plan TESTS=/|TESTS=/: no such file
build/guest TESTS="$list"|tests\.list: line 1: "abc"
boot/vm "$scratch/guest.cpio.gz" "$scratch/guest.cpio.gz" "$scratch/run"|its plan, .*guest\.plan, does not exist
END
try "no file was written" test ! -e "$VMTEST_OUT" -a ! -e "$scratch/run"

# planned CONFIG: checks that the plan of tests.list is that in the file CONFIG.
planned() {
	"$vmtest/build/plan" CONFIG="$1" TESTS="$data/plan/tests.list" | tr '\t' ';' | diff "$data/plan/$1" -
}
for config in 4k x86_64; do
	try "the plan for $config" planned $config
done
long() {
	seq 200 | sed 's/.*/60 - true/' >"$list"
	printf '60 - false' >>"$list"
	[ "$("$vmtest/build/plan" TESTS="$list" | sed -n '$p')" = "201	60	-	false	false" ]
}
try "201 tests, the last without a newline" long
for each in "$vmtest"/lists/*.list; do
	[ "${each##*/}" = suites.list ] || try "${each##*/}" "$vmtest/build/plan" TESTS="$each"
done

finish
