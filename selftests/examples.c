// SPDX-License-Identifier: GPL-2.0
/*
 * The drivers of docs/porting-guide.md do what the guide says: each is loaded,
 * driven and unloaded here.
 */
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "kselftest_harness.h"
#include "ntio_test.h"

#include "../docs/examples/example.h"

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
static int plain(int fd, unsigned long cmd, void *arg)
{
	return ioctl(fd, cmd, arg) ? errno : 0;
}

/* The errno of a request that an ntio driver, or the core, ends so. */
#define expect_status(_status, _fd, ...) ({				\
	struct ntio_device_control _c = { __VA_ARGS__ };		\
	EXPECT_EQ(status_errno(_status), control(_fd, &_c));		\
	EXPECT_EQ((__u32)(_status), _c.out_status);			\
	_c; })

/* --- buffered -------------------------------------------------------------- */

DRIVER(plain_buffered, "/dev/plain_buffered")

TEST_F(plain_buffered, capitals)
{
	char in[] = "hello", out[] = "------";
	struct plain_text text = {
		.in = addr(in), .in_len = 5, .out = addr(out), .out_len = 4,
	};

	ASSERT_EQ(0, plain(self->fd, PLAIN_CAPITALS, &text));
	EXPECT_EQ(4, text.out_bytes);
	EXPECT_STREQ("HELL--", out);
	EXPECT_STREQ("hello", in);
	EXPECT_EQ(ENOTTY, plain(self->fd, PLAIN_FILL, &text));
}

TEST_F(plain_buffered, refused)
{
	char in[] = "hello", out[] = "------";
	struct plain_text text = {
		.in = 1, .in_len = 5, .out = addr(out), .out_len = 5,
	};

	EXPECT_EQ(EFAULT, plain(self->fd, PLAIN_CAPITALS, &text));
	text.in = addr(in);
	text.out = 1;
	EXPECT_EQ(EFAULT, plain(self->fd, PLAIN_CAPITALS, &text));
	text.in_len = PLAIN_MAX + 1;
	EXPECT_EQ(EINVAL, plain(self->fd, PLAIN_CAPITALS, &text));
	EXPECT_EQ(0, text.out_bytes);
	EXPECT_STREQ("------", out);
}

DRIVER(port_buffered, "/dev/ntio/port-buffered")

TEST_F(port_buffered, capitals)
{
	char in[] = "hello", out[] = "------";
	struct ntio_device_control c = control_ok(self->fd,
		.code = IOCTL_PORT_CAPITALS, .in = addr(in), .in_len = 5,
		.out = addr(out), .out_len = 4);

	EXPECT_EQ(4, c.out_information);
	EXPECT_STREQ("HELL--", out);
	EXPECT_STREQ("hello", in);
}

TEST_F(port_buffered, refused)
{
	char in[] = "hello", out[] = "------";

	expect_status(STATUS_ACCESS_VIOLATION, self->fd,
		      .code = IOCTL_PORT_CAPITALS, .in = 1, .in_len = 5,
		      .out = addr(out), .out_len = 5);
	expect_status(STATUS_ACCESS_VIOLATION, self->fd,
		      .code = IOCTL_PORT_CAPITALS, .in = addr(in), .in_len = 5,
		      .out = 1, .out_len = 5);
	EXPECT_STREQ("------", out);
}

/* --- direct ---------------------------------------------------------------- */

static const struct {
	size_t len, offset;
} spans[] = {
	{ 1, 0 }, { 1, PAGE - 1 }, { 100, PAGE - 50 }, { PAGE, 0 },
	{ PAGE + 2, PAGE - 1 }, { 64 * KIB, 511 },
};

#define SPANS ARRAY_SIZE(spans)

static __u64 sum_of(const unsigned char *p, size_t len)
{
	__u64 sum = 0;

	while (len--)
		sum += *p++;
	return sum;
}

DRIVER(plain_direct, "/dev/plain_direct")

