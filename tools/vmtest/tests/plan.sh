#!/bin/sh
#
# Lists of tests: what can't be read is refused before anything is built, and each
# line that can is planned.

# shellcheck source=tap.sh
. "$(dirname "$0")/tap.sh"
export VMTEST_OUT="$scratch/out"
list=$scratch/tests.list

# bad NAME WORDS LINES: the list is refused, with the words, and nothing is printed.
bad() {
	printf '%b' "$3" >"$list"
	refused "$1" 2 "tests\.list: $2" "$vmtest/build/plan" TESTS="$list"
	try "and nothing is planned" test ! -s "$scratch/stdout"
}
bad "no timeout" 'line 1: "true" is not a timeout; a line is: seconds' 'true\n'
bad "a timeout that is no number" 'line 2: "abc" is not a timeout' '60 - true\nabc - false\n60 - false\n'
bad "a timeout of no time" 'line 1: "0" is not a timeout' '0 - true\n'
bad "a timeout of more than a day" 'line 1: "86401" is not a timeout' '86401 - true\n'
bad "a timeout with a fraction" 'line 1: "1\.5" is not a timeout' '1.5 - true\n'
bad "a timeout below zero" 'line 2: "-5" is not a timeout' '\n-5 - true\n'
bad "no command" 'line 3: no command; a line is: seconds, folder' '# two\n60 - true\n60 -\n'
bad "no folder" 'line 1: no command' '60\n'
bad "an architecture that is none" 'line 1: "amd64" is not a supported architecture; choose from: arm64 x86_64' '60 amd64:mm ./x\n'
bad "a folder elsewhere" 'line 1: folder mm/\.\./\.\.: must be under' '60 mm/../.. ./x\n'
bad "a folder of the root" 'line 1: folder /mm: must be under' '60 /mm ./x\n'
bad "a comment after a command" 'line 1: "#" in the command; put a comment on its own line' '60 - true # quick\n'
bad "a tab in the command" 'line 1: a tab in the command' '60 - echo a\tb\n'
bad "a NUL in it" 'line 1: a control character' '60 - true\0\n'
bad "lines that end in CR LF" 'line 1: a control character; remove it \("\\r" if' '60 - true\r\n'
bad "a long command" 'line 1: a command of 5000 characters' "60 - $(printf '%05000d' 0)\n"
bad "a long folder" 'line 1: a folder of 300 characters' "60 $(printf '%0300d' 0) ./x\n"
bad "an empty list" 'no tests for arm64' ''
bad "a list of comments" 'no tests for arm64' '# 60 - true\n\n'
bad "a list for another architecture" 'no tests for arm64' '60 x86_64:mm ./x\n'
refused "a list that is not there" 2 'TESTS=/nowhere: no such file' "$vmtest/build/plan" TESTS=/nowhere
refused "a list that is a folder" 2 'TESTS=/: no such file' "$vmtest/build/plan" TESTS=/
echo 'abc - true' >"$list"
refused "guest-image refuses such a list, too" 2 'tests\.list: line 1: "abc" is not a timeout' \
	"$vmtest/build/guest" TESTS="$list"
: >"$scratch/guest.cpio.gz"
refused "vm: an initramfs without a plan beside it" 2 'guest\.cpio\.gz: its plan, .*guest\.plan, does not exist' \
	"$vmtest/boot/vm" "$scratch/guest.cpio.gz" "$scratch/guest.cpio.gz" "$scratch/run"
try "and nothing was made" test ! -e "$VMTEST_OUT" -a ! -e "$scratch/run"

# planned NAME CONFIG: the list comes to what is expected.
planned() {
	"$vmtest/build/plan" CONFIG="$2" TESTS="$list" | tr '\t' ';' | diff "$scratch/expected" -
}
cat >"$list" <<-'END'
	# A comment.
	  60   mm   ./thp_shrinker
	120 arm64/mte ./check_ksm_options  --all
	5 x86_64:mm ./ksm || { cat /tmp/ksm; exit 1; }

	86400 - echo 'a  b' \n $$   
END
cat >"$scratch/expected" <<-'END'
	1;60;mm;./thp_shrinker;thp_shrinker
	2;120;arm64/mte;./check_ksm_options  --all;check_ksm_options  --all
	3;86400;-;echo 'a  b' \n $$;echo 'a  b' \n $$
END
try "what is planned for arm64" planned arm64 4k
cat >"$scratch/expected" <<-'END'
	1;60;mm;./thp_shrinker;thp_shrinker
	2;5;mm;./ksm || { cat /tmp/ksm; exit 1; };ksm || { cat /tmp/ksm; exit 1; }
	3;86400;-;echo 'a  b' \n $$;echo 'a  b' \n $$
END
try "and for x86_64" planned x86_64 x86_64
long() {
	seq 200 | sed 's/.*/60 - true/' >"$list"
	printf '60 - false' >>"$list"
	"$vmtest/build/plan" TESTS="$list" >"$scratch/plan"
	tail -n 1 "$scratch/plan"
	[ "$(wc -l <"$scratch/plan")" -eq 201 ] && grep "^201	60	-	false	false\$" "$scratch/plan"
}
try "201 tests, the last without a newline" long
for each in "$vmtest"/lists/*.list; do
	case $each in */suites.list) continue;; esac
	try "${each##*/}" "$vmtest/build/plan" TESTS="$each"
done

finish
