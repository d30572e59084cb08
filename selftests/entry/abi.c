// SPDX-License-Identifier: GPL-2.0
/*
 * The form of every ioctl: sizes, reserved fields, numbers, structures that
 * cannot be read or written. uapi/ntio.h, "General ioctl format".
 */
#include <setjmp.h>
#include <signal.h>
#include <sys/syscall.h>

#include "kselftest_harness.h"
#include "ntio_test.h"

union any_struct {
	__u32 size;
	struct ntio_device_control control;
	struct ntio_query_device device;
	struct ntio_query_control query;
	struct ntio_cancel cancel;
	unsigned char bytes[2 * PAGE];
};

FIXTURE(command)
{
	int fd;
	union any_struct s;
	__u32 calls;
};

FIXTURE_VARIANT(command)
{
	unsigned long cmd;
	__u32 size;
	/* Offset of a field that must be 0, of one that is output. */
	__u32 reserved;
	__u32 out;
	/* Reaches the driver. */
	bool driver;
};

FIXTURE_VARIANT_ADD(command, device_control)
{
	.cmd = NTIO_IOC_DEVICE_CONTROL,
	.size = sizeof(struct ntio_device_control),
	.reserved = offsetof(struct ntio_device_control, __reserved),
	.out = offsetof(struct ntio_device_control, out_status),
	.driver = true,
};

FIXTURE_VARIANT_ADD(command, device_control_flags)
{
	.cmd = NTIO_IOC_DEVICE_CONTROL,
	.size = sizeof(struct ntio_device_control),
	.reserved = offsetof(struct ntio_device_control, flags),
	.out = offsetof(struct ntio_device_control, out_detail),
	.driver = true,
};

FIXTURE_VARIANT_ADD(command, query_device)
{
	.cmd = NTIO_IOC_QUERY_DEVICE,
	.size = sizeof(struct ntio_query_device),
	.reserved = offsetof(struct ntio_query_device, __reserved),
	.out = offsetof(struct ntio_query_device, out_flags),
};

FIXTURE_VARIANT_ADD(command, query_control)
{
	.cmd = NTIO_IOC_QUERY_CONTROL,
	.size = sizeof(struct ntio_query_control),
	.out = offsetof(struct ntio_query_control, out_code),
};

/* Flags that are unknown, and a request that is named besides a flag. */
FIXTURE_VARIANT_ADD(command, cancel)
{
	.cmd = NTIO_IOC_CANCEL,
	.size = sizeof(struct ntio_cancel),
	.reserved = offsetof(struct ntio_cancel, flags) + 1,
	.out = offsetof(struct ntio_cancel, out_cancelled),
};

FIXTURE_SETUP(command)
{
	self->fd = echo_open();
	self->s.size = variant->size;
	memset(self->s.bytes + variant->out, POISON,
	       variant->size - variant->out);
	if (variant->driver)
		self->s.control.code = IOCTL_ECHO_BUFFERED;
	if (variant->cmd == NTIO_IOC_CANCEL)
		self->s.cancel.flags = NTIO_CANCEL_THREAD;
	self->calls = echo_saw(self->fd).calls;
}

FIXTURE_TEARDOWN(command)
{
	close(self->fd);
}

static int try_command(int fd, unsigned long cmd, void *arg)
{
	return ioctl(fd, cmd, arg) ? errno : 0;
}

/* The errno, and nothing written, and no driver called. */
#define expect_no_request(_error, _arg) do {				\
	EXPECT_EQ(_error, try_command(self->fd, variant->cmd, _arg));	\
	EXPECT_EQ(self->calls, echo_saw(self->fd).calls);		\
} while (0)

#define expect_out_untouched(_struct) do {				\
	size_t _len = variant->size - variant->out;			\
	EXPECT_EQ(_len, match_byte((unsigned char *)(_struct) +		\
				   variant->out, _len, POISON));	\
} while (0)

TEST_F(command, exact_size)
{
	EXPECT_EQ(0, try_command(self->fd, variant->cmd, &self->s));
	EXPECT_EQ(self->calls + variant->driver, echo_saw(self->fd).calls);
}

TEST_F(command, too_small)
{
	self->s.size = variant->size - 1;
	expect_no_request(EINVAL, &self->s);
	self->s.size = 4;
	expect_no_request(EINVAL, &self->s);
	self->s.size = 0;
	expect_no_request(EINVAL, &self->s);
	expect_out_untouched(&self->s);
}

