#!/bin/sh
#
# Bad settings: one clear line each, and nothing started.

. "$(dirname "$0")/tap.sh"

export OUT="$scratch/out"

for tool in kernel vmtest source patches base selftests guest-image tree refresh; do
	refused "$tool: unknown BASE" 2 'BASE=9\.9: unknown; there are: .*7\.3' \
		"$vmtest/$tool" BASE=9.9
done
refused "unknown CONFIG" 2 'CONFIG=5k: unknown; there are: .*4k' "$vmtest/kernel" CONFIG=5k
refused "unknown TREE" 2 'TREE=serious: unknown; there are: series, base, 1 to' "$vmtest/kernel" TREE=serious
refused "TREE of no patch" 2 'TREE=0: unknown' "$vmtest/kernel" TREE=0
refused "TREE beyond the series" 2 'TREE=999: unknown' "$vmtest/kernel" TREE=999
refused "KSRC that is not there" 2 'KSRC=/nowhere: no kernel source there' "$vmtest/kernel" KSRC=/nowhere
mkdir "$scratch/dir"
refused "KSRC that is no kernel tree" 2 "KSRC=.*/dir: no kernel source there" "$vmtest/kernel" KSRC="$scratch/dir"
refused "a word that is no setting" 2 'BAES=7.3: not a setting; see kernel --help' "$vmtest/kernel" BAES=7.3
try "nothing was left behind" test ! -e "$OUT"

newest_first() {
	newest=$(sed -n 's/^# Base: linux-source-//p' "$top/series.txt")
	"$vmtest/help" | grep "^  BASE=  *$newest .*(the first is what you get without it,"
}
try "the newest base is the default" newest_first

# A machine without the compiler.
mkdir "$scratch/bin"
for tool in sh env dirname basename cat sed grep sort date tr cut cksum head wc uname ls mkdir; do
	ln -s "$(command -v $tool)" "$scratch/bin/$tool"
done
refused "a missing tool" 3 'aarch64-linux-gnu-gcc is missing; .make deps. installs it' \
	env PATH="$scratch/bin" "$vmtest/kernel"
rm -rf "$OUT"

for program in "$vmtest"/*; do
	[ -x "$program" ] && [ -f "$program" ] || continue
	try "${program##*/} --help" sh -c '"$1" --help | grep -q "^$2"' sh "$program" "${program##*/}"
done
try "--help makes nothing" test ! -e "$OUT"

# The exit codes that README lists: the verdict's, and those of bad settings.
codes() {
	"$vmtest/verdict" --help | sed -n 's/^ *\([0-9][0-9]*\)  .*/\1/p' >"$scratch/codes"
	sed -n 's/^EXIT_[A-Z]*=//p' "$vmtest/common.sh" >>"$scratch/codes"
	sed -n 's/^| \([0-9][0-9 ]*\) |.*/\1/p' "$top/README.md" | tr ' ' '\n' | sort -n >"$scratch/listed"
	sort -n "$scratch/codes" | diff - "$scratch/listed"
}
try "README lists all exit codes" codes

# Every verb of the Makefile is explained, and every explained one is there.
make_verbs() {
	sed -n 's/^\.PHONY: all //p' "$top/Makefile" | tr ' ' '\n' | sort
}
help_verbs() {
	"$vmtest/help" | sed -n 's/^ *make \([a-z-][a-z-]*\).*/\1/p' | sort -u
}
make_verbs >"$scratch/verbs"
help_verbs >"$scratch/helped"
try "make help has all verbs" diff "$scratch/verbs" "$scratch/helped"

finish
