#!/bin/sh
#
# The bench's results meet lists/limits: instructions, and pages freed. With FULL=1,
# also on another type of CPU, on older bases, and on x86_64.

# shellcheck source=tap.sh
. "$(dirname "$0")/tap.sh"
# shellcheck source=published.sh
. "$(dirname "$0")/published.sh"
settings
. "$vmtest/source/settle.sh"

# costs CPU: checks each limit in the bench's table.
costs() {
	CPU=$1
	csv=$out/bench/$base-$CONFIG-$CPU-$TREE.csv
	rm -f "$csv"
	try "$base $CONFIG $CPU: the bench runs on both kernels" "$vmtest/measure/bench" CPU="$CPU" TREE="$TREE"
	"$vmtest/measure/limits" "$csv" >"$scratch/limits"
	while IFS='	' read -r state name measured; do
		echo "$measured" >"$scratch/output"
		[ "$state" = pass ]
		result $? "$base $CONFIG $CPU: $name ($measured)"
	done <"$scratch/limits"
}

# One type of CPU loads tags for blocks of 256 bytes, the other for 64 bytes.
for each in ${CPU:-max ${FULL:+neoverse-n2}}; do
	costs "$each"
done

if [ "$TREE-$base-$CONFIG" = "series-$(bases | head -n 1)-4k" ]; then
	published
fi

if [ -n "${FULL-}" ]; then
	newest=$base
	for each in $(bases | grep -vx "$base"); do
		settings "BASE=$each"
		costs max
	done

	# An architecture without tags.
	settings "BASE=$newest" CONFIG=x86_64
	costs max
fi

finish
