// SPDX-License-Identifier: GPL-2.0
/*
 * A user address in a worker: what goes wrong, and the four ways that do not
 * [7.2] [7.4] [7.6]. Two processes have different data at the same address.
 */
#include <linux/capability.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "kselftest_harness.h"
#include "ntio_test.h"
#include "module/samples/context.h"

#define CONTEXT_PATH "/dev/ntio/context"
#define AT ((void *)0x700000000000)
#define MINE 0x1111111111111111ULL
#define OTHERS 0x2222222222222222ULL
#define TRIES 200
#define HERE 0
#define THERE 1

/* What goes wrong is shown only on demand. */
__attribute__((constructor))
static void load_unsafe(void)
{
	if (!wait_until(!module_unload("ntio_context")) ||
	    module_load_with("ntio_context", "unsafe=1"))
		printf("# the sample context does not load with unsafe=1\n");
}

static void run_on(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
}

static struct context_ask *map_ask(__u64 data)
{
	struct context_ask *ask = mmap(AT, PAGE, PROT_READ | PROT_WRITE,
				       MAP_PRIVATE | MAP_ANONYMOUS |
				       MAP_FIXED_NOREPLACE, -1, 0);

	if (ask != AT)
		_exit(1);
	ask->mine = MINE;
	ask->other = OTHERS;
	ask->cpu = CONTEXT_ANY_CPU;
	ask->data = data;
	return ask;
}

/* Another process, busy on a CPU, with other data at the address. */
static pid_t start_other(int cpu)
{
	int ready[2];
	pid_t pid;
	char c;

	if (pipe(ready))
		return -1;
	pid = fork();
	if (!pid) {
		run_on(cpu);
		map_ask(OTHERS);
		if (write(ready[1], "", 1) != 1)
			_exit(1);
		for (;;)
			;
	}
	close(ready[1]);
	if (read(ready[0], &c, 1) != 1)
		pid = -1;
	close(ready[0]);
	return pid;
}

static void stop(pid_t pid)
{
	if (pid > 0) {
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
	}
}

static struct context_saw context_saw(int fd)
{
	struct context_saw saw = { };
	struct ntio_device_control c = {
		.code = IOCTL_CONTEXT_SAW,
		.out = addr(&saw), .out_len = sizeof(saw),
	};

	if (control(fd, &c))
		saw.verdict = CONTEXT_NOTHING;
	return saw;
}

static void context_go(int fd)
{
	struct ntio_device_control c = { .code = IOCTL_CONTEXT_GO };

	control(fd, &c);
}

/* Sends @ask at @at; BUFFERED codes have no second buffer. Returns errno. */
static int context_send(int fd, __u32 code, struct context_ask *ask)
{
	struct ntio_device_control c = {
		.code = code, .in = addr(ask), .in_len = sizeof(*ask),
	};

	if (NTIO_CTL_METHOD(code) != NTIO_METHOD_BUFFERED) {
		c.out = addr(&ask->data);
		c.out_len = sizeof(ask->data);
	}
	return control(fd, &c);
}

/* How often which verdict came. */
struct tally {
	int count[CONTEXT_FAULT + 1];
	int elsewhere;	/* not on the CPU that was asked for */
	int errors;	/* status of the call does not fit the verdict */
};

static struct tally try_often(int fd, __u32 code, struct context_ask *ask)
{
	struct tally tally = { };

	for (int i = 0; i < TRIES; i++) {
		int error = context_send(fd, code, ask);
		struct context_saw saw = context_saw(fd);

		tally.count[saw.verdict]++;
		if (ask->cpu != CONTEXT_ANY_CPU && saw.cpu != ask->cpu)
			tally.elsewhere++;
		if (error != (saw.verdict == CONTEXT_FAULT ? EFAULT : 0) ||
		    (__u32)i + 1 != saw.served)
			tally.errors++;
	}
	return tally;
}

static void print_tally(const char *what, const struct tally *tally)
{
	printf("# %s: %d the caller's, %d the other's, %d faults, %d unknown\n",
	       what, tally->count[CONTEXT_MINE], tally->count[CONTEXT_OTHER],
	       tally->count[CONTEXT_FAULT], tally->count[CONTEXT_UNKNOWN]);
}

