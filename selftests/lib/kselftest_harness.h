/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel's harness. Its 30 s for a test are too few for kernels that a
 * sanitiser makes slow.
 */
#ifndef NTIO_KSELFTEST_HARNESS_H
#define NTIO_KSELFTEST_HARNESS_H

#include_next <kselftest_harness.h>

#undef TEST_TIMEOUT_DEFAULT
#define TEST_TIMEOUT_DEFAULT 300 /* seconds */

#endif
