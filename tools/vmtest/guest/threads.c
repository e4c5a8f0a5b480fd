// SPDX-License-Identifier: GPL-2.0
/*
 * Many threads that have large stacks with memory tags, and use little of them:
 * each function on a stack has an array there, whose memory has a tag of its own,
 * as with a compiler's stack tagging; that of the last function is all zeroes.
 * Says "ready" when all threads are deep in their stacks; after a line of input
 * they go back, look for their data and tags, and it says "right".
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>

#include "tags.h"

#define NR_THREADS	64
#define STACK_SIZE	(8UL << 20)
#define DEPTH		4
#define ARRAY_SIZE	8192

static bool tagged;
static pthread_barrier_t ready, go_on;
static unsigned int wrong;

/* A pointer with a random tag to memory that has it from now on. */
static char *tag_array(char *array)
{
#ifdef __aarch64__
	if (!tagged)
		return array;
	asm volatile(".arch armv8.5-a+memtag\n\tirg %0, %0" : "+r" (array));
	store_tags(array, ARRAY_SIZE, (uintptr_t)array >> TAG_SHIFT);
#endif
	return array;
}

static __attribute__((noinline)) void function(unsigned int thread, unsigned int depth)
{
	char array[ARRAY_SIZE] __attribute__((aligned(GRANULE)));
	char *p = tag_array(array);
	int tag = (uintptr_t)p >> TAG_SHIFT & 15;
	char data = depth ? thread + depth : 0;

	memset(p, data, ARRAY_SIZE);
	if (depth) {
		function(thread, depth - 1);
	} else {
		pthread_barrier_wait(&ready);
		pthread_barrier_wait(&go_on);
	}
	for (int i = 0; i < ARRAY_SIZE; i++) {
		if ((tagged && load_tag(array + i / GRANULE * GRANULE) != tag) ||
		    p[i] != data) {
			__atomic_add_fetch(&wrong, 1, __ATOMIC_RELAXED);
			break;
		}
	}
	if (tagged)
		store_tags(array, ARRAY_SIZE, 0);
}

static void *run(void *thread)
{
	function((uintptr_t)thread, DEPTH - 1);
	return NULL;
}

static void die(const char *what)
{
	printf("%s\n", what);
	exit(1);
}

int main(void)
{
	pthread_t threads[NR_THREADS];
	pthread_attr_t attr;

	tagged = has_tags();
	/* Every tag but 0, and a fault for an access with a wrong one. */
	if (tagged && prctl(PR_SET_TAGGED_ADDR_CTRL, PR_TAGGED_ADDR_ENABLE |
			      PR_MTE_TCF_SYNC | 0xfffeUL << PR_MTE_TAG_SHIFT, 0, 0, 0))
		die("PR_SET_TAGGED_ADDR_CTRL");
	pthread_attr_init(&attr);
	pthread_barrier_init(&ready, NULL, NR_THREADS + 1);
	pthread_barrier_init(&go_on, NULL, NR_THREADS + 1);
	for (uintptr_t i = 0; i < NR_THREADS; i++) {
		void *stack = mmap(NULL, STACK_SIZE, PROT_READ | PROT_WRITE | (tagged ? PROT_MTE : 0),
				   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		if (stack == MAP_FAILED)
			die("mmap");
		if (pthread_attr_setstack(&attr, stack, STACK_SIZE) ||
		    pthread_create(&threads[i], &attr, run, (void *)i))
			die("pthread_create");
	}
	pthread_barrier_wait(&ready);
	printf("ready\n");
	fflush(stdout);
	getchar();
	pthread_barrier_wait(&go_on);
	for (int i = 0; i < NR_THREADS; i++)
		pthread_join(threads[i], NULL);
	if (wrong)
		printf("%u stack arrays with wrong data or tags\n", wrong);
	else
		printf("right\n");
	return wrong != 0;
}
