// SPDX-License-Identifier: GPL-2.0
/*
 * Core dumps: the data and the tags of the memory under test, as the kernel writes
 * them when a child process aborts.
 */
#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "../files.h"
#include "../tags.h"
#include "core.h"
#include "report.h"

#define CORE_PATTERN	"/proc/sys/kernel/core_pattern"
#define CORE_FILE	"/tmp/torture.core."
#define MEMTAG_SEGMENT	0x70000002	/* PT_AARCH64_MEMTAG_MTE */

/* A core file, mapped. */
struct core {
	const char *file;
	size_t size;
	/* Which pages have data and tags in it. */
	struct {
		bool data, tags;
	} *has;
};

static void __attribute__((noreturn)) dump(void)
{
	const struct rlimit unlimited = { RLIM_INFINITY, RLIM_INFINITY };

	/* Anonymous memory, memfds, and both with hugetlb. */
	write_number("/proc/self/coredump_filter", 0x63);
	setrlimit(RLIMIT_CORE, &unlimited);
	signal(SIGABRT, SIG_DFL);
	abort();
}

static void compare_data(struct worker *w, unsigned long page, const char *data)
{
	const char *want = (char *)page_shadow(page);
	size_t at = 0;

	if (memcmp(data, want, page_size)) {
		while (data[at] == want[at])
			at++;
		fail(w, page, "core dump: page %lu, byte %zu is %u, not %u",
		     page, at, (uint8_t)data[at], (uint8_t)want[at]);
	}
	__atomic_add_fetch(&shared->bytes, page_size, __ATOMIC_RELAXED);
}

static void compare_tags(struct worker *w, unsigned long page, const char *tags)
{
	for (size_t i = 0; i < granules_per_page; i++) {
		const int tag = tags[i / 2] >> i % 2 * 4 & 0xf, want = page_tags(page)[i];

		if (tag != want)
			fail(w, page, "core dump: page %lu%s, granule %zu: tag %d, not %d", page,
			     page_region(page)->hugetlb ? " (hugetlb)" : "", i, tag, want);
	}
	__atomic_add_fetch(&shared->granules, granules_per_page, __ATOMIC_RELAXED);
}

/* Compares the pages under test that are in a segment. */
static void compare_segment(struct worker *w, const struct core *core, const Elf64_Phdr *segment)
{
	const bool tags = segment->p_type == MEMTAG_SEGMENT;
	/* A byte has two tags. */
	const size_t size = tags ? granules_per_page / 2 : page_size;
	const char *at = core->file + segment->p_offset;

	if (segment->p_offset > core->size || segment->p_filesz > core->size - segment->p_offset)
		fail(w, 0, "a core dump is truncated: %zu bytes", core->size);
	for (size_t i = 0; i < segment->p_filesz / size; i++, at += size) {
		const uintptr_t addr = segment->p_vaddr + i * page_size;
		const unsigned long page = (addr - (uintptr_t)page_addr(0)) / page_size;

		if (addr < (uintptr_t)page_addr(0) || page >= nr_pages || !owned(w, page))
			continue;
		if (tags) {
			compare_tags(w, page, at);
			core->has[page].tags = true;
		} else {
			compare_data(w, page, at);
			core->has[page].data = true;
		}
	}
}

static bool all_zero(const uint8_t *p, size_t size)
{
	return !p[0] && !memcmp(p, p + 1, size - 1);
}

static void compare_core(struct worker *w, const struct core *core)
{
	const Elf64_Ehdr *elf = (const void *)core->file;
	const Elf64_Phdr *segment = (const void *)(core->file + elf->e_phoff);

	for (unsigned int i = 0; i < elf->e_phnum; i++, segment++)
		if (segment->p_type == PT_LOAD || segment->p_type == MEMTAG_SEGMENT)
			compare_segment(w, core, segment);
	/* Memory that was never written to is left out. */
	for (unsigned long page = 0; page < nr_pages; page++) {
		if (!owned(w, page))
			continue;
		if (!core->has[page].data && !all_zero(page_shadow(page), page_size))
			fail(w, page, "a core dump does not have page %lu", page);
		if (!core->has[page].tags && pages[page].mte &&
		    !all_zero(page_tags(page), granules_per_page))
			fail(w, page, "a core dump does not have the tags of page %lu", page);
	}
}

static void do_core(struct worker *w, const unsigned long arg[])
{
	struct core core = { .has = calloc(nr_pages, sizeof(*core.has)) };
	struct stat stat;
	char path[64];
	int status, fd;
	pid_t pid;

	(void)arg;
	if (w->snapshot)
		return;
	must(w, 0, core.has, "memory");
	pid = fork();
	must(w, 0, pid >= 0, "fork");
	if (!pid)
		dump();
	while (waitpid(pid, &status, 0) < 0)
		must(w, 0, errno == EINTR, "wait for a child");
	snprintf(path, sizeof(path), CORE_FILE "%d", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	must(w, 0, fd >= 0 && !fstat(fd, &stat), "core dump");
	unlink(path);
	core.size = stat.st_size;
	if (core.size)
		core.file = mmap(NULL, core.size, PROT_READ, MAP_PRIVATE, fd, 0);
	must(w, 0, core.file && core.file != MAP_FAILED, "mapping of a core dump");
	close(fd);
	compare_core(w, &core);
	munmap((void *)core.file, core.size);
	free(core.has);
}

static const char *setup_core(void)
{
	if (!write_file(CORE_PATTERN, CORE_FILE "%p"))
		return "no core dumps";
	write_number("/proc/sys/kernel/core_uses_pid", 0);
	return NULL;
}

const struct operation core_operations[] = {
	{ "core", 0, 1, 0, .run = do_core, .setup = setup_core },
	{ }
};
