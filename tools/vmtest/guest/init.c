// SPDX-License-Identifier: GPL-2.0
/*
 * The guest's first process: shows that the machine is fit for the tests, runs
 * them one after another, and powers the machine off.
 *
 * The kernel's messages stay on the console. Results go to a port of their
 * own, /dev/hvc0, as one KTAP document in which the output of
 * each program is a nested test. Its last line, "# vmtest: done", tells the
 * host that the guest lived to the end.
 *
 * /tests/list names the tests, one a line: a timeout in seconds, the folder to
 * run in, and the command.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <sys/wait.h>

#include "probe.h"

#define MAX_TESTS	64

struct test {
	int seconds;
	char dir[128];
	char command[4096];
	char name[4096];
};

static struct test tests[MAX_TESTS];

/*
 * Results get a port of their own, so that no kernel message cuts a line. The
 * kernel makes its device before the port is found: it may not be ready yet.
 */
static void open_results(void)
{
	int tries = 1000, fd;

	while ((fd = open("/dev/hvc0", O_WRONLY)) < 0 && tries--)
		usleep(10000);
	if (fd < 0)
		fd = open("/dev/console", O_WRONLY);
	if (fd >= 0) {
		struct termios raw;

		if (tcgetattr(fd, &raw) == 0) {
			cfmakeraw(&raw);
			tcsetattr(fd, TCSANOW, &raw);
		}
		dup2(fd, STDOUT_FILENO);
		dup2(fd, STDERR_FILENO);
	}
}

static void __attribute__((noreturn)) power_off(void)
{
	fflush(stdout);
	tcdrain(STDOUT_FILENO);
	reboot(RB_POWER_OFF);
	for (;;)
		pause();
}

/* What can't be mounted is missing for the tests too, which then say so. */
static void mount_all(void)
{
	mkdir("/proc", 0755);
	mkdir("/sys", 0755);
	mkdir("/dev", 0755);
	mkdir("/tmp", 0755);
	mount("proc", "/proc", "proc", 0, NULL);
	mount("sysfs", "/sys", "sysfs", 0, NULL);
	mount("devtmpfs", "/dev", "devtmpfs", 0, NULL);
	mount("tmpfs", "/tmp", "tmpfs", 0, NULL);
	mount("debugfs", "/sys/kernel/debug", "debugfs", 0, NULL);
	/* What shells and scripts take for granted. */
	symlink("/proc/self/fd", "/dev/fd");
	symlink("/proc/self/fd/0", "/dev/stdin");
	symlink("/proc/self/fd/1", "/dev/stdout");
	symlink("/proc/self/fd/2", "/dev/stderr");
	mkdir("/dev/shm", 0755);
	mount("tmpfs", "/dev/shm", "tmpfs", 0, NULL);
	mount("cgroup2", "/sys/fs/cgroup", "cgroup2", 0, NULL);
}

static int read_tests(void)
{
	FILE *f = fopen("/tests/list", "r");
	int n = 0;

	if (!f)
		return 0;
	while (n < MAX_TESTS &&
	       fscanf(f, "%d %127s %4095[^\n]", &tests[n].seconds, tests[n].dir,
		      tests[n].command) == 3) {
		/* The name in the results: the command without its path. */
		snprintf(tests[n].name, sizeof(tests[n].name), "%s",
			 tests[n].command + (strncmp(tests[n].command, "./", 2) ? 0 : 2));
		n++;
	}
	fclose(f);
	return n;
}

/*
 * Copies what the test prints, each line indented: KTAP's nesting. Keeps what a
 * plan of no tests, or a comment instead of one, gives as the reason, and
 * whether a plan was still to come.
 */
static void copy_output(int fd, const struct timespec *deadline, bool *late,
			bool *plan_due, char reason[64])
{
	bool line_start = true;
	char buf[4096], line[128] = "";
	size_t line_len = 0;

	for (;;) {
		struct pollfd p = { .fd = fd, .events = POLLIN };
		struct timespec now;
		long left_ms;
		ssize_t len;

		clock_gettime(CLOCK_MONOTONIC, &now);
		left_ms = (deadline->tv_sec - now.tv_sec) * 1000 +
			  (deadline->tv_nsec - now.tv_nsec) / 1000000;
		if (left_ms <= 0 || poll(&p, 1, left_ms) == 0) {
			*late = true;
			return;
		}
		len = read(fd, buf, sizeof(buf));
		if (len < 0 && errno == EINTR)
			continue;
		if (len <= 0)
			return;
		for (ssize_t i = 0; i < len; i++) {
			if (line_start)
				fputs("    ", stdout);
			putchar(buf[i]);
			line_start = buf[i] == '\n';
			if (!line_start && line_len < sizeof(line) - 1) {
				line[line_len++] = buf[i];
				line[line_len] = '\0';
			}
			if (line_start) {
				if (strstr(line, "TAP version ") == line)
					*plan_due = true;
				if (strstr(line, "1..") == line)
					*plan_due = false;
				sscanf(line, "1..0 # SKIP %63[^\n]", reason);
				sscanf(line, "# SKIP: %63[^\n]", reason);
				line_len = 0;
				line[0] = 0;
			}
		}
		fflush(stdout);
	}
}

static void run_test(int number, const struct test *test)
{
	struct timespec deadline;
	char reason[64] = "(it gave no reason)";
	bool late = false, plan_due = false;
	int status, fds[2];
	pid_t pid;

	if (pipe(fds)) {
		printf("not ok %d %s # pipe: %s\n", number, test->name,
		       strerror(errno));
		return;
	}
	clock_gettime(CLOCK_MONOTONIC, &deadline);
	deadline.tv_sec += test->seconds;

	fflush(stdout);
	pid = fork();
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
	copy_output(fds[0], &deadline, &late, &plan_due, reason);
	if (late)
		kill(-pid, SIGKILL);
	close(fds[0]);
	waitpid(pid, &status, 0);
	kill(-pid, SIGKILL);

	if (late)
		printf("not ok %d %s # timeout after %d s\n", number,
		       test->name, test->seconds);
	else if (WIFSIGNALED(status))
		printf("not ok %d %s # signal %d\n", number, test->name,
		       WTERMSIG(status));
	else if (WEXITSTATUS(status) == 4)	/* KSFT_SKIP */
		/* KTAP wants a plan, of no tests; older selftests go without. */
		printf("%sok %d %s # SKIP %s\n", plan_due ? "    1..0\n" : "",
		       number, test->name, reason);
	else if (WEXITSTATUS(status))
		printf("not ok %d %s # exit %d\n", number, test->name,
		       WEXITSTATUS(status));
	else
		printf("ok %d %s\n", number, test->name);
	fflush(stdout);
	while (waitpid(-1, NULL, WNOHANG) > 0)
		;
}

int main(void)
{
	struct utsname u;
	int nr_tests;

	mount_all();
	open_results();

	uname(&u);
	printf("# vmtest: kernel %s %s, pages of %ld bytes\n", u.release,
	       u.machine, sysconf(_SC_PAGESIZE));
	if (!probe_tagging()) {
		printf("# vmtest: refused\n");
		power_off();
	}

	nr_tests = read_tests();
	printf("KTAP version 1\n1..%d\n", nr_tests);
	for (int i = 0; i < nr_tests; i++)
		run_test(i + 1, &tests[i]);
	printf("# vmtest: done\n");
	power_off();
}
