#!/bin/sh
#
# Failures outside of the bench: no package, no network, a full disk, an interrupt. Each
# prints one line and leaves no partial output; the same command works afterwards.

. "$(dirname "$0")/tap.sh"
settings
kept=$out

# A series for a base that the mirror does not have.
copy_project "$scratch/project"
sed -i 's/^# Base: linux-source-.*/# Base: linux-source-0.1/' "$project/series.txt"
refused "a base that the mirror does not have" 3 'does not have linux-source-0\.1; .*linux-source-[67]' \
	env -u VMTEST_OUT "$tool/source/pristine" BASE=0.1
try "no partial output is left" test ! -e "$project/out/0.1/pristine"
# Without BASE, the next base is used.
lts=$(bases | sed -n 2p)
falls_back() {
	mkdir -p "$project/out/downloads"
	ln "$kept/downloads/linux-source-$lts"_*.deb "$project/out/downloads/" 2>/dev/null
	env -u VMTEST_OUT -u BASE "$tool/source/pristine" >"$scratch/path" 2>"$scratch/said" || return
	cat "$scratch/path" "$scratch/said"
	[ "$(cat "$scratch/path")" = "$project/out/$lts/pristine" ] && [ -f "$project/out/$lts/pristine/Makefile" ] &&
		[ "$(grep -c "no longer has linux-source-0\.1; using linux-source-$lts\$" "$scratch/said")" -eq 1 ]
}
try "without BASE, the LTS base is used, with a message" falls_back

export VMTEST_OUT="$scratch/out"
none_of_it() { try "no partial output is left" test ! -e "$VMTEST_OUT/$BASE/$1"; }
refused "no network" 3 'cannot reach http.*; check the network' \
	env http_proxy=http://127.0.0.1:9 https_proxy=http://127.0.0.1:9 "$vmtest/source/pristine"
none_of_it pristine

# The tests below need no network: the package is already downloaded.
mkdir -p "$VMTEST_OUT/downloads"
ln "$kept"/downloads/*.deb "$VMTEST_OUT/downloads/" 2>/dev/null || cp "$kept"/downloads/*.deb "$VMTEST_OUT/downloads/"
# interrupted SECONDS COMMAND...: sends SIGINT to the process group, as Ctrl-C does.
interrupted() { ! setsid -w timeout -s INT "$@"; }
try "unpacking is interrupted" interrupted 4 "$vmtest/source/pristine"
none_of_it pristine
try "the same command works afterwards" "$vmtest/source/pristine"
# Disables ccache, which may complete the build at once.
goes_on() {
	export CCACHE_DISABLE=1
	"$vmtest/source/source" TREE=base || return
	objects=0
	for _ in first second; do
		before=$objects
		interrupted 20 "$vmtest/build/image" TREE=base
		objects=$(find "$VMTEST_OUT/$BASE/4k/build" -name '*.o' | wc -l)
		echo "$objects objects"
		[ "$objects" -gt "$before" ] || return
	done
}
try "an interrupted kernel build is continued by the same command" goes_on
none_of_it 4k/base/Image
no_leftovers() { ! pgrep -f "$VMTEST_OUT" -l; }
try "no process is left running" no_leftovers

if small_disk 300m; then
	export VMTEST_OUT="$scratch/small"
	mkdir "$VMTEST_OUT/downloads"
	cp "$kept/downloads/linux-source-$BASE"_*.deb "$VMTEST_OUT/downloads/"
	refused "a full disk" 3 'disk full: .* MB left on .*; free some space' "$vmtest/source/pristine"
	none_of_it pristine
else
	skip "a full disk" "no root, or no mount"
fi

finish
