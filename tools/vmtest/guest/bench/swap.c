// SPDX-License-Identifier: GPL-2.0
/*
 * The cost of swapping memory out: instructions, and the kernel's memory.
 */
#define _GNU_SOURCE
#include <sys/mman.h>
#include <sys/swap.h>
#include <sys/sysinfo.h>

#include "../files.h"
#include "../tags.h"
#include "swap.h"

#define SIZE		(64UL << 20)
#define WARM_SIZE	(4UL << 20)

#ifndef MADV_PAGEOUT
#define MADV_PAGEOUT	21
#endif

/* Memory of the kernel that can't be reclaimed, in bytes. */
static unsigned long kernel_memory(void)
{
	unsigned long kb = 0;
	char line[128];
	FILE *f;

	/* The counts of each CPU are added up. */
	read_number("/proc/sys/vm/stat_refresh");
	f = fopen("/proc/meminfo", "r");
	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "SUnreclaim: %lu", &kb) == 1)
			break;
	if (!kb)
		die("/proc/meminfo");
	fclose(f);
	return kb * 1024;
}

/* It stays swapped out: memory that is freed meanwhile would not be counted. */
static struct cost swap_out(size_t size, bool mte, int tag)
{
	char *p = mmap(NULL, size, PROT_READ | PROT_WRITE | (mte ? PROT_MTE : 0),
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	const size_t nr = size / page_size;
	struct cost cost;
	unsigned long before;
	uint64_t start;

	if (p == MAP_FAILED || madvise(p, size, MADV_NOHUGEPAGE))
		die("memory");
	memset(p, 1, size);
	for (size_t i = 0; tag && i < nr; i++)
		tag_page(p + i * page_size, tag);
	before = kernel_memory();
	start = instructions();
	if (madvise(p, size, MADV_PAGEOUT))
		die("MADV_PAGEOUT");
	cost.least = cost.most = (instructions() - start) / nr;
	cost.pages = (kernel_memory() - before) / nr;
	return cost;
}

static void print_swap(const char *state, struct cost cost)
{
	const struct cost bytes = { .pages = cost.pages };

	cost.pages = 0;
	print_row("swap, instructions of a page", state, 1, cost, 0);
	print_row("swap, bytes of a page", state, 1, bytes, 0);
}

void swap_cases(void)
{
	struct cost other, zero;
	struct sysinfo info;

	if (!have_mte)
		return;
	/* zram itself writes a page at once. */
	swapoff("/dev/loop0");
	if (sysinfo(&info) || !info.totalswap)
		die("swap");
	swap_out(WARM_SIZE, false, 0);
	other = swap_out(SIZE, false, 0);
	zero = swap_out(SIZE, true, 0);
	print_swap("untagged", other);
	print_swap("tags all zero", zero);
	print_swap("all tagged", swap_out(SIZE, true, 5));

	zero.least = zero.most = zero.least * 100 / other.least;
	zero.pages = 0;
	print_row("swap, percent of untagged", "tags all zero", 1, zero, 0);
}
