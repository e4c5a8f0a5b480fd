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
	JUNIT=$scratch/junit.xml "$vmtest/verdict" "$run" >"$scratch/said" 2>"$scratch/stderr"
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
	# shellcheck disable=SC2086 # three numbers
	try "$each: $word" worth "$each" "$code" "$word" $numbers "$reason"
	listed="$listed $each"
done <<'END'
pass|0|pass|4 0 0|
fail|1|fail|3 1 0|thp_shrinker: anon_thp.mte_zero.shrink: thp_shrinker\.c:809:shrink:Expected 0 \(0\) != split \(0\); not split, with 512 of 512 subpages unused
timeout|1|fail|1 1 0|printf "cleaning up"; sleep 100: timeout after 2 s
left-process|0|pass|1 0 0|
lts|1|fail|1 2 2|thp_shrinker: anon_thp\.mte_zero\.shrink: thp_shrinker\.c:553:shrink:Expected wasted \(512\) == 0 \(0\)
nul|1|fail|1 1 0|printf "a\\000b\\n"; exit 1: exit 1
control-characters|1|fail|2 1 0|thp_shrinker: \?\[31mred\? & <blue>: \? lost "half" of it \?
invalid-utf8|1|fail|2 1 0|thp_shrinker: \?\?\( café \?\?\?: \?\(\?\? \?\?
nested-plan-last|0|pass|3 0 0|
nested-deep|0|pass|2 0 0|
nested-kselftest|0|pass|3 0 0|
no-test-in-it|0|pass|1 0 1|
qemu|10|qemu|- - -|qemu-system-aarch64: unable to find CPU model 'no-such-cpu'
emulator|11|emulator|- - -|one STG changed the tags of 128 granules, .*version 7\.2\.22 .*
panic|12|panic|1 0 0|Kernel panic - not syncing: dumptest
panic-in-utf8|12|panic|1 0 0|Kernel panic - not syncing: \?\[1m\?<&"'>
oops|13|oops|1 0 0|kernel BUG at bug_in_hardirq.*
bad-pointer|13|oops|1 0 0|Unable to handle kernel NULL pointer dereference.*
splat|14|splat|2 0 0|WARNING: at lkdtm_WARNING.*
rcu-stall|14|splat|4 0 0|INFO: rcu_sched self-detected stall on CPU
rcu-stall-on-another-cpu|14|splat|4 0 0|INFO: rcu_preempt detected stalls on CPUs/tasks:
rcu-stall-expedited|14|splat|4 0 0|INFO: rcu_preempt detected expedited stalls on CPUs/tasks: .*
hung-task|14|splat|4 0 0|INFO: task sh:40 blocked for more than 122 seconds\.
workqueue-lockup|14|splat|4 0 0|BUG: workqueue lockup - pool .*
soft-lockup|14|splat|4 0 0|watchdog: BUG: soft lockup - CPU#1 stuck for 26s! \[sh:40\]
memory|15|memory|0 1 0|the guest ran out of memory: Out of memory: Killed process 38 \(tail\).*
hang|16|hang|1 0 0|still running when its time was over; last words: # vmtest: running sleep 1000
hang-stall|16|hang|1 0 0|still running when its time was over; INFO: rcu_sched self-detected stall on CPU
hang-hung-task|16|hang|1 0 0|still running when its time was over; INFO: task khugepaged:33 blocked for more than 122 seconds\.
silent|17|silent|- - -|not a word on the console
lost|18|lost|1 0 0|the guest ended before its tests did; last words: # vmtest: running /bin/busybox poweroff -f
lost-list|18|lost|- - -|the guest ended before its tests did; last words: Bail out! /tests/list, line 2: no timeout .*
nested-short|19|plan|3 0 0|thp_shrinker: 2 results, where its plan promised 3
nested-long|19|plan|3 0 0|thp_shrinker: 2 results, where its plan promised 1
nested-numbers|19|plan|4 0 0|thp_shrinker: result 2 has the number 3
nested-no-plan|19|plan|3 0 0|thp_shrinker: 2 results, and no plan
nested-nothing|19|plan|2 0 0|thp_shrinker: 0 results, and no plan
nested-results-only|19|plan|2 0 0|thp_shrinker: 1 results, and no plan
nested-bail-out|19|plan|2 1 0|thp_shrinker: 1 results, where its plan promised 3: Bail out! no memory to be had \(exit 1\)
glued|19|plan|2 0 0|result 3, true, where 2, printf "cleaning up"; exit 1, was planned
glued-last|19|plan|1 0 0|no result 2, printf "cleaning up"; kill -SEGV \$\$; 2 were planned
wrong-order|19|plan|4 0 0|result 2, thp_shrinker, where 1, true, was planned
missing|19|plan|1 0 0|no result 2, thp_shrinker; 2 were planned
extra|19|plan|5 0 0|result 3, false, is one too many; 2 were planned
duplicate|19|plan|5 0 0|result 1, true, where 2, thp_shrinker, was planned
renamed|19|plan|4 0 0|result 2, thp_shrinkers, where 2, thp_shrinker, was planned
no-tests|19|plan|- - -|no result
no-results|18|lost|- - -|the guest ended before its tests did; last words: .*reboot: Power down
skip-only|20|nothing|0 0 2|no test has run, all were skipped
END
all_listed() {
	for each in "$runs"/*; do
		case "$listed " in *" ${each##*/} "*) ;; *) echo "$each"; return 1;; esac
	done
}
try "every recorded run was judged" all_listed

names() {
	take lts && "$vmtest/verdict" "$run"
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
	"$vmtest/verdict" "$run"
	grep "^pass	echo PANIC >/sys/kernel/debug/provoke-crash/DIRECT: one	\$" "$run/results.tsv"
}
try "and those before a panic, too" dead_name
properties() {
	take pass && "$vmtest/verdict" "$run" "JUNIT=$scratch/junit.xml" &&
		[ "$(number "//property[@name='machine' and @value='virt,mte=on,gic-version=3']")" -eq 1 ] &&
		[ "$(xmllint --xpath "string(//property[@name='cpu']/@value)" "$scratch/junit.xml")" = "it's max" ] &&
		[ "$(number "//testsuite[@time='9' and @timestamp='2026-11-26T18:02:00']")" -eq 1 ]
}
try "JUnit says what ran on what" properties

take pass
refused "a JUnit file in no folder" 2 'JUNIT=/nowhere/file: cannot be written; name a file' \
	"$vmtest/verdict" "JUNIT=/nowhere/file" "$run"
try "and nothing was judged" test ! -e "$run/verdict.env"
refused "a JUnit file that is a folder" 2 'JUNIT=.*: cannot be written' "$vmtest/verdict" "JUNIT=$scratch" "$run"
refused "a JUnit file on a full disk" 3 'JUNIT=/dev/full: cannot be written; .* room' \
	"$vmtest/verdict" JUNIT=/dev/full "$run"
refused "JUnit of a run without a verdict" 2 'no verdict there \(results\.tsv is missing\)' \
	"$vmtest/junit" "$runs/pass" "$scratch/junit.xml"
rm "$run/plan"
refused "a run without a plan" 2 'no run of the vm program there \(plan is missing\)' "$vmtest/verdict" "$run"

finish
