// SPDX-License-Identifier: GPL-2.0
/*
 * A KVM guest with MTE stores data and tags to the memory under test, and loads them.
 * The VMM copies its tags, and logs which pages it writes. PROT_MTE is not needed for
 * that: the model has the tags of all pages.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "../tags.h"
#include "guest.h"
#include "random.h"
#include "vm.h"

#define MAX_COPIED	32		/* pages whose tags are copied at once */

/* The threads of a process share the guest. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static bool log_on;
static bool *written;			/* by the guest since the log was read */

/* A VM belongs to the process that created it: the first one. */
static bool has_guest(const struct worker *w)
{
	return !w->snapshot && (nr_processes == 1 || w->number < nr_threads + 1);
}

/* The guest stores VALUE, VALUE + ADD, ... every STEP bytes from OFFSET on. */
static void store(struct worker *w, enum vm_command command, const struct run *pages,
		  size_t offset, size_t step, uint64_t value, uint64_t add)
{
	const struct vm_call call = {
		.command = command,
		.first = pages->first * page_size + offset,
		.end = (pages->first + pages->nr) * page_size,
		.step = step,
		.value = value,
		.add = add,
	};

	vm_run(w, &call);
	for (uint64_t at = call.first; at < call.end; at += step, value += add) {
		const unsigned long page = at / page_size;

		if (command == VM_STORE)
			memcpy(page_shadow(0) + at, &value, sizeof(value));
		else
			page_tags(0)[at / GRANULE] = value % 16;
		if (log_on)
			written[page] = true;
	}
}

static void do_gdata(struct worker *w, const unsigned long arg[])
{
	const uint64_t value = mix(arg[2]), byte = arg[2] % 256;
	const size_t word = arg[2] * 97 % (page_size / sizeof(value));
	unsigned long end, at = range(arg, &end);
	struct run run;

	while (has_guest(w) && next_run(w, &at, end, &run)) {
		pthread_mutex_lock(&lock);
		switch (arg[3] % 4) {
		case 0:	/* zeroes */
			store(w, VM_STORE, &run, 0, sizeof(value), 0, 0);
			break;
		case 1:	/* a single word of each page */
			store(w, VM_STORE, &run, word * sizeof(value), page_size, value, 1);
			break;
		case 2:	/* pages that KSM can merge, also with those of do_data() */
			store(w, VM_STORE, &run, 0, sizeof(value), byte * 0x0101010101010101, 0);
			break;
		case 3:	/* pages that all differ */
			store(w, VM_STORE, &run, 0, sizeof(value), value, sizeof(value));
			break;
		}
		pthread_mutex_unlock(&lock);
	}
}

/*
 * Without PROT_MTE, the VMM cannot see which tags a hole in a memfd leaves: these
 * pages get none.
 */
static bool can_have_tags(const struct run *run)
{
	return pages[run->first].mte || !page_region(run->first)->memfd;
}

static void do_gtags(struct worker *w, const unsigned long arg[])
{
	const unsigned int tag = 1 + arg[2] % 15;
	unsigned long end, at = range(arg, &end);
	struct run run;

	while (has_guest(w) && next_run(w, &at, end, &run)) {
		if (!can_have_tags(&run))
			continue;
		pthread_mutex_lock(&lock);
		switch (arg[3] % 4) {
		case 0:	/* the same for the whole page */
			store(w, VM_STORE_TAGS, &run, 0, GRANULE, arg[2], 0);
			break;
		case 1:	/* a single granule of each page */
			store(w, VM_STORE_TAGS, &run, arg[2] * 7 % granules_per_page * GRANULE,
			      page_size, tag, 0);
			break;
		case 2:	/* tags that differ */
			store(w, VM_STORE_TAGS, &run, 0, GRANULE, arg[2], arg[2] | 1);
			break;
		case 3:	/* the last granule */
			store(w, VM_STORE_TAGS, &run, page_size - GRANULE, page_size, tag, 0);
			break;
		}
		pthread_mutex_unlock(&lock);
	}
}

static void compare(struct worker *w, const struct run *run)
{
	const struct vm_call call = {
		.command = VM_LOAD,
		.first = run->first * page_size,
		.end = (run->first + run->nr) * page_size,
	};
	const uint8_t *want = page_shadow(run->first), *want_tags = page_tags(run->first);
	const size_t size = run->nr * page_size, nr = run->nr * granules_per_page;
	unsigned long wrong = 0, page;
	size_t first = 0;

	vm_run(w, &call);
	for (size_t i = 0; i < nr; i++) {
		if (vm_tags()[i] == want_tags[i] &&
		    !memcmp(vm_data() + i * GRANULE, want + i * GRANULE, GRANULE))
			continue;
		if (!wrong++)
			first = i;
	}
	__atomic_add_fetch(&shared->granules, nr, __ATOMIC_RELAXED);
	__atomic_add_fetch(&shared->bytes, size, __ATOMIC_RELAXED);
	page = run->first + first / granules_per_page;
	if (wrong)
		fail(w, page, "the guest finds %lu granules that are wrong\n"
		     "# page %lu (%s%s%s), granule %zu: tag %d, not %d; data: %s", wrong, page,
		     page_region(page)->memfd ? "memfd" : "anonymous",
		     page_region(page)->hugetlb ? ", hugetlb" : "",
		     pages[page].mte ? ", PROT_MTE" : "", first % granules_per_page,
		     vm_tags()[first], want_tags[first],
		     memcmp(vm_data() + first * GRANULE, want + first * GRANULE, GRANULE) ?
		     "wrong" : "right");
}

