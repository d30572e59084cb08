// SPDX-License-Identifier: GPL-2.0
/*
 * The verifier: each option finds a driver that breaks its rule, by name, and
 * has nothing to say about its twin that does not. The drivers are those of
 * modules/ntio_bad_twins.h.
 */
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>

#include "kselftest_harness.h"
#include "twins.h"

/* --- found, by name -------------------------------------------------------- */

FIXTURE(twin)
{
	struct twins twins;
	unsigned char *in;
	unsigned char *out;
};

FIXTURE_VARIANT(twin)
{
	const char *option;	/* of the verifier */
	const char *device;	/* NAME of NAME-wrong and NAME-right */
	const char *below;	/* "-below": the mistake is that of the lower */
	__u32 code;
	__u32 in_len;
	__u32 out_len;
	const char *violation;
	bool harmful;		/* if nobody puts it right */
};

FIXTURE_SETUP(twin)
{
	twins_begin(&self->twins, variant->option);
	/* Private, whatever the harness does with its own memory. */
	self->in = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, self->in);
	self->out = self->in + PAGE;
	memset(self->in, 0x11, PAGE);
	memset(self->out, POISON, PAGE);
	/* Without preemption nobody counts who turned it off. */
	if (variant->violation && !strcmp(variant->violation, "LEFT_ATOMIC") &&
	    !kernel_has("preempt_schedule"))
		SKIP(return, "a kernel without preemption does not tell");
}

FIXTURE_TEARDOWN(twin)
{
	EXPECT_TRUE(twins_end(&self->twins));
}

#define TWIN(_name, _option, ...)					\
	FIXTURE_VARIANT_ADD(twin, _name) {				\
		.option = #_option, .below = "", __VA_ARGS__ }

#define IO(_name, _code, ...)						\
	TWIN(io_verification_##_name, io_verification, .device = "io",	\
	     .code = IOCTL_TWIN_##_code, __VA_ARGS__)

IO(status_unset, UNSET, .violation = "COMPLETED_UNSET");
IO(preempt_handler, PREEMPT, .violation = "LEFT_ATOMIC", .harmful = true);
IO(preempt_routine, PREEMPT_ROUTINE, .violation = "LEFT_ATOMIC", .harmful = true);
IO(preempt_worker, PREEMPT_WORKER, .violation = "LEFT_ATOMIC", .harmful = true);
IO(preempt_cancel, PREEMPT_CANCEL, .violation = "LEFT_ATOMIC", .harmful = true);
IO(interrupts, IRQS, .violation = "LEFT_ATOMIC", .harmful = true);
IO(cancel_routine, CANCEL_SET, .violation = "FORWARDED_WITH_CANCEL");
IO(after_completion, AFTER, .violation = "CHANGED_COMPLETED", .out_len = 16);
IO(other_status, STATUS, .below = "-below",
	.violation = "RETURNED_OTHER_STATUS");

#define POOL(_name, _code, ...)						\
	TWIN(special_pool_##_name, special_pool, .device = "pool",	\
	     .code = IOCTL_TWIN_##_code, .in_len = 13, .harmful = true,	\
	     __VA_ARGS__)

POOL(behind, BEHIND, .violation = "OVERRUN");
POOL(before, BEFORE, .violation = "UNDERRUN");
POOL(behind_below, BEHIND_BELOW, .violation = "OVERRUN", .below = "-below");

#define MDL(_name, _code, ...)						\
	TWIN(invariant_mdl_##_name, invariant_mdl, .device = "mdl",	\
	     .code = IOCTL_TWIN_##_code, .out_len = 100,		\
	     .violation = "CHANGED_READ_MDL", __VA_ARGS__)

MDL(page, SCRIBBLE);
MDL(address, SCRIBBLE_ADDRESS);
MDL(after_completion, SCRIBBLE_AFTER);
MDL(below, SCRIBBLE_BELOW, .below = "-below");
MDL(routine, SCRIBBLE_ROUTINE);

#define PEND(_name, _code, ...)						\
	TWIN(force_pending_##_name, force_pending, .device = "pend",	\
	     .code = IOCTL_TWIN_##_code, __VA_ARGS__)

PEND(completes, ASSUME, .violation = "COMPLETED_FORWARDED");
PEND(forgets, FORGET, .violation = "PENDING_NOT_PASSED_ON");
PEND(returns, RETURN, .violation = "PENDING_IGNORED");
PEND(skips, SKIP_RETURN, .violation = "PENDING_IGNORED");

static int open_twin(const char *name, const char *which)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/dev/ntio/%s-%s", name, which);
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0) {
		printf("Bail out! no %s\n", path);
		fflush(stdout);
		_exit(1);
	}
	return fd;
}

/* Sends it to one of the twins; returns what became of it. */
static struct ntio_device_control send_to(const char *name, const char *which,
					  __u32 code, void *in, __u32 in_len,
					  void *out, __u32 out_len)
{
	struct ntio_device_control c = {
		.code = code, .in = addr(in), .in_len = in_len,
		.out = addr(out), .out_len = out_len,
	};
	int fd = open_twin(name, which);

	control(fd, &c);
	close(fd);
	return c;
}

#define send_twin(_which)						\
	send_to(variant->device, _which, variant->code, self->in,	\
		variant->in_len, self->out, variant->out_len)

#define twin_is_named() ({						\
	char _name[64];							\
	snprintf(_name, sizeof(_name), "%s-wrong%s", variant->device,	\
		 variant->below);					\
	twins_named(&self->twins, _name, variant->violation); })

