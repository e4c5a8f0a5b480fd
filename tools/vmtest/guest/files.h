/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMTEST_FILES_H
#define VMTEST_FILES_H

/* Files in /proc and /sys that configure mm. */

#include <fcntl.h>
#include <glob.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define THP_DIR			"/sys/kernel/mm/transparent_hugepage/"
#define KSM_DIR			"/sys/kernel/mm/ksm/"
#define SPLIT_HUGE_PAGES	"/sys/kernel/debug/split_huge_pages"

/* Sets errno and returns false if the kernel does not accept it. */
static inline bool write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool written = fd >= 0 && write(fd, text, strlen(text)) >= 0;

	if (fd >= 0)
		close(fd);
	return written;
}

static inline bool write_number(const char *path, unsigned long number)
{
	char text[32];

	snprintf(text, sizeof(text), "%lu", number);
	return write_file(path, text);
}

/* Returns 0 if the file cannot be read. */
static inline unsigned long read_number(const char *path)
{
	char text[64] = "";
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || read(fd, text, sizeof(text) - 1) < 0)
		text[0] = '\0';
	if (fd >= 0)
		close(fd);
	return strtoul(text, NULL, 0);
}

/* Returns the file to which a pass of the THP shrinker is written, or NULL. */
static inline const char *shrinker_scan_file(void)
{
	static char path[256];
	glob_t g;

	if (glob("/sys/kernel/debug/shrinker/thp-deferred_split-*/scan", 0, NULL, &g))
		return NULL;
	snprintf(path, sizeof(path), "%s", g.gl_pathv[0]);
	globfree(&g);
	return path;
}

static inline void sleep_ms(unsigned int ms)
{
	const struct timespec t = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };

	nanosleep(&t, NULL);
}

#endif
