/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TORTURE_CASES_H
#define TORTURE_CASES_H

/* Runs cases, each in a process of its own. */

#include "steps.h"

#define MAX_STEPS	2048

/* The steps of the last case, in the order in which they began. */
struct log {
	unsigned int nr;
	struct step steps[MAX_STEPS];
};
extern struct log *case_log;

void cases_setup(void);
/* They return PASSED, FAILED or BROKEN. */
int run_seed(uint64_t seed);
int run_steps(const struct step *steps, unsigned int nr);
/* Prints how the last case failed. */
void print_failure(void);
/* Returns a time in seconds. */
double now(void);

#endif
