# shellcheck shell=sh disable=SC2154
# The output folder, its locks, and progress and failure of the steps that write there.

# Others mark their folders by a file of this name, too.
is_ours() {
	grep -qs page_is_mergable "$out/CACHEDIR.TAG"
}

# use_out [FOLDER...]: makes the output folder, and those in it that a program writes
# to. 'make clean' empties it, so it has to be one of ours: marked as such, new, empty,
# or with nothing but downloads.
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

# cannot_write FOLDER: $intact is what was written until then.
cannot_write() {
	die "cannot write to $1; ${intact:-nothing was changed}; check for a full disk, then run the same command again"
}

# first_error LOG: the line of a log that gives the reason of a failure: what the
# build says in its own words, else the first error.
first_error() {
	grep -aoE -m 1 '^\*\*\* [A-Z].*|.*(fatal error|: error|undefined reference).*' "$1" ||
		grep -aE -m 1 'error|Error|ERROR|E: |cannot|fatal|\*\*\*' "$1" || tail -n 1 "$1"
}

# log_failure WHAT LOG: one line about a failed step, with its reason.
log_failure() {
	if grep -aq 'No space left on device' "$2" || ! space_left; then
		die "$1: disk full: $(df -Pk "$out" | awk 'NR == 2 { print int($4 / 1024) " MB left on " $6 }'); free some space, or set VMTEST_OUT to a folder on another disk; log: $2"
	fi
	die "$1 failed: $(first_error "$2"); log: $2"
}

# Is there room for another kernel (about 100 MB)?
space_left() {
	[ "$(df -Pk "$out" | awk 'NR == 2 { print $4 }')" -gt 102400 ]
}

# lines_of_log LOG: how far a step is, for with_progress.
lines_of_log() {
	echo "$(wc -l <"$1") lines of log, last: $(tail -n 1 "$1" | tr -cd ' -~' | cut -c 1-60)"
}

# with_progress WHAT LOG COMMAND...: runs it with its output in LOG, and says
# every 15 seconds how far it is: the function that $progress_of names, if set,
# prints that from LOG.
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

# Only one build at a time in a base's folder; a second one waits. Programs that
# this one runs are covered by its lock.
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
