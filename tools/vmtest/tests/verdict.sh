#!/bin/sh
#
# What runs are worth that were recorded: each way to die, and to say something
# else than what happened, has a name of its own. The folders in runs/ have a few
# lines of each; what a folder lacks is as in runs/pass.

# shellcheck source=tap.sh
. "$(dirname "$0")/tap.sh"
need xmllint

runs=$vmtest/tests/runs
schema=$vmtest/tests/junit.xsd
run=$scratch/run

take() {
	rm -rf "$run"
	cp -r "$runs/pass" "$run" && cp -r "$runs/$1/." "$run"
}

# number XPATH: how many such elements the JUnit file has.
number() {
	xmllint --xpath "count($1)" "$scratch/junit.xml"
}

# has_junit CODE NAME FAILED SKIPPED TESTS: it says the same.
has_junit() {
	xmllint --noout --schema "$schema" "$scratch/junit.xml" || return
	errors=0
	[ "$1" -lt 10 ] || errors=1
	[ "$(number '//failure')" -eq "$3" ] && [ "$(number '//skipped')" -eq "$4" ] &&
		[ "$(number '//error')" -eq $errors ] &&
		[ "$(number "//error[@type='$2']")" -eq $errors ] &&
		[ "$(number '//testcase')" -eq $(($5 + errors)) ] &&
		[ "$(number "//testsuite[@tests='$(($5 + errors))' and @failures='$3' and @errors='$errors' and @skipped='$4']")" -eq 1 ]
}

# worth RUN CODE NAME PASSED FAILED SKIPPED REASON: what the verdict has to leave
# of it, and print; "-" stands for no number.
worth() {
	take "$1" || return
	JUNIT=$scratch/junit.xml "$vmtest/boot/verdict" "$run" >"$scratch/said" 2>"$scratch/stderr"
	got=$?
	cat "$scratch/said" "$scratch/stderr" "$run/verdict.env" "$run/results.tsv"
	[ $got -eq "$2" ] && [ ! -s "$scratch/stderr" ] || return
	(
		# shellcheck source=/dev/null
		. "$run/verdict.env"
		# shellcheck disable=SC2154 # they come from there
		[ "$code $name ${passed:--} ${failed:--} ${skipped:--}" = "$2 $3 $4 $5 $6" ] || exit
		printf '%s\n' "$reason" | grep -qE "^($7)\$" || exit
		if [ "$code" -ge 10 ]; then
			echo "FAILED: $name: $reason; see $run"
		else
			echo "$((passed + failed + skipped)) tests: $passed passed, $failed failed, $skipped skipped"
		fi | cmp - "$scratch/said" || exit
		has_junit "$code" "$name" "${failed:-0}" "${skipped:-0}" "$(wc -l <"$run/results.tsv")"
	)
}

listed=
while IFS='|' read -r each code word numbers reason; do
	case $each in '#'*) continue;; esac
	# shellcheck disable=SC2086 # three numbers
	try "$each: $word" worth "$each" "$code" "$word" $numbers "$reason"
	listed="$listed $each"
done <"$vmtest/tests/expected-verdicts"
all_listed() {
	for each in "$runs"/*; do
		case "$listed " in *" ${each##*/} "*) ;; *) echo "$each"; return 1;; esac
	done
}
try "every recorded run was judged" all_listed

names() {
	take lts && "$vmtest/boot/verdict" "$run"
	cut -f 1,2 "$run/results.tsv" | tr '\t' ';' | diff - "$scratch/expected"
}
cat >"$scratch/expected" <<-'END'
	pass;thp_shrinker: anon_thp.zero.shrink
	skip;thp_shrinker: no swap
	fail;thp_shrinker: anon_thp.mte_zero.shrink
	fail;thp_shrinker: anon_thp.split.shrink
	skip;ksm_tests
END
try "results.tsv has each result by its full name" names
dead_name() {
	take panic && printf '    TAP version 13\n    1..3\n    ok 1 one\n' >>"$run/ktap"
	"$vmtest/boot/verdict" "$run"
	grep "^pass	echo PANIC >/sys/kernel/debug/provoke-crash/DIRECT: one	\$" "$run/results.tsv"
}
try "and those before a panic, too" dead_name
properties() {
	take pass && "$vmtest/boot/verdict" "$run" "JUNIT=$scratch/junit.xml" &&
		[ "$(number "//property[@name='machine' and @value='virt,mte=on,gic-version=3']")" -eq 1 ] &&
		[ "$(xmllint --xpath "string(//property[@name='cpu']/@value)" "$scratch/junit.xml")" = "it's max" ] &&
		[ "$(number "//testsuite[@time='9' and @timestamp='2026-11-26T18:02:00']")" -eq 1 ]
}
try "JUnit says what ran on what" properties

take pass
refused "a JUnit file in no folder" 2 'JUNIT=/nowhere/file: cannot be written; use a file' \
	"$vmtest/boot/verdict" "JUNIT=/nowhere/file" "$run"
try "and nothing was judged" test ! -e "$run/verdict.env"
refused "a JUnit file that is a folder" 2 'JUNIT=.*: cannot be written; use a file' "$vmtest/boot/verdict" "JUNIT=$scratch" "$run"
refused "a JUnit file on a full disk" 3 'JUNIT=/dev/full: cannot be written; .* free space' \
	"$vmtest/boot/verdict" JUNIT=/dev/full "$run"
take fail
ln -s /dev/full "$run/results.tsv"
refused "results that can't be written" 3 'cannot write to .*: is its disk full' "$vmtest/boot/verdict" "$run"
take pass
refused "JUnit of a run without a verdict" 2 'no verdict \(results\.tsv is missing\)' \
	"$vmtest/boot/junit" "$runs/pass" "$scratch/junit.xml"
rm "$run/plan"
refused "a run without a plan" 2 'no results of the vm program \(plan is missing\)' "$vmtest/boot/verdict" "$run"

finish
