# shellcheck shell=sh disable=SC2034,SC2154
# Checks of the settings: check_NAME for each, called by settings.

check_config() {
	one_of CONFIG "$CONFIG" "$(configs)"
	config_file=$vmtest/configs/$CONFIG.config
	for part in $(config_setting Parts); do
		[ -f "$vmtest/configs/$part.config" ] || usage_error "configs/$CONFIG.config: no such part: $part"
	done
	one_of Arch "$(arch)" "arm64 x86_64" ", in configs/$CONFIG.config"
	# Programs that boot the kernel accept CPU.
	! takes_it CPU || [ "$(config_setting Guest)" != no ] ||
		usage_error "CONFIG=$CONFIG: only for 'make image' and 'make deb': the guest cannot load modules"
}

check_configs() {
	for word in ${CONFIGS-}; do one_of CONFIGS "$word" "$(configs)"; done
}

check_bases() {
	for word in ${BASES-}; do one_of BASES "$word" "$(bases | as_words)"; done
}

check_mutant() {
	for word in ${MUTANT-}; do one_of MUTANT "$word" "$(mutants)"; done
}

check_suites() {
	for word in ${SUITES-}; do
		one_of SUITES "$word" "$(sed -n 's/^[0-9]* \([a-z0-9]*\):.*/\1/p' "$vmtest/lists/suites.list" | sort -u | as_words)"
	done
}

# T is short for TESTS. plan_tests checks its value.
check_t() {
	[ -z "${T-}" ] || [ "$T" = "${TESTS:-$T}" ] ||
		usage_error "T=$T and TESTS=$TESTS: T is short for TESTS; use one of them"
	[ -z "${T-}" ] || export TESTS="$T"
	unset T
}

check_tests() {
	[ -z "${TESTS-}" ] || (plan_tests >/dev/null) || exit
}

check_qemu() {
	[ -z "${QEMU-}" ] || command -v "$QEMU" >/dev/null 2>&1 ||
		usage_error "QEMU=$QEMU: no such program; 'make deps' installs QEMU, or prints the command"
}

check_mte() {
	[ -z "${MTE-}" ] || one_of MTE "$MTE" "on off"
}

check_mem() {
	case ${MEM-} in
	''|[1-9]|[1-9]*[0-9MG]) ;;
	*) usage_error "MEM=$MEM: must be a number of MiB, or a number with M or G, as in 2G";;
	esac
	case ${MEM%[MG]} in
	*[!0-9]*) usage_error "MEM=$MEM: must be a number of MiB, or a number with M or G, as in 2G";;
	esac
}

check_smp() {
	[ -z "${SMP-}" ] || number SMP "$SMP" 1
}

check_timeout() {
	[ -z "${TIMEOUT-}" ] || number TIMEOUT "$TIMEOUT" 1
}

check_seconds() {
	# shellcheck disable=SC3028 # in POSIX sh, it is an ordinary variable
	[ -z "${SECONDS-}" ] || number SECONDS "$SECONDS" 0
}

check_seed() {
	[ -z "${SEED-}" ] || number SEED "$SEED" 0
}

check_junit() {
	[ -z "${JUNIT-}" ] || { [ ! -d "$JUNIT" ] && [ -d "$(dirname "$JUNIT")" ] && [ -w "$(dirname "$JUNIT")" ]; } ||
		usage_error "JUNIT=$JUNIT: cannot be written; use a file in an existing folder"
}

check_busybox() {
	[ -n "${BUSYBOX-}" ] || return 0
	[ -f "$BUSYBOX" ] || usage_error "BUSYBOX=$BUSYBOX: no such file"
	! grep -aq '/lib[a-z0-9]*/ld-' "$BUSYBOX" ||
		usage_error "BUSYBOX=$BUSYBOX: not a static program; the guest has no libraries"
}

check_author() {
	case ${AUTHOR-} in
	*'
'*)	usage_error "AUTHOR: must be one line of the form 'Name <mail>'";;
	''|?*' <'?*@?*'>') ;;
	*) usage_error "AUTHOR=$AUTHOR: not of the form 'Name <mail>'";;
	esac
}

check_topic() {
	[ -z "${TOPIC-}" ] || one_of TOPIC "$TOPIC" "$(topics "$series")"
}

check_reroll() {
	[ -n "${REROLL-}" ] || return 0
	number REROLL "$REROLL" 1
	[ "$REROLL" -gt 1 ] || return 0
	[ -n "${TOPIC-}" ] || usage_error "REROLL=$REROLL: applies to a single topic; set TOPIC to one of: $(topics "$series")"
	[ -f "${PREVIOUS-}" ] ||
		usage_error "PREVIOUS=${PREVIOUS-}: no such file; set it to the mbox of the previous version, for the range-diff"
}

check_previous() {
	[ -z "${PREVIOUS-}" ] || [ "${REROLL:-1}" -gt 1 ] ||
		usage_error "PREVIOUS=$PREVIOUS: REROLL is missing; set it to the number of the new version, 2 or more"
}
