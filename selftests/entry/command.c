// SPDX-License-Identifier: GPL-2.0
/* The command ntio, as far as it needs devices: what it prints, and where. */
#include <pty.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "kselftest_harness.h"
#include "ntio_test.h"

#define MUCH 65536

/**
 * struct said - what a command did
 * @out: its standard output, and a NUL
 * @len: bytes of it
 * @err: its standard error, and a NUL
 * @status: its exit status
 */
struct said {
	char out[MUCH + 1];
	size_t len;
	char err[MUCH + 1];
	int status;
};

static size_t read_all(int fd, char *to)
{
	size_t len = 0;
	ssize_t n;

	/* EIO is how a terminal ends. */
	while (len < MUCH && (n = read(fd, to + len, MUCH - len)) > 0)
		len += n;
	to[len] = '\0';
	close(fd);
	return len;
}

static size_t read_file(const char *path, char *to)
{
	int fd = open(path, O_RDONLY);

	return fd < 0 ? 0 : read_all(fd, to);
}

/*
 * A shell's command, with standard output as given, as root or as nobody.
 * Standard error goes to a file, so that neither blocks the other.
 */
static pid_t start(const char *command, int out, bool nobody)
{
	pid_t pid = fork();
	int err;

	if (pid)
		return pid;
	err = open("/tmp/err", O_WRONLY | O_CREAT | O_TRUNC, 0600);
	if (dup2(out, 1) < 0 || dup2(err, 2) < 0 ||
	    (nobody && (setgid(65534) || setuid(65534))))
		_exit(126);
	execl("/bin/sh", "sh", "-c", command, NULL);
	_exit(127);
}

static void finish(pid_t pid, int from, struct said *said)
{
	int status;

	said->len = read_all(from, said->out);
	waitpid(pid, &status, 0);
	said->status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	read_file("/tmp/err", said->err);
}

static void run_as(const char *command, bool nobody, struct said *said)
{
	int ends[2];
	pid_t pid;

	memset(said, 0x5a, sizeof(*said));
	if (pipe2(ends, O_CLOEXEC))
		ksft_exit_fail_msg("pipe2\n");
	pid = start(command, ends[1], nobody);
	close(ends[1]);
	finish(pid, ends[0], said);
}

static void run(const char *command, struct said *said)
{
	run_as(command, false, said);
}

/* With a terminal of 80 columns as standard output. */
static void run_on_terminal(const char *command, struct said *said)
{
	struct winsize size = { .ws_row = 24, .ws_col = 80 };
	int master, slave;
	pid_t pid;

	memset(said, 0x5a, sizeof(*said));
	if (openpty(&master, &slave, NULL, NULL, &size))
		ksft_exit_fail_msg("openpty\n");
	pid = start(command, slave, false);
	close(slave);
	finish(pid, master, said);
}

static size_t lines(const char *text)
{
	size_t count = 0;

	for (; *text; text++)
		count += *text == '\n';
	return count;
}

FIXTURE(command)
{
	struct said *said;
};

FIXTURE_SETUP(command)
{
	self->said = malloc(sizeof(*self->said));
	ASSERT_NE(NULL, self->said);
}

FIXTURE_TEARDOWN(command)
{
	free(self->said);
}

#define expect_has(_text, _part)					\
	EXPECT_NE(NULL, strstr(_text, _part)) {				\
		TH_LOG("no %s in: %s", _part, _text);			\
	}

#define expect_lacks(_text, _part)					\
	EXPECT_EQ(NULL, strstr(_text, _part)) {				\
		TH_LOG("%s in: %s", _part, _text);			\
	}

/* Every byte as it came, and no newline: also a NUL and what is no text. */
TEST_F(command, bytes_into_a_pipe)
{
	static const char bytes[] = "a\303\244\0\377";

	run("printf 'a\\303\\244\\000\\377' | ntio send echo buffered -",
	    self->said);
	EXPECT_EQ(0, self->said->status);
	ASSERT_EQ(sizeof(bytes) - 1, self->said->len);
	EXPECT_EQ(0, memcmp(bytes, self->said->out, self->said->len));
	expect_has(self->said->err, "STATUS_SUCCESS, Information 5");
}

