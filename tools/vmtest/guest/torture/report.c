// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <sys/mman.h>

#include "report.h"

struct shared *shared;

void die(const char *what)
{
	printf("# torture: %s: %s\n", what, strerror(errno));
	fflush(stdout);
	_exit(BROKEN);
}

void *shared_memory(size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		die("shared memory");
	return p;
}

void report_setup(void)
{
	shared = shared_memory(sizeof(*shared));
}

void report_clear(void)
{
	shared->failed = 0;
	shared->report[0] = '\0';
	strcpy(shared->during, "(unknown)");
	shared->worker = shared->step = shared->page = 0;
}

/* Prints the report as diagnostic lines. */
void report_print(void)
{
	char *line, *rest = shared->report;

	while ((line = strsep(&rest, "\n"))) {
		if (*line)
			printf("# %s\n", line + (line[0] == '#' ? 2 : 0));
	}
}

/* The process that failed first ends the case; this one waits for that. */
static void __attribute__((noreturn)) wait_for_end(void)
{
	sleep(1);
	_exit(FAILED);
}

void fail(const struct worker *w, unsigned long page, const char *format, ...)
{
	va_list args;

	/* Only the first failure is reported. */
	if (__atomic_exchange_n(&shared->failed, 1, __ATOMIC_ACQ_REL))
		wait_for_end();
	shared->worker = w->number;
	shared->step = w->step;
	shared->page = page;
	strcpy(shared->during, w->doing);
	va_start(args, format);
	vsnprintf(shared->report, sizeof(shared->report), format, args);
	va_end(args);
	_exit(FAILED);
}

void must(const struct worker *w, unsigned long page, bool done, const char *what)
{
	if (!done)
		fail(w, page, "%s: %s", what, strerror(errno));
}

void stop_if_failed(void)
{
	if (__atomic_load_n(&shared->failed, __ATOMIC_RELAXED))
		wait_for_end();
}
