#!/bin/sh
#
# doc/operations.md: no cell of its table is empty, its tests exist, letters have reasons.

# shellcheck source=tap.sh
. "$(dirname "$0")/tap.sh"
page=$vmtest/doc/operations.md

# Names of tests, and arm64:* for upstream's where no kernel source is unpacked.
names() {
	find "$top/tools/testing" -name '*.patch' -exec awk '
		{ split($0, word, /[(),]+ */); f = word[2] }
		/^\+\+\+ / { program = $2; gsub(/.*\/|\.c$/, "", program) }
		/^\+FIXTURE_VARIANT_ADD\(/ { variant[program, f, ++nr[program, f]] = word[3] }
		/^\+TEST\(/ { print program ":global." f }
		/^\+TEST_F(_TIMEOUT)?\(/ {
			for (i = 1; i <= nr[program, f]; i++)
				print program ":" f "." variant[program, f, i] "." word[3]
		}' {} +
	sed -n 's/^	{ "\([a-z]*\)", [0-9].*/torture:\1/p' "$vmtest"/guest/torture/*.c
	printf '%s\n' "$out"/*/pristine/tools/testing/selftests/arm64/*/*.c | sed 's|.*/|arm64:|; s/\.c$//'
}
# faults PAGE: a line for each.
faults() {
	awk -F ' *[|] *' '
		function matches(name, pattern) {
			gsub(/[.]/, "[.]", pattern); gsub(/[*]/, ".*", pattern)
			return name ~ "^" pattern "$"
		}
		function exists(test, name) {
			for (name in names) if (matches(name, test) || matches(test, name)) return 1
		}
		FILENAME == ARGV[1] { names[$0]; next }
		/^\| operation / { nr = split($0, kind); next }
		/^\| / && nr { rows[$2 ": "]; for (i = 3; i < nr; i++) cell[$2 ": " kind[i]] = $i }
		/^### / { section = substr($0, 5) ": "; sections[section] }
		/^- / && !section { reasons[substr($0, 3, 1)] }
		/^- / && section {
			at = index($0, ": ")
			for (i = split(substr($0, 3, at - 3), word, " "); i; i--) tests[section word[i]]
			for (i = split(substr($0, at + 2), word, /[` ]+/); i; i--)
				if (word[i] != "" && !exists(word[i])) print section "no test " word[i]
		}
		END {
			for (row in rows) if (!(row in sections)) print row "no section"
			for (at in tests) if (cell[at] != "+") print at " has a test and no +"
			for (at in cell) if (cell[at] == "+" ? !(at in tests) : !(cell[at] in reasons))
				print at " has no test or reason"
			for (at in cell) used[cell[at]]
			for (letter in reasons) if (!(letter in used)) print letter " is not used"
		}' "$scratch/names" "${1:-$page}"
}
right() { names >"$scratch/names" && [ "$(wc -l <"$scratch/names")" -gt 99 ] && ! faults | grep .; }
try "each cell has a test that exists, or a reason" right
# noticed FAULT SCRIPT: the page as sed changes it has this fault.
noticed() { sed "$2" "$page" >"$scratch/page" && faults "$scratch/page" | grep -xF "$1"; }
try "an empty cell is noticed" noticed "fault: KSM has no test or reason" '/^| fault /s/ q / /'
try "an unknown test is noticed" noticed "mremap: no test torture:mvoe" 's/torture:move/torture:mvoe/'
try "an unused letter is noticed" noticed "q is not used" '/^| fault /s/ q / + /'
finish
