#!/bin/sh
#
# What a person sees of a run: from results that are made up here, no guest runs.

# shellcheck source=tap.sh
. "$(dirname "$0")/tap.sh"
settings

# A copy of the project, whose expected failures can be changed.
project=$scratch/project
copy_project "$project"
tool=$project/tools/vmtest

# run TREE CODE: a run of TREE with the results on stdin.
run() {
	rm -rf "$scratch/run"
	mkdir "$scratch/run"
	cat >"$scratch/run/results.tsv"
	printf '%s\n' "base='$BASE'" "tree='$1'" "ksrc=''" "config='4k'" "source='linux-source-$BASE 1'" \
		"qemu='QEMU emulator version 10'" "cpu='max'" "mte='on'" "compiler='gcc'" >"$scratch/run/run.env"
	echo "code='$2'" >"$scratch/run/verdict.env"
	echo "N tests" >"$scratch/run/verdict"
}
# everything STATE...: results of all kinds, each promise with some of the STATEs.
everything() {
	for state; do
		for name in "thp_shrinker: folio.a.split" "thp_shrinker: anon_thp.a.shrink" \
			"check_ksm_sharing: mergeable.a.b" "check_ksm_sharing: tagged.a.b" \
			"check_kvm_sharing: guest.a" "check_sharing_race: race.a.b" "check_ksm_options: Check a"; do
			printf '%s\t%s\t%s\n' "$state" "$name" "reason"
		done
	done
}
# expected_of TREE [LINES]: what fails there, as results.
expected_of() {
	"$tool/boot/expected" TREE="$1" | awk -F '\t' '$2 == "always" { print "fail\tthp_shrinker: " $3 "\tExpected this" }'
}
summary() {
	"$tool/boot/summary" "$@" "$scratch/run" >"$scratch/summary" 2>&1 || return
	cat "$scratch/summary"
}

fits() {
	everything pass pass skip | run series 0
	summary --brief || return
	[ "$(wc -l <"$scratch/summary")" -le 20 ] && [ "$(wc -L <"$scratch/summary")" -le 110 ] &&
		[ "$(grep -cE ' +2 +0 +1$' "$scratch/summary")" -eq 5 ] && grep -E '^KSM does not merge.* 4 +0 +2$' "$scratch/summary" &&
		grep '^skipped: 7 reason$' "$scratch/summary"
}
try "a screen has room for it, and a row for each promise" fits

as_expected() {
	{ everything pass; expected_of "$1"; } | run "$1" 1
	summary && nr=$(expected_of "$1" | wc -l) &&
		grep -x "fails as expected of $1: $nr tests, and no other" "$scratch/summary" &&
		! grep 'NOT as expected\|unexpectedly' "$scratch/summary"
}
for tree in base 1; do
	try "$tree: failures by patch, just those that are expected" as_expected $tree
done
by_patch() {
	"$tool/boot/expected" TREE=base | awk -F '\t' '$2 == "always" { print $1 }' | sort | uniq -c >"$scratch/counts"
	{ everything pass; expected_of base; } | run base 1
	summary || return
	while read -r count patch; do
		grep -A 1 "^$count failed without $patch, the first:\$" "$scratch/summary" |
			grep '^  thp_shrinker: .*: Expected this$' || return
	done <"$scratch/counts"
}
try "each patch with its count and a reason" by_patch
sometimes() {
	{ everything pass; expected_of base; printf 'fail\tcheck_sharing_race: race.ksm.nothing_lost\t\n'; } | run base 1
	summary && grep '^fails as expected of base: ' "$scratch/summary"
}
try "one that fails by chance is expected, too" sometimes
less() {
	sed -i '/^anon_thp\.mte_zero\.shrink$/d' "$tool/lists/expected-failures"
	summary
	[ "$(grep -A 1 '^1 failed unexpectedly on base:$' "$scratch/summary" | tail -n 1)" = \
		"  thp_shrinker: anon_thp.mte_zero.shrink: Expected this" ] &&
		grep -x 'NOT as expected of base' "$scratch/summary" && ! grep '^fails as expected' "$scratch/summary"
}
{ everything pass; expected_of base; } | run base 1
try "an expected failure taken away is named" less
cp "$vmtest/lists/expected-failures" "$tool/tests/"
passes() {
	{ everything pass; expected_of base | sed '2s/^fail/pass/'; } | run base 1
	summary && name=$(expected_of base | sed -n 2p | cut -f 2) &&
		[ "$(grep -A 1 '^1 passed unexpectedly on base:$' "$scratch/summary" | tail -n 1)" = "  $name" ] &&
		grep -x 'NOT as expected of base' "$scratch/summary"
}
try "one that passes in spite of it is named" passes
of_series() {
	{ everything pass; expected_of base | head -n 1; } | run series 1
	summary && grep -x '1 failed unexpectedly on series:' "$scratch/summary" &&
		grep '^  thp_shrinker: .*: Expected this$' "$scratch/summary" && grep -x 'NOT as expected of series' "$scratch/summary"
}
try "on the series no failure is expected" of_series
died() {
	{ everything pass; expected_of base | head -n 5; } | run base 12
	summary && ! grep '^fails as expected' "$scratch/summary"
}
try "a guest that died does not fail as expected" died
of_mutant() {
	{ everything pass; printf 'fail\tthp_shrinker: folio.b.split\tBecause\n'; } | run remap-inverted 1
	summary && grep -x '1 failed:' "$scratch/summary" && grep -x '  thp_shrinker: folio.b.split: Because' "$scratch/summary" &&
		! grep 'expected' "$scratch/summary"
}
try "of a mutant nothing is said but what failed" of_mutant
chosen_tests() {
	printf "pass\tmatching ./check_ksm_sharing 'tagged.*': tagged.a.keep_tags\t\n" | run series 0
	summary --brief && grep -E '^KSM does not merge.* 1 +0 +0$' "$scratch/summary"
}
try "tests that were chosen by a pattern belong to their promise" chosen_tests

