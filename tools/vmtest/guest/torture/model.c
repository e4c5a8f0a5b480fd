// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <sys/mman.h>

#include "../files.h"
#include "../tags.h"
#include "model.h"
#include "report.h"

#define LARGEST_THP	(32UL << 20)
#define MAX_REPORTED	8
#define HUGE_SHIFT	26		/* of the page size in mmap's and memfd's flags */

size_t page_size, thp_size, pages_per_thp, granules_per_page;
unsigned long nr_pages;
unsigned int nr_regions;
bool have_mte;

struct page *pages;
struct region *regions;
unsigned int nr_processes = 1, nr_threads = 1;

static char *mem;
static uint8_t *shadow, *shadow_tags;

void model_setup(void)
{
	have_mte = enable_tags();
	page_size = sysconf(_SC_PAGESIZE);
	granules_per_page = page_size / GRANULE;
	thp_size = read_number(THP_DIR "hpage_pmd_size");
	nr_regions = thp_size > 4UL << 20 ? 2 : 4;
	/* With 64 KiB pages a PMD maps 512 MiB, which takes too long to compare. */
	if (thp_size == 0 || thp_size > LARGEST_THP)
		thp_size = 2UL << 20;
	pages_per_thp = thp_size / page_size;
	nr_pages = nr_regions * pages_per_thp;
}

char *page_addr(unsigned long page)
{
	return mem + page * page_size;
}

uint8_t *page_shadow(unsigned long page)
{
	return shadow + page * page_size;
}

uint8_t *page_tags(unsigned long page)
{
	return shadow_tags + page * granules_per_page;
}

struct region *page_region(unsigned long page)
{
	return &regions[page / pages_per_thp];
}

bool can_move(unsigned long page)
{
	return !page_region(page)->memfd && !page_region(page)->hugetlb;
}

/* Without THPs and KSM: the model must not depend on what is tested. */
static void *plain_memory(size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		die("memory for the model");
	madvise(p, size, MADV_NOHUGEPAGE);
	/* Keeps it out of core dumps. */
	madvise(p, size, MADV_DONTDUMP);
	return p;
}

