/* SPDX-License-Identifier: GPL-2.0 */
#include "operation.h"

/* order, shrink, split, collapse, pageout */
extern const struct operation thp_operations[];
