/* SPDX-License-Identifier: GPL-2.0 */
#include "operation.h"

/* pin, unpin */
extern const struct operation pin_operations[];

/* Drops all references of this worker. */
void unpin_all(struct worker *w);
