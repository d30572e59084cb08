// SPDX-License-Identifier: GPL-2.0
/*
 * What can be seen of a request on its way: the tracepoints, as the kernel
 * writes them down, what `ntio trace` and `ntio top` make of them, and how often
 * requests were refused.
 */
#include <signal.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "kselftest_harness.h"
#include "module/samples/notify.h"
#include "module/samples/vault.h"
#include "calls.h"
#include "verifier/twins.h"

#define TRACING "/sys/kernel/tracing"
#define EVENTS TRACING "/events/ntio"
#define OWN TRACING "/instances/ntio-test"

/* Why nothing can be seen here; NULL: it can. */
static const char *why_not(void)
{
	if (access(TRACING "/instances", F_OK))
		return "this kernel has no tracefs (CONFIG_FTRACE)";
	if (access(EVENTS, F_OK))
		return "this kernel has no tracepoints (CONFIG_TRACEPOINTS)";
	return NULL;
}

static void write_text(const char *path, const char *text)
{
	FILE *f = fopen(path, "we");

	if (!f)
		return;
	fputs(text, f);
	fclose(f);
}

static char *read_all(FILE *f)
{
	char *text = calloc(1, MIB);

	if (text && f)
		text[fread(text, 1, MIB - 1, f)] = 0;
	return text;
}

/* Whether a line from @from on has all these texts, in order; behind it. */
static const char *line_with(const char *from, ...)
{
	char line[512];
	const char *end, *at, *what;
	va_list texts;

	for (; from && (end = strchr(from, '\n')); from = end + 1) {
		snprintf(line, sizeof(line), "%.*s", (int)(end - from), from);
		at = line;
		va_start(texts, from);
		while (at && (what = va_arg(texts, const char *))) {
			at = strstr(at, what);
			if (at)
				at += strlen(what);
		}
		va_end(texts);
		if (at)
			return end + 1;
	}
	return NULL;
}

/* --- what the kernel writes down ------------------------------------------- */

FIXTURE(events)
{
	char *text;
	const char *at;
};

FIXTURE_SETUP(events)
{
	const char *why = why_not();

	if (why)
		SKIP(return, "%s", why);
	ASSERT_EQ(0, mkdir(OWN, 0700));
	write_text(OWN "/events/ntio/enable", "1");
}

FIXTURE_TEARDOWN(events)
{
	free(self->text);
	if (!why_not()) {
		EXPECT_EQ(0, rmdir(OWN));
	}
}

#define events_look() do {						\
	FILE *_f = fopen(OWN "/trace", "re");				\
	ASSERT_NE(NULL, _f);						\
	free(self->text);						\
	self->text = read_all(_f);					\
	self->at = self->text;						\
	fclose(_f);							\
} while (0)

/* The next event that has these texts, after those seen so far. */
#define expect_next(...) do {						\
	self->at = line_with(self->at, __VA_ARGS__, NULL);		\
	ASSERT_NE(NULL, self->at) {					\
		TH_LOG("not seen: %s; seen:\n%s",			\
		       (const char *[]){ __VA_ARGS__ }[0], self->text);	\
	}								\
} while (0)

TEST_F(events, buffered)
{
	char in[] = "hello", out[9], who[64];
	struct ntio_device_control c = {
		.code = IOCTL_ECHO_BUFFERED, .in = addr(in), .in_len = 6,
		.out = addr(out), .out_len = 9,
	};
	int fd = echo_open();

	ASSERT_EQ(0, control(fd, &c));
	close(fd);
	events_look();
	snprintf(who, sizeof(who), " device=echo comm=tracing process=%d ",
		 getpid());
	expect_next("ntio_submit: rq=", who,
		    "by=call major=control code=0x00222000 in=6 out=9 ");
	expect_next("ntio_captured: ", "device=echo bytes=6");
	expect_next("ntio_completed: ", "device=echo status=0x00000000 "
		    "reason=NONE information=6");
	expect_next("ntio_delivered: ", "device=echo status=0x00000000 "
		    "reason=NONE information=6");
	EXPECT_EQ(NULL, line_with(self->text, "ntio_pended", NULL));
	EXPECT_EQ(NULL, line_with(self->text, "ntio_locked", NULL));
}

/* Direct: locked; what is refused has a reason, and no driver completes it. */
TEST_F(events, locked_and_refused)
{
	struct mem mem = mem_new(2 * PAGE, 0);
	struct ntio_device_control c = {
		.code = IOCTL_ECHO_OUT_DIRECT, .out = addr(mem.p),
		.out_len = 5000,
	};
	int fd = echo_open();

	ASSERT_EQ(0, control(fd, &c));
	mem_protect(&mem, 1, PROT_READ);
	ASSERT_EQ(EFAULT, control(fd, &c));
	close(fd);
	events_look();
	expect_next("ntio_submit: ", "code=0x0022200a in=0 out=5000 ");
	expect_next("ntio_locked: ", "device=echo bytes=5000");
	expect_next("ntio_completed: ");
	expect_next("ntio_delivered: ");
	expect_next("ntio_submit: ", "code=0x0022200a ");
	expect_next("ntio_refused: ", "status=0xc0000005 reason=READ_ONLY ");
	EXPECT_EQ(NULL, line_with(self->at, "ntio_", NULL));
	mem_free(&mem);
}

