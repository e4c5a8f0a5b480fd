/* SPDX-License-Identifier: GPL-2.0 */
#include "operation.h"

/* peek, poke */
extern const struct operation ptrace_operations[];

/* Starts the process that accesses the tags of this one and of its children. */
void start_tracer(void);
