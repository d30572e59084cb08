// SPDX-License-Identifier: GPL-2.0
/*
 * Attaching to a process [5.42] and copying from and to it [5.41], from a
 * worker [7.3]; and what drivers can do wrong with both.
 */
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "kselftest_harness.h"
#include "ntio_test.h"
#include "modules/ntio_cross.h"

#define CROSS_PATH "/dev/ntio/cross"
#define KERNEL_ADDRESS 0xffff888000000000ULL
#define LEN (3 * PAGE)

FIXTURE(crossing)
{
	int fd;
	struct mem mem;
	struct cross *c;
	long pins;
};

FIXTURE_SETUP(crossing)
{
	self->pins = pins();
	self->fd = open(CROSS_PATH, O_RDWR | O_CLOEXEC);
	ASSERT_LE(0, self->fd);
	self->mem = mem_new(LEN, 100);
	fill(self->mem.p, LEN, 1);
	self->c = calloc(1, sizeof(*self->c));
	self->c->keep = 1;
	self->c->address = addr(self->mem.p);
	self->c->len = LEN;
}

FIXTURE_TEARDOWN(crossing)
{
	EXPECT_EQ(self->pins, pins());
	close(self->fd);
}

static int cross(int fd, __u32 code, struct cross *c)
{
	struct ntio_device_control control_ = {
		.code = code, .in = addr(c), .in_len = sizeof(*c),
		.out = addr(c), .out_len = sizeof(*c),
	};

	return control(fd, &control_);
}

/* The request is carried out; how it went is in the answer. */
#define cross_ok(_code) \
	ASSERT_EQ(0, cross(self->fd, _code, self->c))

#define expect_copied(_status, _copied) do {				\
	EXPECT_EQ((__u32)(_status), self->c->status[0]);		\
	EXPECT_EQ((__u64)(_copied), self->c->copied);			\
} while (0)

/* --- copying across [5.41] ------------------------------------------------ */

TEST_F(crossing, from_all)
{
	cross_ok(IOCTL_CROSS_FROM);
	expect_copied(STATUS_SUCCESS, LEN);
	EXPECT_EQ(LEN, match(self->c->data, LEN, 1));
}

TEST_F(crossing, to_all)
{
	fill(self->c->data, LEN, 2);
	cross_ok(IOCTL_CROSS_TO);
	expect_copied(STATUS_SUCCESS, LEN);
	EXPECT_EQ(LEN, match(self->mem.p, LEN, 2));
	EXPECT_TRUE(mem_around_intact(&self->mem));
}

/* [4.21]: what came before the hole was copied, and is told. */
TEST_F(crossing, from_up_to_a_hole)
{
	mem_unmap(&self->mem, 2);
	cross_ok(IOCTL_CROSS_FROM);
	expect_copied(STATUS_PARTIAL_COPY, 2 * PAGE - 100);
	EXPECT_EQ(2 * PAGE - 100, match(self->c->data, 2 * PAGE - 100, 1));
	EXPECT_EQ(LEN - 2 * PAGE + 100,
		  match_byte(self->c->data + 2 * PAGE - 100,
			     LEN - 2 * PAGE + 100, 0));
}

TEST_F(crossing, to_up_to_a_read_only_page)
{
	mem_protect(&self->mem, 1, PROT_READ);
	fill(self->c->data, LEN, 2);
	cross_ok(IOCTL_CROSS_TO);
	expect_copied(STATUS_PARTIAL_COPY, PAGE - 100);
	EXPECT_EQ(PAGE - 100, match(self->mem.p, PAGE - 100, 2));
	EXPECT_EQ(pattern(1, PAGE - 100), self->mem.p[PAGE - 100]);
}

TEST_F(crossing, a_hole_at_the_start)
{
	mem_unmap(&self->mem, 0);
	cross_ok(IOCTL_CROSS_FROM);
	expect_copied(STATUS_ACCESS_VIOLATION, 0);
	cross_ok(IOCTL_CROSS_TO);
	expect_copied(STATUS_ACCESS_VIOLATION, 0);
}

