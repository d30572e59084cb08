// SPDX-License-Identifier: GPL-2.0
/*
 * Option irp_logging of the verifier: the last requests of each file, as
 * debugfs shows them.
 */
#include <signal.h>
#include <sys/wait.h>

#include "kselftest_harness.h"
#include "twins.h"

#define REQUESTS "/sys/kernel/debug/ntio/requests"
#define LOGGED 64
#define LOGGED_FILES 16

FIXTURE(log)
{
	struct twins twins;
	char *text;
};

FIXTURE_SETUP(log)
{
	twins_begin(&self->twins, "irp_logging");
	self->text = malloc(MIB);
	ASSERT_NE(NULL, self->text);
}

FIXTURE_TEARDOWN(log)
{
	free(self->text);
	EXPECT_TRUE(twins_end(&self->twins));
}

/* The log as it is now. */
static const char *log_read(char *text)
{
	int fd = open(REQUESTS, O_RDONLY | O_CLOEXEC);
	size_t len = 0;
	ssize_t n;

	while (fd >= 0 && (n = read(fd, text + len, MIB - 1 - len)) > 0)
		len += n;
	close(fd);
	text[len] = 0;
	return text;
}

/* Where the last file of a device begins, NULL: there is none. */
static const char *log_file(const char *log, const char *device)
{
	const char *at, *found = NULL;
	char what[64];

	snprintf(what, sizeof(what), " device=%s open=", device);
	for (at = log; (at = strstr(at, what)); at++)
		found = at;
	return found ? strchr(found, '\n') + 1 : NULL;
}

/* The fields of a request from "major" on, "": there is none; its line. */
static const char *log_request(const char *file, unsigned int number,
			       char *line)
{
	const char *end, *major, *at = file;
	char what[32];

	line[0] = 0;
	if (!file)
		return "";
	snprintf(what, sizeof(what), "request=%u ", number);
	while (!strncmp(at, "request=", 8)) {
		end = strchr(at, '\n');
		if (!strncmp(at, what, strlen(what))) {
			snprintf(line, 512, "%.*s", (int)(end - at), at);
			major = strstr(line, " major=");
			return major ? major + 1 : "";
		}
		at = end + 1;
	}
	return "";
}

#define expect_logged(_device, _number, _fields) do {			\
	char _line[512];						\
	EXPECT_STREQ(_fields, log_request(log_file(log_read(self->text), \
						   _device),		\
					  _number, _line)) {		\
		TH_LOG("the log says:\n%s", self->text);		\
	}								\
} while (0)

/* What was asked, and what became of it; refused ones, too. */
TEST_F(log, fields)
{
	char in[] = "hello", out[9], comm[64], line[512];
	struct ntio_device_control c = {
		.code = IOCTL_ECHO_BUFFERED, .in = addr(in), .in_len = 6,
		.out = addr(out), .out_len = 9,
	};
	int fd = echo_open();

	ASSERT_EQ(0, control(fd, &c));
	expect_logged("echo", 1, "major=control code=0x00222000 in=6 out=9 "
		      "state=completed status=0x00000000 information=6 "
		      "reason=NONE by=echo");
	log_request(log_file(self->text, "echo"), 1, line);
	snprintf(comm, sizeof(comm), " pid=%d comm=\"verifier_log\" ", getpid());
	EXPECT_NE(NULL, strstr(line, comm)) {
		TH_LOG("%s", line);
	}
	c.out = 0x1000;
	ASSERT_EQ(EFAULT, control(fd, &c));
	expect_logged("echo", 2, "major=control code=0x00222000 in=6 out=9 "
		      "state=refused status=0xc0000005 information=0 "
		      "reason=UNMAPPED by=");
	c.code = 0xdead0000;
	c.out = addr(out);
	ASSERT_EQ(ENOTTY, control(fd, &c));
	expect_logged("echo", 3, "major=control code=0xdead0000 in=6 out=9 "
		      "state=refused status=0xc0000010 information=0 "
		      "reason=UNKNOWN_CODE by=");
	close(fd);
}

/* read and write; who serves them. */
TEST_F(log, read_and_write)
{
	char data[100] = { };
	int fd = open("/dev/ntio/vault", O_RDWR | O_CLOEXEC);

	ASSERT_LE(0, fd);
	ASSERT_EQ(100, pwrite(fd, data, 100, 0));
	ASSERT_EQ(10, pread(fd, data, 10, 3));
	expect_logged("vault", 1, "major=write length=100 offset=0 "
		      "state=completed status=0x00000000 information=100 "
		      "reason=NONE by=vault-store");
	expect_logged("vault", 2, "major=read length=10 offset=3 "
		      "state=completed status=0x00000000 information=10 "
		      "reason=NONE by=vault-store");
	close(fd);
}

