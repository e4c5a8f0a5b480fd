#!/bin/sh
#
# The series in the guest, on each base: what passes, and what fails without which
# patch; each topic without the others. With FULL=1, every prefix of the series, and
# the topics and x86_64 on every base.

. "$(dirname "$0")/tap.sh"
settings

# boots NAME TREE SETTING...: the kernel boots, and just the tests fail that
# have to. Kernels are kept for the next run; so is what the guest said.
boots() {
	name=$1 tree=$2
	shift 2
	"$vmtest/boot/vmtest" TREE="$tree" "$@" >"$scratch/ktap" 2>"$scratch/run" </dev/null
	code=$?
	# None of them may pass. A test, or a whole program, that needs more than this
	# configuration has is skipped.
	"$vmtest/boot/expected" TREE="$tree" | sed -n 's/.*	always	//p' >"$scratch/expected"
	sed -n 's/^pass	[^:	]*: \([^	]*\).*/\1/p' "$state/$CONFIG/$tree/run/results.tsv" >"$scratch/passed"
	nr_failed=$(grep -c '^fail' "$state/$CONFIG/$tree/run/results.tsv")
	nr_passed=$(grep -cE '^ +ok ' "$scratch/ktap")
	{
		! grep -xF -f "$scratch/passed" "$scratch/expected" &&
			if [ -s "$scratch/expected" ]; then
				[ $code -eq 1 ] && grep "tests failed as expected on $tree, no others" "$scratch/run"
			else
				[ $code -eq 0 ]
			fi &&
			[ "$nr_passed" -gt 20 ]
	} >"$scratch/output"
	verdict=$?
	grep -v '^\[' "$scratch/run" >>"$scratch/output"
	result $verdict "$name: $nr_passed pass, $nr_failed fail as they should"
}
# series SETTING...: boots it, with its KTAP to be looked at.
series() { "$vmtest/boot/vmtest" TREE=series "$@" >"$scratch/ktap"; }

boots "the whole series" series
promises() {
	"$vmtest/boot/summary" --brief "$state/4k/series/run" >"$scratch/summary"
	cat "$scratch/summary"
	! grep '^other tests' "$scratch/summary" &&
		! awk '/passed failed skipped/ { rows = 1; next } /^$/ { exit } rows && $(NF - 2) + $NF == 0' "$scratch/summary" | grep .
}
try "each test belongs to a promise, and each promise has tests" promises
# make's own output on a screen of 24 lines, less what a longer run adds to it.
second_run() {
	for _ in first second; do
		"$vmtest/boot/vmtest" --brief TREE=series T=thp_shrinker >"$scratch/screen" 2>&1 || return
	done
	cat "$scratch/screen"
	! grep -E 'building|packing|unpacking|downloading' "$scratch/screen" &&
		[ "$(grep -vc '^\[' "$scratch/screen")" -le 20 ] && grep -x '[0-9]* tests: [0-9]* passed, 0 failed, 0 skipped' "$scratch/screen"
}
try "a second run builds nothing, and its output fits a screen" second_run
chosen() {
	series T="ksm_tags:tagged.thp*.keep_tags" || return
	cut -f 2 "$state/4k/series/run/results.tsv" | tee "$scratch/names"
	[ "$(grep -c ': tagged\.thp.*\.keep_tags$' "$scratch/names")" -ge 2 ] && ! grep -v ': tagged\.thp.*\.keep_tags$' "$scratch/names"
}
try "tests whose names match, and no other" chosen
none_chosen() {
	exits 1 series T="ksm_tags:no_such* thp_shrinker:anon_thp.zero.*" &&
		grep 'has no test that matches no_such\*; it has:' "$scratch/ktap" &&
		grep '^pass	.*: anon_thp\.zero\.shrink' "$state/4k/series/run/results.tsv"
}
try "a pattern that matches no test is a failure" none_chosen
boots "the whole series, tags loaded 64 bytes a time" series CPU=neoverse-n2
# What needs no tags has run, what needs them says why it has not.
no_mte() {
	series "$@" && [ "$(grep -E '^ +ok ' "$scratch/ktap" | grep -vc '# SKIP')" -ge 10 ] && ! grep -E '# SKIP *$' "$scratch/ktap"
}
try "the whole series, on a machine without tagging" no_mte MTE=off
for each in $([ "${FULL-}" ] && bases || echo "$base"); do
	try "$each: the whole series, on x86_64" no_mte BASE="$each" CONFIG=x86_64
done

# Without all of the series, only the tests that do without. Each tree takes a build
# and a boot.
parts() {
	boots "$base: no patch" base
	for topic in $(topics "$series"); do
		# Tests of guests, hugetlb and core dumps need more than 4k.
		case $topic in
		kvm|mte-fixes) settings "BASE=$base" CONFIG=full;;
		esac
		boots "$base: topic $topic alone, CONFIG=$CONFIG" "$topic"
		settings "BASE=$base" CONFIG=4k
	done
	[ -n "${FULL-}" ] || return 0
	n=0
	listed "$series" | sed '$d' >"$scratch/prefixes"
	while read -r patch; do
		n=$((n + 1))
		# Past the kernel's own patches there is nothing new to boot.
		case $patch in
		tools/*|Documentation/*) ;;
		*) boots "$base: the first $n, up to $patch" "$n";;
		esac
	done <"$scratch/prefixes"
}
parts
for each in $(bases | grep -vx "$base"); do
	settings "BASE=$each"
	boots "$base: the whole series" series
	[ -z "${FULL-}" ] || parts
done

finish