TEST_F(command, hex_into_a_pipe_if_asked)
{
	run("ntio send --format hex echo buffered abc", self->said);
	expect_has(self->said->out, "61 62 63");
}

TEST_F(command, utf8_is_text)
{
	run_on_terminal("printf 'a\\303\\244\\342\\202\\254' |"
			"ntio send echo buffered -", self->said);
	EXPECT_STREQ("a\303\244\342\202\254\r\n", self->said->out);
}

FIXTURE(no_text)
{
	struct said *said;
};

FIXTURE_VARIANT(no_text)
{
	const char *bytes;
	const char *hex;
};

FIXTURE_VARIANT_ADD(no_text, cut_off)
{
	.bytes = "a\\303",
	.hex = "61 c3 ",
};

FIXTURE_VARIANT_ADD(no_text, overlong)
{
	.bytes = "\\300\\257",
	.hex = "c0 af ",
};

FIXTURE_VARIANT_ADD(no_text, surrogate)
{
	.bytes = "\\355\\240\\200",
	.hex = "ed a0 80 ",
};

FIXTURE_VARIANT_ADD(no_text, behind_the_last)
{
	.bytes = "\\364\\220\\200\\200",
	.hex = "f4 90 80 80 ",
};

FIXTURE_VARIANT_ADD(no_text, control)
{
	.bytes = "\\302\\233",
	.hex = "c2 9b ",
};

FIXTURE_VARIANT_ADD(no_text, escape)
{
	.bytes = "\\033[2J",
	.hex = "1b 5b 32 4a ",
};

FIXTURE_SETUP(no_text)
{
	self->said = malloc(sizeof(*self->said));
	ASSERT_NE(NULL, self->said);
}

FIXTURE_TEARDOWN(no_text)
{
	free(self->said);
}

/* What is no UTF-8, or would steer the terminal, is shown in hexadecimal. */
TEST_F(no_text, on_a_terminal)
{
	char command[128];

	snprintf(command, sizeof(command),
		 "printf '%s' | ntio send echo buffered -", variant->bytes);
	run_on_terminal(command, self->said);
	expect_has(self->said->out, variant->hex);
}

TEST_F(command, json)
{
	run("ntio send --json echo buffered hello", self->said);
	EXPECT_EQ(0, self->said->status);
	expect_has(self->said->out, "\"status\": \"0x00000000\"");
	expect_has(self->said->out, "\"name\": \"STATUS_SUCCESS\"");
	expect_has(self->said->out, "\"information\": 5");
	expect_has(self->said->out, "\"hex\": \"68656c6c6f\"");
	expect_has(self->said->out, "\"text\": \"hello\"");
	EXPECT_STREQ("", self->said->err);
}

TEST_F(command, json_of_a_refusal)
{
	run("ntio send --json echo out-direct hello --out 4096 "
	    "--at read-only", self->said);
	EXPECT_EQ(1, self->said->status);
	expect_has(self->said->out, "\"name\": \"STATUS_ACCESS_VIOLATION\"");
	expect_has(self->said->out, "\"win32_name\": \"ERROR_NOACCESS\"");
	expect_has(self->said->out, "\"reason\": \"READ_ONLY\"");
	expect_has(self->said->out, "\"detail\": 0");
	expect_has(self->said->out, "\"information\": null");
	expect_has(self->said->out, "\"text\": null");
}

TEST_F(command, sizes)
{
	run("ntio send --json echo buffered hello --out 1K", self->said);
	EXPECT_EQ(0, self->said->status);
	run("ntio send --json echo buffered hello --out 100M", self->said);
	expect_has(self->said->out, "\"reason\": \"BUFFER_LIMIT\"");
	run("ntio send --json echo out-direct hello --out 64k", self->said);
	expect_has(self->said->out, "\"information\": 5");
	run("ntio send echo buffered hello --out 4G", self->said);
	EXPECT_EQ(2, self->said->status);
	run("ntio send echo buffered hello --out 1KB", self->said);
	EXPECT_EQ(2, self->said->status);
}

