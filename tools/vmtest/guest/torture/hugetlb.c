// SPDX-License-Identifier: GPL-2.0
/*
 * hugetlb memory, in all sizes of huge pages that fit into a region. It is never
 * split, merged or swapped out.
 */
#define _GNU_SOURCE
#include <sys/mman.h>
#include <linux/mman.h>

#include "../files.h"
#include "../tags.h"
#include "free.h"
#include "hugetlb.h"
#include "random.h"
#include "report.h"

#define HUGEPAGES	"/sys/kernel/mm/hugepages/hugepages-%zukB/%s"
#define MAX_SIZES	4
#define MAX_HUGETLB	2		/* regions that are hugetlb at the same time */
/* Two processes, the children of their threads, and some that are not freed yet. */
#define POOL_REGIONS	(MAX_HUGETLB * (2 + 4 * MAX_CHILDREN) + 4)

static size_t sizes[MAX_SIZES];
static unsigned int nr_sizes;

static const char *pool_file(size_t size, const char *name)
{
	static char path[128];

	snprintf(path, sizeof(path), HUGEPAGES, size / 1024, name);
	return path;
}

static int size_flags(size_t size)
{
	return MAP_HUGETLB | __builtin_ctzl(size) << MAP_HUGE_SHIFT;
}

static void do_hugetlb(struct worker *w, const unsigned long arg[])
{
	const unsigned int number = arg[0] % nr_regions;
	unsigned int nr = 0;

	/* With several workers, no worker owns a whole region. */
	if (several_workers() || w->snapshot)
		return;
	for (unsigned int i = 0; i < nr_regions; i++)
		nr += i != number && regions[i].hugetlb;
	if (nr < MAX_HUGETLB)
		model_map(number, arg[1] & 1, arg[1] & 2,
			  sizes[arg[2] % nr_sizes] / page_size);
}

static bool is_mapped_by_ptes(size_t size)
{
	return size < page_size / sizeof(uint64_t) * page_size;
}

/*
 * Private memory that PTEs map is only in given steps, as fork() can lose all of it:
 * copy_hugetlb_page_range() takes a new PTE table for a shared PMD table if its
 * pt_share_count is not 0. Only the constructor of PMD tables initialises that.
 */
static void draw_hugetlb(uint64_t *x, unsigned long thp, unsigned long arg[])
{
	arg[0] = thp;
	/* Mostly private, and without PROT_MTE: parts get it later. */
	arg[1] = draw(x, 2) ? 0 : draw(x, 4);
	arg[2] = draw(x, MAX_SIZES);
	if (is_mapped_by_ptes(sizes[arg[2] % nr_sizes]))
		arg[1] |= 1;
}

static bool mte_is_allowed(size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE | PROT_MTE,
		       MAP_PRIVATE | MAP_ANONYMOUS | size_flags(size), -1, 0);

	return p != MAP_FAILED && !munmap(p, size);
}

static const char *setup_hugetlb(void)
{
	const char *reason = "no huge pages of hugetlb";

	for (size_t size = thp_size; size > page_size; size /= 2) {
		const unsigned long nr = POOL_REGIONS * (thp_size / size);

		if (nr_sizes == MAX_SIZES ||
		    !write_number(pool_file(size, "nr_hugepages"), nr))
			continue;
		reason = "no memory for hugetlb";
		if (read_number(pool_file(size, "nr_hugepages")) < nr)
			write_number(pool_file(size, "nr_hugepages"), 0);
		else if (have_mte && !mte_is_allowed(size))
			reason = "no PROT_MTE for hugetlb";
		else
			sizes[nr_sizes++] = size;
	}
	return nr_sizes ? NULL : reason;
}

/* The processes of the case before are gone; what they used has tags again. */
static void begin_hugetlb(void)
{
	if (several_workers())
		return;
	for (unsigned int i = 0; i < nr_sizes; i++) {
		const unsigned long nr = read_number(pool_file(sizes[i], "nr_hugepages"));

		for (int tries = 0; tries < 200 &&
		     read_number(pool_file(sizes[i], "free_hugepages")) < nr; tries++)
			sleep_ms(5);
		litter(MAX_HUGETLB * thp_size, size_flags(sizes[i]));
	}
}

const struct operation hugetlb_operations[] = {
	{ "hugetlb", 3, 3, 0, .draw = draw_hugetlb, .run = do_hugetlb,
	  .setup = setup_hugetlb, .begin = begin_hugetlb, .single = true },
	{ }
};
