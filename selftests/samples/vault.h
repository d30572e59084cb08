/* SPDX-License-Identifier: GPL-2.0 */
/* The vault sample, for the programs that use it: open, empty, and watched. */
#ifndef NTIO_TEST_VAULT_H
#define NTIO_TEST_VAULT_H

#include "module/samples/vault.h"
#include "ntio_test.h"

#define VAULT "/dev/ntio/vault"

static inline int vault_open(int flags)
{
	return open(VAULT, flags | O_CLOEXEC);
}

/* Parameter of the module; how long the store's workers sleep. */
static inline bool vault_delay(unsigned int ms)
{
	FILE *f = fopen("/sys/module/vault/parameters/delay_ms", "we");

	if (!f)
		return false;
	fprintf(f, "%u\n", ms);
	return !fclose(f);
}

static inline int vault_ask(int fd, __u32 code, void *out, __u32 len)
{
	struct ntio_device_control c = {
		.code = code, .out = addr(out), .out_len = len,
	};

	memset(out, POISON, len);
	return control(fd, &c) ?: c.out_information == len ? 0 : EIO;
}

FIXTURE(vault)
{
	int fd;
	struct vault_counts before;
	long requests;
	long pins;
};

FIXTURE_SETUP(vault)
{
	self->pins = pins();
	self->requests = ntio_stat("alive", "requests");
	self->fd = vault_open(O_RDWR);
	ASSERT_LE(0, self->fd);
	control_ok(self->fd, .code = IOCTL_VAULT_CLEAR);
	ASSERT_EQ(0, vault_ask(self->fd, IOCTL_VAULT_COUNTS, &self->before,
			       sizeof(self->before)));
}

FIXTURE_TEARDOWN(vault)
{
	struct vault_counts counts = { };

	vault_delay(0);
	EXPECT_EQ(0, vault_ask(self->fd, IOCTL_VAULT_COUNTS, &counts,
			       sizeof(counts)));
	EXPECT_EQ(0, counts.mistakes);
	close(self->fd);
	EXPECT_TRUE(wait_until(ntio_stat("alive", "requests") ==
			       self->requests));
	EXPECT_TRUE(wait_until(pins() == self->pins));
}

static inline struct vault_counts counted(const struct _test_data_vault *self)
{
	struct vault_counts now = { };

	vault_ask(self->fd, IOCTL_VAULT_COUNTS, &now, sizeof(now));
	now.reads -= self->before.reads;
	now.writes -= self->before.writes;
	now.read_bytes -= self->before.read_bytes;
	now.written_bytes -= self->before.written_bytes;
	now.errors -= self->before.errors;
	return now;
}

static inline __u64 vault_size(int fd)
{
	struct vault_size size;

	return vault_ask(fd, IOCTL_VAULT_SIZE, &size, sizeof(size)) ?
		       0 : size.size;
}

#endif
