// SPDX-License-Identifier: GPL-2.0
/*
 * An open file keeps the memory of requests for the next ones: not of more than
 * a batch, not beyond its close, and nothing of what was in it.
 */
#include <stdatomic.h>

#include "kselftest_harness.h"
#include "module/samples/echo.h"
#include "calls.h"
#include "meminfo.h"

/* In flight at one time, and how many of them a file may keep. */
#define MANY 4000
#define KEPT 65
/* Objects that the allocator itself has at hand, on two processors. */
#define AT_HAND 1500

/* Of all caches of requests; -1: this kernel does not tell. */
static long request_objects(void)
{
	FILE *from = fopen("/proc/slabinfo", "r");
	long active, sum = 0;
	char line[256];
	int found = 0;

	while (from && fgets(line, sizeof(line), from)) {
		if (sscanf(line, "ntio_request-%*d %ld", &active) != 1)
			continue;
		sum += active;
		found++;
	}
	if (from)
		fclose(from);
	return found ? sum : -1;
}

FIXTURE(spares)
{
	struct io_uring ring;
	struct call *calls;
	int fd;
	int other;
};

FIXTURE_SETUP(spares)
{
	if (!ring_is_async())
		SKIP(return, "each waits in a thread of its ring (before 6.7)");
	self->calls = calloc(MANY, sizeof(*self->calls));
	ASSERT_NE(NULL, self->calls);
	self->fd = park_open(PARK_PATH);
	self->other = park_open(PARK_PATH);
	uring_new(&self->ring, MANY, 0);
}

FIXTURE_TEARDOWN(spares)
{
	io_uring_queue_exit(&self->ring);
	if (self->fd >= 0)
		close(self->fd);
	close(self->other);
	free(self->calls);
}

static bool spares_park(struct _test_data_spares *self, __u32 count)
{
	__u32 i;

	for (i = 0; i < count; i++) {
		call_init(&self->calls[i], IOCTL_PARK_QUEUE, NULL, 0);
		uring_send(&self->ring, self->fd, &self->calls[i]);
	}
	return wait_until(park_counts(self->other).queued == count);
}

/* Each ends once, with the answer of a request that was not used before. */
static int spares_end(struct _test_data_spares *self, int count)
{
	struct call *call;
	int i, good = 0;

	for (i = 0; i < count; i++)
		park_tell(self->other, IOCTL_PARK_NEXT, 0);
	for (i = 0; i < count; i++) {
		call = uring_reap(&self->ring);
		if (!call)
			break;
		good += !call->res && (__u32)call->out[0] == PARK_GOOD &&
			call->c.out_status == STATUS_SUCCESS &&
			call->c.out_information == sizeof(__u32) &&
			!call->c.out_reason && !call->c.out_detail;
	}
	return good;
}

TEST_F(spares, not_of_all)
{
	long before = request_objects(), kept;

	if (before < 0)
		SKIP(return, "/proc/slabinfo does not tell of requests");
	if (kernel_has("kasan_report"))
		SKIP(return, "KASAN keeps free memory back");
	ASSERT_TRUE(spares_park(self, MANY));
	EXPECT_LE(before + MANY - AT_HAND, request_objects());
	EXPECT_EQ(MANY, spares_end(self, MANY));
	wait_until((kept = request_objects() - before) <= KEPT + AT_HAND);
	EXPECT_LE(kept, KEPT + AT_HAND);
	close(self->fd);
	self->fd = -1;
	wait_until((kept = request_objects() - before) <= AT_HAND);
	EXPECT_LE(kept, AT_HAND);
}

/* Batch after batch, of each size that is kept, and of one more. */
TEST_F(spares, batches)
{
	int round, count;

	for (round = 0; round < 8; round++)
		for (count = 1; count <= 2 * KEPT; count = 2 * count + 1) {
			ASSERT_TRUE(spares_park(self, count));
			ASSERT_EQ(count, spares_end(self, count));
		}
}

static atomic_bool mixed_stop;

static void *mixed_call(void *fd)
{
	unsigned long bad = 0;

	while (!mixed_stop)
		bad += park_counts(*(int *)fd).held != 0;
	return (void *)bad;
}

/* With system calls of two threads on the same file, which keep one. */
TEST_F(spares, mixed_with_calls)
{
	pthread_t thread[2];
	void *bad;
	int i;

	mixed_stop = false;
	for (i = 0; i < 2; i++)
		ASSERT_EQ(0, pthread_create(&thread[i], NULL, mixed_call,
					    &self->fd));
	for (i = 0; i < 20; i++) {
		EXPECT_TRUE(spares_park(self, KEPT));
		EXPECT_EQ(KEPT, spares_end(self, KEPT));
	}
	mixed_stop = true;
	for (i = 0; i < 2; i++) {
		ASSERT_EQ(0, pthread_join(thread[i], &bad));
		EXPECT_EQ(NULL, bad);
	}
}

