// SPDX-License-Identifier: GPL-2.0
/*
 * Runs a test, and says what it came to.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <sys/wait.h>

#include "init.h"
#include "output.h"

/*
 * Ends all processes but this one, and says how many there were. What is just
 * ending by itself does not count.
 */
static int kill_all(void)
{
	int tries = 20, killed = 0;
	pid_t pid;

	while ((pid = waitpid(-1, NULL, WNOHANG)) >= 0 && tries) {
		if (pid == 0) {
			usleep(10000);
			tries--;
		}
	}
	if (pid < 0)
		return 0;
	for (;;) {
		kill(-1, SIGKILL);
		if (waitpid(-1, NULL, 0) < 0)
			return killed;
		killed++;
	}
}

void run_test(int number, const struct test *test)
{
	struct output o = { .reason = "(it gave no reason)" };
	struct timespec deadline;
	int status = 0, left, fds[2];
	pid_t pid;

	/* For whoever reads what a guest said that did not live to the end. */
	printf("# vmtest: running %s\n", test->name);
	if (pipe(fds)) {
		printf("not ok %d %s # pipe: %s\n", number, test->name,
		       strerror(errno));
		return;
	}
	clock_gettime(CLOCK_MONOTONIC, &deadline);
	deadline.tv_sec += test->seconds;

	fflush(stdout);
	pid = fork();
	if (pid < 0) {
		printf("not ok %d %s # fork: %s\n", number, test->name,
		       strerror(errno));
		close(fds[0]);
		close(fds[1]);
		return;
	}
	if (pid == 0) {
		setsid();
		dup2(fds[1], STDOUT_FILENO);
		dup2(fds[1], STDERR_FILENO);
		close(fds[0]);
		close(fds[1]);
		if (chdir(test->dir) == 0)
			execl("/bin/sh", "sh", "-c", test->command, NULL);
		printf("# cannot run %s in %s: %s\n", test->command, test->dir,
		       strerror(errno));
		fflush(stdout);
		_exit(127);
	}
	close(fds[1]);
	copy_output(fds[0], pid, &deadline, &o);
	if (o.late)
		kill(-pid, SIGKILL);
	waitpid(pid, &status, 0);
	left = kill_all();
	finish_output(fds[0], &o);
	close(fds[0]);

	if (left && !o.late)
		printf("# vmtest: %s left %d process%s behind, now killed\n",
		       test->name, left, left == 1 ? "" : "es");
	if (o.late)
		printf("not ok %d %s # timeout after %d s\n", number,
		       test->name, test->seconds);
	else if (WIFSIGNALED(status))
		printf("not ok %d %s # signal %d\n", number, test->name,
		       WTERMSIG(status));
	else if (WEXITSTATUS(status) == 4)	/* KSFT_SKIP */
		/* KTAP wants a plan, of no tests; older selftests go without. */
		printf("%sok %d %s # SKIP %s\n", o.plan_due ? "    1..0\n" : "",
		       number, test->name, o.reason);
	else if (WEXITSTATUS(status))
		printf("not ok %d %s # exit %d\n", number, test->name,
		       WEXITSTATUS(status));
	else
		printf("ok %d %s\n", number, test->name);
	fflush(stdout);
}
