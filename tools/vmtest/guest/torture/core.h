/* SPDX-License-Identifier: GPL-2.0 */
#include "operation.h"

/* core */
extern const struct operation core_operations[];
