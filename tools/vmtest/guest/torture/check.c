// SPDX-License-Identifier: GPL-2.0
/*
 * Comparisons, and the errors that they have to find.
 */
#include "../tags.h"
#include "check.h"
#include "random.h"
#include "report.h"

/* Changes a tag or a byte, but not the model. Never drawn. */
static void do_fault(struct worker *w, const unsigned long arg[])
{
	unsigned long page = arg[0] % nr_pages;
	char *addr = page_addr(page) + page_size / 2;

	if (!owned(w, page))
		return;
	if (arg[1] % 2 == 0 && pages[page].mte)
		store_tag(addr, load_tag(addr) ^ 1);
	else
		*addr ^= 1;
}

static void do_check(struct worker *w, const unsigned long arg[])
{
	unsigned long end, first = range(arg, &end);

	model_compare(w, first, end - first);
}

/* Most comparisons are of all pages. */
static void draw_check(uint64_t *x, unsigned long thp, unsigned long arg[])
{
	draw_range(x, thp, arg);
	if (draw(x, 4)) {
		arg[0] = 0;
		arg[1] = nr_pages;
	}
}

const struct operation check_operations[] = {
	{ "fault", 2, 0, 0, .run = do_fault },
	{ "check", 2, 80, 0, .draw = draw_check, .run = do_check, .touches = touches_range },
	{ }
};
