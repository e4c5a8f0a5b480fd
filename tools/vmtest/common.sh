# shellcheck shell=sh disable=SC2034
# What the programs in this folder share: names, settings, messages.
# Each of them begins with: . "$(dirname "$0")/common.sh"

# No surprise from the caller's settings: sorting, messages that are read here.
export LC_ALL=C
unset CDPATH

program=$(basename "$0")
vmtest=$(cd "$(dirname "$0")" && pwd)
case $vmtest in */tests) vmtest=$(dirname "$vmtest");; esac
top=$(cd "$vmtest/../.." && pwd)
out=${VMTEST_OUT:-${OUT:-$top/out}}

# Nothing of the caller's git: not the repository that a hook or 'git rebase -x'
# runs in, and no configuration but the project's.
for name in $(env | sed -n 's/^\(GIT_[A-Za-z0-9_]*\)=.*/\1/p'); do
	unset "$name"
done
export GIT_CONFIG_GLOBAL="$vmtest/gitconfig" GIT_CONFIG_NOSYSTEM=1 GIT_ATTR_NOSYSTEM=1
umask 022

# Exit codes, beyond 0 for success and 1 for a test that failed.
EXIT_USAGE=2
EXIT_SETUP=3

VMTEST_START=${VMTEST_START:-$(date +%s)}
export VMTEST_START

# say WORDS: a line on stderr, with the seconds since the command began.
say() {
	printf '[%4ds] %s\n' $(($(date +%s) - VMTEST_START)) "$*" >&2
}

# die WORDS: one line that says what is wrong, where, and what helps.
die() {
	printf '%s: %s\n' "$program" "$*" >&2
	exit $EXIT_SETUP
}

# usage_error WORDS: the same, for a setting that can't be.
usage_error() {
	printf '%s: %s\n' "$program" "$*" >&2
	exit $EXIT_USAGE
}

# The comment at the head of a program is its help.
print_help() {
	sed -n '3,/^$/s/^# \{0,1\}//p' "$0"
}

# settings ARGUMENTS: takes NAME=VALUE words; whatever is not given comes from
# the environment or has its default. A program that has operands names how many
# in nr_operands, and finds them in operand_1 and on.
settings() {
	given=0 operand_1='' operand_2='' operand_3=''
	for word; do
		case $word in
		-h|--help)
			print_help
			exit 0;;
		BASE=*|CONFIG=*|TREE=*|KSRC=*|QEMU=*|CPU=*|MTE=*|MEM=*|SMP=*|\
		TIMEOUT=*|JUNIT=*|TESTS=*|FILES=*|SUITES=*|MUTANT=*|AUTHOR=*|\
		SECONDS=*|SEED=*|STEPS=*|REROLL=*|PREVIOUS=*)
			export "${word?}";;
		*)
			given=$((given + 1))
			[ "$given" -le "${nr_operands:-0}" ] ||
				usage_error "$word: not a setting; see $program --help"
			eval "operand_$given=\$word";;
		esac
	done
	[ "$given" -eq "${nr_operands:-0}" ] ||
		usage_error "$((${nr_operands:-0} - given)) more of its operands are needed; see $program --help"
	: "${CONFIG:=4k}" "${TREE:=series}" "${KSRC:=}" "${BASE:=}"
	export CONFIG TREE KSRC BASE

	check_config
	check_base
	check_tree
}

# The bases there is a series for: each series file names its own. The one of
# series.txt comes first, it is the newest; the others are older and older.
bases() {
	base_of='s/^# Base: linux-source-\([0-9.]*\)$/\1/p'
	sed -n "$base_of" "$top/series.txt"
	sed -n "$base_of" "$top"/series-*.txt 2>/dev/null | sort -rV
}

configs() {
	grep -l '^# Parts: ' "$vmtest"/configs/*.config |
		sed 's|.*/||; s|\.config$||' | tr '\n' ' '
}

mutants() {
	(cd "$vmtest/mutants" && ls -- *.patch 2>/dev/null) | sed 's/\.patch$//' | tr '\n' ' '
}

