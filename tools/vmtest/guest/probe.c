// SPDX-License-Identifier: GPL-2.0
/*
 * Is memory tagging emulated right? Some versions of QEMU store a tag to every
 * second granule of a page where the guest stores it to one.
 */
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "probe.h"
#include "tags.h"

bool probe_tagging(void)
{
	const long size = sysconf(_SC_PAGESIZE);
	const long place = size / 2 + GRANULE;
	unsigned long changed;
	char *p;

	if (!enable_tags()) {
		printf("# vmtest: no memory tagging on this machine\n");
		return true;
	}
	p = mmap(NULL, size, PROT_READ | PROT_WRITE | PROT_MTE,
		 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED) {
		printf("# vmtest: cannot allocate PROT_MTE memory\n");
		return false;
	}
	*(volatile char *)p = 1;
	store_tag(p + place, 5);
	changed = granules_without(p, size, 0);
	if (changed != 1 || load_tag(p + place) != 5) {
		printf("# vmtest: one STG changed the tags of %lu granules\n", changed);
		return false;
	}
	munmap(p, size);
	printf("# vmtest: one STG changes one granule\n");
	return true;
}
