// SPDX-License-Identifier: GPL-2.0
/*
 * What the torture does to memory. Each operation changes the memory and the
 * model alike; most of them must not change anything that can be seen.
 *
 * A step has all its parameters in its text, and any parameters will do: they
 * are cut to what is there. So steps can be left out, or given by hand.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/swap.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/utsname.h>
#include <sys/wait.h>

#include "tags.h"
#include "torture.h"

/* For C libraries that don't know them. */
#ifndef MADV_PAGEOUT
#define MADV_PAGEOUT		21
#endif
#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE		25
#endif
#define PEEKMTETAGS		33
#define POKEMTETAGS		34

/* Likewise for userfaultfd, whose header may be older than UFFDIO_MOVE. */
struct uffd_api {
	uint64_t api, features, ioctls;
};
struct uffd_range {
	uint64_t start, len;
};
struct uffd_register {
	struct uffd_range range;
	uint64_t mode, ioctls;
};
struct uffd_move {
	uint64_t dst, src, len, mode;
	int64_t moved;
};
#define UFFD_API_VERSION	0xaaULL
#define UFFD_CAN_MOVE		(1ULL << 16)
#define UFFD_MODE_MISSING	1
#define UFFD_ALLOW_SRC_HOLES	2
#define UFFD_API		_IOWR(0xaa, 0x3f, struct uffd_api)
#define UFFD_REGISTER		_IOWR(0xaa, 0x00, struct uffd_register)
#define UFFD_UNREGISTER		_IOR(0xaa, 0x01, struct uffd_range)
#define UFFD_MOVE		_IOWR(0xaa, 0x05, struct uffd_move)

#define THP_DIR		"/sys/kernel/mm/transparent_hugepage/"
#define KSM_DIR		"/sys/kernel/mm/ksm/"
#define DEBUGFS		"/sys/kernel/debug/"
#define SPLIT		DEBUGFS "split_huge_pages"
#define COMPACT		"/proc/sys/vm/compact_memory"
#define ZRAM		"/sys/block/zram0/disksize"
#define ZRAM_SIZE	(256UL << 20)

#define ATTENTION	24	/* steps that have mostly to do with one THP */

static char shrinker_scan[256];
/* Older kernels refuse to split shared memory to larger orders, and warn. */
static bool memfd_to_order_0_only;
static int uffd = -1;

/* ---- Files ---- */

static bool write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool written = fd >= 0 && write(fd, text, strlen(text)) >= 0;

	if (fd >= 0)
		close(fd);
	return written;
}

static bool write_number(const char *path, unsigned long number)
{
	char text[32];

	snprintf(text, sizeof(text), "%lu", number);
	return write_file(path, text);
}

static unsigned long read_number(const char *path)
{
	char text[64] = "";
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || read(fd, text, sizeof(text) - 1) < 0)
		text[0] = 0;
	if (fd >= 0)
		close(fd);
	return strtoul(text, NULL, 0);
}

static void sleep_ms(unsigned int ms)
{
	const struct timespec t = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };

	nanosleep(&t, NULL);
}

/* ---- Ranges ---- */

static unsigned long min(unsigned long a, unsigned long b)
{
	return a < b ? a : b;
}

/* The pages that a step names, cut to those there are. */
static unsigned long range(const unsigned long arg[], unsigned long *end)
{
	unsigned long first = arg[0] % nr_pages;

	*end = first + min(arg[1] ? arg[1] : 1, nr_pages - first);
	return first;
}

/* A system call on which the model relies. */
static void must(const struct worker *w, unsigned long page, bool done, const char *what)
{
	if (!done)
		fail(w, page, "%s: %s", what, strerror(errno));
}

/* ---- Data and tags ---- */

static void do_data(struct worker *w, const unsigned long arg[])
{
	unsigned long end, first = range(arg, &end);

	for (unsigned long page = first; page < end; page++) {
		volatile uint8_t *addr = (uint8_t *)page_addr(page);
		uint8_t *want = page_shadow(page);
		size_t at = arg[2] * 97 % page_size;

		if (!owned(w, page))
			continue;
		switch (arg[3] % 4) {
		case 0:	/* in use, and yet of zeroes */
			memset(want, 0, page_size);
			break;
		case 1:	/* a single byte */
			want[at] = addr[at] = 1 + arg[2] % 255;
			continue;
		case 2:	/* pages that KSM can merge */
			memset(want, arg[2], page_size);
			break;
		case 3:	/* each page another */
			for (size_t i = 0; i < page_size; i += sizeof(uint64_t))
				*(uint64_t *)(want + i) = mix(arg[2] + page) + i;
			break;
		}
		memcpy((void *)addr, want, page_size);
	}
}

static void set_tag(unsigned long page, size_t granule, unsigned int tag)
{
	store_tag(page_addr(page) + granule * GRANULE, tag);
	page_tags(page)[granule] = tag;
}

