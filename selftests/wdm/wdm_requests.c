// SPDX-License-Identifier: GPL-2.0
/*
 * Drivers for Windows whose requests wait, in both styles; that tell by an event;
 * and that read and write.
 */
#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/wait.h>

#include "kselftest_harness.h"
#include "ntio_test.h"
#include "wdm.h"
#include "drivers/csq/csq.h"
#include "drivers/event/event.h"
#include "drivers/mdl/mdl.h"
#include "drivers/pending/pending.h"

static __u32 number_of(int fd, __u32 code)
{
	__u32 n = POISON32;

	wdm_ask(fd, code, &n);
	return n;
}

/* A process that sends a code with a number and waits for its end. */
static pid_t send_apart(int fd, __u32 code, __u32 number)
{
	pid_t pid = fork();

	if (pid)
		return pid;
	_exit(wdm_ask(fd, code, &number) == STATUS_SUCCESS ? number : 255);
}

static int exit_of(pid_t pid)
{
	int status;

	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) :
				   1000 + WTERMSIG(status);
}

/* --- the cancel spin lock, a timer, a DPC ---------------------------------- */

FIXTURE(pending)
{
	int fd;
	long mistakes;
};

FIXTURE_SETUP(pending)
{
	ASSERT_EQ(0, module_load("wdm_pending"));
	self->fd = open("/dev/ntio/WdmPending", O_RDWR | O_CLOEXEC);
	ASSERT_LE(0, self->fd);
	self->mistakes = wdm_mistakes();
}

FIXTURE_TEARDOWN(pending)
{
	close(self->fd);
	EXPECT_TRUE(wait_until(module_unload("wdm_pending") == 0));
	EXPECT_EQ(self->mistakes, wdm_mistakes());
}

TEST_F(pending, a_dpc_completes)
{
	long begin = milliseconds();
	__u32 n = 30;

	EXPECT_EQ(STATUS_SUCCESS, wdm_ask(self->fd, IOCTL_PENDING_WAIT, &n));
	EXPECT_EQ(30, n);
	EXPECT_LE(30, milliseconds() - begin);
}

TEST_F(pending, answered)
{
	pid_t pid = send_apart(self->fd, IOCTL_PENDING_FOREVER, 7);

	EXPECT_TRUE(wait_until(number_of(self->fd, IOCTL_PENDING_COUNT) == 1));
	EXPECT_EQ(STATUS_SUCCESS, wdm_tell(self->fd, IOCTL_PENDING_ANSWER));
	EXPECT_EQ(7, exit_of(pid));
	EXPECT_EQ(0, number_of(self->fd, IOCTL_PENDING_COUNT));
}

/* The cancel routine is called with the lock, and gives it back. */
TEST_F(pending, killed)
{
	pid_t pid[8];
	int i;

	for (i = 0; i < 8; i++)
		pid[i] = send_apart(self->fd, IOCTL_PENDING_FOREVER, 7);
	EXPECT_TRUE(wait_until(number_of(self->fd, IOCTL_PENDING_COUNT) == 8));
	for (i = 0; i < 8; i++) {
		kill(pid[i], SIGKILL);
		EXPECT_EQ(1000 + SIGKILL, exit_of(pid[i]));
	}
	EXPECT_TRUE(wait_until(number_of(self->fd, IOCTL_PENDING_COUNT) == 0));
}

/* Cancelled and answered at the same time: one of them has it. */
TEST_F(pending, race)
{
	int i, status;
	pid_t pid;

	for (i = 0; i < 100; i++) {
		pid = send_apart(self->fd, IOCTL_PENDING_FOREVER, 7);
		while (number_of(self->fd, IOCTL_PENDING_COUNT) != 1)
			;
		if (i & 1)
			kill(pid, SIGKILL);
		wdm_tell(self->fd, IOCTL_PENDING_ANSWER);
		if (!(i & 1))
			kill(pid, SIGKILL);
		waitpid(pid, &status, 0);
		ASSERT_TRUE(wait_until(number_of(self->fd,
						 IOCTL_PENDING_COUNT) == 0));
	}
}

