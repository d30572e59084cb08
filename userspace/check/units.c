// SPDX-License-Identifier: GPL-2.0
/*
 * What libntio does without a kernel. Prints "ok WHAT" or "not ok WHAT" for
 * each claim; check/run makes TAP of it.
 */
#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <ntio/samples/echo.h>
#include <ntio/win32.h>

static void claim(bool ok, const char *what)
{
	printf("%s %s\n", ok ? "ok" : "not ok", what);
}

/* A descriptor that the kernel never gives, behind which @fake answers. */
#define FAKE_FD 1000000

static struct ntio_device_control fake, sent;
static int calls;

/* As the kernel does it: only the out_ part is written, errno is derived. */
int ioctl(int fd, unsigned long request, ...)
{
	struct ntio_device_control *call;
	va_list args;

	va_start(args, request);
	call = va_arg(args, struct ntio_device_control *);
	va_end(args);
	calls++;
	if (fd != FAKE_FD)
		return syscall(SYS_ioctl, fd, request, call);
	sent = *call;
	call->out_status = fake.out_status;
	call->out_reason = fake.out_reason;
	call->out_iosb_status = fake.out_iosb_status;
	call->out_flags = fake.out_flags;
	call->out_information = fake.out_information;
	call->out_detail = fake.out_detail;
	errno = ntio_status_to_errno(fake.out_status);
	return errno ? -1 : 0;
}

static void answer(uint32_t status, uint64_t information)
{
	memset(&fake, 0, sizeof(fake));
	fake.out_status = status;
	fake.out_iosb_status = status;
	fake.out_information = information;
	if (!NT_ERROR(status))
		fake.out_flags = NTIO_OUT_IOSB;
}

static void check_status_table(void)
{
	const struct ntio_status_info *info, *before = NULL;
	bool sorted = true, found = true, named = true;

	for (size_t i = 0; (info = ntio_status_at(i)); i++, before = info) {
		sorted &= !before || before->status < info->status;
		found &= ntio_status_info(info->status) == info;
		named &= !info->error || strerrorname_np(info->error);
	}
	claim(sorted, "the statuses ascend, and none is there twice");
	claim(found, "every status is found by its number");
	claim(named, "every errno has a name");
	claim(!ntio_status_info(0xcadbeef0), "an unknown status is not found");
}

static void check_status_mapping(void)
{
	claim(ntio_status_to_win32(STATUS_ACCESS_VIOLATION) == 998 &&
		      ntio_status_to_win32(STATUS_BUFFER_OVERFLOW) == 234 &&
		      ntio_status_to_win32(0xcadbeef0) == 317,
	      "a status becomes its Win32 error [9.1]");
	claim(ntio_status_to_errno(STATUS_ACCESS_VIOLATION) == EFAULT &&
		      ntio_status_to_errno(0xcadbeef0) == EIO,
	      "an error becomes its errno");
	claim(!ntio_status_to_errno(STATUS_BUFFER_OVERFLOW) &&
		      !ntio_status_to_errno(STATUS_PENDING),
	      "what is no error has no errno");
	claim(NT_SUCCESS(0) && NT_SUCCESS(0x4eadbeef) &&
		      !NT_SUCCESS(0x80000005) && NT_INFORMATION(0x4eadbeef) &&
		      NT_WARNING(0x80000005) && !NT_ERROR(0x80000005) &&
		      NT_ERROR(0xc0000001) && !NT_WARNING(0xc0000001),
	      "severities");
}

static void check_control(void)
{
	struct ntio_result result;
	char in[3], out[5];

	answer(STATUS_BUFFER_OVERFLOW, 4);
	result = ntio_control(FAKE_FD, IOCTL_ECHO_BUFFERED, in, 3, out, 5);
	claim(sent.size == sizeof(sent) && sent.code == IOCTL_ECHO_BUFFERED &&
		      sent.in == (uintptr_t)in && sent.in_len == 3 &&
		      sent.out == (uintptr_t)out && sent.out_len == 5 &&
		      !sent.flags && !sent.__reserved,
	      "ntio_control passes what it was given");
	claim(result.status == STATUS_BUFFER_OVERFLOW && !result.error &&
		      result.information == 4 &&
		      result.flags == NTIO_OUT_IOSB,
	      "a warning is no error and brings its count [2.30]");
	answer(STATUS_INVALID_HANDLE, 0);
	fake.out_reason = NTIO_REASON_DRIVER;
	result = ntio_control(FAKE_FD, 0, NULL, 0, NULL, 0);
	claim(result.error == EBADF && result.reason == NTIO_REASON_DRIVER,
	      "a request that failed keeps its reason");
}

