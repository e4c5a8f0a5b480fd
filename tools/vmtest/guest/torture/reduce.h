/* SPDX-License-Identifier: GPL-2.0 */
#include <stdint.h>

/* The case of this seed has failed: prints a few of its steps that still fail. */
void reduce(uint64_t seed);
