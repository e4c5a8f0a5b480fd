# shellcheck shell=sh disable=SC2034,SC2154
# Settings: NAME=VALUE arguments, or environment variables. A program accepts those
# listed in $takes; others are an error. All settings are checked before anything is
# built, downloaded or booted.

# settings ARGUMENTS: parses and checks the arguments. nr_operands is the number of
# operands of the program; sets operand_1 and so on. With --check-settings, exits.
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
	# The settings on make's command line.
	for name in ${VMTEST_GIVEN-}; do
		taken "$name" "$name="
		named="$named $name "
	done
	unset VMTEST_GIVEN
	case " $named " in
	*" BASE "*" KSRC "*|*" KSRC "*" BASE "*)
		usage_error "BASE=$BASE and KSRC=$KSRC: both name the kernel's source; use one of them";;
	esac
	# Other settings have no effect on programs that this one runs.
	for name in $all_settings; do
		takes_it "$name" || unset "$name"
	done
	: "${CONFIG:=4k}" "${TREE:=series}" "${KSRC:=}" "${BASE:=}"
	export CONFIG TREE KSRC BASE
	config_file=$vmtest/configs/$CONFIG.config

	# The valid trees depend on the base, the valid tests on the configuration.
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
