/* SPDX-License-Identifier: GPL-2.0 */
#include "operation.h"

/* uffd */
extern const struct operation userfaultfd_operations[];
