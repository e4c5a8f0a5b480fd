#!/bin/sh
#
# Lists of tests: what can't be read is refused before anything is built, and each
# line that can is planned.

. "$(dirname "$0")/tap.sh"
export VMTEST_OUT="$scratch/out"
list=$scratch/tests.list

# The lines of a list, as printf has them, and what is wrong.
while IFS='|' read -r lines words; do
	printf '%b' "$lines" >"$list"
	refused "$words" 2 "tests\.list: $words" "$vmtest/build/plan" TESTS="$list"
	cat "$scratch/stdout" >>"$scratch/planned"
done <<END
true\n|line 1: "true" is not a timeout
60 - true\nabc - false\n60 - false\n|line 2: "abc" is not a timeout
0 - true\n|line 1: "0" is not a timeout
86401 - true\n|line 1: "86401" is not a timeout
1.5 - true\n|line 1: "1\.5" is not a timeout
# two\n60 - true\n60 -\n|line 3: no command
60\n|line 1: no command
60 amd64:mm ./x\n|line 1: "amd64" is not .*: arm64 x86_64
60 mm/../.. ./x\n|line 1: folder mm/\.\./\.\.: must
60 /mm ./x\n|line 1: folder /mm: must
60 - true # quick\n|line 1: "#" in the command
60 - echo a\tb\n|line 1: a tab
60 - true\0\n|line 1: a control character
60 - true\r\n|line 1: a control character.* CR LF
60 - $(printf '%05000d' 0)\n|line 1: a command of 5000
60 $(printf '%0300d' 0) ./x\n|line 1: a folder of 300
|no tests for arm64
# 60 - true\n\n|no tests for arm64
60 x86_64:mm ./x\n|no tests for arm64
END
try "and nothing is planned" test ! -s "$scratch/planned"
echo 'abc - true' >"$list"
: >"$scratch/guest.cpio.gz"
refused_each 2 <<'END'
build/plan TESTS=/nowhere|TESTS=/nowhere: no such file
build/plan TESTS=/|TESTS=/: no such file
build/guest TESTS="$list"|tests\.list: line 1: "abc"
boot/vm "$scratch/guest.cpio.gz" "$scratch/guest.cpio.gz" "$scratch/run"|its plan, .*guest\.plan, does not exist
END
try "and nothing was made" test ! -e "$VMTEST_OUT" -a ! -e "$scratch/run"

# planned CONFIG: plan/tests.list comes to what plan/CONFIG has.
planned() {
	"$vmtest/build/plan" CONFIG="$1" TESTS="$vmtest/tests/plan/tests.list" | tr '\t' ';' | diff "$vmtest/tests/plan/$1" -
}
for config in 4k x86_64; do
	try "what is planned for $config" planned $config
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
