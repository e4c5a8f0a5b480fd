// SPDX-License-Identifier: GPL-2.0
/*
 * Functions of the kernel, for user space. Their text is that of the kernel's source,
 * which the zero-test program extracts to extracted.h.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "zero.h"

#define PAGE_SIZE			SIZE
#define BITS_PER_LONG			64
#define EXPORT_SYMBOL(name)
#define __visible
#ifdef __x86_64__
#define CONFIG_HAVE_EFFICIENT_UNALIGNED_ACCESS
#endif
#define get_unaligned(p)		(*(p))
#define memcmp				kernel_memcmp
#define kmap_local_page(page)		((void *)(page))
#define kmap_local_folio(folio, at)	((void *)(folio) + (at))
#define kunmap_local(addr)		((void)(addr))
#define folio_page(folio, n)		((struct page *)(folio))
#define folio_nr_pages(folio)		1

typedef uint8_t u8;
typedef uint64_t u64;
struct page;
struct folio;

int kernel_memcmp(const void *cs, const void *ct, size_t count);

#include "extracted.h"

bool or_of_words(void *page)
{
	return page_is_zero_filled(page);
}

bool branch_for_each_word(void *page)
{
	return is_folio_zero_filled(page);
}

bool inverse_memchr(void *page)
{
	return !memchr_inv(page, 0, SIZE);
}

bool compare_with_zeropage(void *page)
{
	return !memcmp(page, zeropage, SIZE);
}