TEST_F(command, larger_with_zero_tail)
{
	self->s.size = variant->size + 8;
	EXPECT_EQ(0, try_command(self->fd, variant->cmd, &self->s));
	EXPECT_EQ(8, match_byte(self->s.bytes + variant->size, 8, 0));
	self->s.size = PAGE;
	EXPECT_EQ(0, try_command(self->fd, variant->cmd, &self->s));
}

/* Nobody's structure is longer than a page: do not read that far. */
TEST_F(command, larger_than_a_page)
{
	self->s.size = PAGE + 8;
	expect_no_request(E2BIG, &self->s);
	self->s.size = 0xffffffff;
	expect_no_request(E2BIG, &self->s);
	expect_out_untouched(&self->s);
}

TEST_F(command, larger_with_nonzero_tail)
{
	self->s.size = variant->size + 8;
	self->s.bytes[variant->size + 7] = 1;
	expect_no_request(E2BIG, &self->s);
	self->s.bytes[variant->size + 7] = 0;
	self->s.bytes[variant->size] = 1;
	expect_no_request(E2BIG, &self->s);
	self->s.size = variant->size + 1;
	expect_no_request(E2BIG, &self->s);
	expect_out_untouched(&self->s);
}

TEST_F(command, reserved)
{
	if (!variant->reserved)
		SKIP(return, "the structure has no field that must be 0");
	self->s.bytes[variant->reserved] = 1;
	expect_no_request(EOPNOTSUPP, &self->s);
	self->s.bytes[variant->reserved] = 0;
	self->s.bytes[variant->reserved + 3] = 0x80;
	expect_no_request(EOPNOTSUPP, &self->s);
	expect_out_untouched(&self->s);
}

TEST_F(command, unreadable)
{
	struct mem none = mem_map(MEM_NONE, PAGE, 0);

	expect_no_request(EFAULT, NULL);
	expect_no_request(EFAULT, (void *)8);
	expect_no_request(EFAULT, none.p);
	expect_no_request(EFAULT, (void *)0xffff888000000000UL);
	expect_no_request(EFAULT, (void *)0x0000800000000000UL);
	expect_no_request(EFAULT, (void *)-1L);
	mem_free(&none);
}

/* Every split of the structure between a page and a hole behind it. */
TEST_F(command, partly_unmapped)
{
	struct mem mem = mem_new(PAGE, 0);
	__u32 n;

	for (n = 4; n < variant->size; n += 4) {
		unsigned char *s = mem.p + PAGE - n;

		memcpy(s, &self->s, n);
		expect_no_request(EFAULT, s);
		EXPECT_EQ(0, memcmp(s, &self->s, n));
	}
	/* The unknown rest lies in the hole. */
	memcpy(mem.p + PAGE - variant->size, &self->s, variant->size);
	*(__u32 *)(mem.p + PAGE - variant->size) = variant->size + 8;
	expect_no_request(EFAULT, mem.p + PAGE - variant->size);
	mem_free(&mem);
}

/* Better refused now than when the request has been carried out. */
TEST_F(command, read_only)
{
	struct mem mem = mem_new(PAGE, 0);

	memcpy(mem.p, &self->s, variant->size);
	mem_protect(&mem, 0, PROT_READ);
	expect_no_request(EFAULT, mem.p);
	expect_out_untouched(mem.p);
	mem_free(&mem);
}

/* All but the out_ part is writable. */
TEST_F(command, out_part_read_only)
{
	struct mem mem = mem_new(2 * PAGE, 0);
	unsigned char *s = mem.p + PAGE - variant->out;

	memcpy(s, &self->s, variant->size);
	mem_protect(&mem, 1, PROT_READ);
	expect_no_request(EFAULT, s);
	expect_out_untouched(s);
	mem_free(&mem);
}

/* The structure may lie anywhere, aligned or not. */
TEST_F(command, unaligned)
{
	struct mem mem = mem_new(variant->size, PAGE - 3);

	memcpy(mem.p, &self->s, variant->size);
	EXPECT_EQ(0, try_command(self->fd, variant->cmd, mem.p));
	EXPECT_TRUE(mem_around_intact(&mem));
	mem_free(&mem);
}

