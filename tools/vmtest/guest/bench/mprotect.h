/* SPDX-License-Identifier: GPL-2.0 */
void mprotect_cases(void);
