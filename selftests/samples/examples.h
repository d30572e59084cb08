/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The drivers of docs/porting-guide.md do what the guide says: each is loaded,
 * driven and unloaded. What the programs that do it share.
 */
#ifndef NTIO_TEST_EXAMPLES_H
#define NTIO_TEST_EXAMPLES_H

#include "ntio_test.h"

#include "docs/examples/example.h"

/* A fixture that loads a driver and opens its device. */
#define DRIVER(name, path)						\
	FIXTURE(name)							\
	{								\
		int fd;							\
		long pins;						\
	};								\
	FIXTURE_SETUP(name)						\
	{								\
		self->pins = pins();					\
		ASSERT_EQ(0, module_load(#name));			\
		self->fd = open(path, O_RDWR | O_CLOEXEC);		\
		ASSERT_LE(0, self->fd);					\
	}								\
	FIXTURE_TEARDOWN(name)						\
	{								\
		close(self->fd);					\
		EXPECT_TRUE(wait_until(!module_unload(#name)));		\
		EXPECT_EQ(self->pins, pins());				\
	}

/* The answer of a plain driver: 0 or the errno. */
static inline int plain(int fd, unsigned long cmd, void *arg)
{
	return ioctl(fd, cmd, arg) ? errno : 0;
}

/* The errno of a request that an ntio driver, or the core, ends so. */
#define expect_status(_status, _fd, ...) ({				\
	struct ntio_device_control _c = { __VA_ARGS__ };		\
	EXPECT_EQ(status_errno(_status), control(_fd, &_c));		\
	EXPECT_EQ((__u32)(_status), _c.out_status);			\
	_c; })

/* Buffers of every shape. */
static const struct {
	size_t len, offset;
} spans[] = {
	{ 1, 0 }, { 1, PAGE - 1 }, { 100, PAGE - 50 }, { PAGE, 0 },
	{ PAGE + 2, PAGE - 1 }, { 64 * KIB, 511 },
};

#define SPANS ARRAY_SIZE(spans)

#endif
