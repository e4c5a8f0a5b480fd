/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TORTURE_STEPS_H
#define TORTURE_STEPS_H

/* The table of all operations, and steps: operations with arguments. */

#include <stddef.h>

#include "operation.h"

#define MAX_OPERATIONS	40

struct step {
	unsigned int op;		/* its number in the table */
	unsigned long arg[MAX_ARGS];
};

extern const struct operation *operations[MAX_OPERATIONS];
extern bool left_out[MAX_OPERATIONS];	/* not possible on this machine */
extern unsigned int nr_operations;

/* Fills the table. */
void steps_init(void);
/* Prepares the machine, and prints which operations are left out. */
void steps_setup(void);
/* For the start of a case, in each of its processes. */
void steps_begin(void);
/* Returns the number of an operation, or nr_operations. */
unsigned int find_operation(const char *name, size_t len);
void do_step(struct worker *w, const struct step *step);
/* Can the step have an effect on these pages? */
bool step_touches(const struct step *step, unsigned long first, unsigned long nr);
/* Writes a step as a text, such as "mprotect 0 50". */
void step_text(char *text, size_t size, const struct step *step);
/* Reads steps, separated by ';'. Returns their number, or -1 and what is wrong. */
int parse_steps(const char *text, struct step *steps, unsigned int max, char *wrong, size_t size);

#endif
