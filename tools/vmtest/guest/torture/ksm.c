// SPDX-License-Identifier: GPL-2.0
/*
 * KSM: which memory it merges, its scans, and the end of all sharing.
 */
#define _GNU_SOURCE
#include <sys/mman.h>

#include "../files.h"
#include "ksm.h"
#include "random.h"
#include "report.h"

static void do_merge(struct worker *w, const unsigned long arg[])
{
	const unsigned int number = arg[0] % nr_regions;
	struct region *region = &regions[number];

	(void)w;
	madvise(page_addr(number * pages_per_thp), thp_size,
		arg[1] % 2 ? MADV_MERGEABLE : MADV_UNMERGEABLE);
	region->mergeable = arg[1] % 2 && !region->memfd && !region->hugetlb;
}

static void draw_merge(uint64_t *x, unsigned long thp, unsigned long arg[])
{
	draw_numbers(x, thp, arg);
	arg[0] %= nr_regions;
	arg[1] = draw(x, 4) != 0;
}

static void do_ksm(struct worker *w, const unsigned long arg[])
{
	unsigned long scans = read_number(KSM_DIR "full_scans") + 3;
	bool any = false;

	for (unsigned int i = 0; i < nr_regions; i++)
		any |= regions[i].mergeable;
	/* Without mergeable memory, the number of scans does not increase. */
	if (!any)
		return;
	write_number(KSM_DIR "use_zero_pages", arg[0] % 2);
	write_number(KSM_DIR "run", 1);
	for (int i = 0; i < 200 && read_number(KSM_DIR "full_scans") < scans; i++)
		sleep_ms(5);
	/* With several workers, KSM keeps running during their next steps. */
	if (!several_workers() && !w->snapshot)
		write_number(KSM_DIR "run", 0);
}

static void draw_ksm(uint64_t *x, unsigned long thp, unsigned long arg[])
{
	draw_numbers(x, thp, arg);
	arg[0] %= 2;
}

static void do_unmerge(struct worker *w, const unsigned long arg[])
{
	(void)w;
	(void)arg;
	write_number(KSM_DIR "run", 2);
	write_number(KSM_DIR "run", 0);
}

static const char *setup_ksm(void)
{
	if (access(KSM_DIR "run", W_OK))
		return "no KSM";
	write_number(KSM_DIR "sleep_millisecs", 2);
	write_number(KSM_DIR "pages_to_scan", 1000000);
	write_number(KSM_DIR "smart_scan", 0);
	write_number(KSM_DIR "max_page_sharing", 256);
	return NULL;
}

static void begin_ksm(void)
{
	write_number(KSM_DIR "run", 0);
	write_number(KSM_DIR "use_zero_pages", 0);
}

const struct operation ksm_operations[] = {
	{ "merge", 2, 3, 2, .draw = draw_merge, .run = do_merge, .setup = setup_ksm },
	{ "ksm", 1, 3, 4, .draw = draw_ksm, .run = do_ksm, .setup = setup_ksm, .begin = begin_ksm },
	{ "unmerge", 0, 1, 1, .run = do_unmerge, .setup = setup_ksm },
	{ }
};
