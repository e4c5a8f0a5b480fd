// SPDX-License-Identifier: GPL-2.0
/*
 * Child processes, which share memory with their parent until one of them writes.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "data.h"
#include "map.h"
#include "pin.h"
#include "process.h"
#include "random.h"
#include "report.h"

#define CHILD_STEPS	6

/*
 * Waits while the parent continues. Then the memory must still be as it was at the
 * fork. Writes to it, and compares it again.
 */
static void __attribute__((noreturn)) child(struct worker *w, int go, unsigned long value)
{
	static void (* const writes[])(struct worker *w, const unsigned long arg[]) = {
		do_data, do_tags, do_mprotect, do_drop,
	};
	char c;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	w->snapshot = true;
	w->nr_children = 0;
	unpin_all(w);
	if (read(go, &c, 1) != 1)
		_exit(0);
	model_compare(w, 0, nr_pages);
	for (unsigned int i = 0; i < CHILD_STEPS; i++) {
		uint64_t x = mix(value + i);
		const unsigned long arg[MAX_ARGS] = {
			x >> 8 & 0xffff, x >> 24 & 0xff, x >> 32 & 0xff, x >> 40 & 0xff,
		};

		writes[x % 4](w, arg);
		__atomic_add_fetch(&shared->steps, 1, __ATOMIC_RELAXED);
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
		fail(w, 0, "a child was killed by signal %d", WTERMSIG(status));
	/* The child has reported a failure. */
	if (status)
		_exit(FAILED);
}

void reap_all(struct worker *w)
{
	while (w->nr_children)
		reap_one(w);
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

const struct operation process_operations[] = {
	{ "fork", 1, 3, 0, .draw = draw_numbers, .run = do_fork },
	{ "reap", 0, 3, 0, .run = do_reap },
	{ }
};
