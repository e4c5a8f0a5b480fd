// SPDX-License-Identifier: GPL-2.0
/*
 * A benchmark of the THP shrinker and of KSM: their cost, and the pages they free.
 *
 * bench [--summary | --read-only | --swap]
 *
 * For a machine with one CPU whose clock counts instructions: QEMU with -icount
 * shift=0, where a nanosecond is an instruction. Prints a line for each case: its
 * name, the instructions, minus those of a pass that finds nothing, the pages that
 * were freed or merged, and those that could be. --summary measures only the cases
 * of the before-after program; --read-only only two in which pages are read and none
 * is freed; --swap only the cost of swapping out.
 */
#define _GNU_SOURCE
#include "../files.h"
#include "ksm.h"
#include "mprotect.h"
#include "shrinker.h"
#include "swap.h"
#include "thps.h"

/* Prints the addresses of a function of the kernel, for QEMU's log of instructions. */
static void print_place(const char *function)
{
	unsigned long long start = 0, end = UINT64_MAX, at;
	char line[512], name[256];
	FILE *f;

	for (int pass = 0; pass < 2; pass++) {
		f = fopen("/proc/kallsyms", "r");
		if (!f)
			die("/proc/kallsyms");
		while (fgets(line, sizeof(line), f)) {
			if (sscanf(line, "%llx %*c %255s", &at, name) != 2)
				continue;
			if (pass == 0 && !strcmp(name, function))
				start = at;
			if (pass == 1 && at > start && at < end)
				end = at;
		}
		fclose(f);
		if (!start)
			return;
	}
	printf("# place: %s %llx %llx\n", function, start, end - 1);
}

/* Few zero pages: each instruction in them becomes a line of a log. */
static void read_only_cases(void)
{
	const struct state in_use = { "in use", false, 0, pages_per_thp - 4 };

	shrinker_case(&all_tagged, 1);
	shrinker_case(&in_use, 1);
}

static void summary_cases(void)
{
	shrinker_case(&untagged_zero, 1);
	shrinker_case(&tags_zero, 1);
	shrinker_case(&tenth_tagged, 1);
	shrinker_case(&all_tagged, 1);
	ksm_case(&tags_zero, false);
	ksm_case(&all_tagged, false);
	mprotect_cases();
}

static void all_cases(void)
{
	static const struct state one_tagged = { "one page tagged", true, ONE_PAGE, 0 };
	static const struct state half_tagged = { "half tagged", true, 50, 0 };
	static const struct state * const states[] = {
		&untagged_zero, &untagged_full, &tags_zero, &one_tagged, &tenth_tagged,
		&half_tagged, &all_tagged,
	};
	const size_t nr_states = sizeof(states) / sizeof(states[0]);

	for (size_t i = 0; i < nr_states; i++)
		shrinker_case(states[i], 1);
	for (unsigned int nr = 4; nr <= 256; nr *= 4) {
		shrinker_case(&untagged_zero, nr);
		shrinker_case(&all_tagged, nr);
	}
	zero_page_case();
	for (size_t i = 0; i < nr_states; i++)
		split_case(states[i]);
	for (unsigned int percent = 0; percent <= 100; percent += 10)
		share_case(percent);
	ksm_case(&untagged_zero, false);
	ksm_case(&tags_zero, false);
	ksm_case(&all_tagged, false);
	ksm_case(&tags_zero, true);
	ksm_case(&all_tagged, true);
	mprotect_cases();
}

int main(int argc, char *argv[])
{
	const char *option = argc > 1 ? argv[1] : "";

	thps_setup();
	shrinker_setup();
	ksm_setup();
	if (!strcmp(option, "--read-only")) {
		read_only_cases();
		return 0;
	}
	printf("# what; state; THPs; instructions, least; most; pages; out of\n");
	if (!strcmp(option, "--summary")) {
		summary_cases();
	} else if (!strcmp(option, "--swap")) {
		swap_cases();
	} else {
		print_place("page_is_mergable");
		print_place("mte_page_tags_zero");
		print_place("page_is_zero_filled");
		all_cases();
	}
	printf("# bench: done\n");
	return 0;
}
