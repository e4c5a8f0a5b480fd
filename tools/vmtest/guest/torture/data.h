/* SPDX-License-Identifier: GPL-2.0 */
#include "operation.h"

/* data, tags, mprotect */
extern const struct operation data_operations[];

void do_data(struct worker *w, const unsigned long arg[]);
void do_tags(struct worker *w, const unsigned long arg[]);
void do_mprotect(struct worker *w, const unsigned long arg[]);
