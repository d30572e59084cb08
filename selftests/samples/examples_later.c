// SPDX-License-Identifier: GPL-2.0
/*
 * Drivers of the porting guide whose requests go on: in workers, in drivers
 * below, or until something happens.
 */
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>

#include "kselftest_harness.h"
#include "examples.h"

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

TEST_F(plain_context, own_number)
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

TEST_F(port_context, own_number)
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

	ASSERT_EQ(0, mem_limit(2 * PAGE));
	EXPECT_EQ(ENOMEM, plain(self->fd, PLAIN_LEND, &span));
	span.len = 2 * PAGE;
	EXPECT_EQ(0, plain(self->fd, PLAIN_LEND, &span));
	EXPECT_EQ(0, plain(self->fd, PLAIN_RETURN, &span));
	span.len = PAGE;
	span.addr++;
	EXPECT_EQ(EINVAL, plain(self->fd, PLAIN_LEND, &span));
}

/* Two processes of a user have no more than one. */
TEST_F(plain_lock, limit_of_the_user)
{
	struct twice t = map_twice();
	struct plain_span span = { .addr = addr(t.lent), .len = 2 * PAGE };
	pid_t child;
	int status;

	ASSERT_EQ(0, mem_limit(2 * PAGE));
	ASSERT_EQ(0, plain(self->fd, PLAIN_LEND, &span));
	child = fork();
	ASSERT_LE(0, child);
	if (!child)
		_exit(plain(open("/dev/plain_lock", O_RDWR), PLAIN_LEND,
			    &span));
	ASSERT_EQ(child, waitpid(child, &status, 0));
	EXPECT_EQ(ENOMEM, WEXITSTATUS(status));
	EXPECT_EQ(0, plain(self->fd, PLAIN_RETURN, &span));
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

	ASSERT_EQ(0, mem_limit(2 * PAGE));
	control_refused(self->fd, STATUS_WORKING_SET_QUOTA, NTIO_REASON_MEMLOCK,
			2 * PAGE, .code = IOCTL_PORT_LEND,
			.out = addr(t.lent), .out_len = LENT);
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

static void lower_takes(unsigned int ms)
{
	FILE *f = fopen("/sys/module/plain_stack/parameters/delay_ms", "we");

	if (!f)
		return;
	fprintf(f, "%u", ms);
	fclose(f);
}

/* It is gone at once; its pages stay until the lower layer is done with them. */
TEST_F(plain_stack, killed)
{
	struct twice t = map_twice();
	struct plain_span span = { .addr = addr(t.lent), .len = LENT };
	long begin;
	pid_t child;

	lower_takes(3000);
	child = fork();
	ASSERT_LE(0, child);
	if (!child)
		_exit(plain(self->fd, PLAIN_STAMP, &span));
	EXPECT_TRUE(wait_until(pins() == self->pins + 4));
	begin = milliseconds();
	kill(child, SIGKILL);
	ASSERT_EQ(child, waitpid(child, NULL, 0));
	EXPECT_GT(2000, milliseconds() - begin);
	EXPECT_EQ(self->pins + 4, pins());
	EXPECT_TRUE(wait_until(pins() == self->pins));
	EXPECT_EQ(LENT, match_byte(t.seen, LENT, EXAMPLE_STAMP));
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

/* --- pending --------------------------------------------------------------- */

/* A thread that asks for the next number. */
struct asker {
	int fd;
	__u64 number;
	int error;
	__u32 status;
	bool ended;
	pthread_t thread;
};

static void *ask_plain(void *arg)
{
	struct asker *asker = arg;

	if (read(asker->fd, &asker->number, 8) != 8)
		asker->error = errno;
	__atomic_store_n(&asker->ended, true, __ATOMIC_RELEASE);
	return NULL;
}

static void *ask_port(void *arg)
{
	struct asker *asker = arg;
	struct ntio_device_control c = {
		.code = IOCTL_PORT_NEXT, .out = addr(&asker->number),
		.out_len = 8,
	};

	asker->error = control(asker->fd, &c);
	asker->status = c.out_status;
	__atomic_store_n(&asker->ended, true, __ATOMIC_RELEASE);
	return NULL;
}

static bool asker_waits(const struct asker *asker)
{
	usleep(20000);
	return !__atomic_load_n(&asker->ended, __ATOMIC_ACQUIRE);
}

#define ask(_asker, _fd, _how) do {					\
	*(_asker) = (struct asker){ .fd = (_fd) };			\
	ASSERT_EQ(0, pthread_create(&(_asker)->thread, NULL, _how,	\
				    _asker));				\
} while (0)
#define expect_answer(_asker, _number) do {				\
	pthread_join((_asker)->thread, NULL);				\
	EXPECT_EQ(0, (_asker)->error);					\
	EXPECT_EQ(_number, (_asker)->number);				\
} while (0)

