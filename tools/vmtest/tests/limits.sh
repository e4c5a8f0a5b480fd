#!/bin/sh
#
# A table of the bench against lists/limits: what keeps them, and what does not.

. "$(dirname "$0")/tap.sh"
settings

table=$data/limits/table.csv
try "a table that keeps the limits" "$vmtest/measure/limits" "$table"
# changed NAME SED: with that change, a limit is not kept, and it is named.
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
changed "a page too few" 's/501,52,52$/501,51,52/; s/,0,461,461$/,0,460,461/'
changed "no instructions" 's/^\(shrinker,untagged full,1,[0-9]*\),[0-9]*/\1,0/'
changed "no number" 's/^\(split,untagged full,1,[0-9]*\),[0-9]*/\1,-/'
changed "an empty cell" 's/^\(shrinker,untagged zero,1,[0-9]*\),[0-9]*/\1,/'
changed "another name of a column" '1s/series pages/pages/'
changed "no such row" '/^check,/d'
changed "too few rows" '/^given back,[2-9]/d'
changed "a header alone" '1!d'
changed "nothing" 'd'

finish
