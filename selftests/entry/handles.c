// SPDX-License-Identifier: GPL-2.0
/*
 * Create, cleanup, close [1.26], [8.36], [8.37]. A handle is every reference
 * to the open file that is not a request in flight and not a mapping; cleanup
 * comes with the last handle, close with the last reference.
 */
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>

#include "kselftest_harness.h"
#include "ntio_test.h"

FIXTURE(handle)
{
	/* Its counts are looked at through another open file. */
	int watch;
	int fd;
	struct echo_counts before;
	long requests;
};

FIXTURE_SETUP(handle)
{
	self->watch = echo_open();
	self->before = echo_counts(self->watch);
	self->requests = ntio_stat("alive", "requests");
	self->fd = echo_open();
}

FIXTURE_TEARDOWN(handle)
{
	/* Whatever happened, both came once for every open. */
	EXPECT_TRUE(wait_until(echo_counts(self->watch).closes -
			       self->before.closes ==
			       echo_counts(self->watch).creates -
			       self->before.creates));
	EXPECT_EQ(echo_counts(self->watch).closes,
		  echo_counts(self->watch).cleanups);
	EXPECT_EQ(self->requests, ntio_stat("alive", "requests"));
	close(self->watch);
}

static bool counted(const struct _test_data_handle *self, __u32 creates,
		    __u32 cleanups, __u32 closes)
{
	struct echo_counts c = echo_counts(self->watch);

	return c.creates - self->before.creates == creates &&
	       c.cleanups - self->before.cleanups == cleanups &&
	       c.closes - self->before.closes == closes;
}

/* So many opens, cleanups, closes since the fixture began. */
#define expect_counts(_creates, _cleanups, _closes) do {		\
	struct echo_counts _c = echo_counts(self->watch);		\
	EXPECT_EQ(_creates, _c.creates - self->before.creates);		\
	EXPECT_EQ(_cleanups, _c.cleanups - self->before.cleanups);	\
	EXPECT_EQ(_closes, _c.closes - self->before.closes);		\
} while (0)

TEST_F(handle, open_close)
{
	expect_counts(1, 0, 0);
	close(self->fd);
	expect_counts(1, 1, 1);
	EXPECT_EQ(getpid(), echo_counts(self->watch).cleanup_pid);
}

/* [1.26]: one create per open, none for a duplicate, one number for both. */
TEST_F(handle, numbers)
{
	__u32 n = echo_counts(self->fd).open_file;
	int other = echo_open();
	int copy = dup(self->fd);

	EXPECT_EQ(self->before.creates + 1, n);
	EXPECT_EQ(n + 1, echo_counts(other).open_file);
	EXPECT_EQ(n, echo_counts(copy).open_file);
	expect_counts(2, 0, 0);
	close(copy);
	expect_counts(2, 0, 0);
	close(other);
	expect_counts(2, 1, 1);
	EXPECT_EQ(n, echo_counts(self->fd).open_file);
	close(self->fd);
	expect_counts(2, 2, 2);
}

/* What the driver remembers belongs to the open file, not to the handle. */
TEST_F(handle, duplicates_share_state)
{
	int copy = dup(self->fd);

	control_ok(self->fd, .code = IOCTL_ECHO_BUFFERED);
	EXPECT_EQ(1, echo_saw(copy).calls);
	EXPECT_EQ(0, echo_saw(self->watch).calls);
	close(copy);
	close(self->fd);
}

static int dup_plain(int fd)
{
	return dup(fd);
}

static int dup_fcntl(int fd)
{
	return fcntl(fd, F_DUPFD_CLOEXEC, 100);
}

static int dup_onto(int fd)
{
	return dup2(fd, open("/dev/null", O_RDONLY));
}

TEST_F(handle, every_way_to_duplicate)
{
	static int (* const ways[])(int fd) = {
		dup_plain, dup_fcntl, dup_onto,
	};
	int copies[3];
	int i;

	for (i = 0; i < 3; i++) {
		copies[i] = ways[i](self->fd);
		ASSERT_LE(0, copies[i]);
	}
	close(self->fd);
	for (i = 0; i < 3; i++) {
		expect_counts(1, 0, 0);
		control_ok(copies[i], .code = IOCTL_ECHO_BUFFERED);
		close(copies[i]);
	}
	expect_counts(1, 1, 1);
}

/* dup2() over the last handle closes it. */
TEST_F(handle, overwritten)
{
	int null = open("/dev/null", O_RDONLY);

	ASSERT_EQ(self->fd, dup2(null, self->fd));
	expect_counts(1, 1, 1);
	close(self->fd);
	close(null);
}

