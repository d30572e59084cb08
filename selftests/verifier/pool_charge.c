// SPDX-License-Identifier: GPL-2.0
/*
 * A buffer of the verifier's special pool is charged to the caller's cgroup as
 * the one that it stands for.
 */
#include <sys/wait.h>

#include "kselftest_harness.h"
#include "ntio_test.h"

/* A process that may use 8 MiB asks for 1 MiB, then for 32 MiB. */
static int ask_in_cgroup(int fd, __u64 zeroes)
{
	struct ntio_device_control c = {
		.code = IOCTL_ECHO_BUFFERED, .in = zeroes, .in_len = MIB,
	};

	if (!mem_cgroup_enter())
		return 1;
	if (control(fd, &c))
		return 2;
	c.in_len = 32 * MIB;
	if (control(fd, &c) != ENOMEM)
		return 3;
	return c.out_status == STATUS_INSUFFICIENT_RESOURCES &&
	       c.out_reason == NTIO_REASON_NO_MEMORY ? 0 : 4;
}

TEST(special_pool)
{
	void *zeroes = mmap(NULL, 32 * MIB, PROT_READ,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char verifier[256];
	int fd = echo_open(), status;
	pid_t pid;

	ASSERT_NE(MAP_FAILED, zeroes);
	param_get_text("verifier", verifier);
	if (!mem_cgroup_make("8M"))
		SKIP(return, "no memory cgroup: %s", strerror(errno));
	ASSERT_EQ(0, param_set_text("verifier", "special_pool"));
	pid = fork();
	ASSERT_LE(0, pid);
	if (!pid)
		_exit(ask_in_cgroup(fd, addr(zeroes)));
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(0, status) {
		TH_LOG("exit status %d", WEXITSTATUS(status));
	}
	EXPECT_EQ(0, param_set_text("verifier", verifier));
	EXPECT_TRUE(wait_until(mem_cgroup_remove()));
	close(fd);
}

TEST_HARNESS_MAIN
