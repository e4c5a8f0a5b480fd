// SPDX-License-Identifier: GPL-2.0
/*
 * A torture of memory and its tags.
 *
 * torture [--seconds N] [--seed N] [--steps "STEP; STEP..."]
 *
 * Does random things to anonymous and memfd memory whose every byte and every
 * tag a model knows, and compares the two again and again. Each seed is a case:
 * it begins in a new process and in memory that others have littered with tags,
 * and has some dozens of steps. In a case of an even seed one process takes one
 * step after the other; in one of an odd seed, threads of two processes do,
 * each in pages of its own that lie in the same THPs, while others split, merge
 * and migrate them.
 *
 * The first difference ends it. The steps that led there are then reduced to a
 * few that still fail when they are run again: with --steps they can be.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/sysinfo.h>
#include <sys/wait.h>

#include "tags.h"
#include "torture.h"

#define THP_SIZE_FILE	"/sys/kernel/mm/transparent_hugepage/hpage_pmd_size"
#define LARGEST_THP	(32UL << 20)

#define STEPS_ALONE	100
#define STEPS_SETUP	20	/* before the others join */
#define STEPS_EACH	40
#define CASE_SECONDS	300	/* then it hangs */
#define REDUCE_SECONDS	60

/* How a case ends. */
#define PASSED		0
#define FAILED		1
#define BROKEN		3	/* the torture itself: no verdict */

struct shared *shared;
size_t page_size, thp_size, pages_per_thp, granules_per_page;
bool have_mte;

static struct worker workers[MAX_WORKERS];
static uint64_t seed;

uint64_t mix(uint64_t x)
{
	x += 0x9e3779b97f4a7c15;
	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
	x = (x ^ x >> 27) * 0x94d049bb133111eb;
	return x ^ x >> 31;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

void die(const char *what)
{
	printf("# torture: %s: %s\n", what, strerror(errno));
	fflush(stdout);
	_exit(BROKEN);
}

void fail(const struct worker *w, unsigned long page, const char *format, ...)
{
	va_list args;

	/* The first to find something has the word; the others let it finish. */
	if (__atomic_exchange_n(&shared->failed, 1, __ATOMIC_ACQ_REL)) {
		sleep(1);
		_exit(FAILED);
	}
	shared->worker = w->number;
	shared->step = w->step;
	shared->page = page;
	strcpy(shared->during, w->doing);
	va_start(args, format);
	vsnprintf(shared->report, sizeof(shared->report), format, args);
	va_end(args);
	_exit(FAILED);
}

/* ---- A case ---- */

static void take_steps(struct worker *w, const struct step *list, unsigned int nr)
{
	for (w->step = 0; w->step < nr; w->step++) {
		struct step step;

		if (list)
			step = list[w->step];
		else
			draw_step(seed, w, w->step, &step);
		step_text(w->doing, sizeof(w->doing), &step);
		do_step(w, &step);
		if (__atomic_load_n(&shared->failed, __ATOMIC_RELAXED)) {
			sleep(1);
			_exit(FAILED);
		}
	}
	strcpy(w->doing, "the last comparison");
	end_steps(w);
}

static void *thread(void *arg)
{
	take_steps(arg, NULL, STEPS_EACH);
	return NULL;
}

static void run_process(unsigned int number)
{
	const unsigned int each = nr_threads + 1;
	pthread_t threads[MAX_WORKERS];

	case_setup();
	for (unsigned int i = 0; i < each; i++) {
		if (pthread_create(&threads[i], NULL, thread, &workers[number * each + i]))
			die("pthread_create");
	}
	for (unsigned int i = 0; i < each; i++)
		pthread_join(threads[i], NULL);
}

/* Two processes, which share what the first has done before. */
static void run_together(void)
{
	int status = 0;
	pid_t other;

	take_steps(&workers[0], NULL, STEPS_SETUP);
	nr_processes = 2;
	nr_threads = 2;
	other = fork();
	if (other < 0)
		die("fork");
	if (!other) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		run_process(1);
		_exit(PASSED);
	}
	run_process(0);
	waitpid(other, &status, 0);
	if (WIFSIGNALED(status))
		fail(&workers[0], 0, "a process died of signal %d", WTERMSIG(status));
	if (status)
		_exit(WEXITSTATUS(status));
}

static void __attribute__((noreturn)) case_process(bool together, const struct step *list, unsigned int nr)
{
	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	litter(4 * nr_pages * page_size);
	start_tracer();
	case_setup();
	model_create(MAX_WORKERS, workers);
	if (together)
		run_together();
	else
		take_steps(&workers[0], list, list ? nr : STEPS_ALONE);
	_exit(PASSED);
}

