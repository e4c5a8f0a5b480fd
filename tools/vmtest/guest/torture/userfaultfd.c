// SPDX-License-Identifier: GPL-2.0
/*
 * Moves pages with userfaultfd.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "report.h"
#include "userfaultfd.h"

/* As in linux/userfaultfd.h, which may be older than UFFDIO_MOVE. */
struct uffd_api {
	uint64_t api, features, ioctls;
};
struct uffd_range {
	uint64_t start, len;
};
struct uffd_register {
	struct uffd_range range;
	uint64_t mode, ioctls;
};
struct uffd_move {
	uint64_t dst, src, len, mode;
	int64_t moved;
};
#define UFFD_API_VERSION	0xaaULL
#define UFFD_CAN_MOVE		(1ULL << 16)
#define UFFD_MODE_MISSING	1
#define UFFD_ALLOW_SRC_HOLES	2
#define UFFD_API		_IOWR(0xaa, 0x3f, struct uffd_api)
#define UFFD_REGISTER		_IOWR(0xaa, 0x00, struct uffd_register)
#define UFFD_UNREGISTER		_IOR(0xaa, 0x01, struct uffd_range)
#define UFFD_MOVE		_IOWR(0xaa, 0x05, struct uffd_move)

static int uffd;

static void begin_uffd(void)
{
	struct uffd_api api = { .api = UFFD_API_VERSION, .features = UFFD_CAN_MOVE };

	uffd = syscall(SYS_userfaultfd, O_CLOEXEC);
	if (uffd >= 0 && ioctl(uffd, UFFD_API, &api)) {
		close(uffd);
		uffd = -1;
	}
}

static const char *setup_uffd(void)
{
	begin_uffd();
	if (uffd < 0)
		return "no userfaultfd that moves pages";
	close(uffd);
	return NULL;
}

/* Returns how many pages have moved: not those of KSM, nor those of several processes. */
static unsigned long move_pages(unsigned long from, unsigned long to, unsigned long nr)
{
	unsigned long done = 0;

	for (int tries = 0; done < nr && tries < 20; tries++) {
		struct uffd_move move = {
			.src = (uintptr_t)page_addr(from + done),
			.dst = (uintptr_t)page_addr(to + done),
			.len = (nr - done) * page_size,
			.mode = UFFD_ALLOW_SRC_HOLES,
		};

		if (!ioctl(uffd, UFFD_MOVE, &move))
			return nr;
		if (move.moved > 0)
			done += move.moved / page_size;
		else if (errno == EINVAL && nr - done > 1) {
			/* Not in a single VMA. */
			unsigned long half = (nr - done) / 2;
			unsigned long moved = move_pages(from + done, to + done, half);

			if (moved < half)
				return done + moved;
			done += half;
		} else if (errno != EAGAIN) {
			break;
		}
	}
	return done;
}

static void do_uffd(struct worker *w, const unsigned long arg[])
{
	struct move move;

	if (w->snapshot)
		return;
	start_move(&move, arg);
	while (next_move(w, &move)) {
		const unsigned long first = move.from.first, to = move.to.first;
		struct uffd_register reg = {
			.range.start = (uintptr_t)page_addr(to),
			.range.len = move.to.nr * page_size,
			.mode = UFFD_MODE_MISSING,
		};
		unsigned long moved;

		if (!can_move(first) || !can_move(to) ||
		    pages[first].mte != pages[to].mte)
			continue;
		must(w, to, !madvise(page_addr(to), reg.range.len, MADV_DONTNEED), "MADV_DONTNEED");
		model_clear(to, move.to.nr);
		must(w, to, !ioctl(uffd, UFFD_REGISTER, &reg), "UFFDIO_REGISTER");
		moved = move_pages(first, to, move.to.nr);
		must(w, to, !ioctl(uffd, UFFD_UNREGISTER, &reg.range), "UFFDIO_UNREGISTER");
		model_copy(to, first, moved);
		model_clear(first, moved);
	}
}

const struct operation userfaultfd_operations[] = {
	{ "uffd", 3, 4, 0, .draw = draw_range_and_place, .run = do_uffd,
	  .touches = touches_range_or_place, .setup = setup_uffd, .begin = begin_uffd },
	{ }
};
