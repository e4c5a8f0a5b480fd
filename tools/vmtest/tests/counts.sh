#!/bin/sh
#
# The counts of tests/check for made-up test files, and the verdict of vmtest on
# made-up runs. Nothing is built or booted.

. "$(dirname "$0")/tap.sh"
settings
copy_project "$scratch/project"
export VMTEST_OUT="$scratch/out"
mkdir -p "$VMTEST_OUT/$BASE/4k/series" "$VMTEST_OUT/$BASE/full/series"
: >"$VMTEST_OUT/$BASE/origin"
cp "$out/CACHEDIR.TAG" "$VMTEST_OUT/"

# counts PASSED FAILED LINE...: checks the last line and the exit status of tests/check
# for a test file with these lines.
counts() {
	passed=$1 failed=$2
	shift 2
	printf '%s\n' "#!/bin/sh" "$@" >"$tool/tests/fake.sh"
	chmod +x "$tool/tests/fake.sh"
	"$tool/tests/check" fake >"$scratch/counted" 2>&1
	code=$?
	cat "$scratch/counted"
	[ "$(tail -n 1 "$scratch/counted")" = "$passed passed, $failed failed, 0 skipped" ] && [ $code -eq $((failed > 0)) ]
}
try "NUL bytes in the output of a test" counts 2 0 'printf "ok 1 - a\0b\nok 2 - c\n1..2\n"'
try "a test file that crashes after its plan" counts 1 1 'echo "ok 1 - a"; echo 1..1' 'exit 3'
try "a test file without output" counts 0 1 'exit 0'
try "a test file with two plans" counts 1 1 'echo "ok 1 - a"; echo 1..1; echo 1..7'
# Simulates a full disk: only an empty file is written.
stub tee 'for file; do :; done' ': >"$file"' 'exec cat'
no_room() { (PATH=$stubs && counts 0 1 'echo "ok 1 - a"; echo 1..1'); }
try "a test file whose results cannot be written" no_room

for each in build/image build/guest; do
	echo '#!/bin/sh' >"$tool/$each"
done
cp "$data/counts/vm" "$tool/boot/"
printf '60 - true\n60 mm ./thp_shrinker\n' >"$scratch/two.list"
at_once() {
	APPEND="fail 2" "$tool/boot/vmtest" TESTS="$scratch/two.list" &
	sleep 1
	APPEND="pass 0" "$tool/boot/vmtest" TESTS="$scratch/two.list" || return
	exits 1 wait $!
}
try "two concurrent runs have separate verdicts" at_once
refused "a guest whose tests are not those of the run" 3 'contains the tests of another run' \
	env APPEND="pass 0" "$tool/boot/vmtest" TESTS=thp_shrinker
# The recorded run has tests that were skipped because there is no swap.
skipped() { APPEND="skip-in-lower-case 0" exits "$1" "$tool/boot/vmtest" TESTS="$scratch/two.list" CONFIG="$2"; }
try "a skip for an option that the configuration does not set" skipped 0 4k
try "a skip for an option that the configuration sets fails the run" skipped 21 full
stale() {
	echo "<old/>" >"$scratch/old.xml"
	echo 'exit 3' >"$tool/build/image"
	exits 3 "$tool/boot/vmtest" JUNIT="$scratch/old.xml" && [ ! -e "$scratch/old.xml" ]
}
try "a failed build removes the JUnit file of an earlier run" stale

finish
