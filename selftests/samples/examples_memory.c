// SPDX-License-Identifier: GPL-2.0
/*
 * Drivers of the porting guide that show what becomes of pages: of those that
 * nobody has written, of those that a device is to have, and of an address that
 * is followed.
 */
#include <pthread.h>
#include <sys/wait.h>

#include "kselftest_harness.h"
#include "examples.h"
#include "flipper.h"

/* --- direct ---------------------------------------------------------------- */

DRIVER(plain_direct, "/dev/plain_direct")

struct adding {
	int fd;
	struct plain_span span;
	int error;
	pthread_t thread;
};

static void *add_up(void *arg)
{
	struct adding *adding = arg;

	adding->error = plain(adding->fd, PLAIN_SUM, &adding->span);
	return NULL;
}

/*
 * The driver has pinned the first page, which nobody has written, and is stopped
 * at the second. What the caller writes to the first one now it has to see.
 */
TEST_F(plain_direct, never_written)
{
	struct adding adding = { .fd = self->fd };
	struct stop stop;
	unsigned char *page;

	page = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, page);
	ASSERT_TRUE(stop_set(&stop, page + PAGE));
	adding.span.addr = addr(page);
	adding.span.len = 2 * PAGE;
	ASSERT_EQ(0, pthread_create(&adding.thread, NULL, add_up, &adding));
	ASSERT_TRUE(stop_wait(&stop));
	page[0] = 77;
	stop_release(&stop);
	pthread_join(adding.thread, NULL);
	EXPECT_EQ(0, adding.error);
	EXPECT_EQ(77, adding.span.out_sum);
	munmap(page, 2 * PAGE);
}

/* --- dma ------------------------------------------------------------------- */

DRIVER(plain_dma, "/dev/plain_dma")

TEST_F(plain_dma, mapped_and_given_back)
{
	struct plain_span span;
	struct mem m;
	size_t i;

	for (i = 0; i < SPANS; i++) {
		m = mem_new(spans[i].len, spans[i].offset);
		fill(m.p, m.len, i);
		span = (struct plain_span){ .addr = addr(m.p), .len = m.len };
		ASSERT_EQ(0, plain(self->fd, PLAIN_DMA, &span));
		EXPECT_LE(1, span.out_sum);
		EXPECT_GE(mem_pages(&m), span.out_sum);
		EXPECT_EQ(m.len, match(m.p, m.len, i));
		mem_protect(&m, 0, PROT_READ);
		EXPECT_EQ(EFAULT, plain(self->fd, PLAIN_DMA, &span));
		mem_free(&m);
	}
	span.len = 0;
	EXPECT_EQ(EINVAL, plain(self->fd, PLAIN_DMA, &span));
}

/* --- notifier -------------------------------------------------------------- */

#define VIEW (2 * PAGE)

FIXTURE(plain_notifier)
{
	int fd;
	long pins;
	unsigned char *at, *seen;
	struct plain_span span;
};

FIXTURE_SETUP(plain_notifier)
{
	int memfd = memfd_create("view", MFD_CLOEXEC);

	if (!kernel_has("mmu_interval_notifier_insert"))
		SKIP(return, "this kernel has no MMU notifiers");
	self->pins = pins();
	ASSERT_EQ(0, module_load("plain_notifier"));
	self->fd = open("/dev/plain_notifier", O_RDWR | O_CLOEXEC);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, ftruncate(memfd, VIEW));
	self->at = mmap(NULL, VIEW, PROT_READ | PROT_WRITE, MAP_SHARED, memfd,
			0);
	self->seen = mmap(NULL, VIEW, PROT_READ, MAP_SHARED, memfd, 0);
	ASSERT_NE(MAP_FAILED, self->at);
	ASSERT_NE(MAP_FAILED, self->seen);
	close(memfd);
	self->span = (struct plain_span){ .addr = addr(self->at), .len = VIEW };
	ASSERT_EQ(0, plain(self->fd, PLAIN_VIEW, &self->span));
}

FIXTURE_TEARDOWN(plain_notifier)
{
	if (!kernel_has("mmu_interval_notifier_insert"))
		return;
	close(self->fd);
	EXPECT_TRUE(wait_until(!module_unload("plain_notifier")));
	EXPECT_EQ(self->pins, pins());
}

#define view_fill(_byte) ({						\
	self->span.byte = (_byte);					\
	plain(self->fd, PLAIN_VIEW_FILL, &self->span); })

/* Nothing is pinned, and what is at the address now is what is filled. */
TEST_F(plain_notifier, follows_the_address)
{
	__u64 changes;

	ASSERT_EQ(0, view_fill(0x11));
	EXPECT_EQ(VIEW, match_byte(self->seen, VIEW, 0x11));
	EXPECT_EQ(self->pins, pins());
	changes = self->span.out_sum;
	ASSERT_EQ(0, view_fill(0x22));
	EXPECT_EQ(changes, self->span.out_sum);

	ASSERT_EQ(self->at, mmap(self->at, VIEW, PROT_READ | PROT_WRITE,
				 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1,
				 0));
	ASSERT_EQ(0, view_fill(0x33));
	EXPECT_LT(changes, self->span.out_sum);
	EXPECT_EQ(VIEW, match_byte(self->at, VIEW, 0x33));
	EXPECT_EQ(VIEW, match_byte(self->seen, VIEW, 0x22));

	ASSERT_EQ(0, munmap(self->at, VIEW));
	EXPECT_EQ(EFAULT, view_fill(0x44));
}

TEST_F(plain_notifier, only_its_own_process)
{
	pid_t child = fork();
	int status;

	ASSERT_LE(0, child);
	if (!child)
		_exit(view_fill(0x55));
	ASSERT_EQ(child, waitpid(child, &status, 0));
	EXPECT_EQ(ESRCH, WEXITSTATUS(status));
	EXPECT_EQ(EBUSY, plain(self->fd, PLAIN_VIEW, &self->span));
}

TEST_HARNESS_MAIN