/* The driver's cleanup ends what the file has. */
TEST_F(pending, cleanup)
{
	int fd = open("/dev/ntio/WdmPending", O_RDWR | O_CLOEXEC);
	pid_t pid = fork();

	if (!pid) {
		struct ntio_device_control c = {
			.code = IOCTL_PENDING_FOREVER };

		alarm(10);
		control(fd, &c);
		_exit(c.out_status == STATUS_CANCELLED ? 3 : 4);
	}
	EXPECT_TRUE(wait_until(number_of(self->fd, IOCTL_PENDING_COUNT) == 1));
	close(fd);
	kill(pid, SIGKILL);
	exit_of(pid);
	EXPECT_TRUE(wait_until(number_of(self->fd, IOCTL_PENDING_COUNT) == 0));
}

/* At DISPATCH_LEVEL nothing can be mapped: it was before. */
TEST_F(pending, a_dpc_fills_pages)
{
	size_t len = 3 * PAGE;
	struct mem out = mem_new(len, PAGE - 100);
	struct ntio_device_control c;

	memset(out.p, POISON, len);
	c = control_ok(self->fd, .code = IOCTL_PENDING_FILL,
		       .out = addr(out.p), .out_len = len);
	EXPECT_EQ(len, c.out_information);
	EXPECT_EQ(len, match_byte(out.p, len, 'F'));
	EXPECT_TRUE(mem_around_intact(&out));
	mem_free(&out);
}

/* Fault: the object was gone with the program's last handle. */
TEST_F(pending, file_object_outlives_the_file)
{
	int other = open("/dev/ntio/WdmPending", O_RDWR | O_CLOEXEC);

	ASSERT_LE(0, other);
	EXPECT_EQ(STATUS_SUCCESS, wdm_tell(other, IOCTL_PENDING_KEEP));
	close(other);
	EXPECT_EQ(STATUS_SUCCESS, wdm_tell(self->fd, IOCTL_PENDING_DROP));
}

/* --- a cancel-safe queue and a thread -------------------------------------- */

FIXTURE(csq)
{
	int fd;
	long mistakes;
};

FIXTURE_SETUP(csq)
{
	ASSERT_EQ(0, module_load("wdm_csq"));
	self->fd = open("/dev/ntio/WdmCsq", O_RDWR | O_CLOEXEC);
	ASSERT_LE(0, self->fd);
	self->mistakes = wdm_mistakes();
}

FIXTURE_TEARDOWN(csq)
{
	close(self->fd);
	EXPECT_TRUE(wait_until(module_unload("wdm_csq") == 0));
	EXPECT_EQ(self->mistakes, wdm_mistakes());
}

TEST_F(csq, a_thread_serves)
{
	__u32 i, n;

	for (i = 0; i < 50; i++) {
		n = i;
		ASSERT_EQ(STATUS_SUCCESS,
			  wdm_ask(self->fd, IOCTL_CSQ_QUEUE, &n));
		ASSERT_EQ(i + 1, n);
	}
}

TEST_F(csq, cancelled_in_the_queue)
{
	pid_t pid[4];
	int i;

	wdm_tell(self->fd, IOCTL_CSQ_HOLD);
	for (i = 0; i < 4; i++)
		pid[i] = send_apart(self->fd, IOCTL_CSQ_QUEUE, 10 + i);
	EXPECT_TRUE(wait_until(number_of(self->fd, IOCTL_CSQ_DEPTH) == 4));
	kill(pid[1], SIGKILL);
	EXPECT_EQ(1000 + SIGKILL, exit_of(pid[1]));
	EXPECT_TRUE(wait_until(number_of(self->fd, IOCTL_CSQ_DEPTH) == 3));
	wdm_tell(self->fd, IOCTL_CSQ_GO);
	for (i = 0; i < 4; i++)
		if (i != 1)
			EXPECT_EQ(11 + i, exit_of(pid[i]));
}

