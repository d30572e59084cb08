// SPDX-License-Identifier: GPL-2.0
/*
 * Requests that stand still in a page fault: userfaultfd decides when they go
 * on. The caller can close the file or be killed meanwhile.
 */
#include <linux/userfaultfd.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/syscall.h>

#include "kselftest_harness.h"
#include "ntio_test.h"

FIXTURE(faulting)
{
	int watch;
	int fd;
	int uffd;
	struct mem mem, other;
	struct echo_counts before;
	long requests;
	long pins;
};

FIXTURE_VARIANT(faulting)
{
	__u32 code;
	/* The page that is missing is the second buffer's. */
	bool second;
	/* The driver has been called when it is missed. */
	bool in_driver;
};

FIXTURE_VARIANT_ADD(faulting, buffered_input)
{
	.code = IOCTL_ECHO_BUFFERED,
};

FIXTURE_VARIANT_ADD(faulting, buffered_output)
{
	.code = IOCTL_ECHO_BUFFERED, .second = true,
};

FIXTURE_VARIANT_ADD(faulting, in_direct)
{
	.code = IOCTL_ECHO_IN_DIRECT, .second = true,
};

FIXTURE_VARIANT_ADD(faulting, out_direct)
{
	.code = IOCTL_ECHO_OUT_DIRECT, .second = true,
};

FIXTURE_VARIANT_ADD(faulting, neither_input)
{
	.code = IOCTL_ECHO_NEITHER, .in_driver = true,
};

FIXTURE_VARIANT_ADD(faulting, neither_output)
{
	.code = IOCTL_ECHO_NEITHER, .second = true, .in_driver = true,
};

/* The second of the two pages of @mem is missing until it is supplied. */
static int watch_page(const struct mem *mem)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register range = {
		.range = { .start = addr(mem->map) + PAGE, .len = PAGE },
		.mode = UFFDIO_REGISTER_MODE_MISSING,
	};
	int uffd = syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK);

	if (uffd < 0)
		return -1;
	if (madvise(mem->map + PAGE, PAGE, MADV_DONTNEED) ||
	    ioctl(uffd, UFFDIO_API, &api) ||
	    ioctl(uffd, UFFDIO_REGISTER, &range)) {
		close(uffd);
		return -1;
	}
	return uffd;
}

FIXTURE_SETUP(faulting)
{
	self->mem = mem_new(2 * PAGE, 0);
	self->other = mem_new(2 * PAGE, 0);
	self->uffd = watch_page(&self->mem);
	if (self->uffd < 0)
		SKIP(return, "userfaultfd: %s", strerror(errno));
	fill(self->mem.p, PAGE, 1);
	fill(self->other.p, 2 * PAGE, 1);
	self->watch = echo_open();
	self->before = echo_counts(self->watch);
	self->requests = ntio_stat("alive", "requests");
	self->pins = pins();
	self->fd = echo_open();
}

FIXTURE_TEARDOWN(faulting)
{
	if (self->uffd < 0)
		return;
	EXPECT_TRUE(wait_until(ntio_stat("alive", "requests") ==
			       self->requests));
	EXPECT_TRUE(wait_until(pins() == self->pins));
	EXPECT_EQ(1, echo_counts(self->watch).cleanups -
		     self->before.cleanups);
	EXPECT_EQ(1, echo_counts(self->watch).closes - self->before.closes);
	close(self->watch);
	close(self->uffd);
}

struct sender {
	int fd;
	struct ntio_device_control c;
	int error;
};

static struct sender sender_new(const struct _test_data_faulting *self,
				const struct _fixture_variant_faulting *variant)
{
	const struct mem *in = variant->second ? &self->other : &self->mem;
	const struct mem *out = variant->second ? &self->mem : &self->other;

	return (struct sender) {
		.fd = self->fd,
		.c = { .code = variant->code, .in = addr(in->p),
		       .in_len = in->len, .out = addr(out->p),
		       .out_len = out->len },
	};
}

static void *send_control(void *arg)
{
	struct sender *s = arg;

	s->error = control(s->fd, &s->c);
	return NULL;
}

