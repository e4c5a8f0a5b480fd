/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TORTURE_DRAW_H
#define TORTURE_DRAW_H

#include "steps.h"

#define MAX_WORKERS	8

/*
 * Draws a step. It depends on the seed, the worker and the number of the step, but
 * not on other steps.
 */
void draw_step(uint64_t seed, const struct worker *w, unsigned int number, struct step *step);

#endif