/* [2.42]: counted each time, named once, and nobody else is blamed. */
TEST_F(twin, wrong_is_named)
{
	long before = violations(variant->violation);
	long all = ntio_stat("violations", NULL);
	int i;

	for (i = 0; i < 3; i++)
		send_twin("wrong");
	/* A worker's is counted after its request has ended. */
	for (i = 0; i < 3000 && violations(variant->violation) < before + 3; i++)
		usleep(1000);
	EXPECT_EQ(before + 3, violations(variant->violation));
	EXPECT_EQ(all + 3, ntio_stat("violations", NULL));
	EXPECT_TRUE(twin_is_named());
	EXPECT_FALSE(kmsg_has(self->twins.kmsg, "ntio: driver of", ""));
}

TEST_F(twin, right_is_not)
{
	long all = ntio_stat("violations", NULL);
	int i;

	for (i = 0; i < 3; i++)
		send_twin("right");
	EXPECT_EQ(all, ntio_stat("violations", NULL));
	EXPECT_FALSE(kmsg_has(self->twins.kmsg, "ntio: driver of", ""));
}

TEST_F(twin, not_found_without)
{
	if (variant->harmful)
		SKIP(return, "without the verifier nobody would put it right");
	ASSERT_EQ(0, param_set_text("verifier", ""));
	send_twin("wrong");
	EXPECT_FALSE(twin_is_named());
}

/* --- special_pool ---------------------------------------------------------- */

FIXTURE(option)
{
	struct twins twins;
};

FIXTURE_SETUP(option)
{
	twins_begin(&self->twins, "");
}

FIXTURE_TEARDOWN(option)
{
	EXPECT_TRUE(twins_end(&self->twins));
}

static long done(const char *option)
{
	return ntio_stat("verifier", option);
}

/* Behind the alignment the next byte is not there: a fault, not a byte. */
TEST_F(option, special_pool_guard)
{
	static const size_t lengths[] = {
		1, 7, 8, 9, 13, 100, PAGE - 8, PAGE - 1, PAGE, PAGE + 1,
		5 * PAGE, 64 * KIB + 3,
	};
	static unsigned char in[128 * KIB];
	long before = done("special_pool");
	struct ntio_device_control c;
	size_t i;

	ASSERT_EQ(0, param_set_text("verifier", "special_pool"));
	for (i = 0; i < ARRAY_SIZE(lengths); i++) {
		c = send_to("pool", "right", IOCTL_TWIN_BEYOND, in, lengths[i],
			    NULL, 0);
		EXPECT_EQ(STATUS_SUCCESS, c.out_status);
		EXPECT_EQ(-lengths[i] % 8, c.out_information) {
			TH_LOG("length %zu", lengths[i]);
		}
	}
	EXPECT_EQ(before + ARRAY_SIZE(lengths), done("special_pool"));
	ASSERT_EQ(0, param_set_text("verifier", ""));
	c = send_to("pool", "right", IOCTL_TWIN_BEYOND, in, 13, NULL, 0);
	EXPECT_LT(3, c.out_information);
	EXPECT_EQ(before + ARRAY_SIZE(lengths), done("special_pool"));
}

/* Where the buffer is shorter than the other one, nothing behind it is read. */
TEST_F(option, buffers_of_different_lengths)
{
	static unsigned char in[8], out[3000];
	static const __u32 codes[] = {
		IOCTL_ECHO_BUFFERED, IOCTL_ECHO_IN_DIRECT,
		IOCTL_ECHO_OUT_DIRECT, IOCTL_ECHO_NEITHER,
	};
	long all = ntio_stat("violations", NULL);
	int i, fd = echo_open();

	ASSERT_EQ(0, param_set_text("verifier",
				    "special_pool,io_verification"));
	for (i = 0; i < ARRAY_SIZE(codes); i++)
		control_ok(fd, .code = codes[i], .in = addr(in), .in_len = 8,
			   .out = addr(out), .out_len = sizeof(out));
	EXPECT_EQ(all, ntio_stat("violations", NULL));
	close(fd);
}