/* Runs the steps of the seed, or those of the list. Returns how it went. */
static int run_case(bool together, const struct step *list, unsigned int nr)
{
	const double end = now() + CASE_SECONDS;
	const struct timespec wait = { .tv_nsec = 2000000 };
	int status;
	pid_t pid;

	shared->failed = 0;
	shared->nr_log = 0;
	shared->report[0] = '\0';
	strcpy(shared->during, "(unknown)");
	shared->worker = shared->step = shared->page = 0;
	fflush(stdout);
	pid = fork();
	if (pid < 0)
		die("fork");
	if (!pid)
		case_process(together, list, nr);
	while (waitpid(pid, &status, WNOHANG) != pid) {
		if (now() > end) {
			kill(pid, SIGKILL);
			waitpid(pid, &status, 0);
			snprintf(shared->report, sizeof(shared->report),
				 "no end after %d s", CASE_SECONDS);
			status = FAILED << 8;
			break;
		}
		nanosleep(&wait, NULL);
	}
	kill(-pid, SIGKILL);
	if (WIFSIGNALED(status)) {
		shared->step = shared->nr_log ? shared->nr_log - 1 : 0;
		snprintf(shared->report, sizeof(shared->report),
			 "the process died of signal %d", WTERMSIG(status));
		return FAILED;
	}
	return WEXITSTATUS(status);
}

/* ---- What is printed ---- */

/* As diagnostic lines. */
static void print_report(void)
{
	char *line, *rest = shared->report;

	while ((line = strsep(&rest, "\n"))) {
		if (*line)
			printf("# %s\n", line + (line[0] == '#' ? 2 : 0));
	}
}

static void print_failure(bool together, bool given)
{
	if (given)
		printf("# torture: the given steps, step %u: %s\n", shared->step, shared->during);
	else
		printf("# torture: seed %llu, %s %u, step %u: %s\n", (unsigned long long)seed,
		       together ? "worker" : "process", shared->worker, shared->step, shared->during);
	print_report();
	fflush(stdout);
}

/* ---- Reduction ---- */

struct reduction {
	struct step best[MAX_STEPS];
	unsigned int nr, tries;
	double end;
};

static bool still_fails(struct reduction *r, const struct step *list, unsigned int nr)
{
	if (nr == 0 || nr == r->nr || now() > r->end)
		return false;
	r->tries++;
	if (run_case(false, list, nr) != FAILED)
		return false;
	memcpy(r->best, list, nr * sizeof(*list));
	r->nr = nr;
	return true;
}

/* Tries it without those that match, all at once. */
static void try_without_op(struct reduction *r, unsigned int op)
{
	static struct step list[MAX_STEPS];
	unsigned int nr = 0;

	for (unsigned int i = 0; i < r->nr; i++) {
		if (r->best[i].op != op)
			list[nr++] = r->best[i];
	}
	still_fails(r, list, nr);
}

static void try_only_touching(struct reduction *r, unsigned long first, unsigned long nr_touched)
{
	static struct step list[MAX_STEPS];
	unsigned int nr = 0;

	for (unsigned int i = 0; i < r->nr; i++) {
		if (step_touches(&r->best[i], first, nr_touched))
			list[nr++] = r->best[i];
	}
	still_fails(r, list, nr);
}

static void try_without_chunks(struct reduction *r, unsigned int size)
{
	static struct step list[MAX_STEPS];

	/* From the end, which is nearest to the failure. */
	for (unsigned int end = r->nr; end > 0 && now() < r->end; ) {
		unsigned int start = end > size ? end - size : 0;

		memcpy(list, r->best, start * sizeof(*list));
		memcpy(list + start, r->best + end, (r->nr - end) * sizeof(*list));
		still_fails(r, list, r->nr - (end - start));
		end = start;
	}
}

static void print_steps(const char *before, const struct step *list, unsigned int nr)
{
	char text[256];

	printf("%s", before);
	for (unsigned int i = 0; i < nr; i++) {
		step_text(text, sizeof(text), &list[i]);
		printf("%s%s", i ? "; " : "", text);
	}
	printf("\n");
}

/* The steps in the log have failed; prints a few of them that still do. */
static void reduce(bool together)
{
	static struct reduction r;
	static struct step list[MAX_STEPS];
	unsigned long page = shared->page;
	unsigned int nr = shared->nr_log < MAX_STEPS ? shared->nr_log : MAX_STEPS, before;
	double start = now();

	memcpy(list, shared->log, nr * sizeof(*list));
	r.end = start + REDUCE_SECONDS;
	if (together)
		printf("# torture: its %u steps are taken one after another\n", nr);
	/* Chance has its part in it. */
	for (int i = 0; i < 3 && r.nr == 0; i++)
		still_fails(&r, list, nr);
	/* Perhaps one process can find the same: more time for that. */
	if (!r.nr && together) {
		printf("# torture: they don't fail like that: other seeds, in one process\n");
		fflush(stdout);
		r.end += REDUCE_SECONDS;
		while (!r.nr && now() < r.end) {
			seed += 2 - seed % 2;
			if (run_case(false, NULL, 0) != FAILED)
				continue;
			print_failure(false, false);
			nr = shared->nr_log;
			page = shared->page;
			memcpy(list, shared->log, nr * sizeof(*list));
			still_fails(&r, list, nr);
		}
	}
	if (!r.nr) {
		printf("# torture: not reduced: it does not fail again that way; the seed has to do\n");
		return;
	}
	/* What is likely first: comparisons take most of the time. */
	for (unsigned int op = nr_ops(); op-- > 0; ) {
		try_without_op(&r, op);
		if (op == nr_ops() - 1)
			try_only_touching(&r, page - page % pages_per_thp, pages_per_thp);
	}
	do {
		before = r.nr;
		for (unsigned int size = r.nr / 2; size > 1; size /= 2)
			try_without_chunks(&r, size);
		try_without_chunks(&r, 1);
	} while (r.nr < before && now() < r.end);
	printf("# torture: reduced to %u steps with %u tries in %.0f s%s\n", r.nr, r.tries,
	       now() - start, now() < r.end ? "" : ", when time was over");
	print_steps("# steps: ", r.best, r.nr);
}

