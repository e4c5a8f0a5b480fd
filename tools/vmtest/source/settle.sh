# shellcheck shell=sh disable=SC2154
# Selects the kernel source. A program that needs it sources this file after 'settings',
# and before code that depends on the base.

# shellcheck source=source/newest.sh
. "$vmtest/source/newest.sh"
# KSRC is copied once for each command.
if [ -n "$KSRC" ] && [ "${VMTEST_COPIED-}" != "$state" ]; then
	"$vmtest/source/pristine" >/dev/null || exit
	export VMTEST_COPIED="$state"
fi
