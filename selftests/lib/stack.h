/* SPDX-License-Identifier: GPL-2.0 */
/* The stack test driver, for the programs that use it. */
#ifndef NTIO_TEST_STACK_H
#define NTIO_TEST_STACK_H

#include "modules/ntio_stack.h"
#include "ntio_test.h"

#define ON_SUCCESS 0x40
#define ON_ERROR 0x80
#define ON_CANCEL 0x20
#define ON_ANY (ON_SUCCESS | ON_ERROR | ON_CANCEL)

#define BUFFERED 1
#define DIRECT 2
#define NEITHER 0

static inline int order(int ctl, __u32 code, const void *in, __u32 len)
{
	struct ntio_device_control c = {
		.code = code, .in = addr(in), .in_len = len,
	};

	return control(ctl, &c);
}

/* Register a device: 0 or the errno. */
static inline int add(int ctl, __u32 level, __u32 on, __u32 io, __u32 flags)
{
	struct stack_add in = {
		.level = level, .on = on, .io = io, .flags = flags,
	};
	__u32 error = POISON32;
	struct ntio_device_control c = {
		.code = IOCTL_STACK_ADD, .in = addr(&in), .in_len = sizeof(in),
		.out = addr(&error), .out_len = sizeof(error),
	};

	return control(ctl, &c) ?: (int)error;
}

/* Levels 0 to @n - 1, each on the one below. */
static inline int build(int ctl, __u32 n)
{
	__u32 i;
	int rc = 0;

	for (i = 0; i < n && !rc; i++)
		rc = add(ctl, i, i ? i - 1 : STACK_ON_NOTHING, BUFFERED, 0);
	return rc;
}

static inline int open_level(__u32 level)
{
	char path[32];

	snprintf(path, sizeof(path), "/dev/ntio/stack%u", level);
	return open(path, O_RDWR | O_CLOEXEC);
}

#define build_and_open(_n) do {						\
	ASSERT_EQ(0, build(self->ctl, _n));				\
	self->fd = open_level((_n) - 1);				\
	ASSERT_LE(0, self->fd);						\
} while (0)

#define plan(...) do {							\
	struct stack_plan _p = { __VA_ARGS__ };				\
	ASSERT_EQ(0, order(self->ctl, IOCTL_STACK_PLAN, &_p, sizeof(_p))); \
} while (0)

/* Send IOCTL_STACK_RUN; the outcome is in @c. Returns the errno. */
static inline int run_code(int fd, __u32 code, struct ntio_device_control *c)
{
	static unsigned char out[64];

	memset(out, POISON, sizeof(out));
	*c = (struct ntio_device_control){
		.code = code, .out = addr(out), .out_len = sizeof(out),
	};
	return control(fd, c);
}

static inline int run(int fd, struct ntio_device_control *c)
{
	return run_code(fd, IOCTL_STACK_RUN, c);
}

struct trace {
	struct stack_event events[64];
	unsigned int n;
};

static inline struct trace trace(int ctl)
{
	struct trace t;
	struct ntio_device_control c = {
		.code = IOCTL_STACK_TRACE, .out = addr(t.events),
		.out_len = sizeof(t.events),
	};

	memset(&t, POISON, sizeof(t));
	if (control(ctl, &c))
		abort();
	t.n = c.out_information / sizeof(t.events[0]);
	return t;
}

static inline unsigned int count(const struct trace *t, __u8 kind, __u8 level)
{
	unsigned int n = 0, i;

	for (i = 0; i < t->n; i++)
		n += t->events[i].kind == kind && t->events[i].level == level;
	return n;
}

/* The first event of a kind at a level; one of kind 0 if there is none. */
static inline struct stack_event event(int ctl, __u8 kind, __u8 level)
{
	struct trace t = trace(ctl);
	unsigned int i;

	for (i = 0; i < t.n; i++)
		if (t.events[i].kind == kind && t.events[i].level == level)
			return t.events[i];
	return (struct stack_event){ };
}

#define H(level) { STACK_HANDLER, level }
#define R(level) { STACK_ROUTINE, level }
#define W(level) { STACK_WORKER, level }

/* What happened so far, in this order, but for the opening of files. */
#define expect_trace(...) do {						\
	static const __u8 _e[][2] = { __VA_ARGS__ };			\
	struct trace _t = trace(self->ctl);				\
	unsigned int _i, _n = 0;					\
	for (_i = 0; _i < _t.n; _i++) {					\
		if (_t.events[_i].kind >= STACK_CREATED)		\
			continue;					\
		ASSERT_GT(ARRAY_SIZE(_e), _n);				\
		EXPECT_EQ(_e[_n][0], _t.events[_i].kind);		\
		EXPECT_EQ(_e[_n][1], _t.events[_i].level);		\
		_n++;							\
	}								\
	EXPECT_EQ(ARRAY_SIZE(_e), _n);					\
} while (0)

/* All kinds together: what is right makes none. */
static inline long all_violations(void)
{
	return ntio_stat("violations", NULL);
}

#define expect_outcome(_c, _error, _status, _information) do {		\
	EXPECT_EQ(_error, status_errno((_c).out_status));		\
	EXPECT_EQ((__u32)(_status), (_c).out_status);			\
	EXPECT_EQ((__u64)(_information), (_c).out_information);		\
} while (0)

/* A fixture with the controlling device open, and all forgotten. */
#define STACK_FIXTURE(_name)						\
FIXTURE(_name)								\
{									\
	int ctl;							\
	int fd;								\
	long requests;							\
	long files;							\
};									\
									\
FIXTURE_SETUP(_name)							\
{									\
	self->ctl = open("/dev/ntio/stack", O_RDWR | O_CLOEXEC);	\
	ASSERT_LE(0, self->ctl);					\
	self->fd = -1;							\
	self->files = ntio_stat("alive", "files");			\
	self->requests = ntio_stat("alive", "requests");		\
	ASSERT_EQ(0, order(self->ctl, IOCTL_STACK_RESET, NULL, 0));	\
}									\
									\
FIXTURE_TEARDOWN(_name)							\
{									\
	if (self->fd >= 0)						\
		close(self->fd);					\
	EXPECT_TRUE(wait_until(ntio_stat("alive", "requests") ==	\
			       self->requests));			\
	EXPECT_TRUE(wait_until(ntio_stat("alive", "files") == self->files)); \
	EXPECT_EQ(0, order(self->ctl, IOCTL_STACK_RESET, NULL, 0));	\
	close(self->ctl);						\
}

#endif
