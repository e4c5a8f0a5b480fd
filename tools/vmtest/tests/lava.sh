#!/bin/sh
#
# The LAVA job's result for output of run_kselftest.sh of 7.3 and 6.12: the files in
# data/lava. The name of each file begins with the expected result.

. "$(dirname "$0")/tap.sh"
job=$vmtest/doc/lava.yaml

# The step that writes the awk script, folded as in YAML.
step=$(sed -n "/^ *- >-\$/,/>\/tmp\/judge\$/{ /- >-/d; s/^ *//; p; }" "$job" | tr '\n' ' ')
sh -c "$(printf '%s' "$step" | sed "s|/tmp/judge|$scratch/judge|")"
comes_to() {
	said=$(awk -f "$scratch/judge" "$1")
	echo "result: $said"
	[ "$said" = "$2" ]
}
for file in "$data"/lava/*; do
	each=${file##*/}
	try "$each" comes_to "$file" "${each%%-*}"
done
# LAVA ends a run at the first command that fails, so these must not fail.
steps() {
	sed -n 's/^ *- \(.*lava-test-case .*\)/\1/p' "$job" >"$scratch/steps"
	cat "$scratch/steps"
	[ "$(wc -l <"$scratch/steps")" -eq 6 ] &&
		! grep -vE '^/opt/kselftest/[^|;]* 2>&1 \| tee /tmp/ktap; lava-test-case [a-z_]* --result \$\(awk -f /tmp/judge /tmp/ktap\)$' "$scratch/steps"
}
try "every step that reports a result uses this script" steps

finish
