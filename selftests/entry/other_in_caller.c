// SPDX-License-Identifier: GPL-2.0
/*
 * A driver that declares no codes gets what comes in the caller's context, and
 * the token with it: without, it could not serve a NEITHER code at all.
 */
#include "kselftest_harness.h"
#include "modules/ntio_others.h"
#include "ntio_test.h"

FIXTURE(others)
{
	int fd;
	unsigned char in[OTHERS_MAX];
	unsigned char out[OTHERS_MAX];
};

FIXTURE_SETUP(others)
{
	self->fd = open(OTHERS_PATH, O_RDWR | O_CLOEXEC);
	ASSERT_LE(0, self->fd);
	fill(self->in, sizeof(self->in), 7);
	memset(self->out, POISON, sizeof(self->out));
}

FIXTURE_TEARDOWN(others)
{
	close(self->fd);
}

/* The data is where an address in the caller's own data says. */
TEST_F(others, reads_user_memory)
{
	struct others_find find = { .address = addr(self->in), .len = 20 };
	struct ntio_device_control c;

	c = control_ok(self->fd, .code = IOCTL_OTHERS_FIND,
		       .in = addr(&find), .in_len = sizeof(find),
		       .out = addr(self->out), .out_len = sizeof(self->out));
	EXPECT_EQ(20, c.out_information);
	EXPECT_EQ(20, match(self->out, 20, 7));
	EXPECT_EQ(sizeof(self->out) - 20,
		  match_byte(self->out + 20, sizeof(self->out) - 20, POISON));
}

/* What it cannot read is its own to refuse. */
TEST_F(others, bad_address)
{
	struct others_find find = { .address = 0x10, .len = 20 };

	control_refused(self->fd, STATUS_ACCESS_VIOLATION, NTIO_REASON_FAULT,
			0, .code = IOCTL_OTHERS_FIND,
			.in = addr(&find), .in_len = sizeof(find),
			.out = addr(self->out), .out_len = sizeof(self->out));
	control_refused(self->fd, STATUS_ACCESS_VIOLATION, NTIO_REASON_FAULT,
			0, .code = IOCTL_OTHERS_FIND, .in = 0x10,
			.in_len = sizeof(find), .out = addr(self->out),
			.out_len = sizeof(self->out));
	EXPECT_EQ(sizeof(self->out),
		  match_byte(self->out, sizeof(self->out), POISON));
}

/* Any other code comes too, with the buffers of its method. */
TEST_F(others, every_method)
{
	struct ntio_device_control c;

	c = control_ok(self->fd, .code = IOCTL_OTHERS_BUFFERED,
		       .in = addr(self->in), .in_len = 30,
		       .out = addr(self->out), .out_len = sizeof(self->out));
	EXPECT_EQ(30, c.out_information);
	EXPECT_EQ(30, match(self->out, 30, 7));
	memset(self->out, POISON, sizeof(self->out));
	c = control_ok(self->fd, .code = IOCTL_OTHERS_OUT_DIRECT,
		       .in = addr(self->in), .in_len = 40,
		       .out = addr(self->out), .out_len = sizeof(self->out));
	EXPECT_EQ(40, c.out_information);
	EXPECT_EQ(40, match(self->out, 40, 7));
	EXPECT_EQ(POISON, self->out[40]);
	c = control_ok(self->fd, .code = IOCTL_OTHERS_IN_DIRECT,
		       .out = addr(self->in), .out_len = 50);
	EXPECT_EQ(50, c.out_information);
}

/* Only the highest of a stack can be given the token (R4). */
TEST_F(others, not_below_another)
{
	struct others_find find = { .address = addr(self->in), .len = 20 };
	int top = open(OTHERS_TOP_PATH, O_RDWR | O_CLOEXEC);

	ASSERT_LE(0, top);
	control_refused(top, STATUS_INVALID_DEVICE_REQUEST,
			NTIO_REASON_NOT_HIGHEST, 0,
			.code = IOCTL_OTHERS_FIND,
			.in = addr(&find), .in_len = sizeof(find),
			.out = addr(self->out), .out_len = sizeof(self->out));
	EXPECT_EQ(sizeof(self->out),
		  match_byte(self->out, sizeof(self->out), POISON));
	close(top);
}

TEST_HARNESS_MAIN
