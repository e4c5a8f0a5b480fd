// SPDX-License-Identifier: GPL-2.0
/*
 * The CPU time of ksmd.
 */
#define _GNU_SOURCE
#include <sys/mman.h>

#include "../files.h"
#include "ksm.h"
#include "thps.h"

#define MOST_FOR_KSM	(64UL << 20)

void ksm_setup(void)
{
	/* One scan each time that ksmd wakes up, and time to stop it in between. */
	set_number(KSM_DIR "sleep_millisecs", 20);
	set_number(KSM_DIR "pages_to_scan", 1000000);
	set_number(KSM_DIR "smart_scan", 0);
	set_number(KSM_DIR "max_page_sharing", 1000000);
}

/* This process sleeps meanwhile: there is only one CPU. */
static void wait_for_scans(unsigned long nr)
{
	unsigned long end = read_number(KSM_DIR "full_scans") + nr;
	uint64_t start = instructions();

	while (read_number(KSM_DIR "full_scans") < end) {
		if (instructions() - start > 600000000000ULL)
			die("KSM does not scan");
		sleep_ms(1);
	}
}

static pid_t find_ksmd(void)
{
	pid_t pid = 0;
	glob_t g;

	if (glob("/proc/[0-9]*/comm", 0, NULL, &g))
		die("/proc");
	for (size_t i = 0; !pid && i < g.gl_pathc; i++) {
		char comm[32] = "";
		FILE *f = fopen(g.gl_pathv[i], "r");

		if (f && fgets(comm, sizeof(comm), f) && !strcmp(comm, "ksmd\n"))
			pid = atoi(g.gl_pathv[i] + strlen("/proc/"));
		if (f)
			fclose(f);
	}
	globfree(&g);
	return pid;
}

/* The CPU time of ksmd, in instructions. */
static uint64_t ksmd_time(void)
{
	static pid_t pid;
	struct timespec t;
	clockid_t clock;

	if (!pid)
		pid = find_ksmd();
	if (!pid || clock_getcpuclockid(pid, &clock) || clock_gettime(clock, &t))
		die("CPU time of ksmd");
	return t.tv_sec * 1000000000ULL + t.tv_nsec;
}

void ksm_case(const struct state *s, bool use_zero_pages)
{
	/* The kernel without the series takes minutes for a THP of 512 MiB. */
	const unsigned int nr = 4 * thp_size <= MOST_FOR_KSM ? 4 : 1;
	struct cost cost;
	uint64_t start;
	unsigned long before;
	char *p;

	if (nr * thp_size > MOST_FOR_KSM || !can_do(s, nr))
		return;
	set_number(KSM_DIR "run", 2);
	set_number(KSM_DIR "use_zero_pages", use_zero_pages);
	p = make_thps(s, nr);
	/* The first call allocates memory, which is not to be counted. */
	ksmd_time();
	before = resident();
	if (madvise(p, nr * thp_size, MADV_MERGEABLE))
		die("MADV_MERGEABLE");
	start = ksmd_time();
	set_number(KSM_DIR "run", 1);
	wait_for_scans(6);
	cost.least = cost.most = ksmd_time() - start;
	/*
	 * If KSM splits a THP, its zero-filled pages are replaced by the zeropage,
	 * which doesn't count as resident. Merged pages do.
	 */
	cost.pages = before - resident() + read_number(KSM_DIR "pages_sharing");
	print_row(use_zero_pages ? "ksm, zeropage" : "ksm", s->name, nr, cost,
		  nr * unused_pages(s));
	set_number(KSM_DIR "run", 2);
	munmap(p, nr * thp_size);
}