/* The one that does not end, and where it is. */
TEST_F(log, lost_request)
{
	struct ntio_device_control c = { .code = IOCTL_TWIN_LOSE };
	int wrong = open("/dev/ntio/log-wrong", O_RDWR);
	int right = open("/dev/ntio/log-right", O_RDWR);
	pid_t child;
	int status;

	ASSERT_LE(0, wrong);
	ASSERT_LE(0, right);
	child = fork();
	ASSERT_LE(0, child);
	if (!child) {
		control(right, &c);
		control(wrong, &c);
		_exit(0);
	}
	EXPECT_TRUE(wait_until(log_file(log_read(self->text), "log-wrong")));
	expect_logged("log-right", 1, "major=control code=0x80072040 in=0 "
		      "out=0 state=completed status=0x00000000 information=0 "
		      "reason=NONE by=log-right");
	expect_logged("log-wrong", 1, "major=control code=0x80072040 in=0 "
		      "out=0 state=started status=0x00000103 information=0 "
		      "reason=NONE by=");
	kill(child, SIGKILL);
	ASSERT_EQ(child, waitpid(child, &status, 0));
	expect_logged("log-wrong", 1, "major=control code=0x80072040 in=0 "
		      "out=0 state=completed status=0xc0000120 information=0 "
		      "reason=NONE by=log-wrong");
	close(wrong);
	close(right);
}

/* A ring: the last ones stay; and those of a file that is closed. */
TEST_F(log, ring)
{
	char line[512];
	int i, fd = echo_open();

	for (i = 0; i < LOGGED + 6; i++)
		echo_counts(fd);
	close(fd);
	log_read(self->text);
	EXPECT_STREQ("", log_request(log_file(self->text, "echo"), 6, line));
	EXPECT_STRNE("", log_request(log_file(self->text, "echo"), 7, line));
	EXPECT_STRNE("", log_request(log_file(self->text, "echo"), LOGGED + 6,
				    line));
	EXPECT_STREQ("", log_request(log_file(self->text, "echo"), LOGGED + 7,
				    line));
}

static int count_text(const char *text, const char *what)
{
	int n = 0;

	for (; (text = strstr(text, what)); text++)
		n++;
	return n;
}

TEST_F(log, closed_files)
{
	int i, fd;

	for (i = 0; i < LOGGED_FILES + 4; i++) {
		fd = echo_open();
		echo_counts(fd);
		close(fd);
	}
	fd = echo_open();
	echo_counts(fd);
	log_read(self->text);
	EXPECT_EQ(LOGGED_FILES, count_text(self->text, " open=0\n"));
	EXPECT_EQ(1, count_text(self->text, " device=echo open=1\n"));
	close(fd);
}

/* No address, neither the kernel's nor the caller's; and not for everybody. */
TEST_F(log, tells_no_secrets)
{
	char in[8] = { }, user[32];
	struct ntio_device_control c = {
		.code = IOCTL_ECHO_NEITHER, .in = addr(in), .in_len = 8,
		.out = addr(in), .out_len = 8,
	};
	int fd = echo_open();
	const char *at;
	size_t digits;

	control(fd, &c);
	c.code = IOCTL_ECHO_OUT_DIRECT;
	control(fd, &c);
	close(fd);
	log_read(self->text);
	EXPECT_LE(2, count_text(self->text, "state="));
	for (at = self->text; (at = strstr(at, "0x")); at++) {
		digits = strspn(at + 2, "0123456789abcdef");
		EXPECT_EQ(8, digits);
	}
	snprintf(user, sizeof(user), "%llu", (unsigned long long)addr(in));
	EXPECT_EQ(NULL, strstr(self->text, user));
	ASSERT_EQ(0, seteuid(65534));
	EXPECT_EQ(-1, open(REQUESTS, O_RDONLY));
	EXPECT_EQ(EACCES, errno);
	ASSERT_EQ(0, seteuid(0));
}

/* Off: nothing is written down. */
TEST_F(log, off)
{
	int fd;

	ASSERT_EQ(0, param_set_text("verifier", "io_verification"));
	log_read(self->text);
	fd = echo_open();
	echo_counts(fd);
	EXPECT_EQ(NULL, strstr(log_read(self->text), " open=1\n"));
	close(fd);
}

TEST_HARNESS_MAIN
