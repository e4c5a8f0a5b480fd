// SPDX-License-Identifier: GPL-2.0
/*
 * THPs: which sizes are allocated, splits, collapses, and swap.
 */
#define _GNU_SOURCE
#include <sys/mman.h>
#include <sys/swap.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>

#include "../files.h"
#include "random.h"
#include "report.h"
#include "thp.h"

/* Not in every C library. */
#ifndef MADV_PAGEOUT
#define MADV_PAGEOUT		21
#endif
#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE		25
#endif

static const char *shrinker_scan;
/* Older kernels refuse to split shared memory to larger orders, and warn. */
static bool memfd_to_order_0_only;

/* Allows THPs of one size only: 0 for the size that a PMD maps, or their order. */
static void do_order(struct worker *w, const unsigned long arg[])
{
	const unsigned long size = arg[0] ? page_size << arg[0] % 16 : thp_size;
	glob_t g;

	(void)w;
	if (glob(THP_DIR "hugepages-*kB", 0, NULL, &g))
		return;
	for (size_t i = 0; i < g.gl_pathc; i++) {
		unsigned long kb = strtoul(strrchr(g.gl_pathv[i], '-') + 1, NULL, 10);
		const char *when = kb * 1024 == size ? "always" : "never";
		char path[512];

		snprintf(path, sizeof(path), "%s/enabled", g.gl_pathv[i]);
		write_file(path, when);
		snprintf(path, sizeof(path), "%s/shmem_enabled", g.gl_pathv[i]);
		write_file(path, when);
	}
	globfree(&g);
}

static void draw_order(uint64_t *x, unsigned long thp, unsigned long arg[])
{
	static const unsigned long orders[] = { 0, 0, 0, 2, 3, 4, 5, 7 };

	draw_numbers(x, thp, arg);
	arg[0] = orders[draw(x, 8)];
}

static const char *setup_order(void)
{
	if (!write_file(THP_DIR "enabled", "always"))
		return "no " THP_DIR;
	write_number(THP_DIR "khugepaged/max_ptes_none", pages_per_thp * 4 / 5);
	write_number(THP_DIR "khugepaged/scan_sleep_millisecs", 1000000);
	write_file(THP_DIR "defrag", "always");
	return NULL;
}

static void begin_order(void)
{
	do_order(NULL, (const unsigned long []){ 0 });
}

static void do_shrink(struct worker *w, const unsigned long arg[])
{
	(void)w;
	(void)arg;
	write_file(shrinker_scan, "0 0 100000");
}

static const char *setup_shrink(void)
{
	shrinker_scan = shrinker_scan_file();
	return shrinker_scan ? NULL : "no THP shrinker in debugfs";
}

static void do_split(struct worker *w, const unsigned long arg[])
{
	unsigned long end, first = range(arg, &end), order = arg[2] % 16, page;
	char text[128];

	(void)w;
	for (page = first; page < end && memfd_to_order_0_only; page++)
		if (page_region(page)->memfd)
			order = 0;
	snprintf(text, sizeof(text), "%d,0x%lx,0x%lx,%lu", getpid(),
		 (unsigned long)page_addr(first), (unsigned long)page_addr(end), order);
	write_file(SPLIT_HUGE_PAGES, text);
}

static void draw_split(uint64_t *x, unsigned long thp, unsigned long arg[])
{
	draw_range_and_numbers(x, thp, arg);
	arg[2] = draw(x, 2) ? 0 : 2 + draw(x, 5);
}

static const char *setup_split(void)
{
	unsigned int version, patchlevel;
	struct utsname u;

	uname(&u);
	if (sscanf(u.release, "%u.%u", &version, &patchlevel) == 2)
		memfd_to_order_0_only = version < 6 || (version == 6 && patchlevel < 15);
	return access(SPLIT_HUGE_PAGES, W_OK) ? "no " SPLIT_HUGE_PAGES : NULL;
}

static void advise(const unsigned long arg[], size_t unit, int advice)
{
	unsigned long end, first = range(arg, &end);

	first -= first % unit;
	end = min((end + unit - 1) / unit * unit, nr_pages);
	/* One region at a time: an error in one must not end it for the others. */
	while (first < end) {
		unsigned long nr = min(end - first, pages_per_thp - first % pages_per_thp);

		madvise(page_addr(first), nr * page_size, advice);
		first += nr;
	}
}

static void do_collapse(struct worker *w, const unsigned long arg[])
{
	(void)w;
	advise(arg, pages_per_thp, MADV_COLLAPSE);
}

static void do_pageout(struct worker *w, const unsigned long arg[])
{
	(void)w;
	advise(arg, 1, MADV_PAGEOUT);
}

/*
 * The guest's init has made swap where there is zram. Use all devices in turn, not the
 * loop device first.
 */
static const char *setup_pageout(void)
{
	struct sysinfo info;

	if (!swapoff("/dev/loop0"))
		swapon("/dev/loop0", SWAP_FLAG_PREFER | 0);
	return !sysinfo(&info) && info.totalswap ? NULL : "no swap";
}

const struct operation thp_operations[] = {
	{ "order", 1, 3, 1, .draw = draw_order, .run = do_order,
	  .setup = setup_order, .begin = begin_order },
	{ "shrink", 0, 4, 8, .run = do_shrink, .setup = setup_shrink },
	{ "split", 3, 8, 8, .draw = draw_split, .run = do_split, .touches = touches_range,
	  .setup = setup_split },
	{ "collapse", 2, 4, 4, .draw = draw_range, .run = do_collapse, .touches = touches_range },
	{ "pageout", 2, 4, 4, .draw = draw_range, .run = do_pageout, .touches = touches_range,
	  .setup = setup_pageout },
	{ }
};
