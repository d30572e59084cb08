/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NTIO_WIN32_ASK_H
#define NTIO_WIN32_ASK_H

#include <stdint.h>

#include <windows.h>

#include <ntio/ntio.h>

#include "apc.h"
#include "object.h"

/**
 * struct io - what a caller asks for
 * @handle: of an open file
 * @file: its object
 * @kind: enum ntio_overlapped_kind
 * @offset: of a read or write; -1: where the position is
 * @append: at the end
 * @event: or NULL
 * @iosb: or NULL
 * @context: of the packet; NULL: no packet [2.37]
 * @apc: taken, or freed
 */
struct io {
	int fd;
	struct object *file;
	uint32_t kind;
	DWORD code;
	const void *in;
	DWORD in_len;
	void *out;
	DWORD out_len;
	uint64_t offset;
	bool append;
	HANDLE event;
	void *iosb;
	void *context;
	struct apc *apc;
};

#endif
