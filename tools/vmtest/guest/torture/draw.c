// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "draw.h"
#include "model.h"
#include "random.h"
#include "report.h"
#include "steps.h"

#define ATTENTION	24	/* so many steps are mostly about the same THP */
#define BEGIN		4	/* the first of them, most of which are given */
#define NR_BEGINS	4

static unsigned int find(const char *name)
{
	return find_operation(name, strlen(name));
}

static unsigned int weight(unsigned int op, bool disturber)
{
	return disturber ? operations[op]->disturber_weight : operations[op]->weight;
}

/* Draws an operation, or takes a given one: "data" if that is not possible here. */
static unsigned int draw_operation(uint64_t *x, bool disturber, const char *given)
{
	unsigned int total = 0, i;

	for (i = 0; i < nr_operations; i++)
		total += weight(i, disturber);
	do {
		unsigned long at = draw(x, total);

		if (given) {
			i = find(given);
			return left_out[i] ? find("data") : i;
		}
		for (i = 0; at >= weight(i, disturber); i++)
			at -= weight(i, disturber);
	} while (left_out[i] || (operations[i]->single && several_workers()));
	return i;
}

void draw_step(uint64_t seed, const struct worker *w, unsigned int number, struct step *step)
{
	static const char * const begins[NR_BEGINS][BEGIN] = {
		{ "map", "data", "mprotect", "tags" },
		{ "map", "data", "mprotect", "tags" },
		{ "map", "gdata", "gtags", "mprotect" },
		{ "hugetlb", "gdata", "gtags", "mprotect" },
	};
	/* Mostly anonymous; with PROT_MTE from the start, or on parts later. */
	static const unsigned long maps[] = { 0, 0, 0, 1, 2, 2, 2, 3 };
	uint64_t x = mix(mix(seed * MAX_WORKERS + w->number) + number);
	const uint64_t window = mix(seed + number / ATTENTION * 977);
	const char * const *begin = begins[window / nr_regions % NR_BEGINS];
	unsigned long thp = window % nr_regions;
	const bool single = !several_workers();
	const char *given = NULL;

	memset(step, 0, sizeof(*step));
	/* First, all memory is mapped, with PROT_MTE. */
	if (single && number < nr_regions) {
		step->op = find("map");
		step->arg[0] = number;
		step->arg[1] = draw(&x, 4) ? 2 : 3;
		return;
	}
	/*
	 * The steps about a THP begin with a new one; a part of it gets PROT_MTE.
	 * So they are likely to depend on each other.
	 */
	if (single)
		number = (number - nr_regions) % ATTENTION;
	if (left_out[find(begin[0])] || left_out[find(begin[1])])
		begin = begins[0];
	if (single && number == 0 && !strcmp(begin[0], "map")) {
		step->op = find("map");
		step->arg[0] = thp;
		step->arg[1] = maps[draw(&x, 8)];
		return;
	}
	if (single && number < BEGIN && (number == 0 || draw(&x, 4)))
		given = begin[number];
	else if (draw(&x, 4) == 0)
		thp = draw(&x, nr_regions);
	step->op = draw_operation(&x, is_disturber(w), given);
	if (operations[step->op]->draw)
		operations[step->op]->draw(&x, thp, step->arg);
}
