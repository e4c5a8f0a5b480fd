#!/bin/sh
#
# The series in the guest, on each base: what passes, and what fails without which
# patch. With FULL=1, every prefix of it.

# shellcheck source=tap.sh
. "$(dirname "$0")/tap.sh"
settings

# expected TREE: the names of the tests that have to fail on it. A patch that only
# an older base has stands for the one of that name.
expected() {
	"$vmtest/patches" TREE="$1" | sed "s|/$base-|/|" >"$scratch/applied"
	while read -r line; do
		case $line in
		'#'*|'') ;;
		'['*)
			patch=${line#?} patch=${patch%%]*} not_on=${line##*] not on }
			[ -f "$top/$patch" ] || echo "(no such patch: $patch)"
			skipping=
			if grep -qxF "$patch" "$scratch/applied" || [ "$not_on" = "$base" ]; then
				skipping=1
			fi;;
		*)	[ "$skipping" ] || echo "$line";;
		esac
	done <"$vmtest/tests/expected-failures" | sort
}

# boots NAME TREE SETTING...: the kernel boots, and just the tests fail that
# have to. Kernels are kept for the next run; so is what the guest said.
boots() {
	name=$1 tree=$2
	shift 2
	"$vmtest/vmtest" TREE="$tree" "$@" >"$scratch/ktap" 2>"$scratch/run" </dev/null
	code=$?
	expected "$tree" >"$scratch/expected"
	sed -n 's/^fail	[^:	]*: \([^	]*\)	.*/\1/p' "$state/$CONFIG/$tree/run/results.tsv" | sort >"$scratch/failed"
	nr_passed=$(grep -cE '^ +ok ' "$scratch/ktap")
	{
		diff "$scratch/expected" "$scratch/failed" &&
			if [ -s "$scratch/expected" ]; then [ $code -eq 1 ]; else [ $code -eq 0 ]; fi &&
			[ "$nr_passed" -gt 20 ]
	} >"$scratch/output"
	verdict=$?
	grep -v '^\[' "$scratch/run" >>"$scratch/output"
	result $verdict "$name: $nr_passed pass, $(wc -l <"$scratch/failed") fail as they should"
}

boots "the whole series" series
second_run() {
	TREE=series TESTS=$vmtest/quick.list "$vmtest/vmtest" >/dev/null 2>"$scratch/first" || return
	TREE=series TESTS=$vmtest/quick.list "$vmtest/vmtest" >/dev/null 2>"$scratch/second" || return
	! grep -E 'building|packing|unpacking|downloading' "$scratch/second"
}
try "a second run builds nothing" second_run
boots "the whole series, tags loaded 64 bytes a time" series CPU=neoverse-n2
no_mte() {
	"$vmtest/vmtest" TREE=series "$@" >"$scratch/ktap" || return
	# What needs no tags has run, what needs them says why it has not.
	[ "$(grep -E '^ +ok ' "$scratch/ktap" | grep -vc '# SKIP')" -gt 10 ] &&
		! grep -E '# SKIP *$' "$scratch/ktap"
}
try "the whole series, on a machine without tagging" no_mte MTE=off
for each in $(bases); do
	try "$each: the whole series, on x86_64" no_mte BASE="$each" CONFIG=x86_64
done

# Without all of the series, only the tests that do without. The first patch has
# to be worth it alone; each of the others takes a build and a boot.
prefixes() {
	boots "$base: no patch" base
	n=1
	while [ "$n" -lt "$nr_patches" ]; do
		# Past the kernel's own patches there is nothing new to boot.
		patch=$(listed "$series" | sed -n "${n}p")
		case $patch in
		tools/*|Documentation/*) ;;
		*)	[ "$n" -gt 1 ] && [ -z "${FULL-}" ] ||
				boots "$base: the first $n, up to $patch" "$n";;
		esac
		n=$((n + 1))
	done
}
steady=$vmtest/tests/steady.list
export TESTS="$steady"
prefixes
for each in $(bases | grep -vx "$base"); do
	settings "BASE=$each"
	unset TESTS
	boots "$base: the whole series" series
	export TESTS="$steady"
	[ -z "${FULL-}" ] || prefixes
done

finish
