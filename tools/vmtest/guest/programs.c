// SPDX-License-Identifier: GPL-2.0
/*
 * Runs a program under memory tagging until it has memory that it does not use
 * any more, has khugepaged and the THP shrinker go over it, and prints the
 * program's resident memory before and after the shrinker, in kB. After that the
 * program has to show that what it still uses is as it was.
 *
 * programs redis|python|threads
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

#include "files.h"
#include "tags.h"

#define LIBC		"/lib/aarch64-linux-gnu/libc.so.6"
#define SOCKET		"/tmp/redis.sock"

/* One in KEEP of what redis has loaded stays. */
#define KEEP		16
#define NR_BITMAPS	1024
#define BITMAP_SIZE	(64 * 1024)
#define NR_RECORDS	16384
#define BATCH		64
_Static_assert(NR_RECORDS % (BATCH * KEEP) == 0 && NR_BITMAPS % (BATCH * KEEP) == 0,
	       "whole batches of what is loaded and of what is deleted");

static const char *name;
static pid_t child;
/* What the program reads and what it says; with redis, both are its socket. */
static FILE *to_child, *from_child;

static void __attribute__((noreturn, format(printf, 1, 2))) die(const char *format, ...)
{
	va_list args;
	int status;

	printf("# %s: ", name);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	/* Give one that is dying the time to do so. */
	sleep_ms(200);
	if (child > 0 && waitpid(child, &status, WNOHANG) == child) {
		if (WIFSIGNALED(status))
			printf("; it was killed by signal %d", WTERMSIG(status));
		else
			printf("; it exited with status %d", WEXITSTATUS(status));
	}
	printf("\n");
	exit(1);
}

static void set(const char *path, const char *text)
{
	if (!write_file(path, text))
		die("%s: %s", path, strerror(errno));
}

/* Resident memory of the program in kB; only what is PROT_MTE if so asked. */
static unsigned long resident(bool tagged)
{
	unsigned long kb, rss = 0, sum = 0;
	char path[64], line[512];
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/smaps", child);
	f = fopen(path, "r");
	if (!f)
		die("%s: %s", path, strerror(errno));
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, "Rss: %lu kB", &kb) == 1)
			rss = kb;
		/* The last line of each area. */
		if (!strncmp(line, "VmFlags:", 8) && (!tagged || strstr(line, " mt")))
			sum += rss;
	}
	fclose(f);
	return sum;
}

/* Two whole scans: one may have been half done. */
static void khugepaged(void)
{
	unsigned long end = read_number(THP_DIR "khugepaged/full_scans") + 2;

	set(THP_DIR "khugepaged/scan_sleep_millisecs", "10");
	for (int i = 0; read_number(THP_DIR "khugepaged/full_scans") < end; i++) {
		if (i == 6000)
			die("khugepaged does not get on");
		sleep_ms(10);
	}
	set(THP_DIR "khugepaged/scan_sleep_millisecs", "1000000");
}

/* Passes of the shrinker, until one hands nothing more back. */
static unsigned long shrink(void)
{
	unsigned long before, now = resident(false);
	const char *path = shrinker_scan_file();

	if (!path)
		die("no THP shrinker in debugfs");
	do {
		before = now;
		set(path, "0 0 100000");
		now = resident(false);
	} while (now < before);
	return now;
}

/* What it says next, without the end of the line. */
static const char *answer(void)
{
	static char line[256];

	if (!fgets(line, sizeof(line), from_child))
		die("no answer");
	line[strcspn(line, "\r\n")] = '\0';
	return line;
}

static void expect(const char *words)
{
	const char *said = answer();

	if (strcmp(said, words))
		die("it said '%.100s', not '%s'", said, words);
}

static void wait_for_end(void)
{
	int status;

	waitpid(child, &status, 0);
	child = 0;
	if (status)
		die("it came to no good end: wait status %#x", status);
}

/* A program that says when it is ready, and when asked, whether it is right. */
static void wait_until_ready(void)
{
	expect("ready");
}

static void ask_if_right(void)
{
	fprintf(to_child, "\n");
	fflush(to_child);
	expect("right");
	wait_for_end();
}

static void connect_to_redis(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = SOCKET };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	if (fd < 0)
		die("socket: %s", strerror(errno));
	for (int i = 0; connect(fd, (struct sockaddr *)&address, sizeof(address)); i++) {
		if (i == 300)
			die("it can't be reached: %s", strerror(errno));
		sleep_ms(100);
	}
	to_child = fdopen(fd, "w");
	from_child = fdopen(dup(fd), "r");
}

/* Answers are read a batch at a time; what is sent comes in whole batches. */
static void expect_in_batch(const char *words)
{
	static unsigned int sent;

	if (++sent < BATCH)
		return;
	fflush(to_child);
	for (; sent; sent--)
		expect(words);
}

static const char *record(unsigned int i)
{
	static char text[128];

	snprintf(text, sizeof(text), "%u-%032lx-%032lx", i, i * 2654435761UL, ~(i * 40503UL));
	return text;
}

