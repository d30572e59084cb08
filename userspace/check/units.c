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
#include <ntio/ntio.h>

static void claim(bool ok, const char *what)
{
	printf("%s %s\n", ok ? "ok" : "not ok", what);
}

/* A descriptor that the kernel never gives, behind which @fake answers. */
#define FAKE_FD 1000000

static struct ntio_device_control fake, sent;
static int calls;

int __wrap_ioctl(int fd, unsigned long request, ...);

/*
 * What the library calls in place of ioctl(). As the kernel does it: only the
 * out_ part is written, errno is derived.
 */
int __wrap_ioctl(int fd, unsigned long request, ...)
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

int main(void)
{
	check_status_table();
	check_status_mapping();
	check_control();
	check_refused_call();
	check_open();
	check_explain();
	check_explain_unknown();
	return 0;
}
