# shellcheck shell=sh disable=SC2154
# The tests that a guest runs, as selected by TESTS and printed by the plan program.

# program_line NAME: prints the line of selftests.list for a program.
program_line() {
	sed 's/#.*//' "$vmtest/lists/selftests.list" |
		awk -v name="$1" '{ program = $3; sub(/^\.\//, "", program) } program == name'
}

# chosen WORD...: prints the lines for programs, or for PROGRAM:PATTERN.
chosen() {
	for word; do
		line=$(program_line "${word%%:*}")
		[ "$line" ] || usage_error "TESTS=$word: no such program or file; choose from: $(
			sed 's/#.*//' "$vmtest/lists/selftests.list" | awk 'NF { sub(/^\.\//, "", $3); print $3 }' | as_words)"
		case $word in
		*:*[!A-Za-z0-9_.*?-]*) usage_error "TESTS=$word: a pattern may contain letters, digits and _ . - * ?";;
		*:*)	printf '%s\n' "$line" | sed "s|\./.*|matching ./${word%%:*} '${word#*:}'|";;
		*)	printf '%s\n' "$line";;
		esac
	done
}

# path_of_program SOURCE FOLDER PROGRAM: prints its path in a folder of the selftests,
# without .c. kvm has a folder for each architecture; its name depends on the base.
path_of_program() {
	find "$1/tools/testing/selftests/$2" -name "$3.c" -printf '%P\n' 2>/dev/null | sed -n '1s/\.c$//p'
}

# plan_tests: prints the plan for TESTS and CONFIG, or one line of error.
plan_tests() {
	list=$vmtest/lists/selftests.list
	set -f
	case ${TESTS-} in
	'')	text=$(cat "$list");;
	*/*)	list=$TESTS
		[ -f "$list" ] && [ -r "$list" ] ||
			usage_error "TESTS=$list: no such file, or not readable; use a file in the format of selftests.list"
		# A NUL would end the line for awk.
		text=$(tr '\000' '\001' <"$list");;
	*)	# shellcheck disable=SC2086 # a word a program
		text=$(chosen $TESTS) || exit
		list=TESTS;;
	esac
	set +f
	architectures=$(sed -n 's/^# Arch: //p' "$vmtest"/configs/*.config | sort -u | tr '\n' ' ')

	planned=$(printf '%s\n' "$text" | awk -v arch="$(arch)" -v architectures="$architectures" '
		function refuse(why) {
			print "line " NR ": " why
			refused = 1
			exit
		}
		/^[ \t]*(#|$)/ { next }
		/[\001-\010\013-\037\177]/ { refuse("a control character; remove it (\"\\r\" if the lines end in CR LF)") }
		{
			rest = $0
			sub(/^[ \t]+/, "", rest)
			sub(/^[^ \t]+[ \t]*/, "", rest)
			sub(/^[^ \t]+[ \t]*/, "", rest)
			sub(/[ \t]+$/, "", rest)
			folder = $2
			only = ""
			if (folder ~ /:/) {
				only = folder
				sub(/:.*/, "", only)
				sub(/^[^:]*:/, "", folder)
			} else if (folder ~ /^arm64\//) only = "arm64"
		}
		$1 !~ /^[0-9]+$/ || length($1) > 5 || $1 + 0 < 1 || $1 + 0 > 86400 {
			refuse("\"" substr($1, 1, 20) "\" is not a timeout; a line is: seconds (1 to 86400), folder, command")
		}
		folder == "" || rest == "" { refuse("no command; a line is: seconds, folder (\"-\" for none), command") }
		only != "" && index(" " architectures, " " only " ") == 0 {
			refuse("\"" only "\" is not a supported architecture; choose from: " architectures)
		}
		folder ~ /^\// || ("/" folder "/") ~ /\/\.\.\// {
			refuse("folder " folder ": must be under tools/testing/selftests, or \"-\" for none")
		}
		length(folder) > 200 { refuse("a folder of " length(folder) " characters; the maximum is 200") }
		length(rest) > 4096 { refuse("a command of " length(rest) " characters; the maximum is 4096; use a script instead (FILES=DIR)") }
		rest ~ /\t/ { refuse("a tab in the command; use spaces") }
		rest ~ /^- / { refuse("a command that begins with \"- \"") }
		rest ~ /#/ { refuse("\"#\" in the command; put a comment on its own line, and a command with \"#\" in a script (FILES=DIR)") }
		only == "" || only == arch {
			name = rest
			sub(/^\.\//, "", name)
			print ++n "\t" $1 + 0 "\t" folder "\t" rest "\t" name
		}
		END { exit refused }') || usage_error "$list: $(printf '%s\n' "$planned" | tail -n 1)"
	[ "$planned" ] || usage_error "$list: no tests for $(arch); a line is: seconds, folder (\"-\" for none), command"
	printf '%s\n' "$planned"
}
