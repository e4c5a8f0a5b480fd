#!/bin/sh
#
# The kselftest tarball for test labs, and the LAVA job that runs it. The job's steps are
# run in the guest, on the series and on the base.

. "$(dirname "$0")/tap.sh"
export CONFIG=full
settings
. "$vmtest/source/settle.sh"

# in_job STATEMENTS: runs Python code on the job. Debian's Python has LAVA's schema.
in_job() {
	/usr/bin/python3 -c "import sys, yaml
from lava_common.schemas import validate
job = yaml.safe_load(open(sys.argv[1]))
deploy, boot, test = [list(action.values())[0] for action in job['actions']]
$1" "$vmtest/doc/lava.yaml"
}
try "the LAVA job is valid in LAVA's schema" in_job 'validate(job)'
try "the job's machine has memory tagging" in_job "context = job['context']
assert 'virt,mte=on' in context['machine'] and context['cpu'] == 'max'"
placeholders() {
	! grep -n '^[^#]*://' "$vmtest/doc/lava.yaml" | grep -v ' url: http://files\.example/[^/]*$'
}
try "every address in the job is a placeholder" placeholders

tarball=$("$vmtest/build/tarball") || exit
programs() { "$vmtest/build/plan" TESTS= | cut -f 5; }
complete() {
	tar -tzf "$tarball" >"$scratch/files" && grep -x ./run_kselftest.sh "$scratch/files" || return
	for program in $(programs); do
		grep -E "^\./(mm|arm64|kvm)/$program$" "$scratch/files" || return
	done
}
try "the tarball contains every selftest of the series" complete

# The guest has the tarball at LAVA's path, bash for mm's scripts, and a lava-test-case
# that sets the exit status.
mkdir -p "$scratch/guest/bin"
cp "$tarball" "$scratch/guest/"
cp "$data/tarball/lava-test-case" "$scratch/guest/bin/"
cp "$(SUITES="arm64 mm" "$vmtest/build/suites-install" TREE=series)/bin/bash" "$scratch/guest/bin/" || exit
path=$(in_job "print(deploy['images']['ramdisk']['overlays']['kselftest']['path'])") || exit
{
	echo "300 - mkdir -p $path && busybox tar xzf /kselftest.tar.gz -C $path"
	in_job "for step in test['definitions'][0]['repository']['run']['steps']: print('300 -', step)" || exit
	# Upstream's script for thp_shrinker, which also runs other tests.
	echo "300 - $path/run_kselftest.sh -t mm:ksft_thp.sh"
} >"$scratch/tarball.list"

# runs SETTING...: exits 1 if a test failed, with another code if the guest died.
runs() {
	FILES=$scratch/guest TESTS=$scratch/tarball.list "$vmtest/boot/vmtest" "$@" TIMEOUT=1200 >"$scratch/ktap"
	code=$?
	"$vmtest/boot/results" "$scratch/ktap" >"$scratch/results"
	return $code
}
# Some upstream tests fail: those of khugepaged need swap, and fail sometimes.
passes() {
	runs TREE=series
	[ $? -le 1 ] && ! grep '^fail' "$scratch/results" | grep -vE ': ksft_thp\.sh: [^:]*(khugepaged|split_huge_page_test|transhuge-stress|folio_split_race_test)'
}
try "the job's steps on the series: all tests of the series pass" passes
passed() {
	for program in $(programs); do
		grep -E "^pass	.*: $program: " "$scratch/results" || return
	done
	grep '^pass	.*: ksft_thp\.sh: thp_shrinker: ' "$scratch/results"
}
try "each of these tests has run" passed
fails() {
	sed -i '/ksm_tags\|tar xzf/!d' "$scratch/tarball.list"
	exits 1 runs CONFIG=4k TREE=base && grep '^fail	.*ksm_tags: ' "$scratch/results"
}
try "ksm_tags fails on the base" fails

finish
