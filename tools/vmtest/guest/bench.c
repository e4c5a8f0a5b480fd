// SPDX-License-Identifier: GPL-2.0
/*
 * What the THP shrinker and KSM cost, and what they give back.
 *
 * Meant for a machine with one CPU whose clock counts instructions: QEMU with
 * -icount shift=0, where a nanosecond is an instruction. Prints a line for each
 * case: its name, the instructions, less those of a pass that finds nothing,
 * and the pages that were given back or merged.
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
#include <sys/mman.h>
#include <sys/prctl.h>

#include "tags.h"

#define THP_DIR		"/sys/kernel/mm/transparent_hugepage/"
#define KSM_DIR		"/sys/kernel/mm/ksm/"
#define REPEATS		3

static size_t page_size, thp_size;
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

static uint64_t instructions(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC_RAW, &t);
	return t.tv_sec * 1000000000ULL + t.tv_nsec;
}

/* Resident pages of this process that are not the zeropage. */
static unsigned long resident(void)
{
	unsigned long size, pages = 0;
	FILE *f = fopen("/proc/self/statm", "r");

	if (!f || fscanf(f, "%lu %lu", &size, &pages) != 2)
		die("/proc/self/statm");
	fclose(f);
	return pages;
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

enum tags {
	UNTAGGED,		/* not PROT_MTE at all */
	ZERO,			/* PROT_MTE, and no tag set */
	ONE,			/* a tag in one page */
	TENTH,
	HALF,
	ALL,
};

struct state {
	const char *name;
	enum tags tags;
	bool full;		/* a byte of data in every page */
};

static const struct state states[] = {
	{ "untagged, zero",		UNTAGGED,	false },
	{ "untagged, full",		UNTAGGED,	true },
	{ "tags all zero",		ZERO,		false },
	{ "one page tagged",		ONE,		false },
	{ "a tenth tagged",		TENTH,		false },
	{ "half tagged",		HALF,		false },
	{ "all tagged",			ALL,		false },
};

static bool is_tagged(enum tags tags, size_t page, size_t nr)
{
	switch (tags) {
	case ONE:	return page == nr / 2;
	case TENTH:	return page % 10 == 1;
	case HALF:	return page % 2;
	case ALL:	return true;
	default:	return false;
	}
}

static char *make_thps(const struct state *s, unsigned int nr)
{
	char *p = map_thps(nr, PROT_READ | PROT_WRITE | (s->tags == UNTAGGED ? 0 : PROT_MTE));
	const size_t nr_pages = thp_size / page_size;

	for (unsigned int i = 0; i < nr; i++) {
		char *thp = p + i * thp_size;

		*(volatile char *)thp = 0;
		for (size_t page = 0; page < nr_pages; page++) {
			char *start = thp + page * page_size;

			if (s->full)
				start[page % page_size] = 1;
			if (!is_tagged(s->tags, page, nr_pages))
				continue;
			for (size_t at = 0; at < page_size; at += GRANULE)
				store_tag(start + at, 1 + page % 15);
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

static void shrinker_case(const struct state *s, unsigned int nr)
{
	uint64_t least = UINT64_MAX, most = 0, empty;
	unsigned long given_back = 0;

	/* The first time warms up what the others find warm. */
	for (int i = 0; i <= REPEATS; i++) {
		unsigned long before;
		uint64_t cost;
		char *p;

		shrink();
		empty = shrink();
		p = make_thps(s, nr);
		before = resident();
		cost = shrink();
		cost = cost > empty ? cost - empty : 0;
		given_back = before - resident();
		munmap(p, nr * thp_size);
		if (i == 0)
			continue;
		if (cost < least)
			least = cost;
		if (cost > most)
			most = cost;
	}
	printf("shrinker; %s; %u; %llu; %llu; %lu\n", s->name, nr,
	       (unsigned long long)least, (unsigned long long)most, given_back);
	fflush(stdout);
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

static void ksm_case(const struct state *s, unsigned int nr, bool use_zero_pages)
{
	unsigned long before, merged;
	uint64_t cost;
	char *p;

	write_number(KSM_DIR "run", 2);
	write_number(KSM_DIR "use_zero_pages", use_zero_pages);
	p = make_thps(s, nr);
	before = resident();
	if (madvise(p, nr * thp_size, MADV_MERGEABLE))
		die("MADV_MERGEABLE");
	cost = ksmd_time();
	write_number(KSM_DIR "run", 1);
	ksm_scans(6);
	cost = ksmd_time() - cost;
	/*
	 * Where KSM has a THP split, its zero-filled pages end up as the
	 * zeropage, which doesn't count as resident. Merged pages do.
	 */
	merged = before - resident() + read_number(KSM_DIR "pages_sharing");
	printf("ksm%s; %s; %u; %llu; %llu; %lu\n", use_zero_pages ? ", zeropage" : "",
	       s->name, nr, (unsigned long long)cost, (unsigned long long)cost, merged);
	fflush(stdout);
	write_number(KSM_DIR "run", 2);
	munmap(p, nr * thp_size);
}

int main(void)
{
	const size_t nr_states = sizeof(states) / sizeof(states[0]);
	glob_t g;

	page_size = sysconf(_SC_PAGESIZE);
	thp_size = read_number(THP_DIR "hpage_pmd_size");
	if (glob("/sys/kernel/debug/shrinker/thp-deferred_split-*", 0, NULL, &g))
		die("no THP shrinker in debugfs");
	shrinker_dir = g.gl_pathv[0];
	prctl(PR_SET_TAGGED_ADDR_CTRL, PR_TAGGED_ADDR_ENABLE, 0, 0, 0);

	write_file(THP_DIR "enabled", "always");
	write_number(THP_DIR "khugepaged/max_ptes_none", thp_size / page_size * 4 / 5);
	write_number(THP_DIR "khugepaged/scan_sleep_millisecs", 1000000);
	/* One scan each time it wakes up, and time to be stopped in between. */
	write_number(KSM_DIR "sleep_millisecs", 20);
	write_number(KSM_DIR "pages_to_scan", 1000000);
	write_number(KSM_DIR "smart_scan", 0);
	write_number(KSM_DIR "max_page_sharing", 1000000);

	printf("# what; state; THPs; instructions, least; most; pages given back\n");
	for (size_t i = 0; i < nr_states; i++)
		shrinker_case(&states[i], 1);
	for (unsigned int nr = 4; nr <= 256; nr *= 4) {
		shrinker_case(&states[0], nr);
		shrinker_case(&states[nr_states - 1], nr);
	}
	ksm_case(&states[0], 4, false);
	ksm_case(&states[2], 4, false);
	ksm_case(&states[nr_states - 1], 4, false);
	ksm_case(&states[2], 4, true);
	ksm_case(&states[nr_states - 1], 4, true);
	printf("# bench: done\n");
	return 0;
}
