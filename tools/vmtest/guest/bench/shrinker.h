/* SPDX-License-Identifier: GPL-2.0 */
#include "thps.h"

void shrinker_setup(void);
/* One pass of the shrinker over all THPs; returns the instructions. */
uint64_t shrink(void);
/* Splits the THP at P; returns the instructions. */
uint64_t split(const char *p);

void shrinker_case(const struct state *s, unsigned int nr);
void split_case(const struct state *s);
void share_case(unsigned int percent);
void zero_page_case(void);
