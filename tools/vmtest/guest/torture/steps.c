// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "core.h"
#include "data.h"
#include "free.h"
#include "guest.h"
#include "hugetlb.h"
#include "ksm.h"
#include "map.h"
#include "pin.h"
#include "process.h"
#include "ptrace.h"
#include "report.h"
#include "steps.h"
#include "thp.h"
#include "userfaultfd.h"

#define MAX_DIGITS	9

/* A seed draws other steps if the operations that are drawn change their order. */
static const struct operation * const kinds[] = {
	data_operations, map_operations, thp_operations, ksm_operations, free_operations,
	process_operations, ptrace_operations, userfaultfd_operations, check_operations,
	hugetlb_operations, core_operations, pin_operations, guest_operations,
};

const struct operation *operations[MAX_OPERATIONS];
bool left_out[MAX_OPERATIONS];
unsigned int nr_operations;

void steps_init(void)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		for (const struct operation *op = kinds[i]; op->name; op++) {
			if (nr_operations == MAX_OPERATIONS)
				die("more than MAX_OPERATIONS");
			operations[nr_operations++] = op;
		}
}

void steps_setup(void)
{
	for (unsigned int i = 0; i < nr_operations; i++) {
		const struct operation *op = operations[i];
		const char *reason = op->setup ? op->setup() : NULL;

		left_out[i] = reason;
		if (reason)
			printf("# torture: %s is not run: %s\n", op->name, reason);
	}
	fflush(stdout);
}

void steps_begin(void)
{
	for (unsigned int i = 0; i < nr_operations; i++)
		if (operations[i]->begin && !left_out[i])
			operations[i]->begin();
}

unsigned int find_operation(const char *name, size_t len)
{
	unsigned int i = 0;

	while (i < nr_operations && (strncmp(operations[i]->name, name, len) ||
				     operations[i]->name[len]))
		i++;
	return i;
}

void do_step(struct worker *w, const struct step *step)
{
	if (!left_out[step->op])
		operations[step->op]->run(w, step->arg);
	__atomic_add_fetch(&shared->steps, 1, __ATOMIC_RELAXED);
}

bool step_touches(const struct step *step, unsigned long first, unsigned long nr)
{
	const struct operation *op = operations[step->op];

	return !op->touches || op->touches(step->arg, first, nr);
}

void step_text(char *text, size_t size, const struct step *step)
{
	const struct operation *op = operations[step->op];
	size_t len = snprintf(text, size, "%s", op->name);

	for (unsigned int i = 0; i < op->nr_args && len < size; i++)
		len += snprintf(text + len, size - len, " %lu", step->arg[i]);
}

/* Writes what is wrong with a step, as a single line. */
__attribute__((format(printf, 5, 6)))
static bool refuse(char *wrong, size_t size, const char *step, int len, const char *format, ...)
{
	va_list args;
	int used;

	used = snprintf(wrong, size, "\"%.*s\": ", len < 200 ? len : 200, step);
	va_start(args, format);
	vsnprintf(wrong + used, size - used, format, args);
	va_end(args);
	for (char *c = wrong; *c; c++)
		if (iscntrl((unsigned char)*c))
			*c = '?';
	return false;
}

/* A word in a text that goes on after it. */
struct word {
	const char *start;
	size_t len;
};

static bool next_word(const char **at, const char *end, struct word *word)
{
	while (*at < end && **at == ' ')
		++*at;
	word->start = *at;
	while (*at < end && **at != ' ')
		++*at;
	word->len = *at - word->start;
	return word->len;
}

static bool parse_step(const char *text, size_t len, struct step *step, char *wrong, size_t size)
{
	const char *at = text, *end = text + len;
	struct word name, word, args[MAX_ARGS];
	unsigned int nr = 0;

	next_word(&at, end, &name);
	step->op = find_operation(name.start, name.len);
	if (step->op == nr_operations) {
		char names[16 * MAX_OPERATIONS] = "";
		size_t used = 0;

		for (unsigned int i = 0; i < nr_operations && used < sizeof(names); i++)
			used += snprintf(names + used, sizeof(names) - used, " %s",
					 operations[i]->name);
		return refuse(wrong, size, text, len, "no such step; choose from:%s", names);
	}
	for (; next_word(&at, end, &word); nr++)
		if (nr < MAX_ARGS)
			args[nr] = word;
	if (nr != operations[step->op]->nr_args)
		return refuse(wrong, size, text, len, "%s has %u parameters",
			      operations[step->op]->name, operations[step->op]->nr_args);
	for (unsigned int i = 0; i < nr; i++) {
		if (args[i].len > MAX_DIGITS || strspn(args[i].start, "0123456789") < args[i].len)
			return refuse(wrong, size, text, len, "%.*s is not a number",
				      (int)args[i].len, args[i].start);
		step->arg[i] = strtoul(args[i].start, NULL, 10);
	}
	return true;
}

int parse_steps(const char *text, struct step *steps, unsigned int max, char *wrong, size_t size)
{
	unsigned int nr = 0;

	for (;;) {
		size_t len;

		text += strspn(text, " ");
		if (!*text && nr)
			return nr;
		len = strcspn(text, ";");
		if (nr == max) {
			refuse(wrong, size, text, len, "there are more than %u steps", max);
			return -1;
		}
		memset(&steps[nr], 0, sizeof(steps[nr]));
		if (!parse_step(text, len, &steps[nr++], wrong, size))
			return -1;
		text += len + (text[len] == ';');
	}
}
