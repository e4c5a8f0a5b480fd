/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TORTURE_VM_H
#define TORTURE_VM_H

/* A KVM guest with MTE. Its memory is the memory under test. */

#include "model.h"
#include "report.h"

#define VM_PAGES	64		/* that a command can load at once */

enum vm_command {
	/* Stores values: the first is VALUE, each is the one before and ADD. */
	VM_STORE,
	/* The same with tags. */
	VM_STORE_TAGS,
	/* Loads all data and tags. */
	VM_LOAD,
};

/* What the guest does, from FIRST to the END, in steps of STEP bytes. */
struct vm_call {
	enum vm_command command;
	uint64_t first, end;		/* bytes from the start of the memory under test */
	uint64_t step;
	uint64_t value, add;
};

/* Returns the reason if there can be no such guest. */
const char *vm_setup(void);
void vm_run(struct worker *w, const struct vm_call *call);
/* What VM_LOAD has loaded. */
const uint8_t *vm_data(void);
const uint8_t *vm_tags(void);
/* Reads or writes the tags of a page by an ioctl: a byte for each. */
void vm_copy_tags(struct worker *w, unsigned long page, bool write, uint8_t *tags);
/* Is a log of the pages that the guest writes kept? */
void vm_keep_log(struct worker *w, bool on);
/* Reads the log, which is then empty: a bit for each page. */
void vm_read_log(struct worker *w, uint64_t *log);

#endif
