// SPDX-License-Identifier: GPL-2.0
/*
 * THPs of which a part becomes PROT_MTE by mprotect(): these cases count pages or
 * granules, and no instructions.
 */
#define _GNU_SOURCE
#include <sys/mman.h>
#include <sys/wait.h>

#include "../files.h"
#include "../tags.h"
#include "mprotect.h"
#include "shrinker.h"
#include "thps.h"

#define REPEATS		3
#define LEFT_TAGGED	(256UL << 20)

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

/* Without a split, there would be no error to find. */
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

	p = make_thps(&untagged_zero, 1);
	protect_mte(p, pages_per_thp - nr_mte, nr_mte);
	for (size_t page = pages_per_thp - nr_tagged; page < pages_per_thp; page++)
		tag_page(nth_page(p, page), tag_of(page));
	split_or_die(p);
	for (size_t page = pages_per_thp - nr_tagged; page < pages_per_thp; page++)
		cost.pages += granules_without(nth_page(p, page), page_size, tag_of(page)) > 0;
	munmap(p, thp_size);
	snprintf(name, sizeof(name), "last %zu pages", nr_mte);
	print_row("mprotect, pages lose tags", name, 1, cost, nr_tagged);
}

/* Another process stores tags in much of the free memory, and has exited on return. */
static void leave_tags(unsigned int nr_thps)
{
	pid_t child = fork();
	int status;

	if (child < 0)
		die("fork");
	if (!child) {
		make_thps(&all_tagged, nr_thps);
		_exit(0);
	}
	if (waitpid(child, &status, 0) != child || status)
		die("no memory with tags of another process");
}

/*
 * The first page becomes PROT_MTE, the THP is split, and the other pages become
 * PROT_MTE as well. No tag was stored there, so that all have to be zero. Prints the
 * largest result of several tries, as not all memory has old tags.
 */
static void leaked_case(void)
{
	const unsigned int nr_thps = thp_size < LEFT_TAGGED ? LEFT_TAGGED / thp_size : 1;
	const size_t rest = (pages_per_thp - 1) * page_size;
	struct cost cost = { 0 };

	if (!can_do(&all_tagged, nr_thps))
		return;
	for (int i = 0; i < REPEATS; i++) {
		unsigned long leaked;
		char *p;

		leave_tags(nr_thps);
		p = make_thps(&untagged_full, 1);
		protect_mte(p, 0, 1);
		split_or_die(p);
		protect_mte(p, 1, pages_per_thp - 1);
		leaked = granules_without(nth_page(p, 1), rest, 0);
		munmap(p, thp_size);
		if (leaked > cost.pages)
			cost.pages = leaked;
	}
	print_row("mprotect, granules with old tags", "first page", 1, cost, rest / GRANULE);
}

/* The first page becomes PROT_MTE and is tagged; the others can be freed. */
static void partly_mte_case(void)
{
	struct cost cost = { 0 };
	unsigned long before;
	char *p;

	p = make_thps(&untagged_zero, 1);
	protect_mte(p, 0, 1);
	tag_page(p, tag_of(0));
	before = resident();
	shrink();
	cost.pages = before - resident();
	munmap(p, thp_size);
	print_row("mprotect, pages given back", "first page", 1, cost, pages_per_thp - 1);
}

void mprotect_cases(void)
{
	if (!can_do(&all_tagged, 1))
		return;
	lost_case();
	leaked_case();
	partly_mte_case();
}
