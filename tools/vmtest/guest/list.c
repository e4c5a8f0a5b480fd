// SPDX-License-Identifier: GPL-2.0
/*
 * The guest's list of tests, which build/guest wrote from the plan.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "init.h"

static int bail_out(int line, const char *why)
{
	printf("Bail out! /tests/list, line %d: %s\n", line, why);
	return -1;
}

/* The next word of a line, cut off there. */
static char *word(char **rest)
{
	char *start = *rest + strspn(*rest, " ");

	*rest = start + strcspn(start, " ");
	if (**rest)
		*(*rest)++ = '\0';
	return start;
}

/* Returns their number, or -1 if one of the lines is not a test. */
int read_tests(struct test **tests)
{
	FILE *f = fopen("/tests/list", "r");
	char *line = NULL;
	size_t size = 0;
	ssize_t len;
	int n = 0;

	*tests = NULL;
	if (!f)
		return bail_out(0, strerror(errno));
	while ((len = getline(&line, &size, f)) > 0) {
		char *rest, *end, *seconds;
		struct test *test;

		if (line[len - 1] == '\n')
			line[--len] = '\0';
		if (strlen(line) != (size_t)len)
			return bail_out(n + 1, "NUL character");
		*tests = realloc(*tests, (n + 1) * sizeof(**tests));
		rest = strdup(line);
		if (!*tests || !rest)
			return bail_out(n + 1, "no memory");
		test = &(*tests)[n++];
		seconds = word(&rest);
		test->seconds = strtol(seconds, &end, 10);
		if (*end || test->seconds < 1 || test->seconds > 86400)
			return bail_out(n, "no timeout of 1 to 86400 seconds");
		test->dir = word(&rest);
		test->command = rest;
		if (!*rest)
			return bail_out(n, "no command");
		test->name = rest + (strncmp(rest, "./", 2) ? 0 : 2);
	}
	if (ferror(f))
		return bail_out(n + 1, strerror(errno));
	fclose(f);
	free(line);
	return n;
}
