# shellcheck shell=sh disable=SC2034 # names for the tests
# Sourced by the tests, which print TAP.

. "$(dirname "$0")/../lib/common.sh"
takes=$all_settings
data=$vmtest/tests/data

test_nr=0 failures=0
use_out
scratch=$(mktemp -d) || exit
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM

# result STATUS NAME: prints the result of a test, and its output if it failed.
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
	title=$1
	shift
	"$@" >"$scratch/output" 2>&1 </dev/null
	result $? "$title"
}

# refused NAME STATUS WORDS COMMAND...: passes if the command exits with STATUS and
# prints exactly one line on stderr (except progress), which matches WORDS.
refused() {
	title=$1 status=$2 words=$3
	shift 3
	"$@" >"$scratch/stdout" 2>"$scratch/stderr" </dev/null
	got=$?
	grep -v '^\[ *[0-9]*s\] ' "$scratch/stderr" >"$scratch/output"
	[ $got -eq "$status" ] && [ "$(wc -l <"$scratch/output")" -eq 1 ] && grep -qE "$words" "$scratch/output"
	verdict=$?
	echo "(exit status $got, expected $status and one line with: $words)" >>"$scratch/output"
	result $verdict "$title"
}

# refused_each STATUS: the same for each line of stdin, "COMMAND|WORDS"; the command is a
# program of the bench with its arguments, in shell syntax.
refused_each() {
	while IFS='|' read -r command words; do
		eval "refused \"\$command\" $1 \"\$words\" \"\$vmtest\"/$command"
	done
}

# exits STATUS COMMAND...: passes if the command exits with STATUS.
exits() {
	expected=$1
	shift
	"$@"
	got=$?
	echo "exit status $got, expected $expected"
	[ $got -eq "$expected" ]
}

# copy_project FOLDER: copies the project without out/; sets $project and $tool.
copy_project() {
	project=$1 tool=$1/tools/vmtest
	mkdir -p "$project"
	tar -C "$top" --exclude=./.git --exclude=./out --exclude="./${out#"$top"/}" -cf - . | tar -C "$project" -xf -
}

# stub NAME LINE...: creates a program for PATH="$stubs", which runs the lines, and then
# the real program.
stubs=$scratch/stubs:$PATH
stub() {
	mkdir -p "$scratch/stubs"
	real=$(command -v "$1")
	shift
	printf '%s\n' '#!/bin/sh' "$@" "exec $real \"\$@\"" >"$scratch/stubs/new"
	chmod +x "$scratch/stubs/new"
	mv "$scratch/stubs/new" "$scratch/stubs/${real##*/}"
}

# link_programs NAME...: creates $scratch/bin, for PATH, with only these programs and
# those that the whole bench needs.
link_programs() {
	mkdir "$scratch/bin"
	for needed in sh dirname basename cat sed grep sort date tr cut cksum head wc uname ls mkdir awk find env "$@"; do
		ln -s "$(command -v "$needed")" "$scratch/bin/"
	done
}

# small_disk SIZE: mounts a tmpfs of this size at $scratch/small, or fails.
small_disk() {
	[ "$(id -u)" -eq 0 ] && mkdir "$scratch/small" && mount -t tmpfs -o "size=$1" tmpfs "$scratch/small" 2>/dev/null &&
		trap 'umount "$scratch/small"; rm -rf "$scratch"' EXIT
}

# finish: prints the plan, and fails if a test failed.
finish() {
	echo "1..$test_nr"
	[ "$failures" -eq 0 ]
}
