#!/bin/sh
#
# Each patch builds without a warning: with and without memory tagging, and on x86_64.
# For every prefix, and for each topic alone, only the files that the series changes are
# compiled. With FULL=1, also the whole kernel with all patches, and the prefixes on
# every base.

. "$(dirname "$0")/tap.sh"
settings
. "$vmtest/source/settle.sh"

# objects ARCH: prints the object files of the sources that the series changes.
objects() {
	(cd "$top" && listed "$series" | xargs sed -n 's|^+++ b/\(.*\)\.[cS]$|\1.o|p') | sort -u | grep -E "^(mm|arch/$1)/"
}

# fragments CONFIG: prints the fragments, as build/image does.
fragments() {
	for part in $(sed -n 's/^# Parts: //p' "$vmtest/configs/$1.config") "$1"; do
		cat "$vmtest/configs/$part.config"
	done
}

# build VARIANT ARCH COMPILER-PREFIX TARGET...: the configuration is in
# $scratch/VARIANT.
build() {
	variant=$1 arch=$2 cross=$3
	shift 3
	built=$state/builds/$variant
	mkdir -p "$built"
	# Keeps an unchanged configuration, to rebuild less.
	if ! cmp -s "$scratch/$variant" "$built/fragments"; then
		cp "$scratch/$variant" "$built/fragments"
		kernel_make KCONFIG_ALLCONFIG="$built/fragments" allnoconfig || return
	fi
	kernel_make KCFLAGS=-Werror -j"$(nproc)" "$@"
}
kernel_make() { make -C "$src" O="$built" ARCH="$arch" CROSS_COMPILE="$cross" "$@"; }

fragments full >"$scratch/mte"
sed 's/^CONFIG_ARM64_MTE=y/CONFIG_ARM64_MTE=n/' "$scratch/mte" >"$scratch/no-mte"
{ fragments full | grep -vE 'KVM|VIRTUALIZATION'; echo CONFIG_64BIT=y; } >"$scratch/x86_64"

# builds TREE WORDS: checks that a tree builds.
builds() {
	src=$("$vmtest/source/source" TREE="$1") || exit
	# shellcheck disable=SC2046 # lists of files
	{
		try "$base: $2: arm64" build mte arm64 aarch64-linux-gnu- $(objects arm64)
		try "$base: $2: arm64 without MTE" build no-mte arm64 aarch64-linux-gnu- \
			$(objects arm64 | grep -v '/mte\.o$')
		try "$base: $2: x86_64" build x86_64 x86_64 "" $(objects x86)
	}
}

prefixes() {
	lock_state
	n=0
	for patch in $(listed "$series" | grep -vE '^(tools|Documentation)/'); do
		n=$((n + 1))
		builds "$n" "up to $patch"
	done
	# The first topic is a prefix of the series.
	for topic in $(topics "$series" | cut -s -d ' ' -f 2-); do
		builds "$topic" "topic $topic alone"
	done
}
prefixes
if [ -n "${FULL-}" ]; then
	try "$base: the whole series: arm64 without MTE" build no-mte arm64 aarch64-linux-gnu- vmlinux
	for each in $(bases | grep -vx "$base"); do
		settings "BASE=$each"
		prefixes
	done
fi

finish
