// SPDX-License-Identifier: GPL-2.0
/*
 * Memory that the caller has forbidden itself by a protection key, and memory
 * whose page is broken: refused before the driver is called, with a reason that
 * says so.
 */
#include <signal.h>

#include "kselftest_harness.h"
#include "ntio_test.h"
#include "modules/ntio_cross.h"
#include "ring.h"

/* As enum ntio_reason has it. */
#define REASON_PROTECTION_KEY 29

#ifndef MADV_HWPOISON
#define MADV_HWPOISON 100
#endif

#define LEN (3 * PAGE)

FIXTURE(pkeys)
{
	int fd;
	int key;
	struct mem mem;
};

FIXTURE_VARIANT(pkeys)
{
	__u32 code;
	bool first;		/* the buffer is the first of the two */
	unsigned int rights;	/* what the caller has denied itself */
	bool refused;
};

/* The name says what the core does with the buffer. */
#define DENIED(_name, _code, _rights, ...)				\
	FIXTURE_VARIANT_ADD(pkeys, _name) {				\
		.code = IOCTL_ECHO_##_code,				\
		.rights = PKEY_DISABLE_##_rights, ##__VA_ARGS__ }

DENIED(copied_in_no_access, BUFFERED, ACCESS, .first = true, .refused = true);
DENIED(copied_in_no_write, BUFFERED, WRITE, .first = true);
DENIED(copied_out_no_access, BUFFERED, ACCESS, .refused = true);
DENIED(copied_out_no_write, BUFFERED, WRITE, .refused = true);
DENIED(first_no_access, OUT_DIRECT, ACCESS, .first = true, .refused = true);
DENIED(first_no_write, OUT_DIRECT, WRITE, .first = true);
DENIED(locked_to_read_no_access, IN_DIRECT, ACCESS, .refused = true);
DENIED(locked_to_read_no_write, IN_DIRECT, WRITE);
DENIED(locked_to_write_no_access, OUT_DIRECT, ACCESS, .refused = true);
DENIED(locked_to_write_no_write, OUT_DIRECT, WRITE, .refused = true);
DENIED(long_to_read_no_access, IN_DIRECT_LONG, ACCESS, .refused = true);
DENIED(long_to_read_no_write, IN_DIRECT_LONG, WRITE);
DENIED(long_to_write_no_access, OUT_DIRECT_LONG, ACCESS, .refused = true);
DENIED(long_to_write_no_write, OUT_DIRECT_LONG, WRITE, .refused = true);

FIXTURE_SETUP(pkeys)
{
	self->key = pkey_alloc(0, 0);
	if (self->key < 0)
		SKIP(return, "no protection keys: %s", strerror(errno));
	self->fd = echo_open();
	self->mem = mem_new(LEN, 0);
	/* The page in the middle. */
	ASSERT_EQ(0, pkey_mprotect(self->mem.p + PAGE, PAGE,
				   PROT_READ | PROT_WRITE, self->key));
}

FIXTURE_TEARDOWN(pkeys)
{
	if (self->key < 0)
		return;
	pkey_set(self->key, 0);
	EXPECT_EQ(LEN, match_byte(self->mem.p, LEN, POISON));
	mem_free(&self->mem);
	pkey_free(self->key);
	close(self->fd);
}

static struct ntio_device_control
denied_control(const FIXTURE_VARIANT(pkeys) *variant, struct mem *mem)
{
	struct ntio_device_control c = { .code = variant->code };

	if (variant->first) {
		c.in = addr(mem->p);
		c.in_len = mem->len;
	} else {
		c.out = addr(mem->p);
		c.out_len = mem->len;
	}
	return c;
}

/*
 * The reason was that the mapping allows it but the pages cannot be locked, or
 * that the mapping changed meanwhile.
 */
TEST_F(pkeys, as_the_caller_said)
{
	struct ntio_device_control c = denied_control(variant, &self->mem);
	__u32 calls = echo_saw(self->fd).calls;
	long before = pins();
	int error;

	ASSERT_EQ(0, pkey_set(self->key, variant->rights));
	error = control(self->fd, &c);
	ASSERT_EQ(0, pkey_set(self->key, 0));
	EXPECT_EQ(before, pins());
	if (variant->refused) {
		expect_refusal(error, c, STATUS_ACCESS_VIOLATION,
			       REASON_PROTECTION_KEY, PAGE);
		EXPECT_EQ(calls, echo_saw(self->fd).calls);
	} else {
		EXPECT_EQ(0, error);
		EXPECT_EQ(STATUS_SUCCESS, c.out_status);
		EXPECT_EQ(NTIO_REASON_NONE, c.out_reason);
		EXPECT_EQ(calls + 1, echo_saw(self->fd).calls);
	}
}

/* Given back, all is as before. */
TEST_F(pkeys, allowed_again)
{
	struct ntio_device_control c = denied_control(variant, &self->mem);

	ASSERT_EQ(0, pkey_set(self->key, variant->rights));
	control(self->fd, &c);
	ASSERT_EQ(0, pkey_set(self->key, 0));
	EXPECT_EQ(0, control(self->fd, &c));
	EXPECT_EQ(NTIO_REASON_NONE, c.out_reason);
	memset(self->mem.p, POISON, LEN);
}

/* A mapping that denies it as well is the reason then, as without a key. */
TEST_F(pkeys, mapping_first)
{
	struct ntio_device_control c = denied_control(variant, &self->mem);
	int error;

	ASSERT_EQ(0, pkey_mprotect(self->mem.p + PAGE, PAGE, PROT_NONE,
				   self->key));
	ASSERT_EQ(0, pkey_set(self->key, variant->rights));
	error = control(self->fd, &c);
	ASSERT_EQ(0, pkey_set(self->key, 0));
	expect_refusal(error, c, STATUS_ACCESS_VIOLATION,
		       NTIO_REASON_NO_ACCESS, PAGE);
	ASSERT_EQ(0, pkey_mprotect(self->mem.p + PAGE, PAGE,
				   PROT_READ | PROT_WRITE, self->key));
}

/* --- from elsewhere -------------------------------------------------------- */

FIXTURE(elsewhere)
{
	int fd;
	int key;
	struct mem mem;
	struct cross *c;
};

FIXTURE_VARIANT(elsewhere)
{
	__u32 code;
	unsigned int rights;
	size_t copied;
};

/*
 * A worker does for the caller what the caller may do, whichever way it takes:
 * a key that the caller may use does not stop it, and one that it may not use
 * does.
 */
#define ELSEWHERE(_name, _code)						\
	FIXTURE_VARIANT_ADD(elsewhere, _name##_allowed) {		\
		.code = (_code), .copied = PAGE };			\
	FIXTURE_VARIANT_ADD(elsewhere, _name##_no_access) {		\
		.code = (_code), .rights = PKEY_DISABLE_ACCESS }

ELSEWHERE(copy_from, IOCTL_CROSS_FROM);
ELSEWHERE(copy_to, IOCTL_CROSS_TO);
ELSEWHERE(attach_write, IOCTL_CROSS_WRITE);
ELSEWHERE(attach_read, IOCTL_CROSS_OWN_THREAD);
FIXTURE_VARIANT_ADD(elsewhere, copy_from_no_write) {
	.code = IOCTL_CROSS_FROM, .rights = PKEY_DISABLE_WRITE,
	.copied = PAGE };
FIXTURE_VARIANT_ADD(elsewhere, copy_to_no_write) {
	.code = IOCTL_CROSS_TO, .rights = PKEY_DISABLE_WRITE };
FIXTURE_VARIANT_ADD(elsewhere, attach_write_no_write) {
	.code = IOCTL_CROSS_WRITE, .rights = PKEY_DISABLE_WRITE };
FIXTURE_VARIANT_ADD(elsewhere, attach_read_no_write) {
	.code = IOCTL_CROSS_OWN_THREAD, .rights = PKEY_DISABLE_WRITE,
	.copied = PAGE };

FIXTURE_SETUP(elsewhere)
{
	self->key = pkey_alloc(0, 0);
	if (self->key < 0)
		SKIP(return, "no protection keys: %s", strerror(errno));
	self->fd = open("/dev/ntio/cross", O_RDWR | O_CLOEXEC);
	ASSERT_LE(0, self->fd);
	self->mem = mem_new(PAGE, 0);
	fill(self->mem.p, PAGE, 1);
	self->c = calloc(1, sizeof(*self->c));
	self->c->keep = 1;
	self->c->address = addr(self->mem.p);
	self->c->len = PAGE;
	ASSERT_EQ(0, pkey_mprotect(self->mem.p, PAGE, PROT_READ | PROT_WRITE,
				   self->key));
}

FIXTURE_TEARDOWN(elsewhere)
{
	if (self->key < 0)
		return;
	mem_free(&self->mem);
	free(self->c);
	pkey_free(self->key);
	close(self->fd);
}

TEST_F(elsewhere, with_the_callers_rights)
{
	bool reads = variant->code == IOCTL_CROSS_FROM ||
		     variant->code == IOCTL_CROSS_OWN_THREAD;
	struct ntio_device_control c = {
		.code = variant->code, .in = addr(self->c),
		.in_len = sizeof(*self->c), .out = addr(self->c),
		.out_len = sizeof(*self->c),
	};
	unsigned int seed;

	if (!reads)
		fill(self->c->data, PAGE, 2);
	ASSERT_EQ(0, pkey_set(self->key, variant->rights));
	ASSERT_EQ(0, control(self->fd, &c));
	ASSERT_EQ(0, pkey_set(self->key, 0));
	EXPECT_EQ(variant->copied, self->c->copied);
	seed = !reads && variant->copied ? 2 : 1;
	EXPECT_EQ(PAGE, match(self->mem.p, PAGE, seed));
	if (reads && variant->copied)
		EXPECT_EQ(PAGE, match(self->c->data, PAGE, 1));
	if (reads && !variant->copied)
		EXPECT_EQ(PAGE, match_byte(self->c->data, PAGE, 0));
}

/* --- by a ring ------------------------------------------------------------- */

FIXTURE(by_a_ring)
{
	int fd;
	int key;
	struct mem mem;
	struct ring ring;
	struct ntio_device_control c;
};

FIXTURE_VARIANT(by_a_ring)
{
	__u8 sqe_flags;
};

FIXTURE_VARIANT_ADD(by_a_ring, as_it_likes) { };
FIXTURE_VARIANT_ADD(by_a_ring, in_a_worker) { .sqe_flags = IOSQE_ASYNC };

FIXTURE_SETUP(by_a_ring)
{
	unsigned int one[2] = { 1, 1 };

	self->key = pkey_alloc(0, 0);
	if (self->key < 0)
		SKIP(return, "no protection keys: %s", strerror(errno));
	self->fd = echo_open();
	self->mem = mem_new(PAGE, 0);
	ASSERT_EQ(0, ring_open(&self->ring, 8, 0));
	/* Or another worker is made while the one before is not idle yet. */
	ASSERT_EQ(0, ring_register(&self->ring,
				   IORING_REGISTER_IOWQ_MAX_WORKERS, one, 2));
	ASSERT_EQ(0, pkey_mprotect(self->mem.p, PAGE, PROT_READ | PROT_WRITE,
				   self->key));
}

FIXTURE_TEARDOWN(by_a_ring)
{
	if (self->key < 0)
		return;
	ring_close(&self->ring);
	mem_free(&self->mem);
	pkey_free(self->key);
	close(self->fd);
}

static int by_ring(struct _test_data_by_a_ring *self, unsigned int rights,
		   __u8 flags)
{
	struct io_uring_cqe cqe;

	self->c = (struct ntio_device_control) {
		.code = IOCTL_ECHO_BUFFERED, .in = addr(self->mem.p),
		.in_len = PAGE,
	};
	ring_control(&self->ring, self->fd, &self->c, 1)->flags = flags;
	if (pkey_set(self->key, rights) || ring_submit(&self->ring) != 1 ||
	    !ring_wait(&self->ring, &cqe, 5000))
		return 1;
	return pkey_set(self->key, 0) ? 1 : cqe.res;
}

/* Before 6.7 workers carry out all requests. */
static bool in_a_worker(const FIXTURE_VARIANT(by_a_ring) *variant)
{
	return variant->sqe_flags || !ring_is_async();
}

/* A worker has the rights that its maker had then, and keeps them. */
TEST_F(by_a_ring, denied_later)
{
	ASSERT_EQ(0, by_ring(self, 0, variant->sqe_flags));
	EXPECT_EQ(in_a_worker(variant) ? 0 : -EFAULT,
		  by_ring(self, PKEY_DISABLE_ACCESS, variant->sqe_flags));
}

TEST_F(by_a_ring, allowed_later)
{
	EXPECT_EQ(-EFAULT, by_ring(self, PKEY_DISABLE_ACCESS,
				   variant->sqe_flags));
	EXPECT_EQ(REASON_PROTECTION_KEY, self->c.out_reason);
	EXPECT_EQ(in_a_worker(variant) ? -EFAULT : 0,
		  by_ring(self, 0, variant->sqe_flags));
}

/* --- broken memory --------------------------------------------------------- */

static int bus_errors;

static void bus_error(int signal)
{
	__atomic_add_fetch(&bus_errors, 1, __ATOMIC_RELAXED);
}

/* A page that the machine has lost cannot be locked; its neighbours can. */
TEST(poisoned_page)
{
	static const __u32 codes[] = {
		IOCTL_ECHO_IN_DIRECT, IOCTL_ECHO_OUT_DIRECT,
		IOCTL_ECHO_IN_DIRECT_LONG, IOCTL_ECHO_OUT_DIRECT_LONG,
	};
	struct mem mem = mem_new(LEN, 0);
	int fd = echo_open();
	long before = pins();
	size_t i;

	/* Whose page it was may be told at once. */
	signal(SIGBUS, bus_error);
	if (madvise(mem.p + PAGE, PAGE, MADV_HWPOISON))
		SKIP(return, "no page can be poisoned: %s", strerror(errno));
	__atomic_store_n(&bus_errors, 0, __ATOMIC_RELAXED);
	for (i = 0; i < ARRAY_SIZE(codes); i++) {
		echo_refused(fd, STATUS_ACCESS_VIOLATION,
			     NTIO_REASON_UNPINNABLE, PAGE, .code = codes[i],
			     .out = addr(mem.p), .out_len = LEN);
		EXPECT_EQ(before, pins());
		control_ok(fd, .code = codes[i], .out = addr(mem.p),
			   .out_len = PAGE);
	}
	EXPECT_EQ(0, __atomic_load_n(&bus_errors, __ATOMIC_RELAXED));
	mem_free(&mem);
	close(fd);
}

TEST_HARNESS_MAIN
