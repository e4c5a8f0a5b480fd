/* SPDX-License-Identifier: GPL-2.0 */
#include "operation.h"

/* map, drop, punch, move, remap */
extern const struct operation map_operations[];

void do_drop(struct worker *w, const unsigned long arg[]);