TEST_F(crossing, no_access)
{
	mem_protect(&self->mem, 0, PROT_NONE);
	cross_ok(IOCTL_CROSS_FROM);
	expect_copied(STATUS_ACCESS_VIOLATION, 0);
	cross_ok(IOCTL_CROSS_TO);
	expect_copied(STATUS_ACCESS_VIOLATION, 0);
}

/* The CPU reads what is mapped for writing only. */
TEST_F(crossing, from_memory_for_writing_only)
{
	for (size_t i = 0; i < mem_pages(&self->mem); i++)
		mem_protect(&self->mem, i, PROT_WRITE);
	cross_ok(IOCTL_CROSS_FROM);
	expect_copied(STATUS_SUCCESS, LEN);
	EXPECT_EQ(LEN, match(self->c->data, LEN, 1));
}

TEST_F(crossing, pages_that_were_never_touched)
{
	struct mem mem = mem_map(MEM_UNTOUCHED, LEN, 100);

	self->c->address = addr(mem.p);
	memset(self->c->data, POISON, LEN);
	cross_ok(IOCTL_CROSS_FROM);
	expect_copied(STATUS_SUCCESS, LEN);
	EXPECT_EQ(LEN, match_byte(self->c->data, LEN, 0));
	fill(self->c->data, LEN, 3);
	cross_ok(IOCTL_CROSS_TO);
	expect_copied(STATUS_SUCCESS, LEN);
	EXPECT_EQ(LEN, match(mem.p, LEN, 3));
	mem_free(&mem);
}

/* After fork the child keeps its own data, and the caller gets ours. */
TEST_F(crossing, to_memory_shared_with_a_child)
{
	int go[2], status = 0;
	pid_t child;
	char c;

	ASSERT_EQ(0, pipe(go));
	child = fork();
	if (!child) {
		if (read(go[0], &c, 1) != 1)
			_exit(2);
		_exit(match(self->mem.p, LEN, 1) != LEN);
	}
	fill(self->c->data, LEN, 2);
	cross_ok(IOCTL_CROSS_TO);
	expect_copied(STATUS_SUCCESS, LEN);
	EXPECT_EQ(LEN, match(self->mem.p, LEN, 2));
	ASSERT_EQ(1, write(go[1], "", 1));
	ASSERT_EQ(child, waitpid(child, &status, 0));
	EXPECT_EQ(0, status);
}

TEST_F(crossing, no_bytes_from_anywhere)
{
	static const __u64 addresses[] = { 0, 1, KERNEL_ADDRESS, ~0ULL };

	self->c->len = 0;
	for (size_t i = 0; i < ARRAY_SIZE(addresses); i++) {
		self->c->address = addresses[i];
		cross_ok(IOCTL_CROSS_FROM);
		expect_copied(STATUS_SUCCESS, 0);
		cross_ok(IOCTL_CROSS_TO);
		expect_copied(STATUS_SUCCESS, 0);
	}
}

/* [5.41]: not even in a kernel thread. */
TEST_F(crossing, no_kernel_addresses)
{
	static const __u64 addresses[] = {
		KERNEL_ADDRESS, 0xffffffff81000000ULL, 0x800000000000ULL - 4,
		0x8000000000000000ULL, ~0ULL - 3, 0, 1,
	};

	self->c->len = 8;
	for (size_t i = 0; i < ARRAY_SIZE(addresses); i++) {
		self->c->address = addresses[i];
		memset(self->c->data, POISON, 8);
		cross_ok(IOCTL_CROSS_FROM);
		expect_copied(STATUS_ACCESS_VIOLATION, 0);
		EXPECT_EQ(8, match_byte(self->c->data, 8, POISON));
		cross_ok(IOCTL_CROSS_TO);
		expect_copied(STATUS_ACCESS_VIOLATION, 0);
		cross_ok(IOCTL_CROSS_WRITE);
		expect_copied(STATUS_SUCCESS, 0);
	}
}

