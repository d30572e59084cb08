// SPDX-License-Identifier: GPL-2.0
/*
 * The table of statuses: as a driver's status becomes the caller's errno.
 *
 * The expected values are written down here a second time, from the facts
 * [9.1], [9.2], so that a slip in the table is seen.
 */
#include "kselftest_harness.h"
#include "ntio_test.h"

FIXTURE(row)
{
	int fd;
};

FIXTURE_VARIANT(row)
{
	const char *name;
	__u32 status;
	int error;
	__u32 win32;
};

#define ROWS(X)								\
	X(SUCCESS, 0x00000000, 0, 0)					\
	X(USER_APC, 0x000000c0, EINTR, 0)				\
	X(ALERTED, 0x00000101, EINTR, 0)				\
	X(TIMEOUT, 0x00000102, ETIMEDOUT, 258)				\
	X(PENDING, 0x00000103, EINPROGRESS, 997)			\
	X(OBJECT_NAME_EXISTS, 0x40000000, EEXIST, 698)			\
	X(GUARD_PAGE_VIOLATION, 0x80000001, EFAULT, 317)		\
	X(DATATYPE_MISALIGNMENT, 0x80000002, EINVAL, 998)		\
	X(BUFFER_OVERFLOW, 0x80000005, EMSGSIZE, 234)			\
	X(PARTIAL_COPY, 0x8000000d, EFAULT, 299)			\
	X(DEVICE_BUSY, 0x80000011, EBUSY, 170)				\
	X(VERIFY_REQUIRED, 0x80000016, ENOMEDIUM, 1110)			\
	X(NO_MORE_ENTRIES, 0x8000001a, ENODATA, 259)			\
	X(UNSUCCESSFUL, 0xc0000001, EIO, 31)				\
	X(NOT_IMPLEMENTED, 0xc0000002, ENOSYS, 1)			\
	X(INFO_LENGTH_MISMATCH, 0xc0000004, EINVAL, 24)			\
	X(ACCESS_VIOLATION, 0xc0000005, EFAULT, 998)			\
	X(IN_PAGE_ERROR, 0xc0000006, EIO, 999)				\
	X(INVALID_HANDLE, 0xc0000008, EBADF, 6)				\
	X(INVALID_CID, 0xc000000b, ESRCH, 87)				\
	X(INVALID_PARAMETER, 0xc000000d, EINVAL, 87)			\
	X(NO_SUCH_DEVICE, 0xc000000e, ENODEV, 2)			\
	X(NO_SUCH_FILE, 0xc000000f, ENOENT, 2)				\
	X(INVALID_DEVICE_REQUEST, 0xc0000010, ENOTTY, 1)		\
	X(END_OF_FILE, 0xc0000011, ENODATA, 38)				\
	X(MORE_PROCESSING_REQUIRED, 0xc0000016, EIO, 234)		\
	X(NO_MEMORY, 0xc0000017, ENOMEM, 8)				\
	X(CONFLICTING_ADDRESSES, 0xc0000018, EEXIST, 487)		\
	X(NOT_MAPPED_VIEW, 0xc0000019, EINVAL, 487)			\
	X(UNABLE_TO_DELETE_SECTION, 0xc000001b, EPERM, 87)		\
	X(ACCESS_DENIED, 0xc0000022, EACCES, 5)				\
	X(BUFFER_TOO_SMALL, 0xc0000023, ENOBUFS, 122)			\
	X(OBJECT_TYPE_MISMATCH, 0xc0000024, EBADF, 6)			\
	X(OBJECT_NAME_INVALID, 0xc0000033, EINVAL, 123)			\
	X(OBJECT_NAME_NOT_FOUND, 0xc0000034, ENOENT, 2)			\
	X(OBJECT_NAME_COLLISION, 0xc0000035, EEXIST, 183)		\
	X(OBJECT_PATH_NOT_FOUND, 0xc000003a, ENOENT, 3)			\
	X(SHARING_VIOLATION, 0xc0000043, EBUSY, 32)			\
	X(QUOTA_EXCEEDED, 0xc0000044, EDQUOT, 1816)			\
	X(INVALID_PAGE_PROTECTION, 0xc0000045, EINVAL, 87)		\
	X(THREAD_IS_TERMINATING, 0xc000004b, ESRCH, 5)			\
	X(DELETE_PENDING, 0xc0000056, ENODEV, 5)			\
	X(PRIVILEGE_NOT_HELD, 0xc0000061, EPERM, 1314)			\
	X(PROCEDURE_NOT_FOUND, 0xc000007a, ENOENT, 127)			\
	X(DISK_FULL, 0xc000007f, ENOSPC, 112)				\
	X(INTEGER_OVERFLOW, 0xc0000095, EOVERFLOW, 534)			\
	X(INSUFFICIENT_RESOURCES, 0xc000009a, ENOMEM, 1450)		\
	X(DEVICE_DATA_ERROR, 0xc000009c, EIO, 23)			\
	X(DEVICE_NOT_CONNECTED, 0xc000009d, ENODEV, 1167)		\
	X(WORKING_SET_QUOTA, 0xc00000a1, ENOMEM, 1453)			\
	X(MEDIA_WRITE_PROTECTED, 0xc00000a2, EROFS, 19)			\
	X(DEVICE_NOT_READY, 0xc00000a3, EAGAIN, 21)			\
	X(IO_TIMEOUT, 0xc00000b5, ETIMEDOUT, 121)			\
	X(NOT_SUPPORTED, 0xc00000bb, EOPNOTSUPP, 50)			\
	X(DEVICE_DOES_NOT_EXIST, 0xc00000c0, ENXIO, 55)			\
	X(INTERNAL_ERROR, 0xc00000e5, EIO, 1359)			\
	X(INVALID_USER_BUFFER, 0xc00000e8, EFAULT, 1784)		\
	X(INVALID_PARAMETER_1, 0xc00000ef, EINVAL, 87)			\
	X(INVALID_PARAMETER_2, 0xc00000f0, EINVAL, 87)			\
	X(STACK_OVERFLOW, 0xc00000fd, EIO, 1001)			\
	X(PROCESS_IS_TERMINATING, 0xc000010a, ESRCH, 5)			\
	X(IMAGE_ALREADY_LOADED, 0xc000010e, EEXIST, 1056)		\
	X(CANCELLED, 0xc0000120, ECANCELED, 995)			\
	X(FILE_DELETED, 0xc0000123, ENOENT, 5)				\
	X(FILE_CLOSED, 0xc0000128, EBADF, 6)				\
	X(INVALID_ADDRESS, 0xc0000141, EINVAL, 59)			\
	X(PIPE_BROKEN, 0xc000014b, EPIPE, 109)				\
	X(INVALID_DEVICE_STATE, 0xc0000184, EIO, 22)			\
	X(IO_DEVICE_ERROR, 0xc0000185, EIO, 1117)			\
	X(INVALID_BUFFER_SIZE, 0xc0000206, EINVAL, 1784)		\
	X(NOT_FOUND, 0xc0000225, ENOENT, 1168)				\
	X(DEVICE_REMOVED, 0xc00002b6, ENODEV, 1617)			\
	X(DATATYPE_MISALIGNMENT_ERROR, 0xc00002c5, EINVAL, 998)

