# shellcheck shell=sh disable=SC2034,SC2154
# Settings: NAME=VALUE arguments, or environment variables. A program accepts those
# listed in $takes; others are an error. All settings are checked before anything is
# built, downloaded or booted.

# settings ARGUMENTS: a program that has operands names how many in nr_operands,
# and finds them in operand_1 and on. With --check-settings, ends here: all is usable.
settings() {
	given=0 operand_1='' operand_2='' operand_3='' only_check='' checked='' named=''
	for word; do
		case $word in
		-h|--help)
			print_help
			exit 0;;
		--check-settings)
			only_check=1;;
		[A-Z]*=*)
			taken "${word%%=*}" "$word"
			named="$named ${word%%=*} "
			export "${word?}";;
		*)
			given=$((given + 1))
			[ "$given" -le "${nr_operands:-0}" ] ||
				usage_error "$word: unexpected operand; see $program --help"
			eval "operand_$given=\$word";;
		esac
	done
	# What make's command line has.
	for name in ${VMTEST_GIVEN-}; do
		taken "$name" "$name="
		named="$named $name "
	done
	unset VMTEST_GIVEN
	case " $named " in
	*" BASE "*" KSRC "*|*" KSRC "*" BASE "*)
		usage_error "BASE=$BASE and KSRC=$KSRC: both name the kernel's source; use one of them";;
	esac
	# A setting that is not taken has no effect on what this program runs.
	for name in $all_settings; do
		takes_it "$name" || unset "$name"
	done
	: "${CONFIG:=4k}" "${TREE:=series}" "${KSRC:=}" "${BASE:=}"
	export CONFIG TREE KSRC BASE
	config_file=$vmtest/configs/$CONFIG.config

	# Which trees there are depends on the base, which tests on the config.
	for name in BASE CONFIG TREE T TESTS $all_settings; do
		case " $checked " in *" $name "*) continue;; esac
		checked="$checked $name"
		eval "value=\${$name-}"
		case $value in
		''|*[![:space:]]*) ;;
		*) usage_error "$name='$value': blank; omit it, or set a value";;
		esac
		checker=check_$(printf %s "$name" | tr '[:upper:]' '[:lower:]')
		! takes_it "$name" || ! command -v "$checker" >/dev/null || "$checker"
	done
	[ -z "$only_check" ] || exit 0
	[ "$given" -eq "${nr_operands:-0}" ] ||
		usage_error "$((${nr_operands:-0} - given)) operands are missing; see $program --help"
}

# taken NAME WORD: fails if this program does not take the setting NAME.
taken() {
	takes_it "$1" && return
	case " $all_settings " in
	*" $1 "*) usage_error "$2: $1 does not apply to $program; its settings: ${takes:-none}";;
	*) usage_error "$2: no such setting; the settings of $program: ${takes:-none}";;
	esac
}
