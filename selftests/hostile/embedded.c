// SPDX-License-Identifier: GPL-2.0
/*
 * As sweep.c: bad addresses inside of what a request carries, which only the
 * driver knows of: it gets to them by the caller's token, or not at all.
 */
#include "kselftest_harness.h"
#include "module/samples/context.h"
#include "canary.h"
#include "hold.h"
#include "modules/ntio_cross.h"

FIXTURE(embedded)
{
	int fd;
	long pins;
};

FIXTURE_SETUP(embedded)
{
	self->fd = -1;
	self->pins = pins();
}

FIXTURE_TEARDOWN(embedded)
{
	EXPECT_TRUE(wait_until(self->pins == pins()));
	EXPECT_EQ(0, canary_changed());
	close(self->fd);
}

#define expect_driver_refusal(_bad, _error, _c, _reason) do {		\
	EXPECT_TRUE((_error) == EFAULT &&				\
		    (_c).out_status == STATUS_ACCESS_VIOLATION &&	\
		    (_c).out_reason == (_reason)) {			\
		TH_LOG("%s: errno %d, status %08x, reason %u",		\
		       (_bad)->name, _error, (_c).out_status,		\
		       (_c).out_reason);				\
	}								\
	counts[N_REFUSED]++;						\
	counts[N_CALLED]++;						\
} while (0)

/* [11.8]: in the system buffer, captured once, and the driver's to read. */
TEST_F(embedded, in_a_system_buffer)
{
	const struct bad_address *bad;
	size_t n, i;

	self->fd = echo_open();
	bad = bad_addresses(&n);
	for (i = 0; i < n; i++, bad++) {
		__u64 in[2] = { 1, bad->at }, out = POISON64;
		struct ntio_device_control c = {
			.code = IOCTL_ECHO_SUM_EMBEDDED,
			.in = addr(in), .in_len = sizeof(in),
			.out = addr(&out), .out_len = sizeof(out),
		};
		int error = control(self->fd, &c);

		expect_driver_refusal(bad, error, c, NTIO_REASON_FAULT);
		EXPECT_EQ(POISON64, out);
	}
}

/* A NEITHER driver that writes first and looks at nothing else. */
TEST_F(embedded, output_of_neither)
{
	struct echo_return in = { .written = 1 };
	const struct bad_address *bad;
	size_t n, i;

	self->fd = echo_open();
	bad = bad_addresses(&n);
	for (i = 0; i < n; i++, bad++) {
		struct ntio_device_control c = {
			.code = IOCTL_ECHO_RETURN_NEITHER,
			.in = addr(&in), .in_len = sizeof(in),
			.out = bad->at, .out_len = 1,
		};
		int error = control(self->fd, &c);

		expect_driver_refusal(bad, error, c, NTIO_REASON_FAULT);
	}
}

static struct context_saw context_saw(int fd)
{
	struct context_saw saw = { };
	struct ntio_device_control c = {
		.code = IOCTL_CONTEXT_SAW, .out = addr(&saw),
		.out_len = sizeof(saw),
	};

	if (control(fd, &c))
		abort();
	return saw;
}

/* Every way of the sample context, in the caller's thread and from workers. */
TEST_F(embedded, from_workers)
{
	static const __u32 codes[] = {
		IOCTL_CONTEXT_HERE, IOCTL_CONTEXT_LOCKED_BY_DRIVER,
		IOCTL_CONTEXT_ATTACHED, IOCTL_CONTEXT_COPIED,
	};
	struct context_ask ask = { .cpu = CONTEXT_ANY_CPU };
	const struct bad_address *bad;
	size_t n, i, k;

	self->fd = open("/dev/ntio/context", O_RDWR | O_CLOEXEC);
	ASSERT_LE(0, self->fd);
	for (k = 0; k < ARRAY_SIZE(codes); k++) {
		bad = bad_addresses(&n);
		for (i = 0; i < n; i++, bad++) {
			struct ntio_device_control c = {
				.code = codes[k], .in = addr(&ask),
				.in_len = sizeof(ask), .out = bad->at,
				.out_len = 8,
			};
			int error = control(self->fd, &c);

			expect_driver_refusal(bad, error, c,
					      NTIO_REASON_DRIVER);
			EXPECT_NE(CONTEXT_MINE, context_saw(self->fd).verdict);
			EXPECT_NE(CONTEXT_UNKNOWN,
				  context_saw(self->fd).verdict);
		}
	}
}