check_config() {
	case " $(configs)" in
	*" $CONFIG "*) ;;
	*) usage_error "CONFIG=$CONFIG: unknown; there are: $(configs)";;
	esac
	config_file=$vmtest/configs/$CONFIG.config
}

# config_setting NAME: what "# NAME: VALUE" says at the head of the config.
config_setting() {
	sed -n "s/^# $1: //p" "$config_file"
}

check_base() {
	if [ -n "$KSRC" ]; then
		makefile=$KSRC/Makefile
		version=$(sed -n 's/^VERSION = //p' "$makefile" 2>/dev/null)
		patchlevel=$(sed -n 's/^PATCHLEVEL = //p' "$makefile" 2>/dev/null)
		{ [ -n "$version" ] && [ -n "$patchlevel" ] && [ -d "$KSRC/mm" ]; } ||
			usage_error "KSRC=$KSRC: no kernel source there (a Makefile with VERSION and PATCHLEVEL, and mm/); name the top of a kernel tree"
		KSRC=$(cd "$KSRC" && pwd)
		base=$version.$patchlevel
		state=$out/ksrc-$(basename "$KSRC")-$(printf %s "$KSRC" | cksum | cut -d' ' -f1)
	else
		[ -n "$BASE" ] || base_is_default=1
		: "${BASE:=$(bases | head -n 1)}"
		case " $(bases | tr '\n' ' ')" in
		*" $BASE "*) ;;
		*) usage_error "BASE=$BASE: unknown; there are: $(bases | tr '\n' ' ')(or KSRC=DIR for a tree of your own)";;
		esac
		base=$BASE
		state=$out/$BASE
	fi
	# The series made for this base, else the one for the newest.
	series=$(grep -lx "# Base: linux-source-$base" "$top"/series*.txt | head -n 1)
	series=${series:-$top/series.txt}
	made_for=$(sed -n 's/^# Base: linux-source-//p' "$series")
}

# Nobody named a base: take the newest whose source is here or to be had. Mirrors
# drop a kernel when its time is over, while the LTS kernel stays. Programs that
# need a kernel's source call this before anything else that depends on the base.
settle_base() {
	# A tree of the user's own is copied once a command.
	if [ -n "$KSRC" ] && [ "${VMTEST_COPIED-}" != "$state" ]; then
		"$vmtest/base" >/dev/null || exit
		export VMTEST_COPIED="$state"
	fi
	[ -n "${base_is_default-}" ] || return 0
	for candidate in $(bases); do
		if [ ! -f "$out/$candidate/origin" ]; then
			"$vmtest/fetch" --has "linux-source-$candidate"
			case $? in
			0)	;;
			1)	continue;;
			*)	exit $EXIT_SETUP;;
			esac
		fi
		[ "$candidate" = "$BASE" ] ||
			say "the mirror has no linux-source-$BASE any more: going on with linux-source-$candidate"
		BASE=$candidate
		check_base
		check_tree
		return
	done
}

# The paths that a series file names, in order.
listed() {
	sed 's/#.*//; s/[[:space:]].*//; /^$/d' "$1"
}

check_tree() {
	nr_patches=$(listed "$series" | wc -l)
	mutant=
	case $TREE in
	base|series)
		return;;
	esac
	case " $(mutants)" in
	*" $TREE "*)
		mutant=$vmtest/mutants/$TREE.patch
		return;;
	esac
	case $TREE in
	''|*[!0-9]*) ;;
	*)
		[ "$TREE" -ge 1 ] && [ "$TREE" -le "$nr_patches" ] && return;;
	esac
	usage_error "TREE=$TREE: unknown; there are: series, base, 1 to $nr_patches, and the mutants $(mutants)"
}

arch() {
	config_setting Arch
}