FIXTURE(context)
{
	int fd;
	pid_t other;
	struct context_ask *ask;
};

FIXTURE_SETUP(context)
{
	if (sysconf(_SC_NPROCESSORS_ONLN) < 2)
		SKIP(return, "needs two CPUs");
	run_on(HERE);
	self->fd = open(CONTEXT_PATH, O_RDWR | O_CLOEXEC);
	ASSERT_LE(0, self->fd);
	self->other = start_other(THERE);
	ASSERT_LT(0, self->other);
	self->ask = map_ask(MINE);
}

FIXTURE_TEARDOWN(context)
{
	stop(self->other);
	close(self->fd);
}

/* --- the mistake ---------------------------------------------------------- */

/* [7.4] (a), R5: without an error; now and then the CPU dropped its tables. */
TEST_F(context, naive_reads_the_other_process)
{
	struct tally tally;

	self->ask->cpu = THERE;
	tally = try_often(self->fd, IOCTL_CONTEXT_NAIVE, self->ask);
	print_tally("a worker on the other process' CPU", &tally);
	EXPECT_LT(TRIES / 2, tally.count[CONTEXT_OTHER]);
	EXPECT_EQ(0, tally.count[CONTEXT_MINE]);
	EXPECT_EQ(0, tally.elsewhere);
	EXPECT_EQ(0, tally.errors);
}

/* The luck that lets the mistake pass its tests: measured, not promised. */
TEST_F(context, naive_on_the_callers_cpu)
{
	struct tally tally;

	self->ask->cpu = HERE;
	tally = try_often(self->fd, IOCTL_CONTEXT_NAIVE, self->ask);
	print_tally("a worker on the caller's CPU", &tally);
	EXPECT_EQ(0, tally.elsewhere);
	EXPECT_EQ(0, tally.errors);
}

/* Where a page is missing in the other process, there is a fault. */
TEST_F(context, naive_faults_if_the_other_lacks_the_page)
{
	struct context_ask *ask = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
				       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct tally tally;

	*ask = *self->ask;	/* mapped here after the other was forked */
	ask->cpu = THERE;
	tally = try_often(self->fd, IOCTL_CONTEXT_NAIVE, ask);
	print_tally("a page that only the caller has", &tally);
	EXPECT_EQ(0, tally.count[CONTEXT_OTHER]);
	EXPECT_EQ(0, tally.count[CONTEXT_MINE]);
	EXPECT_EQ(0, tally.errors);
}

/* [11.24]: the same mistake with the token; the core says no. */
TEST_F(context, token_in_a_worker_copies_nothing)
{
	long before = violations("WRONG_CONTEXT");

	for (int cpu = HERE; cpu <= THERE; cpu++) {
		struct tally tally;

		self->ask->cpu = cpu;
		tally = (struct tally){ };
		for (int i = 0; i < TRIES; i++) {
			EXPECT_EQ(EFAULT, context_send(self->fd,
						       IOCTL_CONTEXT_TOKEN,
						       self->ask));
			tally.count[context_saw(self->fd).verdict]++;
		}
		EXPECT_EQ(TRIES, tally.count[CONTEXT_FAULT]);
	}
	EXPECT_EQ(before + 2 * TRIES, violations("WRONG_CONTEXT"));
}

static int drop_admin(void)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[2];

	if (syscall(SYS_capget, &header, data))
		return errno;
	data[0].effective &= ~(1U << CAP_SYS_ADMIN);
	return syscall(SYS_capset, &header, data) ? errno : 0;
}

TEST_F(context, mistakes_need_the_privilege)
{
	ASSERT_EQ(0, drop_admin());
	EXPECT_EQ(EPERM, context_send(self->fd, IOCTL_CONTEXT_NAIVE,
				      self->ask));
	EXPECT_EQ(EPERM, context_send(self->fd, IOCTL_CONTEXT_TOKEN,
				      self->ask));
	EXPECT_EQ(0, context_saw(self->fd).served);
	EXPECT_EQ(0, context_send(self->fd, IOCTL_CONTEXT_ATTACHED,
				  self->ask));
}

