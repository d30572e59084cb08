/* SPDX-License-Identifier: GPL-2.0 */
/* Characters as UTF-8 and UTF-16 have them. */
#ifndef NTIO_UTF_H
#define NTIO_UTF_H

#include <stdbool.h>
#include <stdint.h>

/* At most 4 bytes, without an end; how many. */
static inline int utf8_put(uint32_t c, char *to)
{
	if (c < 0x80) {
		to[0] = c;
		return 1;
	}
	if (c < 0x800) {
		to[0] = 0xc0 | c >> 6;
		to[1] = 0x80 | (c & 0x3f);
		return 2;
	}
	if (c < 0x10000) {
		to[0] = 0xe0 | c >> 12;
		to[1] = 0x80 | (c >> 6 & 0x3f);
		to[2] = 0x80 | (c & 0x3f);
		return 3;
	}
	to[0] = 0xf0 | c >> 18;
	to[1] = 0x80 | (c >> 12 & 0x3f);
	to[2] = 0x80 | (c >> 6 & 0x3f);
	to[3] = 0x80 | (c & 0x3f);
	return 4;
}

static inline bool utf16_is_high(uint32_t unit)
{
	return (unit & 0xfffffc00) == 0xd800;
}

static inline bool utf16_is_low(uint32_t unit)
{
	return (unit & 0xfffffc00) == 0xdc00;
}

static inline uint32_t utf16_pair(uint32_t high, uint32_t low)
{
	return 0x10000 + ((high & 0x3ff) << 10) + (low & 0x3ff);
}

#endif