/* --- force_pending --------------------------------------------------------- */

/* What the caller gets is the same; also of who is mistaken. */
TEST_F(option, force_pending_outcome)
{
	static const struct {
		const char *which;
		__u32 code;
		__u64 information;
	} rows[] = {
		{ "right", IOCTL_TWIN_ASSUME, 5 },
		{ "right", IOCTL_TWIN_FORGET, 4 },
		{ "right", IOCTL_TWIN_RETURN, 4 },
		{ "right", IOCTL_TWIN_SKIP_RETURN, 4 },
		/* It was refused, and the one below has answered. */
		{ "wrong", IOCTL_TWIN_ASSUME, 4 },
		{ "wrong", IOCTL_TWIN_FORGET, 4 },
		{ "wrong", IOCTL_TWIN_RETURN, 4 },
		{ "wrong", IOCTL_TWIN_SKIP_RETURN, 4 },
	};
	long before = done("force_pending");
	struct ntio_device_control c;
	size_t i;

	ASSERT_EQ(0, param_set_text("verifier", "force_pending"));
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		c = send_to("pend", rows[i].which, rows[i].code, NULL, 0,
			    NULL, 0);
		EXPECT_EQ(STATUS_SUCCESS, c.out_status);
		EXPECT_EQ(STATUS_SUCCESS, c.out_iosb_status);
		EXPECT_EQ(rows[i].information, c.out_information) {
			TH_LOG("row %zu", i);
		}
	}
	EXPECT_EQ(before + ARRAY_SIZE(rows), done("force_pending"));
}

/* --- invariant_mdl --------------------------------------------------------- */

struct changer {
	unsigned char *byte;
	bool stop;
};

static void *change(void *arg)
{
	struct changer *changer = arg;

	while (!__atomic_load_n(&changer->stop, __ATOMIC_RELAXED)) {
		__atomic_fetch_add(changer->byte, 1, __ATOMIC_RELAXED);
		usleep(1000);
	}
	return NULL;
}

#define read_slowly(_out)						\
	send_to("mdl", "right", IOCTL_TWIN_READ_SLOWLY, NULL, 0, _out, 100)

/* A thread of the caller may: nobody is blamed, but it is counted. */
TEST_F(option, invariant_mdl_thread)
{
	long all = ntio_stat("violations", NULL);
	long unknown = done("invariant_mdl_unknown");
	static unsigned char out[100];
	struct changer changer = { .byte = out };
	pthread_t thread;

	ASSERT_EQ(0, param_set_text("verifier", "invariant_mdl"));
	ASSERT_EQ(0, pthread_create(&thread, NULL, change, &changer));
	EXPECT_EQ(STATUS_SUCCESS, read_slowly(out).out_status);
	__atomic_store_n(&changer.stop, true, __ATOMIC_RELAXED);
	pthread_join(thread, NULL);
	EXPECT_LT(unknown, done("invariant_mdl_unknown"));
	EXPECT_EQ(all, ntio_stat("violations", NULL));
}

/* So may another process that shares the memory. */
TEST_F(option, invariant_mdl_process)
{
	long all = ntio_stat("violations", NULL);
	long unknown = done("invariant_mdl_unknown");
	struct changer changer = { };
	unsigned char *out;
	pid_t child;
	int status;

	ASSERT_EQ(0, param_set_text("verifier", "invariant_mdl"));
	out = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
		   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, out);
	changer.byte = out;
	child = fork();
	ASSERT_LE(0, child);
	if (!child)
		change(&changer);
	EXPECT_TRUE(wait_until(__atomic_load_n(out, __ATOMIC_RELAXED) > 2));
	EXPECT_EQ(STATUS_SUCCESS, read_slowly(out).out_status);
	kill(child, SIGKILL);
	ASSERT_EQ(child, waitpid(child, &status, 0));
	EXPECT_LT(unknown, done("invariant_mdl_unknown"));
	EXPECT_EQ(all, ntio_stat("violations", NULL));
}

/* --- systematic --------------------------------------------- */

#define RESOURCES 64

FIXTURE(resources)
{
	struct twins twins;
};

FIXTURE_SETUP(resources)
{
	twins_begin(&self->twins, "");
}

FIXTURE_TEARDOWN(resources)
{
	EXPECT_TRUE(twins_end(&self->twins));
}

/* Bit i of the answer: request i was refused. */
static __u64 refused(const char *which)
{
	unsigned char in[8] = { 0x77 };
	struct ntio_device_control c;
	__u64 pattern = 0;
	int i;

	for (i = 0; i < RESOURCES; i++) {
		c = send_to("res", which, IOCTL_TWIN_LOCK, in, 8, NULL, 0);
		if (c.out_status == STATUS_INSUFFICIENT_RESOURCES)
			pattern |= 1ULL << i;
	}
	return pattern;
}

