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
 * run in, and the command. If a line is anything else, no test is run.
 *
 * With vmtest=shell on the kernel's command line, there is a shell on the console
 * in place of the tests.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>
#include <linux/loop.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/swap.h>
#include <sys/utsname.h>
#include <sys/wait.h>

#include "files.h"
#include "init.h"
#include "probe.h"

#define SWAP_SIZE	(256UL << 20)

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

/* Does what mkswap and swapon do. Devices of a higher priority are used first. */
static void swap_to(const char *device, int priority)
{
	const size_t page_size = sysconf(_SC_PAGESIZE);
	uint32_t *header = calloc(1, page_size);
	int fd = open(device, O_WRONLY | O_CLOEXEC);

	if (header && fd >= 0) {
		header[256] = 1;				/* the version, after 1024 bytes */
		header[257] = SWAP_SIZE / page_size - 1;	/* the last page */
		memcpy((char *)header + page_size - 10, "SWAPSPACE2", 10);
		if (write(fd, header, page_size) == (ssize_t)page_size)
			swapon(device, SWAP_FLAG_PREFER | priority);
	}
	close(fd);
	free(header);
}

/*
 * Swap on zram, if the kernel has it. The slot of a page that is swapped in is freed
 * there at once. A loop device keeps it while the page is in the swap cache, as a disk
 * does: it is used first.
 */
static void make_swap(void)
{
	struct loop_config loop = { .block_size = 4096, .info.lo_flags = LO_FLAGS_DIRECT_IO };
	int fd = open("/dev/loop0", O_RDWR | O_CLOEXEC);
	char path[64];
	unsigned long zram;

	if (write_number("/sys/block/zram0/disksize", SWAP_SIZE))
		swap_to("/dev/zram0", 0);
	if (fd < 0)
		return;
	zram = read_number("/sys/class/zram-control/hot_add");
	snprintf(path, sizeof(path), "/sys/block/zram%lu/disksize", zram);
	if (zram && write_number(path, SWAP_SIZE)) {
		snprintf(path, sizeof(path), "/dev/zram%lu", zram);
		loop.fd = open(path, O_RDWR | O_CLOEXEC);
		if (!ioctl(fd, LOOP_CONFIGURE, &loop))
			swap_to("/dev/loop0", 1);
		close(loop.fd);
	}
	close(fd);
}

static void __attribute__((noreturn)) run_shell(void)
{
	int fd = open("/dev/console", O_RDWR);
	pid_t pid;

	for (int to = STDIN_FILENO; to <= STDERR_FILENO; to++)
		dup2(fd, to);
	printf("The selftests are in /tests; 'cat list' shows how they are run. 'exit' ends the guest.\n");
	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		chdir("/tests");
		execl("/bin/busybox", "setsid", "cttyhack", "sh", "-i", NULL);
		_exit(127);
	}
	waitpid(pid, NULL, 0);
	power_off();
}

int main(void)
{
	const char *mode = getenv("vmtest");
	struct utsname u;
	struct test *tests;
	int nr_tests;

	mount_all();
	make_swap();
	if (mode && !strcmp(mode, "shell"))
		run_shell();
	open_results();

	uname(&u);
	printf("# vmtest: kernel %s %s, pages of %ld bytes\n", u.release,
	       u.machine, sysconf(_SC_PAGESIZE));
	if (!probe_tagging()) {
		printf("# vmtest: refused\n");
		power_off();
	}

	nr_tests = read_tests(&tests);
	if (nr_tests < 0)
		power_off();
	printf("KTAP version 1\n1..%d\n", nr_tests);
	for (int i = 0; i < nr_tests; i++)
		run_test(i + 1, &tests[i]);
	printf("# vmtest: done\n");
	power_off();
}