static void do_tags(struct worker *w, const unsigned long arg[])
{
	unsigned long end, first = range(arg, &end);

	for (unsigned long page = first; page < end; page++) {
		if (!owned(w, page) || !pages[page].mte)
			continue;
		switch (arg[3] % 4) {
		case 0:	/* all of the page */
			for (size_t i = 0; i < granules_per_page; i++)
				set_tag(page, i, arg[2] % 16);
			break;
		case 1:	/* a single granule */
			set_tag(page, (arg[2] * 7 + page) % granules_per_page, 1 + arg[2] % 15);
			break;
		case 2:	/* each another */
			for (size_t i = 0; i < granules_per_page; i++)
				set_tag(page, i, mix(arg[2] + page * granules_per_page + i) % 16);
			break;
		case 3:
			set_tag(page, granules_per_page - 1, 1 + arg[2] % 15);
			break;
		}
	}
}

static void do_mprotect(struct worker *w, const unsigned long arg[])
{
	unsigned long end, at = range(arg, &end);
	struct run run;

	while (have_mte && next_run(w, &at, end, &run)) {
		must(w, run.first, !mprotect(page_addr(run.first), run.nr * page_size,
					     PROT_READ | PROT_WRITE | PROT_MTE),
		     "mprotect(PROT_MTE)");
		for (unsigned long i = run.first; i < run.first + run.nr; i++)
			pages[i].mte = true;
	}
}

/* Behind the model's back: has to be noticed. Never drawn, only given. */
static void do_fault(struct worker *w, const unsigned long arg[])
{
	unsigned long page = arg[0] % nr_pages;
	char *addr = page_addr(page) + page_size / 2;

	if (!owned(w, page))
		return;
	if (arg[1] % 2 == 0 && pages[page].mte)
		store_tag(addr, load_tag(addr) ^ 1);
	else
		*addr ^= 1;
}

/* A reference to a page, kept by a pipe: its THP can't be split. Never drawn. */
static void do_hold(struct worker *w, const unsigned long arg[])
{
	unsigned long page = arg[0] % nr_pages;
	const struct iovec part = { page_addr(page), page_size };
	int ends[2];

	must(w, page, !pipe(ends) && vmsplice(ends[1], &part, 1, 0) == (ssize_t)page_size,
	     "vmsplice");
}

static void do_check(struct worker *w, const unsigned long arg[])
{
	unsigned long end, first = range(arg, &end);

	model_compare(w, first, end - first);
}

/* ---- Other memory ---- */

static void do_map(struct worker *w, const unsigned long arg[])
{
	/* With several workers, nobody owns a whole region. */
	if (nr_processes * nr_threads == 1 && !w->snapshot)
		model_map(arg[0] % nr_regions, arg[1] & 1, arg[1] & 2);
}

static void do_drop(struct worker *w, const unsigned long arg[])
{
	unsigned long end, at = range(arg, &end);
	struct run run;

	while (next_run(w, &at, end, &run)) {
		must(w, run.first, !madvise(page_addr(run.first), run.nr * page_size, MADV_DONTNEED),
		     "MADV_DONTNEED");
		/* A memfd keeps what is no longer mapped. */
		if (!page_region(run.first)->memfd)
			model_clear(run.first, run.nr);
	}
}

/*
 * What a hole leaves of a page: nothing, as a rule. A THP that can't be split at
 * that moment keeps its pages, though; they are zeroed, and their tags stay.
 */
static void punched(unsigned long page)
{
	unsigned char resident;

	if (pages[page].mte && !mincore(page_addr(page), page_size, &resident) &&
	    resident & 1 && !tags_are_zero(page))
		memset(page_shadow(page), 0, page_size);
	else
		model_clear(page, 1);
}

static void do_punch(struct worker *w, const unsigned long arg[])
{
	unsigned long end, at = range(arg, &end);
	struct run run;

	while (next_run(w, &at, end, &run)) {
		struct region *region = page_region(run.first);

		if (!region->memfd)
			continue;
		must(w, run.first,
		     !fallocate(region->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
				run.first % pages_per_region * page_size, run.nr * page_size),
		     "FALLOC_FL_PUNCH_HOLE");
		for (unsigned long page = run.first; page < run.first + run.nr; page++)
			punched(page);
	}
}

/* Memory that belongs to different VMAs moves in parts, on kernels that want it so. */
static bool move_mapping(char *from, char *to, unsigned long nr)
{
	const unsigned long half = nr / 2;

	if (mremap(from, nr * page_size, nr * page_size, MREMAP_MAYMOVE | MREMAP_FIXED, to) == to)
		return true;
	return errno == EFAULT && nr > 1 && move_mapping(from, to, half) &&
	       move_mapping(from + half * page_size, to + half * page_size, nr - half);
}

