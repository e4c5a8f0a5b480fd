/* SPDX-License-Identifier: GPL-2.0 */
#include "operation.h"

/* fork, reap */
extern const struct operation process_operations[];

void reap_all(struct worker *w);
