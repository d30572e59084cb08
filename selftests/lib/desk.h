/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A request whose numbers change while it is made, and whether what came of it
 * is what one moment of it explains.
 */
#ifndef DESK_H
#define DESK_H

#include "flipper.h"

/* Lengths that differ in one byte, the second of them two pages. */
#define SHORT_IN 0x0010
#define LONG_IN 0x1310
#define SHORT_OUT 0x0020
#define LONG_OUT 0x1320
#define ROOM (2 * PAGE)

/**
 * struct desk - a request, and two of each buffer
 * @c: the request: two, where the ring's entry is flipped as well
 * @in: two inputs, of content 1 and 2
 * @out: two outputs
 * @nowhere: no memory
 * @base: of all this; the two of each differ in one byte of their address
 */
struct desk {
	struct ntio_device_control *c[2];
	unsigned char *in[2];
	unsigned char *out[2];
	unsigned char *nowhere;
	unsigned char *base;
};

bool desk_make(struct desk *desk);
/* Outputs poisoned, as before every request. */
void desk_clear(struct desk *desk);
/* The request with the first of all values. */
void desk_ask(struct desk *desk, int which, __u32 code);
/* Its lengths and addresses will be flipped. @bad: to bad addresses, too. */
void desk_flip(struct flipper *flipper, struct desk *desk, int which, bool bad);

/**
 * struct outcome - what came of a request
 * @saw: what the driver saw of it
 * @called: the driver was called
 * @error: errno
 */
struct outcome {
	struct echo_saw saw;
	bool called;
	int error;
};

/* What became of a request that returned @error; @calls: those before it. */
struct outcome desk_outcome(int fd, __u32 calls, int error);
/* Whether each field of the answer is there, all the size that was asked for */
bool desk_complete(const struct ntio_device_control *c);
/* What no moment of the request explains; NULL: nothing. */
const char *desk_wrong(const struct desk *desk,
		       const struct ntio_device_control *c,
		       const struct outcome *o);

#define expect_right(_wrong, _o) do {					\
	const char *_w = _wrong;					\
	ASSERT_EQ(NULL, _w) {						\
		TH_LOG("%s", _w);					\
		TH_LOG("code 0x%x in %u out %u pages %u errno %d",	\
		       (_o).saw.code, (_o).saw.in_len,			\
		       (_o).saw.out_len, (_o).saw.pages, (_o).error);	\
	}								\
} while (0)

#endif