TEST(mistakes_are_off)
{
	struct context_ask *ask = map_ask(MINE);
	int fd;

	ASSERT_TRUE(wait_until(!module_unload("ntio_context")));
	ASSERT_EQ(0, module_load("ntio_context"));
	fd = open(CONTEXT_PATH, O_RDWR | O_CLOEXEC);
	ASSERT_LE(0, fd);
	EXPECT_EQ(EOPNOTSUPP, context_send(fd, IOCTL_CONTEXT_NAIVE, ask));
	EXPECT_EQ(EOPNOTSUPP, context_send(fd, IOCTL_CONTEXT_TOKEN, ask));
	EXPECT_EQ(0, context_saw(fd).served);
	EXPECT_EQ(0, context_send(fd, IOCTL_CONTEXT_ATTACHED, ask));
	close(fd);
	ASSERT_TRUE(wait_until(!module_unload("ntio_context")));
	ASSERT_EQ(0, module_load_with("ntio_context", "unsafe=1"));
}

/* --- the ways out --------------------------------------------------------- */

FIXTURE(way)
{
	int fd;
	pid_t other;
	struct context_ask *ask;
	pid_t caller;
	long pins;
};

FIXTURE_VARIANT(way)
{
	__u32 code;
	bool by_address;	/* looks at what is mapped there now */
	__u32 flags;
};

FIXTURE_VARIANT_ADD(way, captured) {
	.code = IOCTL_CONTEXT_CAPTURED, .flags = CONTEXT_SYSTEM_BUFFER };
FIXTURE_VARIANT_ADD(way, locked) {
	.code = IOCTL_CONTEXT_LOCKED, .flags = CONTEXT_SYSTEM_BUFFER |
		CONTEXT_PAGES | CONTEXT_CONTIGUOUS };
FIXTURE_VARIANT_ADD(way, locked_by_driver) {
	.code = IOCTL_CONTEXT_LOCKED_BY_DRIVER,
	.flags = CONTEXT_PAGES | CONTEXT_CONTIGUOUS };
FIXTURE_VARIANT_ADD(way, attached) {
	.code = IOCTL_CONTEXT_ATTACHED, .by_address = true };
FIXTURE_VARIANT_ADD(way, copied) {
	.code = IOCTL_CONTEXT_COPIED, .by_address = true };

FIXTURE_SETUP(way)
{
	if (sysconf(_SC_NPROCESSORS_ONLN) < 2)
		SKIP(return, "needs two CPUs");
	run_on(HERE);
	self->pins = pins();
	self->caller = -1;
	self->fd = open(CONTEXT_PATH, O_RDWR);
	ASSERT_LE(0, self->fd);
	self->other = start_other(THERE);
	ASSERT_LT(0, self->other);
}

FIXTURE_TEARDOWN(way)
{
	context_go(self->fd);
	stop(self->caller);
	stop(self->other);
	EXPECT_TRUE(wait_until(pins() == self->pins));
	close(self->fd);
}

/* [7.6], R5, R6, R7; the worker as in [7.3]. */
TEST_F(way, is_right_on_every_cpu)
{
	static const __u32 cpus[] = { HERE, THERE, CONTEXT_ANY_CPU };
	struct context_ask *ask = map_ask(MINE);

	for (size_t i = 0; i < ARRAY_SIZE(cpus); i++) {
		int fd = open(CONTEXT_PATH, O_RDWR | O_CLOEXEC);
		struct context_saw saw;
		struct tally tally;

		ask->cpu = cpus[i];
		tally = try_often(fd, variant->code, ask);
		saw = context_saw(fd);
		close(fd);
		EXPECT_EQ(TRIES, tally.count[CONTEXT_MINE]);
		EXPECT_EQ(0, tally.elsewhere);
		EXPECT_EQ(0, tally.errors);
		EXPECT_EQ(CONTEXT_KTHREAD | CONTEXT_NO_MM | variant->flags,
			  saw.flags);
		EXPECT_EQ(0, saw.pid);
	}
}

static void *send_parked(void *fd_and_code)
{
	const int *args = fd_and_code;
	struct context_ask *ask = AT;

	return (void *)(long)context_send(args[0], args[1], ask);
}