# The suite's own count, of a test file with the lines on stdin.
export VMTEST_OUT="$scratch/check"
(out=$VMTEST_OUT TMPDIR=$VMTEST_OUT/tmp && use_out "$out/$BASE")
: >"$VMTEST_OUT/$BASE/origin"
# counts PASSED FAILED: of them the last line tells, and the exit status.
counts() {
	{ echo "#!/bin/sh"; cat; } >"$tool/tests/fake.sh"
	chmod +x "$tool/tests/fake.sh"
	"$tool/tests/check" fake >"$scratch/counted" 2>&1
	code=$?
	cat "$scratch/counted"
	[ "$(tail -n 1 "$scratch/counted")" = "$1 passed, $2 failed, 0 skipped" ] && [ $code -eq $(($2 > 0)) ]
}
passing() { printf '%s\n' 'printf "ok 1 - a\0b\nok 2 - c\n1..2\n"' | counts 2 0; }
try "check counts, whatever bytes there are" passing
crashed() { printf '%s\n' 'echo "ok 1 - a"; echo 1..1' 'exit 3' | counts 1 1; }
try "a test file that crashes after its plan" crashed
silent() { echo 'exit 0' | counts 0 1; }
try "one that says nothing" silent
two_plans() { printf '%s\n' 'echo "ok 1 - a"; echo 1..1; echo 1..7' | counts 1 1; }
try "one with two plans" two_plans
# Stands for a full disk: an empty file is all that comes of it.
no_room() {
	mkdir -p "$scratch/bin"
	printf '%s\n' '#!/bin/sh' 'for file; do :; done' ': >"$file"' 'cat' >"$scratch/bin/tee"
	chmod +x "$scratch/bin/tee"
	echo 'echo "ok 1 - a"; echo 1..1' | PATH=$scratch/bin:$PATH counts 0 1
}
try "one whose results find no room" no_room

# vmtest, with nothing built or booted: what vm would leave is one of runs/.
for each in build/image build/guest boot/vm; do
	printf '%s\n' '#!/bin/sh' >"$tool/$each"
done
mkdir -p "$VMTEST_OUT/$BASE/4k/series"
# shellcheck disable=SC2016 # another shell's
printf '%s\n' 'mkdir -p "$3"; cp -r "$RUNS/pass/." "$3"; cp "$RUNS/$SUITES/"* "$3"; sleep "${STEPS:-0}"' >>"$tool/boot/vm"
sed -i 's/ CI / CI RUNS SUITES STEPS /; s/takes_it "$name" || unset/:/' "$tool/lib/common.sh" "$tool/lib/settings.sh"
export RUNS="$vmtest/tests/runs"
printf '60 - true\n60 mm ./thp_shrinker\n' >"$scratch/two.list"
at_once() {
	SUITES=fail STEPS=2 "$tool/boot/vmtest" TESTS="$scratch/two.list" &
	sleep 1
	SUITES=pass STEPS=0 "$tool/boot/vmtest" TESTS="$scratch/two.list" || return
	wait $!
	[ $? -eq 1 ]
}
try "two runs at once: each has its own verdict" at_once
refused "a guest with other tests than those of the run" 3 'are not those of this run' \
	env SUITES=pass "$tool/boot/vmtest" TESTS="$vmtest/tests/quick.list"
stale() {
	echo "<old/>" >"$scratch/old.xml"
	echo 'exit 3' >"$tool/build/image"
	! "$tool/boot/vmtest" JUNIT="$scratch/old.xml" && [ ! -e "$scratch/old.xml" ]
}
try "no JUnit file of an earlier run stays when a build fails" stale

finish
