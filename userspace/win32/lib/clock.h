/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NTIO_WIN32_CLOCK_H
#define NTIO_WIN32_CLOCK_H

#include <stdint.h>
#include <time.h>

static inline uint64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000ULL + now.tv_nsec / 1000000;
}

#endif
