/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TORTURE_REPORT_H
#define TORTURE_REPORT_H

/* Failures, and what the processes of a case write to shared memory. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MAX_CHILDREN	2
#define MAX_PINS	2

/* How a case ends. */
#define PASSED		0
#define FAILED		1
#define BROKEN		3	/* not the kernel's fault: no result */

/* A process that runs steps, or a thread of one. */
struct worker {
	unsigned int number;
	unsigned int step;		/* the number of the current step */
	char doing[128];		/* the text of the current step */
	char *spare;			/* addresses to which this worker can move memory */
	unsigned int nr_children;
	struct child {
		int pid;
		int go;			/* the end of a pipe: a byte starts the child */
	} children[MAX_CHILDREN];
	unsigned int nr_pins;
	int pins[MAX_PINS];		/* pipes with a page under test */
	bool snapshot;			/* this is a child: memfds have changed since the fork */
};

struct shared {
	uint64_t granules;		/* whose tag was compared */
	uint64_t bytes;			/* that were compared */
	uint64_t steps;
	/* The first failure. */
	unsigned int failed;
	unsigned int worker;
	unsigned int step;
	unsigned long page;
	char during[128];
	char report[4096];
};

extern struct shared *shared;

/* Returns zeroed memory that child processes share. */
void *shared_memory(size_t size);
void report_setup(void);
void report_clear(void);
void report_print(void);

/* Reports a failure and ends the case. */
__attribute__((noreturn, format(printf, 3, 4)))
void fail(const struct worker *w, unsigned long page, const char *format, ...);
/* Fails if a system call that has to succeed did not. */
void must(const struct worker *w, unsigned long page, bool done, const char *what);
/* Exits if others have reported a failure. */
void stop_if_failed(void);
/* Exits without a result: the torture cannot continue. */
__attribute__((noreturn))
void die(const char *what);

#endif
