/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BENCH_THPS_H
#define BENCH_THPS_H

/* THPs with known data and tags, and what the benchmark's cases have in common. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MAX_PTES_NONE	THP_DIR "khugepaged/max_ptes_none"

extern size_t page_size, thp_size, pages_per_thp;
extern bool have_mte;

/* What is in a THP. */
struct state {
	const char *name;
	bool mte;		/* PROT_MTE */
	unsigned int tagged;	/* percent of the pages, evenly distributed */
	unsigned int full;	/* pages with a byte of data, at the end of the THP */
};

#define ONE_PAGE	1000	/* instead of a percentage: the page in the middle */
#define FULL		UINT32_MAX

extern const struct state untagged_zero, untagged_full, tags_zero, tenth_tagged, all_tagged;

/* Net instructions, the lowest and the highest number, and the pages that were freed. */
struct cost {
	uint64_t least, most;
	unsigned long pages;
};

__attribute__((noreturn)) void die(const char *what);
void set_number(const char *path, unsigned long number);
void thps_setup(void);

/* Is there memory for them, and are there tags if they need any? */
bool can_do(const struct state *s, unsigned int nr);
char *make_thps(const struct state *s, unsigned int nr);
void tag_page(char *page, int tag);
char *nth_page(char *p, size_t page);
int tag_of(size_t page);
/* The pages of a THP with no data and no tags. */
unsigned long unused_pages(const struct state *s);
/* How many pages of a THP may be zero before the shrinker splits it. */
unsigned long max_ptes_none(void);
/* Resident anonymous pages of this process, without the zeropage. */
unsigned long resident(void);
uint64_t instructions(void);

void print_row(const char *what, const char *state, unsigned int nr, struct cost cost,
	       unsigned long unused);

#endif
