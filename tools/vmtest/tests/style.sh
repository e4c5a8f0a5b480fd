#!/bin/sh
#
# What can be said about the files without running a kernel.

. "$(dirname "$0")/tap.sh"
cd "$top" || exit

shell_files() {
	git ls-files -co --exclude-standard | while read -r file; do
		head -n 1 "$file" 2>/dev/null | grep -qE '^#!/bin/sh|^# shellcheck shell=sh' && echo "$file"
	done
}
# shellcheck disable=SC2046 # a list of files
try "shellcheck" shellcheck -x $(shell_files)
try "programs are executable" sh -c '! git ls-files -co --exclude-standard tools/vmtest .ci | while read -r f; do
	head -n 1 "$f" | grep -q "^#!/bin/sh" && [ ! -x "$f" ] && echo "$f"; done | grep .'
# shellcheck disable=SC2046
try "codespell" codespell -L mergable,incase $(git ls-files -co --exclude-standard | grep -v '^series')
# The mirror's address comes from the system, and paths from where we are.
try "no machine's path, no mirror's name" sh -c '! git grep -nE "deb\.debian\.[o]rg|/roo[t]/|/hom[e]/"'
try "nothing built is in git" sh -c '! git ls-files | grep -E "(^|/)out/|\.(o|ko|cpio|gz|xz|deb|img)$"'

compiler=aarch64-linux-gnu-gcc
try "the guest's C compiles without a warning" $compiler -Wall -Wextra -Werror -O2 -static \
	-o "$scratch/init" "$vmtest"/guest/init.c "$vmtest"/guest/list.c \
	"$vmtest"/guest/output.c "$vmtest"/guest/probe.c "$vmtest"/guest/run.c
try "and that of the bench" $compiler -Wall -Wextra -Werror -O2 -static \
	-o "$scratch/bench" "$vmtest/guest/bench.c"
for program in programs threads; do
	try "and that of the $program" $compiler -Wall -Wextra -Werror -O2 -static -pthread \
		-o "$scratch/$program" "$vmtest/guest/$program.c"
done
try "and that of the torture" $compiler -Wall -Wextra -Werror -O2 -static -pthread \
	-o "$scratch/torture" "$vmtest"/guest/torture*.c
try "on other architectures, too" gcc -Wall -Wextra -Werror -O2 -pthread \
	-o "$scratch/torture" "$vmtest"/guest/torture*.c

finish