TEST_F(csq, taken_out_by_its_context)
{
	pid_t pid = send_apart(self->fd, IOCTL_CSQ_CONTEXT, 5);

	EXPECT_TRUE(wait_until(number_of(self->fd, IOCTL_CSQ_DEPTH) == 1));
	EXPECT_EQ(STATUS_SUCCESS, wdm_tell(self->fd, IOCTL_CSQ_TAKE));
	EXPECT_EQ(5, exit_of(pid));
	EXPECT_EQ(STATUS_NOT_FOUND, wdm_tell(self->fd, IOCTL_CSQ_TAKE));
	/* Cancelled, it cannot be taken out. */
	pid = send_apart(self->fd, IOCTL_CSQ_CONTEXT, 5);
	EXPECT_TRUE(wait_until(number_of(self->fd, IOCTL_CSQ_DEPTH) == 1));
	kill(pid, SIGKILL);
	exit_of(pid);
	EXPECT_TRUE(wait_until(number_of(self->fd, IOCTL_CSQ_DEPTH) == 0));
	EXPECT_EQ(STATUS_NOT_FOUND, wdm_tell(self->fd, IOCTL_CSQ_TAKE));
}

/* --- an event of the program ----------------------------------------------- */

FIXTURE(event)
{
	int fd;
	int event;
	long mistakes;
};

FIXTURE_SETUP(event)
{
	ASSERT_EQ(0, module_load("wdm_event"));
	self->fd = open("/dev/ntio/WdmEvent", O_RDWR | O_CLOEXEC);
	ASSERT_LE(0, self->fd);
	self->event = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	self->mistakes = wdm_mistakes();
}

FIXTURE_TEARDOWN(event)
{
	close(self->event);
	close(self->fd);
	EXPECT_TRUE(wait_until(module_unload("wdm_event") == 0));
	EXPECT_EQ(self->mistakes, wdm_mistakes());
}

static __u32 set_later(int fd, __u64 handle)
{
	EVENT_REQUEST request = { .Handle = handle, .Milliseconds = 10 };
	struct ntio_device_control c = {
		.code = IOCTL_EVENT_SET_LATER,
		.in = addr(&request), .in_len = sizeof(request),
	};

	control(fd, &c);
	return c.out_status;
}

TEST_F(event, is_set)
{
	struct pollfd poll_fd = { .fd = self->event, .events = POLLIN };
	__u64 count = 0;

	EXPECT_EQ(STATUS_SUCCESS, set_later(self->fd, wdm_handle(self->event)));
	EXPECT_EQ(1, poll(&poll_fd, 1, 20000));
	EXPECT_EQ(8, read(self->event, &count, 8));
	EXPECT_EQ(1, count);
	EXPECT_EQ(STATUS_INVALID_DEVICE_STATE,
		  set_later(self->fd, wdm_handle(self->event)));
}

/* The driver has a reference: the program may close its own. */
TEST_F(event, closed_by_the_program)
{
	int event = eventfd(0, EFD_CLOEXEC);

	EXPECT_EQ(STATUS_SUCCESS, set_later(self->fd, wdm_handle(event)));
	close(event);
	usleep(30000);
	EXPECT_EQ(1, number_of(self->fd, IOCTL_EVENT_COUNT));
}

TEST_F(event, is_none)
{
	EXPECT_EQ(STATUS_INVALID_HANDLE, set_later(self->fd, 0));
	EXPECT_EQ(STATUS_INVALID_HANDLE, set_later(self->fd, wdm_handle(999)));
	EXPECT_EQ(STATUS_INVALID_HANDLE,
		  set_later(self->fd, wdm_handle(self->event) + 1));
	EXPECT_EQ(STATUS_INVALID_HANDLE,
		  set_later(self->fd, 0xffffffff80000004));
	EXPECT_EQ(STATUS_OBJECT_TYPE_MISMATCH,
		  set_later(self->fd, wdm_handle(self->fd)));
}

TEST_F(event, each_file_has_a_context)
{
	int fd = open("/dev/ntio/WdmEvent", O_RDWR | O_CLOEXEC);

	EXPECT_EQ(2, number_of(self->fd, IOCTL_EVENT_COUNT));
	close(fd);
	EXPECT_TRUE(wait_until(number_of(self->fd, IOCTL_EVENT_COUNT) == 1));
}