/* Killed while it asks: it ends at once, and takes no number away. */
static pid_t ask_and_be_killed(int fd, void *(*how)(void *))
{
	struct asker asker = { .fd = fd };
	pid_t pid = fork();

	if (!pid) {
		how(&asker);
		_exit(0);
	}
	usleep(50000);
	kill(pid, SIGKILL);
	return waitpid(pid, NULL, 0);
}

DRIVER(plain_pending, "/dev/plain_pending")

#define post_plain(_number) \
	EXPECT_EQ(8, write(self->fd, (__u64[]){ _number }, 8))

TEST_F(plain_pending, waits_and_is_answered)
{
	struct pollfd p = { .fd = self->fd, .events = POLLIN };
	struct asker asker;

	EXPECT_EQ(0, poll(&p, 1, 0));
	ask(&asker, self->fd, ask_plain);
	EXPECT_TRUE(asker_waits(&asker));
	post_plain(7);
	expect_answer(&asker, 7);
	/* And what comes before anybody asks is kept. */
	post_plain(8);
	EXPECT_EQ(1, poll(&p, 1, 0));
	ask(&asker, self->fd, ask_plain);
	expect_answer(&asker, 8);
	ASSERT_EQ(0, fcntl(self->fd, F_SETFL, O_NONBLOCK));
	EXPECT_EQ(-1, read(self->fd, &asker.number, 8));
	EXPECT_EQ(EAGAIN, errno);
}

TEST_F(plain_pending, killed)
{
	struct asker asker;

	EXPECT_LT(0, ask_and_be_killed(self->fd, ask_plain));
	post_plain(9);
	ask(&asker, self->fd, ask_plain);
	expect_answer(&asker, 9);
}

/* What the caller did not get is there for the next. */
TEST_F(plain_pending, bad_buffer)
{
	__u64 number = 0;

	post_plain(10);
	EXPECT_EQ(-1, read(self->fd, (void *)PAGE, 8));
	EXPECT_EQ(EFAULT, errno);
	EXPECT_EQ(8, read(self->fd, &number, 8));
	EXPECT_EQ(10, number);
}

TEST_F(plain_pending, bounded)
{
	__u64 i;

	for (i = 0; i < EXAMPLE_EVENTS; i++)
		post_plain(i);
	EXPECT_EQ(-1, write(self->fd, &i, 8));
	EXPECT_EQ(EDQUOT, errno);
}

DRIVER(port_pending, "/dev/ntio/port-pending")

#define post_port(_number) \
	control_ok(self->fd, .code = IOCTL_PORT_POST, .in_len = 8,	\
		   .in = addr((__u64[]){ _number }))

TEST_F(port_pending, waits_and_is_answered)
{
	struct asker askers[2];

	ask(&askers[0], self->fd, ask_port);
	EXPECT_TRUE(asker_waits(&askers[0]));
	ask(&askers[1], self->fd, ask_port);
	EXPECT_TRUE(asker_waits(&askers[1]));
	post_port(7);
	expect_answer(&askers[0], 7);
	EXPECT_TRUE(asker_waits(&askers[1]));
	post_port(8);
	expect_answer(&askers[1], 8);
	/* And what comes before anybody asks is kept. */
	post_port(9);
	ask(&askers[0], self->fd, ask_port);
	expect_answer(&askers[0], 9);
}

TEST_F(port_pending, killed)
{
	struct asker asker;

	EXPECT_LT(0, ask_and_be_killed(self->fd, ask_port));
	post_port(9);
	ask(&asker, self->fd, ask_port);
	expect_answer(&asker, 9);
}

TEST_F(port_pending, last_handle_closed)
{
	struct asker asker;

	ask(&asker, self->fd, ask_port);
	EXPECT_TRUE(asker_waits(&asker));
	close(self->fd);
	pthread_join(asker.thread, NULL);
	EXPECT_EQ(ECANCELED, asker.error);
	EXPECT_EQ(STATUS_CANCELLED, asker.status);
	self->fd = -1;
}

TEST_F(port_pending, bounded)
{
	__u64 i;

	for (i = 0; i < EXAMPLE_EVENTS; i++)
		post_port(i);
	expect_status(STATUS_QUOTA_EXCEEDED, self->fd,
		      .code = IOCTL_PORT_POST, .in = addr(&i), .in_len = 8);
}
TEST_HARNESS_MAIN
