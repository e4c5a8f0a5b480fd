# shellcheck shell=sh disable=SC2154 # what tap.sh and the test have set
# Are the numbers in README and in the cover letter those that are measured? For
# the test of the costs, which calls published.

# numbers: each row of the Markdown table on stdin, as "words|without|with".
numbers() {
	sed -n 's/^| \(.*[^ ]\) *| *\([0-9]*\) | *\([0-9]*\) |$/\1|\2|\3/p'
}

# as_measured FILE: these rows are those of $scratch/measured, with the same words,
# if there are words: pages and granules exactly, instructions but for 5 percent,
# which a newer compiler may make.
as_measured() {
	awk -F'|' '
		FILENAME == ARGV[1] { words[++n] = $1; want[n, 2] = $2; want[n, 3] = $3; next }
		{
			rows++
			differs = $1 != "" && $1 != words[rows]
			may = words[rows] ~ /instructions/ ? 0.05 : 0
			for (i = 2; i <= 3; i++) {
				measured = want[rows, i]
				off = $i > measured ? $i - measured : measured - $i
				if (off > measured * may + (may ? 0.5 : 0)) differs = 1
			}
			if (!differs) next
			print "row " rows ": " $0
			print "measured: " words[rows] "|" want[rows, 2] "|" want[rows, 3]
			wrong = 1
		}
		END {
			if (rows != n || !n) print "rows: " rows + 0 ", measured: " n + 0
			exit wrong || !n || rows != n
		}' "$scratch/measured" "$1"
}

# The rows of the cover letter's table have their words on several lines. The last
# one is not measured here.
letter() {
	sed -n 's/^ .* \([0-9]\{1,\}\) \{1,\}\([0-9]\{1,\}\)$/|\1|\2/p' "$top/cover-letter.txt" |
		sed '$d' >"$scratch/letter"
	as_measured "$scratch/letter"
}

# Each number of README's table in turn is made wrong, and that has to be noticed.
wrong_noticed() {
	for row in $(seq "$(wc -l <"$scratch/measured")"); do
		for column in 2 3; do
			awk -F'|' -v OFS='|' -v row="$row" -v column="$column" '
				NR == row { $column = int($column * 1.1 + 1) }
				{ print }' "$scratch/readme" >"$scratch/wrong"
			! as_measured "$scratch/wrong" || return
		done
	done
}

# The numbers that people read are those that before-after measures.
published() {
	try "$base: before-after measures on both kernels" "$vmtest/measure/before-after" CPU=max TREE=series
	numbers <"$scratch/output" >"$scratch/measured"
	sed -n '/^<!-- before-after/,/^<!-- end of before-after/p' "$top/README.md" | numbers >"$scratch/readme"
	try "README's table is what was measured" as_measured "$scratch/readme"
	try "a wrong number in it is noticed" wrong_noticed
	try "the cover letter's numbers are what was measured" letter
}