/* --- read and write -------------------------------------------------------- */

FIXTURE(rw)
{
	int fd;
	long mistakes;
};

FIXTURE_VARIANT(rw)
{
	const char *name;
};

FIXTURE_VARIANT_ADD(rw, buffered) { .name = "/dev/ntio/WdmRwBuffered" };
FIXTURE_VARIANT_ADD(rw, direct) { .name = "/dev/ntio/WdmRwDirect" };
FIXTURE_VARIANT_ADD(rw, neither) { .name = "/dev/ntio/WdmRwNeither" };
FIXTURE_VARIANT_ADD(rw, second_name) { .name = "/dev/ntio/Wdm_Rw_Second" };

FIXTURE_SETUP(rw)
{
	ASSERT_EQ(0, module_load("wdm_rw"));
	self->fd = open(variant->name, O_RDWR | O_CLOEXEC);
	ASSERT_LE(0, self->fd);
	self->mistakes = wdm_mistakes();
}

FIXTURE_TEARDOWN(rw)
{
	close(self->fd);
	EXPECT_TRUE(wait_until(module_unload("wdm_rw") == 0));
	EXPECT_EQ(self->mistakes, wdm_mistakes());
}

TEST_F(rw, round_trip)
{
	size_t len = 2 * PAGE + 5;
	struct mem in = mem_new(len, 1), out = mem_new(len + 10, PAGE - 3);

	fill(in.p, len, 3);
	EXPECT_EQ(len, write(self->fd, in.p, len));
	EXPECT_EQ(len, read(self->fd, out.p, len + 10));
	EXPECT_EQ(len, match(out.p, len, 3));
	EXPECT_TRUE(mem_around_intact(&out));
	EXPECT_EQ(0, read(self->fd, out.p, 0));
	mem_free(&in);
	mem_free(&out);
}

TEST_F(rw, bad_address)
{
	char byte = 'x';

	EXPECT_EQ(1, write(self->fd, &byte, 1));
	EXPECT_EQ(-1, read(self->fd, opaque(NULL), 1));
	EXPECT_EQ(EFAULT, errno);
	EXPECT_EQ(-1, write(self->fd, opaque((void *)8), 1));
	EXPECT_EQ(EFAULT, errno);
}

/* A device that is made while the driver runs. */
TEST_F(rw, late_device)
{
	char byte = 'x';
	int fd = -1;

	EXPECT_EQ(STATUS_SUCCESS, wdm_tell(self->fd, NTIO_CTL_CODE(0x8036,
		0x900, NTIO_METHOD_BUFFERED, NTIO_ANY_ACCESS)));
	EXPECT_TRUE(wait_until((fd = open("/dev/ntio/WdmRwLate", O_RDWR |
					  O_CLOEXEC)) >= 0));
	EXPECT_EQ(1, write(fd, &byte, 1));
	close(fd);
	EXPECT_EQ(STATUS_OBJECT_NAME_COLLISION,
		  wdm_tell(self->fd, NTIO_CTL_CODE(0x8036, 0x900,
			   NTIO_METHOD_BUFFERED, NTIO_ANY_ACCESS)));
}

/* --- pages that the driver locks ------------------------------------------- */

FIXTURE(mdl)
{
	int fd;
	struct mem mem;
};

FIXTURE_SETUP(mdl)
{
	ASSERT_EQ(0, module_load("wdm_mdl"));
	self->fd = open("/dev/ntio/WdmMdl", O_RDWR | O_CLOEXEC);
	ASSERT_LE(0, self->fd);
	self->mem = mem_new(3 * PAGE, 50);
}

FIXTURE_TEARDOWN(mdl)
{
	mem_free(&self->mem);
	close(self->fd);
	EXPECT_TRUE(wait_until(module_unload("wdm_mdl") == 0));
	EXPECT_TRUE(wait_until(pins() == 0));
}

