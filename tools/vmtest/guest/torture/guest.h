/* SPDX-License-Identifier: GPL-2.0 */
#include "operation.h"

/* gdata, gtags, gcheck, gpeek, gpoke, glog */
extern const struct operation guest_operations[];
