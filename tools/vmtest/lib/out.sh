# shellcheck shell=sh disable=SC2154
# The output folder, its locks, and progress and failure of the steps that write there.

# is_ours: checks the content of CACHEDIR.TAG, since other programs write it, too.
is_ours() {
	grep -qs page_is_mergable "$out/CACHEDIR.TAG"
}

# use_out [FOLDER...]: creates the output folder, and folders in it. Fails if it contains
# other files, because 'make clean' empties it: it must have the project's CACHEDIR.TAG,
# or be new or empty, or contain only downloads.
use_out() {
	is_ours || [ "$out" = "$top/out" ] ||
		[ -z "$(find "$out" -mindepth 1 -maxdepth 1 ! -name downloads 2>/dev/null)" ] ||
		die "$out contains other files; set VMTEST_OUT to an empty folder"
	{
		mkdir -p "$TMPDIR" "$@" && [ -w "$TMPDIR" ] &&
			printf '%s\n' "Signature: 8a477f597d28d172789f06886806bc55" \
				"# The output folder of the page_is_mergable project." >"$out/CACHEDIR.TAG"
	} 2>/dev/null || die "cannot write to $out; set VMTEST_OUT to a writable folder"
}

# cannot_write FOLDER: exits with an error; $intact describes what has been changed.
cannot_write() {
	die "cannot write to $1; ${intact:-nothing was changed}; check for a full disk, then run the same command again"
}

# first_error LOG: prints the line of a log with the reason for a failure: an error
# message of the build, or the first line that looks like an error.
first_error() {
	grep -aoE -m 1 '^\*\*\* [A-Z].*|.*(fatal error|: error|undefined reference).*' "$1" ||
		grep -aE -m 1 'error|Error|ERROR|E: |cannot|fatal|\*\*\*' "$1" || tail -n 1 "$1"
}

# log_failure WHAT LOG: exits with one line about a failed step, with its reason.
log_failure() {
	if grep -aq 'No space left on device' "$2" || ! space_left; then
		die "$1: disk full: $(df -Pk "$out" | awk 'NR == 2 { print int($4 / 1024) " MB left on " $6 }'); free some space, or set VMTEST_OUT to a folder on another disk; log: $2"
	fi
	die "$1 failed: $(first_error "$2"); log: $2"
}

# space_left: checks for space for another kernel (about 100 MB).
space_left() {
	[ "$(df -Pk "$out" | awk 'NR == 2 { print $4 }')" -gt 102400 ]
}

# lines_of_log LOG: prints the progress of a step, for with_progress.
lines_of_log() {
	echo "$(wc -l <"$1") lines of log, last: $(tail -n 1 "$1" | tr -cd ' -~' | cut -c 1-60)"
}

# with_progress WHAT LOG COMMAND...: runs a command with its output in LOG, and prints
# its progress every 15 seconds: the output of the function $progress_of for LOG.
with_progress() {
	what=$1 log=$2
	shift 2
	use_out "$(dirname "$log")"
	: >"$log"
	say "$what"
	(
		exec 8>&- 9>&-
		while sleep 15 >/dev/null 2>&1 && kill -0 $$ 2>/dev/null; do
			say "$what: $("${progress_of:-lines_of_log}" "$log")"
		done
	) >&2 &
	progress=$!
	"$@" >"$log" 2>&1 </dev/null
	status=$?
	kill "$progress" 2>/dev/null
	wait "$progress" 2>/dev/null
	return $status
}

# lock_state: only one program at a time uses a base's folder; a second one waits.
# Programs that this one runs do not take the lock again.
lock_state() {
	[ "${VMTEST_LOCKED:-}" != "$state" ] || return 0
	use_out "$state"
	exec 9>"$state/lock"
	flock -n 9 || {
		say "waiting for $(cat "$state/lock.holder" 2>/dev/null || echo "another run") in $state"
		flock 9
	}
	echo "$program, process $$, since $(date +%H:%M:%S)," >"$state/lock.holder"
	export VMTEST_LOCKED="$state"
}