TEST_F(plain_direct, in_place)
{
	struct plain_span span;
	struct mem m;
	size_t i;

	for (i = 0; i < SPANS; i++) {
		m = mem_new(spans[i].len, spans[i].offset);
		span = (struct plain_span){
			.addr = addr(m.p), .len = m.len, .byte = 0x77,
		};
		ASSERT_EQ(0, plain(self->fd, PLAIN_FILL, &span));
		EXPECT_EQ(m.len, match_byte(m.p, m.len, 0x77));
		EXPECT_TRUE(mem_around_intact(&m));
		fill(m.p, m.len, i);
		ASSERT_EQ(0, plain(self->fd, PLAIN_SUM, &span));
		EXPECT_EQ(sum_of(m.p, m.len), span.out_sum);
		mem_free(&m);
	}
}

/* All or nothing, and nothing stays pinned: the fixture looks. */
TEST_F(plain_direct, refused)
{
	struct mem m = mem_new(4 * PAGE, 0);
	struct plain_span span = { .addr = addr(m.p), .byte = 0x77 };

	EXPECT_EQ(EINVAL, plain(self->fd, PLAIN_FILL, &span));
	span.len = PLAIN_MAX + 1;
	EXPECT_EQ(EINVAL, plain(self->fd, PLAIN_FILL, &span));
	span.len = m.len;
	span.addr = -PAGE;
	EXPECT_EQ(EFAULT, plain(self->fd, PLAIN_FILL, &span));
	span.addr = addr(m.p);
	mem_protect(&m, 3, PROT_READ);
	EXPECT_EQ(EFAULT, plain(self->fd, PLAIN_FILL, &span));
	EXPECT_EQ(0, plain(self->fd, PLAIN_SUM, &span));
	mem_unmap(&m, 2);
	EXPECT_EQ(EFAULT, plain(self->fd, PLAIN_SUM, &span));
	EXPECT_EQ(0, match_byte(m.p, 2 * PAGE, 0x77));
}

DRIVER(port_direct, "/dev/ntio/port-direct")

TEST_F(port_direct, in_place)
{
	struct ntio_device_control c;
	unsigned char byte = 0x77;
	struct mem m;
	size_t i;

	for (i = 0; i < SPANS; i++) {
		m = mem_new(spans[i].len, spans[i].offset);
		control_ok(self->fd, .code = IOCTL_PORT_FILL,
			   .in = addr(&byte), .in_len = 1,
			   .out = addr(m.p), .out_len = m.len);
		EXPECT_EQ(m.len, match_byte(m.p, m.len, 0x77));
		EXPECT_TRUE(mem_around_intact(&m));
		fill(m.p, m.len, i);
		c = control_ok(self->fd, .code = IOCTL_PORT_SUM,
			       .out = addr(m.p), .out_len = m.len);
		EXPECT_EQ(sum_of(m.p, m.len), c.out_information);
		mem_free(&m);
	}
}

TEST_F(port_direct, refused)
{
	struct mem m = mem_new(4 * PAGE, 0);
	unsigned char byte = 0x77;

	control_refused(self->fd, STATUS_BUFFER_TOO_SMALL,
			NTIO_REASON_OUT_TOO_SHORT, 1,
			.code = IOCTL_PORT_FILL, .in = addr(&byte), .in_len = 1,
			.out = addr(m.p));
	mem_protect(&m, 3, PROT_READ);
	control_refused(self->fd, STATUS_ACCESS_VIOLATION,
			NTIO_REASON_READ_ONLY, 3 * PAGE,
			.code = IOCTL_PORT_FILL, .in = addr(&byte), .in_len = 1,
			.out = addr(m.p), .out_len = m.len);
	control_ok(self->fd, .code = IOCTL_PORT_SUM, .out = addr(m.p),
		   .out_len = m.len);
	mem_unmap(&m, 2);
	control_refused(self->fd, STATUS_ACCESS_VIOLATION,
			NTIO_REASON_UNMAPPED, 2 * PAGE,
			.code = IOCTL_PORT_SUM, .out = addr(m.p),
			.out_len = m.len);
	EXPECT_EQ(0, match_byte(m.p, 2 * PAGE, 0x77));
}

