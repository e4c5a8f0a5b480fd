# shellcheck shell=sh
# What the tests share: each prints TAP, a line a test.

. "$(dirname "$0")/../lib/common.sh"
takes=$all_settings

test_nr=0 failures=0
use_out
scratch=$(mktemp -d) || exit
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM

# result STATUS NAME: prints what the test came to, and its output if it failed.
result() {
	test_nr=$((test_nr + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $test_nr - $2"
	else
		failures=$((failures + 1))
		echo "not ok $test_nr - $2"
		sed 's/^/#   /' "$scratch/output" | tail -n 20
	fi
}

skip() {
	test_nr=$((test_nr + 1))
	echo "ok $test_nr - $1 # SKIP $2"
}

# try NAME COMMAND...: passes if the command does.
try() {
	name=$1
	shift
	"$@" >"$scratch/output" 2>&1 </dev/null
	result $? "$name"
}

# refused NAME STATUS WORDS COMMAND...: passes if the command ends with that
# exit status and says just one line on stderr (progress apart) that has the
# words in it.
refused() {
	name=$1 status=$2 words=$3
	shift 3
	"$@" >"$scratch/stdout" 2>"$scratch/stderr" </dev/null
	got=$?
	grep -v '^\[ *[0-9]*s\] ' "$scratch/stderr" >"$scratch/output"
	{
		[ $got -eq "$status" ] &&
			[ "$(wc -l <"$scratch/output")" -eq 1 ] &&
			grep -qE "$words" "$scratch/output"
	}
	verdict=$?
	[ $verdict -eq 0 ] || echo "(exit status $got, expected $status and one line with: $words)" >>"$scratch/output"
	result $verdict "$name"
}

# copy_project FOLDER: the project as it is here, without what was built.
copy_project() {
	mkdir -p "$1"
	tar -C "$top" --exclude=./.git --exclude=./out --exclude="./${out#"$top"/}" -cf - . | tar -C "$1" -xf -
}

# The exit status tells whether a test failed.
finish() {
	echo "1..$test_nr"
	[ "$failures" -eq 0 ]
}
