// SPDX-License-Identifier: GPL-2.0
/*
 * Mappings: new ones, those that are freed, and those that move.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../tags.h"
#include "map.h"
#include "random.h"
#include "report.h"

static void do_map(struct worker *w, const unsigned long arg[])
{
	/* With several workers, no worker owns a whole region. */
	if (!several_workers() && !w->snapshot)
		model_map(arg[0] % nr_regions, arg[1] & 1, arg[1] & 2, 0);
}

static void draw_map(uint64_t *x, unsigned long thp, unsigned long arg[])
{
	draw_numbers(x, thp, arg);
	arg[0] %= nr_regions;
	arg[1] = draw(x, 4);
}

void do_drop(struct worker *w, const unsigned long arg[])
{
	unsigned long end, at = range(arg, &end);
	struct run run;

	while (next_run(w, &at, end, &run)) {
		if (!whole_huge_pages(&run))
			continue;
		must(w, run.first, !madvise(page_addr(run.first), run.nr * page_size,
					    MADV_DONTNEED), "MADV_DONTNEED");
		/* A memfd keeps its pages. */
		if (!page_region(run.first)->memfd)
			model_clear(run.first, run.nr);
	}
}

/*
 * A hole normally frees the pages. If the THP could not be split at that moment, it
 * keeps them, as does a huge page of hugetlb of which only a part is in the hole: the
 * kernel zeroes the data, and the tags stay.
 */
static void punched(unsigned long page)
{
	unsigned char resident;

	if (pages[page].mte && !mincore(page_addr(page), page_size, &resident) &&
	    resident & 1 && granules_without(page_addr(page), page_size, 0))
		memset(page_shadow(page), 0, page_size);
	else
		model_clear(page, 1);
}

static void do_punch(struct worker *w, const unsigned long arg[])
{
	unsigned long end, at = range(arg, &end);
	struct run run;

	while (next_run(w, &at, end, &run)) {
		struct region *region = page_region(run.first);

		if (!region->memfd)
			continue;
		must(w, run.first,
		     !fallocate(region->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
				run.first % pages_per_thp * page_size, run.nr * page_size),
		     "FALLOC_FL_PUNCH_HOLE");
		for (unsigned long page = run.first; page < run.first + run.nr; page++)
			punched(page);
	}
}

/* Some kernels cannot move memory of several VMAs at once: then it moves in parts. */
static bool move_mapping(char *from, char *to, unsigned long nr)
{
	const unsigned long half = nr / 2;

	if (mremap(from, nr * page_size, nr * page_size, MREMAP_MAYMOVE | MREMAP_FIXED, to) == to)
		return true;
	return errno == EFAULT && nr > 1 && move_mapping(from, to, half) &&
	       move_mapping(from + half * page_size, to + half * page_size, nr - half);
}

/* Moves pages over others, and maps new memory in their place. */
static void do_move(struct worker *w, const unsigned long arg[])
{
	struct move move;

	start_move(&move, arg);
	while (next_move(w, &move)) {
		const unsigned long first = move.from.first, to = move.to.first, nr = move.from.nr;
		char *addr = page_addr(first);

		if (!can_move(first) || !can_move(to))
			continue;
		must(w, first, move_mapping(addr, page_addr(to), nr), "mremap");
		must(w, first, mmap(addr, nr * page_size, PROT_READ | PROT_WRITE,
				    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == addr,
		     "mmap");
		model_copy(to, first, nr);
		for (unsigned long i = 0; i < nr; i++) {
			pages[to + i].mte = pages[first + i].mte;
			pages[first + i].mte = false;
		}
		model_clear(first, nr);
	}
}

/* Moves pages away and back, aligned for THPs or not. */
static void do_remap(struct worker *w, const unsigned long arg[])
{
	unsigned long end, at = range(arg, &end);
	struct run run;

	while (next_run(w, &at, end, &run)) {
		const unsigned int shift = page_region(run.first)->hugetlb ? 0 : arg[2] % 2;
		char *here, *there;

		if (!whole_huge_pages(&run))
			continue;
		here = page_addr(run.first);
		there = w->spare + (run.first + shift) * page_size;
		must(w, run.first, move_mapping(here, there, run.nr), "mremap away");
		must(w, run.first, move_mapping(there, here, run.nr), "mremap back");
	}
}

static void draw_remap(uint64_t *x, unsigned long thp, unsigned long arg[])
{
	draw_range_and_place(x, thp, arg);
	arg[2] %= 2;
}

const struct operation map_operations[] = {
	{ "map", 2, 2, 0, .draw = draw_map, .run = do_map, .single = true },
	{ "drop", 2, 5, 0, .draw = draw_part, .run = do_drop, .touches = touches_range },
	{ "punch", 2, 3, 0, .draw = draw_part, .run = do_punch, .touches = touches_range },
	{ "move", 3, 3, 0, .draw = draw_range_and_place, .run = do_move,
	  .touches = touches_range_or_place },
	{ "remap", 3, 3, 0, .draw = draw_remap, .run = do_remap, .touches = touches_range },
	{ }
};
