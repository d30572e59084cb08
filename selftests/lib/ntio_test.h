/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What all test programs share. The ABI is used raw, through ioctl().
 *
 * A device control comes in three forms: control() tries it, control_ok() must
 * succeed, control_refused() must fail with this status, reason and detail and
 * must not have reached the driver.
 */
#ifndef NTIO_TEST_H
#define NTIO_TEST_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "module/samples/echo.h"

#ifndef ARRAY_SIZE
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#endif

#define ECHO_PATH "/dev/ntio/echo"
#define PAGE 4096UL
#define KIB 1024UL
#define MIB (1024 * KIB)
#define GIB (1024 * MIB)

enum {
#define TEST_STATUS(name, value, win32, error, meaning) \
	STATUS_##name = value,
	NTIO_STATUSES(TEST_STATUS)
#undef TEST_STATUS
};

/* What no output of the kernel looks like by chance. */
#define POISON 0xcc
#define POISON32 0xccccccccU
#define POISON64 0xccccccccccccccccULL

/* A detail or reason that the ABI leaves open. */
#define ANY 0xa17a17a17ULL

static inline __u64 addr(const void *p)
{
	return (uintptr_t)p;
}

/* An address that the compiler does not know, and so does not judge. */
static inline void *opaque(const void *p)
{
	asm("" : "+r" (p));
	return (void *)p;
}

/* --- requests ------------------------------------------------------------ */

/* Fill in size, poison what is output. */
void control_prepare(struct ntio_device_control *c);
/* The same, and send. Returns 0 or the errno. */
int control(int fd, struct ntio_device_control *c);

/* The errno of a status by the table, 0 if its severity is not error. */
int status_errno(__u32 status);
bool status_is_error(__u32 status);

/* What the echo driver saw last on this open file; exits if it cannot tell. */
struct echo_saw echo_saw(int fd);
struct echo_counts echo_counts(int fd);
/* Wait until the driver has been given @calls requests on this open file. */
bool echo_wait_calls(int fd, __u32 calls);

int echo_open(void);

/* --- evidence ------------------------------------------------------------ */

/* Number behind @name in a file of debugfs' ntio directory, -1: not there. */
long ntio_stat(const char *file, const char *name);
long violations(const char *name);
/* Letter of a thread's state in /proc, '?': it is gone. */
char task_state(pid_t pid, pid_t tid);
/* Sum of all rows of "alive". */
long alive(void);
/* Pages pinned right now, in the whole system. */
long pins(void);
/* Module parameter of ntio.ko; set returns 0 or an errno. */
unsigned long param_get(const char *name);
int param_set(const char *name, unsigned long value);
/* The same as text; @text has room for 256 characters, without the newline. */
void param_get_text(const char *name, char *text);
int param_set_text(const char *name, const char *text);

/* Whether an option of the verifier is on. */
bool verifying(const char *option);
/* Whether the kernel has a function of this name: what it was built with. */
bool kernel_has(const char *function);

/* The kernel's log from now on; exits if it cannot. */
int kmsg_open(void);
/* Whether a record with both texts has been logged since; goes on behind it. */
bool kmsg_has(int kmsg, const char *text, const char *more);

/* Since some time. */
long milliseconds(void);
/*
 * Whether it is a second at most since then. That holds only where the clock
 * counts instructions, and vm/check runs programs that ask there once more, as
 * count_NAME; elsewhere a busy host takes its share, or a sanitiser many
 * instructions, and 20 s will do.
 */
bool within_a_second(long begin);

/* Try @condition until it is true, for 20 s; the harness gives a test 30. */
#define wait_until(condition) ({					\
	long _start = milliseconds();					\
	bool _met;							\
	while (!(_met = (condition)) && milliseconds() - _start < 20000)	\
		usleep(1000);						\
	_met; })

/*
 * Numbers that a program counts in all its processes, one for each test, and
 * prints at its end.
 */
#define COUNTS 8
extern long *counts;

/* --- modules ------------------------------------------------------------- */

/* /modules/@name.ko; return 0 or an errno. */
int module_load(const char *name);
int module_load_with(const char *name, const char *parameters);
int module_unload(const char *name);

/* --- memory -------------------------------------------------------------- */

/**
 * enum mem_class - kinds of memory a buffer can lie in
 */
enum mem_class {
	MEM_ANON,		/* private, anonymous */
	MEM_SHARED,		/* shared, anonymous */
	MEM_MEMFD,		/* shared mapping of a memfd */
	MEM_FILE_PRIVATE,	/* private mapping of a file */
	MEM_READ_ONLY,		/* private, anonymous, PROT_READ */
	MEM_WRITE_ONLY,		/* private, anonymous, PROT_WRITE */
	MEM_NONE,		/* private, anonymous, PROT_NONE */
	MEM_UNTOUCHED,		/* private, anonymous, without pages yet */
	MEM_SECRET,		/* memfd_secret() */
	MEM_PFNMAP,		/* remap_pfn_range() of a test driver */
	MEM_CLASSES,
};

/**
 * struct mem - a buffer between canaries between guard pages
 * @p: the buffer
 * @len: its length
 * @map: the pages around it, filled with MEM_CANARY outside the buffer
 * @map_len: their length
 */
struct mem {
	unsigned char *p;
	size_t len;
	unsigned char *map;
	size_t map_len;
};

#define MEM_CANARY 0xa5

/*
 * @len bytes that begin @offset bytes into a page. @map is NULL and errno set
 * if the kernel does not have this class of memory.
 */
