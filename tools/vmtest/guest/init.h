/* SPDX-License-Identifier: GPL-2.0 */
/* What the files of the guest's first process share. */
struct test {
	int seconds;
	char *dir;
	char *command;
	char *name;	/* in the results: the command without its path */
};

int read_tests(struct test **tests);
void run_test(int number, const struct test *test);