static __u32 lock_range(int fd, __u32 code, const void *p, __u32 len)
{
	MDL_REQUEST request = { addr(p), len, POISON32 };
	struct ntio_device_control c = {
		.code = code, .in = addr(&request), .in_len = sizeof(request),
		.out = addr(&request), .out_len = sizeof(request),
	};

	return control(fd, &c) ? POISON32 : request.Status;
}

TEST_F(mdl, by_address)
{
	size_t half = 3 * PAGE / 2;

	EXPECT_EQ(STATUS_SUCCESS, lock_range(self->fd, IOCTL_MDL_EMBEDDED,
					     self->mem.p, 3 * PAGE));
	EXPECT_EQ(half, match_byte(self->mem.p, half, 'L'));
	EXPECT_EQ(half, match_byte(self->mem.p + half, half, 'M'));
	EXPECT_TRUE(mem_around_intact(&self->mem));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION,
		  lock_range(self->fd, IOCTL_MDL_EMBEDDED, NULL, 8));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION,
		  lock_range(self->fd, IOCTL_MDL_EMBEDDED,
			     opaque((void *)0xffff888000000000), 8));
}

TEST_F(mdl, kept_by_the_request)
{
	EXPECT_EQ(STATUS_SUCCESS, lock_range(self->fd, IOCTL_MDL_KEPT,
					     self->mem.p, 3 * PAGE));
	EXPECT_EQ(3 * PAGE, match_byte(self->mem.p, 3 * PAGE, 'K'));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION,
		  lock_range(self->fd, IOCTL_MDL_KEPT, NULL, 8));
}

TEST_F(mdl, of_a_neither_buffer)
{
	size_t half = 3 * PAGE / 2;

	control_ok(self->fd, .code = IOCTL_MDL_NEITHER,
		   .out = addr(self->mem.p), .out_len = 3 * PAGE);
	EXPECT_EQ(half, match_byte(self->mem.p, half, 'N'));
	EXPECT_EQ(half, match_byte(self->mem.p + half, half, 'O'));
}

TEST_F(mdl, of_pool)
{
	EXPECT_EQ(STATUS_SUCCESS, wdm_tell(self->fd, IOCTL_MDL_POOL));
}

FIXTURE(mdl_mistake)
{
	int fd;
};

FIXTURE_VARIANT(mdl_mistake)
{
	__u32 number;
	const char *violation;
};

FIXTURE_VARIANT_ADD(mdl_mistake, freed_given) { 0, "FREED_GIVEN" };
FIXTURE_VARIANT_ADD(mdl_mistake, unlocked_given) { 1, "LOCKED_UNLOCKED" };
FIXTURE_VARIANT_ADD(mdl_mistake, unlocked_unlocked) { 2, "LOCKED_UNLOCKED" };
FIXTURE_VARIANT_ADD(mdl_mistake, freed_locked) { 3, "FREED_LOCKED" };
FIXTURE_VARIANT_ADD(mdl_mistake, not_locked) { 4, "LOCKED_UNLOCKED" };
FIXTURE_VARIANT_ADD(mdl_mistake, of_the_kernel) { 5, NULL };

FIXTURE_SETUP(mdl_mistake)
{
	ASSERT_EQ(0, module_load("wdm_mdl"));
	self->fd = open("/dev/ntio/WdmMdl", O_RDWR | O_CLOEXEC);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(mdl_mistake)
{
	close(self->fd);
	EXPECT_TRUE(wait_until(module_unload("wdm_mdl") == 0));
}

TEST_F(mdl_mistake, is_found)
{
	long before = variant->violation ?
		      wdm_violations(variant->violation) : 0;
	__u32 which = variant->number;
	char out[64];

	control_ok(self->fd, .code = IOCTL_MDL_MISTAKE,
		   .in = addr(&which), .in_len = sizeof(which),
		   .out = addr(out), .out_len = sizeof(out));
	if (variant->violation)
		EXPECT_EQ(before + 1, wdm_violations(variant->violation));
}

TEST_HARNESS_MAIN
