# shellcheck shell=sh disable=SC2034
# Sourced by all programs. Each program lists its settings in $takes, and begins with:
# . "$(dirname "$0")/../lib/common.sh"

# Removes all variables from the environment except the settings and those listed here.
keep_environment() {
	all_settings="BASE KSRC CONFIG TREE TESTS T QEMU CPU MTE MEM SMP TIMEOUT JUNIT BUSYBOX"
	all_settings="$all_settings TOPIC AUTHOR REROLL PREVIOUS MUTANT SECONDS SEED STEPS SUITES BASES CONFIGS FULL"
	# Set by one program for another.
	internal="APPEND QEMU_EXTRA FILES SPARSE DEB"
	kept="HOME PATH USER LOGNAME SHELL TERM PWD DEBIAN_FRONTEND CI XDG_CACHE_HOME XDG_CONFIG_HOME"
	# shellcheck disable=SC2013 # names have no spaces
	for name in $(awk 'BEGIN { for (name in ENVIRON) if (name ~ /^[A-Za-z_][A-Za-z0-9_]*$/) print name }'); do
		case $name in
		*_proxy|*_PROXY|CCACHE_*|VMTEST_*) continue;;
		esac
		case " $all_settings $internal $kept " in
		*" $name "*) ;;
		*) unset "$name";;
		esac
	done
}
keep_environment
# Some shells set SECONDS to a timer: unset it unless it is in the environment.
[ "$(awk 'BEGIN { print "SECONDS" in ENVIRON }')" = 1 ] || unset SECONDS
export LC_ALL=C
umask 022

program=$(basename "$0")
vmtest=$(cd "$(dirname "$0")/.." && pwd)
top=$(cd "$vmtest/../.." && pwd)
out=${VMTEST_OUT:-$top/out}
case $out in /*) ;; *) out=$PWD/$out;; esac

# git uses the configuration of this project, not the caller's.
export GIT_CONFIG_GLOBAL="$vmtest/lib/gitconfig" GIT_CONFIG_NOSYSTEM=1 GIT_ATTR_NOSYSTEM=1
# Temporary files are on the disk whose free space is checked; use_out creates the folder.
export TMPDIR="$out/tmp"

# Exit codes, beyond 0 for success and 1 for a test that failed.
EXIT_USAGE=2
EXIT_SETUP=3

# shellcheck source=lib/messages.sh
. "$vmtest/lib/messages.sh"
# shellcheck source=lib/fields.sh
. "$vmtest/lib/fields.sh"
# shellcheck source=lib/out.sh
. "$vmtest/lib/out.sh"
# shellcheck source=lib/kbuild.sh
. "$vmtest/lib/kbuild.sh"
# shellcheck source=lib/built.sh
. "$vmtest/lib/built.sh"
# shellcheck source=lib/base.sh
. "$vmtest/lib/base.sh"
# shellcheck source=lib/plan.sh
. "$vmtest/lib/plan.sh"
# shellcheck source=lib/checks.sh
. "$vmtest/lib/checks.sh"
# shellcheck source=lib/settings.sh
. "$vmtest/lib/settings.sh"
