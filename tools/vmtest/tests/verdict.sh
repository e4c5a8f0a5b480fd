#!/bin/sh
#
# What runs are worth that were recorded: each way to die, and to say something
# else than what happened, has a name of its own. The folders in verdict/runs have a
# few lines of each; what a folder lacks is as in runs/pass.

. "$(dirname "$0")/tap.sh"
need xmllint

recorded=$vmtest/tests/verdict
run=$scratch/run
verdict() {
	"$vmtest/boot/verdict" "$@"
}
take() {
	rm -rf "$run"
	cp -r "$recorded/runs/pass" "$run" && cp -r "$recorded/runs/$1/." "$run"
}

# number XPATH: how many such elements the JUnit file has.
number() {
	xmllint --xpath "count($1)" "$scratch/junit.xml"
}

# has_junit CODE NAME FAILED SKIPPED TESTS: it says the same.
has_junit() {
	xmllint --noout --schema "$recorded/junit.xsd" "$scratch/junit.xml" || return
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
	JUNIT=$scratch/junit.xml verdict "$run" >"$scratch/said" 2>"$scratch/stderr"
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
while IFS='|' read -r each code word numbers reason; do
	case $each in '#'*) continue;; esac
	# shellcheck disable=SC2086 # three numbers
	try "$each: $word" worth "$each" "$code" "$word" $numbers "$reason"
	echo "$each" >>"$scratch/listed"
done <"$recorded/expected"
all_listed() {
	find "$recorded/runs" -mindepth 1 -maxdepth 1 -printf '%f\n' | grep -vxF -f "$scratch/listed"
	[ $? -eq 1 ]
}
try "every recorded run was judged" all_listed

names() {
	take lts && exits 1 verdict "$run"
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
	verdict "$run"
	grep "^pass	echo PANIC >/sys/kernel/debug/provoke-crash/DIRECT: one	\$" "$run/results.tsv"
}
try "and those before a panic, too" dead_name
properties() {
	take pass && verdict "$run" "JUNIT=$scratch/junit.xml" &&
		[ "$(number "//property[@name='machine' and @value='virt,mte=on,gic-version=3']")" -eq 1 ] &&
		[ "$(number '//property[@name="cpu" and @value="it'\''s max"]')" -eq 1 ] &&
		[ "$(number "//testsuite[@time='9' and @timestamp='2026-11-26T18:02:00']")" -eq 1 ]
}
try "JUnit says what ran on what" properties

take pass
refused "a JUnit file on a full disk" 3 'JUNIT=/dev/full: cannot be written' verdict JUNIT=/dev/full "$run"
take fail
ln -s /dev/full "$run/results.tsv"
refused "results that can't be written" 3 'cannot write to .* disk full' verdict "$run"
take pass
refused "JUnit of a run without a verdict" 2 'results\.tsv is missing' "$vmtest/boot/junit" "$run" "$scratch/junit.xml"
rm "$run/plan"
refused "a run without a plan" 2 'plan is missing' verdict "$run"

finish
