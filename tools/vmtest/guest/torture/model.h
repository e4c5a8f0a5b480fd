/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TORTURE_MODEL_H
#define TORTURE_MODEL_H

/* The memory under test, and its model: a copy of each byte and each tag. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct worker;

/* These depend on the machine. */
extern size_t page_size, thp_size, pages_per_thp, granules_per_page;
extern unsigned long nr_pages;
extern unsigned int nr_regions;		/* mappings of the size of a THP */
extern bool have_mte;

void model_setup(void);

struct page {
	bool mte;
};

struct region {
	bool memfd;
	bool mergeable;
	unsigned long hugetlb;		/* the pages of a huge page; 0: not hugetlb */
	int fd;
};

/* Consecutive pages of one worker and one region, all with PROT_MTE or all without. */
struct run {
	unsigned long first, nr;
};

extern struct page *pages;
extern struct region *regions;
/* With several workers, each owns some of the pages. */
extern unsigned int nr_processes, nr_threads;

void model_create(unsigned int nr_workers, struct worker *workers);
/* Maps new memory: hugetlb with huge pages of so many pages, or none if it is 0. */
void model_map(unsigned int region, bool memfd, bool mte, unsigned long hugetlb);
/* Sets the model to zero-filled pages with no tag set. */
void model_clear(unsigned long first, unsigned long nr);
/* Sets the model to the content of other pages. */
void model_copy(unsigned long to, unsigned long from, unsigned long nr);
/* Fails if memory differs from the model, in pages that the worker owns. */
void model_compare(const struct worker *w, unsigned long first, unsigned long nr);

bool several_workers(void);
/* The last thread of each process owns no pages: it splits, merges and migrates all. */
bool is_disturber(const struct worker *w);
bool owned(const struct worker *w, unsigned long page);
/* Finds the next run from *AT on, and moves *AT to its end. */
bool next_run(const struct worker *w, unsigned long *at, unsigned long end, struct run *run);

char *page_addr(unsigned long page);
uint8_t *page_shadow(unsigned long page);
uint8_t *page_tags(unsigned long page);
struct region *page_region(unsigned long page);
/* Private memory that can move by pages. */
bool can_move(unsigned long page);

#endif
