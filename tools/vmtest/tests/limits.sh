#!/bin/sh
#
# The check of the bench's table with lists/limits: a good table, and changed ones.

. "$(dirname "$0")/tap.sh"
settings

table=$data/limits/table.csv
try "a table that meets all limits" "$vmtest/measure/limits" "$table"
# changed NAME SED: checks that a limit is not met after a change, and is reported.
changed() {
	sed "$2" "$table" >"$scratch/table.csv"
	try "$1" not_kept
}
not_kept() {
	exits 1 "$vmtest/measure/limits" "$scratch/table.csv" >"$scratch/limits" &&
		grep "^fail	" "$scratch/limits"
}
changed "instructions above a limit" 's/^shrinker,all tagged,1,166557,4331/shrinker,all tagged,1,166557,5900/'
changed "one THP costs more than the first" 's/^shrinker,all tagged,64,10664076,276176/shrinker,all tagged,64,10664076,376176/'
changed "one page less" 's/501,52,52$/501,51,52/; s/,0,461,461$/,0,460,461/'
changed "zero instructions" 's/^\(shrinker,untagged full,1,[0-9]*\),[0-9]*/\1,0/'
changed "a cell that is not a number" 's/^\(split,untagged full,1,[0-9]*\),[0-9]*/\1,-/'
changed "an empty cell" 's/^\(shrinker,untagged zero,1,[0-9]*\),[0-9]*/\1,/'
changed "a renamed column" '1s/series pages/pages/'
changed "a missing row" '/^check,/d'
changed "too few rows" '/^given back,[2-9]/d'
changed "only the header" '1!d'
changed "an empty table" 'd'

finish