TEST_F(crossing, the_caller_was_not_kept)
{
	self->c->keep = 0;
	cross_ok(IOCTL_CROSS_FROM);
	expect_copied(STATUS_INVALID_PARAMETER, 0);
	cross_ok(IOCTL_CROSS_TO);
	expect_copied(STATUS_INVALID_PARAMETER, 0);
	cross_ok(IOCTL_CROSS_WRITE);
	expect_copied(STATUS_INVALID_PARAMETER, 0);
}

TEST_F(crossing, device_memory_has_no_pages)
{
	struct mem mem = mem_map(MEM_PFNMAP, 100, 0);

	ASSERT_NE(NULL, mem.map);
	self->c->address = addr(mem.p);
	self->c->len = 100;
	cross_ok(IOCTL_CROSS_FROM);
	expect_copied(STATUS_ACCESS_VIOLATION, 0);
	mem_free(&mem);
}

static void *supply(void *uffd)
{
	static char page[PAGE] __attribute__((aligned(4096)));
	struct uffdio_copy copy = { .src = addr(page), .len = PAGE };
	struct uffd_msg message;

	memset(page, 0x77, PAGE);
	if (read((long)uffd, &message, sizeof(message)) == sizeof(message)) {
		usleep(20000);
		copy.dst = message.arg.pagefault.address & ~(PAGE - 1);
		ioctl((long)uffd, UFFDIO_COPY, &copy);
	}
	return NULL;
}

/* A page that another thread supplies is waited for. */
TEST_F(crossing, from_a_page_that_comes_late)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register range = {
		.range = { .start = addr(self->mem.map), .len = PAGE },
		.mode = UFFDIO_REGISTER_MODE_MISSING,
	};
	long uffd = syscall(SYS_userfaultfd, O_CLOEXEC);
	pthread_t thread;

	ASSERT_LE(0, uffd);
	ASSERT_EQ(0, madvise(self->mem.map, PAGE, MADV_DONTNEED));
	ASSERT_EQ(0, ioctl(uffd, UFFDIO_API, &api));
	ASSERT_EQ(0, ioctl(uffd, UFFDIO_REGISTER, &range));
	ASSERT_EQ(0, pthread_create(&thread, NULL, supply, (void *)uffd));
	self->c->len = 1000;
	cross_ok(IOCTL_CROSS_FROM);
	expect_copied(STATUS_SUCCESS, 1000);
	EXPECT_EQ(1000, match_byte(self->c->data, 1000, 0x77));
	pthread_join(thread, NULL);
	close(uffd);
}

/* --- attaching [5.42] ----------------------------------------------------- */

TEST_F(crossing, write_attached)
{
	fill(self->c->data, LEN, 2);
	cross_ok(IOCTL_CROSS_WRITE);
	expect_copied(STATUS_SUCCESS, LEN);
	EXPECT_EQ(0, self->c->status[1]);	/* detached again */
	EXPECT_EQ(LEN, match(self->mem.p, LEN, 2));
}

TEST_F(crossing, own_thread)
{
	cross_ok(IOCTL_CROSS_OWN_THREAD);
	expect_copied(STATUS_SUCCESS, LEN);
	EXPECT_EQ(LEN, match(self->c->data, LEN, 1));
}

TEST_F(crossing, attach_twice_is_refused)
{
	cross_ok(IOCTL_CROSS_ATTACH_TWICE);
	EXPECT_EQ(STATUS_SUCCESS, self->c->status[0]);
	EXPECT_EQ(STATUS_INVALID_PARAMETER, self->c->status[1]);
	EXPECT_EQ(STATUS_SUCCESS, self->c->status[2]);
	EXPECT_EQ(0, self->c->status[3]);
}

/* Reported twice, then the token copies nothing: reported, too. */
TEST_F(crossing, detach_twice_is_harmless)
{
	long before = violations("WRONG_CONTEXT");

	cross_ok(IOCTL_CROSS_DETACH_TWICE);
	expect_copied(STATUS_SUCCESS, 0);
	EXPECT_EQ(LEN, match_byte(self->c->data, LEN, 0));
	EXPECT_EQ(LEN, match(self->mem.p, LEN, 1));
	EXPECT_EQ(before + 4, violations("WRONG_CONTEXT"));
	cross_ok(IOCTL_CROSS_FROM);
	expect_copied(STATUS_SUCCESS, LEN);
}