/* --- processes ----------------------------------------------------------- */

/* A child that waits until it is told to go on, and then until it is killed. */
struct child {
	pid_t pid;
	int go;
	int ready;
};

static void tell(int fd)
{
	if (write(fd, "", 1) != 1)
		_exit(3);
}

static void hear(int fd)
{
	char byte;

	if (read(fd, &byte, 1) < 0)
		_exit(4);
}

static struct child child_new(void (*body)(int fd), int fd)
{
	struct child child = { .pid = -1 };
	int go[2], ready[2];

	if (pipe2(go, O_CLOEXEC) || pipe2(ready, O_CLOEXEC))
		return child;
	child.pid = fork();
	if (!child.pid) {
		close(go[1]);
		hear(go[0]);
		body(fd);
		tell(ready[1]);
		for (;;)
			pause();
	}
	close(go[0]);
	close(ready[1]);
	child.go = go[1];
	child.ready = ready[0];
	return child;
}

/* Let it do its work, and wait until it has. */
static void child_go(const struct child *child)
{
	tell(child->go);
	hear(child->ready);
}

static void child_end(const struct child *child)
{
	kill(child->pid, SIGKILL);
	waitpid(child->pid, NULL, 0);
	close(child->go);
	close(child->ready);
}

static void body_close(int fd)
{
	close(fd);
}

static void body_nothing(int fd)
{
}

/* fork() makes a handle. The process that closes the last one cleans up. */
TEST_F(handle, fork_child_last)
{
	struct child child = child_new(body_close, self->fd);

	ASSERT_LT(0, child.pid);
	close(self->fd);
	expect_counts(1, 0, 0);
	child_go(&child);
	EXPECT_TRUE(wait_until(counted(self, 1, 1, 1)));
	EXPECT_EQ(child.pid, echo_counts(self->watch).cleanup_pid);
	child_end(&child);
}

TEST_F(handle, fork_parent_last)
{
	struct child child = child_new(body_close, self->fd);

	ASSERT_LT(0, child.pid);
	child_go(&child);
	expect_counts(1, 0, 0);
	close(self->fd);
	expect_counts(1, 1, 1);
	EXPECT_EQ(getpid(), echo_counts(self->watch).cleanup_pid);
	child_end(&child);
}

static void body_exit(int fd)
{
	_exit(0);
}

/* exit() closes what is open. */
TEST_F(handle, exit)
{
	struct child child = child_new(body_exit, self->fd);

	ASSERT_LT(0, child.pid);
	close(self->fd);
	expect_counts(1, 0, 0);
	child_go(&child);
	EXPECT_TRUE(wait_until(counted(self, 1, 1, 1)));
	EXPECT_EQ(child.pid, echo_counts(self->watch).cleanup_pid);
	child_end(&child);
}

/* So does a death by signal. */
TEST_F(handle, killed)
{
	struct child child = child_new(body_nothing, self->fd);

	ASSERT_LT(0, child.pid);
	child_go(&child);
	close(self->fd);
	expect_counts(1, 0, 0);
	child_end(&child);
	EXPECT_TRUE(wait_until(counted(self, 1, 1, 1)));
	EXPECT_EQ(child.pid, echo_counts(self->watch).cleanup_pid);
}

/* Reads one byte in the program that exec() has made of us, and ends. */
__attribute__((constructor)) static void after_exec(void)
{
	char byte;

	if (!getenv("NTIO_AFTER_EXEC"))
		return;
	_exit(read(0, &byte, 1) < 0);
}

/* A child that execs and lives on, until its standard input ends. */
static pid_t exec_child(int fd, bool cloexec, int *input)
{
	int p[2];
	pid_t pid;

	if (pipe2(p, O_CLOEXEC))
		return -1;
	*input = p[1];
	pid = fork();
	if (!pid) {
		dup2(p[0], 0);
		fcntl(fd, F_SETFD, cloexec ? FD_CLOEXEC : 0);
		setenv("NTIO_AFTER_EXEC", "1", 1);
		execl("/proc/self/exe", "handles", NULL);
		_exit(5);
	}
	close(p[0]);
	return pid;
}