static void check_refused_call(void)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	struct ntio_result result;

	result = ntio_control(-1, 0, NULL, 0, NULL, 0);
	claim(result.status == STATUS_INVALID_HANDLE && result.error == EBADF &&
		      result.reason == NTIO_REASON_CALL,
	      "a bad descriptor is a refused call");
	result = ntio_control(null, 0, NULL, 0, NULL, 0);
	claim(result.status == STATUS_INVALID_DEVICE_REQUEST &&
		      result.error == ENOTTY &&
		      result.reason == NTIO_REASON_CALL,
	      "a file that is no ntio device is a refused call");
	close(null);
	calls = 0;
	result = ntio_control(FAKE_FD, 0, NULL, 1ULL << 32, NULL, 0);
	claim(result.status == STATUS_INVALID_PARAMETER && !calls &&
		      result.error == EINVAL &&
		      result.reason == NTIO_REASON_LENGTH,
	      "a length over 32 bits is not sent [2.4]");
}

static void check_open(void)
{
	claim(ntio_open("no-such-device", O_RDWR) < 0 && errno == ENOENT,
	      "ntio_open of no device: ENOENT");
	claim(ntio_open("/dev/null", O_RDWR | O_CREAT) < 0 && errno == EINVAL,
	      "ntio_open creates nothing [1.25]");
}

/* What @result is in words, in memory to be freed. */
static char *explain(const struct ntio_result *result, int indent)
{
	size_t size;
	char *text;
	FILE *to = open_memstream(&text, &size);

	ntio_explain(to, result, indent);
	fclose(to);
	return text;
}

/* Of those below the first, which names status and reason and is not broken. */
static size_t widest_line(const char *text)
{
	size_t widest = 0;

	text += strcspn(text, "\n");
	text += !!*text;
	while (*text) {
		size_t len = strcspn(text, "\n");

		widest = len > widest ? len : widest;
		text += len + !!text[len];
	}
	return widest;
}

static void check_explain(void)
{
	static const char expected[] =
		"refused: STATUS_ACCESS_VIOLATION (EFAULT, Win32 998): "
		"READ_ONLY\n"
		"  The buffer lies in a mapping that is not writable, and this "
		"method writes to\n"
		"  it.\n"
		"  Map it writable, or use IN_DIRECT if the driver only reads "
		"it.\n"
		"  Offset of the first bad byte: 4096.\n";
	struct ntio_result result = {
		.status = STATUS_ACCESS_VIOLATION,
		.reason = NTIO_REASON_READ_ONLY,
		.detail = 4096,
		.error = EFAULT,
	};
	size_t widest = 0;
	char *text;

	text = explain(&result, 0);
	claim(!strcmp(text, expected), "a refusal in words");
	free(text);
	for (result.reason = 0; ntio_reason_info(result.reason);
	     result.reason++) {
		text = explain(&result, 10);
		if (widest_line(text) > widest)
			widest = widest_line(text);
		free(text);
	}
	claim(widest > 60 && widest <= 78, "no explanation exceeds 78 columns");
}

static void check_explain_unknown(void)
{
	struct ntio_result result = {
		.status = 0xcadbeef0,
		.reason = 9999,
		.error = EIO,
	};
	char *text = explain(&result, 0);

	claim(!strcmp(text, "refused: 0xcadbeef0 (EIO, Win32 317): reason "
			    "9999\n"),
	      "an unknown status and reason in numbers");
	free(text);
	result = (struct ntio_result){ .status = STATUS_ACCESS_DENIED,
				       .reason = NTIO_REASON_ACCESS_BITS,
				       .detail = 3,
				       .error = EACCES };
	text = explain(&result, 0);
	claim(strstr(text, "Missing access: read and write."),
	      "missing access in words");
	free(text);
}

static HANDLE fake_handle(void)
{
	return (HANDLE)(uintptr_t)((FAKE_FD + 1) * 4ul);
}

static BOOL device_io_control(DWORD *returned)
{
	*returned = 77;
	SetLastError(55);
	return DeviceIoControl(fake_handle(), IOCTL_ECHO_BUFFERED, NULL, 0,
			       NULL, 0, returned, NULL);
}

