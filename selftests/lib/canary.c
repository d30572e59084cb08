// SPDX-License-Identifier: GPL-2.0
/* Addresses that no request may use. */
#include "canary.h"

#define CANARIES "/sys/kernel/debug/ntio_canary"
#if defined(__aarch64__) || defined(__arm__)
#define USER_END_4_LEVELS 0x1000000000000ULL
#define USER_END_5_LEVELS 0x10000000000000ULL
#else
#define USER_END_4_LEVELS 0x7ffffffff000ULL
#define USER_END_5_LEVELS 0xfffffffffff000ULL
#endif
#define BAD_MAX 64

/* To the kernel it is the same for 32-bit programs, that have nothing there. */
__u64 user_end(void)
{
	void *p, *above = (void *)(uintptr_t)(USER_END_4_LEVELS + PAGE);

	if (sizeof(long) == 4)
		return USER_END_4_LEVELS;
	p = mmap(above, PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS |
		 MAP_FIXED_NOREPLACE, -1, 0);
	if (p == MAP_FAILED)
		return USER_END_4_LEVELS;
	munmap(p, PAGE);
	return p == above ? USER_END_5_LEVELS : USER_END_4_LEVELS;
}

bool user_range(__u64 at, __u64 len)
{
	return at + len >= at && at + len <= USER_END;
}

size_t lengths_at(__u64 at, __u64 *lengths)
{
	static const __u64 usual[] = { 1, 8, PAGE, 1ULL << 31, 0xffffffff };
	size_t n = ARRAY_SIZE(usual);

	memcpy(lengths, usual, sizeof(usual));
	if (at && -at <= 0xfffffffe) {
		lengths[n++] = -at;
		lengths[n++] = -at + 1;
	}
	return n;
}

static struct bad_address bad[BAD_MAX];
static size_t bad_count;
static long bytes, changed;

static void add(const char *name, __u64 at)
{
	if (bad_count == BAD_MAX)
		abort();
	bad[bad_count++] = (struct bad_address){ name, at };
}

/* Where the kernel has its areas when it is not moved, and others of interest. */
static const struct bad_address fixed[] = {
	{ "NULL", 0 },
	{ "1", 1 },
	{ "a field of NULL", 8 },
	{ "end of the first page", PAGE - 1 },
	{ "no canonical address, top byte", 0x0100000000000000 },
	{ "no canonical address, all but a bit", 0xfeffffffffffffff },
	{ "positive, last", 0x7fffffffffffffff },
	{ "negative, first", 0x8000000000000000 },
	{ "no canonical address, last", 0xffff7fffffffffff },
	{ "kernel half, first", 0xffff800000000000 },
	{ "all memory", 0xffff888000000000 },
	{ "vmalloc area", 0xffffc90000000000 },
	{ "vmemmap", 0xffffea0000000000 },
	{ "KASAN shadow", 0xffffec0000000000 },
	{ "CPU entry area", 0xfffffe0000000000 },
	{ "kernel text", 0xffffffff81000000 },
	{ "modules", 0xffffffffc0000000 },
	{ "fixmap", 0xffffffffff5ff000 },
	{ "vsyscall", 0xffffffffff600000 },
	{ "-2 pages", 0xffffffffffffe000 },
	{ "an errno as pointer", 0xfffffffffffffff2 },
	{ "-4096", 0xfffffffffffff000 },
	{ "-8", 0xfffffffffffffff8 },
	{ "-1", 0xffffffffffffffff },
	{ "32 bits, first beyond", 0x100000000 },
	{ "32 bits, last", 0xffffffff },
	{ "32 bits, last page", 0xfffff000 },
};

static void add_user_end(void)
{
	__u64 end = user_end();

	add("last user page", end - PAGE);
	add("last 8 bytes of user space", end - 8);
	add("last byte of user space", end - 1);
	add("first byte beyond user space", end);
	add("a page beyond user space", end + PAGE);
}

/* Reads the module's file; adds the addresses if asked to. */
static void read_canaries(bool add_them)
{
	unsigned long long at;
	char line[128], *name;
	long len, now;
	FILE *f = fopen(CANARIES, "re");

	bytes = 0;
	changed = 0;
	if (!f) {
		printf("Bail out! %s: %s\n", CANARIES, strerror(errno));
		exit(1);
	}
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%ms %llx %ld %ld", &name, &at, &len, &now) != 4)
			abort();
		bytes += len;
		changed += now;
		if (add_them && len) {
			add(name, at);
			add("inside that canary", at + len / 2 - 1);
		} else if (add_them) {
			add(name, at);
		} else {
			free(name);
		}
	}
	fclose(f);
}

const struct bad_address *bad_addresses(size_t *count)
{
	size_t i;

	if (!bad_count) {
		for (i = 0; i < ARRAY_SIZE(fixed); i++)
			add(fixed[i].name, fixed[i].at);
		add_user_end();
		read_canaries(true);
	}
	*count = bad_count;
	return bad;
}

long canary_changed(void)
{
	read_canaries(false);
	return changed;
}

long canary_bytes(void)
{
	read_canaries(false);
	return bytes;
}