/* Pages and their tags move to where others were; fresh memory takes their place. */
static void do_move(struct worker *w, const unsigned long arg[])
{
	unsigned long end, first = range(arg, &end), to = arg[2] % nr_pages, at = first;
	struct run run, over;

	/* The two ranges don't overlap. */
	end = min(end, first + min(nr_pages - to, to > first ? to - first : first - to));
	while (next_run(w, &at, end, &run)) {
		unsigned long at_to = run.first - first + to;
		char *from = page_addr(run.first);

		if (!next_run(w, &at_to, at_to + run.nr, &over))
			continue;
		/* What can't be moved in this round is for the next. */
		if (over.first != run.first - first + to) {
			at = run.first + (over.first - to + first - run.first);
			continue;
		}
		run.nr = min(run.nr, over.nr);
		at = run.first + run.nr;
		if (page_region(run.first)->memfd || page_region(over.first)->memfd)
			continue;
		must(w, run.first, move_mapping(from, page_addr(over.first), run.nr), "mremap");
		must(w, run.first, mmap(from, run.nr * page_size, PROT_READ | PROT_WRITE,
					MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == from, "mmap");
		memcpy(page_shadow(over.first), page_shadow(run.first), run.nr * page_size);
		memcpy(page_tags(over.first), page_tags(run.first), run.nr * granules_per_page);
		for (unsigned long i = 0; i < run.nr; i++) {
			pages[over.first + i].mte = pages[run.first + i].mte;
			pages[run.first + i].mte = false;
		}
		model_clear(run.first, run.nr);
	}
}

/* There and back: with or without a THP's alignment. */
static void do_remap(struct worker *w, const unsigned long arg[])
{
	unsigned long end, at = range(arg, &end);
	struct run run;

	while (next_run(w, &at, end, &run)) {
		char *here = page_addr(run.first);
		char *there = w->spare + (run.first + arg[2] % 2) * page_size;

		must(w, run.first, move_mapping(here, there, run.nr), "mremap away");
		must(w, run.first, move_mapping(there, here, run.nr), "mremap back");
	}
}

/* ---- What must not be seen ---- */

static void do_order(struct worker *w, const unsigned long arg[])
{
	/* 0 stands for THPs as large as a PMD maps, others for smaller ones. */
	const unsigned long size = arg[0] ? page_size << arg[0] % 16 : thp_size;
	glob_t g;

	(void)w;
	if (glob(THP_DIR "hugepages-*kB", 0, NULL, &g))
		return;
	for (size_t i = 0; i < g.gl_pathc; i++) {
		unsigned long kb = strtoul(strrchr(g.gl_pathv[i], '-') + 1, NULL, 10);
		const char *when = kb * 1024 == size ? "always" : "never";
		char path[512];

		snprintf(path, sizeof(path), "%s/enabled", g.gl_pathv[i]);
		write_file(path, when);
		snprintf(path, sizeof(path), "%s/shmem_enabled", g.gl_pathv[i]);
		write_file(path, when);
	}
	globfree(&g);
}

static void do_shrink(struct worker *w, const unsigned long arg[])
{
	(void)w;
	(void)arg;
	write_file(shrinker_scan, "0 0 100000");
}

static void do_split(struct worker *w, const unsigned long arg[])
{
	unsigned long end, first = range(arg, &end), order = arg[2] % 16, page;
	char text[128];

	(void)w;
	for (page = first; page < end && memfd_to_order_0_only; page++)
		if (page_region(page)->memfd)
			order = 0;
	snprintf(text, sizeof(text), "%d,0x%lx,0x%lx,%lu", getpid(), (unsigned long)page_addr(first),
		 (unsigned long)page_addr(end), order);
	write_file(SPLIT, text);
}

static void advise(const unsigned long arg[], size_t unit, int advice)
{
	unsigned long end, first = range(arg, &end);

	first -= first % unit;
	end = min((end + unit - 1) / unit * unit, nr_pages);
	/* A region at a time: what is wrong with one is not the other's affair. */
	while (first < end) {
		unsigned long nr = min(end - first, pages_per_region - first % pages_per_region);

		madvise(page_addr(first), nr * page_size, advice);
		first += nr;
	}
}

static void do_collapse(struct worker *w, const unsigned long arg[])
{
	(void)w;
	advise(arg, pages_per_thp, MADV_COLLAPSE);
}

static void do_pageout(struct worker *w, const unsigned long arg[])
{
	(void)w;
	advise(arg, 1, MADV_PAGEOUT);
}

static void do_merge(struct worker *w, const unsigned long arg[])
{
	const unsigned int number = arg[0] % nr_regions;
	struct region *region = &regions[number];

	(void)w;
	madvise(page_addr(number * pages_per_region), pages_per_region * page_size,
		arg[1] % 2 ? MADV_MERGEABLE : MADV_UNMERGEABLE);
	region->mergeable = arg[1] % 2 && !region->memfd;
}

static void do_ksm(struct worker *w, const unsigned long arg[])
{
	unsigned long scans = read_number(KSM_DIR "full_scans") + 3;
	bool any = false;

	for (unsigned int i = 0; i < nr_regions; i++)
		any |= regions[i].mergeable;
	/* KSM with nothing to do would not get on. */
	if (!any)
		return;
	write_number(KSM_DIR "use_zero_pages", arg[0] % 2);
	write_number(KSM_DIR "run", 1);
	for (int i = 0; i < 200 && read_number(KSM_DIR "full_scans") < scans; i++)
		sleep_ms(5);
	/* It goes on behind the others' backs where there are any. */
	if (nr_processes * nr_threads == 1 && !w->snapshot)
		write_number(KSM_DIR "run", 0);
}

static void do_unmerge(struct worker *w, const unsigned long arg[])
{
	(void)w;
	(void)arg;
	write_number(KSM_DIR "run", 2);
	write_number(KSM_DIR "run", 0);
}

static void do_compact(struct worker *w, const unsigned long arg[])
{
	(void)w;
	(void)arg;
	write_file(COMPACT, "1");
}

/* Tags with a size that is the CPU's: DC GVA. */
static void tag_all(char *p, size_t size, unsigned long tag)
{
#ifdef __aarch64__
	uint64_t dczid;
	char *end;

	asm("mrs %0, dczid_el0" : "=r" (dczid));
	p = (char *)((uintptr_t)p | tag << TAG_SHIFT);
	if (!(dczid & 16)) {
		for (end = p + size; p < end; p += 4 << (dczid & 15))
			asm volatile(".arch armv8.5-a+memtag\n\tdc gva, %0" : : "r" (p) : "memory");
		return;
	}
#endif
	for (size_t i = 0; i < size; i += GRANULE)
		store_tag(p + i, tag);
}

/*
 * Leaves data and tags in free memory, where they have no business to come up
 * again. The process that it belonged to is gone.
 */
void litter(size_t size)
{
	pid_t pid = fork();

	if (!pid) {
		char *p = mmap(NULL, size, PROT_READ | PROT_WRITE | (have_mte ? PROT_MTE : 0),
			       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

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
	litter(thp_size);
}

/* ---- Other processes ---- */

/*
 * A child shares memory with its parent until one of them writes. It waits
 * while the parent goes on, and then has to find the memory as it was when it
 * came into being; it writes itself, and looks again.
 */
static unsigned int find_op(const char *name);

static void child(struct worker *w, int go, unsigned long value)
{
	char c;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	w->snapshot = true;
	w->nr_children = 0;
	if (read(go, &c, 1) != 1)
		_exit(0);
	model_compare(w, 0, nr_pages);
	for (unsigned int i = 0; i < 6; i++) {
		static const char * const names[] = { "data", "tags", "mprotect", "drop" };
		uint64_t x = mix(value + i);
		struct step step = {
			.op = find_op(names[x % 4]),
			.arg = { x >> 8 & 0xffff, x >> 24 & 0xff, x >> 32 & 0xff, x >> 40 & 0xff },
		};

		do_step(w, &step);
	}
	model_compare(w, 0, nr_pages);
	_exit(0);
}

static void reap_one(struct worker *w)
{
	struct child first = w->children[0];
	int status = 0;

	must(w, 0, write(first.go, "", 1) == 1, "pipe to a child");
	close(first.go);
	while (waitpid(first.pid, &status, 0) < 0)
		must(w, 0, errno == EINTR, "wait for a child");
	memmove(w->children, w->children + 1, sizeof(first) * --w->nr_children);
	if (WIFSIGNALED(status))
		fail(w, 0, "a child died of signal %d", WTERMSIG(status));
	/* It has reported already. */
	if (status)
		_exit(1);
}

static void do_fork(struct worker *w, const unsigned long arg[])
{
	int fds[2];
	pid_t pid;

	if (w->snapshot)
		return;
	if (w->nr_children == MAX_CHILDREN)
		reap_one(w);
	must(w, 0, !pipe2(fds, O_CLOEXEC), "pipe");
	pid = fork();
	must(w, 0, pid >= 0, "fork");
	if (!pid) {
		close(fds[1]);
		for (unsigned int i = 0; i < w->nr_children; i++)
			close(w->children[i].go);
		child(w, fds[0], arg[0]);
	}
	close(fds[0]);
	w->children[w->nr_children++] = (struct child){ .pid = pid, .go = fds[1] };
}

static void do_reap(struct worker *w, const unsigned long arg[])
{
	(void)arg;
	if (w->nr_children)
		reap_one(w);
}

void end_steps(struct worker *w)
{
	while (w->nr_children)
		reap_one(w);
	model_compare(w, 0, nr_pages);
}

/* ---- ptrace ---- */

static int trace_pipe[2] = { -1, -1 }, trace_answer[2] = { -1, -1 };
static int trace_lock;

/* Another process, as nobody can trace itself. It serves the threads in turn. */
static void tracer(void)
{
	char c;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (read(trace_pipe[0], &c, 1) == 1) {
		const int tid = shared->trace.tid;
		size_t done = 0;
		int status;

		shared->trace.done = -1;
		if (!ptrace(PTRACE_ATTACH, tid, NULL, NULL) && waitpid(tid, &status, __WALL) == tid) {
			while (done < shared->trace.granules) {
				struct iovec iov = {
					.iov_base = shared->trace.tags + done,
					.iov_len = shared->trace.granules - done,
				};

				if (ptrace(shared->trace.request, tid,
					   shared->trace.addr + done * GRANULE, &iov) || !iov.iov_len)
					break;
				done += iov.iov_len;
			}
			shared->trace.done = done;
			ptrace(PTRACE_DETACH, tid, NULL, NULL);
		}
		if (write(trace_answer[1], "", 1) != 1)
			break;
	}
	_exit(0);
}

void start_tracer(void)
{
	pid_t pid;

	if (pipe2(trace_pipe, O_CLOEXEC) || pipe2(trace_answer, O_CLOEXEC))
		die("pipe");
	pid = fork();
	if (pid < 0)
		die("fork");
	if (!pid) {
		close(trace_pipe[1]);
		close(trace_answer[0]);
		tracer();
	}
	close(trace_pipe[0]);
	close(trace_answer[1]);
}

/* Reads or writes the tags of a run of pages; they go through shared memory. */
static void trace(struct worker *w, int request, const struct run *run)
{
	ssize_t len;
	char c;

	shared->trace.request = request;
	shared->trace.tid = syscall(SYS_gettid);
	shared->trace.addr = page_addr(run->first);
	shared->trace.granules = run->nr * granules_per_page;
	must(w, run->first, write(trace_pipe[1], "", 1) == 1, "pipe to the tracer");
	do {
		len = read(trace_answer[0], &c, 1);
	} while (len < 0 && errno == EINTR);
	must(w, run->first, len == 1, "pipe from the tracer");
	if (shared->trace.done != (long)shared->trace.granules)
		fail(w, run->first, "ptrace %s %ld tags of %zu", request == PEEKMTETAGS ? "reads" : "writes",
		     shared->trace.done, shared->trace.granules);
}

static void peek_or_poke(struct worker *w, const unsigned long arg[], int request)
{
	unsigned long end, at = range(arg, &end);
	struct run run;

	/* Processes would have to share the one buffer: leave it to the first. */
	if (w->snapshot || (nr_processes > 1 && w->number >= nr_threads + 1))
		return;
	end = min(end, at + MAX_TRACED);
	while (next_run(w, &at, end, &run)) {
		unsigned char *tags = shared->trace.tags;
		size_t nr = run.nr * granules_per_page, i;

		if (!pages[run.first].mte)
			continue;
		while (__atomic_exchange_n(&trace_lock, 1, __ATOMIC_ACQUIRE))
			sleep_ms(1);
		for (i = 0; i < nr && request == POKEMTETAGS; i++)
			tags[i] = mix(arg[2] + i) % 16;
		trace(w, request, &run);
		for (i = 0; i < nr && request == PEEKMTETAGS; i++) {
			if (tags[i] == page_tags(run.first)[i])
				continue;
			fail(w, run.first + i / granules_per_page,
			     "PEEKMTETAGS: page %lu, granule %zu: tag %d, not %d",
			     run.first + i / granules_per_page, i % granules_per_page,
			     tags[i], page_tags(run.first)[i]);
		}
		if (request == POKEMTETAGS)
			memcpy(page_tags(run.first), tags, nr);
		else
			__atomic_add_fetch(&shared->granules, nr, __ATOMIC_RELAXED);
		__atomic_store_n(&trace_lock, 0, __ATOMIC_RELEASE);
	}
}

static void do_peek(struct worker *w, const unsigned long arg[])
{
	peek_or_poke(w, arg, PEEKMTETAGS);
}

static void do_poke(struct worker *w, const unsigned long arg[])
{
	peek_or_poke(w, arg, POKEMTETAGS);
}

/* ---- userfaultfd ---- */

static int uffd_open(void)
{
	struct uffd_api api = { .api = UFFD_API_VERSION, .features = UFFD_CAN_MOVE };
	int fd = syscall(SYS_userfaultfd, O_CLOEXEC);

	if (fd >= 0 && ioctl(fd, UFFD_API, &api)) {
		close(fd);
		return -1;
	}
	return fd;
}

/* Returns how many pages have moved: KSM's, and those of two processes, stay. */
static unsigned long uffd_move(unsigned long from, unsigned long to, unsigned long nr)
{
	unsigned long done = 0;

	for (int tries = 0; done < nr && tries < 20; tries++) {
		struct uffd_move move = {
			.src = (uintptr_t)page_addr(from + done),
			.dst = (uintptr_t)page_addr(to + done),
			.len = (nr - done) * page_size,
			.mode = UFFD_ALLOW_SRC_HOLES,
		};

		if (!ioctl(uffd, UFFD_MOVE, &move))
			return nr;
		if (move.moved > 0)
			done += move.moved / page_size;
		else if (errno == EINVAL && nr - done > 1) {
			/* Not in one VMA. */
			unsigned long half = (nr - done) / 2;
			unsigned long moved = uffd_move(from + done, to + done, half);

			if (moved < half)
				return done + moved;
			done += half;
		} else if (errno != EAGAIN) {
			break;
		}
	}
	return done;
}

static void do_uffd(struct worker *w, const unsigned long arg[])
{
	unsigned long end, first = range(arg, &end), to = arg[2] % nr_pages, at = first;
	struct run run, over;

	if (w->snapshot)
		return;
	end = min(end, first + min(nr_pages - to, to > first ? to - first : first - to));
	while (next_run(w, &at, end, &run)) {
		struct uffd_register reg = { .mode = UFFD_MODE_MISSING };
		unsigned long at_to = run.first - first + to, moved;

		if (!next_run(w, &at_to, at_to + run.nr, &over))
			continue;
		if (over.first != run.first - first + to) {
			at = over.first - to + first;
			continue;
		}
		run.nr = min(run.nr, over.nr);
		at = run.first + run.nr;
		if (page_region(run.first)->memfd || page_region(over.first)->memfd ||
		    pages[run.first].mte != pages[over.first].mte)
			continue;
		reg.range.start = (uintptr_t)page_addr(over.first);
		reg.range.len = run.nr * page_size;
		must(w, over.first, !madvise((void *)reg.range.start, reg.range.len, MADV_DONTNEED),
		     "MADV_DONTNEED");
		model_clear(over.first, run.nr);
		must(w, over.first, !ioctl(uffd, UFFD_REGISTER, &reg), "UFFDIO_REGISTER");
		moved = uffd_move(run.first, over.first, run.nr);
		must(w, over.first, !ioctl(uffd, UFFD_UNREGISTER, &reg.range), "UFFDIO_UNREGISTER");
		memcpy(page_shadow(over.first), page_shadow(run.first), moved * page_size);
		memcpy(page_tags(over.first), page_tags(run.first), moved * granules_per_page);
		model_clear(run.first, moved);
	}
}

/* ---- All of them ---- */

enum draw {
	NOTHING,
	RANGE,			/* first page, number of pages */
	RANGE_AND_OTHERS,	/* and two numbers */
	RANGE_AND_PLACE,	/* and another page */
	OTHERS,
};

static struct op {
	const char *name;
	unsigned int nr_args;
	unsigned int weight;		/* how often it is drawn */
	unsigned int others_weight;	/* for one that owns no page */
	enum draw draw;
	void (*run)(struct worker *w, const unsigned long arg[]);
	bool left_out;			/* this kernel can't */
} ops[] = {
	/* The host reads names and numbers of parameters from here. */
	{ "data", 4, 14, 0, RANGE_AND_OTHERS, do_data, false },
	{ "tags", 4, 14, 0, RANGE_AND_OTHERS, do_tags, false },
	{ "mprotect", 2, 12, 0, RANGE, do_mprotect, false },
	{ "map", 2, 2, 0, OTHERS, do_map, false },
	{ "drop", 2, 5, 0, RANGE, do_drop, false },
	{ "punch", 2, 3, 0, RANGE, do_punch, false },
	{ "move", 3, 3, 0, RANGE_AND_PLACE, do_move, false },
	{ "remap", 3, 3, 0, RANGE_AND_PLACE, do_remap, false },
	{ "order", 1, 3, 1, OTHERS, do_order, false },
	{ "shrink", 0, 4, 8, NOTHING, do_shrink, false },
	{ "split", 3, 8, 8, RANGE_AND_OTHERS, do_split, false },
	{ "collapse", 2, 4, 4, RANGE, do_collapse, false },
	{ "pageout", 2, 4, 4, RANGE, do_pageout, false },
	{ "merge", 2, 3, 2, OTHERS, do_merge, false },
	{ "ksm", 1, 3, 4, OTHERS, do_ksm, false },
	{ "unmerge", 0, 1, 1, NOTHING, do_unmerge, false },
	{ "compact", 0, 1, 1, NOTHING, do_compact, false },
	{ "litter", 0, 1, 1, NOTHING, do_litter, false },
	{ "fork", 1, 3, 0, OTHERS, do_fork, false },
	{ "reap", 0, 3, 0, NOTHING, do_reap, false },
	{ "peek", 2, 3, 0, RANGE, do_peek, false },
	{ "poke", 3, 3, 0, RANGE_AND_OTHERS, do_poke, false },
	{ "uffd", 3, 4, 0, RANGE_AND_PLACE, do_uffd, false },
	{ "fault", 2, 0, 0, OTHERS, do_fault, false },
	{ "hold", 1, 0, 0, OTHERS, do_hold, false },
	{ "check", 2, 80, 0, RANGE, do_check, false },
};

#define NR_OPS	(sizeof(ops) / sizeof(ops[0]))

static unsigned int find_op(const char *name)
{
	unsigned int i = 0;

	while (i < NR_OPS && strcmp(ops[i].name, name))
		i++;
	return i;
}

unsigned int nr_ops(void)
{
	return NR_OPS;
}

static void leave_out(const char *name, const char *reason)
{
	unsigned int i = find_op(name);

	if (i < NR_OPS && !ops[i].left_out) {
		ops[i].left_out = true;
		printf("# torture: left out: %s: %s\n", name, reason);
	}
}

/* A swap area on compressed memory, made as mkswap does. */
static bool swap_on(void)
{
	const size_t nr = ZRAM_SIZE / page_size;
	char *header;
	bool written;
	int fd;

	if (!write_number(ZRAM, ZRAM_SIZE))
		return false;
	header = calloc(1, page_size);
	if (!header)
		die("memory");
	((uint32_t *)header)[256] = 1;		/* version, after 1024 bytes */
	((uint32_t *)header)[257] = nr - 1;	/* last page */
	memcpy(header + page_size - 10, "SWAPSPACE2", 10);
	fd = open("/dev/zram0", O_WRONLY);
	written = fd >= 0 && write(fd, header, page_size) == (ssize_t)page_size;
	if (fd >= 0)
		close(fd);
	free(header);
	return written && !swapon("/dev/zram0", 0);
}

void steps_setup(void)
{
	unsigned int version, patchlevel;
	struct utsname u;
	glob_t g;

	uname(&u);
	if (sscanf(u.release, "%u.%u", &version, &patchlevel) == 2)
		memfd_to_order_0_only = version < 6 || (version == 6 && patchlevel < 15);
	if (!have_mte)
		printf("# torture: no memory tagging on this machine: data only\n");
	if (!write_file(THP_DIR "enabled", "always"))
		leave_out("order", "no " THP_DIR);
	write_number(THP_DIR "khugepaged/max_ptes_none", pages_per_thp * 4 / 5);
	write_number(THP_DIR "khugepaged/scan_sleep_millisecs", 1000000);
	write_file(THP_DIR "defrag", "always");

	if (glob(DEBUGFS "shrinker/thp-deferred_split-*/scan", 0, NULL, &g))
		leave_out("shrink", "no THP shrinker in " DEBUGFS);
	else
		snprintf(shrinker_scan, sizeof(shrinker_scan), "%s", g.gl_pathv[0]);
	if (access(SPLIT, W_OK))
		leave_out("split", "no " SPLIT);
	if (access(COMPACT, W_OK))
		leave_out("compact", "no " COMPACT);
	if (access(KSM_DIR "run", W_OK)) {
		leave_out("merge", "no KSM");
		leave_out("ksm", "no KSM");
		leave_out("unmerge", "no KSM");
	}
	write_number(KSM_DIR "sleep_millisecs", 2);
	write_number(KSM_DIR "pages_to_scan", 1000000);
	write_number(KSM_DIR "smart_scan", 0);
	write_number(KSM_DIR "max_page_sharing", 256);
	if (!swap_on())
		leave_out("pageout", "no swap on zram");
	if (!have_mte) {
		leave_out("tags", "no memory tagging");
		leave_out("mprotect", "no memory tagging");
		leave_out("peek", "no memory tagging");
		leave_out("poke", "no memory tagging");
	}
	uffd = uffd_open();
	if (uffd < 0)
		leave_out("uffd", "no userfaultfd that moves pages");
	else
		close(uffd);
	uffd = -1;
	fflush(stdout);
}

/* For each case, and each process of it: all starts alike. */
void case_setup(void)
{
	const unsigned long none[MAX_ARGS] = { 0 };

	do_order(NULL, none);
	write_number(KSM_DIR "run", 0);
	write_number(KSM_DIR "use_zero_pages", 0);
	trace_lock = 0;
	uffd = uffd_open();
}

static unsigned long draw(uint64_t *x, unsigned long below)
{
	*x = mix(*x);
	return *x % below;
}

/*
 * The parts of THPs that matter: the head page, whose flags the others must not
 * take over, those that have no part in it, some at the end, all.
 */
static void draw_range(uint64_t *x, unsigned long thp, bool whole, struct step *step)
{
	unsigned long first = thp * pages_per_thp;
	unsigned long nr = pages_per_thp;

	if (whole && draw(x, 2)) {
		step->arg[0] = first;
		step->arg[1] = nr;
		return;
	}
	switch (draw(x, whole ? 7 : 8)) {
	case 0:
		nr = 1;
		break;
	case 1:
		first += pages_per_thp - pages_per_thp / 10;
		nr = pages_per_thp / 10;
		break;
	case 2:
		first += draw(x, pages_per_thp);
		nr = 1;
		break;
	case 3:
		first += draw(x, pages_per_thp);
		nr = 1 + draw(x, 16);
		break;
	case 4:
		first += draw(x, 2) * pages_per_thp / 2;
		nr = pages_per_thp / 2;
		break;
	case 5:
		first += 1;
		nr = pages_per_thp - 1;
		break;
	case 6:
		first += draw(x, pages_per_thp);
		nr = 1 + draw(x, pages_per_thp);
		break;
	default:
		break;
	}
	step->arg[0] = first;
	step->arg[1] = min(nr, nr_pages - first);
}

/*
 * A step depends on the seed, on who takes it, and on its number, but not on
 * any step before. What the kernel can't do is drawn again.
 */
void draw_step(uint64_t seed, const struct worker *w, unsigned int number, struct step *step)
{
	static const unsigned long orders[] = { 0, 0, 0, 2, 3, 4, 5, 7 };
	/* Mostly anonymous; PROT_MTE from the start, or in parts later. */
	static const unsigned long kinds[] = { 0, 0, 0, 1, 2, 2, 2, 3 };
	uint64_t x = mix(mix(seed * MAX_WORKERS + w->number) + number);
	const bool several = nr_processes * nr_threads > 1;
	const bool others = several && w->number % (nr_threads + 1) == nr_threads;
	unsigned int total = 0, i;
	static const char * const begin[] = { "map", "data", "mprotect", "tags" };
	unsigned int fixed = NR_OPS;
	unsigned long at, thp;
	bool whole;

	memset(step, 0, sizeof(*step));
	/*
	 * For some time most of it goes on in one THP, and begins with a new one
	 * of which a part becomes PROT_MTE: chances are that the steps have to
	 * do with each other.
	 */
	thp = mix(seed + number / ATTENTION * 977) % (nr_pages / pages_per_thp);
	/* The others are PROT_MTE meanwhile, so that there is much to compare. */
	if (!several && number < nr_regions) {
		step->op = find_op("map");
		step->arg[0] = number;
		step->arg[1] = draw(&x, 4) ? 2 : 3;
		return;
	}
	number -= several ? 0 : nr_regions;
	if (!several && number % ATTENTION == 0) {
		step->op = find_op("map");
		step->arg[0] = thp * pages_per_thp / pages_per_region;
		step->arg[1] = kinds[draw(&x, 8)];
		return;
	}
	if (!several && number % ATTENTION < sizeof(begin) / sizeof(begin[0]) && draw(&x, 4))
		fixed = find_op(begin[number % ATTENTION]);
	if (draw(&x, 4) == 0)
		thp = draw(&x, nr_pages / pages_per_thp);
	for (i = 0; i < NR_OPS; i++)
		total += others ? ops[i].others_weight : ops[i].weight;
	do {
		at = draw(&x, total);
		for (i = 0; fixed == NR_OPS && at >= (others ? ops[i].others_weight : ops[i].weight); i++)
			at -= others ? ops[i].others_weight : ops[i].weight;
		if (fixed != NR_OPS && !ops[fixed].left_out)
			i = fixed;
		fixed = NR_OPS;
	} while (ops[i].left_out || (several && ops[i].run == do_map));
	step->op = i;
	/* Data and comparisons are for all of a THP, what tears it is for parts. */
	whole = ops[i].run != do_mprotect && ops[i].run != do_drop && ops[i].run != do_punch;
	switch (ops[i].draw) {
	case NOTHING:
		break;
	case RANGE:
		draw_range(&x, thp, whole, step);
		break;
	case RANGE_AND_OTHERS:
		draw_range(&x, thp, whole, step);
		step->arg[2] = draw(&x, 256);
		step->arg[3] = draw(&x, 4);
		break;
	case RANGE_AND_PLACE:
		draw_range(&x, thp, whole, step);
		step->arg[2] = draw(&x, nr_pages / pages_per_thp) * pages_per_thp;
		/* THPs move as a whole if they stay aligned. */
		step->arg[2] += draw(&x, 2) ? step->arg[0] % pages_per_thp : draw(&x, pages_per_thp);
		step->arg[2] %= nr_pages;
		break;
	case OTHERS:
		step->arg[0] = draw(&x, 256);
		step->arg[1] = draw(&x, 256);
		break;
	}
	/* Parameters of few values, for texts that can be read. */
	if (ops[i].run == do_order)
		step->arg[0] = orders[draw(&x, 8)];
	if (ops[i].run == do_map)
		step->arg[1] = draw(&x, 4);
	if (ops[i].run == do_map || ops[i].run == do_merge)
		step->arg[0] %= nr_regions;
	if (ops[i].run == do_merge)
		step->arg[1] = draw(&x, 4) != 0;
	if (ops[i].run == do_ksm || ops[i].run == do_remap)
		step->arg[ops[i].nr_args - 1] %= 2;
	if (ops[i].run == do_split)
		step->arg[2] = draw(&x, 2) ? 0 : 2 + draw(&x, 5);
	if (ops[i].run == do_tags && step->arg[3] == 0)
		step->arg[2] %= 16;
	/* Most often all is compared. */
	if (ops[i].run == do_check && draw(&x, 4)) {
		step->arg[0] = 0;
		step->arg[1] = nr_pages;
	}
}

void do_step(struct worker *w, const struct step *step)
{
	if (!w->snapshot) {
		unsigned int n = __atomic_fetch_add(&shared->nr_log, 1, __ATOMIC_RELAXED);

		if (n < MAX_STEPS)
			shared->log[n] = *step;
	}
	if (!ops[step->op].left_out)
		ops[step->op].run(w, step->arg);
	__atomic_add_fetch(&shared->steps, 1, __ATOMIC_RELAXED);
}

int step_text(char *text, size_t size, const struct step *step)
{
	int len = snprintf(text, size, "%s", ops[step->op].name);

	for (unsigned int i = 0; i < ops[step->op].nr_args && (size_t)len < size; i++)
		len += snprintf(text + len, size - len, " %lu", step->arg[i]);
	return len;
}

/* Might the step mind these pages? Those that name no page mind all. */
bool step_touches(const struct step *step, unsigned long first, unsigned long nr)
{
	unsigned long end, from;

	switch (ops[step->op].draw) {
	case NOTHING:
	case OTHERS:
		return true;
	default:
		from = range(step->arg, &end);
	}
	if (from < first + nr && end > first)
		return true;
	if (ops[step->op].draw != RANGE_AND_PLACE)
		return false;
	end = step->arg[2] % nr_pages + end - from;
	return step->arg[2] % nr_pages < first + nr && end > first;
}

int parse_steps(const char *text, struct step *steps, unsigned int max, char *wrong, size_t size)
{
	unsigned int nr = 0;

	while (*text) {
		const size_t len = strcspn(text, ";");
		char part[128], *word, *rest = part;
		struct step step = { 0 };
		unsigned int args = 0;

		snprintf(part, sizeof(part), "%.*s", (int)len, text);
		snprintf(wrong, size, "%s", part);
		text += len + (text[len] == ';');
		word = strtok_r(rest, " ", &rest);
		if (!word)
			continue;
		step.op = find_op(word);
		if (step.op == NR_OPS || nr == max)
			return -1;
		while ((word = strtok_r(NULL, " ", &rest))) {
			char *end;

			if (args == ops[step.op].nr_args)
				return -1;
			step.arg[args++] = strtoul(word, &end, 10);
			if (*end)
				return -1;
		}
		if (args != ops[step.op].nr_args)
			return -1;
		steps[nr++] = step;
	}
	return nr;
}
