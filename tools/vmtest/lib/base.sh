# shellcheck shell=sh disable=SC2034,SC2154
# The base, its series file, and the tree selected by TREE.

# bases: the bases that have a series file, the newest first.
bases() {
	base_of='s/^# Base: linux-source-\([0-9.]*\)$/\1/p'
	sed -n "$base_of" "$top/series.txt"
	sed -n "$base_of" "$top"/series-*.txt 2>/dev/null | sort -rV
}

configs() {
	grep -l '^# Parts:' "$vmtest"/configs/*.config | sed 's|.*/||; s|\.config$||' | as_words
}

mutants() {
	find "$vmtest/mutants" -name '*.patch' | sed 's|.*/||; s|\.patch$||' | sort | as_words
}

check_base() {
	case $out in
	*[[:space:]:]*) usage_error "$out: the kernel cannot be built in a path with a space or a colon; set VMTEST_OUT to another folder, or move this one";;
	esac
	if takes_it KSRC && [ -n "$KSRC" ]; then
		makefile=$KSRC/Makefile
		version=$(sed -n 's/^VERSION = //p' "$makefile" 2>/dev/null)
		patchlevel=$(sed -n 's/^PATCHLEVEL = //p' "$makefile" 2>/dev/null)
		{ [ -n "$version" ] && [ -n "$patchlevel" ] && [ -d "$KSRC/mm" ]; } ||
			usage_error "KSRC=$KSRC: not a kernel tree (needs a Makefile with VERSION and PATCHLEVEL, and mm/)"
		KSRC=$(cd "$KSRC" && pwd)
		base=$version.$patchlevel
		state=$out/ksrc-$(basename "$KSRC" | tr -c 'A-Za-z0-9._\n-' -)-$(printf %s "$KSRC" | cksum | cut -d' ' -f1)
	else
		[ -n "$BASE" ] || base_is_default=1
		: "${BASE:=$(bases | head -n 1)}"
		one_of BASE "$BASE" "$(bases | as_words)" ", or set KSRC=DIR to a kernel tree"
		base=$BASE
		state=$out/$BASE
	fi
	# The series file for this base, or the one for the newest base.
	series=$(grep -lx "# Base: linux-source-$base" "$top"/series*.txt | head -n 1)
	series=${series:-$top/series.txt}
	made_for=$(sed -n 's/^# Base: linux-source-//p' "$series")
	nr_patches=$(listed "$series" | wc -l)
	mutant=
}

# listed FILE [TOPIC]: prints the paths in a series file, in order: all, or those of a
# topic.
listed() {
	awk -v topic="${2-}" '/^# Topic: / { here = $3 } topic == "" || here == topic' "$1" |
		sed 's/#.*//; s/[[:space:]].*//; /^$/d'
}

# topics [FILE...]: the topics of these series files, or of all of them, in order.
topics() {
	[ $# -gt 0 ] || set -- "$top"/series*.txt
	sed -n 's/^# Topic: //p' "$@" | awk '!seen[$0]++' | as_words
}

# cover_letter FILE TOPIC: the path of its cover letter, if it has one.
cover_letter() {
	awk -v topic="$2" '/^# Topic: / { here = $3 } /^# Cover: / && here == topic { print $3 }' "$1"
}

check_tree() {
	mutant=
	case $TREE in
	base|series)
		return;;
	''|*[!0-9]*) ;;
	*)
		[ "$TREE" -ge 1 ] && [ "$TREE" -le "$nr_patches" ] && return;;
	esac
	! among "$TREE" "$(topics "$series")" || return 0
	one_of TREE "$TREE" "series base $(topics "$series") $(mutants)" ", or a number N from 1 to $nr_patches for the first N patches"
	mutant=$vmtest/mutants/$TREE.patch
}

# copy_linked FROM TO: copies a folder with hard links, or its files if the file system
# does not support hard links, such as folders shared with a virtual machine.
copy_linked() {
	cp -al "$1" "$2" 2>/dev/null || {
		rm -rf "$2"
		cp -a --reflink=auto "$1" "$2"
	}
}
