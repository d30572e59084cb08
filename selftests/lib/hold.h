/* SPDX-License-Identifier: GPL-2.0 */
/* The test driver that holds requests and does what it is told with MDLs. */
#ifndef HOLD_H
#define HOLD_H

#include <pthread.h>

#include "modules/ntio_hold.h"
#include "ntio_test.h"

int hold_open(void);

/* One thing done; the answer. Exits if the driver does not understand. */
struct hold_op hold_do(int fd, struct hold_op op);

#define hold(_fd, _what, ...) \
	hold_do(_fd, (struct hold_op){ .what = HOLD_ ## _what, ##__VA_ARGS__ })

/* Must succeed. */
#define hold_ok(_fd, _what, ...) ({					\
	struct hold_op _op = hold(_fd, _what, ##__VA_ARGS__);		\
	ASSERT_EQ(STATUS_SUCCESS, _op.out_status) {			\
		TH_LOG("HOLD_" #_what);					\
	}								\
	_op; })

/* Must fail in this way. */
#define hold_bad(_fd, _status, _what, ...) ({				\
	struct hold_op _op = hold(_fd, _what, ##__VA_ARGS__);		\
	EXPECT_EQ((__u32)(_status), _op.out_status) {			\
		TH_LOG("HOLD_" #_what);					\
	}								\
	_op; })

/* Must be counted @_count times as the driver's mistake. */
#define expect_violations(_name, _count, _doing) do {			\
	long _before = violations(_name);				\
	_doing;								\
	EXPECT_EQ(_before + (_count), violations(_name)) {		\
		TH_LOG("%s", _name);					\
	}								\
} while (0)

/* --- a request that is held, while a thread waits for it ----------------- */

/**
 * struct holding - a held request
 * @fd: its file
 * @slot: where the driver holds it
 * @request: the request
 * @slot_input: its first buffer
 * @error: what its ioctl returned
 * @thread: who waits for it
 */
struct holding {
	int fd;
	__u32 slot;
	struct ntio_device_control request;
	__u32 slot_input;
	int error;
	pthread_t thread;
};

/* False: it was not held, and holding_end() tells why. */
bool holding_begin(struct holding *holding, int fd, __u32 slot, __u32 code,
		   const void *p, size_t len);
/* The same, with a request that was filled in. */
bool holding_start(struct holding *holding);
/* Lets it go if it is held, and waits for its end. */
void holding_end(struct holding *holding);

/* Whether the driver holds a request in that slot. */
bool hold_is_held(int fd, __u32 slot);

/* --- fixtures ------------------------------------------------------------- */

/* What must be the same at the end of a test. */
struct hold_balance {
	long pins;
	long alive;
};

struct hold_balance hold_balance(int fd);
/* Everything freed and released, it is as before after a moment. */
bool hold_balanced(int fd, const struct hold_balance *before);

#endif
