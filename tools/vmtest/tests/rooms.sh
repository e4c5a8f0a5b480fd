#!/bin/sh
#
# The dependencies between the files of the bench: a file runs, sources or calls only
# files in its own or an earlier folder, and there is no cycle.

# shellcheck source=tap.sh
. "$(dirname "$0")/tap.sh"
cd "$vmtest" || exit

rooms="lib source build boot measure check tests"
for room in $rooms; do
	find "$room" -maxdepth 1 -type f
done | sort >"$scratch/all"
while read -r file; do
	head -n 1 "$file" | grep -qE '^#!/bin/sh|^# shellcheck shell=sh' && echo "$file"
done <"$scratch/all" >"$scratch/files"

# named FILE: prints the programs whose path is in FILE.
named() {
	sed 's/^[[:space:]]*#.*//' "$1" |
		grep -oE '(\$vmtest|\$\(dirname "\$0"\)/\.\.)"?/[a-z]+/[A-Za-z-]+(\.sh)?' |
		sed 's|.*/\([a-z]*/[A-Za-z.-]*\)$|\1|' | sort -u | grep -xF -f "$scratch/files"
	sed -n 's|^\. "$(dirname "$0")/\([a-z]*\.sh\)"|'"${1%/*}"'/\1|p' "$1"
}

# calls FILE: prints the files of lib that define the functions which a file of lib calls:
# names of functions in the place of a command or an operand.
sed -n 's|^\([a-z_]*\)() {.*|\1|p' lib/*.sh | sort -u >"$scratch/functions"
calls() {
	case $1 in lib/*.sh) ;; *) return;; esac
	sed 's/^[[:space:]]*#.*//; s/"[^"]*"//g' "$1" | grep -oE '(^|[|&;(!{]|[[:space:]])[[:space:]]*[a-z_]+' |
		tr -cd 'a-z_\n' | sort -u | grep -xF -f "$scratch/functions" | while read -r name; do
		grep -l "^$name() {" lib/*.sh
	done
}
while read -r file; do
	{ named "$file"; calls "$file"; } | sort -u | sed "s|^|$file |"
done <"$scratch/files" | awk '$1 != $2' >"$scratch/arrows"

enough() {
	for arrow in "lib/out.sh lib/messages.sh" "build/image source/source" "boot/vmtest build/guest" \
		"measure/bench boot/vmtest" "check/mutants measure/limits" "tests/mutants.sh check/mutants" \
		"lib/settings.sh lib/messages.sh"; do
		grep -qxF "$arrow" "$scratch/arrows" || echo "not found: $arrow"
	done | grep . && return 1
	[ "$(wc -l <"$scratch/arrows")" -gt 150 ]
}
try "known dependencies are found" enough

upward() {
	! awk -v rooms="$rooms" '
		BEGIN { n = split(rooms, room, " "); for (i = 1; i <= n; i++) at[room[i]] = i }
		{ split($1, from, "/"); split($2, to, "/") }
		at[to[1]] > at[from[1]]' "$1" | grep .
}
try "files use only their own or earlier folders" upward "$scratch/arrows"
no_circle() {
	tsort "$1" >/dev/null
}
try "there is no cycle" no_circle "$scratch/arrows"
noticed() {
	! upward "$scratch/wrong" && ! no_circle "$scratch/wrong"
}
{ cat "$scratch/arrows"; echo "lib/out.sh boot/vmtest"; } >"$scratch/wrong"
try "a wrong dependency is detected" noticed

# The same for the guest's C files, by the symbols that one object uses of another.
edges() {
	nm -A "$@" | awk '
		{ file = $1; sub(/:.*/, "", file); symbol = $NF }
		$(NF - 1) == "U" { used[file, symbol] }
		$(NF - 1) ~ /^[ABCDRTVW]$/ { defined[symbol] = file }
		END {
			for (pair in used) {
				split(pair, part, SUBSEP)
				if (part[2] in defined) print part[1], defined[part[2]]
			}
		}'
}
one_way() {
	mkdir -p "$scratch/objects" && rm -f "$scratch"/objects/* &&
		(cd "$scratch/objects" && gcc -O2 -c "$@" && edges ./*.o >"$scratch/edges") &&
		[ -s "$scratch/edges" ] && no_circle "$scratch/edges"
}
for program in torture bench; do
	try "guest/$program: there is no cycle" one_way "$vmtest/guest/$program"/*.c
done
try "guest/init: there is no cycle" one_way "$vmtest"/guest/init.c "$vmtest"/guest/list.c \
	"$vmtest"/guest/output.c "$vmtest"/guest/probe.c "$vmtest"/guest/run.c
leads_back() {
	printf '%s\n' 'int twice(int x);' 'int once(int x) { return x ? twice(0) : 1; }' >"$scratch/once.c"
	printf '%s\n' 'int once(int x);' 'int twice(int x) { return once(x); }' >"$scratch/twice.c"
	! one_way "$scratch/once.c" "$scratch/twice.c" && [ -s "$scratch/edges" ]
}
try "a cycle of C files is detected" leads_back

# Each program is run by another program or by make, or README or CONTRIBUTING names it.
unused() {
	while read -r file; do
		case $file in tests/*.sh) continue;; esac
		grep -q " $file\$" "$scratch/arrows" || grep -qF "${file##*/}" "$top/Makefile" ||
			grep -qF "$file" "$top/README.md" "$top/CONTRIBUTING.md" || echo "$file is used by nothing"
	done <"$scratch/files" | grep .
}
none_unused() {
	! unused
}
try "every program is used" none_unused
long() {
	! xargs wc -l <"$scratch/files" | awk '$2 != "total" && $1 > 150' | grep .
}
try "no program has more than 150 lines" long

finish