static void print_totals(const struct shared *total, unsigned int seeds, double seconds)
{
	printf("# seeds: %u\n# steps taken: %llu\n# bytes compared: %llu\n# granules compared: %llu\n"
	       "# torture: %.1f s, %.2f million granules/s\n",
	       seeds, (unsigned long long)total->steps, (unsigned long long)total->bytes,
	       (unsigned long long)total->granules, seconds, total->granules / seconds / 1e6);
}

/* ---- The machine ---- */

static unsigned long number(const char *text, const char *what)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	if (!*text || *end) {
		printf("# torture: %s %s: not a number\n", what, text);
		exit(BROKEN);
	}
	return n;
}

static void setup(void)
{
	const size_t traced = MAX_TRACED * (sysconf(_SC_PAGESIZE) / GRANULE);
	char text[32] = "";
	struct sysinfo info;
	FILE *f = fopen(THP_SIZE_FILE, "r");

	page_size = sysconf(_SC_PAGESIZE);
	granules_per_page = page_size / GRANULE;
	if (f && fgets(text, sizeof(text), f))
		thp_size = strtoul(text, NULL, 10);
	if (f)
		fclose(f);
	/* With 64 KiB pages a PMD maps 512 MiB: there it has to be less. */
	nr_regions = thp_size > 4UL << 20 ? 2 : 4;
	if (thp_size == 0 || thp_size > LARGEST_THP)
		thp_size = 2UL << 20;
	pages_per_thp = thp_size / page_size;
	pages_per_region = pages_per_thp;
	nr_pages = nr_regions * pages_per_region;

#ifdef __aarch64__
	have_mte = getauxval(AT_HWCAP2) & HWCAP2_MTE;
#endif
	if (have_mte)
		prctl(PR_SET_TAGGED_ADDR_CTRL, PR_TAGGED_ADDR_ENABLE, 0, 0, 0);

	shared = mmap(NULL, sizeof(*shared) + traced, PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		die("shared memory");
	steps_setup();
	if (!sysinfo(&info))
		litter(info.freeram / 2 * info.mem_unit / thp_size * thp_size);
}

int main(int argc, char *argv[])
{
	unsigned int nr_seeds[2] = { 0 };
	const char *steps = NULL;
	bool failed = false, together = false;
	unsigned long seconds = 60;
	double start;
	int result;

	seed = 1;
	for (int i = 1; i + 1 < argc; i += 2) {
		if (!strcmp(argv[i], "--seconds"))
			seconds = number(argv[i + 1], argv[i]);
		else if (!strcmp(argv[i], "--seed"))
			seed = number(argv[i + 1], argv[i]);
		else if (!strcmp(argv[i], "--steps"))
			steps = argv[i + 1];
	}
	setup();
	printf("TAP version 13\n1..%d\n", steps ? 1 : 2);

	start = now();
	if (steps) {
		static struct step list[MAX_STEPS];
		char wrong[128];
		int nr = parse_steps(steps, list, MAX_STEPS, wrong, sizeof(wrong));

		if (nr <= 0) {
			printf("Bail out! no step: %s\n", nr ? wrong : steps);
			return BROKEN;
		}
		result = run_case(false, list, nr);
		if (result == FAILED)
			print_failure(false, true);
		print_totals(shared, 1, now() - start);
		if (result == BROKEN)
			printf("Bail out! the torture can't go on\n");
		else
			printf("%sok 1 the given steps\n", result ? "not " : "");
		return result;
	}

	printf("# torture: from seed %llu on, for %lu s\n", (unsigned long long)seed, seconds);
	do {
		together = seed % 2;
		result = run_case(together, NULL, 0);
		nr_seeds[together]++;
		if (result == BROKEN) {
			printf("Bail out! the torture can't go on\n");
			return BROKEN;
		}
		failed = result != PASSED;
		if (!failed)
			seed++;
	} while (!failed && now() - start < seconds);

	if (failed) {
		printf("# torture: found after %.1f s\n", now() - start);
		print_failure(together, false);
	}
	print_totals(shared, nr_seeds[0] + nr_seeds[1], now() - start);
	fflush(stdout);
	if (failed)
		reduce(together);
	for (int i = 0; i < 2; i++) {
		printf("%sok %d %s", failed && together == i ? "not " : "", i + 1,
		       i ? "threads and processes" : "one process");
		printf(nr_seeds[i] ? ", %u seeds\n" : " # SKIP no time for it\n", nr_seeds[i]);
	}
	return failed;
}
