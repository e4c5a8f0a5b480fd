// SPDX-License-Identifier: GPL-2.0
/*
 * What the THP shrinker and KSM cost, and what they give back.
 *
 * Meant for a machine with one CPU whose clock counts instructions: QEMU with
 * -icount shift=0, where a nanosecond is an instruction. Prints a line for each
 * case: its name, the instructions, less those of a pass that finds nothing,
 * the pages that were given back or merged, and those that could be. The cases
 * named "mprotect" are about what is in the pages: they count pages or granules,
 * and no instructions. With --summary, only the cases of the before-after
 * program; with --read-only, only two in which pages are read, and none is given
 * back.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/sysinfo.h>
#include <sys/wait.h>

#include "tags.h"

#define THP_DIR		"/sys/kernel/mm/transparent_hugepage/"
#define KSM_DIR		"/sys/kernel/mm/ksm/"
#define MAX_PTES_NONE	"khugepaged/max_ptes_none"
#define SPLIT		"/sys/kernel/debug/split_huge_pages"
#define REPEATS		3
#define MOST_FOR_KSM	(64UL << 20)
#define LEFT_TAGGED	(256UL << 20)

static size_t page_size, thp_size, pages_per_thp;
static bool have_mte;
static char *shrinker_dir;

static void die(const char *what)
{
	printf("# bench: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		die(path);
	close(fd);
}

static void write_number(const char *path, unsigned long number)
{
	char text[32];

	snprintf(text, sizeof(text), "%lu", number);
	write_file(path, text);
}

static unsigned long read_number(const char *path)
{
	char text[64] = "";
	int fd = open(path, O_RDONLY);

	if (fd < 0 || read(fd, text, sizeof(text) - 1) < 0)
		die(path);
	close(fd);
	return strtoul(text, NULL, 0);
}

/* How many pages of a THP may be zero before the shrinker takes it for unused. */
static unsigned long max_ptes_none(void)
{
	return pages_per_thp * 4 / 5;
}

static uint64_t instructions(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC_RAW, &t);
	return t.tv_sec * 1000000000ULL + t.tv_nsec;
}

/* Resident anonymous pages of this process that are not the zeropage. */
static unsigned long resident(void)
{
	unsigned long size, pages = 0, file_pages = 0;
	FILE *f = fopen("/proc/self/statm", "r");

	if (!f || fscanf(f, "%lu %lu %lu", &size, &pages, &file_pages) != 3)
		die("/proc/self/statm");
	fclose(f);
	return pages - file_pages;
}