/* --- neither --------------------------------------------------------------- */

/* A list whose count another thread changes all the time. */
struct flipped {
	struct example_list list;
	__u32 numbers[4];
	bool stop;
};

static void *flip(void *arg)
{
	struct flipped *f = arg;

	while (!__atomic_load_n(&f->stop, __ATOMIC_RELAXED)) {
		__atomic_store_n(&f->list.count, 4, __ATOMIC_RELAXED);
		__atomic_store_n(&f->list.count, 0xffffffff, __ATOMIC_RELAXED);
	}
	return NULL;
}

#define FLIPPED { .numbers = { 1, 20, 300, 4000 } }
#define FLIPPED_TOTAL 4321
#define FLIPS 300

DRIVER(plain_neither, "/dev/plain_neither")

TEST_F(plain_neither, total)
{
	struct flipped f = FLIPPED;

	f.list.count = 4;
	ASSERT_EQ(0, plain(self->fd, PLAIN_TOTAL, &f));
	EXPECT_EQ(FLIPPED_TOTAL, f.list.out_total);
	f.list.count = 0;
	ASSERT_EQ(0, plain(self->fd, PLAIN_TOTAL, &f));
	EXPECT_EQ(0, f.list.out_total);
	f.list.count = EXAMPLE_LIST_MAX + 1;
	EXPECT_EQ(EINVAL, plain(self->fd, PLAIN_TOTAL, &f));
	EXPECT_EQ(EFAULT, plain(self->fd, PLAIN_TOTAL, (void *)1));
}

/* The count is read once: either answer is right, nothing between. */
TEST_F_TIMEOUT(plain_neither, changed_meanwhile, 120)
{
	struct flipped f = FLIPPED;
	pthread_t thread;
	int i, error;

	ASSERT_EQ(0, pthread_create(&thread, NULL, flip, &f));
	for (i = 0; i < FLIPS; i++) {
		error = plain(self->fd, PLAIN_TOTAL, &f);
		if (error) {
			EXPECT_EQ(EINVAL, error);
		} else if (f.list.out_total) {
			EXPECT_EQ(FLIPPED_TOTAL, f.list.out_total);
		}
	}
	__atomic_store_n(&f.stop, true, __ATOMIC_RELAXED);
	pthread_join(thread, NULL);
}

DRIVER(port_neither, "/dev/ntio/port-neither")

TEST_F(port_neither, total)
{
	struct flipped f = FLIPPED;
	__u64 total = POISON64;

	f.list.count = 4;
	control_ok(self->fd, .code = IOCTL_PORT_TOTAL, .in = addr(&f),
		   .in_len = offsetof(struct flipped, stop),
		   .out = addr(&total), .out_len = 8);
	EXPECT_EQ(FLIPPED_TOTAL, total);
	f.list.count = 5;
	expect_status(STATUS_INVALID_PARAMETER, self->fd,
		      .code = IOCTL_PORT_TOTAL, .in = addr(&f),
		      .in_len = offsetof(struct flipped, stop),
		      .out = addr(&total), .out_len = 8);
	expect_status(STATUS_ACCESS_VIOLATION, self->fd,
		      .code = IOCTL_PORT_TOTAL, .in = 1, .in_len = 64,
		      .out = addr(&total), .out_len = 8);
	expect_status(STATUS_BUFFER_TOO_SMALL, self->fd,
		      .code = IOCTL_PORT_TOTAL, .in = addr(&f), .in_len = 8,
		      .out = addr(&total), .out_len = 8);
}

