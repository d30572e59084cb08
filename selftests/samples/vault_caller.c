// SPDX-License-Identifier: GPL-2.0
/*
 * The vault sample and its callers: what becomes of a request when the caller
 * unmaps, stores other data or is killed while a worker has it, and whose
 * memory the store's is.
 */
#include <pthread.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "kselftest_harness.h"
#include "vault.h"

/* --- who pays ------------------------------------------------------------- */

/* How many MiB a process that may use 8 MiB can write; 100 and more: wrong. */
static int write_in_cgroup(const void *zeroes)
{
	int fd = vault_open(O_WRONLY), mib;

	if (!mem_cgroup_enter())
		return 100;
	for (mib = 0; mib < 32; mib++) {
		if (pwrite(fd, zeroes, MIB, mib * MIB) == MIB)
			continue;
		return errno == ENOMEM ? mib : 101;
	}
	return mib;
}

/* The store's pages are the writer's, though a worker fills them. */
TEST_F(vault, charged_to_the_writer)
{
	void *zeroes = mmap(NULL, MIB, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS,
			    -1, 0);
	int round, status;
	pid_t pid;

	ASSERT_NE(MAP_FAILED, zeroes);
	if (verifying("force_pending"))
		SKIP(return, "with force_pending a worker makes the pages");
	if (!mem_cgroup_make("8M"))
		SKIP(return, "no memory cgroup: %s", strerror(errno));
	for (round = 0; round < 2; round++) {
		pid = fork();
		ASSERT_LE(0, pid);
		if (!pid)
			_exit(write_in_cgroup(zeroes));
		ASSERT_EQ(pid, waitpid(pid, &status, 0));
		ASSERT_TRUE(WIFEXITED(status));
		EXPECT_LE(1, WEXITSTATUS(status));
		EXPECT_GT(8, WEXITSTATUS(status));
		/* Given back: there is room for another. */
		control_ok(self->fd, .code = IOCTL_VAULT_CLEAR);
	}
	EXPECT_TRUE(mem_cgroup_remove());
	munmap(zeroes, MIB);
}

/* --- what becomes of the caller meanwhile --------------------------------- */

/* Longer than it takes a busy machine to see that a call has begun. */
#define DELAY 2000

struct call {
	int fd;
	bool write;
	void *p;
	size_t len;
	ssize_t result;
};

static void *call(void *arg)
{
	struct call *c = arg;

	c->result = c->write ? pwrite(c->fd, c->p, c->len, 0) :
			       pread(c->fd, c->p, c->len, 0);
	return NULL;
}

/* Start a call in a thread, and wait until its pages are locked. */
static bool call_start(struct call *c, pthread_t *thread)
{
	long all = pins() + c->len / PAGE;

	return vault_delay(DELAY) && !pthread_create(thread, NULL, call, c) &&
	       wait_until(pins() == all);
}

/* R8, [5.17]: the pages are written, though nothing is mapped any more. */
TEST_F(vault, unmap_while_read)
{
	struct call c = { .fd = self->fd, .len = 3 * PAGE };
	int memfd = memfd_create("ntio", MFD_CLOEXEC);
	unsigned char data[3 * PAGE];
	pthread_t thread;

	fill(data, sizeof(data), 8);
	ASSERT_EQ(sizeof(data), write(self->fd, data, sizeof(data)));
	ASSERT_EQ(0, ftruncate(memfd, c.len));
	c.p = mmap(NULL, c.len, PROT_READ | PROT_WRITE, MAP_SHARED, memfd, 0);
	ASSERT_NE(MAP_FAILED, c.p);
	ASSERT_TRUE(call_start(&c, &thread));
	ASSERT_EQ(0, munmap(c.p, c.len));
	/* Somebody else's data is there now, and stays. */
	ASSERT_EQ(c.p, mmap(c.p, c.len, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0));
	memset(c.p, POISON, c.len);
	pthread_join(thread, NULL);
	EXPECT_EQ(c.len, c.result);
	EXPECT_EQ(c.len, match_byte(c.p, c.len, POISON));
	memset(data, 0, sizeof(data));
	EXPECT_EQ(sizeof(data), pread(memfd, data, sizeof(data), 0));
	EXPECT_EQ(sizeof(data), match(data, sizeof(data), 8));
	munmap(c.p, c.len);
	close(memfd);
}

/* And the pages are read, not what has taken their place. */
TEST_F(vault, unmap_while_write)
{
	struct mem mem = mem_new(2 * PAGE, 0);
	struct call c = {
		.fd = self->fd, .write = true, .p = mem.p, .len = mem.len,
	};
	pthread_t thread;

	fill(mem.p, mem.len, 9);
	ASSERT_TRUE(call_start(&c, &thread));
	ASSERT_EQ(mem.p, mmap(mem.p, mem.len, PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0));
	memset(mem.p, 0xee, mem.len);
	pthread_join(thread, NULL);
	EXPECT_EQ(mem.len, c.result);
	EXPECT_EQ(mem.len, match_byte(mem.p, mem.len, 0xee));
	vault_delay(0);
	EXPECT_EQ(mem.len, pread(self->fd, mem.p, mem.len, 0));
	EXPECT_EQ(mem.len, match(mem.p, mem.len, 9));
	mem_free(&mem);
}

static pid_t call_fork(bool write, const void *p, size_t len)
{
	pid_t pid = fork();

	if (!pid) {
		struct call c = {
			.fd = vault_open(O_RDWR), .write = write,
			.p = (void *)p, .len = len,
		};

		call(&c);
		_exit(0);
	}
	return pid;
}

/* D6, [8.41]: a caller that is killed ends at once; its request ends later. */
TEST_F(vault, killed_reader)
{
	struct mem mem = mem_map(MEM_SHARED, 2 * PAGE, 0);
	int status, round;
	pid_t pid;

	fill(mem.p, mem.len, 4);
	ASSERT_EQ(mem.len, write(self->fd, mem.p, mem.len));
	for (round = 0; round < 3; round++) {
		memset(mem.p, POISON, mem.len);
		ASSERT_TRUE(vault_delay(DELAY));
		pid = call_fork(false, mem.p, mem.len);
		ASSERT_TRUE(wait_until(pins() == 2));
		kill(pid, SIGKILL);
		ASSERT_EQ(pid, waitpid(pid, &status, 0));
		EXPECT_EQ(SIGKILL, WTERMSIG(status));
		/* The worker has it still; file and modules stay. */
		EXPECT_LT(self->requests, ntio_stat("alive", "requests"));
		EXPECT_TRUE(wait_until(ntio_stat("alive", "requests") ==
				       self->requests));
		/* The store did write: the pages are ours, too. */
		EXPECT_EQ(mem.len, match(mem.p, mem.len, 4));
	}
	mem_free(&mem);
}

TEST_F(vault, killed_writer)
{
	struct mem mem = mem_new(2 * PAGE, 5);	/* on three pages */
	pid_t pid;

	fill(mem.p, mem.len, 6);
	ASSERT_TRUE(vault_delay(DELAY));
	pid = call_fork(true, mem.p, mem.len);
	ASSERT_TRUE(wait_until(pins() == 3));
	kill(pid, SIGKILL);
	ASSERT_EQ(pid, waitpid(pid, NULL, 0));
	vault_delay(0);
	EXPECT_TRUE(wait_until(vault_size(self->fd) == mem.len));
	memset(mem.p, POISON, mem.len);
	EXPECT_EQ(mem.len, read(self->fd, mem.p, mem.len));
	EXPECT_EQ(mem.len, match(mem.p, mem.len, 6));
	mem_free(&mem);
}

TEST_HARNESS_MAIN
