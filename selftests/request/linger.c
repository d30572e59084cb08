// SPDX-License-Identifier: GPL-2.0
/*
 * When a call returns, the core holds nothing of its caller any more: the pages
 * are unlocked, the copies are freed [2.20], even while the driver's worker,
 * which completed the request, goes on.
 */
#include "kselftest_harness.h"
#include "hold.h"
#include "ring.h"

FIXTURE(linger)
{
	int fd;
	struct hold_balance before;
	struct mem mem;
	struct ring ring;
};

FIXTURE_VARIANT(linger)
{
	/* Of a device control; 0: write(2) if @write, else read(2). */
	__u32 code;
	bool write;
	bool ring;
};

#define CODE(_name, _NAME)						\
	FIXTURE_VARIANT_ADD(linger, _name) {				\
		.code = IOCTL_HOLD_LINGER_ ## _NAME };			\
	FIXTURE_VARIANT_ADD(linger, _name ## _ring) {			\
		.code = IOCTL_HOLD_LINGER_ ## _NAME, .ring = true }

CODE(buffered, BUFFERED);
CODE(in_direct, READ);
CODE(out_direct, WRITE);
CODE(neither, LOCK);
FIXTURE_VARIANT_ADD(linger, read) { };
FIXTURE_VARIANT_ADD(linger, write) { .write = true };

FIXTURE_SETUP(linger)
{
	self->fd = hold_open();
	self->mem = mem_new(3 * PAGE, 100);
	self->before = hold_balance(self->fd);
	if (variant->ring)
		ASSERT_EQ(0, ring_open(&self->ring, 1, 0));
}

FIXTURE_TEARDOWN(linger)
{
	if (variant->ring)
		ring_close(&self->ring);
	EXPECT_TRUE(hold_balanced(self->fd, &self->before));
	mem_free(&self->mem);
	close(self->fd);
}

static int send_to_ring(struct _test_data_linger *self,
			struct ntio_device_control *c)
{
	struct io_uring_cqe cqe = { .res = -ETIME };

	ring_control(&self->ring, self->fd, c, 1);
	if (ring_submit(&self->ring) == 1)
		ring_wait(&self->ring, &cqe, 10000);
	return -cqe.res;
}

/* Returns 0 or an errno. */
static int send_request(struct _test_data_linger *self,
			const struct _fixture_variant_linger *variant)
{
	struct ntio_device_control c = {
		.code = variant->code,
		.in = addr(self->mem.p), .in_len = PAGE,
		.out = addr(self->mem.p), .out_len = self->mem.len,
	};

	if (variant->ring)
		return send_to_ring(self, &c);
	if (variant->code)
		return control(self->fd, &c);
	if (variant->write)
		return write(self->fd, self->mem.p, self->mem.len) ? errno : 0;
	return read(self->fd, self->mem.p, self->mem.len) ? errno : 0;
}

TEST_F(linger, nothing_of_the_caller_is_kept)
{
	ASSERT_EQ(0, send_request(self, variant));
	EXPECT_EQ(self->before.pins, pins());
	/* The request, whose worker is still at it, and no more. */
	EXPECT_EQ(self->before.alive + 1, alive());
	hold_ok(self->fd, RELEASE, .mdl = HOLD_HELD(0));
}

TEST_HARNESS_MAIN
