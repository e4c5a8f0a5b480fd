// SPDX-License-Identifier: GPL-2.0
/*
 * Tags are read and written by ptrace. Another process does it, as a process cannot
 * trace itself.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>

#include "../files.h"
#include "../tags.h"
#include "ptrace.h"
#include "random.h"
#include "report.h"

#define PEEKMTETAGS	33
#define POKEMTETAGS	34
#define MAX_TRACED	32		/* pages at once */

/* A request to the tracer, in shared memory. */
static struct request {
	int request;
	int tid;
	char *addr;
	size_t granules;
	long done;
	unsigned char tags[];
} *request;
static int request_pipe[2], answer_pipe[2];
static int request_lock;		/* for the threads of a process */

static void __attribute__((noreturn)) tracer(void)
{
	char c;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (read(request_pipe[0], &c, 1) == 1) {
		const int tid = request->tid;
		size_t done = 0;
		int status;

		request->done = -1;
		if (!ptrace(PTRACE_ATTACH, tid, NULL, NULL) &&
		    waitpid(tid, &status, __WALL) == tid) {
			while (done < request->granules) {
				struct iovec iov = {
					.iov_base = request->tags + done,
					.iov_len = request->granules - done,
				};

				if (ptrace(request->request, tid, request->addr + done * GRANULE,
					   &iov) || !iov.iov_len)
					break;
				done += iov.iov_len;
			}
			request->done = done;
			ptrace(PTRACE_DETACH, tid, NULL, NULL);
		}
		if (write(answer_pipe[1], "", 1) != 1)
			break;
	}
	_exit(0);
}

void start_tracer(void)
{
	pid_t pid;

	request = shared_memory(sizeof(*request) + MAX_TRACED * granules_per_page);
	if (pipe2(request_pipe, O_CLOEXEC) || pipe2(answer_pipe, O_CLOEXEC))
		die("pipe");
	pid = fork();
	if (pid < 0)
		die("fork");
	if (!pid) {
		close(request_pipe[1]);
		close(answer_pipe[0]);
		tracer();
	}
	close(request_pipe[0]);
	close(answer_pipe[1]);
}

/* Reads or writes the tags of a run of pages. */
static void trace(struct worker *w, int what, const struct run *run)
{
	ssize_t len;
	char c;

	request->request = what;
	request->tid = syscall(SYS_gettid);
	request->addr = page_addr(run->first);
	request->granules = run->nr * granules_per_page;
	must(w, run->first, write(request_pipe[1], "", 1) == 1, "pipe to the tracer");
	do {
		len = read(answer_pipe[0], &c, 1);
	} while (len < 0 && errno == EINTR);
	must(w, run->first, len == 1, "pipe from the tracer");
	if (request->done != (long)request->granules)
		fail(w, run->first, "ptrace %s %ld tags of %zu",
		     what == PEEKMTETAGS ? "reads" : "writes", request->done, request->granules);
}

static void peek(struct worker *w, const struct run *run)
{
	const size_t nr = run->nr * granules_per_page;

	trace(w, PEEKMTETAGS, run);
	for (size_t i = 0; i < nr; i++) {
		const int tag = request->tags[i], want = page_tags(run->first)[i];
		const unsigned long page = run->first + i / granules_per_page;

		if (tag != want)
			fail(w, page, "PEEKMTETAGS: page %lu, granule %zu: tag %d, not %d",
			     page, i % granules_per_page, tag, want);
	}
	__atomic_add_fetch(&shared->granules, nr, __ATOMIC_RELAXED);
}

static void poke(struct worker *w, const struct run *run, unsigned long value)
{
	const size_t nr = run->nr * granules_per_page;

	for (size_t i = 0; i < nr; i++)
		request->tags[i] = mix(value + i) % 16;
	trace(w, POKEMTETAGS, run);
	memcpy(page_tags(run->first), request->tags, nr);
}

static void peek_or_poke(struct worker *w, const unsigned long arg[], int what)
{
	unsigned long end, at = range(arg, &end);
	struct run run;

	/* There is one request at a time: only the first process makes them. */
	if (w->snapshot || (nr_processes > 1 && w->number >= nr_threads + 1))
		return;
	end = min(end, at + MAX_TRACED);
	while (next_run(w, &at, end, &run)) {
		if (!pages[run.first].mte)
			continue;
		while (__atomic_exchange_n(&request_lock, 1, __ATOMIC_ACQUIRE))
			sleep_ms(1);
		if (what == PEEKMTETAGS)
			peek(w, &run);
		else
			poke(w, &run, arg[2]);
		__atomic_store_n(&request_lock, 0, __ATOMIC_RELEASE);
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

static void begin_ptrace(void)
{
	request_lock = 0;
}

const struct operation ptrace_operations[] = {
	{ "peek", 2, 3, 0, .draw = draw_range, .run = do_peek, .touches = touches_range,
	  .setup = needs_mte, .begin = begin_ptrace },
	{ "poke", 3, 3, 0, .draw = draw_range_and_numbers, .run = do_poke, .touches = touches_range,
	  .setup = needs_mte },
	{ }
};
