/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TORTURE_RANDOM_H
#define TORTURE_RANDOM_H

#include <stdint.h>

static inline uint64_t mix(uint64_t x)
{
	x += 0x9e3779b97f4a7c15;
	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
	x = (x ^ x >> 27) * 0x94d049bb133111eb;
	return x ^ x >> 31;
}

/* Returns a random number below the limit; X is the generator's state. */
static inline unsigned long draw(uint64_t *x, unsigned long limit)
{
	*x = mix(*x);
	return *x % limit;
}

#endif
