// SPDX-License-Identifier: GPL-2.0
/*
 * Free memory: compaction, and what other processes leave in it.
 */
#define _GNU_SOURCE
#include <sys/mman.h>
#include <sys/wait.h>

#include "../files.h"
#include "../tags.h"
#include "free.h"

#define COMPACT_MEMORY	"/proc/sys/vm/compact_memory"

static void do_compact(struct worker *w, const unsigned long arg[])
{
	(void)w;
	(void)arg;
	write_file(COMPACT_MEMORY, "1");
}

static const char *setup_compact(void)
{
	return access(COMPACT_MEMORY, W_OK) ? "no " COMPACT_MEMORY : NULL;
}

/* Stores tags in blocks of the CPU's size, with DC GVA where it is allowed. */
static void tag_all(char *p, size_t size, unsigned long tag)
{
#ifdef __aarch64__
	uint64_t dczid;
	char *end;

	asm("mrs %0, dczid_el0" : "=r" (dczid));
	if (!(dczid & 16)) {
		p = (char *)((uintptr_t)p | tag << TAG_SHIFT);
		for (end = p + size; p < end; p += 4 << (dczid & 15))
			asm volatile(".arch armv8.5-a+memtag\n\tdc gva, %0" : : "r" (p) : "memory");
		return;
	}
#endif
	store_tags(p, size, tag);
}

/* The memory is free again when the process has exited. */
void litter(size_t size, int flags)
{
	pid_t pid = fork();

	if (!pid) {
		char *p = mmap(NULL, size, PROT_READ | PROT_WRITE | (have_mte ? PROT_MTE : 0),
			       MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);

		if (p == MAP_FAILED)
			_exit(1);
		madvise(p, size, MADV_HUGEPAGE);
		for (size_t i = 0; i < size; i += page_size)
			memset(p + i, 0xa5, 64);
		if (have_mte)
			tag_all(p, size, 10);
		_exit(0);
	}
	waitpid(pid, NULL, 0);
}

static void do_litter(struct worker *w, const unsigned long arg[])
{
	(void)w;
	(void)arg;
	litter(thp_size, 0);
}

const struct operation free_operations[] = {
	{ "compact", 0, 1, 1, .run = do_compact, .setup = setup_compact },
	{ "litter", 0, 1, 1, .run = do_litter },
	{ }
};
