// SPDX-License-Identifier: GPL-2.0
/*
 * Device objects: who may open them, exclusive and refused opens, removal
 * while open, and descriptions that must not be registered. The devices are
 * those of modules/ntio_gate.c.
 */
#include <dirent.h>
#include <pthread.h>
#include <sys/stat.h>

#include "kselftest_harness.h"
#include "modules/ntio_gate.h"
#include "ntio_test.h"

#define GATE(name) "/dev/ntio/gate" name
#define NOBODY 65534

FIXTURE(gate)
{
	int fd;
};

FIXTURE_SETUP(gate)
{
	self->fd = open(GATE(""), O_RDWR | O_CLOEXEC);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(gate)
{
	close(self->fd);
}

/* Ask the gate: one number in, @len bytes out. */
static int gate_ask(int fd, __u32 code, __u32 number, void *out, __u32 len)
{
	struct ntio_device_control c = {
		.code = code, .in = addr(&number), .in_len = sizeof(number),
		.out = addr(out), .out_len = len,
	};

	return control(fd, &c);
}

static struct gate_counts gate_counts(int fd, enum gate_device device)
{
	struct gate_counts counts = { };

	if (gate_ask(fd, IOCTL_GATE_COUNTS, device, &counts, sizeof(counts)))
		abort();
	return counts;
}

/* Open: a file descriptor, or the negative errno. */
static int try_open(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

#define expect_counts(_device, _before, _creates, _cleanups, _closes) do { \
	struct gate_counts _c = gate_counts(self->fd, _device);		\
	EXPECT_EQ(_creates, _c.creates - (_before).creates);		\
	EXPECT_EQ(_cleanups, _c.cleanups - (_before).cleanups);		\
	EXPECT_EQ(_closes, _c.closes - (_before).closes);		\
} while (0)

/* [1.22]: one open at a time; the second is refused, and leaves no trace. */
TEST_F(gate, exclusive)
{
	struct gate_counts before = gate_counts(self->fd, GATE_ONE);
	int fd = try_open(GATE("-one"), O_RDWR);
	int copy;

	ASSERT_LE(0, fd);
	EXPECT_EQ(-EACCES, try_open(GATE("-one"), O_RDWR));
	EXPECT_EQ(-EACCES, try_open(GATE("-one"), O_RDONLY));
	EXPECT_EQ(-EACCES, try_open(GATE("-one"), 3));
	expect_counts(GATE_ONE, before, 1, 0, 0);
	control_ok(fd, .code = IOCTL_GATE_NOTHING);

	/* A duplicate is not an open, and keeps the device taken. */
	copy = dup(fd);
	close(fd);
	EXPECT_EQ(-EACCES, try_open(GATE("-one"), O_RDWR));
	expect_counts(GATE_ONE, before, 1, 0, 0);
	close(copy);
	expect_counts(GATE_ONE, before, 1, 1, 1);
	fd = try_open(GATE("-one"), O_RDWR);
	EXPECT_LE(0, fd);
	close(fd);
	expect_counts(GATE_ONE, before, 2, 2, 2);
}

struct opener {
	pthread_barrier_t *barrier;
	int fd;
};

static void *open_one(void *arg)
{
	struct opener *opener = arg;

	pthread_barrier_wait(opener->barrier);
	opener->fd = try_open(GATE("-one"), O_RDWR);
	return NULL;
}

/* Of many who open at the same time exactly one succeeds [1.22]. */
TEST_F(gate, exclusive_race)
{
	struct opener openers[4];
	pthread_barrier_t barrier;
	pthread_t threads[4];
	int round, won, i;

	ASSERT_EQ(0, pthread_barrier_init(&barrier, NULL, 4));
	for (round = 0; round < 200; round++) {
		for (i = 0; i < 4; i++) {
			openers[i].barrier = &barrier;
			ASSERT_EQ(0, pthread_create(&threads[i], NULL,
						    open_one, &openers[i]));
		}
		for (won = 0, i = 0; i < 4; i++) {
			pthread_join(threads[i], NULL);
			won += openers[i].fd >= 0;
			if (openers[i].fd < 0)
				EXPECT_EQ(-EACCES, openers[i].fd);
		}
		EXPECT_EQ(1, won);
		for (i = 0; i < 4; i++)
			if (openers[i].fd >= 0)
				close(openers[i].fd);
	}
}

/* The device says what it is, and its sysfs attributes say the same. */
TEST_F(gate, exclusive_is_visible)
{
	struct ntio_query_device q = { .size = sizeof(q) };
	char text[8] = "";
	int fd = try_open(GATE("-one"), O_RDONLY);
	int attribute = open("/sys/class/ntio/ntio!gate-one/exclusive",
			     O_RDONLY);

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, ioctl(fd, NTIO_IOC_QUERY_DEVICE, &q));
	EXPECT_EQ(NTIO_DEVICE_EXCLUSIVE, q.out_flags);
	EXPECT_EQ(GATE_TYPE, q.out_type);
	EXPECT_EQ(2, q.out_controls);
	EXPECT_STREQ("gate-one", (char *)q.out_name);
	EXPECT_STREQ("ntio_gate", (char *)q.out_driver);
	ASSERT_LE(0, attribute);
	EXPECT_LT(0, read(attribute, text, sizeof(text) - 1));
	EXPECT_STREQ("1\n", text);
	close(attribute);
	close(fd);
}

