// SPDX-License-Identifier: GPL-2.0
#include <stddef.h>

#include "operation.h"
#include "random.h"

const char *needs_mte(void)
{
	return have_mte ? NULL : "no memory tagging";
}

unsigned long range(const unsigned long arg[], unsigned long *end)
{
	unsigned long first = arg[0] % nr_pages;

	*end = first + min(arg[1] ? arg[1] : 1, nr_pages - first);
	return first;
}

bool touches_range(const unsigned long arg[], unsigned long first, unsigned long nr)
{
	unsigned long end, from = range(arg, &end);

	return from < first + nr && end > first;
}

bool whole_huge_pages(struct run *run)
{
	const unsigned long size = page_region(run->first)->hugetlb;
	unsigned long before, after;

	if (!size)
		return true;
	before = run->first % size;
	after = (size - (run->first + run->nr) % size) % size;
	if (several_workers()) {
		if (before)
			before -= size;
		if (after)
			after -= size;
	}
	run->first -= before;
	run->nr += before + after;
	/* As a signed number: a run in one huge page can become less than none. */
	return (long)run->nr > 0;
}

/*
 * The parts of a THP that matter: the head page, whose flags must not be copied to
 * other pages on split, all pages but that, some at the end, a half.
 */
static void draw_part_of(uint64_t *x, unsigned int nr_choices, unsigned long first,
			 unsigned long arg[])
{
	unsigned long nr = pages_per_thp;

	switch (draw(x, nr_choices)) {
	case 0:
		nr = 1;
		break;
	case 1:
		first += pages_per_thp - pages_per_thp / 10;
		nr = pages_per_thp / 10;
		break;
	case 2:
		first += draw(x, pages_per_thp);
		nr = 1;
		break;
	case 3:
		first += draw(x, pages_per_thp);
		nr = 1 + draw(x, 16);
		break;
	case 4:
		first += draw(x, 2) * pages_per_thp / 2;
		nr = pages_per_thp / 2;
		break;
	case 5:
		first += 1;
		nr = pages_per_thp - 1;
		break;
	case 6:
		first += draw(x, pages_per_thp);
		nr = 1 + draw(x, pages_per_thp);
		break;
	}
	arg[0] = first;
	arg[1] = min(nr, nr_pages - first);
}

void draw_part(uint64_t *x, unsigned long thp, unsigned long arg[])
{
	/* The last choice is the whole THP. */
	draw_part_of(x, 8, thp * pages_per_thp, arg);
}

void draw_range(uint64_t *x, unsigned long thp, unsigned long arg[])
{
	arg[0] = thp * pages_per_thp;
	arg[1] = pages_per_thp;
	if (!draw(x, 2))
		draw_part_of(x, 7, arg[0], arg);
}

void draw_range_and_numbers(uint64_t *x, unsigned long thp, unsigned long arg[])
{
	draw_range(x, thp, arg);
	arg[2] = draw(x, 256);
	arg[3] = draw(x, 4);
}

void draw_numbers(uint64_t *x, unsigned long thp, unsigned long arg[])
{
	(void)thp;
	arg[0] = draw(x, 256);
	arg[1] = draw(x, 256);
}

void draw_range_and_place(uint64_t *x, unsigned long thp, unsigned long arg[])
{
	draw_range(x, thp, arg);
	arg[2] = draw(x, nr_regions) * pages_per_thp;
	/* A THP moves without a split if it stays aligned. */
	arg[2] += draw(x, 2) ? arg[0] % pages_per_thp : draw(x, pages_per_thp);
	arg[2] %= nr_pages;
}

bool touches_range_or_place(const unsigned long arg[], unsigned long first, unsigned long nr)
{
	unsigned long end, from = range(arg, &end), to = arg[2] % nr_pages;

	return touches_range(arg, first, nr) || (to < first + nr && to + end - from > first);
}

void start_move(struct move *move, const unsigned long arg[])
{
	unsigned long end, first = range(arg, &end), to = arg[2] % nr_pages;

	move->at = first;
	/* The range and its new place do not overlap. */
	move->end = min(end, first + min(nr_pages - to, to > first ? to - first : first - to));
	move->distance = to - first;
}

bool next_move(const struct worker *w, struct move *move)
{
	while (next_run(w, &move->at, move->end, &move->from)) {
		const unsigned long to = move->from.first + move->distance;
		unsigned long at_to = to;

		if (!next_run(w, &at_to, to + move->from.nr, &move->to))
			continue;
		/* Where the worker does not own the pages at the new place, skip some. */
		if (move->to.first != to) {
			move->at = move->to.first - move->distance;
			continue;
		}
		move->from.nr = move->to.nr = min(move->from.nr, move->to.nr);
		move->at = move->from.first + move->from.nr;
		return true;
	}
	return false;
}
