/* SPDX-License-Identifier: GPL-2.0 */
#include <stddef.h>

#include "operation.h"

/* compact, litter */
extern const struct operation free_operations[];

/* Leaves data and tags in so much of the free memory; FLAGS are more flags for mmap. */
void litter(size_t size, int flags);
