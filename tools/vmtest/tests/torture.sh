#!/bin/sh
#
# The torture program finds the bugs that the series fixes, with few steps that fail
# again; it finds none with the series; and it detects a wrong byte or tag.

# shellcheck source=tap.sh
. "$(dirname "$0")/tap.sh"
settings

refused "SECONDS is not a number" 2 'SECONDS=abc: must be a whole number' \
	"$vmtest/check/torture" SECONDS=abc
refused "SEED is not a number" 2 'SEED=-1: must be a whole number' "$vmtest/check/torture" SEED=-1
refused "an unknown step" 2 'STEPS: "mportect 0 1": no such step; choose from: data ' \
	"$vmtest/check/torture" STEPS="mportect 0 1"
refused "a step with too few parameters" 2 'STEPS: "data 0 1": data has 4 parameters' \
	"$vmtest/check/torture" STEPS="shrink; data 0 1"
refused "a parameter that is not a number" 2 'STEPS: "split 0 1 x": x is not a number' \
	"$vmtest/check/torture" STEPS="split 0 1 x"

# wrong WORDS STEPS: a change that is not in the model is detected.
wrong() {
	"$vmtest/check/torture" TREE=series STEPS="$2" >"$scratch/ktap"
	code=$?
	cat "$scratch/ktap"
	[ $code -eq 1 ] && [ "$(grep -c "# $1" "$scratch/ktap")" -eq 1 ] &&
		grep -q '# 1 granules in 1 pages are wrong' "$scratch/ktap"
}
try "a wrong tag is detected" wrong 'page 7 (anonymous, PROT_MTE), granule 128: tag 4, not 5;' \
	"data 0 512 1 3; mprotect 0 10; tags 0 512 5 0; fault 7 0"
try "a wrong byte is detected" wrong 'page 600 (memfd), granule 128: byte 0 is' \
	"map 1 1; data 512 512 1 3; fault 600 1"
try "a byte lost in a fork is detected" wrong 'page 9 (anonymous), granule 128: byte 0 is' \
	"data 0 512 1 3; fault 9 1; fork 1; reap"
# left_out: operations that the kernel does not have, the reasons, and the rest still runs.
left_out() {
	"$vmtest/check/torture" TREE=series CONFIG=4k \
		STEPS="data 0 512 3 3; hugetlb 0 2 1; core; gcheck 0 512; glog 1; pin 7; split 0 512 0; unpin; check 0 512" \
		>"$scratch/ktap" || return
	for reason in "hugetlb is not run: no huge pages of hugetlb" "core is not run: no core dumps" \
		"gcheck is not run: no /dev/kvm"; do
		grep -q "# torture: $reason\$" "$scratch/ktap" || echo "missing: $reason"
	done | grep . && return 1
	grep -q '# bytes compared: ' "$scratch/ktap"
}
try "operations that the kernel does not have are left out, with a reason" left_out
# A bug of the kernel, with or without the series: a hole in a THP that cannot be split.
try "tags that remain in a punched hole are detected" wrong 'page 530 (memfd, PROT_MTE), granule 128: tag 4, not 5;' \
	"map 1 1; data 512 512 1 3; mprotect 512 512; tags 512 512 5 0; pin 812; punch 522 20; fault 530 0"

finds() {
	"$vmtest/check/torture" TREE=base SECONDS=60 SEED=1 >"$scratch/ktap"
	[ $? -eq 1 ] && steps=$(sed -n 's/^ *# steps: //p' "$scratch/ktap") && [ -n "$steps" ] &&
		printf '%s\n' "$steps" >"$scratch/steps" && cat "$scratch/steps" &&
		[ "$(tr ';' '\n' <"$scratch/steps" | wc -l)" -le 10 ]
}
try "without the series it fails, with a reduced list of at most 10 steps" finds
fails_again() {
	"$vmtest/check/torture" TREE=base STEPS="$(cat "$scratch/steps")"
	[ $? -eq 1 ]
}
if [ -s "$scratch/steps" ]; then
	try "the reduced steps fail again" fails_again
	try "the reduced steps pass with the series" "$vmtest/check/torture" TREE=series STEPS="$(cat "$scratch/steps")"
else
	skip "the reduced steps fail again" "there are none"
	skip "the reduced steps pass with the series" "there are none"
fi

# holds CONFIG LEAST: runs for a minute; compares at least LEAST granules, no difference.
holds() {
	"$vmtest/check/torture" TREE=series CONFIG="$1" SECONDS=60 >"$scratch/ktap" &&
		granules=$(sed -n 's/^ *# granules compared: //p' "$scratch/ktap") &&
		echo "$granules granules compared" && [ "$granules" -ge "$2" ]
}

# reports TREE WORDS STEPS: on a kernel with hugetlb, core dumps and KVM, a failure.
reports() {
	"$vmtest/check/torture" TREE="$1" CONFIG=full STEPS="$3" >"$scratch/ktap"
	code=$?
	cat "$scratch/ktap"
	[ $code -eq 1 ] && grep -q "# $2" "$scratch/ktap"
}
# A kernel bug, and the steps that reproduce it without the series.
hugetlb_guest="hugetlb 0 2 1; tags 0 512 3 2; hugetlb 0 0 1; gcheck 0 512"
hugetlb_copy="hugetlb 0 2 0; tags 0 512 3 2; hugetlb 0 0 0; gpoke 5 1 7; gcheck 0 512"
guest_log="map 0 0; data 0 512 3 0; glog 1; gdata 5 1 3 1; glog 2; glog 0; gdata 5 1 4 1; gcheck 0 512"
hugetlb_core="hugetlb 0 2 0; tags 0 512 3 2; core"
if [ -n "${FULL-}" ]; then
	try "a wrong tag of hugetlb memory is detected" reports series \
		'page 7 (anonymous, hugetlb, PROT_MTE), granule 128: tag 4, not 5;' \
		"hugetlb 0 2 1; data 0 512 1 3; tags 0 512 5 0; fault 7 0"
	try "a guest detects a wrong tag" reports series 'page 7 (anonymous, PROT_MTE), granule 128: tag 4, not 5; data: right' \
		"map 0 2; gdata 0 512 1 3; gtags 0 512 5 0; fault 7 0; gcheck 0 512"
	try "KVM_ARM_MTE_COPY_TAGS reads a wrong tag" reports series 'KVM_ARM_MTE_COPY_TAGS: page 7, PROT_MTE, granule 128: tag 4, not 5' \
		"map 0 2; gtags 0 512 5 0; fault 7 0; gpeek 7 1"
	try "a core dump has a wrong tag" reports series 'core dump: page 7, granule 128: tag 4, not 5' \
		"map 0 2; data 0 512 1 3; tags 0 512 5 0; fault 7 0; core"
	try "a core dump has a wrong byte" reports series 'core dump: page 7, byte 2048 is ' \
		"map 0 2; data 0 512 1 3; fault 7 1; core"
	try "a guest on hugetlb memory: without the series, old tags" reports base 'the guest finds ' "$hugetlb_guest"
	try "tags copied to a hugetlb page: without the series, old tags" reports base 'the guest finds ' "$hugetlb_copy"
	try "a guest after dirty logging: without the series, old tags" reports base 'the guest finds ' "$guest_log"
	try "a core dump of hugetlb memory: without the series, tags are missing" reports base 'core dump: page ' "$hugetlb_core"
	try "with the series, no difference" "$vmtest/check/torture" TREE=series CONFIG=full \
		STEPS="$hugetlb_guest; $hugetlb_copy; $guest_log; $hugetlb_core"
fi
try "with the series, no difference in a minute" holds 4k 50000000
if [ -n "${FULL-}" ]; then
	try "with the series and debug checks, no difference" holds debug 10000000
	try "with the series, swap, userfaultfd, hugetlb and KVM, no difference" holds full 20000000
	try "with the series and hardware tag-based KASAN, no difference" holds hwtags 10000000
fi

finish