/* Each place once, the first time, in the order in which they come. */
TEST_F(resources, systematic_takes_each_error_path)
{
	long all = ntio_stat("violations", NULL);
	long before = done("systematic");

	ASSERT_EQ(0, param_set_text("verifier", "systematic"));
	EXPECT_EQ(7, refused("right"));
	EXPECT_EQ(before + 3, done("systematic"));
	EXPECT_TRUE(kmsg_has(self->twins.kmsg, "systematic: refuses once",
			     "res_careful"));
	EXPECT_EQ(0, refused("right"));
	EXPECT_EQ(all, ntio_stat("violations", NULL));
	/* Anew. */
	ASSERT_EQ(0, param_set_text("verifier", "systematic"));
	EXPECT_EQ(7, refused("right"));
}

TEST_F(resources, systematic_names_the_careless)
{
	long before = violations("NOT_LOCKED");

	ASSERT_EQ(0, param_set_text("verifier", "systematic"));
	EXPECT_EQ(1, refused("wrong"));
	EXPECT_EQ(before + 1, violations("NOT_LOCKED"));
	EXPECT_TRUE(twins_named(&self->twins, "res-wrong", "NOT_LOCKED"));
	EXPECT_FALSE(kmsg_has(self->twins.kmsg, "ntio: driver of", ""));
}

/* --- the parameter --------------------------------------------------------- */

FIXTURE(parameter)
{
	char options[256];
};

FIXTURE_SETUP(parameter)
{
	param_get_text("verifier", self->options);
	ASSERT_EQ(0, param_set_text("verifier", ""));
}

FIXTURE_TEARDOWN(parameter)
{
	EXPECT_EQ(0, param_set_text("verifier", self->options));
}

TEST_F(parameter, names)
{
	static const char * const right[][2] = {
		{ "systematic", "systematic" },
		{ "", "" },
		{ "io_verification,systematic",
		  "systematic,io_verification" },
		{ "io_verification,special_pool,force_pending,systematic,"
		  "invariant_mdl",
		  "special_pool,force_pending,systematic,invariant_mdl,"
		  "io_verification" },
		{ ",systematic,,systematic", "systematic" },
	};
	static const char * const wrong[] = {
		"systemati", "systematics", "systematic,x", "1",
		"systematic io_verification", "irp_logging",
	};
	char text[256];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(right); i++) {
		EXPECT_EQ(0, param_set_text("verifier", right[i][0]));
		param_get_text("verifier", text);
		EXPECT_STREQ(right[i][1], text);
	}
	for (i = 0; i < ARRAY_SIZE(wrong); i++) {
		EXPECT_EQ(EINVAL, param_set_text("verifier", wrong[i]));
		param_get_text("verifier", text);
		EXPECT_STREQ("systematic", text) {
			TH_LOG("%s has changed it", wrong[i]);
		}
	}
}

/*
 * No option is on any more, and a request is still there that has memory of one:
 * that is given back as such.
 */
TEST_F(parameter, looks_until_the_last_request)
{
	struct ntio_device_control c = { .code = IOCTL_TWIN_LOSE };
	long before = done("special_pool");
	struct twins twins;
	pid_t child;

	twins_begin(&twins, "special_pool");
	child = fork();
	ASSERT_LE(0, child);
	if (!child) {
		c.in = addr(&c);
		c.in_len = 100;
		control(open("/dev/ntio/log-wrong", O_RDWR), &c);
		_exit(0);
	}
	EXPECT_TRUE(wait_until(done("special_pool") == before + 1));
	EXPECT_EQ(0, param_set_text("verifier", ""));
	kill(child, SIGKILL);
	ASSERT_EQ(child, waitpid(child, NULL, 0));
	EXPECT_TRUE(wait_until(!ntio_stat("alive", "requests")));
	EXPECT_TRUE(twins_end(&twins));
}

/* A request keeps the options it began with; what it has is freed with it. */
TEST_F(parameter, changed_meanwhile)
{
	static const char * const options[] = {
		"io_verification,invariant_mdl", "io_verification",
		"special_pool,force_pending", "",
	};
	pid_t child = fork();
	int i, fd, status;

	ASSERT_LE(0, child);
	if (!child) {
		fd = open("/dev/ntio/vault", O_RDWR);
		while (pwrite(fd, options, sizeof(options), 0) > 0)
			;
		_exit(1);
	}
	for (i = 0; i < 80; i++)
		EXPECT_EQ(0, param_set_text("verifier", options[i % 4]));
	EXPECT_EQ(0, waitpid(child, &status, WNOHANG));
	kill(child, SIGKILL);
	ASSERT_EQ(child, waitpid(child, &status, 0));
}

TEST_HARNESS_MAIN