static void check_device_io_control(void)
{
	DWORD returned;
	BOOL ret;

	answer(STATUS_SUCCESS, 24);
	ret = device_io_control(&returned);
	claim(ret && returned == 24 && GetLastError() == 55,
	      "success: TRUE, count, last error untouched [2.28] [2.29]");
	answer(STATUS_PENDING, 3);
	ret = device_io_control(&returned);
	claim(ret && returned == 3, "STATUS_PENDING is success [2.39]");
	answer(STATUS_BUFFER_OVERFLOW, 10);
	ret = device_io_control(&returned);
	claim(!ret && returned == 10 && GetLastError() == 234,
	      "warning: FALSE, 234, and a count [2.30] [2.47]");
	answer(STATUS_BUFFER_TOO_SMALL, 0);
	ret = device_io_control(&returned);
	claim(!ret && returned == 77 && GetLastError() == 122,
	      "error: FALSE, 122, count untouched [2.30] [2.47]");
	answer(0xceadbeef, 0);
	ret = device_io_control(&returned);
	claim(!ret && GetLastError() == 317, "unknown error: 317 [9.1]");
}

static void check_device_io_control_parameters(void)
{
	LPOVERLAPPED overlapped = (LPOVERLAPPED)&fake;
	DWORD returned = 77;
	BOOL ret;

	answer(STATUS_SUCCESS, 0);
	calls = 0;
	ret = DeviceIoControl(fake_handle(), 0, NULL, 0, NULL, 0, NULL, NULL);
	claim(!ret && GetLastError() == 87 && !calls,
	      "no count and no OVERLAPPED: 87, not sent [2.44]");
	ret = DeviceIoControl(fake_handle(), 0, NULL, 0, NULL, 0, &returned,
			      overlapped);
	claim(!ret && GetLastError() == 50 && !calls,
	      "OVERLAPPED: 50, not sent");
	ret = DeviceIoControl(INVALID_HANDLE_VALUE, 0, NULL, 0, NULL, 0,
			      &returned, NULL);
	claim(!ret && GetLastError() == 6 && returned == 77,
	      "INVALID_HANDLE_VALUE: 6, count untouched");
}

static DWORD open_error(const char *name, DWORD flags)
{
	HANDLE handle = CreateFileA(name, GENERIC_READ | GENERIC_WRITE, 0, NULL,
				    CREATE_ALWAYS, flags, NULL);

	return handle == INVALID_HANDLE_VALUE ? GetLastError() : 0;
}

static void check_create_file(void)
{
	claim(open_error("\\\\.\\no-such-device", 0) == 2,
	      "CreateFile of no device: 2 [1.28]");
	claim(open_error("\\\\.\\a\\b", 0) == 123 &&
		      open_error("\\\\.\\", 0) == 123 &&
		      open_error("echo", 0) == 123 &&
		      open_error(NULL, 0) == 123,
	      "CreateFile of what is no device's name: 123");
	claim(open_error("/dev/null", FILE_FLAG_OVERLAPPED) == 50,
	      "CreateFile with FILE_FLAG_OVERLAPPED: 50");
}

static void check_create_always(void)
{
	char path[] = "/tmp/ntio-check-XXXXXX";
	int fd = mkstemp(path);
	HANDLE handle;

	if (write(fd, "kept", 4) != 4)
		perror(path);
	handle = CreateFileA(path, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0,
			     NULL);
	claim(handle != INVALID_HANDLE_VALUE && handle &&
		      (uintptr_t)handle % 4 == 0 && lseek(fd, 0, SEEK_END) == 4,
	      "CREATE_ALWAYS truncates nothing [1.25]");
	claim(CloseHandle(handle) && !CloseHandle(handle) &&
		      GetLastError() == 6,
	      "CloseHandle, and a second time: 6");
	unlink(path);
	close(fd);
	claim(open_error(path, 0) == 2, "CREATE_ALWAYS creates nothing [1.25]");
}

static void *other_thread(void *arg)
{
	*(DWORD *)arg = GetLastError();
	SetLastError(1);
	return NULL;
}

static void check_last_error(void)
{
	pthread_t thread;
	DWORD others = 9;

	SetLastError(42);
	pthread_create(&thread, NULL, other_thread, &others);
	pthread_join(thread, NULL);
	claim(others == 0 && GetLastError() == 42,
	      "every thread has its own last error");
}

int main(void)
{
	check_status_table();
	check_status_mapping();
	check_control();
	check_refused_call();
	check_open();
	check_explain();
	check_explain_unknown();
	check_device_io_control();
	check_device_io_control_parameters();
	check_create_file();
	check_create_always();
	check_last_error();
	claim(CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800, METHOD_BUFFERED,
		       FILE_ANY_ACCESS) == 0x222000 &&
		      METHOD_FROM_CTL_CODE(0x22200eu) == METHOD_OUT_DIRECT,
	      "CTL_CODE [1.1]");
	return 0;
}