TEST_F(command, no_limit_is_null)
{
	run("ntio list --json echo", self->said);
	EXPECT_EQ(0, self->said->status);
	expect_has(self->said->out, "\"max_in\": null");
	expect_lacks(self->said->out, "4294967295");
}

TEST_F(command, codes_by_name)
{
	char code[16];

	snprintf(code, sizeof(code), "0x%08x", IOCTL_ECHO_NEITHER);
	run("ntio decode ioctl-echo-neither", self->said);
	EXPECT_EQ(0, self->said->status);
	expect_has(self->said->out, code);
	expect_has(self->said->out, "METHOD_NEITHER");
	run("ntio explain IOCTL_ECHO_NEITHER", self->said);
	EXPECT_EQ(0, self->said->status);
	expect_has(self->said->out, code);
	run("ntio decode IOCTL_ECHO_NOTHING", self->said);
	EXPECT_EQ(1, self->said->status);
	EXPECT_EQ(1, lines(self->said->err));
}

/* Test drivers and hidden devices are shown only if asked for. */
TEST_F(command, list)
{
	run("ntio list", self->said);
	EXPECT_EQ(0, self->said->status);
	expect_has(self->said->out, "\necho ");
	expect_has(self->said->out, "\nvault ");
	expect_lacks(self->said->out, "\nvault-store ");
	expect_lacks(self->said->out, "\npark ");
	EXPECT_STREQ("", self->said->err);
	run("ntio list --all", self->said);
	expect_has(self->said->out, "\necho ");
	expect_has(self->said->out, "\nvault-store ");
	expect_has(self->said->out, "\npark ");
	run_on_terminal("ntio list", self->said);
	expect_has(self->said->err, "ntio list --all shows them");
}

TEST_F(command, no_permission)
{
	ASSERT_EQ(0, chmod("/dev/ntio/echo", 0600));
	run_as("ntio send echo buffered hello", true, self->said);
	EXPECT_EQ(1, self->said->status);
	EXPECT_EQ(1, lines(self->said->err));
	expect_has(self->said->err, "no permission");
	expect_has(self->said->err, "has mode 0600, user root, group root");
}

TEST_F(command, exclusive_and_open)
{
	int fd = open("/dev/ntio/gate-one", O_ACCMODE);

	ASSERT_LE(0, fd);
	run("ntio list gate-one", self->said);
	EXPECT_EQ(1, self->said->status);
	EXPECT_EQ(1, lines(self->said->err));
	expect_has(self->said->err, "is exclusive, and open already");
	close(fd);
	run("ntio list gate-one", self->said);
	EXPECT_EQ(0, self->said->status);
}

/* One sentence, and not a chapter that fails. */
TEST_F(command, tour_without_rights)
{
	ASSERT_EQ(0, chmod("/dev/ntio/echo", 0600));
	run_as("ntio tour", true, self->said);
	EXPECT_EQ(1, self->said->status);
	EXPECT_EQ(0, self->said->len);
	EXPECT_EQ(1, lines(self->said->err));
	expect_has(self->said->err, "no permission");
}

/* The last fixture, as the sample is gone after it. */
FIXTURE(without_samples)
{
	struct said *said;
};

FIXTURE_SETUP(without_samples)
{
	self->said = malloc(sizeof(*self->said));
	ASSERT_NE(NULL, self->said);
}

FIXTURE_TEARDOWN(without_samples)
{
	free(self->said);
}

TEST_F(without_samples, tour)
{
	run("rmmod $(cat '/sys/class/ntio/ntio!echo/module')", self->said);
	ASSERT_EQ(0, self->said->status);
	run("ntio tour", self->said);
	EXPECT_EQ(1, self->said->status);
	EXPECT_EQ(0, self->said->len);
	EXPECT_EQ(1, lines(self->said->err));
	expect_has(self->said->err, "needs the sample driver of the device 'echo'");
}

TEST_HARNESS_MAIN
