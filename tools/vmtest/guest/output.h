/* SPDX-License-Identifier: GPL-2.0 */
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <time.h>

/* What became of a test's process, and what it said. */
struct output {
	bool late;		/* it had to be killed */
	bool line_open;
	bool plan_due;		/* a version line, and no plan yet */
	char reason[128];	/* of a plan of no tests, or a comment instead */
	char line[128];
	size_t line_len;
};

void copy_output(int fd, pid_t pid, const struct timespec *deadline,
		 struct output *o);
void finish_output(int fd, struct output *o);
