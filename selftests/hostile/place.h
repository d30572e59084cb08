/* SPDX-License-Identifier: GPL-2.0 */
/* The places that a buffer can have in a device control, by method. */
#ifndef NTIO_TEST_PLACE_H
#define NTIO_TEST_PLACE_H

#include "ntio_test.h"

/**
 * struct place - one of them
 * @code: of the echo driver
 * @second: it is the second buffer
 * @write: the kernel writes to it
 * @lock: it is locked
 * @raw: the driver looks at it itself [2.22]
 */
struct place {
	__u32 code;
	bool second;
	bool write;
	bool lock;
	bool raw;
};

/* Of a fixture whose variants have a "place". */
#define PLACE_VARIANT(F, _name, _code, ...)				\
	FIXTURE_VARIANT_ADD(F, _name) {					\
		.place = { .code = IOCTL_ECHO_ ## _code, __VA_ARGS__ } }
#define PLACE_VARIANTS(F)						\
	PLACE_VARIANT(F, buffered_input, BUFFERED);			\
	PLACE_VARIANT(F, buffered_output, BUFFERED, .second = true,	\
		      .write = true);					\
	PLACE_VARIANT(F, in_direct_first, IN_DIRECT);			\
	PLACE_VARIANT(F, in_direct_second, IN_DIRECT, .second = true,	\
		      .lock = true);					\
	PLACE_VARIANT(F, out_direct_first, OUT_DIRECT);			\
	PLACE_VARIANT(F, out_direct_second, OUT_DIRECT, .second = true,	\
		      .write = true, .lock = true);			\
	PLACE_VARIANT(F, in_direct_long_second, IN_DIRECT_LONG,		\
		      .second = true, .lock = true);			\
	PLACE_VARIANT(F, out_direct_long_second, OUT_DIRECT_LONG,	\
		      .second = true, .write = true, .lock = true);	\
	PLACE_VARIANT(F, neither_input, NEITHER, .raw = true);		\
	PLACE_VARIANT(F, neither_output, NEITHER, .second = true,	\
		      .write = true, .raw = true)

/* A request whose buffer in this place is @len bytes at @at, and @other. */
static inline struct ntio_device_control
place_control(const struct place *place, const struct mem *other, __u64 at,
	      __u32 len)
{
	struct ntio_device_control c = {
		.code = place->code,
		.in = at, .in_len = len,
		.out = addr(other->p), .out_len = other->len,
	};

	if (place->second) {
		c.in = addr(other->p);
		c.in_len = other->len;
		c.out = at;
		c.out_len = len;
	}
	return c;
}

/* NULL is no buffer, where it is not locked and not the driver's [2.8]. */
static inline bool place_null_is_none(const struct place *place)
{
	return !place->raw && !place->lock;
}

#endif
