// SPDX-License-Identifier: GPL-2.0
/* Other names of a device: other nodes that open the same device. */
#include <sys/stat.h>

#include "kselftest_harness.h"
#include "modules/ntio_names.h"
#include "ntio_test.h"

#define SECOND "/dev/ntio/names-second"

FIXTURE(names)
{
	int watch;
};

static int names_tell(int watch, __u32 code, const char *text)
{
	__u32 error = POISON32;
	struct ntio_device_control c = {
		.code = code, .in = addr(text), .in_len = strlen(text) + 1,
		.out = addr(&error), .out_len = sizeof(error),
	};

	return control(watch, &c) ? -1 : (int)error;
}

#define names(_what, _text) \
	names_tell(self->watch, IOCTL_NAMES_ ## _what, _text)

FIXTURE_SETUP(names)
{
	self->watch = open(NAMES_WATCH_PATH, O_RDWR | O_CLOEXEC);
	ASSERT_LE(0, self->watch);
	ASSERT_EQ(0, names(COME, ""));
	ASSERT_EQ(0, names(ADD, "names-second"));
}

FIXTURE_TEARDOWN(names)
{
	names(GO, "");
	EXPECT_EQ(-1, access(SECOND, F_OK));
	EXPECT_EQ(-1, access(NAMES_PATH, F_OK));
	EXPECT_EQ(0, names(COME, ""));
	close(self->watch);
}

static int try_open(const char *path)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

/* The same device: its name, its mode, its one open file. */
TEST_F(names, same_device)
{
	struct ntio_query_device q = { .size = sizeof(q) };
	int fd = try_open(SECOND);
	struct stat stat;

	ASSERT_LE(0, fd);
	control_ok(fd, .code = IOCTL_NAMES_NOTHING);
	ASSERT_EQ(0, ioctl(fd, NTIO_IOC_QUERY_DEVICE, &q));
	EXPECT_STREQ("names", (char *)q.out_name);
	ASSERT_EQ(0, fstat(fd, &stat));
	EXPECT_EQ(NAMES_MODE, stat.st_mode & 07777);
	EXPECT_EQ(-EACCES, try_open(NAMES_PATH));
	EXPECT_EQ(-EACCES, try_open(SECOND));
	close(fd);
	fd = try_open(NAMES_PATH);
	EXPECT_LE(0, fd);
	EXPECT_EQ(-EACCES, try_open(SECOND));
	close(fd);
	EXPECT_EQ(0, access("/sys/class/ntio/ntio!names-second/exclusive",
			    R_OK));
}

/* A name is taken by devices and by names, and free when it was removed. */
TEST_F(names, taken)
{
	EXPECT_EQ(EEXIST, names(ADD, "names-second"));
	EXPECT_EQ(EEXIST, names(ADD, "names"));
	EXPECT_EQ(EEXIST, names(ADD, "echo"));
	EXPECT_EQ(EEXIST, names(ADD, "names-hidden"));
	EXPECT_EQ(0, names(REMOVE, "names-second"));
	EXPECT_EQ(ENOENT, names(REMOVE, "names-second"));
	EXPECT_EQ(ENOENT, names(REMOVE, "names"));
	EXPECT_EQ(-ENOENT, try_open(SECOND));
	EXPECT_EQ(0, names(ADD, "names-second"));
	EXPECT_EQ(0, names(ADD, "names-third"));
}

TEST_F(names, not_valid)
{
	EXPECT_EQ(EINVAL, names(ADD, ""));
	EXPECT_EQ(EINVAL, names(ADD, "a/b"));
	EXPECT_EQ(EINVAL, names(ADD, ".."));
	EXPECT_EQ(EINVAL, names(ADD_HIDDEN, "names-fourth"));
}

/* Open files stay; nothing else does, not even for who still has a node. */
TEST_F(names, removed_while_open)
{
	const char *old = "/tmp/names-old";
	int fd, i;

	for (i = 0; i < 2; i++) {
		struct stat stat;

		fd = try_open(SECOND);
		ASSERT_LE(0, fd);
		ASSERT_EQ(0, fstat(fd, &stat));
		close(fd);
		unlink(old);
		ASSERT_EQ(0, mknod(old, S_IFCHR | 0600, stat.st_rdev));
		fd = try_open(old);
		ASSERT_LE(0, fd);
		if (i)
			names(GO, "");
		else
			EXPECT_EQ(0, names(REMOVE, "names-second"));
		/* Of a device that is gone nothing new is taken. */
		if (i)
			control_refused(fd, STATUS_DELETE_PENDING,
					NTIO_REASON_DEVICE_GONE, 0,
					.code = IOCTL_NAMES_NOTHING);
		else
			control_ok(fd, .code = IOCTL_NAMES_NOTHING);
		EXPECT_EQ(-ENODEV, try_open(old));
		close(fd);
		EXPECT_GT(0, try_open(old));
		if (!i)
			ASSERT_EQ(0, names(ADD, "names-second"));
	}
	unlink(old);
}

/* All minors; and none is lost. */
TEST_F(names, many)
{
	char text[32];
	int round, i, n;

	for (round = 0; round < 2; round++) {
		for (n = 0; n < 300; n++) {
			snprintf(text, sizeof(text), "names-%d", n);
			if (names(ADD, text))
				break;
		}
		EXPECT_LT(100, n);
		EXPECT_EQ(ENOSPC, names(ADD, "names-more"));
		for (i = 0; i < n; i++) {
			snprintf(text, sizeof(text), "names-%d", i);
			EXPECT_EQ(0, names(REMOVE, text));
		}
	}
}

TEST_HARNESS_MAIN
