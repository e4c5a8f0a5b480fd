// SPDX-License-Identifier: GPL-2.0
/*
 * References to pages: a THP of which a page has one is not split, and the page is
 * not migrated, merged or swapped out.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "pin.h"
#include "report.h"

static void unpin_one(struct worker *w)
{
	close(w->pins[0]);
	memmove(w->pins, w->pins + 1, sizeof(w->pins[0]) * --w->nr_pins);
}

void unpin_all(struct worker *w)
{
	while (w->nr_pins)
		unpin_one(w);
}

/* The page is in a pipe, which keeps it as long as one end is open. */
static void do_pin(struct worker *w, const unsigned long arg[])
{
	const unsigned long page = arg[0] % nr_pages;
	const struct iovec part = { page_addr(page), page_size };
	int ends[2];

	if (w->nr_pins == MAX_PINS)
		unpin_one(w);
	must(w, page, !pipe2(ends, O_CLOEXEC), "pipe");
	must(w, page, vmsplice(ends[1], &part, 1, 0) == (ssize_t)page_size, "vmsplice");
	close(ends[1]);
	w->pins[w->nr_pins++] = ends[0];
}

static void draw_pin(uint64_t *x, unsigned long thp, unsigned long arg[])
{
	draw_range(x, thp, arg);
}

static bool touches_pinned(const unsigned long arg[], unsigned long first, unsigned long nr)
{
	return touches_range((const unsigned long []){ arg[0], 1 }, first, nr);
}

static void do_unpin(struct worker *w, const unsigned long arg[])
{
	(void)arg;
	if (w->nr_pins)
		unpin_one(w);
}

const struct operation pin_operations[] = {
	{ "pin", 1, 3, 3, .draw = draw_pin, .run = do_pin, .touches = touches_pinned },
	{ "unpin", 0, 3, 3, .run = do_unpin },
	{ }
};
