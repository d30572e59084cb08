// SPDX-License-Identifier: GPL-2.0
/*
 * The vault sample: a stack of three devices whose lowest one serves everything
 * from workers. What goes in comes out, whoever calls, and however, and
 * whatever becomes of the caller meanwhile.
 */
#include <pthread.h>
#include <signal.h>
#include <sys/uio.h>
#include <sys/wait.h>

#include "kselftest_harness.h"
#include "module/samples/vault.h"
#include "ntio_test.h"

#define INPUT "/tmp/vault-in"
#define VAULT "/dev/ntio/vault"

static int vault_open(int flags)
{
	return open(VAULT, flags | O_CLOEXEC);
}

/* Parameter of the module; how long the store's workers sleep. */
static bool vault_delay(unsigned int ms)
{
	FILE *f = fopen("/sys/module/ntio_vault/parameters/delay_ms", "we");

	if (!f)
		return false;
	fprintf(f, "%u\n", ms);
	return !fclose(f);
}

static int vault_ask(int fd, __u32 code, void *out, __u32 len)
{
	struct ntio_device_control c = {
		.code = code, .out = addr(out), .out_len = len,
	};

	memset(out, POISON, len);
	return control(fd, &c) ?: c.out_information == len ? 0 : EIO;
}

static __u64 vault_size(int fd)
{
	struct vault_size size;

	return vault_ask(fd, IOCTL_VAULT_SIZE, &size, sizeof(size)) ?
		       0 : size.size;
}

static struct vault_counts counted(int fd, const struct vault_counts *before)
{
	struct vault_counts now = { };

	vault_ask(fd, IOCTL_VAULT_COUNTS, &now, sizeof(now));
	now.reads -= before->reads;
	now.writes -= before->writes;
	now.read_bytes -= before->read_bytes;
	now.written_bytes -= before->written_bytes;
	now.errors -= before->errors;
	return now;
}

/* What all fixtures have: the vault, open, empty, and watched. */
#define VAULT_FIXTURE							\
	int fd;								\
	struct vault_counts before;					\
	long requests;							\
	long pins

#define VAULT_SETUP() do {						\
	self->pins = pins();						\
	self->requests = ntio_stat("alive", "requests");		\
	self->fd = vault_open(O_RDWR);					\
	ASSERT_LE(0, self->fd);						\
	control_ok(self->fd, .code = IOCTL_VAULT_CLEAR);		\
	ASSERT_EQ(0, vault_ask(self->fd, IOCTL_VAULT_COUNTS,		\
			       &self->before, sizeof(self->before)));	\
} while (0)

#define VAULT_TEARDOWN() do {						\
	vault_delay(0);							\
	EXPECT_EQ(0, counts_since().mistakes);				\
	control_ok(self->fd, .code = IOCTL_VAULT_CLEAR);		\
	close(self->fd);						\
	EXPECT_TRUE(wait_until(ntio_stat("alive", "requests") ==	\
			       self->requests));			\
	EXPECT_TRUE(wait_until(pins() == self->pins));			\
} while (0)

#define counts_since() counted(self->fd, &self->before)

FIXTURE(vault)
{
	VAULT_FIXTURE;
};

FIXTURE_SETUP(vault)
{
	VAULT_SETUP();
}

FIXTURE_TEARDOWN(vault)
{
	VAULT_TEARDOWN();
}

/* --- dd ------------------------------------------------------------------- */

/* A file that no block size divides evenly, and nothing compresses. */
static bool input_make(size_t len)
{
	FILE *f = fopen(INPUT, "we");
	__u64 x = 88172645463325252ULL;

	if (!f)
		return false;
	for (; len >= sizeof(x); len -= sizeof(x)) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		fwrite(&x, sizeof(x), 1, f);
	}
	fwrite(&x, len, 1, f);
	return !fclose(f);
}

