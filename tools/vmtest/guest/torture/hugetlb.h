/* SPDX-License-Identifier: GPL-2.0 */
#include "operation.h"

/* hugetlb */
extern const struct operation hugetlb_operations[];