/* What a driver locks for a caller, and copies to it; 64-bit lengths [5.13]. */
TEST_F(embedded, locked_by_driver)
{
	static const __u64 lengths[] = { 1, 8, PAGE, MIB, 1ULL << 29 };
	const struct bad_address *bad;
	struct hold_balance before;
	size_t n, i, k;

	self->fd = hold_open();
	before = hold_balance(self->fd);
	bad = bad_addresses(&n);
	for (i = 0; i < n * ARRAY_SIZE(lengths); i++) {
		k = i % n;
		hold_ok(self->fd, ALLOC, .data = bad[k].at,
			.len = lengths[i / n]);
		hold_bad(self->fd, STATUS_ACCESS_VIOLATION, LOCK);
		hold_bad(self->fd, STATUS_ACCESS_VIOLATION, LOCK,
			 .flags = true);
		hold_ok(self->fd, FREE);
		counts[N_REFUSED] += 2;
	}
	EXPECT_TRUE(hold_balanced(self->fd, &before));
}

/* Kernel memory with a pattern is to be copied to where it must not go. */
TEST_F(embedded, copied_by_driver)
{
	const struct bad_address *bad;
	struct hold_balance before;
	size_t n, i;

	self->fd = hold_open();
	before = hold_balance(self->fd);
	hold_ok(self->fd, KMALLOC, .len = PAGE);
	bad = bad_addresses(&n);
	for (i = 1; i < n; i++) {
		hold_bad(self->fd, STATUS_ACCESS_VIOLATION, COPY_FROM,
			 .data = bad[i].at, .len = 100);
		hold_bad(self->fd, STATUS_ACCESS_VIOLATION, COPY_TO,
			 .data = bad[i].at, .len = 100);
		counts[N_REFUSED] += 2;
	}
	EXPECT_TRUE(hold_balanced(self->fd, &before));
}

/* A list of ranges, of which the last is bad: none stays locked [3.4]. */
TEST_F(embedded, in_a_list)
{
	struct mem good = mem_new(3 * PAGE, 0);
	const struct bad_address *bad;
	struct hold_balance before;
	size_t n, i;

	self->fd = hold_open();
	before = hold_balance(self->fd);
	bad = bad_addresses(&n);
	for (i = 0; i < n; i++, bad++) {
		struct hold_chain chain = {
			.count = 3, .flags = i & 1 ? HOLD_CHAIN_WRITE : 0,
			.parts = { { addr(good.p), good.len },
				   { addr(good.p), 1 }, { bad->at, 8 } },
		};
		struct ntio_device_control c = {
			.code = IOCTL_HOLD_CHAIN, .in = addr(&chain),
			.in_len = sizeof(chain),
		};
		int error = control(self->fd, &c);

		expect_driver_refusal(bad, error, c, NTIO_REASON_DRIVER);
	}
	EXPECT_EQ(good.len, match_byte(good.p, good.len, POISON));
	EXPECT_TRUE(hold_balanced(self->fd, &before));
	mem_free(&good);
}

/* From a worker to the caller's memory and back [5.41]. */
TEST_F(embedded, across)
{
	static const __u32 codes[] = {
		IOCTL_CROSS_FROM, IOCTL_CROSS_TO, IOCTL_CROSS_WRITE,
	};
	static struct cross in, out;
	const struct bad_address *bad;
	size_t n, i;

	self->fd = open("/dev/ntio/cross", O_RDWR | O_CLOEXEC);
	ASSERT_LE(0, self->fd);
	bad = bad_addresses(&n);
	for (i = 0; i < n * ARRAY_SIZE(codes); i++) {
		in = (struct cross){ .address = bad[i % n].at, .len = 100,
				     .keep = true };
		memset(in.data, POISON, sizeof(in.data));
		control_ok(self->fd, .code = codes[i / n],
			   .in = addr(&in), .in_len = sizeof(in),
			   .out = addr(&out), .out_len = sizeof(out));
		EXPECT_EQ(0, out.copied) {
			TH_LOG("%s", bad[i % n].name);
		}
		if (codes[i / n] != IOCTL_CROSS_WRITE)
			EXPECT_EQ(STATUS_ACCESS_VIOLATION, out.status[0]);
		EXPECT_EQ(sizeof(out.data), match_byte(out.data,
						sizeof(out.data), POISON));
		counts[N_REFUSED]++;
		counts[N_CALLED]++;
	}
}

FIXTURE(sum) { };
FIXTURE_SETUP(sum) { }
FIXTURE_TEARDOWN(sum) { }

/* Comes last. */
TEST_F(sum, counted)
{
	size_t n;

	bad_addresses(&n);
	printf("# Embedded addresses: %zu addresses; used %ld times by drivers, all refused.\n",
	       n, counts[N_REFUSED]);
	printf("# %ld of %ld kernel canary bytes changed.\n",
	       canary_changed(), canary_bytes());
	EXPECT_LE(500, counts[N_REFUSED]);
	EXPECT_EQ(0, canary_changed());
}

TEST_HARNESS_MAIN
