# shellcheck shell=sh disable=SC2154 # what tap.sh and the test have set
# Checks that the numbers in README and in the cover letter match the measured ones.
# cost.sh calls published.

# numbers: prints each row of the Markdown table on stdin, as "title|without|with".
numbers() { sed -n 's/^| \(.*[^ ]\) *| *\([0-9]*\) | *\([0-9]*\) |$/\1|\2|\3/p'; }

# as_measured FILE [MEASURED]: compares rows with those of $scratch/measured: titles, if
# present, pages and granules exactly, instructions within 5 percent, because compilers
# differ.
as_measured() {
	paste -d '|' "${2:-$scratch/measured}" "$1" | awk -F'|' '
		function differs(is, want) {
			return is == "" || (is > want ? is - want : want - is) > ($1 ~ /instructions/ ? want * 0.05 + 0.5 : 0)
		}
		NF != 6 || ($4 != "" && $4 != $1) || differs($5, $2) || differs($6, $3) { print; wrong = 1 }
		END { exit wrong || !NR }'
}

# The titles in the cover letter's table have several lines. Its last row is not measured
# here; the first three rows of README's table are results of the split fix.
letter() {
	sed -n 's/^ .* \([0-9]\{1,\}\) \{1,\}\([0-9]\{1,\}\)$/|\1|\2/p' "$top/cover-letter.txt" |
		sed '$d' >"$scratch/letter"
	sed 1,3d "$scratch/measured" >"$scratch/of-letter"
	as_measured "$scratch/letter" "$scratch/of-letter"
}

# Changes each number of README's table in turn, which must be detected.
wrong_noticed() {
	rows=$(wc -l <"$scratch/readme")
	for cell in $(seq 0 $((2 * rows - 1))); do
		awk -F'|' -v OFS='|' -v cell="$cell" 'int(cell / 2) == NR - 1 { i = 2 + cell % 2; $i = int($i * 1.1 + 1) } { print }' \
			"$scratch/readme" >"$scratch/wrong"
		! as_measured "$scratch/wrong" || return
	done
}

# published: compares the published numbers with those of before-after.
published() {
	try "$base: before-after measures on both kernels" "$vmtest/measure/before-after" CPU=max TREE=series
	numbers <"$scratch/output" >"$scratch/measured"
	sed -n '/^<!-- before-after/,/^<!-- end of before-after/p' "$top/README.md" | numbers >"$scratch/readme"
	try "README's table matches the measurement" as_measured "$scratch/readme"
	try "a wrong number in README's table is detected" wrong_noticed
	try "the cover letter's numbers match the measurement" letter
}