/* Reserves addresses, aligned for THPs. */
static char *reserve(size_t size)
{
	char *p = mmap(NULL, size + thp_size, PROT_NONE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (p == MAP_FAILED)
		die("address space");
	return (char *)(((uintptr_t)p + thp_size - 1) & ~(thp_size - 1));
}

void model_create(unsigned int nr_workers, struct worker *workers)
{
	pages = plain_memory(nr_pages * sizeof(*pages));
	regions = plain_memory(nr_regions * sizeof(*regions));
	shadow = plain_memory(nr_pages * page_size);
	shadow_tags = plain_memory(nr_pages * granules_per_page);
	mem = reserve(nr_pages * page_size);
	for (unsigned int i = 0; i < nr_workers; i++) {
		memset(&workers[i], 0, sizeof(workers[i]));
		workers[i].number = i;
		workers[i].spare = reserve(nr_pages * page_size + thp_size);
	}
	for (unsigned int i = 0; i < nr_regions; i++) {
		regions[i].fd = -1;
		model_map(i, false, false, 0);
	}
}

void model_map(unsigned int number, bool memfd, bool mte, unsigned long hugetlb)
{
	const unsigned long first = number * pages_per_thp;
	struct region *region = &regions[number];
	int flags = MAP_FIXED | (memfd ? MAP_SHARED : MAP_PRIVATE | MAP_ANONYMOUS);
	int prot = PROT_READ | PROT_WRITE, memfd_flags = 0;

	if (hugetlb) {
		const int size = __builtin_ctzl(hugetlb * page_size) << HUGE_SHIFT;

		flags |= memfd ? 0 : MAP_HUGETLB | size;
		memfd_flags = MFD_HUGETLB | size;
	}

	if (region->fd >= 0)
		close(region->fd);
	region->fd = -1;
	region->memfd = memfd;
	region->mergeable = false;
	region->hugetlb = hugetlb;
	if (memfd) {
		region->fd = memfd_create("torture", memfd_flags);
		if (region->fd < 0 || ftruncate(region->fd, thp_size))
			die("memfd");
	}
	mte = mte && have_mte;
	if (mte)
		prot |= PROT_MTE;
	if (mmap(page_addr(first), thp_size, prot, flags, region->fd, 0) == MAP_FAILED)
		die("mmap");
	for (unsigned long i = first; i < first + pages_per_thp; i++)
		pages[i].mte = mte;
	model_clear(first, pages_per_thp);
}

void model_clear(unsigned long first, unsigned long nr)
{
	memset(page_shadow(first), 0, nr * page_size);
	memset(page_tags(first), 0, nr * granules_per_page);
}

void model_copy(unsigned long to, unsigned long from, unsigned long nr)
{
	memcpy(page_shadow(to), page_shadow(from), nr * page_size);
	memcpy(page_tags(to), page_tags(from), nr * granules_per_page);
}

bool several_workers(void)
{
	return nr_processes * nr_threads > 1;
}

bool is_disturber(const struct worker *w)
{
	return several_workers() && w->number % (nr_threads + 1) == nr_threads;
}

/*
 * Each process has its own copy of anonymous memory, of which each of its threads
 * owns slices. A memfd is shared by the processes as well. The slices differ in
 * size, so that the pages of a THP have several owners.
 */
bool owned(const struct worker *w, unsigned long page)
{
	const unsigned int thp = page / pages_per_thp;
	const unsigned long slice = page >> thp % 5;
	const bool memfd = page_region(page)->memfd;

	if (w->snapshot && memfd)
		return false;
	if (!several_workers())
		return true;
	if (is_disturber(w))
		return false;
	if (slice % nr_threads != w->number % (nr_threads + 1))
		return false;
	return !memfd || slice / nr_threads % nr_processes == w->number / (nr_threads + 1);
}

bool next_run(const struct worker *w, unsigned long *at, unsigned long end, struct run *run)
{
	unsigned long i = *at;

	while (i < end && !owned(w, i))
		i++;
	run->first = i;
	while (i < end && owned(w, i) && pages[i].mte == pages[run->first].mte &&
	       page_region(i) == page_region(run->first))
		i++;
	run->nr = i - run->first;
	*at = i;
	return run->nr;
}

static bool tags_match(unsigned long page)
{
	const char *addr = page_addr(page);
	const uint8_t *tags = page_tags(page);

	for (size_t i = 0; i < granules_per_page; i++)
		if (load_tag(addr + i * GRANULE) != tags[i])
			return false;
	return true;
}

/* Appends the wrong granules of a page to the report; returns their number. */
static unsigned long describe(unsigned long page, char *text, size_t size,
			      unsigned int *nr_reported)
{
	const struct region *region = page_region(page);
	unsigned long wrong = 0;

	for (size_t i = 0; i < granules_per_page; i++) {
		const char *addr = page_addr(page) + i * GRANULE;
		const uint8_t *want = page_shadow(page) + i * GRANULE;
		const uint8_t tag_want = page_tags(page)[i];
		int tag = pages[page].mte ? load_tag(addr) : tag_want;
		bool data_wrong = memcmp(addr, want, GRANULE);
		size_t len = strlen(text), byte = 0;

		if (tag == tag_want && !data_wrong)
			continue;
		wrong++;
		if (*nr_reported == MAX_REPORTED)
			continue;
		++*nr_reported;
		len += snprintf(text + len, size - len, "# page %lu (%s%s%s), granule %zu:",
				page, region->memfd ? "memfd" : "anonymous",
				region->hugetlb ? ", hugetlb" : "",
				pages[page].mte ? ", PROT_MTE" : "", i);
		if (tag != tag_want)
			len += snprintf(text + len, size - len, " tag %d, not %d;", tag, tag_want);
		while (data_wrong && (uint8_t)addr[byte] == want[byte])
			byte++;
		if (data_wrong)
			len += snprintf(text + len, size - len, " byte %zu is %u, not %u;",
					byte, (uint8_t)addr[byte], want[byte]);
		snprintf(text + len, size - len, "\n");
	}
	return wrong;
}

void model_compare(const struct worker *w, unsigned long first, unsigned long nr)
{
	unsigned long wrong = 0, wrong_pages = 0, first_wrong = 0, granules = 0, bytes = 0;
	unsigned int nr_reported = 0;
	char text[2048] = "";

	for (unsigned long page = first; page < first + nr; page++) {
		bool same;

		if (!owned(w, page))
			continue;
		same = !memcmp(page_addr(page), page_shadow(page), page_size);
		bytes += page_size;
		if (pages[page].mte) {
			same = tags_match(page) && same;
			granules += granules_per_page;
		}
		if (same)
			continue;
		if (!wrong_pages++)
			first_wrong = page;
		wrong += describe(page, text, sizeof(text), &nr_reported);
	}
	__atomic_add_fetch(&shared->granules, granules, __ATOMIC_RELAXED);
	__atomic_add_fetch(&shared->bytes, bytes, __ATOMIC_RELAXED);
	if (wrong_pages)
		fail(w, first_wrong, "%lu granules in %lu pages are wrong\n%s",
		     wrong, wrong_pages, text);
}
