# shellcheck shell=sh disable=SC2154
# Results that are rebuilt only when their key changes: a list of all their inputs.

# up_to_date RESULT: prints RESULT if it was made from the key on stdin; otherwise
# keeps the key for completed().
up_to_date() {
	cat >"$1.key.new" || die "cannot write $1.key.new"
	if [ -e "$1" ] && cmp -s "$1.key.new" "$1.key"; then
		rm -f "$1.key.new"
		printf '%s\n' "$1"
	else
		rm -f "$1.key"
		return 1
	fi
}

# completed RESULT: stores the key of a complete result, and prints its path.
completed() {
	mv "$1.key.new" "$1.key" && printf '%s\n' "$1" || die "cannot write $1.key"
}

# source_key PATHS: prints the part of a key for the base, for the changes of $patches
# except in PATHS (a regular expression) and in messages, and for the compiler. KSRC can
# change at any time.
source_key() {
	cat "$state/origin"
	for patch in $patches; do
		awk -v skip="^b/(${1:-/})" '/^diff --git / { here = $4 !~ skip } here' "$top/$patch"
	done | sha256sum
	[ -z "$KSRC" ] || cat "$state/changed"
	"$cc" --version | head -n 1
}
