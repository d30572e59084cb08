/* SPDX-License-Identifier: GPL-2.0 */
/* For programs of drivers for Windows, in kselftest's way. */
#ifndef WDM_TEST_H
#define WDM_TEST_H

#include "ntio_test.h"

/* The words that the drivers' headers are written with. */
#define CTL_CODE(type, function, method, access) \
	NTIO_CTL_CODE(type, function, method, access)
#define METHOD_BUFFERED NTIO_METHOD_BUFFERED
#define METHOD_IN_DIRECT NTIO_METHOD_IN_DIRECT
#define METHOD_OUT_DIRECT NTIO_METHOD_OUT_DIRECT
#define METHOD_NEITHER NTIO_METHOD_NEITHER
#define FILE_ANY_ACCESS NTIO_ANY_ACCESS
#define FILE_READ_ACCESS NTIO_READ_ACCESS
#define FILE_WRITE_ACCESS NTIO_WRITE_ACCESS

/* How often drivers made a mistake of this kind, by the layer's count. */
long wdm_violations(const char *name);

/* How often drivers made any: by the layer's count and by ntio's. */
long wdm_mistakes(void);

/* A program's handle of an eventfd, as ObReferenceObjectByHandle() has it. */
static inline __u64 wdm_handle(int fd)
{
	return (fd + 1) * 4ULL;
}

/* A code without buffers; the status. */
__u32 wdm_tell(int fd, __u32 code);
/* A code with a number in and out; the status. */
__u32 wdm_ask(int fd, __u32 code, __u32 *number);

#endif
