# shellcheck shell=sh disable=SC2034,SC2154
# Selects the base if BASE is not set: the newest one whose source is here or on the
# mirror. A mirror removes a kernel at the end of its life, and keeps the LTS kernel.

if [ -n "${base_is_default-}" ]; then
	for candidate in $(bases); do
		if [ ! -f "$out/$candidate/origin" ]; then
			"$vmtest/source/fetch" --has "linux-source-$candidate"
			case $? in
			0)	;;
			1)	continue;;
			*)	exit "$EXIT_SETUP";;
			esac
		fi
		[ "$candidate" = "$BASE" ] ||
			say "the mirror no longer has linux-source-$BASE; using linux-source-$candidate"
		BASE=$candidate base_is_default=
		check_base
		check_tree
		! takes_it TOPIC || check_topic
		break
	done
fi
