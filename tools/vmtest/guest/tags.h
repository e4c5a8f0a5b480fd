/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMTEST_TAGS_H
#define VMTEST_TAGS_H

/* Memory tags, for C libraries and compilers that may not support them. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/auxv.h>
#include <sys/prctl.h>

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
static inline bool has_tags(void)
{
	return getauxval(AT_HWCAP2) & HWCAP2_MTE;
}

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
static inline bool has_tags(void)
{
	return false;
}

/* Not called: there is no PROT_MTE memory. */
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

/* Lets this process use memory tags. Returns whether the machine has them. */
static inline bool enable_tags(void)
{
	if (has_tags())
		prctl(PR_SET_TAGGED_ADDR_CTRL, PR_TAGGED_ADDR_ENABLE, 0, 0, 0);
	return has_tags();
}

static inline void store_tags(char *p, size_t size, unsigned long tag)
{
	for (size_t at = 0; at < size; at += GRANULE)
		store_tag(p + at, tag);
}

/* Returns the number of granules that do not have this tag. */
static inline unsigned long granules_without(const char *p, size_t size, int tag)
{
	unsigned long nr = 0;

	for (size_t at = 0; at < size; at += GRANULE)
		nr += load_tag(p + at) != tag;
	return nr;
}

#endif
