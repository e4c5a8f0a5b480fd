#!/bin/sh
#
# The verdicts on recorded runs: each kind of failure, and each kind of incorrect
# results, has its own name. The folders in data/verdict/runs contain the relevant lines
# of a run; files that a folder lacks are those of runs/pass.

. "$(dirname "$0")/tap.sh"
need xmllint

recorded=$data/verdict
run=$scratch/run
verdict() { "$vmtest/boot/verdict" "$@"; }
take() {
	rm -rf "$run"
	cp -r "$recorded/runs/pass" "$run" && cp -r "$recorded/runs/$1/." "$run"
}

# xpath EXPRESSION: prints its value in the JUnit file.
xpath() { xmllint --xpath "$1" "$scratch/junit.xml"; }
# has_junit CODE NAME FAILED SKIPPED TESTS: checks the elements and numbers of the JUnit
# file.
has_junit() {
	errors=$(($1 >= 10)) word=
	[ $errors -eq 0 ] || word=$2
	numbers="$(($5 + errors)) $3 $errors $4"
	xmllint --noout --schema "$recorded/junit.xsd" "$scratch/junit.xml" &&
		[ "$(xpath 'concat(count(//testcase), " ", count(//failure), " ", count(//error), " ", count(//skipped), " ",
			//@tests, " ", //@failures, " ", //@errors, " ", //@skipped, " ", //error/@type)')" = "$numbers $numbers $word" ]
}

# worth RUN CODE NAME PASSED FAILED SKIPPED REASON: checks the files and the output of the
# verdict; "-" is no number.
worth() {
	take "$1" || return
	JUNIT=$scratch/junit.xml verdict "$run" >"$scratch/said" 2>"$scratch/stderr"
	got=$?
	cat "$scratch/said" "$scratch/stderr" "$run/verdict.env" "$run/results.tsv"
	[ $got -eq "$2" ] && [ ! -s "$scratch/stderr" ] || return
	[ ! -f "$run/results" ] || diff "$run/results" "$run/results.tsv" || return
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
try "every recorded run was checked" all_listed

take pass
verdict "JUNIT=$scratch/junit.xml" "$run" >"$scratch/output" 2>&1
ran=$(xpath 'concat(//property[@name="machine"]/@value, " ", //property[@name="cpu"]/@value, " ", //@time, " ", //@timestamp)')
try "JUnit contains the properties of the run" test "$ran" = "virt,mte=on,gic-version=3 it's max 9 2026-11-26T18:02:00"

take pass
refused "a JUnit file on a full disk" 3 'JUNIT=/dev/full: cannot be written' verdict JUNIT=/dev/full "$run"
take fail
ln -s /dev/full "$run/results.tsv"
refused "results that cannot be written" 3 'cannot write to .* full disk' verdict "$run"
take pass
refused "JUnit of a run without a verdict" 2 'results\.tsv is missing' "$vmtest/boot/junit" "$run" "$scratch/junit.xml"
rm "$run/plan"
refused "a run without a plan" 2 'plan is missing' verdict "$run"

finish