/* A request that waits, and whose caller does not want it any more. */
TEST_F(events, pended_and_cancelled)
{
	struct waiter w;
	int fd = park_open(NOTIFY_PATH);

	waiter_begin(&w, fd, IOCTL_NOTIFY_WAIT, 0);
	/* Found, or told when it begins to wait. */
	ASSERT_TRUE(wait_until(cancel(fd, NTIO_CANCEL_ALL, NULL) == 1 ||
			       waiter_ended(&w)));
	waiter_join(&w);
	close(fd);
	events_look();
	expect_next("ntio_submit: ", "device=notify ");
	expect_next("ntio_pended: ", "device=notify");
	expect_next("ntio_cancelled: ", "device=notify");
	expect_next("ntio_completed: ", "device=notify status=0xc0000120 ");
	expect_next("ntio_delivered: ", "device=notify status=0xc0000120 ");
}

/* Down a stack, and to a worker of the lowest device. */
TEST_F(events, forwarded_to_a_worker)
{
	char data[100] = { };
	int fd = open("/dev/ntio/vault", O_RDWR | O_CLOEXEC);

	ASSERT_LE(0, fd);
	ASSERT_EQ(100, pwrite(fd, data, 100, 7));
	close(fd);
	events_look();
	expect_next("ntio_submit: ", "device=vault ", "major=write ",
		    "length=100 offset=7");
	expect_next("ntio_locked: ", "device=vault bytes=100");
	expect_next("ntio_forwarded: ", "device=vault-");
	expect_next("ntio_forwarded: ", "device=vault-store");
	expect_next("ntio_worker: ", "device=vault-store");
	expect_next("ntio_completed: ", "device=vault-store ");
	expect_next("ntio_delivered: ", "device=vault ", "information=100");
}

TEST_F(events, killed_caller_is_gone)
{
	struct ntio_device_control c = { .code = IOCTL_NOTIFY_WAIT };
	struct notify_event event;
	pid_t child = fork();
	int status;

	ASSERT_LE(0, child);
	if (!child) {
		c.out = addr(&event);
		c.out_len = sizeof(event);
		control(park_open(NOTIFY_PATH), &c);
		_exit(1);
	}
	EXPECT_TRUE(wait_until(({
		events_look();
		line_with(self->text, "ntio_pended: ", NULL); })));
	kill(child, SIGKILL);
	ASSERT_EQ(child, waitpid(child, &status, 0));
	events_look();
	expect_next("ntio_pended: ", "device=notify");
	expect_next("ntio_cancelled: ", "device=notify");
	expect_next("ntio_completed: ", "status=0xc0000120");
}

/* Nobody looks: nothing is written down. */
TEST_F(events, off)
{
	int fd = echo_open();

	write_text(OWN "/events/ntio/enable", "0");
	write_text(OWN "/trace", "");
	echo_counts(fd);
	close(fd);
	events_look();
	EXPECT_EQ(NULL, line_with(self->text, "ntio_", NULL));
}

/* Not for everybody: what a request does is its caller's business. */
TEST_F(events, only_for_root)
{
	ASSERT_EQ(0, seteuid(65534));
	EXPECT_EQ(-1, open(OWN "/trace", O_RDONLY));
	EXPECT_EQ(EACCES, errno);
	ASSERT_EQ(0, seteuid(0));
}

/* --- what the command makes of it ------------------------------------------ */

FIXTURE(command)
{
	char *text;
	const char *at;
};

FIXTURE_SETUP(command)
{
	const char *why = why_not();

	if (why)
		SKIP(return, "%s", why);
	if (access("/bin/ntio", X_OK))
		SKIP(return, "there is no /bin/ntio here");
}

FIXTURE_TEARDOWN(command)
{
	free(self->text);
}

#define command_run(_line) do {						\
	FILE *_f = popen(_line " 2>&1", "re");				\
	ASSERT_NE(NULL, _f);						\
	self->text = read_all(_f);					\
	self->at = self->text;						\
	pclose(_f);							\
} while (0)

TEST_F(command, table)
{
	command_run("ntio trace sh -c 'ntio send echo buffered --in hello;"
		    "ntio send echo 0xdead0000'");
	expect_next("# CALLER", "DEVICE", "REQUEST", "TIME", "OUTCOME");
	expect_next(" ntio/", " echo ", "BUFFERED 0x00222000", "s  SUCCESS, 5");
	expect_next(" ntio/", " echo ", "BUFFERED 0xdead0000",
		    "s  INVALID_DEVICE_REQUEST: UNKNOWN_CODE");
}