struct mem mem_map(enum mem_class class, size_t len, size_t offset);
static inline struct mem mem_new(size_t len, size_t offset)
{
	return mem_map(MEM_ANON, len, offset);
}
void mem_free(struct mem *mem);
void mem_protect(const struct mem *mem, size_t page, int prot);
void mem_unmap(const struct mem *mem, size_t page);
/* Number of pages the buffer touches. */
size_t mem_pages(const struct mem *mem);
/* No byte before or behind the buffer has changed. */
bool mem_around_intact(const struct mem *mem);

/* An unlinked file of an ext4 of its own; -1: not here. */
int mem_ext4_file(void);
/* Whether limits do not count (CAP_IPC_LOCK). Fails: not 0. */
int mem_lock_privilege(bool have);
/* @len bytes to lock, and they do count. Fails: not 0. */
int mem_limit(size_t len);

/* A cgroup with at most @max memory. False: none to be had. */
bool mem_cgroup_make(const char *max);
/* The calling process is in it from now on. */
bool mem_cgroup_enter(void);
/* When its processes have ended. */
bool mem_cgroup_remove(void);

/* A pattern without period that depends on @seed; one byte for @offset. */
unsigned char pattern(unsigned int seed, size_t offset);
void fill(void *p, size_t len, unsigned int seed);
/* Offset of the first byte that is not the pattern's; @len if all are. */
size_t match(const void *p, size_t len, unsigned int seed);
/* Offset of the first byte that is not @byte; @len if all are. */
size_t match_byte(const void *p, size_t len, unsigned char byte);

/* --- checks, for use inside a test -------------------------------------- */

/* Expect every part of a refusal's answer. */
#define expect_refusal(_error, _c, _status, _reason, _detail) do {	\
	EXPECT_EQ(status_errno(_status), _error);			\
	EXPECT_EQ((__u32)(_status), (_c).out_status);			\
	if ((__u64)(_reason) != ANY)					\
		EXPECT_EQ((__u32)(_reason), (_c).out_reason);		\
	if ((__u64)(_detail) != ANY)					\
		EXPECT_EQ((__u64)(_detail), (_c).out_detail);		\
	EXPECT_EQ(0, (_c).out_flags);					\
	EXPECT_EQ(0, (_c).out_iosb_status);				\
	EXPECT_EQ(0, (_c).out_information);				\
} while (0)

/* Succeeds in every respect; the answer is its value. */
#define control_ok(_fd, ...) ({						\
	struct ntio_device_control _c = { __VA_ARGS__ };		\
	ASSERT_EQ(0, control(_fd, &_c));				\
	EXPECT_EQ(STATUS_SUCCESS, _c.out_status);			\
	EXPECT_EQ(NTIO_REASON_NONE, _c.out_reason);			\
	EXPECT_EQ(0, _c.out_detail);					\
	EXPECT_EQ(NTIO_OUT_IOSB, _c.out_flags);				\
	EXPECT_EQ(STATUS_SUCCESS, _c.out_iosb_status);			\
	_c; })

/* Refused before any driver was called. */
#define control_refused(_fd, _status, _reason, _detail, ...) ({		\
	struct ntio_device_control _c = { __VA_ARGS__ };		\
	int _error = control(_fd, &_c);					\
	expect_refusal(_error, _c, _status, _reason, _detail);		\
	_c; })

/* The same on a file of the echo driver, which tells that it was not called. */
#define echo_refused(_fd, _status, _reason, _detail, ...) ({		\
	__u32 _calls = echo_saw(_fd).calls;				\
	control_refused(_fd, _status, _reason, _detail, __VA_ARGS__);	\
	EXPECT_EQ(_calls, echo_saw(_fd).calls) {			\
		TH_LOG("the driver was called");			\
	} })

/* The driver was called and refused. */
#define driver_refused(_fd, _status, _reason, ...) ({			\
	__u32 _calls = echo_saw(_fd).calls;				\
	control_refused(_fd, _status, _reason, ANY, __VA_ARGS__);	\
	EXPECT_EQ(_calls + 1, echo_saw(_fd).calls) {			\
		TH_LOG("the driver was not called");			\
	} })

/* The usual lengths, and every class of offset in a page. */
#define SIZE_VARIANTS(F)						\
	FIXTURE_VARIANT_ADD(F, 0) { .len = 0 };				\
	FIXTURE_VARIANT_ADD(F, 1) { .len = 1 };				\
	FIXTURE_VARIANT_ADD(F, 1_at_page_end) {				\
		.len = 1, .offset = PAGE - 1 };				\
	FIXTURE_VARIANT_ADD(F, page_less_1) { .len = PAGE - 1 };	\
	FIXTURE_VARIANT_ADD(F, page_less_1_at_1) {			\
		.len = PAGE - 1, .offset = 1 };				\
	FIXTURE_VARIANT_ADD(F, page_less_1_at_511) {			\
		.len = PAGE - 1, .offset = 511 };			\
	FIXTURE_VARIANT_ADD(F, page) { .len = PAGE };			\
	FIXTURE_VARIANT_ADD(F, page_at_page_end) {			\
		.len = PAGE, .offset = PAGE - 1 };			\
	FIXTURE_VARIANT_ADD(F, page_and_1) { .len = PAGE + 1 };		\
	FIXTURE_VARIANT_ADD(F, page_and_1_at_page_end) {		\
		.len = PAGE + 1, .offset = PAGE - 1 };			\
	FIXTURE_VARIANT_ADD(F, 64k) { .len = 64 * KIB };		\
	FIXTURE_VARIANT_ADD(F, 64k_at_511) {				\
		.len = 64 * KIB, .offset = 511 };			\
	FIXTURE_VARIANT_ADD(F, 16m) { .len = 16 * MIB };		\
	FIXTURE_VARIANT_ADD(F, 16m_at_1) { .len = 16 * MIB, .offset = 1 }

#endif