/* The whole number is compared: size and direction bits included. */
TEST_F(command, number_with_size_bits)
{
	__u32 nr = _IOC_NR(variant->cmd);

	EXPECT_EQ(ENOTTY, try_command(self->fd,
		_IOC(_IOC_READ | _IOC_WRITE, NTIO_IOC_TYPE, nr, variant->size),
		&self->s));
	EXPECT_EQ(ENOTTY, try_command(self->fd,
		_IOC(_IOC_NONE, NTIO_IOC_TYPE, nr, 4), &self->s));
	EXPECT_EQ(ENOTTY, try_command(self->fd,
		_IO(NTIO_IOC_TYPE + 1, nr), &self->s));
	EXPECT_EQ(self->calls, echo_saw(self->fd).calls);
	expect_out_untouched(&self->s);
}

FIXTURE(echo)
{
	int fd;
};

FIXTURE_SETUP(echo)
{
	self->fd = echo_open();
}

FIXTURE_TEARDOWN(echo)
{
	close(self->fd);
}

TEST_F(echo, unknown_numbers)
{
	struct ntio_device_control c = { .code = IOCTL_ECHO_BUFFERED };
	unsigned int nr;

	c.size = sizeof(c);
	for (nr = NTIO_CMD_CANCEL + 1; nr < 256; nr++)
		EXPECT_EQ(ENOTTY, try_command(self->fd,
				_IO(NTIO_IOC_TYPE, nr), &c));
	/* A control code is no ioctl number. */
	EXPECT_EQ(ENOTTY, try_command(self->fd, IOCTL_ECHO_BUFFERED, &c));
	EXPECT_EQ(0, echo_saw(self->fd).calls);
}

/* Neither read() nor write() is offered yet; they must not do anything. */
TEST_F(echo, read_write)
{
	char byte = 0;

	EXPECT_EQ(-1, read(self->fd, &byte, 1));
	EXPECT_EQ(EOPNOTSUPP, errno);
	EXPECT_EQ(-1, write(self->fd, &byte, 1));
	EXPECT_EQ(EOPNOTSUPP, errno);
	EXPECT_EQ(0, echo_saw(self->fd).calls);
}

TEST_F(echo, query_device)
{
	struct ntio_query_device q;

	memset(&q, POISON, sizeof(q));
	q.size = sizeof(q);
	q.__reserved = 0;
	ASSERT_EQ(0, try_command(self->fd, NTIO_IOC_QUERY_DEVICE, &q));
	EXPECT_EQ(0, q.out_flags);
	EXPECT_EQ(NTIO_DEVICE_UNKNOWN, q.out_type);
	EXPECT_LE(15, q.out_controls);
	EXPECT_GT(100, q.out_controls);
	EXPECT_EQ(param_get("max_buffered"), q.out_max_buffered);
	EXPECT_EQ(param_get("max_locked"), q.out_max_locked);
	EXPECT_EQ(64 * MIB, q.out_max_buffered);
	EXPECT_EQ(GIB, q.out_max_locked);
	EXPECT_EQ(0, q.__out_reserved);
	EXPECT_STREQ("echo", (char *)q.out_name);
	EXPECT_STREQ("ntio_echo", (char *)q.out_driver);
	/* Nothing of the kernel's memory behind the names. */
	EXPECT_EQ(NTIO_NAME_SIZE - 4,
		  match_byte(q.out_name + 4, NTIO_NAME_SIZE - 4, 0));
	EXPECT_EQ(NTIO_NAME_SIZE - 9,
		  match_byte(q.out_driver + 9, NTIO_NAME_SIZE - 9, 0));
}

static int query_control(int fd, __u32 index, struct ntio_query_control *q)
{
	memset(q, POISON, sizeof(*q));
	q->size = sizeof(*q);
	q->index = index;
	return try_command(fd, NTIO_IOC_QUERY_CONTROL, q);
}