TEST_F_TIMEOUT(port_neither, changed_meanwhile, 120)
{
	struct flipped f = FLIPPED;
	struct ntio_device_control c;
	pthread_t thread;
	__u64 total = 0;
	int i;

	ASSERT_EQ(0, pthread_create(&thread, NULL, flip, &f));
	for (i = 0; i < FLIPS; i++) {
		c = (struct ntio_device_control){
			.code = IOCTL_PORT_TOTAL, .in = addr(&f),
			.in_len = offsetof(struct flipped, stop),
			.out = addr(&total), .out_len = 8,
		};
		if (control(self->fd, &c)) {
			EXPECT_EQ(STATUS_INVALID_PARAMETER, c.out_status);
		} else if (total) {
			EXPECT_EQ(FLIPPED_TOTAL, total);
		}
	}
	__atomic_store_n(&f.stop, true, __ATOMIC_RELAXED);
	pthread_join(thread, NULL);
}

/* --- context --------------------------------------------------------------- */

#define PLACE ((void *)0x700000000000)
#define OURS 0x1111
#define THEIRS 0x2222

/* A number at a place where another process, busy elsewhere, has another. */
static __u32 *place(__u32 number)
{
	__u32 *p = mmap(PLACE, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE |
			MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);

	if (p == PLACE)
		*p = number;
	return p;
}

static void run_on(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
}

static pid_t other_process(void)
{
	pid_t pid = fork();
	__u32 *p;

	if (pid)
		return pid;
	run_on(1);
	p = place(THEIRS);
	while (__atomic_load_n(p, __ATOMIC_RELAXED) == THEIRS)
		;
	_exit(1);
}

