#!/bin/sh
#
# What the runner of the tests makes of a test file, and vmtest of a guest's run: both
# are made up here, nothing is built or booted.

. "$(dirname "$0")/tap.sh"
settings
copy_project "$scratch/project"
export VMTEST_OUT="$scratch/out"
mkdir -p "$VMTEST_OUT/$BASE/4k/series" "$VMTEST_OUT/$BASE/full/series"
: >"$VMTEST_OUT/$BASE/origin"
cp "$out/CACHEDIR.TAG" "$VMTEST_OUT/"

# counts PASSED FAILED LINE...: of a test file with these lines, the runner's last
# line and its exit status.
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
try "check counts, whatever bytes there are" counts 2 0 'printf "ok 1 - a\0b\nok 2 - c\n1..2\n"'
try "a test file that crashes after its plan" counts 1 1 'echo "ok 1 - a"; echo 1..1' 'exit 3'
try "one that says nothing" counts 0 1 'exit 0'
try "one with two plans" counts 1 1 'echo "ok 1 - a"; echo 1..1; echo 1..7'
# Stands for a full disk: an empty file is all that comes of it.
stub tee 'for file; do :; done' ': >"$file"' 'exec cat'
no_room() { (PATH=$stubs && counts 0 1 'echo "ok 1 - a"; echo 1..1'); }
try "one whose results find no room" no_room

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
try "two runs at once: each has its own verdict" at_once
refused "a guest with other tests than those of the run" 3 'contains the tests of another run' \
	env APPEND="pass 0" "$tool/boot/vmtest" TESTS=thp_shrinker
# The recorded run has tests that were skipped for want of swap.
skipped() { APPEND="skip-in-lower-case 0" exits "$1" "$tool/boot/vmtest" TESTS="$scratch/two.list" CONFIG="$2"; }
try "a skip for what the configuration has not" skipped 0 4k
try "the same skip where the configuration has it fails the run" skipped 21 full
stale() {
	echo "<old/>" >"$scratch/old.xml"
	echo 'exit 3' >"$tool/build/image"
	exits 3 "$tool/boot/vmtest" JUNIT="$scratch/old.xml" && [ ! -e "$scratch/old.xml" ]
}
try "no JUnit file of an earlier run stays when a build fails" stale

finish
