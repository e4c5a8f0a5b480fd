/* SPDX-License-Identifier: GPL-2.0 */
#include "thps.h"

void swap_cases(void);