/* O_CLOEXEC: exec closes the handle, while the process lives on. */
TEST_F(handle, exec_cloexec)
{
	int input, status;
	pid_t pid;

	/* Only the child may have it, or the watched one would stay ours. */
	pid = exec_child(self->fd, true, &input);
	ASSERT_LT(0, pid);
	close(self->fd);
	EXPECT_TRUE(wait_until(counted(self, 1, 1, 1)));
	EXPECT_EQ(0, waitpid(pid, &status, WNOHANG));
	close(input);
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(0, status);
}

/* Without it the handle survives exec. */
TEST_F(handle, exec_inherited)
{
	char path[64], seen[64] = "";
	int input, status;
	pid_t pid;

	pid = exec_child(self->fd, false, &input);
	ASSERT_LT(0, pid);
	close(self->fd);
	/* The watched one closes at exec: then exec has happened. */
	snprintf(path, sizeof(path), "/proc/%d/fd/%d", pid, self->watch);
	EXPECT_TRUE(wait_until(readlink(path, seen, sizeof(seen) - 1) < 0));
	expect_counts(1, 0, 0);
	close(input);
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(0, status);
	EXPECT_TRUE(wait_until(counted(self, 1, 1, 1)));
	EXPECT_EQ(pid, echo_counts(self->watch).cleanup_pid);
}

/* --- SCM_RIGHTS ---------------------------------------------------------- */

union rights {
	struct cmsghdr header;
	char space[CMSG_SPACE(sizeof(int))];
};

static int send_fd(int sock, int fd)
{
	union rights rights = {
		.header = { .cmsg_len = CMSG_LEN(sizeof(int)),
			    .cmsg_level = SOL_SOCKET,
			    .cmsg_type = SCM_RIGHTS },
	};
	struct iovec byte = { "", 1 };
	struct msghdr msg = {
		.msg_iov = &byte, .msg_iovlen = 1,
		.msg_control = &rights, .msg_controllen = sizeof(rights),
	};

	memcpy(CMSG_DATA(&rights.header), &fd, sizeof(fd));
	return sendmsg(sock, &msg, 0) == 1 ? 0 : errno;
}

static int receive_fd(int sock)
{
	union rights rights;
	char byte;
	struct iovec iov = { &byte, 1 };
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = &rights, .msg_controllen = sizeof(rights),
	};
	int fd;

	if (recvmsg(sock, &msg, 0) != 1 || !msg.msg_controllen)
		return -1;
	memcpy(&fd, CMSG_DATA(&rights.header), sizeof(fd));
	return fd;
}

/* A descriptor under way in a socket is a handle. */
TEST_F(handle, rights_received)
{
	int sock[2], fd;

	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_STREAM, 0, sock));
	ASSERT_EQ(0, send_fd(sock[0], self->fd));
	close(self->fd);
	expect_counts(1, 0, 0);
	fd = receive_fd(sock[1]);
	ASSERT_LE(0, fd);
	expect_counts(1, 0, 0);
	control_ok(fd, .code = IOCTL_ECHO_BUFFERED);
	close(fd);
	expect_counts(1, 1, 1);
	close(sock[0]);
	close(sock[1]);
}

/* Nobody ever receives it: the end of the socket is the last handle's end. */
TEST_F(handle, rights_destroyed)
{
	int sock[2];

	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_STREAM, 0, sock));
	ASSERT_EQ(0, send_fd(sock[0], self->fd));
	close(self->fd);
	expect_counts(1, 0, 0);
	close(sock[1]);
	close(sock[0]);
	EXPECT_TRUE(wait_until(counted(self, 1, 1, 1)));
}

/* --- requests in flight -------------------------------------------------- */

struct sender {
	int fd;
	struct ntio_device_control c;
	struct echo_return in;
	int error;
};

static void *send_control(void *arg)
{
	struct sender *s = arg;

	s->error = control(s->fd, &s->c);
	return NULL;
}

static void sender_return(struct sender *s, __u32 code, __u32 mode)
{
	s->in.mode = mode;
	s->in.ret = mode == ECHO_COMPLETE ? STATUS_SUCCESS : STATUS_PENDING;
	s->in.delay_ms = 700;
	s->c = (struct ntio_device_control) {
		.code = code, .in = addr(&s->in), .in_len = sizeof(s->in),
	};
}

FIXTURE(flight)
{
	struct _test_data_handle h;
	struct sender s;
};

FIXTURE_VARIANT(flight)
{
	__u32 code;
	__u32 mode;
};

#define FLIGHT(name, code_value, mode_value) \
	FIXTURE_VARIANT_ADD(flight, name) { \
		.code = code_value, .mode = mode_value }
