#!/bin/sh
#
# What the world outside can do to a run: no package, no network, no room, an
# interrupt. One line each, nothing half-done, and the same command works after.

# shellcheck source=tap.sh
. "$(dirname "$0")/tap.sh"
settings
kept=$out

# The mirror, with a series for a base that it has not.
project=$scratch/project
mkdir -p "$project"
copy_project "$project"
sed -i 's/^# Base: linux-source-.*/# Base: linux-source-0.1/' "$project/series.txt"
refused "a base that the mirror does not have" 3 'the mirror no longer has linux-source-0\.1; available: .*linux-source-[67]' \
	env -u VMTEST_OUT "$project/tools/vmtest/source/pristine" BASE=0.1
try "and nothing of it is there" test ! -e "$project/out/0.1/pristine"

# Nobody asked for it: the next base will do.
lts=$(bases | sed -n 2p)
falls_back() {
	mkdir -p "$project/out/downloads"
	ln "$kept/downloads/linux-source-$lts"_*.deb "$project/out/downloads/" 2>/dev/null
	env -u VMTEST_OUT -u BASE "$project/tools/vmtest/source/pristine" >"$scratch/path" 2>"$scratch/said" || return
	cat "$scratch/path" "$scratch/said"
	[ "$(cat "$scratch/path")" = "$project/out/$lts/pristine" ] && [ -f "$project/out/$lts/pristine/Makefile" ] &&
		[ "$(grep -c "the mirror no longer has linux-source-0\.1; using linux-source-$lts\$" "$scratch/said")" -eq 1 ]
}
try "without BASE, the LTS base takes its place, and that is said" falls_back

VMTEST_OUT=$scratch/out
export VMTEST_OUT
refused "no network" 3 'cannot reach http.*; check the network, then run the same command again' \
	env http_proxy=http://127.0.0.1:9 https_proxy=http://127.0.0.1:9 "$vmtest/source/pristine"
try "and nothing of it is there" test ! -e "$VMTEST_OUT/$BASE/pristine"

# From here on without the network: the package is here already.
mkdir -p "$VMTEST_OUT/downloads"
ln "$kept"/downloads/*.deb "$VMTEST_OUT/downloads/" 2>/dev/null || cp "$kept"/downloads/*.deb "$VMTEST_OUT/downloads/"

# interrupted SECONDS COMMAND...: as if by Ctrl-C, to all of it.
interrupted() {
	seconds=$1
	shift
	setsid -w timeout -s INT "$seconds" "$@"
	code=$?
	[ $code -ne 0 ]
}
try "an unpacking interrupted" interrupted 4 "$vmtest/source/pristine"
try "and nothing of it is there" test ! -e "$VMTEST_OUT/$BASE/pristine"
try "the same command then works" "$vmtest/source/pristine"
# Not from what ccache has: that may be all of it.
goes_on() {
	export CCACHE_DISABLE=1
	interrupted 20 "$vmtest/build/image" TREE=base
	objects=$(find "$VMTEST_OUT/$BASE/4k/build" -name '*.o' | wc -l)
	interrupted 20 "$vmtest/build/image" TREE=base
	after=$(find "$VMTEST_OUT/$BASE/4k/build" -name '*.o' | wc -l)
	echo "$objects objects, then $after"
	[ "$objects" -gt 0 ] && [ "$after" -gt "$objects" ]
}
try "a kernel build interrupted: the same command goes on where it was" goes_on
try "and nothing that looks like a kernel is there" test ! -e "$VMTEST_OUT/$BASE/4k/base/Image"
no_leftovers() {
	! pgrep -f "$VMTEST_OUT" -l
}
try "and no process is left" no_leftovers

# A disk that is full: a small one of our own.
if [ "$(id -u)" -eq 0 ] && mkdir "$scratch/small" && mount -t tmpfs -o size=300m tmpfs "$scratch/small" 2>/dev/null; then
	trap 'umount "$scratch/small"; rm -rf "$scratch"' EXIT
	mkdir "$scratch/small/downloads"
	cp "$VMTEST_OUT"/downloads/linux-source-"$BASE"_*.deb "$scratch/small/downloads/"
	refused "a full disk" 3 'disk full: .* MB left on .*; free some space, or set VMTEST_OUT' \
		env VMTEST_OUT="$scratch/small" "$vmtest/source/pristine"
	try "and nothing half-done is there" test ! -e "$scratch/small/$BASE/pristine"
else
	skip "a full disk" "no root, or no mount"
	skip "and nothing half-done is there" "no root, or no mount"
fi

finish