static void end(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

#define PEEKS 50

DRIVER(plain_context, "/dev/plain_context")

TEST_F_TIMEOUT(plain_context, own_number, 120)
{
	struct plain_peek peek = { .addr = addr(PLACE) };
	pid_t other = other_process();
	int i;

	run_on(0);
	ASSERT_EQ(PLACE, place(OURS));
	for (i = 0; i < PEEKS; i++) {
		peek.out_number = 0;
		ASSERT_EQ(0, plain(self->fd, PLAIN_PEEK, &peek));
		ASSERT_EQ(OURS, peek.out_number);
	}
	munmap(PLACE, PAGE);
	EXPECT_EQ(EFAULT, plain(self->fd, PLAIN_PEEK, &peek));
	end(other);
}

DRIVER(port_context, "/dev/ntio/port-context")

TEST_F_TIMEOUT(port_context, own_number, 120)
{
	pid_t other = other_process();
	struct ntio_device_control c;
	int i;

	run_on(0);
	ASSERT_EQ(PLACE, place(OURS));
	for (i = 0; i < PEEKS; i++) {
		c = control_ok(self->fd, .code = IOCTL_PORT_PEEK_COPY,
			       .in = addr(PLACE), .in_len = 4);
		ASSERT_EQ(OURS, c.out_information);
		c = control_ok(self->fd, .code = IOCTL_PORT_PEEK_LOCKED,
			       .out = addr(PLACE), .out_len = 4);
		ASSERT_EQ(OURS, c.out_information);
		c = control_ok(self->fd, .code = IOCTL_PORT_PEEK_ATTACHED,
			       .in = addr(PLACE), .in_len = 4);
		ASSERT_EQ(OURS, c.out_information);
	}
	munmap(PLACE, PAGE);
	expect_status(STATUS_ACCESS_VIOLATION, self->fd,
		      .code = IOCTL_PORT_PEEK_ATTACHED, .in = addr(PLACE),
		      .in_len = 4);
	end(other);
}

/* --- lock ------------------------------------------------------------------ */

#define LENT (4 * PAGE)

/* The same pages at two addresses: one is lent, the other shows them. */
struct twice {
	unsigned char *lent, *seen;
};

static struct twice map_twice(void)
{
	int memfd = memfd_create("lent", MFD_CLOEXEC);
	struct twice twice = { MAP_FAILED, MAP_FAILED };

	if (memfd < 0 || ftruncate(memfd, LENT))
		return twice;
	twice.lent = mmap(NULL, LENT, PROT_READ | PROT_WRITE, MAP_SHARED,
			  memfd, 0);
	twice.seen = mmap(NULL, LENT, PROT_READ | PROT_WRITE, MAP_SHARED,
			  memfd, 0);
	close(memfd);
	return twice;
}

/* Without privilege, and with a limit of fewer pages than are lent. */
static int be_limited(void)
{
	struct rlimit limit = { 2 * PAGE, 2 * PAGE };

	return setrlimit(RLIMIT_MEMLOCK, &limit) || seteuid(65534);
}

DRIVER(plain_lock, "/dev/plain_lock")

TEST_F(plain_lock, pages_not_address)
{
	struct twice t = map_twice();
	struct plain_span span = {
		.addr = addr(t.lent), .len = LENT, .byte = 0x66,
	};

	ASSERT_NE(MAP_FAILED, t.seen);
	ASSERT_EQ(0, plain(self->fd, PLAIN_LEND, &span));
	EXPECT_EQ(EBUSY, plain(self->fd, PLAIN_LEND, &span));
	EXPECT_EQ(self->pins + 4, pins());
	munmap(t.lent, LENT);
	ASSERT_EQ(0, plain(self->fd, PLAIN_RETURN, &span));
	EXPECT_EQ(LENT, match_byte(t.seen, LENT, 0x66));
	EXPECT_EQ(self->pins, pins());
	EXPECT_EQ(ENXIO, plain(self->fd, PLAIN_RETURN, &span));
}

/* The fixture closes the file and looks for pins. */
TEST_F(plain_lock, not_returned)
{
	struct twice t = map_twice();
	struct plain_span span = { .addr = addr(t.lent), .len = LENT };

	ASSERT_EQ(0, plain(self->fd, PLAIN_LEND, &span));
	EXPECT_EQ(self->pins + 4, pins());
}

TEST_F(plain_lock, limit)
{
	struct twice t = map_twice();
	struct plain_span span = { .addr = addr(t.lent), .len = LENT };

	ASSERT_EQ(0, be_limited());
	EXPECT_EQ(ENOMEM, plain(self->fd, PLAIN_LEND, &span));
	span.len = 2 * PAGE;
	EXPECT_EQ(0, plain(self->fd, PLAIN_LEND, &span));
	EXPECT_EQ(0, plain(self->fd, PLAIN_RETURN, &span));
	span.len = PAGE;
	span.addr++;
	EXPECT_EQ(EINVAL, plain(self->fd, PLAIN_LEND, &span));
	ASSERT_EQ(0, seteuid(0));
}

DRIVER(port_lock, "/dev/ntio/port-lock")

struct lending {
	int fd;
	struct ntio_device_control c;
	int error;
	pthread_t thread;
};

static void *lend(void *arg)
{
	struct lending *lending = arg;

	lending->error = control(lending->fd, &lending->c);
	return NULL;
}

/* Returns when the pages are locked, or the request was refused. */
static void start_lending(struct lending *lending, int fd, void *p)
{
	long before = pins();

	*lending = (struct lending){
		.fd = fd,
		.c = { .code = IOCTL_PORT_LEND, .out = addr(p),
		       .out_len = LENT },
	};
	if (!pthread_create(&lending->thread, NULL, lend, lending))
		wait_until(pins() == before + 4);
}

TEST_F(port_lock, pages_not_address)
{
	struct twice t = map_twice();
	struct ntio_device_control c;
	unsigned char byte = 0x66;
	struct lending lending;

	ASSERT_NE(MAP_FAILED, t.seen);
	start_lending(&lending, self->fd, t.lent);
	EXPECT_EQ(self->pins + 4, pins());
	munmap(t.lent, LENT);
	ASSERT_TRUE(wait_until(({
		c = (struct ntio_device_control){
			.code = IOCTL_PORT_RETURN, .in = addr(&byte),
			.in_len = 1,
		};
		!control(self->fd, &c); })));
	pthread_join(lending.thread, NULL);
	EXPECT_EQ(0, lending.error);
	EXPECT_EQ(LENT, lending.c.out_information);
	EXPECT_EQ(LENT, match_byte(t.seen, LENT, 0x66));
	EXPECT_EQ(self->pins, pins());
	expect_status(STATUS_DEVICE_NOT_READY, self->fd,
		      .code = IOCTL_PORT_RETURN, .in = addr(&byte),
		      .in_len = 1);
}

/* The last handle is closed while the request is pending. */
TEST_F(port_lock, not_returned)
{
	struct twice t = map_twice();
	struct lending lending;

	start_lending(&lending, self->fd, t.lent);
	expect_status(STATUS_DEVICE_BUSY, self->fd, .code = IOCTL_PORT_LEND,
		      .out = addr(t.lent), .out_len = LENT);
	close(self->fd);
	pthread_join(lending.thread, NULL);
	EXPECT_EQ(ECANCELED, lending.error);
	EXPECT_EQ(STATUS_CANCELLED, lending.c.out_status);
	self->fd = -1;
}

TEST_F(port_lock, limit)
{
	struct twice t = map_twice();

	ASSERT_EQ(0, be_limited());
	control_refused(self->fd, STATUS_WORKING_SET_QUOTA, NTIO_REASON_MEMLOCK,
			2 * PAGE, .code = IOCTL_PORT_LEND,
			.out = addr(t.lent), .out_len = LENT);
	ASSERT_EQ(0, seteuid(0));
}

/* --- read and write -------------------------------------------------------- */

FIXTURE(store)
{
	int fd;
};

FIXTURE_VARIANT(store)
{
	const char *module;
	const char *path;
};

FIXTURE_VARIANT_ADD(store, plain) {
	.module = "plain_rw", .path = "/dev/plain_rw",
};

FIXTURE_VARIANT_ADD(store, ntio) {
	.module = "port_rw", .path = "/dev/ntio/port-rw",
};

FIXTURE_SETUP(store)
{
	ASSERT_EQ(0, module_load(variant->module));
	self->fd = open(variant->path, O_RDWR | O_CLOEXEC);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(store)
{
	close(self->fd);
	EXPECT_TRUE(wait_until(!module_unload(variant->module)));
}

TEST_F(store, position)
{
	unsigned char in[5000], out[5000];

	fill(in, sizeof(in), 1);
	ASSERT_EQ(sizeof(in), write(self->fd, in, sizeof(in)));
	ASSERT_EQ(100, write(self->fd, in, 100));
	ASSERT_EQ(1000, lseek(self->fd, 1000, SEEK_SET));
	ASSERT_EQ(sizeof(out), read(self->fd, out, sizeof(out)));
	EXPECT_EQ(0, memcmp(in + 1000, out, 4000));
	EXPECT_EQ(0, memcmp(in, out + 4000, 100));
	ASSERT_EQ(10, pread(self->fd, out, 10, 7));
	EXPECT_EQ(0, memcmp(in + 7, out, 10));
	EXPECT_EQ(6000, lseek(self->fd, 0, SEEK_CUR));
}

TEST_F(store, end)
{
	unsigned char bytes[100] = { };
	off_t size = EXAMPLE_STORE_SIZE;

	EXPECT_EQ(10, pwrite(self->fd, bytes, 100, size - 10));
	EXPECT_EQ(10, pread(self->fd, bytes, 100, size - 10));
	EXPECT_EQ(0, pread(self->fd, bytes, 100, size));
	EXPECT_EQ(0, pread(self->fd, bytes, 100, size + 1));
	EXPECT_EQ(-1, pwrite(self->fd, bytes, 100, size));
	EXPECT_EQ(ENOSPC, errno);
	EXPECT_EQ(0, pread(self->fd, bytes, 0, 0));
	EXPECT_EQ(0, pwrite(self->fd, bytes, 0, size));
}

TEST_F(store, bad_buffer)
{
	EXPECT_EQ(-1, pread(self->fd, (void *)PAGE, 10, 0));
	EXPECT_EQ(EFAULT, errno);
	EXPECT_EQ(-1, pwrite(self->fd, (void *)PAGE, 10, 0));
	EXPECT_EQ(EFAULT, errno);
}

/* --- stacks ---------------------------------------------------------------- */

DRIVER(plain_stack, "/dev/plain_stack")

TEST_F(plain_stack, lower_fills)
{
	struct plain_span span;
	struct mem m;
	size_t i;

	for (i = 0; i < SPANS; i++) {
		m = mem_new(spans[i].len, spans[i].offset);
		span = (struct plain_span){ .addr = addr(m.p), .len = m.len };
		ASSERT_EQ(0, plain(self->fd, PLAIN_STAMP, &span));
		EXPECT_EQ(m.len, match_byte(m.p, m.len, EXAMPLE_STAMP));
		EXPECT_TRUE(mem_around_intact(&m));
		mem_protect(&m, 0, PROT_READ);
		EXPECT_EQ(EFAULT, plain(self->fd, PLAIN_STAMP, &span));
		mem_free(&m);
	}
	span.len = 0;
	EXPECT_EQ(EINVAL, plain(self->fd, PLAIN_STAMP, &span));
}

DRIVER(port_stack, "/dev/ntio/port-stack")

TEST_F(port_stack, lower_fills)
{
	struct ntio_device_control c;
	struct mem m;
	size_t i;

	for (i = 0; i < SPANS; i++) {
		m = mem_new(spans[i].len, spans[i].offset);
		c = control_ok(self->fd, .code = IOCTL_PORT_STAMP,
			       .out = addr(m.p), .out_len = m.len);
		EXPECT_EQ(m.len, c.out_information);
		EXPECT_EQ(m.len, match_byte(m.p, m.len, EXAMPLE_STAMP));
		EXPECT_TRUE(mem_around_intact(&m));
		mem_protect(&m, 0, PROT_READ);
		expect_status(STATUS_ACCESS_VIOLATION, self->fd,
			      .code = IOCTL_PORT_STAMP, .out = addr(m.p),
			      .out_len = m.len);
		mem_free(&m);
	}
	expect_status(STATUS_BUFFER_TOO_SMALL, self->fd,
		      .code = IOCTL_PORT_STAMP);
	/* Reached only through the stack it is part of. */
	EXPECT_EQ(-1, open("/dev/ntio/port-stack-lower", O_RDWR));
}

/* --- errors ---------------------------------------------------------------- */

DRIVER(plain_errors, "/dev/plain_errors")

TEST_F(plain_errors, part)
{
	char out[sizeof(EXAMPLE_TEXT) + 1] = "";
	struct plain_answer answer = { .out = addr(out), .out_len = 9 };

	ASSERT_EQ(0, plain(self->fd, PLAIN_ANSWER, &answer));
	EXPECT_EQ(sizeof(EXAMPLE_TEXT), answer.out_needed);
	EXPECT_STREQ("the quick", out);
	answer.out_len = sizeof(out);
	ASSERT_EQ(0, plain(self->fd, PLAIN_ANSWER, &answer));
	EXPECT_STREQ(EXAMPLE_TEXT, out);
	answer.out = 1;
	EXPECT_EQ(EFAULT, plain(self->fd, PLAIN_ANSWER, &answer));
}

DRIVER(port_errors, "/dev/ntio/port-errors")

TEST_F(port_errors, part)
{
	char out[sizeof(EXAMPLE_TEXT) + 1] = "";
	struct ntio_device_control c;

	c = expect_status(STATUS_BUFFER_OVERFLOW, self->fd,
			  .code = IOCTL_PORT_ANSWER, .out = addr(out),
			  .out_len = 9);
	EXPECT_EQ(9, c.out_information);
	EXPECT_STREQ("the quick", out);
	c = control_ok(self->fd, .code = IOCTL_PORT_ANSWER,
		       .out = addr(out), .out_len = sizeof(out));
	EXPECT_EQ(sizeof(EXAMPLE_TEXT), c.out_information);
	EXPECT_STREQ(EXAMPLE_TEXT, out);
	control_refused(self->fd, STATUS_BUFFER_TOO_SMALL,
			NTIO_REASON_OUT_TOO_SHORT, 4,
			.code = IOCTL_PORT_ANSWER, .out = addr(out),
			.out_len = 3);
}

TEST_HARNESS_MAIN
