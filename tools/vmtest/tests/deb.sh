#!/bin/sh
#
# The Debian packages contain a kernel with the series, which boots.

. "$(dirname "$0")/tap.sh"
export CONFIG=full
settings

packaged() {
	folder=$("$vmtest/build/deb" BASE="$BASE") || return
	rm -rf "$scratch/image"
	dpkg-deb -x "$folder"/linux-image-*_arm64.deb "$scratch/image" &&
		dpkg-deb -c "$folder"/linux-libc-dev_*_arm64.deb | grep ' \./usr/include/linux/mman\.h$' &&
		grep -x CONFIG_ARM64_MTE=y "$scratch"/image/boot/config-"$BASE".*
}
boots() {
	initramfs=$("$vmtest/build/guest" TESTS=thp_shrinker) || return
	"$vmtest/boot/vm" "$scratch"/image/boot/vmlinuz-* "$initramfs" "$scratch/run" || return
	"$vmtest/boot/verdict" "$scratch/run" && grep "Linux version $BASE\." "$scratch/run/console"
}
nothing_to_do() { [ -d "$folder" ] && ! "$vmtest/build/deb" BASE="$BASE" 2>&1 | grep 'packaging'; }
for each in ${BASES:-$(bases)}; do
	if [ ! -f "$out/$each/origin" ] && ! "$vmtest/source/fetch" --has "linux-source-$each"; then
		skip "$each: packages" "the mirror no longer has linux-source-$each"
		continue
	fi
	settings "BASE=$each"
	try "$BASE: packages of the kernel and of its headers" packaged
	try "$BASE: the packaged kernel boots and passes the selftest" boots
	try "$BASE: an unchanged kernel is not packaged again" nothing_to_do
done

# Compares the configuration with Debian's, except debug information and options that
# depend on the compiler. The build is not tested, because it takes hours.
distro() {
	config=$("$vmtest/build/image" --configure BASE="$BASE" CONFIG=distro) || return
	grep -E '^CONFIG_[A-Z0-9_]*=' "$(dirname "$(dirname "$config")")/debian.config" |
		grep -vE '^CONFIG_(CC_|GCC|AS_|LD_|RUSTC|PAHOLE|DEBUG_INFO|BUILDTIME|ARM64_AS|TOOLS_)' >"$scratch/debian"
	grep -vxF -f "$config" "$scratch/debian" >"$scratch/differs"
	cat "$scratch/differs"
	[ "$(wc -l <"$scratch/debian")" -gt 4000 ] && [ "$(wc -l <"$scratch/differs")" -le 40 ] &&
		grep -x 'CONFIG_EXT4_FS=[ym]' "$config" && grep -x 'CONFIG_ARM64_MTE=y' "$config" &&
		grep -x 'CONFIG_DEBUG_INFO_NONE=y' "$config"
}
try "CONFIG=distro is Debian's configuration" distro

link_programs aarch64-linux-gnu-gcc
refused "no debhelper" 3 "dpkg-buildpackage is missing; 'make deb' installs it" env PATH="$scratch/bin" "$vmtest/build/deb"

finish