/* A thread whose request waits in a worker. */
static void park(pthread_t *thread, int args[2])
{
	((struct context_ask *)AT)->flags = CONTEXT_PARK;
	if (pthread_create(thread, NULL, send_parked, args) ||
	    !wait_until(context_saw(args[0]).parked == 1))
		_exit(1);
}

static int let_go(pthread_t thread, int fd)
{
	void *error;

	context_go(fd);
	pthread_join(thread, &error);
	return (long)error;
}

/* [5.17], R8: pages and copies stay; the address leads nowhere. */
TEST_F(way, munmap_before_the_worker_reads)
{
	int args[2] = { self->fd, variant->code };
	pthread_t thread;

	map_ask(MINE);
	park(&thread, args);
	ASSERT_EQ(0, munmap(AT, PAGE));
	EXPECT_EQ(variant->by_address ? EFAULT : 0, let_go(thread, self->fd));
	EXPECT_EQ(variant->by_address ? CONTEXT_FAULT : CONTEXT_MINE,
		  context_saw(self->fd).verdict);
}

/* By address one finds what is there now, not what was. */
TEST_F(way, other_data_before_the_worker_reads)
{
	int args[2] = { self->fd, variant->code };
	pthread_t thread;

	map_ask(MINE);
	park(&thread, args);
	ASSERT_EQ(0, munmap(AT, PAGE));
	map_ask(OTHERS);
	EXPECT_EQ(0, let_go(thread, self->fd));
	EXPECT_EQ(variant->by_address ? CONTEXT_OTHER : CONTEXT_MINE,
		  context_saw(self->fd).verdict);
}

static void expect_after_the_end(struct __test_metadata *_metadata, int fd,
				 bool by_address)
{
	struct context_saw saw;

	context_go(fd);
	EXPECT_TRUE(wait_until(context_saw(fd).served == 1));
	saw = context_saw(fd);
	EXPECT_EQ(by_address ? CONTEXT_FAULT : CONTEXT_MINE, saw.verdict);
	EXPECT_EQ(by_address ? STATUS_PROCESS_IS_TERMINATING : STATUS_SUCCESS,
		  saw.status);
}

/* R8; attaching fails cleanly. */
TEST_F(way, caller_killed_before_the_worker_reads)
{
	self->caller = fork();
	if (!self->caller) {
		map_ask(MINE)->flags = CONTEXT_PARK;
		context_send(self->fd, variant->code, AT);
		_exit(0);
	}
	ASSERT_TRUE(wait_until(context_saw(self->fd).parked == 1));
	stop(self->caller);
	self->caller = -1;
	EXPECT_EQ(1, context_saw(self->fd).parked);
	expect_after_the_end(_metadata, self->fd, variant->by_address);
}

/* The process lives on, with another address space. */
TEST_F(way, exec_before_the_worker_reads)
{
	self->caller = fork();
	if (!self->caller) {
		int args[2] = { self->fd, variant->code };
		pthread_t thread;

		map_ask(MINE);
		park(&thread, args);
		execl("/bin/busybox", "sleep", "100", NULL);
		_exit(1);
	}
	ASSERT_TRUE(wait_until(context_saw(self->fd).parked == 1));
	usleep(300000);		/* for exec, which has no end to wait for */
	EXPECT_EQ(0, kill(self->caller, 0));
	expect_after_the_end(_metadata, self->fd, variant->by_address);
	EXPECT_EQ(0, waitpid(self->caller, NULL, WNOHANG));
}

static int send_and_exit(void *fd_and_code)
{
	const int *args = fd_and_code;

	context_send(args[0], args[1], AT);
	return 0;
}

/* D8: it is the address space that counts; the sender itself may die. */
TEST_F(way, sender_killed_but_not_its_address_space)
{
	int args[2] = { self->fd, variant->code };

	map_ask(MINE)->flags = CONTEXT_PARK;
	self->caller = clone(send_and_exit, malloc(65536) + 65536,
			     CLONE_VM | CLONE_FILES | SIGCHLD, args);
	ASSERT_TRUE(wait_until(context_saw(self->fd).parked == 1));
	stop(self->caller);
	self->caller = -1;
	expect_after_the_end(_metadata, self->fd, false);
}

