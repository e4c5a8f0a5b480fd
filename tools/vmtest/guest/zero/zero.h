/* SPDX-License-Identifier: GPL-2.0 */
#include <stdbool.h>

#define SIZE	4096

extern char zeropage[SIZE];

/* Each tests a page of zeroes, in a way of the kernel's. */
bool or_of_words(void *page);
bool branch_for_each_word(void *page);
bool inverse_memchr(void *page);
bool compare_with_zeropage(void *page);
