// SPDX-License-Identifier: GPL-2.0
/*
 * A torture test of memory and its tags.
 *
 * torture [--seconds N] [--seed N] [--steps "STEP; STEP..."]
 * torture --check "STEP; STEP..."
 *
 * Runs random operations on anonymous, memfd and hugetlb memory, and compares each byte
 * and each tag with a model. Each seed is a case; the first failure ends the test. The
 * steps of that case are then reduced to a few that still fail, which --steps runs
 * again. --check only checks the text of steps, on any machine.
 *
 * Each file uses only those below it:
 *
 *  main.c		options, seeds, what is printed
 *  reduce.c		a shorter list of steps that fails
 *  cases.c		one case: its processes and threads
 *  draw.c		the steps of a seed
 *  steps.c		the table of operations; steps as texts
 *  process.c		operations by kind; this one uses those of data.c, map.c, pin.c
 *  check.c core.c data.c free.c guest.c hugetlb.c ksm.c map.c pin.c ptrace.c thp.c
 *  userfaultfd.c
 *  vm.c			a KVM guest, for guest.c
 *  operation.c		functions that many operations use
 *  model.c		the memory, its model, and their comparison
 *  report.c		failures
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysinfo.h>

#include "cases.h"
#include "free.h"
#include "model.h"
#include "reduce.h"
#include "report.h"
#include "steps.h"

#define BAD_STEPS	2

static struct step given[MAX_STEPS];

static unsigned long number(const char *text, const char *option)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	if (!*text || *end) {
		printf("# torture: %s %s: not a number\n", option, text);
		exit(BROKEN);
	}
	return n;
}

static void setup(void)
{
	struct sysinfo info;

	model_setup();
	if (!have_mte)
		printf("# torture: no memory tagging on this machine: data only\n");
	report_setup();
	cases_setup();
	steps_setup();
	if (!sysinfo(&info))
		litter(info.freeram / 2 * info.mem_unit / thp_size * thp_size, 0);
}

static void print_totals(unsigned int seeds, double seconds)
{
	printf("# seeds: %u\n# steps taken: %llu\n"
	       "# bytes compared: %llu\n# granules compared: %llu\n"
	       "# torture: %.1f s, %.2f million granules/s\n",
	       seeds, (unsigned long long)shared->steps, (unsigned long long)shared->bytes,
	       (unsigned long long)shared->granules, seconds, shared->granules / seconds / 1e6);
	fflush(stdout);
}

static int broken(void)
{
	printf("Bail out! the torture cannot continue\n");
	return BROKEN;
}

static int torture_steps(unsigned int nr)
{
	const double start = now();
	int result;

	printf("TAP version 13\n1..1\n");
	result = run_steps(given, nr);
	if (result == FAILED)
		print_failure();
	print_totals(1, now() - start);
	if (result == BROKEN)
		return broken();
	printf("%sok 1 the given steps\n", result ? "not " : "");
	return result;
}

static int torture_seeds(unsigned long seed, unsigned long seconds)
{
	static const char * const names[] = { "one process", "threads and processes" };
	const double start = now();
	unsigned int nr_seeds[2] = { 0 };
	int result;

	printf("TAP version 13\n1..2\n# torture: from seed %lu on, for %lu s\n", seed, seconds);
	for (;; seed++) {
		result = run_seed(seed);
		nr_seeds[seed % 2]++;
		if (result == BROKEN)
			return broken();
		if (result != PASSED || now() - start >= seconds)
			break;
	}
	if (result != PASSED) {
		printf("# torture: found after %.1f s\n", now() - start);
		print_failure();
	}
	print_totals(nr_seeds[0] + nr_seeds[1], now() - start);
	if (result != PASSED)
		reduce(seed);
	for (unsigned int i = 0; i < 2; i++) {
		const bool failed = result != PASSED && seed % 2 == i;

		printf("%sok %u %s", failed ? "not " : "", i + 1, names[i]);
		printf(nr_seeds[i] ? ", %u seeds\n" : " # SKIP no time left\n", nr_seeds[i]);
	}
	return result != PASSED;
}

int main(int argc, char *argv[])
{
	unsigned long seed = 1, seconds = 60;
	const char *steps = NULL;
	bool only_check = false;
	char wrong[512];
	int nr = 0;

	for (int i = 1; i < argc; i += 2) {
		const char *option = argv[i], *value = argv[i + 1];

		if (value && !strcmp(option, "--seconds")) {
			seconds = number(value, option);
		} else if (value && !strcmp(option, "--seed")) {
			seed = number(value, option);
		} else if (value && (!strcmp(option, "--steps") || !strcmp(option, "--check"))) {
			steps = value;
			only_check = option[2] == 'c';
		} else {
			printf("# torture: %s: no such option, or its value is missing\n", option);
			return BROKEN;
		}
	}
	steps_init();
	if (steps)
		nr = parse_steps(steps, given, MAX_STEPS, wrong, sizeof(wrong));
	if (nr < 0)
		printf("%s%s\n", only_check ? "" : "Bail out! ", wrong);
	if (nr < 0 || only_check)
		return nr < 0 ? BAD_STEPS : 0;
	setup();
	return steps ? torture_steps(nr) : torture_seeds(seed, seconds);
}