/* R4: a filter above, and the driver is not called with a token any more. */
TEST(below_another_driver)
{
	int fd = open("/dev/ntio/context-above", O_RDWR | O_CLOEXEC);
	struct context_ask *ask = map_ask(MINE);

	ASSERT_LE(0, fd);
	control_refused(fd, STATUS_INVALID_DEVICE_REQUEST,
			NTIO_REASON_NOT_HIGHEST, 0,
			.code = IOCTL_CONTEXT_HERE, .in = addr(ask),
			.in_len = sizeof(*ask), .out = addr(&ask->data),
			.out_len = sizeof(ask->data));
	EXPECT_EQ(0, context_saw(fd).served);
	EXPECT_EQ(0, context_send(fd, IOCTL_CONTEXT_LOCKED, ask));
	EXPECT_EQ(CONTEXT_MINE, context_saw(fd).verdict);
	close(fd);
}

static __u64 driver_page(int fd, __u64 store)
{
	__u64 was = POISON64;
	struct ntio_device_control c = {
		.code = IOCTL_CONTEXT_PAGE, .in = addr(&store), .in_len = 8,
		.out = addr(&was), .out_len = 8,
	};

	return control(fd, &c) ? POISON64 : was;
}

/* R1 [5.43]: both sides see the same page, however the file was opened. */
TEST(driver_memory_in_a_process)
{
	int fd = open(CONTEXT_PATH, O_RDWR | O_CLOEXEC);
	__u64 *page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
			   0);
	int status;

	ASSERT_NE(MAP_FAILED, page);
	EXPECT_EQ(PAGE, match_byte(page, PAGE, 0));
	EXPECT_EQ(0, driver_page(fd, 1));
	EXPECT_EQ(1, *page);
	if (!fork()) {
		*page = 2;
		_exit(0);
	}
	wait(&status);
	EXPECT_EQ(2, driver_page(fd, 3));
	ASSERT_EQ(0, munmap(page, PAGE));
	EXPECT_EQ(3, driver_page(fd, 4));
	close(fd);
}

TEST(driver_memory_read_only)
{
	int fd = open(CONTEXT_PATH, O_RDONLY | O_CLOEXEC);
	__u64 *page = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 0);

	ASSERT_NE(MAP_FAILED, page);
	EXPECT_EQ(0, driver_page(fd, 7));
	EXPECT_EQ(7, *page);
	EXPECT_EQ(-1, mprotect(page, PAGE, PROT_READ | PROT_WRITE));
	EXPECT_EQ(EACCES, errno);
	/* The mapping keeps the file, and with it the driver [5.39]. */
	close(fd);
	EXPECT_EQ(7, *page);
	EXPECT_EQ(EAGAIN, module_unload("ntio_context"));
	munmap(page, PAGE);
}

TEST(driver_memory_refused)
{
	int fd = open(CONTEXT_PATH, O_RDWR | O_CLOEXEC);
	int prot = PROT_READ | PROT_WRITE;

	EXPECT_EQ(MAP_FAILED, mmap(NULL, PAGE, prot, MAP_PRIVATE, fd, 0));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(MAP_FAILED, mmap(NULL, 2 * PAGE, prot, MAP_SHARED, fd, 0));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(MAP_FAILED, mmap(NULL, PAGE, prot, MAP_SHARED, fd, PAGE));
	EXPECT_EQ(EINVAL, errno);
	close(fd);
}

/* A second thread shares the address space: it is the caller's context. */
static void *send_here(void *fd)
{
	return (void *)(long)context_send((long)fd, IOCTL_CONTEXT_HERE, AT);
}

TEST(second_thread_is_the_callers_context)
{
	int fd = open(CONTEXT_PATH, O_RDWR | O_CLOEXEC);
	struct context_saw saw;
	pthread_t thread;
	void *error;

	map_ask(MINE);
	ASSERT_EQ(0, pthread_create(&thread, NULL, send_here, (void *)(long)fd));
	ASSERT_EQ(0, pthread_join(thread, &error));
	EXPECT_EQ(NULL, error);
	saw = context_saw(fd);
	EXPECT_EQ(CONTEXT_MINE, saw.verdict);
	EXPECT_EQ(getpid(), (int)saw.pid);
	EXPECT_EQ(0, saw.flags);
	close(fd);
}

TEST_HARNESS_MAIN
