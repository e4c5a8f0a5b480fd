# shellcheck shell=sh disable=SC2154 # what tap.sh and the test have set
# Checks that the numbers in README and in the cover letter match the measured ones.
# cost.sh calls published.

# numbers: each row of the Markdown table on stdin, as "words|without|with".
numbers() { sed -n 's/^| \(.*[^ ]\) *| *\([0-9]*\) | *\([0-9]*\) |$/\1|\2|\3/p'; }

# as_measured FILE [MEASURED]: these rows are those of $scratch/measured, with the same words,
# if there are words: pages and granules exactly, instructions but for 5 percent,
# which a newer compiler may make.
as_measured() {
	paste -d '|' "${2:-$scratch/measured}" "$1" | awk -F'|' '
		function differs(is, want) {
			return is == "" || (is > want ? is - want : want - is) > ($1 ~ /instructions/ ? want * 0.05 + 0.5 : 0)
		}
		NF != 6 || ($4 != "" && $4 != $1) || differs($5, $2) || differs($6, $3) { print; wrong = 1 }
		END { exit wrong || !NR }'
}

# The rows of the cover letter's table have their words on several lines. The last
# one is not measured here; the first three of README are about the split fix.
letter() {
	sed -n 's/^ .* \([0-9]\{1,\}\) \{1,\}\([0-9]\{1,\}\)$/|\1|\2/p' "$top/cover-letter.txt" |
		sed '$d' >"$scratch/letter"
	sed 1,3d "$scratch/measured" >"$scratch/of-letter"
	as_measured "$scratch/letter" "$scratch/of-letter"
}

# Each number of README's table in turn is made wrong, and that has to be noticed.
wrong_noticed() {
	rows=$(wc -l <"$scratch/readme")
	for cell in $(seq 0 $((2 * rows - 1))); do
		awk -F'|' -v OFS='|' -v cell="$cell" 'int(cell / 2) == NR - 1 { i = 2 + cell % 2; $i = int($i * 1.1 + 1) } { print }' \
			"$scratch/readme" >"$scratch/wrong"
		! as_measured "$scratch/wrong" || return
	done
}

# The numbers that people read are those that before-after measures.
published() {
	try "$base: before-after measures on both kernels" "$vmtest/measure/before-after" CPU=max TREE=series
	numbers <"$scratch/output" >"$scratch/measured"
	sed -n '/^<!-- before-after/,/^<!-- end of before-after/p' "$top/README.md" | numbers >"$scratch/readme"
	try "README's table matches the measurement" as_measured "$scratch/readme"
	try "a wrong number in README's table is detected" wrong_noticed
	try "the cover letter's numbers match the measurement" letter
}
