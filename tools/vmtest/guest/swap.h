/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMTEST_SWAP_H
#define VMTEST_SWAP_H

/* Swap areas in compressed memory. */

#include <stdint.h>
#include <linux/loop.h>
#include <sys/ioctl.h>
#include <sys/swap.h>

#include "files.h"

#define SWAP_SIZE	(256UL << 20)

/* Gives a zram device its size. It can do that once only. */
static inline bool size_zram(unsigned long number)
{
	char path[64];

	snprintf(path, sizeof(path), "/sys/block/zram%lu/disksize", number);
	return write_number(path, SWAP_SIZE);
}

/* Makes a loop device of another block device. */
static inline bool make_loop(const char *loop, const char *device)
{
	int backing = open(device, O_RDWR | O_CLOEXEC), fd = open(loop, O_RDWR | O_CLOEXEC);
	const struct loop_config config = {
		.fd = backing,
		.block_size = 4096,
		.info.lo_flags = LO_FLAGS_DIRECT_IO,
	};
	bool made = backing >= 0 && fd >= 0 && !ioctl(fd, LOOP_CONFIGURE, &config);

	close(backing);
	close(fd);
	return made;
}

/* Writes to a device what mkswap does, and swaps to it: to all such devices in turn. */
static inline bool swap_to(const char *device)
{
	const size_t page_size = sysconf(_SC_PAGESIZE);
	uint32_t *header = calloc(1, page_size);
	int fd = open(device, O_WRONLY | O_CLOEXEC);
	bool written = false;

	if (header && fd >= 0) {
		header[256] = 1;				/* the version, after 1024 bytes */
		header[257] = SWAP_SIZE / page_size - 1;	/* the last page */
		memcpy((char *)header + page_size - 10, "SWAPSPACE2", 10);
		written = write(fd, header, page_size) == (ssize_t)page_size;
	}
	free(header);
	close(fd);
	return written && !swapon(device, SWAP_FLAG_PREFER | 1);
}

#endif
