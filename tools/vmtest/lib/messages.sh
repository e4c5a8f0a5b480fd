# shellcheck shell=sh disable=SC2154
# Messages and help, and checks of the value of a setting.

VMTEST_START=${VMTEST_START:-$(date +%s)}
export VMTEST_START

# say WORDS: prints a line on stderr, with the seconds since the command began.
say() {
	printf '[%4ds] %s\n' "$(($(date +%s) - VMTEST_START))" "$*" >&2
}

# die WORDS: prints one line, the problem, where it is, and the remedy, and exits.
die() {
	printf '%s: %s\n' "$program" "$*" >&2
	exit "$EXIT_SETUP"
}

# usage_error WORDS: the same for an invalid setting.
usage_error() {
	printf '%s: %s\n' "$program" "$*" >&2
	exit "$EXIT_USAGE"
}

# print_help: prints the comment at the head of the program.
print_help() {
	sed -n '3,/^$/s/^# \{0,1\}//p' "$0"
}

# as_words: joins the lines of stdin.
as_words() {
	tr '\n' ' ' | sed 's/ *$//'
}

# need COMMAND: fails with the remedy if it is not installed.
need() {
	command -v "$1" >/dev/null 2>&1 ||
		die "$1 is missing; 'make deps' installs it, or prints the command"
}

# takes_it NAME: checks whether this program accepts a setting.
takes_it() {
	case " ${takes-} " in *" $1 "*) ;; *) return 1;; esac
}

# among WORD CHOICES: checks whether WORD is one of the words CHOICES.
among() {
	for choice in $2; do
		[ "$1" != "$choice" ] || return 0
	done
	return 1
}

# one_of NAME VALUE CHOICES [MORE]: fails if VALUE is not one of the words CHOICES.
one_of() {
	among "$2" "$3" ||
		usage_error "unknown $1 '$2'; choose one of: $3${4-}"
}

# number NAME VALUE LEAST: fails if VALUE is not a whole number, or less than LEAST.
number() {
	case $2 in
	''|0?*|*[!0-9]*|??????????*) usage_error "$1=$2: must be a whole number from $3 to 999999999";;
	esac
	[ "$2" -ge "$3" ] || usage_error "$1=$2: must be a whole number from $3 to 999999999"
}
