// SPDX-License-Identifier: GPL-2.0
/*
 * The cost of a pass of the THP shrinker and of a split.
 */
#define _GNU_SOURCE
#include <sys/mman.h>

#include "../files.h"
#include "shrinker.h"
#include "thps.h"

#define REPEATS		3

static const char *scan_file;

void shrinker_setup(void)
{
	scan_file = shrinker_scan_file();
	if (!scan_file)
		die("no THP shrinker in debugfs");
}

/* Writes to a file; returns the instructions of that, without open and close. */
static uint64_t write_cost(const char *path, const char *text)
{
	const size_t len = strlen(text);
	int fd = open(path, O_WRONLY);
	uint64_t start = instructions();

	if (fd < 0 || write(fd, text, len) < 0)
		die(path);
	start = instructions() - start;
	close(fd);
	return start;
}

uint64_t shrink(void)
{
	return write_cost(scan_file, "0 0 100000");
}

uint64_t split(const char *p)
{
	char text[64];

	/* Its first page is enough. */
	snprintf(text, sizeof(text), "%d,%#lx,%#lx", getpid(), (unsigned long)p,
		 (unsigned long)p + page_size);
	return write_cost(SPLIT_HUGE_PAGES, text);
}

enum work {
	SHRINK,			/* one pass of the shrinker */
	SPLIT_FIRST,		/* the first THP is split */
};

static struct cost measure(enum work work, const struct state *s, unsigned int nr)
{
	struct cost cost = { .least = UINT64_MAX };

	/* The first time is not counted: caches are cold. */
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
			empty = split(p);	/* it is split already */
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

void shrinker_case(const struct state *s, unsigned int nr)
{
	if (can_do(s, nr))
		print_row("shrinker", s->name, nr, measure(SHRINK, s, nr), nr * unused_pages(s));
}

void split_case(const struct state *s)
{
	if (can_do(s, 1))
		print_row("split", s->name, 1, measure(SPLIT_FIRST, s, 1), unused_pages(s));
}

/* With max_ptes_none at 0, a THP is split with any number of zero pages. */
void share_case(unsigned int percent)
{
	char name[32];
	const struct state s = { name, true, percent, 0 };

	snprintf(name, sizeof(name), "%u %% tagged", percent);
	if (!can_do(&s, 1))
		return;
	set_number(MAX_PTES_NONE, 0);
	print_row("given back", s.name, 1, measure(SHRINK, &s, 1), unused_pages(&s));
	set_number(MAX_PTES_NONE, max_ptes_none());
}

/*
 * The cost of a zero page of a THP: that of a THP with as many zero pages as
 * max_ptes_none allows, minus that of a THP with none, divided by their number.
 */
void zero_page_case(void)
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
