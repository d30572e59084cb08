/* SPDX-License-Identifier: GPL-2.0 */
/* Characters as UTF-8 and UTF-16 have them, here and in user space. */
#ifndef NTIO_WDM_UTF_H
#define NTIO_WDM_UTF_H

/* At most 4 bytes, without an end; how many. */
static inline int utf8_put(unsigned int c, char *to)
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

static inline _Bool utf16_is_high(unsigned int unit)
{
	return (unit & 0xfffffc00) == 0xd800;
}

static inline _Bool utf16_is_low(unsigned int unit)
{
	return (unit & 0xfffffc00) == 0xdc00;
}

static inline unsigned int utf16_pair(unsigned int high, unsigned int low)
{
	return 0x10000 + ((high & 0x3ff) << 10) + (low & 0x3ff);
}

#endif