/* Records, then bitmaps with their last bit set; most of both are deleted. */
static void load_and_delete(void)
{
	connect_to_redis();
	for (unsigned int i = 0; i < NR_RECORDS; i++) {
		fprintf(to_child, "SET record:%u %s\r\n", i, record(i));
		expect_in_batch("+OK");
	}
	for (unsigned int i = 0; i < NR_BITMAPS; i++) {
		fprintf(to_child, "SETBIT bitmap:%u %u 1\r\n", i, BITMAP_SIZE * 8 - 1);
		expect_in_batch(":0");
	}
	for (unsigned int i = 0; i < NR_RECORDS; i++) {
		if (i % KEEP == KEEP - 1)
			continue;
		fprintf(to_child, "DEL record:%u\r\n", i);
		expect_in_batch(":1");
	}
	for (unsigned int i = 0; i < NR_BITMAPS; i++) {
		if (i % KEEP == KEEP - 1)
			continue;
		fprintf(to_child, "DEL bitmap:%u\r\n", i);
		expect_in_batch(":1");
	}
}

static void check_keys(void)
{
	char size[32];

	fprintf(to_child, "DBSIZE\r\n");
	fflush(to_child);
	snprintf(size, sizeof(size), ":%u", NR_RECORDS / KEEP + NR_BITMAPS / KEEP);
	expect(size);
	for (unsigned int i = KEEP - 1; i < NR_RECORDS; i += KEEP) {
		fprintf(to_child, "GET record:%u\r\n", i);
		fflush(to_child);
		answer();	/* the length */
		expect(record(i));
	}
	for (unsigned int i = KEEP - 1; i < NR_BITMAPS; i += KEEP) {
		static char wanted[BITMAP_SIZE], got[BITMAP_SIZE + 2];

		wanted[BITMAP_SIZE - 1] = 1;
		fprintf(to_child, "GET bitmap:%u\r\n", i);
		fflush(to_child);
		answer();
		if (fread(got, 1, sizeof(got), from_child) != sizeof(got))
			die("no answer");
		if (memcmp(got, wanted, BITMAP_SIZE))
			die("bitmap:%u has a wrong value", i);
	}
	/* It still takes new ones. */
	for (unsigned int i = 0; i < NR_BITMAPS; i++) {
		if (i % KEEP == KEEP - 1)
			continue;
		fprintf(to_child, "SETBIT bitmap:%u %u 1\r\n", i, BITMAP_SIZE * 8 - 1);
		expect_in_batch(":0");
	}
	fprintf(to_child, "SHUTDOWN NOSAVE\r\n");
	fflush(to_child);
	wait_for_end();
}

static const struct program {
	const char *name;
	void (*prepare)(void);
	void (*check)(void);
	const char *argv[20];
} programs[] = {
	{
		/* Left to itself it turns THPs off. */
		"redis", load_and_delete, check_keys,
		{ "/usr/bin/redis-server", "--port", "0", "--unixsocket", SOCKET, "--save", "",
		  "--disable-thp", "no", "--loglevel", "warning", "--logfile", "/dev/stderr",
		  "--crash-log-enabled", "no", "--dir", "/tmp" },
	},
	{ "python", wait_until_ready, ask_if_right, { "/usr/bin/python3", "/bin/programs.py" } },
	{ "threads", wait_until_ready, ask_if_right, { "/bin/threads" } },
};

static void start(const struct program *p)
{
	int in[2], out[2];

	if (pipe2(in, O_CLOEXEC) || pipe2(out, O_CLOEXEC))
		die("pipe: %s", strerror(errno));
	fflush(stdout);
	child = fork();
	if (child == 0) {
		/* Nothing that this one leaves behind keeps the guest waiting. */
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		dup2(in[0], STDIN_FILENO);
		dup2(out[1], STDOUT_FILENO);
		setenv("GLIBC_TUNABLES", "glibc.mem.tagging=3", 1);
		/* Debian's redis has another allocator, which knows no tags. */
		if (!strcmp(p->name, "redis"))
			setenv("LD_PRELOAD", LIBC, 1);
		setenv("PYTHONMALLOC", "malloc", 1);
		setenv("PYTHONHASHSEED", "0", 1);
		execv(p->argv[0], (char **)p->argv);
		die("%s: %s", p->argv[0], strerror(errno));
	}
	/* A program that is gone is found out by its missing answer. */
	signal(SIGPIPE, SIG_IGN);
	close(in[0]);
	close(out[1]);
	to_child = fdopen(in[1], "w");
	from_child = fdopen(out[0], "r");
}

int main(int argc, char **argv)
{
	const struct program *p = programs;
	unsigned long before, after, tagged;

	while (argc != 2 || strcmp(argv[1], p->name)) {
		if (argc != 2 || ++p == programs + sizeof(programs) / sizeof(programs[0])) {
			printf("# programs redis|python|threads\n");
			return 2;
		}
	}
	name = p->name;
	set(THP_DIR "enabled", "always");
	set(THP_DIR "khugepaged/max_ptes_none", "409");
	set(THP_DIR "khugepaged/pages_to_scan", "1000000");

	start(p);
	p->prepare();
	tagged = resident(true);
	if (!tagged == has_tags())
		die("%lu kB of its memory are PROT_MTE", tagged);
	khugepaged();
	before = resident(false);
	after = shrink();
	p->check();
	printf("%s; %lu; %lu\n", name, before, after);
	return 0;
}
