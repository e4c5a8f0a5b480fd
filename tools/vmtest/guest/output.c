// SPDX-License-Identifier: GPL-2.0
/*
 * What a test prints, on its way to the results.
 */
#define _GNU_SOURCE
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <sys/syscall.h>

#include "output.h"

/* Shows what the test printed, each line indented: KTAP's nesting. */
static void show(struct output *o, const char *buf, ssize_t len)
{
	for (ssize_t i = 0; i < len; i++) {
		if (!o->line_open)
			fputs("    ", stdout);
		putchar(buf[i]);
		o->line_open = buf[i] != '\n';
		if (o->line_open && o->line_len < sizeof(o->line) - 1) {
			o->line[o->line_len++] = buf[i];
			o->line[o->line_len] = '\0';
		}
		if (o->line_open)
			continue;
		if (strstr(o->line, "TAP version ") == o->line ||
		    strstr(o->line, "KTAP version ") == o->line)
			o->plan_due = true;
		if (strstr(o->line, "1..") == o->line)
			o->plan_due = false;
		sscanf(o->line, "1..0 # SKIP%*[ -]%127[^\n]", o->reason);
		sscanf(o->line, "# SKIP: %127[^\n]", o->reason);
		o->line_len = 0;
		o->line[0] = 0;
	}
	fflush(stdout);
}

static long ms_until(const struct timespec *deadline)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (deadline->tv_sec - now.tv_sec) * 1000 +
	       (deadline->tv_nsec - now.tv_nsec) / 1000000;
}

/*
 * Shows what comes through the pipe until the test's own process has ended, or
 * its time is over. That the pipe is closed says nothing: a process that the
 * test left behind may hold it open, and the test may have closed it.
 */
void copy_output(int fd, pid_t pid, const struct timespec *deadline,
		 struct output *o)
{
	struct pollfd p[] = {
		{ .fd = fd, .events = POLLIN },
		{ .fd = syscall(SYS_pidfd_open, pid, 0), .events = POLLIN },
	};
	char buf[4096];

	for (;;) {
		long left_ms = ms_until(deadline);

		if (left_ms <= 0 || poll(p, 2, left_ms) == 0) {
			o->late = true;
			break;
		}
		if (p[0].revents) {
			ssize_t len = read(fd, buf, sizeof(buf));

			if (len > 0)
				show(o, buf, len);
			else if (len == 0 && p[1].fd < 0)
				break;
			else if (len == 0)
				p[0].fd = -1;
		}
		if (p[1].revents)
			break;
	}
	close(p[1].fd);
}

/*
 * What is still in the pipe, now that nobody is left who could write to it. A
 * test that died may have left its last line open.
 */
void finish_output(int fd, struct output *o)
{
	char buf[4096];
	ssize_t len;

	while ((len = read(fd, buf, sizeof(buf))) > 0)
		show(o, buf, len);
	if (o->line_open)
		putchar('\n');
}