TEST_F(command, timeline)
{
	command_run("ntio trace -d vault -t sh -c '"
		    "echo 1234567 >/dev/ntio/vault'");
	expect_next(": write 8 at 0 to vault, from sh/");
	expect_next("0.0 us  submitted ", "by a system call of sh/");
	expect_next("  locked ", "8 bytes");
	expect_next("  forwarded ", "in vault-store");
	expect_next("  in a worker ", "in vault-store");
	expect_next("  completed ", "by vault-store: SUCCESS, 8");
	expect_next("  delivered ", "to the caller: SUCCESS, 8");
	EXPECT_EQ(NULL, line_with(self->text, "0xffff", NULL));
}

/* What Windows people look for: who has the request that does not end. */
TEST_F(command, lost_request)
{
	struct twins twins;

	twins_begin(&twins, "");
	command_run("ntio trace sh -c 'ntio send log-wrong 0x80072040 "
		    ">/dev/null 2>&1 & until grep -q \"requests 1\" "
		    "/sys/kernel/debug/ntio/alive; do sleep 0.1; done'");
	expect_next(" ntio/", " log-wrong ", "0x80072040",
		    "NOT ENDED, in log-wrong");
	EXPECT_EQ(0, system("killall -9 ntio"));
	EXPECT_TRUE(twins_end(&twins));
}

/* Nothing of it stays: not the instance, not even of one that was killed. */
TEST_F(command, leaves_nothing)
{
	command_run("ntio trace & until ls " TRACING "/instances | grep ntio-;"
		    "do sleep 0.1; done; kill -9 $!; wait $!; ntio trace true;"
		    "echo end; ls " TRACING "/instances");
	expect_next("ntio-");
	expect_next("end");
	EXPECT_EQ(NULL, line_with(self->at, "ntio-", NULL));
}

/* The command's own exit status is passed on. */
TEST_F(command, exit_status)
{
	EXPECT_EQ(7, WEXITSTATUS(system("ntio trace sh -c 'exit 7' >/dev/null")));
	EXPECT_EQ(127, WEXITSTATUS(system("ntio trace /gone >/dev/null 2>&1")));
	EXPECT_EQ(2, WEXITSTATUS(system("ntio trace -n x >/dev/null 2>&1")));
	EXPECT_EQ(2, WEXITSTATUS(system("ntio top -s 0 >/dev/null 2>&1")));
}

TEST_F(command, top)
{
	int fd = open("/dev/ntio/vault", O_RDWR | O_CLOEXEC);
	struct ntio_device_control c = { .code = 0xdead0000 };
	int n, opens = 0, rate, errors = 0;
	pid_t child = fork();

	ASSERT_LE(0, fd);
	ASSERT_LE(0, child);
	if (!child) {
		fd = echo_open();
		while (control(fd, &c) == ENOTTY)
			usleep(1000);
		_exit(1);
	}
	command_run("ntio top -n 2 -s 2");
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	close(fd);
	expect_next("files ", "requests ", "buffers ", "MDLs ",
		    "pinned pages of the system 0");
	expect_next("refused: ", "UNKNOWN_CODE ");
	expect_next("DEVICE", "OPEN", "REQUESTS/s", "ERRORS", "WAITING");
	n = sscanf(self->at, "echo %d %d %d", &opens, &rate, &errors);
	ASSERT_EQ(3, n);
	EXPECT_EQ(1, opens);
	EXPECT_LE(1, errors) {
		TH_LOG("%s", self->text);
	}
	expect_next("vault ", " 1 ");
}

/* --- refusals are counted, whoever looks ------------------------------------ */

TEST(refusals)
{
	static const char * const files[] = { "refusals", "refusals" };
	long unmapped = ntio_stat(files[0], "UNMAPPED");
	long driver = ntio_stat(files[1], "DRIVER");
	char out[8];
	struct ntio_device_control c = {
		.code = IOCTL_ECHO_BUFFERED, .out = 0x1000, .out_len = 8,
	};
	int fd = echo_open();

	ASSERT_LE(0, unmapped);
	ASSERT_EQ(EFAULT, control(fd, &c));
	ASSERT_EQ(EFAULT, control(fd, &c));
	EXPECT_EQ(unmapped + 2, ntio_stat("refusals", "UNMAPPED"));
	c.out = addr(out);
	ASSERT_EQ(0, control(fd, &c));
	EXPECT_EQ(unmapped + 2, ntio_stat("refusals", "UNMAPPED"));
	EXPECT_EQ(driver, ntio_stat("refusals", "DRIVER"));
	close(fd);
}

TEST_HARNESS_MAIN
