// SPDX-License-Identifier: GPL-2.0
#include <ntio/device_types.h>

#include "cmd.h"
#include "words.h"

static const struct word methods[] = {
	{ "BUFFERED", "METHOD_BUFFERED", "NTIO_METHOD_BUFFERED",
	  "Both buffers are copied through one system buffer." },
	{ "IN_DIRECT", "METHOD_IN_DIRECT", "NTIO_METHOD_IN_DIRECT",
	  "The first buffer is copied in, the second is locked and read in "
	  "place." },
	{ "OUT_DIRECT", "METHOD_OUT_DIRECT", "NTIO_METHOD_OUT_DIRECT",
	  "The first buffer is copied in, the second is locked and written in "
	  "place." },
	{ "NEITHER", "METHOD_NEITHER", "NTIO_METHOD_NEITHER",
	  "The driver is given the addresses as they are." },
};

static const struct word accesses[] = {
	{ "any", "FILE_ANY_ACCESS", "NTIO_ANY_ACCESS",
	  "Any open file will do." },
	{ "read", "FILE_READ_ACCESS", "NTIO_READ_ACCESS",
	  "The file must be open for reading." },
	{ "write", "FILE_WRITE_ACCESS", "NTIO_WRITE_ACCESS",
	  "The file must be open for writing." },
	{ "both", "FILE_READ_ACCESS | FILE_WRITE_ACCESS",
	  "NTIO_READ_ACCESS | NTIO_WRITE_ACCESS",
	  "The file must be open for reading and writing." },
};

const struct word *method_word(uint32_t code)
{
	return &methods[NTIO_CTL_METHOD(code)];
}

const struct word *access_word(uint32_t code)
{
	return &accesses[NTIO_CTL_ACCESS(code)];
}

const char *device_type_name(uint32_t type)
{
#define NAME(name, number) [number] = "FILE_DEVICE_" #name,
	static const char *const names[] = { NTIO_WIN32_DEVICE_TYPES(NAME) };
#undef NAME

	return type < ARRAY_SIZE(names) ? names[type] : NULL;
}
