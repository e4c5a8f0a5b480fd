// SPDX-License-Identifier: GPL-2.0
/*
 * Stores to the memory: data, tags, and PROT_MTE.
 */
#define _GNU_SOURCE
#include <string.h>
#include <sys/mman.h>

#include "../tags.h"
#include "data.h"
#include "random.h"
#include "report.h"

void do_data(struct worker *w, const unsigned long arg[])
{
	unsigned long end, first = range(arg, &end);

	for (unsigned long page = first; page < end; page++) {
		volatile uint8_t *addr = (uint8_t *)page_addr(page);
		uint8_t *want = page_shadow(page);
		size_t at = arg[2] * 97 % page_size;

		if (!owned(w, page))
			continue;
		switch (arg[3] % 4) {
		case 0:	/* zeroes, but not the zeropage */
			memset(want, 0, page_size);
			break;
		case 1:	/* a single byte */
			want[at] = addr[at] = 1 + arg[2] % 255;
			continue;
		case 2:	/* pages that KSM can merge */
			memset(want, arg[2], page_size);
			break;
		case 3:	/* pages that all differ */
			for (size_t i = 0; i < page_size; i += sizeof(uint64_t))
				*(uint64_t *)(want + i) = mix(arg[2] + page) + i;
			break;
		}
		memcpy((void *)addr, want, page_size);
	}
}

static void set_tag(unsigned long page, size_t granule, unsigned int tag)
{
	store_tag(page_addr(page) + granule * GRANULE, tag);
	page_tags(page)[granule] = tag;
}

void do_tags(struct worker *w, const unsigned long arg[])
{
	unsigned long end, first = range(arg, &end);

	for (unsigned long page = first; page < end; page++) {
		if (!owned(w, page) || !pages[page].mte)
			continue;
		switch (arg[3] % 4) {
		case 0:	/* the same for the whole page */
			for (size_t i = 0; i < granules_per_page; i++)
				set_tag(page, i, arg[2] % 16);
			break;
		case 1:	/* a single granule */
			set_tag(page, (arg[2] * 7 + page) % granules_per_page, 1 + arg[2] % 15);
			break;
		case 2:	/* random tags */
			for (size_t i = 0; i < granules_per_page; i++)
				set_tag(page, i, mix(arg[2] + page * granules_per_page + i) % 16);
			break;
		case 3:	/* the last granule */
			set_tag(page, granules_per_page - 1, 1 + arg[2] % 15);
			break;
		}
	}
}

static void draw_tags(uint64_t *x, unsigned long thp, unsigned long arg[])
{
	draw_range_and_numbers(x, thp, arg);
	if (arg[3] == 0)
		arg[2] %= 16;
}

void do_mprotect(struct worker *w, const unsigned long arg[])
{
	unsigned long end, at = range(arg, &end);
	struct run run;

	while (have_mte && next_run(w, &at, end, &run)) {
		if (!whole_huge_pages(&run))
			continue;
		must(w, run.first, !mprotect(page_addr(run.first), run.nr * page_size,
					     PROT_READ | PROT_WRITE | PROT_MTE),
		     "mprotect(PROT_MTE)");
		for (unsigned long i = run.first; i < run.first + run.nr; i++)
			pages[i].mte = true;
	}
}

const struct operation data_operations[] = {
	{ "data", 4, 14, 0, .draw = draw_range_and_numbers, .run = do_data,
	  .touches = touches_range },
	{ "tags", 4, 14, 0, .draw = draw_tags, .run = do_tags, .touches = touches_range,
	  .setup = needs_mte },
	{ "mprotect", 2, 12, 0, .draw = draw_part, .run = do_mprotect, .touches = touches_range,
	  .setup = needs_mte },
	{ }
};
