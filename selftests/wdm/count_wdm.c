// SPDX-License-Identifier: GPL-2.0
/*
 * What the layer for drivers for Windows costs: the same request to a driver on
 * ntio's own API and to one for Windows that does the same, in instructions.
 */
#include <sys/utsname.h>

#include "kselftest_harness.h"
#include "count.h"
#include "ntio_test.h"

#include "bench/bench.h"

#define ROUNDS 1001

FIXTURE(twins)
{
	int own;
	int windows;
};

FIXTURE_SETUP(twins)
{
	COUNT_PLAINLY_OR_SKIP();
	ASSERT_EQ(0, module_load("bench_ntio"));
	ASSERT_EQ(0, module_load("wdm_bench"));
	self->own = open("/dev/ntio/bench", O_RDWR | O_CLOEXEC);
	ASSERT_LE(0, self->own);
	self->windows = open("/dev/ntio/WdmBench", O_RDWR | O_CLOEXEC);
	ASSERT_LE(0, self->windows);
}

FIXTURE_TEARDOWN(twins)
{
	close(self->own);
	close(self->windows);
	EXPECT_EQ(0, module_unload("wdm_bench"));
	EXPECT_EQ(0, module_unload("bench_ntio"));
}

/* Linux 7.3, and what compiles it, take ten more than 6.1 and 6.12. */
static unsigned int limit(void)
{
	struct utsname kernel;

	uname(&kernel);
	return atoi(kernel.release) > 6 ? 260 : 250;
}

/* 0: one failed. */
static __u64 cost_buffered(int fd, __u32 len)
{
	static __u64 costs[ROUNDS];
	static char in[4096], out[4096];
	struct ntio_device_control c;
	__u64 begin;
	int i, rc;

	for (i = 0; i < ROUNDS; i++) {
		c = (struct ntio_device_control) {
			.size = sizeof(c), .code = IOCTL_BENCH_BUFFERED,
			.in = addr(in), .in_len = len,
			.out = addr(out), .out_len = len,
		};
		begin = count_now();
		rc = ioctl(fd, NTIO_IOC_DEVICE_CONTROL, &c);
		costs[i] = count_now() - begin;
		if (rc || c.out_information != len)
			return 0;
	}
	return count_median(costs, ROUNDS);
}

static void compare(struct __test_metadata *_metadata,
		    struct _test_data_twins *self, __u32 len)
{
	__u64 own = cost_buffered(self->own, len);
	__u64 windows = cost_buffered(self->windows, len);

	TH_LOG("%u bytes: own API %llu, for Windows %llu: %lld more", len, own,
	       windows, windows - own);
	ASSERT_NE(0, own);
	ASSERT_NE(0, windows);
	EXPECT_LE(windows, own + limit());
}

TEST_F(twins, buffered_8)
{
	compare(_metadata, self, 8);
}

TEST_F(twins, buffered_4k)
{
	compare(_metadata, self, 4096);
}

TEST_HARNESS_MAIN