/* A handler is in a process: it neither attaches nor detaches. */
TEST_F(crossing, in_the_handler)
{
	long before = violations("WRONG_CONTEXT");

	cross_ok(IOCTL_CROSS_IN_HANDLER);
	EXPECT_EQ(STATUS_SUCCESS, self->c->status[0]);
	EXPECT_EQ(STATUS_INVALID_PARAMETER, self->c->status[1]);
	EXPECT_EQ(LEN, self->c->copied);
	EXPECT_EQ(LEN, match(self->c->data, LEN, 1));
	EXPECT_EQ(before + 1, violations("WRONG_CONTEXT"));
}

/* Whoever runs in that thread next has no address space. */
TEST_F(crossing, left_attached)
{
	long before = violations("LEFT_ATTACHED");

	for (int i = 0; i < 20; i++) {
		cross_ok(IOCTL_CROSS_LEAVE_ATTACHED);
		EXPECT_EQ(STATUS_SUCCESS, self->c->status[0]);
		EXPECT_EQ(0, self->c->status[1]);
	}
	EXPECT_EQ(before + 20, violations("LEFT_ATTACHED"));
}

/* --- workers -------------------------------------------------------------- */

TEST_F(crossing, worker_waits_for_a_worker_below)
{
	cross_ok(IOCTL_CROSS_NESTED);
	EXPECT_EQ(0x600d, self->c->status[0]);
}

#define PARAMETERS "/sys/module/ntio_cross/parameters/"

static void hold(const char *value)
{
	int fd = open(PARAMETERS "hold", O_WRONLY | O_CLOEXEC);

	if (write(fd, value, 1) != 1)
		_exit(1);
	close(fd);
}

static bool worker_waits(void)
{
	int fd = open(PARAMETERS "waiting", O_RDONLY | O_CLOEXEC);
	char c = 'N';

	if (read(fd, &c, 1) != 1)
		_exit(1);
	close(fd);
	return c == 'Y';
}

/* Sent by a process that has gone when the worker works. */
static void send_and_die(int fd, __u32 code, struct cross *c)
{
	pid_t pid = fork();

	if (!pid) {
		cross(fd, code, c);
		_exit(0);
	}
	close(fd);
	wait_until(worker_waits());
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

/* The worker keeps module, device, file and request, and then lets go. */
TEST_F(crossing, module_stays_while_a_worker_works)
{
	long files = ntio_stat("alive", "files");
	long requests = ntio_stat("alive", "requests");

	hold("1");
	send_and_die(self->fd, IOCTL_CROSS_NOTHING, self->c);
	EXPECT_EQ(EAGAIN, module_unload("ntio_cross"));
	EXPECT_EQ(requests + 1, ntio_stat("alive", "requests"));
	EXPECT_EQ(files, ntio_stat("alive", "files"));
	hold("0");
	EXPECT_TRUE(wait_until(!module_unload("ntio_cross")));
	EXPECT_EQ(requests, ntio_stat("alive", "requests"));
	EXPECT_EQ(files - 1, ntio_stat("alive", "files"));
	ASSERT_EQ(0, module_load("ntio_cross"));
	self->fd = -1;
}

/* The worker comes too late, finds nobody, and that is all. */
TEST_F(crossing, from_a_process_that_has_died)
{
	long requests = ntio_stat("alive", "requests");

	hold("1");
	send_and_die(dup(self->fd), IOCTL_CROSS_FROM, self->c);
	EXPECT_EQ(requests + 1, ntio_stat("alive", "requests"));
	hold("0");
	EXPECT_TRUE(wait_until(ntio_stat("alive", "requests") == requests));
	EXPECT_EQ(0, self->c->status[0]);	/* written to nobody */
}

TEST_HARNESS_MAIN
