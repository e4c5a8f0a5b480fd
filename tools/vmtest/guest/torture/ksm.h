/* SPDX-License-Identifier: GPL-2.0 */
#include "operation.h"

/* merge, ksm, unmerge */
extern const struct operation ksm_operations[];
