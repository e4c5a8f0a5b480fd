/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMTEST_TAGS_H
#define VMTEST_TAGS_H

/* Memory tags, for a C library and a compiler that may not know them. */

#include <stdint.h>

#ifndef HWCAP2_MTE
#define HWCAP2_MTE		(1UL << 18)
#endif
#ifndef PROT_MTE
#define PROT_MTE		0x20
#endif
#ifndef PR_SET_TAGGED_ADDR_CTRL
#define PR_SET_TAGGED_ADDR_CTRL	55
#define PR_TAGGED_ADDR_ENABLE	1UL
#endif

#define GRANULE			16
#define TAG_SHIFT		56

#ifdef __aarch64__
static inline void store_tag(char *p, unsigned long tag)
{
	p = (char *)((uintptr_t)p | tag << TAG_SHIFT);
	asm volatile(".arch armv8.5-a+memtag\n\tstg %0, [%0]" : : "r" (p) : "memory");
}

static inline int load_tag(const char *p)
{
	asm volatile(".arch armv8.5-a+memtag\n\tldg %0, [%0]" : "+r" (p) : : "memory");
	return (uintptr_t)p >> TAG_SHIFT & 0xf;
}
#else
/* Not reached: there is no PROT_MTE memory. */
static inline void store_tag(char *p, unsigned long tag)
{
	(void)p;
	(void)tag;
}

static inline int load_tag(const char *p)
{
	(void)p;
	return 0;
}
#endif

#endif