/* What was cancelled is used again as well, and is not cancelled then. */
TEST_F(spares, after_a_cancel)
{
	int i;

	ASSERT_TRUE(spares_park(self, KEPT));
	EXPECT_EQ(KEPT, cancel(self->fd, NTIO_CANCEL_ALL, NULL));
	for (i = 0; i < KEPT; i++) {
		struct call *call = uring_reap(&self->ring);

		ASSERT_NE(NULL, call);
		EXPECT_EQ(-ECANCELED, call->res);
	}
	ASSERT_TRUE(spares_park(self, KEPT));
	EXPECT_EQ(KEPT, spares_end(self, KEPT));
}

static void parks_and_is_killed(int fd)
{
	struct io_uring ring;
	struct call call;

	uring_new(&ring, 4, 0);
	call_init(&call, IOCTL_PARK_STUBBORN, NULL, 0);
	uring_send(&ring, fd, &call);
	pause();
	_exit(1);
}

/* What lost its caller is its driver's until that has ended it. */
TEST_F(spares, not_of_what_was_abandoned)
{
	pid_t pid;
	int i;

	ASSERT_TRUE(spares_park(self, KEPT / 2));
	EXPECT_EQ(KEPT / 2, spares_end(self, KEPT / 2));
	pid = fork();
	if (!pid)
		parks_and_is_killed(self->fd);
	ASSERT_TRUE(wait_until(park_counts(self->other).held == 1));
	EXPECT_TRUE(process_kill(pid));
	for (i = 0; i < 2; i++) {
		ASSERT_TRUE(spares_park(self, KEPT + 1));
		EXPECT_EQ(!i, park_tell(self->other, IOCTL_PARK_FINISH,
					PARK_FINISH));
		EXPECT_EQ(KEPT + 1, spares_end(self, KEPT + 1));
	}
}

/* --- system buffers ----------------------------------------------------------- */

/* Around the sizes that are kept, and the next larger and smaller of each. */
static const __u32 sizes[] = {
	64 * KIB, 100, 5000, 40000, 4 * KIB, 64 * KIB + 1, 8 * KIB,
	8 * KIB + 1, 12000, 2049, 64 * KIB - 1, 64, 4 * KIB + 1,
};

#define LARGEST (64 * KIB + 1)

/* [2.3]: what an earlier request had there is not seen by the next one. */
TEST(buffers_of_all_sizes)
{
	struct echo_return *how;
	size_t i, j, rest, filled;
	int fd = echo_open();
	unsigned char *in, *out;

	in = malloc(LARGEST);
	out = malloc(LARGEST + 1);
	ASSERT_TRUE(in && out);
	how = (void *)in;
	for (i = 0; i < ARRAY_SIZE(sizes) * ARRAY_SIZE(sizes); i++) {
		const __u32 in_len = sizes[i / ARRAY_SIZE(sizes)];
		const __u32 out_len = sizes[i % ARRAY_SIZE(sizes)];

		fill(in, in_len, i);
		*how = (struct echo_return){
			.status = STATUS_SUCCESS, .ret = STATUS_SUCCESS,
			.information = out_len, .mode = ECHO_COMPLETE,
		};
		memset(out, POISON, LARGEST + 1);
		control_ok(fd, .code = IOCTL_ECHO_RETURN_BUFFERED,
			   .in = addr(in), .in_len = in_len,
			   .out = addr(out), .out_len = out_len);
		filled = in_len < out_len ? in_len : out_len;
		EXPECT_EQ(0, memcmp(out, in, filled));
		rest = out_len - filled;
		j = match_byte(out + filled, rest, 0);
		EXPECT_EQ(rest, j) {
			TH_LOG("%u in, %u out: byte %zu is %02x", in_len,
			       out_len, filled + j, out[filled + j]);
		}
		EXPECT_EQ(POISON, out[out_len]);
	}
	close(fd);
	free(in);
	free(out);
}

/* All that a file keeps, of so many files that their loss is seen. */
TEST(buffers_go_with_their_file)
{
	const long lost = 1500 * 68;
	static unsigned char in[64 * KIB];
	long before = meminfo_kib("MemFree"), after;
	int i, fd;

	for (i = 0; i < 1500; i++) {
		fd = echo_open();
		control_ok(fd, .code = IOCTL_ECHO_BUFFERED, .in = addr(in),
			   .in_len = sizeof(in));
		control_ok(fd, .code = IOCTL_ECHO_BUFFERED, .in = addr(in),
			   .in_len = 4 * KIB);
		close(fd);
	}
	wait_until((after = meminfo_kib("MemFree")) >= before - lost / 3);
	EXPECT_LT(0, before);
	EXPECT_LE(before - lost / 3, after);
}

TEST_HARNESS_MAIN
