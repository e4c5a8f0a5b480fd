#!/bin/sh
#
# What can be said about the files without running a kernel.

. "$(dirname "$0")/tap.sh"
cd "$top" || exit

# A list that could not be made is no list of nothing.
list_files() {
	git ls-files -co --exclude-standard >"$scratch/files" && git ls-files >"$scratch/tracked" &&
		[ -s "$scratch/tracked" ]
}
try "git lists the files" list_files
while read -r file; do
	head -n 1 "$file" 2>/dev/null | grep -qE '^#!/bin/sh|^# shellcheck shell=sh' && echo "$file"
done <"$scratch/files" >"$scratch/shell"
try "shellcheck" xargs -a "$scratch/shell" -n 12 -P "$(nproc)" shellcheck -x
executable() {
	! while read -r file; do
		head -n 1 "$file" | grep -q "^#!/bin/sh" && [ ! -x "$file" ] && echo "$file"
	done <"$scratch/shell" | grep .
}
try "programs are executable" executable
grep -v '^series' "$scratch/files" >"$scratch/texts"
try "codespell" xargs -a "$scratch/texts" codespell -L mergable,incase
# The mirror's address comes from the system, and paths from where we are.
no_path() {
	! xargs -a "$scratch/tracked" grep -nE "deb\.debian\.[o]rg|/roo[t]/|/hom[e]/" | grep .
}
try "no machine's path, no mirror's name" no_path
nothing_built() {
	! grep -E "(^|/)out/|\.(o|ko|cpio|gz|xz|deb|img)$" "$scratch/tracked"
}
try "nothing built is in git" nothing_built

compiler=aarch64-linux-gnu-gcc
try "the guest's C compiles without a warning" $compiler -Wall -Wextra -Werror -O2 -static \
	-o "$scratch/init" "$vmtest"/guest/init.c "$vmtest"/guest/list.c \
	"$vmtest"/guest/output.c "$vmtest"/guest/probe.c "$vmtest"/guest/run.c
try "and that of the bench" $compiler -Wall -Wextra -Werror -O2 -static \
	-o "$scratch/bench" "$vmtest"/guest/bench/*.c
for program in programs threads; do
	try "and that of the $program" $compiler -Wall -Wextra -Werror -O2 -static -pthread \
		-o "$scratch/$program" "$vmtest/guest/$program.c"
done
try "and that of the torture" $compiler -Wall -Wextra -Werror -O2 -static -pthread \
	-o "$scratch/torture" "$vmtest"/guest/torture/*.c
try "on other architectures, too" gcc -Wall -Wextra -Werror -O2 -pthread \
	-o "$scratch/torture" "$vmtest"/guest/torture/*.c

finish
