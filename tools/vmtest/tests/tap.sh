# shellcheck shell=sh
# What the tests share: each prints TAP, a line a test.

. "$(dirname "$0")/../common.sh"

number=0 failures=0
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM

# result STATUS NAME: prints what the test came to, and its output if it failed.
result() {
	number=$((number + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $number - $2"
	else
		failures=$((failures + 1))
		echo "not ok $number - $2"
		sed 's/^/#   /' "$scratch/output" | tail -n 20
	fi
}

skip() {
	number=$((number + 1))
	echo "ok $number - $1 # SKIP $2"
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
	echo "1..$number"
	[ "$failures" -eq 0 ]
}
