// SPDX-License-Identifier: GPL-2.0
/*
 * A case begins in a new process, and in memory in which others have left tags. It
 * has some dozens of steps. With an even seed, one process runs all of them. With an
 * odd seed, two processes with several threads do: each in pages of its own that are
 * in the same THPs, while another thread splits, merges and migrates them.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "../files.h"
#include "cases.h"
#include "draw.h"
#include "free.h"
#include "model.h"
#include "process.h"
#include "ptrace.h"
#include "report.h"
#include "steps.h"

#define STEPS_SINGLE	100
#define STEPS_FIRST	20	/* of one process, before there are others */
#define STEPS_EACH	40
#define CASE_SECONDS	300

struct log *case_log;

static struct worker workers[MAX_WORKERS];
static uint64_t seed;
/* Given steps; NULL: they are drawn from the seed. */
static const struct step *given;
static unsigned int nr_given;

double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

void cases_setup(void)
{
	case_log = shared_memory(sizeof(*case_log));
}

static void add_to_log(const struct step *step)
{
	unsigned int n = __atomic_fetch_add(&case_log->nr, 1, __ATOMIC_RELAXED);

	if (n < MAX_STEPS)
		case_log->steps[n] = *step;
}

static void take_steps(struct worker *w, unsigned int nr)
{
	for (w->step = 0; w->step < nr; w->step++) {
		struct step step;

		if (given)
			step = given[w->step];
		else
			draw_step(seed, w, w->step, &step);
		step_text(w->doing, sizeof(w->doing), &step);
		add_to_log(&step);
		do_step(w, &step);
		stop_if_failed();
	}
	strcpy(w->doing, "the last comparison");
	reap_all(w);
	model_compare(w, 0, nr_pages);
}

static void *thread(void *worker)
{
	take_steps(worker, STEPS_EACH);
	return NULL;
}

static void run_threads(unsigned int process)
{
	const unsigned int each = nr_threads + 1;
	pthread_t threads[MAX_WORKERS];

	steps_begin();
	for (unsigned int i = 0; i < each; i++) {
		if (pthread_create(&threads[i], NULL, thread, &workers[process * each + i]))
			die("pthread_create");
	}
	for (unsigned int i = 0; i < each; i++)
		pthread_join(threads[i], NULL);
}

/* Two processes, which share the memory that the first one has filled. */
static void run_processes(void)
{
	int status = 0;
	pid_t other;

	take_steps(&workers[0], STEPS_FIRST);
	nr_processes = 2;
	nr_threads = 2;
	other = fork();
	if (other < 0)
		die("fork");
	if (!other) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		run_threads(1);
		_exit(PASSED);
	}
	run_threads(0);
	waitpid(other, &status, 0);
	if (WIFSIGNALED(status))
		fail(&workers[0], 0, "a process was killed by signal %d", WTERMSIG(status));
	if (status)
		_exit(WEXITSTATUS(status));
}

static bool has_processes(void)
{
	return !given && seed % 2;
}

static void __attribute__((noreturn)) case_process(void)
{
	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	litter(4 * nr_pages * page_size, 0);
	start_tracer();
	steps_begin();
	model_create(MAX_WORKERS, workers);
	if (has_processes())
		run_processes();
	else
		take_steps(&workers[0], given ? nr_given : STEPS_SINGLE);
	_exit(PASSED);
}

static int run_case(void)
{
	const double end = now() + CASE_SECONDS;
	int status;
	pid_t pid;

	report_clear();
	case_log->nr = 0;
	fflush(stdout);
	pid = fork();
	if (pid < 0)
		die("fork");
	if (!pid)
		case_process();
	while (waitpid(pid, &status, WNOHANG) != pid) {
		if (now() > end) {
			kill(pid, SIGKILL);
			waitpid(pid, &status, 0);
			snprintf(shared->report, sizeof(shared->report),
				 "still running after %d s", CASE_SECONDS);
			status = FAILED << 8;
			break;
		}
		sleep_ms(2);
	}
	kill(-pid, SIGKILL);
	if (WIFSIGNALED(status)) {
		shared->step = case_log->nr ? case_log->nr - 1 : 0;
		snprintf(shared->report, sizeof(shared->report),
			 "the process was killed by signal %d", WTERMSIG(status));
		return FAILED;
	}
	return WEXITSTATUS(status);
}

int run_seed(uint64_t number)
{
	seed = number;
	given = NULL;
	return run_case();
}

int run_steps(const struct step *steps, unsigned int nr)
{
	given = steps;
	nr_given = nr;
	return run_case();
}

void print_failure(void)
{
	if (given)
		printf("# torture: the given steps, step %u: %s\n", shared->step, shared->during);
	else
		printf("# torture: seed %llu, %s %u, step %u: %s\n", (unsigned long long)seed,
		       has_processes() ? "worker" : "process", shared->worker, shared->step,
		       shared->during);
	report_print();
	fflush(stdout);
}