/* --- create refuses [1.27] ------------------------------------------------ */

FIXTURE(deny)
{
	int fd;
};

FIXTURE_VARIANT(deny)
{
	__u32 status;
	int error;
};

#define DENY(name, value, error_value) \
	FIXTURE_VARIANT_ADD(deny, name) { \
		.status = value, .error = error_value }
DENY(access_denied, STATUS_ACCESS_DENIED, EACCES);
DENY(sharing_violation, STATUS_SHARING_VIOLATION, EBUSY);
DENY(insufficient_resources, STATUS_INSUFFICIENT_RESOURCES, ENOMEM);
DENY(device_not_ready, STATUS_DEVICE_NOT_READY, EAGAIN);
DENY(not_found, STATUS_OBJECT_NAME_NOT_FOUND, ENOENT);
DENY(unknown_error, 0xceadbeef, EIO);
DENY(success, STATUS_SUCCESS, 0);
DENY(informational, STATUS_OBJECT_NAME_EXISTS, 0);

FIXTURE_SETUP(deny)
{
	self->fd = open(GATE(""), O_RDWR | O_CLOEXEC);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(deny)
{
	EXPECT_EQ(0, gate_ask(self->fd, IOCTL_GATE_DENY, STATUS_SUCCESS, NULL,
			      0));
	close(self->fd);
}

/* A refused open has no cleanup and no close, and does not keep it taken. */
TEST_F(deny, open)
{
	struct gate_counts before = gate_counts(self->fd, GATE_DENY);
	long files = ntio_stat("alive", "files");
	int fd;

	ASSERT_EQ(0, gate_ask(self->fd, IOCTL_GATE_DENY, variant->status, NULL,
			      0));
	fd = try_open(GATE("-deny"), O_RDWR);
	if (variant->error) {
		EXPECT_EQ(-variant->error, fd);
		expect_counts(GATE_DENY, before, 1, 0, 0);
		EXPECT_EQ(files, ntio_stat("alive", "files"));
	} else {
		ASSERT_LE(0, fd);
		EXPECT_EQ(files + 1, ntio_stat("alive", "files"));
		close(fd);
		expect_counts(GATE_DENY, before, 1, 1, 1);
	}
	ASSERT_EQ(0, gate_ask(self->fd, IOCTL_GATE_DENY, STATUS_SUCCESS, NULL,
			      0));
	fd = try_open(GATE("-deny"), O_RDWR);
	EXPECT_LE(0, fd);
	close(fd);
}

/* --- removed while open [1.23], [1.29] ----------------------------------- */

FIXTURE(gone)
{
	int fd;
	int open;
	struct gate_counts before;
};

FIXTURE_SETUP(gone)
{
	self->fd = open(GATE(""), O_RDWR | O_CLOEXEC);
	ASSERT_LE(0, self->fd);
	self->open = try_open(GATE("-gone"), O_RDONLY);
	ASSERT_LE(0, self->open);
	self->before = gate_counts(self->fd, GATE_GONE);
}

static int gate_restore(int fd)
{
	__u32 error = POISON32;

	if (gate_ask(fd, IOCTL_GATE_RESTORE, 0, &error, sizeof(error)))
		return -1;
	return error;
}

FIXTURE_TEARDOWN(gone)
{
	EXPECT_EQ(0, gate_restore(self->fd));
	close(self->fd);
}

static int gate_remove(int fd)
{
	return gate_ask(fd, IOCTL_GATE_REMOVE, 0, NULL, 0);
}

/* New opens find nothing; new requests are refused; the end comes at close. */
TEST_F(gone, requests_refused)
{
	int opened;

	control_ok(self->open, .code = IOCTL_GATE_NOTHING);
	ASSERT_EQ(0, gate_remove(self->fd));
	opened = try_open(GATE("-gone"), O_RDWR);
	EXPECT_TRUE(opened == -ENOENT || opened == -ENODEV);
	control_refused(self->open, STATUS_DELETE_PENDING,
			NTIO_REASON_DEVICE_GONE, 0,
			.code = IOCTL_GATE_NOTHING);
	expect_counts(GATE_GONE, self->before, 0, 0, 0);
	EXPECT_EQ(self->before.releases,
		  gate_counts(self->fd, GATE_GONE).releases);
	close(self->open);
	expect_counts(GATE_GONE, self->before, 0, 1, 1);
	EXPECT_EQ(self->before.releases + 1,
		  gate_counts(self->fd, GATE_GONE).releases);
}

/* Gone comes before every other refusal that has a status. */
TEST_F(gone, before_other_refusals)
{
	ASSERT_EQ(0, gate_remove(self->fd));
	control_refused(self->open, STATUS_DELETE_PENDING,
			NTIO_REASON_DEVICE_GONE, 0,
			.code = IOCTL_GATE_BITS_ACCESS,
			.in = 1, .in_len = 0xffffffff,
			.out = 1, .out_len = 0xffffffff);
	close(self->open);
}

struct waiter {
	int fd;
	__u32 answer;
	int error;
};

static void *wait_in_device(void *arg)
{
	struct waiter *waiter = arg;

	waiter->error = gate_ask(waiter->fd, IOCTL_GATE_WAIT, 0,
				 &waiter->answer, sizeof(waiter->answer));
	return NULL;
}

/* Requests that run go on; closing and removing do not wait for them. */
TEST_F(gone, request_goes_on)
{
	struct waiter waiter = { .fd = self->open, .answer = POISON32 };
	pthread_t thread;

	ASSERT_EQ(0, pthread_create(&thread, NULL, wait_in_device, &waiter));
	ASSERT_TRUE(wait_until(gate_counts(self->fd, GATE_GONE).waiting >
			       self->before.waiting));
	ASSERT_EQ(0, gate_remove(self->fd));
	control_refused(self->open, STATUS_DELETE_PENDING,
			NTIO_REASON_DEVICE_GONE, 0,
			.code = IOCTL_GATE_NOTHING);
	close(self->open);
	expect_counts(GATE_GONE, self->before, 0, 1, 0);
	EXPECT_EQ(self->before.releases,
		  gate_counts(self->fd, GATE_GONE).releases);
	ASSERT_EQ(0, gate_ask(self->fd, IOCTL_GATE_GO, 0, NULL, 0));
	ASSERT_EQ(0, pthread_join(thread, NULL));
	EXPECT_EQ(0, waiter.error);
	EXPECT_EQ(0x600d, waiter.answer);
	EXPECT_TRUE(wait_until(gate_counts(self->fd, GATE_GONE).releases ==
			       self->before.releases + 1));
	expect_counts(GATE_GONE, self->before, 0, 1, 1);
}

/* The name is free at once; old and new device do not know each other. */
TEST_F(gone, name_reused)
{
	int fd;

	ASSERT_EQ(0, gate_remove(self->fd));
	ASSERT_EQ(0, gate_restore(self->fd));
	fd = try_open(GATE("-gone"), O_RDWR);
	ASSERT_LE(0, fd);
	control_ok(fd, .code = IOCTL_GATE_NOTHING);
	control_refused(self->open, STATUS_DELETE_PENDING,
			NTIO_REASON_DEVICE_GONE, 0,
			.code = IOCTL_GATE_NOTHING);
	close(self->open);
	control_ok(fd, .code = IOCTL_GATE_NOTHING);
	close(fd);
}

/* --- nodes --------------------------------------------------------------- */

static unsigned int node_mode(const char *path)
{
	struct stat st;

	return stat(path, &st) || !S_ISCHR(st.st_mode) ? 0 : st.st_mode & 0777;
}

TEST(mode)
{
	EXPECT_EQ(0600, node_mode(ECHO_PATH));
	EXPECT_EQ(0600, node_mode(GATE("")));
	EXPECT_EQ(0666, node_mode(GATE("-open")));
}

/* What the mode is for. */
TEST(mode_for_others)
{
	int fd;

	ASSERT_EQ(0, setgid(NOBODY));
	ASSERT_EQ(0, setuid(NOBODY));
	EXPECT_EQ(-EACCES, try_open(ECHO_PATH, O_RDONLY));
	EXPECT_EQ(-EACCES, try_open(GATE("-one"), O_RDONLY));
	fd = try_open(GATE("-open"), O_RDWR);
	ASSERT_LE(0, fd);
	control_ok(fd, .code = IOCTL_GATE_NOTHING);
	close(fd);
}

/* [1.28] */
TEST(no_such_device)
{
	EXPECT_EQ(-ENOENT, try_open("/dev/ntio/nothing", O_RDWR));
}

/* A device without control codes knows none. */
TEST(empty)
{
	int fd = try_open(GATE("-empty"), O_RDWR);

	ASSERT_LE(0, fd);
	control_refused(fd, STATUS_INVALID_DEVICE_REQUEST,
			NTIO_REASON_UNKNOWN_CODE, 0,
			.code = IOCTL_GATE_NOTHING);
	control_refused(fd, STATUS_INVALID_DEVICE_REQUEST,
			NTIO_REASON_UNKNOWN_CODE, 0);
	close(fd);
}

/* [1.5]: codes that differ in one bit of any part are different codes. */
TEST(bits)
{
	static const __u32 codes[] = {
		IOCTL_GATE_BITS, IOCTL_GATE_BITS_METHOD,
		IOCTL_GATE_BITS_ACCESS, IOCTL_GATE_BITS_FUNCTION,
		IOCTL_GATE_BITS_TYPE,
	};
	int fd = try_open(GATE("-bits"), O_RDWR);
	size_t i;

	ASSERT_LE(0, fd);
	for (i = 0; i < ARRAY_SIZE(codes); i++) {
		__u32 answer = POISON32;

		control_ok(fd, .code = codes[i],
			   .out = addr(&answer), .out_len = sizeof(answer));
		EXPECT_EQ(codes[i], answer);
	}
	close(fd);
}

/* --- what may be registered ---------------------------------------------- */

FIXTURE(description)
{
	int fd;
};

FIXTURE_VARIANT(description)
{
	enum gate_description description;
	int error;
};

#define DESCRIPTION(name, value, error_value) \
	FIXTURE_VARIANT_ADD(description, name) { \
		.description = value, .error = error_value }
DESCRIPTION(good, GATE_GOOD, 0);
DESCRIPTION(name_longest, GATE_NAME_LONGEST, 0);
DESCRIPTION(name_too_long, GATE_NAME_TOO_LONG, EINVAL);
DESCRIPTION(name_empty, GATE_NAME_EMPTY, EINVAL);
DESCRIPTION(name_slash, GATE_NAME_SLASH, EINVAL);
DESCRIPTION(name_dots, GATE_NAME_DOTS, EINVAL);
DESCRIPTION(name_space, GATE_NAME_SPACE, EINVAL);
DESCRIPTION(name_taken, GATE_NAME_TAKEN, EEXIST);
DESCRIPTION(no_handler, GATE_NO_HANDLER, EINVAL);
DESCRIPTION(two_handlers, GATE_TWO_HANDLERS, EINVAL);
DESCRIPTION(same_code_twice, GATE_SAME_CODE_TWICE, EINVAL);
DESCRIPTION(in_range_empty, GATE_IN_RANGE_EMPTY, EINVAL);
DESCRIPTION(out_range_empty, GATE_OUT_RANGE_EMPTY, EINVAL);

FIXTURE_SETUP(description)
{
	self->fd = open(GATE(""), O_RDWR | O_CLOEXEC);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(description)
{
	close(self->fd);
}

static int count_nodes(void)
{
	DIR *dir = opendir("/dev/ntio");
	int n = 0;

	while (dir && readdir(dir))
		n++;
	if (dir)
		closedir(dir);
	return n;
}

/* Twice, so that a trace of the first attempt would be in the way. */
TEST_F(description, ntio_register)
{
	int nodes = count_nodes();
	int i;

	for (i = 0; i < 2; i++) {
		__u32 error = POISON32;

		EXPECT_EQ(0, gate_ask(self->fd, IOCTL_GATE_REGISTER,
				      variant->description, &error,
				      sizeof(error)));
		EXPECT_EQ(variant->error, error);
		EXPECT_EQ(nodes, count_nodes());
	}
	/* The device whose name was wanted works as before. */
	EXPECT_EQ(0600, node_mode(GATE("-one")));
}

/* A driver with an open device cannot be unloaded [1.29]. */
TEST(module_in_use)
{
	int fd = try_open(GATE("-open"), O_RDWR);

	ASSERT_LE(0, fd);
	EXPECT_EQ(EAGAIN, module_unload("ntio_gate"));
	control_ok(fd, .code = IOCTL_GATE_NOTHING);
	close(fd);
	EXPECT_EQ(EAGAIN, module_unload("ntio"));
	EXPECT_EQ(0, module_unload("ntio_gate"));
	EXPECT_EQ(-ENOENT, try_open(GATE("-open"), O_RDWR));
	EXPECT_EQ(0, module_load("ntio_gate"));
	fd = try_open(GATE("-open"), O_RDWR);
	EXPECT_LE(0, fd);
	close(fd);
}

TEST_HARNESS_MAIN
