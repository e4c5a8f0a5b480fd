/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMTEST_TORTURE_H
#define VMTEST_TORTURE_H

/*
 * A torture of memory and its tags, checked against a model; see torture.c.
 *
 *  torture.c		seeds and cases, reduction, what is printed
 *  torture_steps.c	the operations: their texts, how they are drawn and done
 *  torture_model.c	the memory, its model, and the comparison of the two
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MAX_ARGS	4
#define MAX_STEPS	2048
#define MAX_CHILDREN	2
#define MAX_WORKERS	8
#define MAX_TRACED	32		/* pages whose tags go through ptrace at once */

/* A step: what to do, with all that it depends on. "mprotect 0 50" as a text. */
struct step {
	unsigned int op;
	unsigned long arg[MAX_ARGS];
};

/* Somebody who takes steps: a process, or a thread of one. */
struct worker {
	unsigned int number;
	unsigned int step;		/* the number of the step it is at */
	char doing[128];		/* and its text */
	char *spare;			/* room to move memory to, of its own */
	unsigned int nr_children;
	struct child {
		int pid;
		int go;			/* a pipe's end: a byte starts it */
	} children[MAX_CHILDREN];
	bool snapshot;			/* a child: shared memory has moved on */
};

/* What processes tell each other, in shared memory. */
struct shared {
	uint64_t granules;		/* whose tag was compared */
	uint64_t bytes;			/* that were compared */
	uint64_t steps;
	unsigned int failed;		/* somebody has filled in the rest: */
	unsigned int worker;
	unsigned int step;
	unsigned long page;
	char during[128];
	char report[4096];
	/* The steps in the order that they began in. */
	unsigned int nr_log;
	struct step log[MAX_STEPS];
	/* Requests to the process that uses ptrace. */
	struct {
		int request;
		int tid;
		char *addr;
		size_t granules;
		long done;
		unsigned char tags[];
	} trace;
};

extern struct shared *shared;

/* What this machine has. */
extern size_t page_size, thp_size, pages_per_thp, granules_per_page;
extern bool have_mte;

/* ---- torture_model.c ---- */

struct page {
	bool mte;
};

struct region {
	bool memfd;
	bool mergeable;
	int fd;
};

extern struct page *pages;
extern struct region *regions;
extern unsigned long nr_pages, pages_per_region;
extern unsigned int nr_regions;

/* More than one worker: each has pages of its own, and minds no other. */
extern unsigned int nr_processes, nr_threads;

void model_create(unsigned int nr_workers, struct worker *workers);
void model_map(unsigned int region, bool memfd, bool mte);
bool owned(const struct worker *w, unsigned long page);
char *page_addr(unsigned long page);
uint8_t *page_shadow(unsigned long page);
uint8_t *page_tags(unsigned long page);
struct region *page_region(unsigned long page);
void model_clear(unsigned long first, unsigned long nr);
bool tags_are_zero(unsigned long page);
void model_compare(const struct worker *w, unsigned long first, unsigned long nr);

/* Pages that follow each other, of one worker and region, alike in PROT_MTE. */
struct run {
	unsigned long first, nr;
};
bool next_run(const struct worker *w, unsigned long *at, unsigned long end, struct run *run);

/* ---- torture_steps.c ---- */

/* Finds out what can be done here; what can't is said in a line each. */
void steps_setup(void);
void case_setup(void);
void litter(size_t size);
void draw_step(uint64_t seed, const struct worker *w, unsigned int number, struct step *step);
void do_step(struct worker *w, const struct step *step);
void end_steps(struct worker *w);
int step_text(char *text, size_t size, const struct step *step);
unsigned int nr_ops(void);
/* Returns the number of steps, or -1 and what is wrong. */
int parse_steps(const char *text, struct step *steps, unsigned int max, char *wrong, size_t size);
bool step_touches(const struct step *step, unsigned long first, unsigned long nr);
void start_tracer(void);

/* ---- torture.c ---- */

/* Something is not as it should be: the case ends here. */
__attribute__((noreturn, format(printf, 3, 4)))
void fail(const struct worker *w, unsigned long page, const char *format, ...);
/* The torture itself can't go on: no verdict on the kernel. */
__attribute__((noreturn))
void die(const char *what);

uint64_t mix(uint64_t x);

#endif