#define ROW_VARIANT(name_, status_, error_, win32_)			\
	FIXTURE_VARIANT_ADD(row, name_) {				\
		.name = #name_, .status = status_, .error = error_,	\
		.win32 = win32_ };
ROWS(ROW_VARIANT)

FIXTURE_SETUP(row)
{
	self->fd = echo_open();
}

FIXTURE_TEARDOWN(row)
{
	close(self->fd);
}

static const struct table_row {
	const char *name;
	__u32 status, win32;
	int error;
	const char *meaning;
} table[] = {
#define TABLE_ROW(name, status, win32, error, meaning) \
	{ #name, status, win32, error, meaning },
	NTIO_STATUSES(TABLE_ROW)
};

#define TABLE_ROWS ARRAY_SIZE(table)

static int return_status(int fd, __u32 status, struct ntio_device_control *c)
{
	struct echo_return in = { .ret = status, .status = status };

	*c = (struct ntio_device_control) {
		.code = IOCTL_ECHO_RETURN_BUFFERED,
		.in = addr(&in), .in_len = sizeof(in),
	};
	return control(fd, c);
}

/* [9.2]: the row, and what ioctl() makes of it: errno only for errors. */
TEST_F(row, as_seen)
{
	struct ntio_device_control c;
	size_t i;

	for (i = 0; i < TABLE_ROWS && table[i].status != variant->status; i++)
		;
	ASSERT_GT(TABLE_ROWS, i);
	EXPECT_STREQ(variant->name, table[i].name);
	EXPECT_EQ(variant->error, table[i].error);
	EXPECT_EQ(variant->win32, table[i].win32);
	EXPECT_LT(10, strlen(table[i].meaning));

	EXPECT_EQ(status_is_error(variant->status) ? variant->error : 0,
		  return_status(self->fd, variant->status, &c));
	EXPECT_EQ(variant->status, c.out_status);
}

/* [9.1]: ascending, so no status is there twice; none that we do not expect. */
TEST(sorted_and_complete)
{
	size_t rows = 0, i;

	for (i = 1; i < TABLE_ROWS; i++)
		EXPECT_LT(table[i - 1].status, table[i].status);
#define COUNT(name, status, error, win32) rows++;
	ROWS(COUNT)
#undef COUNT
	EXPECT_EQ(rows, TABLE_ROWS);
}

/* [9.1]: a status that is not in the table is an error like any other. */
TEST(unknown)
{
	static const __u32 unknown[] = {
		0xc0000003, 0xceadbeef, 0xe0000001, 0xffffffff, 0xc00002c6,
	};
	struct ntio_device_control c;
	int fd = echo_open();
	size_t i;

	for (i = 0; i < ARRAY_SIZE(unknown); i++) {
		EXPECT_EQ(EIO, return_status(fd, unknown[i], &c));
		EXPECT_EQ(unknown[i], c.out_status);
		EXPECT_EQ(NTIO_REASON_DRIVER, c.out_reason);
	}
	EXPECT_EQ(0, return_status(fd, 0x12345678, &c));
	EXPECT_EQ(0, return_status(fd, 0x52345678, &c));
	EXPECT_EQ(0, return_status(fd, 0x92345678, &c));
	EXPECT_EQ(0x92345678, c.out_iosb_status);
	close(fd);
}

TEST_HARNESS_MAIN
