/* SPDX-License-Identifier: GPL-2.0 */
#include "thps.h"

void ksm_setup(void);
void ksm_case(const struct state *s, bool use_zero_pages);
