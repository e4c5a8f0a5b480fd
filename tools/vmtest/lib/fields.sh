# shellcheck shell=sh
# Files of fields, exchanged between programs: lines NAME='VALUE', in shell syntax.

# put NAME VALUE: prints a line for a field.
put() {
	printf "%s='%s'\n" "$1" "$(printf '%s' "$2" | sed "s/'/'\\\\''/g")"
}

# field NAME FILE: prints the value of a field in a file, or nothing.
field() {
	sed -n "s/'\\\\''/'/g; s/^$1='\(.*\)'\$/\1/p" "$2" 2>/dev/null
}
