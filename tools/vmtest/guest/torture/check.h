/* SPDX-License-Identifier: GPL-2.0 */
#include "operation.h"

/* fault, check */
extern const struct operation check_operations[];
