/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMTEST_PROBE_H
#define VMTEST_PROBE_H

#include <stdbool.h>

/*
 * Shows that one tag store changes the tag of one granule and of no other, and
 * prints what it found. Returns false if the emulator gets that wrong, so that
 * no test result would mean anything; true also where there is no tagging.
 */
bool probe_tagging(void);

#endif
