// SPDX-License-Identifier: GPL-2.0
/*
 * zero-test [--memory]
 *
 * Prints the time in ns that each way to test a page of zeroes takes, less that of a
 * call: for a page in the cache and, with --memory, for one that is not. Where the clock counts instructions,
 * QEMU with -icount shift=0, it is their number.
 */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include "zero.h"

#define RUNS	21
#define CALLS	4096UL		/* in a run */
#define MEMORY	(CALLS * 64)	/* in pages: more than caches have */

char zeropage[SIZE] __attribute__((aligned(SIZE)));

static char cached[SIZE] __attribute__((aligned(SIZE)));

static bool nothing(void *page)
{
	return page;
}

/* The first is what is subtracted from the others. */
static const struct way {
	const char *name;
	bool (*test)(void *page);
} ways[] = {
	{ "a call", nothing },
	{ "memchr_inv()", inverse_memchr },
	{ "memcmp() with a zero page", compare_with_zeropage },
	{ "a branch for each word", branch_for_each_word },
	{ "page_is_zero_filled()", or_of_words },
};

#define NR_WAYS	(sizeof(ways) / sizeof(ways[0]))

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC_RAW, &t);
	return t.tv_sec * 1e9 + t.tv_nsec;
}

/* The time of a call. The next page is far away, so that it is not fetched in advance. */
static double measure(const struct way *way, char *memory, unsigned long from)
{
	const double start = now();

	for (unsigned long i = 0; i < CALLS; i++) {
		unsigned long page = (from + i) * 40503 % MEMORY;

		if (!way->test(memory ? memory + page * SIZE : cached))
			abort();
	}
	return (now() - start) / CALLS;
}

/* What disturbs makes it longer: the least counts. */
static void keep_least(double *least, double time)
{
	if (!*least || time < *least)
		*least = time;
}

int main(int argc, char *argv[])
{
	const bool both = argc > 1 && !strcmp(argv[1], "--memory");
	char *memory = both ? mmap(NULL, MEMORY * SIZE, PROT_READ | PROT_WRITE,
				   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) : NULL;
	double in_cache[NR_WAYS] = { 0 }, in_memory[NR_WAYS] = { 0 };

	if (memory == MAP_FAILED)
		return 1;
	/* Pages of its own, and not the zeropage. */
	if (memory)
		memset(memory, 0, MEMORY * SIZE);
	for (unsigned long run = 0; run < RUNS * NR_WAYS; run++) {
		const unsigned int i = run % NR_WAYS;

		keep_least(&in_cache[i], measure(&ways[i], NULL, 0));
		if (memory)
			keep_least(&in_memory[i], measure(&ways[i], memory, run * CALLS));
	}
	for (size_t i = 1; i < NR_WAYS; i++) {
		printf("zero test;%s;%.0f", ways[i].name, in_cache[i] - in_cache[0]);
		if (memory)
			printf(";%.0f", in_memory[i] - in_memory[0]);
		printf("\n");
	}
	return 0;
}