FLIGHT(buffered, IOCTL_ECHO_RETURN_BUFFERED, ECHO_COMPLETE);
FLIGHT(out_direct, IOCTL_ECHO_RETURN_OUT_DIRECT, ECHO_COMPLETE);
FLIGHT(neither, IOCTL_ECHO_RETURN_NEITHER, ECHO_COMPLETE);
FLIGHT(buffered_later, IOCTL_ECHO_RETURN_BUFFERED, ECHO_PEND_LATER);
FLIGHT(neither_later, IOCTL_ECHO_RETURN_NEITHER, ECHO_PEND_LATER);

FIXTURE_SETUP(flight)
{
	self->h.watch = echo_open();
	self->h.before = echo_counts(self->h.watch);
	self->h.fd = echo_open();
	self->s.fd = self->h.fd;
	sender_return(&self->s, variant->code, variant->mode);
}

FIXTURE_TEARDOWN(flight)
{
	EXPECT_TRUE(wait_until(counted(&self->h, 1, 1, 1)));
	close(self->h.watch);
}

/* [8.36], [8.37]: cleanup at close(2), close when the request has ended. */
TEST_F(flight, closed_by_another_thread)
{
	pthread_t thread;

	ASSERT_EQ(0, pthread_create(&thread, NULL, send_control, &self->s));
	ASSERT_TRUE(echo_wait_calls(self->h.fd, 1));
	EXPECT_TRUE(counted(&self->h, 1, 0, 0));
	close(self->h.fd);
	EXPECT_TRUE(counted(&self->h, 1, 1, 0));
	EXPECT_EQ(getpid(), echo_counts(self->h.watch).cleanup_pid);
	ASSERT_EQ(0, pthread_join(thread, NULL));
	EXPECT_EQ(0, self->s.error);
	EXPECT_EQ(STATUS_SUCCESS, self->s.c.out_status);
	EXPECT_TRUE(wait_until(counted(&self->h, 1, 1, 1)));
}

/* Two requests in flight and two handles: only the second close counts. */
TEST_F(flight, two_handles)
{
	struct sender other = self->s;
	pthread_t threads[2];
	int copy = dup(self->h.fd);

	other.fd = copy;
	other.c.in = addr(&other.in);
	ASSERT_EQ(0, pthread_create(&threads[0], NULL, send_control, &self->s));
	ASSERT_EQ(0, pthread_create(&threads[1], NULL, send_control, &other));
	ASSERT_TRUE(echo_wait_calls(self->h.fd, 2));
	close(self->h.fd);
	EXPECT_TRUE(counted(&self->h, 1, 0, 0));
	close(copy);
	EXPECT_TRUE(counted(&self->h, 1, 1, 0));
	ASSERT_EQ(0, pthread_join(threads[0], NULL));
	ASSERT_EQ(0, pthread_join(threads[1], NULL));
	EXPECT_EQ(0, other.error);
	EXPECT_TRUE(wait_until(counted(&self->h, 1, 1, 1)));
}

/* The process that sends holds a handle as long as it has not closed it. */
TEST_F(flight, closed_by_another_process)
{
	struct child child;
	pthread_t thread;

	child = child_new(body_close, self->h.fd);
	ASSERT_LT(0, child.pid);
	ASSERT_EQ(0, pthread_create(&thread, NULL, send_control, &self->s));
	ASSERT_TRUE(echo_wait_calls(self->h.fd, 1));
	child_go(&child);
	EXPECT_TRUE(counted(&self->h, 1, 0, 0));
	ASSERT_EQ(0, pthread_join(thread, NULL));
	EXPECT_TRUE(counted(&self->h, 1, 0, 0));
	close(self->h.fd);
	EXPECT_TRUE(counted(&self->h, 1, 1, 1));
	child_end(&child);
}

/* Killed in the middle of a request: both still come. */
TEST_F(flight, killed)
{
	struct ntio_device_control c = self->s.c;
	pid_t pid = fork();
	int status;

	ASSERT_LE(0, pid);
	if (!pid) {
		control(self->h.fd, &c);
		_exit(0);
	}
	ASSERT_TRUE(echo_wait_calls(self->h.fd, 1));
	close(self->h.fd);
	EXPECT_TRUE(counted(&self->h, 1, 0, 0));
	kill(pid, SIGKILL);
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_TRUE(WIFSIGNALED(status));
	EXPECT_TRUE(wait_until(counted(&self->h, 1, 1, 1)));
	EXPECT_EQ(pid, echo_counts(self->h.watch).cleanup_pid);
}

TEST_HARNESS_MAIN