/* What the command prints, up to the first blank. */
static bool run(const char *command, char *word, size_t len)
{
	FILE *f = popen(command, "re");
	char *got;

	if (!f)
		return false;
	got = fgets(word, len, f);
	if (pclose(f) || !got)
		return false;
	strtok(word, "\n ");
	return true;
}

/* The SHA-256 of the input, and of what the vault gives back. */
static bool hashes(unsigned int block, char in[80], char out[80])
{
	char command[128];

	if (!run("sha256sum " INPUT, in, 80))
		return false;
	snprintf(command, sizeof(command),
		 "dd if=" VAULT " bs=%u 2>/dev/null | sha256sum", block);
	return run(command, out, 80);
}

static bool dd_in(unsigned int block)
{
	char command[128];

	snprintf(command, sizeof(command),
		 "dd if=" INPUT " of=" VAULT
		 " bs=%u conv=notrunc 2>/dev/null", block);
	return !system(command);
}

/*
 * A kernel that checks itself needs ten times as long for a request, under
 * emulation: it gets a smaller file. The others get all of it.
 */
static size_t input_len(size_t len)
{
	bool checks_itself = !access("/sys/kernel/debug/kmemleak", F_OK);

	return checks_itself && len > 4 * MIB ? 4 * MIB + 1 : len;
}

FIXTURE(dd)
{
	VAULT_FIXTURE;
	size_t len;
};

FIXTURE_VARIANT(dd)
{
	size_t len;
	unsigned int block;
};

FIXTURE_VARIANT_ADD(dd, block_1) { .len = 16 * KIB + 1, .block = 1 };
FIXTURE_VARIANT_ADD(dd, block_511) { .len = MIB + 1, .block = 511 };
FIXTURE_VARIANT_ADD(dd, block_4096) { .len = 64 * MIB, .block = 4096 };
FIXTURE_VARIANT_ADD(dd, block_65537) { .len = 64 * MIB, .block = 65537 };
FIXTURE_VARIANT_ADD(dd, block_1m) { .len = 64 * MIB, .block = MIB };

FIXTURE_SETUP(dd)
{
	VAULT_SETUP();
	self->len = input_len(variant->len);
	if (self->len != variant->len)
		TH_LOG("%zu bytes instead of %zu", self->len, variant->len);
	ASSERT_TRUE(input_make(self->len));
}

FIXTURE_TEARDOWN(dd)
{
	unlink(INPUT);
	VAULT_TEARDOWN();
}

/* [7.7], [6.4]: real input, every block of it through the whole stack. */
TEST_F_TIMEOUT(dd, same_sha256, 900)
{
	size_t blocks = (self->len + variant->block - 1) / variant->block;
	char in[80] = "", out[80] = "";
	struct vault_counts c;

	ASSERT_TRUE(dd_in(variant->block));
	EXPECT_EQ(self->len, vault_size(self->fd));
	c = counts_since();
	EXPECT_EQ(blocks, c.writes);
	EXPECT_EQ(self->len, c.written_bytes);
	EXPECT_EQ(0, c.errors);

	ASSERT_TRUE(hashes(variant->block, in, out));
	EXPECT_EQ(64, strlen(in));
	EXPECT_STREQ(in, out);
	c = counts_since();
	EXPECT_EQ(self->len, c.read_bytes);
	/* The last read finds the end of the file. */
	EXPECT_EQ(blocks + 1, c.reads);
	EXPECT_EQ(1, c.errors);
}

/* --- several at once ------------------------------------------------------ */

enum { OPENERS = 4, SHARE = 3 * 65536 + 17 };

