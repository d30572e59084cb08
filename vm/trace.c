// SPDX-License-Identifier: GPL-2.0
/*
 * A plugin of QEMU: which instructions the guest executed between two marks,
 * in the cheapest of all rounds.
 *
 * The marks are no-ops that a program executes: nopl 0x6e746901(%rax) begins a
 * round, nopl 0x6e746902(%rax) ends it; after nopl 0x6e746903(%rax) others
 * follow. Prints, to the file that is its one argument, for each kind "kind COUNT
 * ATOMICS": how many instructions, and how many of them were locked
 * read-modify-writes, then "ADDRESS COUNT ATOMICS" for each block. Then, of what
 * came last, "total COUNT" and "atomic COUNT".
 *
 * One CPU is assumed.
 */
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trace.h"

__attribute__((visibility("default"))) int qemu_plugin_version = 1;

/* A block of code, as translated: many for one address in the end. */
struct block {
	struct block *next;
	unsigned long address;
	unsigned long insns;
	unsigned long atomics;
	unsigned long runs;		/* in this round */
	unsigned long least_runs;	/* in the cheapest */
};

static struct block *blocks;
static bool counting;
static unsigned long total, least = ULONG_MAX;
static unsigned long atomics, least_atomics;
static bool done_with;
static FILE *to;

static void begin_round(unsigned int cpu, void *data)
{
	struct block *block;

	for (block = blocks; block; block = block->next)
		block->runs = 0;
	if (done_with)
		least = ULONG_MAX;
	done_with = false;
	total = 0;
	atomics = 0;
	counting = true;
}

static void end_round(unsigned int cpu, void *data)
{
	struct block *block;

	if (counting && total < least) {
		least = total;
		least_atomics = atomics;
		for (block = blocks; block; block = block->next)
			block->least_runs = block->runs;
	}
	counting = false;
}

static void end_kind(unsigned int cpu, void *data)
{
	struct block *block;

	fprintf(to, "kind %lu %lu\n", least, least_atomics);
	for (block = blocks; block; block = block->next) {
		if (block->least_runs)
			fprintf(to, "%016lx %lu %lu\n", block->address,
				block->least_runs * block->insns,
				block->least_runs * block->atomics);
		block->least_runs = 0;
	}
	done_with = true;
}

static void run_block(unsigned int cpu, void *data)
{
	struct block *block = data;

	if (!counting)
		return;
	block->runs++;
	total += block->insns;
	atomics += block->atomics;
}

static bool is_prefix(unsigned char byte)
{
	return byte == 0x66 || byte == 0x67 || byte == 0xf2 || byte == 0xf3 ||
	       (byte & 0xe7) == 0x26 || (byte & 0xfe) == 0x64;
}

/* With a lock among its prefixes, or xchg with memory. */
static bool is_atomic(const unsigned char *code, size_t size)
{
	const unsigned char *end = code + size;

	while (code < end && is_prefix(*code))
		code++;
	if (code < end && *code == 0xf0)
		return true;
	if (code < end && (*code & 0xf0) == 0x40)
		code++;
	return end - code > 1 && (code[0] & 0xfe) == 0x86 &&
	       (code[1] & 0xc0) != 0xc0;
}

static void translate_insn(struct qemu_plugin_insn *insn, struct block *block)
{
	static const exec_cb marks[] = { begin_round, end_round, end_kind };
	static const unsigned char mark[] = { 0x0f, 0x1f, 0x80 };
	const unsigned char *code = qemu_plugin_insn_data(insn);
	size_t size = qemu_plugin_insn_size(insn);

	if (size == 7 && !memcmp(code, mark, 3) &&
	    !memcmp(code + 4, "itn", 3) && code[3] >= 1 && code[3] <= 3)
		qemu_plugin_register_vcpu_insn_exec_cb(insn, marks[code[3] - 1],
						       QEMU_PLUGIN_CB_NO_REGS,
						       NULL);
	else if (is_atomic(code, size))
		block->atomics++;
}

static void translate(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	struct block *block = calloc(1, sizeof(*block));
	size_t i;

	if (!block)
		abort();
	block->address = qemu_plugin_tb_vaddr(tb);
	block->insns = qemu_plugin_tb_n_insns(tb);
	block->next = blocks;
	blocks = block;
	qemu_plugin_register_vcpu_tb_exec_cb(tb, run_block,
					     QEMU_PLUGIN_CB_NO_REGS, block);
	for (i = 0; i < block->insns; i++)
		translate_insn(qemu_plugin_tb_get_insn(tb, i), block);
}

static void finish(qemu_plugin_id_t id, void *data)
{
	if (least < ULONG_MAX)
		fprintf(to, "total %lu\natomic %lu\n", least, least_atomics);
	fclose(to);
}

__attribute__((visibility("default")))
int qemu_plugin_install(qemu_plugin_id_t id, const void *info, int argc,
			char **argv)
{
	if (argc != 1)
		return -1;
	to = fopen(argv[0] + (strncmp(argv[0], "out=", 4) ? 0 : 4), "w");
	if (!to)
		return -1;
	qemu_plugin_register_vcpu_tb_trans_cb(id, translate);
	qemu_plugin_register_atexit_cb(id, finish, NULL);
	return 0;
}
