/* SPDX-License-Identifier: GPL-2.0 */
/* What the Windows-style programs share: checks that say what went wrong. */
#ifndef WINTEST_H
#define WINTEST_H

#include <windows.h>
#include <winioctl.h>
#include <tchar.h>

static int checks, failures;

#define CHECK(condition) do {						\
	checks++;							\
	if (!(condition)) {						\
		failures++;						\
		printf("line %d: not so: %s (last error %lu)\n",	\
		       __LINE__, #condition, GetLastError());		\
	}								\
} while (0)

#define CHECK_EQ(want, got) do {					\
	ULONGLONG _want = (ULONGLONG)(want), _got = (ULONGLONG)(got);	\
									\
	checks++;							\
	if (_want != _got) {						\
		failures++;						\
		printf("line %d: %s is %I64u, not %I64u\n", __LINE__,	\
		       #got, _got, _want);				\
	}								\
} while (0)

/* A call that fails with this error, and sets it. */
#define CHECK_FAILS(error, call) do {					\
	SetLastError(0xdeadbeef);					\
	CHECK(!(call));							\
	CHECK_EQ(error, GetLastError());				\
} while (0)

static int done(void)
{
	printf("%d checks, %d failed\n", checks, failures);
	return failures != 0;
}

#endif