/* Each writes and reads its own part, block after block, with its own file. */
static int opener(unsigned int number)
{
	static const unsigned int blocks[OPENERS] = { 4096, 511, 65537, 8191 };
	unsigned int block = blocks[number], done, part;
	unsigned char *data = malloc(2 * SHARE);
	off_t base = (off_t)number * SHARE;
	int fd = vault_open(O_RDWR);

	if (fd < 0 || !data)
		return 1;
	fill(data, SHARE, number);
	for (done = 0; done < SHARE; done += part) {
		part = SHARE - done < block ? SHARE - done : block;
		if (pwrite(fd, data + done, part, base + done) != part)
			return 2;
		if (pread(fd, data + SHARE + done, part, base + done) != part)
			return 3;
	}
	if (match(data + SHARE, SHARE, number) != SHARE)
		return 4;
	memset(data, 0, SHARE);
	if (pread(fd, data, SHARE, base) != SHARE)
		return 5;
	return match(data, SHARE, number) == SHARE ? 0 : 6;
}

TEST_F(vault, several_openers)
{
	unsigned char *all = malloc(OPENERS * SHARE);
	int i, status;

	ASSERT_NE(NULL, all);
	for (i = 0; i < OPENERS; i++) {
		pid_t pid = fork();

		ASSERT_LE(0, pid);
		if (!pid)
			_exit(opener(i));
	}
	for (i = 0; i < OPENERS; i++) {
		ASSERT_LT(0, wait(&status));
		EXPECT_EQ(0, status);
	}
	ASSERT_EQ(OPENERS * SHARE, vault_size(self->fd));
	ASSERT_EQ(OPENERS * SHARE, read(self->fd, all, OPENERS * SHARE));
	for (i = 0; i < OPENERS; i++)
		EXPECT_EQ(SHARE, match(all + i * SHARE, SHARE, i));
	free(all);
}

enum { WHOLE = 3 * 4096 + 5 };

static void writer(unsigned char byte)
{
	unsigned char data[WHOLE];
	int fd = vault_open(O_WRONLY);

	memset(data, byte, sizeof(data));
	for (;;)
		if (pwrite(fd, data, WHOLE, 4000) != WHOLE)
			_exit(1);
}

/* Reads see all of a write or nothing of it. */
TEST_F(vault, writes_are_whole)
{
	unsigned char data[WHOLE];
	int seen[2] = { };
	pid_t pids[2];
	int i;

	memset(data, 'a', WHOLE);
	ASSERT_EQ(WHOLE, pwrite(self->fd, data, WHOLE, 4000));
	for (i = 0; i < 2; i++) {
		pids[i] = fork();
		ASSERT_LE(0, pids[i]);
		if (!pids[i])
			writer('a' + i);
	}
	for (i = 0; i < 3000 && (i < 300 || !seen[0] || !seen[1]); i++) {
		memset(data, POISON, WHOLE);
		ASSERT_EQ(WHOLE, pread(self->fd, data, WHOLE, 4000));
		ASSERT_TRUE(data[0] == 'a' || data[0] == 'b');
		ASSERT_EQ(WHOLE, match_byte(data, WHOLE, data[0]));
		seen[data[0] - 'a']++;
	}
	EXPECT_LT(0, seen[0]);
	EXPECT_LT(0, seen[1]);
	for (i = 0; i < 2; i++) {
		kill(pids[i], SIGKILL);
		waitpid(pids[i], NULL, 0);
	}
}

