# shellcheck shell=sh disable=SC2154,SC2034
# The kernel's architectures and its make.

# config_setting NAME: the value of "# NAME: VALUE" at the head of the config.
config_setting() {
	sed -n "s/^# $1: //p" "$config_file"
}

arch() {
	config_setting Arch
}

# use_arch: sets the compiler prefix and kbuild's name of the architecture.
use_arch() {
	case $(arch) in
	arm64)
		ARCH=arm64 CROSS_COMPILE=aarch64-linux-gnu- image_name=arch/arm64/boot/Image
		case $(uname -m) in aarch64) CROSS_COMPILE='';; esac;;
	x86_64)
		ARCH=x86_64 CROSS_COMPILE='' image_name=arch/x86/boot/bzImage
		case $(uname -m) in x86_64) ;; *) CROSS_COMPILE=x86_64-linux-gnu-;; esac;;
	esac
	export ARCH
	cc=${CROSS_COMPILE}gcc
	need "$cc"
}

# use_ccache: uses the user's ccache, shared between clones in different folders. The
# depend mode is disabled: it ignores files included with .incbin, such as the vDSO.
use_ccache() {
	ccache=
	! command -v ccache >/dev/null 2>&1 || ccache="ccache "
	export CCACHE_BASEDIR="$out" CCACHE_NOHASHDIR=1 CCACHE_NODEPEND=1
}

# kbuild SOURCE FOLDER WORD...: runs the kernel's make for SOURCE, with output in FOLDER.
kbuild() {
	build_from=$1 build_in=$2
	shift 2
	use_ccache
	make -C "$build_from" O="$build_in" CROSS_COMPILE="$ccache$CROSS_COMPILE" CC="$ccache$cc" HOSTCC="${ccache}gcc" \
		KBUILD_BUILD_USER=vmtest KBUILD_BUILD_HOST=vmtest \
		KBUILD_BUILD_VERSION=1 KBUILD_BUILD_TIMESTAMP="1970-01-01 00:00:00 UTC" -j"$(nproc)" "$@"
}