static void do_gcheck(struct worker *w, const unsigned long arg[])
{
	unsigned long end, at = range(arg, &end);
	struct run run;

	while (has_guest(w) && next_run(w, &at, end, &run)) {
		/* The rest of a run is another run. */
		if (run.nr > VM_PAGES) {
			run.nr = VM_PAGES;
			at = run.first + run.nr;
		}
		pthread_mutex_lock(&lock);
		compare(w, &run);
		pthread_mutex_unlock(&lock);
	}
}

static void copy_tags(struct worker *w, unsigned long page, bool write, unsigned long value)
{
	uint8_t tags[granules_per_page];

	for (size_t i = 0; i < granules_per_page; i++)
		tags[i] = mix(value + page * granules_per_page + i) % 16;
	vm_copy_tags(w, page, write, tags);
	if (write)
		memcpy(page_tags(page), tags, granules_per_page);
	for (size_t i = 0; i < granules_per_page; i++)
		if (tags[i] != page_tags(page)[i])
			fail(w, page, "KVM_ARM_MTE_COPY_TAGS: page %lu%s%s, granule %zu: "
			     "tag %d, not %d", page, page_region(page)->hugetlb ? ", hugetlb" : "",
			     pages[page].mte ? ", PROT_MTE" : "", i, tags[i], page_tags(page)[i]);
	__atomic_add_fetch(&shared->granules, granules_per_page, __ATOMIC_RELAXED);
}

static void peek_or_poke(struct worker *w, const unsigned long arg[], bool write)
{
	unsigned long end, at = range(arg, &end);
	struct run run;

	end = min(end, at + MAX_COPIED);
	while (has_guest(w) && next_run(w, &at, end, &run)) {
		if (write && !can_have_tags(&run))
			continue;
		pthread_mutex_lock(&lock);
		/* KVM writes no tags while it keeps a log. */
		for (unsigned long page = run.first; page < run.first + run.nr; page++)
			if (!write || !log_on)
				copy_tags(w, page, write, arg[2]);
		pthread_mutex_unlock(&lock);
	}
}

static void do_gpeek(struct worker *w, const unsigned long arg[])
{
	peek_or_poke(w, arg, false);
}

static void do_gpoke(struct worker *w, const unsigned long arg[])
{
	peek_or_poke(w, arg, true);
}

/* Each page that the guest has written is in the log; others can be. */
static void compare_log(struct worker *w)
{
	const size_t words = (nr_pages + 63) / 64;
	uint64_t *log = calloc(words, sizeof(*log));

	must(w, 0, log, "memory");
	vm_read_log(w, log);
	for (unsigned long page = 0; page < nr_pages; page++) {
		if (written[page] && !(log[page / 64] >> page % 64 & 1))
			fail(w, page, "page %lu is not in the log", page);
		written[page] = false;
	}
	free(log);
}

/* 0: no log, 1: a log is kept, 2: and read. */
static void do_glog(struct worker *w, const unsigned long arg[])
{
	const bool on = arg[0] % 3;

	if (!has_guest(w))
		return;
	pthread_mutex_lock(&lock);
	if (!written)
		written = calloc(nr_pages, sizeof(*written));
	must(w, 0, written, "memory");
	if (on != log_on) {
		vm_keep_log(w, on);
		memset(written, 0, nr_pages * sizeof(*written));
	}
	log_on = on;
	if (arg[0] % 3 == 2)
		compare_log(w);
	pthread_mutex_unlock(&lock);
}

static void draw_glog(uint64_t *x, unsigned long thp, unsigned long arg[])
{
	draw_numbers(x, thp, arg);
	arg[0] %= 3;
}

const struct operation guest_operations[] = {
	{ "gdata", 4, 4, 0, .draw = draw_range_and_numbers, .run = do_gdata,
	  .touches = touches_range, .setup = vm_setup },
	{ "gtags", 4, 4, 0, .draw = draw_range_and_numbers, .run = do_gtags,
	  .touches = touches_range, .setup = vm_setup },
	{ "gcheck", 2, 6, 0, .draw = draw_range, .run = do_gcheck,
	  .touches = touches_range, .setup = vm_setup },
	{ "gpeek", 2, 2, 0, .draw = draw_range, .run = do_gpeek,
	  .touches = touches_range, .setup = vm_setup },
	{ "gpoke", 3, 2, 0, .draw = draw_range_and_numbers, .run = do_gpoke,
	  .touches = touches_range, .setup = vm_setup },
	{ "glog", 1, 4, 2, .draw = draw_glog, .run = do_glog, .setup = vm_setup },
	{ }
};
