// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <errno.h>
#include <sys/mman.h>
#include <sys/sysinfo.h>

#include "../files.h"
#include "../tags.h"
#include "thps.h"

size_t page_size, thp_size, pages_per_thp;
bool have_mte;

const struct state untagged_zero = { "untagged, zero", false, 0, 0 };
const struct state untagged_full = { "untagged, full", false, 0, FULL };
const struct state tags_zero = { "tags all zero", true, 0, 0 };
const struct state tenth_tagged = { "a tenth tagged", true, 10, 0 };
const struct state all_tagged = { "all tagged", true, 100, 0 };

void die(const char *what)
{
	printf("# bench: %s: %s\n", what, strerror(errno));
	exit(1);
}

void set_number(const char *path, unsigned long number)
{
	if (!write_number(path, number))
		die(path);
}

void thps_setup(void)
{
	have_mte = enable_tags();
	page_size = sysconf(_SC_PAGESIZE);
	thp_size = read_number(THP_DIR "hpage_pmd_size");
	if (!thp_size || !write_file(THP_DIR "enabled", "always"))
		die(THP_DIR);
	pages_per_thp = thp_size / page_size;
	set_number(MAX_PTES_NONE, max_ptes_none());
	set_number(THP_DIR "khugepaged/scan_sleep_millisecs", 1000000);
}

unsigned long max_ptes_none(void)
{
	return pages_per_thp * 4 / 5;
}

uint64_t instructions(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC_RAW, &t);
	return t.tv_sec * 1000000000ULL + t.tv_nsec;
}

unsigned long resident(void)
{
	unsigned long size, pages = 0, file_pages = 0;
	FILE *f = fopen("/proc/self/statm", "r");

	if (!f || fscanf(f, "%lu %lu %lu", &size, &pages, &file_pages) != 3)
		die("/proc/self/statm");
	fclose(f);
	return pages - file_pages;
}

bool can_do(const struct state *s, unsigned int nr)
{
	struct sysinfo info;

	if (s->mte && !have_mte)
		return false;
	return !sysinfo(&info) && nr * thp_size <= info.freeram / 2 * info.mem_unit;
}

static bool is_tagged(const struct state *s, size_t page)
{
	if (s->tagged == ONE_PAGE)
		return page == pages_per_thp / 2;
	return page * s->tagged / 100 != (page + 1) * s->tagged / 100;
}

static bool is_full(const struct state *s, size_t page)
{
	return s->full == FULL || page >= pages_per_thp - s->full;
}

unsigned long unused_pages(const struct state *s)
{
	unsigned long unused = 0;

	for (size_t page = 0; page < pages_per_thp; page++)
		unused += !is_tagged(s, page) && !is_full(s, page);
	return unused;
}

char *nth_page(char *p, size_t page)
{
	return p + page * page_size;
}

int tag_of(size_t page)
{
	return 1 + page % 15;
}

void tag_page(char *page, int tag)
{
	store_tags(page, page_size, tag);
}

static char *map_thps(unsigned int nr, int prot)
{
	char *p = mmap(NULL, (nr + 1) * thp_size, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *start = (char *)(((uintptr_t)p + thp_size - 1) & ~(thp_size - 1));

	if (p == MAP_FAILED)
		die("mmap");
	if (start != p)
		munmap(p, start - p);
	munmap(start + nr * thp_size, p + thp_size - start);
	if (madvise(start, nr * thp_size, MADV_HUGEPAGE))
		die("MADV_HUGEPAGE");
	return start;
}

char *make_thps(const struct state *s, unsigned int nr)
{
	char *p = map_thps(nr, PROT_READ | PROT_WRITE | (s->mte ? PROT_MTE : 0));

	for (unsigned int i = 0; i < nr; i++) {
		char *thp = p + i * thp_size;

		*(volatile char *)thp = 0;
		for (size_t page = 0; page < pages_per_thp; page++) {
			if (is_full(s, page))
				nth_page(thp, page)[page % page_size] = 1;
			if (is_tagged(s, page))
				tag_page(nth_page(thp, page), tag_of(page));
		}
	}
	return p;
}

void print_row(const char *what, const char *state, unsigned int nr, struct cost cost,
	       unsigned long unused)
{
	printf("%s; %s; %u; %llu; %llu; %lu; %lu\n", what, state, nr,
	       (unsigned long long)cost.least, (unsigned long long)cost.most, cost.pages, unused);
	fflush(stdout);
}
