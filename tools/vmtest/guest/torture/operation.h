/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TORTURE_OPERATION_H
#define TORTURE_OPERATION_H

/* What an operation consists of, and functions that many operations use. */

#include <stdbool.h>
#include <stdint.h>

#include "model.h"

#define MAX_ARGS	4

/*
 * An operation on the memory under test. Its effect on the memory and on the
 * model is the same; most operations must not have a visible effect. All that it
 * does is determined by its arguments. Any number is valid as an argument: it is
 * reduced to an existing page or choice. So any of the steps can be left out.
 */
struct operation {
	const char *name;
	unsigned int nr_args;
	unsigned int weight;		/* how often it is drawn */
	unsigned int disturber_weight;	/* the same, for a worker that owns no pages */
	/* Draws the arguments. X is the random state; most steps are about this THP. */
	void (*draw)(uint64_t *x, unsigned long thp, unsigned long arg[]);
	void (*run)(struct worker *w, const unsigned long arg[]);
	/* Can it have an effect on these pages? NULL: on any page. */
	bool (*touches)(const unsigned long arg[], unsigned long first, unsigned long nr);
	/* Prepares the machine; returns the reason if the operation is not possible. */
	const char *(*setup)(void);
	/* Called at the start of a case, in each of its processes. */
	void (*begin)(void);
	bool single;			/* not drawn if there are several workers */
};

static inline unsigned long min(unsigned long a, unsigned long b)
{
	return a < b ? a : b;
}

const char *needs_mte(void);

/* The arguments are a first page and a number of pages. Returns the first and the end. */
unsigned long range(const unsigned long arg[], unsigned long *end);
bool touches_range(const unsigned long arg[], unsigned long first, unsigned long nr);
/*
 * Makes a run in hugetlb memory one of whole huge pages. Returns false if there are
 * none: with several workers, none owns the rest of a huge page.
 */
bool whole_huge_pages(struct run *run);
void draw_range(uint64_t *x, unsigned long thp, unsigned long arg[]);
/* The same, but it is seldom the whole THP. */
void draw_part(uint64_t *x, unsigned long thp, unsigned long arg[]);
/* A range and two numbers. */
void draw_range_and_numbers(uint64_t *x, unsigned long thp, unsigned long arg[]);
void draw_numbers(uint64_t *x, unsigned long thp, unsigned long arg[]);

/* The arguments are a range and a page, to which the range moves. */
void draw_range_and_place(uint64_t *x, unsigned long thp, unsigned long arg[]);
bool touches_range_or_place(const unsigned long arg[], unsigned long first, unsigned long nr);

/* Finds runs in the range and, of the same size, where they move to. */
struct move {
	unsigned long at, end;
	unsigned long distance;
	struct run from, to;
};
void start_move(struct move *move, const unsigned long arg[]);
bool next_move(const struct worker *w, struct move *move);

#endif