/* A store that is cleared while others write stays a store. */
TEST_F(vault, clear_while_writing)
{
	unsigned char data[WHOLE];
	pid_t pid = fork();
	ssize_t got;
	int i;

	ASSERT_LE(0, pid);
	if (!pid)
		writer('x');
	for (i = 0; i < 300; i++) {
		control_ok(self->fd, .code = IOCTL_VAULT_CLEAR);
		got = pread(self->fd, data, WHOLE, 4000);
		ASSERT_TRUE(got == 0 || got == WHOLE);
		ASSERT_EQ(got, match_byte(data, got, 'x'));
	}
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

/* --- positions, ends, vectors --------------------------------------------- */

/* [6.13]: the core moves the position; pread and pwrite do not. */
TEST_F(vault, positions)
{
	unsigned char data[100];

	fill(data, 100, 1);
	EXPECT_EQ(60, write(self->fd, data, 60));
	EXPECT_EQ(40, write(self->fd, data + 60, 40));
	EXPECT_EQ(100, lseek(self->fd, 0, SEEK_CUR));
	EXPECT_EQ(5, pwrite(self->fd, "hello", 5, 200));
	EXPECT_EQ(100, lseek(self->fd, 0, SEEK_CUR));
	memset(data, POISON, 100);
	EXPECT_EQ(0, lseek(self->fd, 0, SEEK_SET));
	EXPECT_EQ(100, read(self->fd, data, 100));
	EXPECT_EQ(100, match(data, 100, 1));
	EXPECT_EQ(5, pread(self->fd, data, 100, 200));
	EXPECT_EQ(0, memcmp(data, "hello", 5));
	EXPECT_EQ(100, lseek(self->fd, 0, SEEK_CUR));
	/* What was never written in between is zero. */
	memset(data, POISON, 100);
	EXPECT_EQ(100, read(self->fd, data, 100));
	EXPECT_EQ(100, match_byte(data, 100, 0));
	EXPECT_EQ(205, vault_size(self->fd));
}

/* A file with a hole of many pages. */
TEST_F(vault, sparse)
{
	struct mem mem = mem_new(10 * PAGE, 100);
	off_t far = 32 * MIB - 10;

	EXPECT_EQ(20, pwrite(self->fd, "01234567890123456789", 20, far));
	EXPECT_EQ(far + 20, vault_size(self->fd));
	EXPECT_EQ(mem.len, pread(self->fd, mem.p, mem.len, 16 * MIB + 1));
	EXPECT_EQ(mem.len, match_byte(mem.p, mem.len, 0));
	EXPECT_EQ(30, pread(self->fd, mem.p, mem.len, far - 10));
	EXPECT_EQ(10, match_byte(mem.p, 10, 0));
	EXPECT_EQ(0, memcmp(mem.p + 10, "01234567890123456789", 20));
	EXPECT_TRUE(mem_around_intact(&mem));
	mem_free(&mem);
}

/* [6.15]: short at the end, 0 behind it, for every offset. */
TEST_F(vault, end_of_file)
{
	unsigned char data[64];

	EXPECT_EQ(0, read(self->fd, data, sizeof(data)));
	EXPECT_EQ(10, write(self->fd, "0123456789", 10));
	EXPECT_EQ(0, read(self->fd, data, sizeof(data)));
	memset(data, POISON, sizeof(data));
	EXPECT_EQ(3, pread(self->fd, data, sizeof(data), 7));
	EXPECT_EQ(0, memcmp(data, "789", 3));
	EXPECT_EQ(61, match_byte(data + 3, 61, POISON));
	EXPECT_EQ(0, pread(self->fd, data, sizeof(data), 10));
	EXPECT_EQ(0, pread(self->fd, data, sizeof(data), 1ULL << 40));
	EXPECT_EQ(4, counts_since().errors);
}

/* The store ends too: what fits is written, and then nothing. */
TEST_F(vault, full)
{
	struct mem mem = mem_new(2 * PAGE, 9);
	struct vault_size size;

	ASSERT_EQ(0, vault_ask(self->fd, IOCTL_VAULT_SIZE, &size,
			       sizeof(size)));
	ASSERT_EQ(128 * MIB, size.capacity);
	fill(mem.p, mem.len, 3);
	EXPECT_EQ(100, pwrite(self->fd, mem.p, mem.len, size.capacity - 100));
	EXPECT_EQ(size.capacity, vault_size(self->fd));
	EXPECT_EQ(-1, pwrite(self->fd, mem.p, mem.len, size.capacity));
	EXPECT_EQ(ENOSPC, errno);
	memset(mem.p, POISON, mem.len);
	EXPECT_EQ(100, pread(self->fd, mem.p, mem.len, size.capacity - 100));
	EXPECT_EQ(100, match(mem.p, 100, 3));
	mem_free(&mem);
}

/* What is there is not written over. */
TEST_F(vault, append)
{
	int fd = vault_open(O_WRONLY | O_APPEND);
	char data[10];

	EXPECT_EQ(10, write(self->fd, "0123456789", 10));
	EXPECT_EQ(-1, write(fd, "more", 4));
	EXPECT_EQ(EOPNOTSUPP, errno);
	EXPECT_EQ(10, vault_size(self->fd));
	EXPECT_EQ(10, pread(self->fd, data, 10, 0));
	EXPECT_EQ(0, memcmp(data, "0123456789", 10));
	close(fd);
}

/* Each segment is locked and travels on its own. */
TEST_F(vault, vectors)
{
	static const size_t lens[] = { 1, 0, 4096, 5000, 0, 65536, 7 };
	size_t total = 0, i;
	struct iovec iov[ARRAY_SIZE(lens)];
	unsigned char *flat;

	for (i = 0; i < ARRAY_SIZE(lens); i++)
		total += lens[i];
	flat = malloc(2 * total);
	fill(flat, total, 5);
	for (total = 0, i = 0; i < ARRAY_SIZE(lens); total += lens[i++])
		iov[i] = (struct iovec){ flat + total, lens[i] };
	EXPECT_EQ(total, writev(self->fd, iov, ARRAY_SIZE(lens)));
	EXPECT_EQ(total, vault_size(self->fd));
	for (i = 0; i < ARRAY_SIZE(lens); i++)
		iov[i].iov_base += total;
	memset(flat + total, POISON, total);
	EXPECT_EQ(total, preadv(self->fd, iov, ARRAY_SIZE(lens), 0));
	EXPECT_EQ(total, match(flat + total, total, 5));
	free(flat);
}

/* --- who may, and with what memory ---------------------------------------- */

/* [6.6]: reads and writes by how the file was opened, codes by their bits. */
TEST_F(vault, access)
{
	int reader = vault_open(O_RDONLY), writer = vault_open(O_WRONLY);
	char byte = 'x';

	EXPECT_EQ(-1, write(reader, &byte, 1));
	EXPECT_EQ(EBADF, errno);
	EXPECT_EQ(-1, read(writer, &byte, 1));
	EXPECT_EQ(EBADF, errno);
	EXPECT_EQ(1, write(writer, &byte, 1));
	control_refused(reader, STATUS_ACCESS_DENIED, NTIO_REASON_ACCESS_BITS,
			NTIO_WRITE_ACCESS, .code = IOCTL_VAULT_CLEAR);
	EXPECT_EQ(1, vault_size(reader));
	control_ok(writer, .code = IOCTL_VAULT_CLEAR);
	EXPECT_EQ(0, vault_size(reader));
	close(reader);
	close(writer);
}

/* R4: what cannot be locked is refused at the top; nobody below hears of it. */
TEST_F(vault, bad_memory)
{
	struct mem mem = mem_new(3 * PAGE, 0);
	struct mem ro = mem_map(MEM_READ_ONLY, PAGE, 0);

	EXPECT_EQ(PAGE, write(self->fd, ro.p, PAGE));
	mem_unmap(&mem, 1);
	EXPECT_EQ(-1, write(self->fd, mem.p, mem.len));
	EXPECT_EQ(EFAULT, errno);
	EXPECT_EQ(-1, pread(self->fd, mem.p, mem.len, 0));
	EXPECT_EQ(EFAULT, errno);
	EXPECT_EQ(-1, write(self->fd, opaque(NULL), 1));
	EXPECT_EQ(EFAULT, errno);
	EXPECT_EQ(-1, pread(self->fd, ro.p, 1, 0));
	EXPECT_EQ(EFAULT, errno);
	EXPECT_EQ(-1, write(self->fd, (void *)(1UL << 62), 1));
	EXPECT_EQ(EFAULT, errno);
	EXPECT_EQ(1, counts_since().writes);
	EXPECT_EQ(0, counts_since().reads);
	EXPECT_EQ(PAGE, match_byte(mem.p, PAGE, POISON));
	mem_free(&mem);
	mem_free(&ro);
}

/* [6.8]: length 0 goes all the way down, and needs no memory. */
TEST_F(vault, zero_length)
{
	EXPECT_EQ(0, write(self->fd, NULL, 0));
	EXPECT_EQ(0, read(self->fd, NULL, 0));
	EXPECT_EQ(1, counts_since().writes);
	EXPECT_EQ(1, counts_since().reads);
	EXPECT_EQ(0, counts_since().errors);
	EXPECT_EQ(0, vault_size(self->fd));
}

/* Codes go down until somebody knows them; the hidden have no node. */
TEST_F(vault, stack)
{
	control_refused(self->fd, STATUS_INVALID_DEVICE_REQUEST,
			NTIO_REASON_UNKNOWN_CODE, 0,
			.code = VAULT_CTL(0x77, ANY));
	EXPECT_EQ(0, access(VAULT, F_OK));
	EXPECT_EQ(-1, access(VAULT "-store", F_OK));
	EXPECT_EQ(-1, access(VAULT "-filter", F_OK));
	EXPECT_EQ(0, access("/sys/class/ntio/ntio!vault-store", F_OK));
	EXPECT_EQ(0, access("/sys/class/ntio/ntio!vault-filter", F_OK));
	EXPECT_EQ(EAGAIN, module_unload("ntio_vault"));
}

/* --- who pays ------------------------------------------------------------- */

/* How many MiB a process that may use 8 MiB can write; 100 and more: wrong. */
static int write_in_cgroup(const void *zeroes)
{
	int fd = vault_open(O_WRONLY), mib;

	if (!mem_cgroup_enter())
		return 100;
	for (mib = 0; mib < 32; mib++) {
		if (pwrite(fd, zeroes, MIB, mib * MIB) == MIB)
			continue;
		return errno == ENOMEM ? mib : 101;
	}
	return mib;
}

/* The store's pages are the writer's, though a worker fills them. */
TEST_F(vault, charged_to_the_writer)
{
	void *zeroes = mmap(NULL, MIB, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS,
			    -1, 0);
	int round, status;
	pid_t pid;

	ASSERT_NE(MAP_FAILED, zeroes);
	if (verifying("force_pending"))
		SKIP(return, "with force_pending a worker makes the pages");
	if (!mem_cgroup_make("8M"))
		SKIP(return, "no memory cgroup: %s", strerror(errno));
	for (round = 0; round < 2; round++) {
		pid = fork();
		ASSERT_LE(0, pid);
		if (!pid)
			_exit(write_in_cgroup(zeroes));
		ASSERT_EQ(pid, waitpid(pid, &status, 0));
		ASSERT_TRUE(WIFEXITED(status));
		EXPECT_LE(1, WEXITSTATUS(status));
		EXPECT_GT(8, WEXITSTATUS(status));
		/* Given back: there is room for another. */
		control_ok(self->fd, .code = IOCTL_VAULT_CLEAR);
	}
	EXPECT_TRUE(mem_cgroup_remove());
	munmap(zeroes, MIB);
}

/* --- what becomes of the caller meanwhile --------------------------------- */

/* Longer than it takes a busy machine to see that a call has begun. */
#define DELAY 2000

enum { MAPPED = 3 * PAGE, AT = 5, LEN = 2 * PAGE };	/* on three pages */

FIXTURE(caller)
{
	VAULT_FIXTURE;
	/* The caller's memory; @memfd is the same if it is read into. */
	int memfd;
	unsigned char *p;
	ssize_t result;
	unsigned char data[LEN];
};

FIXTURE_VARIANT(caller)
{
	bool write;
};

FIXTURE_VARIANT_ADD(caller, read) { };
FIXTURE_VARIANT_ADD(caller, write) { .write = true };

FIXTURE_SETUP(caller)
{
	VAULT_SETUP();
	self->memfd = memfd_create("ntio", MFD_CLOEXEC);
	ASSERT_EQ(0, ftruncate(self->memfd, MAPPED));
	self->p = mmap(NULL, MAPPED, PROT_READ | PROT_WRITE,
		       variant->write ? MAP_PRIVATE : MAP_SHARED,
		       self->memfd, 0);
	ASSERT_NE(MAP_FAILED, (void *)self->p);
}

FIXTURE_TEARDOWN(caller)
{
	munmap(self->p, MAPPED);
	close(self->memfd);
	VAULT_TEARDOWN();
}

static void *reads(void *arg)
{
	struct _test_data_caller *self = arg;

	self->result = pread(self->fd, self->p + AT, LEN, 0);
	return NULL;
}

static void *writes(void *arg)
{
	struct _test_data_caller *self = arg;

	self->result = pwrite(self->fd, self->p + AT, LEN, 0);
	return NULL;
}

#define call_it (variant->write ? writes : reads)

/* The data is where it is taken from. */
static void data_put(struct _test_data_caller *self, bool write, int seed)
{
	memset(self->p, POISON, MAPPED);
	fill(self->data, LEN, seed);
	if (write)
		memcpy(self->p + AT, self->data, LEN);
	else if (pwrite(self->fd, self->data, LEN, 0) != LEN)
		abort();
}

/* It has arrived: in the store, or in the memory. */
static bool data_arrived(struct _test_data_caller *self, bool write, int seed)
{
	memset(self->data, POISON, LEN);
	return (write ? pread(self->fd, self->data, LEN, 0) :
			pread(self->memfd, self->data, LEN, AT)) == LEN &&
	       match(self->data, LEN, seed) == LEN;
}

/*
 * R8, [5.17]: the pages are read and written, though they are mapped no more.
 * Somebody else's data is there now; it is not read, and stays.
 */
TEST_F(caller, unmaps)
{
	long all = pins() + MAPPED / PAGE;
	pthread_t thread;

	data_put(self, variant->write, 8);
	ASSERT_TRUE(vault_delay(DELAY));
	ASSERT_EQ(0, pthread_create(&thread, NULL, call_it, self));
	ASSERT_TRUE(wait_until(pins() == all));
	ASSERT_EQ(0, munmap(self->p, MAPPED));
	ASSERT_EQ(self->p, mmap(self->p, MAPPED, PROT_READ | PROT_WRITE,
				MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1,
				0));
	memset(self->p, 0xee, MAPPED);
	pthread_join(thread, NULL);
	EXPECT_EQ(LEN, self->result);
	EXPECT_EQ(MAPPED, match_byte(self->p, MAPPED, 0xee));
	vault_delay(0);
	EXPECT_TRUE(data_arrived(self, variant->write, 8));
}

/* D6, [8.41]: a caller that is killed ends at once; its request ends later. */
TEST_F(caller, is_killed)
{
	long all = pins() + MAPPED / PAGE;
	int status, round;
	pid_t pid;

	for (round = 0; round < 3; round++) {
		vault_delay(0);
		data_put(self, variant->write, round);
		ASSERT_TRUE(vault_delay(DELAY));
		pid = fork();
		ASSERT_LE(0, pid);
		if (!pid) {
			self->fd = vault_open(O_RDWR);
			call_it(self);
			_exit(0);
		}
		ASSERT_TRUE(wait_until(pins() == all));
		kill(pid, SIGKILL);
		ASSERT_EQ(pid, waitpid(pid, &status, 0));
		EXPECT_EQ(SIGKILL, WTERMSIG(status));
		/* The worker has it still; file and modules stay. */
		EXPECT_LT(self->requests, ntio_stat("alive", "requests"));
		vault_delay(0);
		EXPECT_TRUE(wait_until(ntio_stat("alive", "requests") ==
				       self->requests));
		EXPECT_TRUE(data_arrived(self, variant->write, round));
	}
}

TEST_HARNESS_MAIN