# The compiler prefix and kbuild's name for the architecture; set by use_arch.
use_arch() {
	case $(arch) in
	arm64)
		ARCH=arm64 CROSS_COMPILE=aarch64-linux-gnu- image_name=arch/arm64/boot/Image
		case $(uname -m) in aarch64) CROSS_COMPILE='';; esac;;
	x86_64)
		ARCH=x86_64 CROSS_COMPILE='' image_name=arch/x86/boot/bzImage
		case $(uname -m) in x86_64) ;; *) CROSS_COMPILE=x86_64-linux-gnu-;; esac;;
	esac
	export ARCH
	cc=${CROSS_COMPILE}gcc
	need "$cc"
}

# kbuild SOURCE FOLDER WORD...: the kernel's make, for that source, in that folder.
kbuild() {
	build_from=$1 build_in=$2 ccache=
	shift 2
	if command -v ccache >/dev/null 2>&1; then
		ccache="ccache "
		# Without the preprocessing, a miss costs nothing, and hits are as many.
		export CCACHE_DIR="${CCACHE_DIR:-$out/ccache}" CCACHE_DEPEND=1
	fi
	make -C "$build_from" O="$build_in" CROSS_COMPILE="$ccache$CROSS_COMPILE" CC="$ccache$cc" \
		KBUILD_BUILD_USER=vmtest KBUILD_BUILD_HOST=vmtest -j"$(nproc)" "$@"
}

# tests_in FILE: the lines of a list like selftests.list that name a test for
# this architecture, as "seconds folder command".
tests_in() {
	sed 's/#.*//; /^[[:space:]]*$/d' "$1" | awk -v arch="$ARCH" '
		$2 ~ /^arm64\// && arch != "arm64" { next }
		$2 ~ /:/ { split($2, only, ":"); if (only[1] != arch) next; $2 = only[2] }
		{ print }'
}

# need COMMAND: a plain word about a tool that is not there.
need() {
	command -v "$1" >/dev/null 2>&1 ||
		die "$1 is missing; 'make deps' installs it, or names its package"
}

# log_failure WHAT LOG: one line about a failed step, with its reason.
log_failure() {
	if grep -q 'No space left on device' "$2" || ! space_left; then
		die "$1: disk full: $(df -Pk "$out" | awk 'NR == 2 { print int($4 / 1024) " MB left on " $6 }'); free some, or set OUT to a folder on another disk; log: $2"
	fi
	die "$1 failed: $(grep -aE 'error|Error|E: |cannot|fatal' "$2" | head -n 1); log: $2"
}

# Is there room for another kernel (some 100 MB)?
space_left() {
	[ "$(df -Pk "$out" | awk 'NR == 2 { print $4 }')" -gt 102400 ]
}

# copy_linked FROM TO: a copy of hard links, or a plain one where there are none,
# as in folders that virtual machines share.
copy_linked() {
	cp -al "$1" "$2" 2>/dev/null || {
		rm -rf "$2"
		cp -a --reflink=auto "$1" "$2"
	}
}

# with_progress WHAT LOG COMMAND...: runs it with its output in LOG, and says
# every 15 seconds how far it is.
with_progress() {
	what=$1 log=$2
	shift 2
	mkdir -p "$(dirname "$log")"
	: >"$log"
	say "$what"
	(
		exec 9>&-
		while sleep 15 >/dev/null 2>&1 && kill -0 $$ 2>/dev/null; do
			say "$what: $(wc -l <"$log") lines of log, last: $(tail -n 1 "$log" | cut -c 1-60)"
		done
	) &
	progress=$!
	"$@" >"$log" 2>&1 </dev/null
	status=$?
	kill "$progress" 2>/dev/null
	wait "$progress" 2>/dev/null
	return $status
}

# Only one build at a time in a base's folder; a second one waits. Programs
# that this one runs are covered by its lock.
lock_state() {
	[ "${VMTEST_LOCKED:-}" != "$state" ] || return 0
	mkdir -p "$state" || die "cannot write to $out"
	exec 9>"$state/lock"
	flock -n 9 || {
		say "waiting for another run that uses $state"
		flock 9
	}
	export VMTEST_LOCKED="$state"
}