/* Each declared code can be found, under the name that its source has. */
TEST_F(echo, query_control)
{
	static const struct {
		__u32 code, flags, min_in, max_in, min_out, max_out;
		const char *name;
	} known[] = {
#define KNOWN(code, ...) { code, __VA_ARGS__, #code }
		KNOWN(IOCTL_ECHO_BOUNDED, 0, 8, 64, 4, 32),
		KNOWN(IOCTL_ECHO_NEITHER, NTIO_CONTROL_IN_CALLER,
		      0, 0xffffffff, 0, 0xffffffff),
		KNOWN(IOCTL_ECHO_OUT_DIRECT_LONG, NTIO_CONTROL_LONG_TERM,
		      0, 0xffffffff, 0, 0xffffffff),
	};
	struct ntio_query_control q;
	unsigned int found = 0;
	__u32 index;
	size_t i;

	for (index = 0; !query_control(self->fd, index, &q); index++) {
		size_t len = strnlen((char *)q.out_name, NTIO_NAME_SIZE);

		ASSERT_GT(NTIO_NAME_SIZE, len);
		EXPECT_EQ(0, strncmp("IOCTL_ECHO_", (char *)q.out_name, 11));
		EXPECT_EQ(NTIO_NAME_SIZE - len, match_byte(q.out_name + len,
						NTIO_NAME_SIZE - len, 0));
		for (i = 0; i < ARRAY_SIZE(known); i++) {
			if (known[i].code != q.out_code)
				continue;
			found++;
			EXPECT_STREQ(known[i].name, (char *)q.out_name);
			EXPECT_EQ(known[i].flags, q.out_flags);
			EXPECT_EQ(known[i].min_in, q.out_min_in);
			EXPECT_EQ(known[i].max_in, q.out_max_in);
			EXPECT_EQ(known[i].min_out, q.out_min_out);
			EXPECT_EQ(known[i].max_out, q.out_max_out);
		}
	}
	EXPECT_EQ(3, found);
	EXPECT_LE(15, index);
	EXPECT_EQ(ENOENT, query_control(self->fd, index, &q));
	EXPECT_EQ(POISON32, q.out_code);
	EXPECT_EQ(ENOENT, query_control(self->fd, 0xffffffff, &q));
}

/* Queries need no access bits. */
TEST_F(echo, query_without_access)
{
	struct ntio_query_control q;
	int fd = open(ECHO_PATH, 3);

	ASSERT_LE(0, fd);
	EXPECT_EQ(0, query_control(fd, 0, &q));
	close(fd);
}

/* Of 64-bit programs only those on x86 can call as 32-bit programs do. */
#if defined(__x86_64__) || __SIZEOF_LONG__ == 4

#ifndef MAP_32BIT
#define MAP_32BIT 0	/* all that there is */
#endif

static sigjmp_buf no_compat;

static void on_segv(int signal)
{
	siglongjmp(no_compat, 1);
}

/* ioctl(2) of a 32-bit program: the same structure, the compat entry. */
static long compat_ioctl(int fd, unsigned long cmd, void *arg)
{
#ifdef __x86_64__
	long ret = 54;	/* __NR_ioctl of i386 */

	asm volatile("int $0x80"
		     : "+a" (ret)
		     : "b" ((long)fd), "c" (cmd), "d" (arg)
		     : "memory", "r8", "r9", "r10", "r11");
	return ret;
#else
	return ioctl(fd, cmd, arg);
#endif
}

TEST_F(echo, compat)
{
	struct ntio_device_control *c;
	char *low = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);

	ASSERT_NE(MAP_FAILED, (void *)low);
	signal(SIGSEGV, on_segv);
	if (sigsetjmp(no_compat, 1))
		SKIP(return, "this kernel runs no 32-bit programs");
	c = (void *)low;
	*c = (struct ntio_device_control) {
		.size = sizeof(*c), .code = IOCTL_ECHO_NEITHER,
		.in = addr(low + 1024), .in_len = 100,
		.out = addr(low + 2048), .out_len = 100,
	};
	fill(low + 1024, 100, 7);
	ASSERT_EQ(0, compat_ioctl(self->fd, NTIO_IOC_DEVICE_CONTROL, c));
	EXPECT_EQ(100, c->out_information);
	EXPECT_EQ(100, match(low + 2048, 100, 7));
	EXPECT_TRUE(echo_saw(self->fd).flags & ECHO_SAW_COMPAT);
	control_ok(self->fd, .code = IOCTL_ECHO_NEITHER);
	EXPECT_EQ(sizeof(long) == 4,
		  !!(echo_saw(self->fd).flags & ECHO_SAW_COMPAT));
}

#endif

TEST_HARNESS_MAIN
