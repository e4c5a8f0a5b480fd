#!/bin/sh
#
# Static checks of the files.

. "$(dirname "$0")/tap.sh"
cd "$top" || exit

# A failure of git is not mistaken for an empty list.
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
# The mirror's address is read from the system; paths are relative to the project.
no_path() { ! xargs -a "$scratch/tracked" grep -nE "deb\.debian\.[o]rg|/roo[t]/|/hom[e]/" | grep .; }
try "no local paths and mirror names" no_path
nothing_built() { ! grep -E "(^|/)out/|\.(o|ko|cpio|gz|xz|deb|img)$" "$scratch/tracked"; }
try "nothing built is in git" nothing_built

# compiles NAME COMPILER WORD...: compiles C files of the guest without a warning.
cd "$vmtest/guest" || exit
compiles() {
	name=$1
	shift
	try "C without a warning: $name" "$@" -Wall -Wextra -Werror -O2 -static -pthread -o "$scratch/compiled"
}
cross=aarch64-linux-gnu-gcc
compiles init $cross init.c list.c output.c probe.c run.c
for each in programs threads; do
	compiles $each $cross $each.c
done
for each in bench torture; do
	compiles $each $cross $each/*.c
done
compiles "torture, on other architectures" gcc torture/*.c

finish
