# shellcheck shell=sh disable=SC2154
# Settles which kernel source is used; sourced after 'settings' by each program that
# needs it, before anything that depends on the base.

# shellcheck source=source/newest.sh
. "$vmtest/source/newest.sh"
# KSRC is copied once for each command.
if [ -n "$KSRC" ] && [ "${VMTEST_COPIED-}" != "$state" ]; then
	"$vmtest/source/pristine" >/dev/null || exit
	export VMTEST_COPIED="$state"
fi