static char *map_thps(unsigned int nr, int prot)
{
	char *p = mmap(NULL, (nr + 1) * thp_size, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *start = (char *)(((uintptr_t)p + thp_size - 1) & ~(thp_size - 1));

	if (p == MAP_FAILED)
		die("mmap");
	if (start != p)
		munmap(p, start - p);
	munmap(start + nr * thp_size, p + thp_size - start);
	if (madvise(start, nr * thp_size, MADV_HUGEPAGE))
		die("MADV_HUGEPAGE");
	return start;
}

/* What is in a THP. */
struct state {
	const char *name;
	bool mte;		/* PROT_MTE */
	unsigned int tagged;	/* percent of the pages, spread over all of it */
	unsigned int full;	/* pages with a byte of data, at its end */
};

#define ONE_PAGE	1000	/* in place of a percentage: the one in the middle */
#define FULL		UINT32_MAX

static const struct state untagged_zero = { "untagged, zero", false, 0, 0 };
static const struct state untagged_full = { "untagged, full", false, 0, FULL };
static const struct state tags_zero = { "tags all zero", true, 0, 0 };
static const struct state tenth_tagged = { "a tenth tagged", true, 10, 0 };
static const struct state all_tagged = { "all tagged", true, 100, 0 };

static const struct state states[] = {
	untagged_zero,
	untagged_full,
	tags_zero,
	{ "one page tagged", true, ONE_PAGE, 0 },
	tenth_tagged,
	{ "half tagged", true, 50, 0 },
	all_tagged,
};

static bool is_tagged(const struct state *s, size_t page)
{
	if (s->tagged == ONE_PAGE)
		return page == pages_per_thp / 2;
	return page * s->tagged / 100 != (page + 1) * s->tagged / 100;
}

static bool is_full(const struct state *s, size_t page)
{
	return s->full == FULL || page >= pages_per_thp - s->full;
}

/* The pages of a THP that nobody would miss: no data, no tags. */
static unsigned long unused_pages(const struct state *s)
{
	unsigned long unused = 0;

	for (size_t page = 0; page < pages_per_thp; page++)
		unused += !is_tagged(s, page) && !is_full(s, page);
	return unused;
}

static char *nth_page(char *p, size_t page)
{
	return p + page * page_size;
}

static int tag_of(size_t page)
{
	return 1 + page % 15;
}

static void tag_page(char *page, int tag)
{
	for (size_t at = 0; at < page_size; at += GRANULE)
		store_tag(page + at, tag);
}

/* The granules of a page that do not have this tag. */
static unsigned long granules_without(const char *page, int tag)
{
	unsigned long nr = 0;

	for (size_t at = 0; at < page_size; at += GRANULE)
		nr += load_tag(page + at) != tag;
	return nr;
}

static char *make_thps(const struct state *s, unsigned int nr)
{
	char *p = map_thps(nr, PROT_READ | PROT_WRITE | (s->mte ? PROT_MTE : 0));

	for (unsigned int i = 0; i < nr; i++) {
		char *thp = p + i * thp_size;

		*(volatile char *)thp = 0;
		for (size_t page = 0; page < pages_per_thp; page++) {
			if (is_full(s, page))
				nth_page(thp, page)[page % page_size] = 1;
			if (is_tagged(s, page))
				tag_page(nth_page(thp, page), tag_of(page));
		}
	}
	return p;
}

/* One pass of the shrinker over all THPs; returns what it cost. */
static uint64_t shrink(void)
{
	char path[256];
	uint64_t start;
	int fd;

	snprintf(path, sizeof(path), "%s/scan", shrinker_dir);
	fd = open(path, O_WRONLY);
	start = instructions();
	if (fd < 0 || write(fd, "0 0 100000", 10) < 0)
		die(path);
	start = instructions() - start;
	close(fd);
	return start;
}

/* Has the THP at P split, by its first page; returns what that cost. */
static uint64_t split(const char *p)
{
	char text[64];
	uint64_t start;
	int fd = open(SPLIT, O_WRONLY);

	snprintf(text, sizeof(text), "%d,%#lx,%#lx", getpid(), (unsigned long)p,
		 (unsigned long)p + page_size);
	start = instructions();
	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		die(SPLIT);
	start = instructions() - start;
	close(fd);
	return start;
}

/* What it cost, net, at least and at most, and the pages it gave back. */
struct cost {
	uint64_t least, most;
	unsigned long pages;
};

enum work {
	SHRINK,			/* one pass of the shrinker */
	SPLIT_FIRST,		/* the first THP is split */
};

static struct cost measure(enum work work, const struct state *s, unsigned int nr)
{
	struct cost cost = { .least = UINT64_MAX };

	/* The first time warms up what the others find warm. */
	for (int i = 0; i <= REPEATS; i++) {
		unsigned long before;
		uint64_t empty, this;
		char *p;

		shrink();
		empty = shrink();
		p = make_thps(s, nr);
		before = resident();
		this = work == SHRINK ? shrink() : split(p);
		cost.pages = before - resident();
		if (work == SPLIT_FIRST)
			empty = split(p);	/* there is none left */
		this = this > empty ? this - empty : 0;
		munmap(p, nr * thp_size);
		if (i == 0)
			continue;
		if (this < cost.least)
			cost.least = this;
		if (this > cost.most)
			cost.most = this;
	}
	return cost;
}

static void print_row(const char *what, const char *state, unsigned int nr,
		      struct cost cost, unsigned long unused)
{
	printf("%s; %s; %u; %llu; %llu; %lu; %lu\n", what, state, nr,
	       (unsigned long long)cost.least, (unsigned long long)cost.most, cost.pages, unused);
	fflush(stdout);
}

/* Only where it fits into half of the memory, and makes sense without tags. */
static bool can_do(const struct state *s, unsigned int nr)
{
	struct sysinfo info;

	if (s->mte && !have_mte)
		return false;
	return !sysinfo(&info) && nr * thp_size <= info.freeram / 2 * info.mem_unit;
}

static void shrinker_case(const struct state *s, unsigned int nr)
{
	if (can_do(s, nr))
		print_row("shrinker", s->name, nr, measure(SHRINK, s, nr), nr * unused_pages(s));
}

static void split_case(const struct state *s)
{
	if (can_do(s, 1))
		print_row("split", s->name, 1, measure(SPLIT_FIRST, s, 1), unused_pages(s));
}

/* With max_ptes_none at 0, what is given back doesn't depend on how much there is. */
static void share_case(unsigned int percent)
{
	char name[32];
	const struct state s = { name, true, percent, 0 };

	snprintf(name, sizeof(name), "%u %% tagged", percent);
	if (!can_do(&s, 1))
		return;
	write_number(THP_DIR MAX_PTES_NONE, 0);
	print_row("given back", s.name, 1, measure(SHRINK, &s, 1), unused_pages(&s));
	write_number(THP_DIR MAX_PTES_NONE, max_ptes_none());
}

/*
 * What a zero page of a THP costs, all told: one whose zero pages are read and
 * are not quite enough, less one whose pages are not zero.
 */
static void zero_page_case(void)
{
	const struct state in_use = { NULL, false, 0, pages_per_thp - max_ptes_none() };
	struct cost a, b;

	if (!can_do(&in_use, 1))
		return;
	a = measure(SHRINK, &in_use, 1);
	b = measure(SHRINK, &untagged_full, 1);
	a.least = (a.least - b.most) / max_ptes_none();
	a.most = (a.most - b.least) / max_ptes_none();
	print_row("shrinker, zero page", "untagged", 1, a, 0);
}

/* Full scans take turns with this process on the only CPU. */
static uint64_t ksm_scans(unsigned long nr)
{
	unsigned long end = read_number(KSM_DIR "full_scans") + nr;
	uint64_t start = instructions();
	const struct timespec wait = { .tv_nsec = 1000000 };

	while (read_number(KSM_DIR "full_scans") < end) {
		if (instructions() - start > 600000000000ULL)
			die("KSM does not get on");
		nanosleep(&wait, NULL);
	}
	return instructions() - start;
}

static pid_t find_ksmd(void)
{
	pid_t pid = 0;
	glob_t g;

	if (glob("/proc/[0-9]*/comm", 0, NULL, &g))
		die("/proc");
	for (size_t i = 0; !pid && i < g.gl_pathc; i++) {
		char comm[32] = "";
		FILE *f = fopen(g.gl_pathv[i], "r");

		if (f && fgets(comm, sizeof(comm), f) && !strcmp(comm, "ksmd\n"))
			pid = atoi(g.gl_pathv[i] + strlen("/proc/"));
		if (f)
			fclose(f);
	}
	globfree(&g);
	return pid;
}

/* The CPU time of ksmd, in instructions. */
static uint64_t ksmd_time(void)
{
	static pid_t pid;
	struct timespec t;
	clockid_t clock;

	if (!pid)
		pid = find_ksmd();
	if (!pid || clock_getcpuclockid(pid, &clock) || clock_gettime(clock, &t))
		die("CPU time of ksmd");
	return t.tv_sec * 1000000000ULL + t.tv_nsec;
}

static void ksm_case(const struct state *s, bool use_zero_pages)
{
	/* The kernel without the series takes minutes for a THP of 512 MiB. */
	const unsigned int nr = 4 * thp_size <= MOST_FOR_KSM ? 4 : 1;
	struct cost cost;
	uint64_t start;
	unsigned long before;
	char *p;

	if (nr * thp_size > MOST_FOR_KSM || !can_do(s, nr))
		return;
	write_number(KSM_DIR "run", 2);
	write_number(KSM_DIR "use_zero_pages", use_zero_pages);
	p = make_thps(s, nr);
	/* The first call allocates memory, which is not to be counted. */
	ksmd_time();
	before = resident();
	if (madvise(p, nr * thp_size, MADV_MERGEABLE))
		die("MADV_MERGEABLE");
	start = ksmd_time();
	write_number(KSM_DIR "run", 1);
	ksm_scans(6);
	cost.least = cost.most = ksmd_time() - start;
	/*
	 * Where KSM has a THP split, its zero-filled pages end up as the
	 * zeropage, which doesn't count as resident. Merged pages do.
	 */
	cost.pages = before - resident() + read_number(KSM_DIR "pages_sharing");
	print_row(use_zero_pages ? "ksm, zeropage" : "ksm", s->name, nr, cost, nr * unused_pages(s));
	write_number(KSM_DIR "run", 2);
	munmap(p, nr * thp_size);
}

static void protect_mte(char *p, size_t first, size_t nr)
{
	if (mprotect(nth_page(p, first), nr * page_size, PROT_READ | PROT_WRITE | PROT_MTE))
		die("mprotect(PROT_MTE)");
}

static unsigned long nr_splits(void)
{
	unsigned long value, splits = 0;
	char name[64];
	FILE *f = fopen("/proc/vmstat", "r");

	if (!f)
		die("/proc/vmstat");
	while (fscanf(f, "%63s %lu", name, &value) == 2) {
		if (!strcmp(name, "thp_split_page"))
			splits = value;
	}
	fclose(f);
	return splits;
}

/* Nothing can be lost by a split that did not happen. */
static void split_or_die(const char *p)
{
	unsigned long before = nr_splits();

	split(p);
	if (nr_splits() == before)
		die("the THP was not split");
}

/* A tenth of the pages, the last ones, become PROT_MTE, and most of them are tagged. */
static void lost_case(void)
{
	const size_t nr_mte = pages_per_thp / 10, nr_tagged = nr_mte - nr_mte / 5;
	struct cost cost = { 0 };
	char name[32];
	char *p;

	if (!can_do(&all_tagged, 1))
		return;
	p = make_thps(&untagged_zero, 1);
	protect_mte(p, pages_per_thp - nr_mte, nr_mte);
	for (size_t page = pages_per_thp - nr_tagged; page < pages_per_thp; page++)
		tag_page(nth_page(p, page), tag_of(page));
	split_or_die(p);
	for (size_t page = pages_per_thp - nr_tagged; page < pages_per_thp; page++)
		cost.pages += granules_without(nth_page(p, page), tag_of(page)) > 0;
	munmap(p, thp_size);
	snprintf(name, sizeof(name), "last %zu pages", nr_mte);
	print_row("mprotect, pages lose tags", name, 1, cost, nr_tagged);
}

/* A process tags much of the free memory, and is gone when this returns. */
static void leave_tags(void)
{
	const unsigned int nr = thp_size < LEFT_TAGGED ? LEFT_TAGGED / thp_size : 1;
	pid_t child = fork();
	int status;

	if (child < 0)
		die("fork");
	if (!child) {
		make_thps(&all_tagged, nr);
		_exit(0);
	}
	if (waitpid(child, &status, 0) != child || status)
		die("no memory with tags of another process");
}

/*
 * The first page becomes PROT_MTE, the THP is split, and the other pages become
 * PROT_MTE as well. Nobody has stored a tag there, so that all have to be zero.
 * Reports the try that has got the most of the memory with old tags.
 */
static void leaked_case(void)
{
	const unsigned long nr_granules = (pages_per_thp - 1) * (page_size / GRANULE);
	struct cost cost = { 0 };

	if (!can_do(&all_tagged, 1) ||
	    !can_do(&all_tagged, thp_size < LEFT_TAGGED ? LEFT_TAGGED / thp_size : 1))
		return;
	for (int i = 0; i < REPEATS; i++) {
		unsigned long leaked = 0;
		char *p;

		leave_tags();
		p = make_thps(&untagged_full, 1);
		protect_mte(p, 0, 1);
		split_or_die(p);
		protect_mte(p, 1, pages_per_thp - 1);
		for (size_t page = 1; page < pages_per_thp; page++)
			leaked += granules_without(nth_page(p, page), 0);
		munmap(p, thp_size);
		if (leaked > cost.pages)
			cost.pages = leaked;
	}
	print_row("mprotect, granules with old tags", "first page", 1, cost, nr_granules);
}

/* The first page becomes PROT_MTE and is tagged; the others can be given back. */
static void partly_mte_case(void)
{
	struct cost cost = { 0 };
	unsigned long before;
	char *p;

	if (!can_do(&all_tagged, 1))
		return;
	p = make_thps(&untagged_zero, 1);
	protect_mte(p, 0, 1);
	tag_page(p, tag_of(0));
	before = resident();
	shrink();
	cost.pages = before - resident();
	munmap(p, thp_size);
	print_row("mprotect, pages given back", "first page", 1, cost, pages_per_thp - 1);
}

/* Where in the kernel a function is, for who wants to see it run. */
static void print_place(const char *function)
{
	unsigned long long start = 0, end = UINT64_MAX, at;
	char line[512], name[256];
	FILE *f;

	for (int pass = 0; pass < 2; pass++) {
		f = fopen("/proc/kallsyms", "r");
		if (!f)
			die("/proc/kallsyms");
		while (fgets(line, sizeof(line), f)) {
			if (sscanf(line, "%llx %*c %255s", &at, name) != 2)
				continue;
			if (pass == 0 && !strcmp(name, function))
				start = at;
			if (pass == 1 && at > start && at < end)
				end = at;
		}
		fclose(f);
		if (!start)
			return;
	}
	printf("# place: %s %llx %llx\n", function, start, end - 1);
}

static void mprotect_cases(void)
{
	lost_case();
	leaked_case();
	partly_mte_case();
}

/* Few zero pages: each instruction in them becomes a line of a log. */
static void read_only_cases(void)
{
	const struct state in_use = { "in use", false, 0, pages_per_thp - 4 };

	shrinker_case(&all_tagged, 1);
	shrinker_case(&in_use, 1);
}

static void summary_cases(void)
{
	shrinker_case(&untagged_zero, 1);
	shrinker_case(&tags_zero, 1);
	shrinker_case(&tenth_tagged, 1);
	shrinker_case(&all_tagged, 1);
	ksm_case(&tags_zero, false);
	ksm_case(&all_tagged, false);
	mprotect_cases();
}

static void all_cases(void)
{
	const size_t nr_states = sizeof(states) / sizeof(states[0]);

	for (size_t i = 0; i < nr_states; i++)
		shrinker_case(&states[i], 1);
	for (unsigned int nr = 4; nr <= 256; nr *= 4) {
		shrinker_case(&untagged_zero, nr);
		shrinker_case(&all_tagged, nr);
	}
	zero_page_case();
	for (size_t i = 0; i < nr_states; i++)
		split_case(&states[i]);
	for (unsigned int percent = 0; percent <= 100; percent += 10)
		share_case(percent);
	ksm_case(&untagged_zero, false);
	ksm_case(&tags_zero, false);
	ksm_case(&all_tagged, false);
	ksm_case(&tags_zero, true);
	ksm_case(&all_tagged, true);
	mprotect_cases();
}

int main(int argc, char *argv[])
{
	const char *option = argc > 1 ? argv[1] : "";
	glob_t g;

	page_size = sysconf(_SC_PAGESIZE);
	thp_size = read_number(THP_DIR "hpage_pmd_size");
	pages_per_thp = thp_size / page_size;
	if (glob("/sys/kernel/debug/shrinker/thp-deferred_split-*", 0, NULL, &g))
		die("no THP shrinker in debugfs");
	shrinker_dir = g.gl_pathv[0];
#ifdef __aarch64__
	have_mte = getauxval(AT_HWCAP2) & HWCAP2_MTE;
#endif
	if (have_mte)
		prctl(PR_SET_TAGGED_ADDR_CTRL, PR_TAGGED_ADDR_ENABLE, 0, 0, 0);

	write_file(THP_DIR "enabled", "always");
	write_number(THP_DIR MAX_PTES_NONE, max_ptes_none());
	write_number(THP_DIR "khugepaged/scan_sleep_millisecs", 1000000);
	/* One scan each time it wakes up, and time to be stopped in between. */
	write_number(KSM_DIR "sleep_millisecs", 20);
	write_number(KSM_DIR "pages_to_scan", 1000000);
	write_number(KSM_DIR "smart_scan", 0);
	write_number(KSM_DIR "max_page_sharing", 1000000);

	if (!strcmp(option, "--read-only")) {
		read_only_cases();
		return 0;
	}
	printf("# what; state; THPs; instructions, least; most; pages; out of\n");
	if (!strcmp(option, "--summary")) {
		summary_cases();
	} else {
		print_place("page_is_mergable");
		print_place("mte_page_tags_zero");
		print_place("page_is_zero_filled");
		all_cases();
	}
	printf("# bench: done\n");
	return 0;
}
