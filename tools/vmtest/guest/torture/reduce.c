// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <string.h>

#include "cases.h"
#include "model.h"
#include "reduce.h"
#include "report.h"
#include "steps.h"

#define REDUCE_SECONDS	60

static struct step best[MAX_STEPS];	/* the shortest list that fails */
static struct step steps[MAX_STEPS];	/* the list that is tried */
static unsigned int nr_best, nr_tries;
static double end_time;

static bool still_fails(unsigned int nr)
{
	if (nr == 0 || nr == nr_best || now() > end_time)
		return false;
	nr_tries++;
	if (run_steps(steps, nr) != FAILED)
		return false;
	memcpy(best, steps, nr * sizeof(*steps));
	nr_best = nr;
	return true;
}

/* Tries all steps of the last case, several times: it may depend on timing. */
static bool log_still_fails(void)
{
	const unsigned int nr = case_log->nr < MAX_STEPS ? case_log->nr : MAX_STEPS;

	memcpy(steps, case_log->steps, nr * sizeof(*steps));
	for (int i = 0; i < 3; i++)
		if (still_fails(nr))
			return true;
	return false;
}

static void try_without(unsigned int op)
{
	unsigned int nr = 0;

	for (unsigned int i = 0; i < nr_best; i++)
		if (best[i].op != op)
			steps[nr++] = best[i];
	still_fails(nr);
}

static void try_only_touching(unsigned long first, unsigned long nr_touched)
{
	unsigned int nr = 0;

	for (unsigned int i = 0; i < nr_best; i++)
		if (step_touches(&best[i], first, nr_touched))
			steps[nr++] = best[i];
	still_fails(nr);
}

/* Tries without so many steps in a row, from the end on, which is near the failure. */
static void try_without_chunks(unsigned int size)
{
	for (unsigned int end = nr_best; end > 0 && now() < end_time; ) {
		unsigned int start = end > size ? end - size : 0;

		memcpy(steps, best, start * sizeof(*steps));
		memcpy(steps + start, best + end, (nr_best - end) * sizeof(*steps));
		still_fails(nr_best - (end - start));
		end = start;
	}
}

/* The failure of several processes does not repeat: finds one of a single process. */
static bool other_seed_fails(uint64_t seed)
{
	end_time += REDUCE_SECONDS;
	while (now() < end_time) {
		seed += 2 - seed % 2;
		if (run_seed(seed) != FAILED)
			continue;
		print_failure();
		if (log_still_fails())
			return true;
	}
	return false;
}

static void print_steps(void)
{
	char text[256];

	printf("# steps: ");
	for (unsigned int i = 0; i < nr_best; i++) {
		step_text(text, sizeof(text), &best[i]);
		printf("%s%s", i ? "; " : "", text);
	}
	printf("\n");
}

void reduce(uint64_t seed)
{
	const bool several = seed % 2;
	const double start = now();
	unsigned long page = shared->page;
	unsigned int before;

	end_time = start + REDUCE_SECONDS;
	if (several)
		printf("# torture: trying its %u steps in a single process\n", case_log->nr);
	if (!log_still_fails() && several) {
		printf("# torture: these steps do not fail; trying other seeds in a single process\n");
		fflush(stdout);
		if (other_seed_fails(seed))
			page = shared->page;
	}
	if (!nr_best) {
		printf("# torture: not reduced: the steps do not fail in a single process\n");
		return;
	}
	/* First without comparisons, which take most of the time. */
	for (unsigned int op = nr_operations; op-- > 0; ) {
		try_without(op);
		if (op == nr_operations - 1)
			try_only_touching(page - page % pages_per_thp, pages_per_thp);
	}
	do {
		before = nr_best;
		for (unsigned int size = nr_best / 2; size > 1; size /= 2)
			try_without_chunks(size);
		try_without_chunks(1);
	} while (nr_best < before && now() < end_time);
	printf("# torture: reduced to %u steps with %u tries in %.0f s%s\n", nr_best, nr_tries,
	       now() - start, now() < end_time ? "" : ", the time limit");
	print_steps();
}