/* The request has reached the missing page. */
static bool wait_for_fault(int uffd)
{
	struct pollfd pollfd = { .fd = uffd, .events = POLLIN };
	struct uffd_msg msg;

	return poll(&pollfd, 1, 10000) == 1 &&
	       read(uffd, &msg, sizeof(msg)) == sizeof(msg) &&
	       msg.event == UFFD_EVENT_PAGEFAULT;
}

static int supply_page(const struct _test_data_faulting *self)
{
	struct uffdio_copy copy = {
		.dst = addr(self->mem.map) + PAGE,
		.src = addr(self->other.p) + PAGE,
		.len = PAGE,
	};

	return ioctl(self->uffd, UFFDIO_COPY, &copy) ? errno : 0;
}

/* [8.36], [8.37]: cleanup at close(2), close when the request has ended. */
TEST_F(faulting, closed_meanwhile)
{
	struct sender s = sender_new(self, variant);
	pthread_t thread;

	ASSERT_EQ(0, pthread_create(&thread, NULL, send_control, &s));
	ASSERT_TRUE(wait_for_fault(self->uffd));
	EXPECT_EQ(variant->in_driver, echo_saw(self->fd).calls);
	close(self->fd);
	EXPECT_EQ(1, echo_counts(self->watch).cleanups -
		     self->before.cleanups);
	EXPECT_EQ(0, echo_counts(self->watch).closes - self->before.closes);
	EXPECT_EQ(self->requests + 1, ntio_stat("alive", "requests"));
	ASSERT_EQ(0, supply_page(self));
	ASSERT_EQ(0, pthread_join(thread, NULL));
	EXPECT_EQ(0, s.error);
	EXPECT_EQ(STATUS_SUCCESS, s.c.out_status);
	EXPECT_EQ(2 * PAGE, s.c.out_information);
	EXPECT_EQ(2 * PAGE, match(self->mem.p, 2 * PAGE, 1));
	EXPECT_EQ(2 * PAGE, match(self->other.p, 2 * PAGE, 1));
}

/* D6: killable while it faults. */
TEST_F(faulting, killed_meanwhile)
{
	struct sender s = sender_new(self, variant);
	pid_t pid = fork();
	int status;

	ASSERT_LE(0, pid);
	if (!pid) {
		/* Registrations are not inherited: make one of our own. */
		int uffd = watch_page(&self->mem);
		pthread_t thread;

		pthread_create(&thread, NULL, send_control, &s);
		if (!wait_for_fault(uffd))
			_exit(1);
		kill(getpid(), SIGKILL);
		pause();
	}
	close(self->fd);
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_TRUE(WIFSIGNALED(status));
	EXPECT_EQ(SIGKILL, WTERMSIG(status));
	EXPECT_TRUE(wait_until(echo_counts(self->watch).closes -
			       self->before.closes == 1));
}

/* The page is unmapped instead of supplied: the fault finds nothing. */
TEST_F(faulting, unmapped_meanwhile)
{
	struct uffdio_range range = {
		.start = addr(self->mem.map) + PAGE, .len = PAGE,
	};
	struct sender s = sender_new(self, variant);
	pthread_t thread;

	ASSERT_EQ(0, pthread_create(&thread, NULL, send_control, &s));
	ASSERT_TRUE(wait_for_fault(self->uffd));
	mem_unmap(&self->mem, 1);
	ASSERT_EQ(0, ioctl(self->uffd, UFFDIO_WAKE, &range));
	ASSERT_EQ(0, pthread_join(thread, NULL));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, s.c.out_status);
	EXPECT_EQ(EFAULT, s.error);
	EXPECT_EQ(variant->in_driver, echo_saw(self->fd).calls);
	EXPECT_EQ(0, s.c.out_flags);
	if (!variant->in_driver) {
		EXPECT_EQ(NTIO_REASON_UNMAPPED, s.c.out_reason);
		EXPECT_EQ(PAGE, s.c.out_detail);
	}
	close(self->fd);
}

TEST_HARNESS_MAIN
