#!/bin/sh
#
# The selftests for other machines are static programs, and the commands of
# doc/hardware.md work in the guest.

. "$(dirname "$0")/tap.sh"
settings
use_arch
folder=$("$vmtest/build/selftests") || exit

# No program has an interpreter.
all_static() {
	find "$folder/mm" "$folder/arm64" "$folder/kvm" -type f -perm -u+x >"$scratch/programs"
	xargs -a "$scratch/programs" readelf -lW >"$scratch/segments" && ! grep INTERP "$scratch/segments" &&
		[ "$(wc -l <"$scratch/programs")" -ge "$("$vmtest/build/plan" TESTS= | wc -l)" ]
}
try "the selftests are static" all_static

page=$vmtest/doc/hardware.md
told() {
	make -s -C "$top" selftests >"$scratch/said" 2>&1 || return
	sed -n 's/^    //p' "$page" >"$scratch/howto"
	[ "$(wc -l <"$scratch/howto")" -le 10 ] && tail -n "$(wc -l <"$scratch/howto")" "$scratch/said" | diff - "$scratch/howto"
}
try "make selftests ends with the instructions for hardware" told

if [ -n "${FULL-}" ]; then
	# The copied folders, and the command of doc/hardware.md.
	mkdir -p "$scratch/guest/selftests"
	cp -a "$folder/mm" "$folder/arm64" "$folder/kvm" "$scratch/guest/selftests/"
	sed -n 's/^ *\(for t in .*\)/\1/p' "$page" >"$scratch/guest/selftests/howto"
	echo '300 - cd /selftests && sh ./howto >/tmp/log && ! grep "^not ok" /tmp/log && [ $(grep -c "^ok" /tmp/log) -gt 200 ]' \
		>"$scratch/hardware.list"
	try "its commands in the guest: more than 200 tests, and none fails" \
		env FILES="$scratch/guest" TESTS="$scratch/hardware.list" "$vmtest/boot/vmtest"
fi

finish
