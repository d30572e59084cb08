// SPDX-License-Identifier: GPL-2.0
/*
 * The 459 cases of a returned status, a completion status, pended or not, and a
 * method, as a Windows program sees them: through DeviceIoControl and
 * NtDeviceIoControlFile, on synchronous and overlapped handles, with events,
 * completion ports and APCs [2.27] to [2.38].
 */
#include "wintest.h"

#include <winternl.h>

#include <ntio/samples/echo.h>

static const ULONG statuses[] = {
	0x00000000, 0x00000103, 0x00000102, 0x0eadbeef, 0x4eadbeef,
	0x80000005, 0x8eadbeef, 0xc0000002, 0xceadbeef,
};

static const ULONG methods[] = {
	METHOD_BUFFERED, METHOD_OUT_DIRECT, METHOD_NEITHER,
};

#define KEY 123
#define CONTEXT ((PVOID)456)
#define UNTOUCHED 0xdeadf00d

struct one_case {
	ULONG ret;
	ULONG iosb;
	BOOL pended;
	ULONG method;
};

static int cases, routines;
static struct echo_return input;
static char output[8];

/* --- the rules ------------------------------------------------------------ */

static ULONG call_status(const struct one_case *c)
{
	return c->ret == STATUS_PENDING ? c->iosb : c->ret;
}

static BOOL block_written(const struct one_case *c, BOOL overlapped)
{
	return !NT_ERROR(c->iosb) || (overlapped && c->pended);
}

static BOOL skips_packet(const struct one_case *c)
{
	return !c->pended && !NT_WARNING(c->iosb);
}

/* [2.27] */
static void check_output(const struct one_case *c)
{
	char want[8] = "abcdef";
	int i, count = 6;

	if (c->method == METHOD_BUFFERED)
		count = NT_ERROR(c->iosb) ? 0 : 3;
	for (i = 0; i < count; i++)
		want[i] = (char)(0xe0 + i);
	CHECK(!memcmp(want, output, sizeof(want)));
}

static void prepare(const struct one_case *c)
{
	memset(&input, 0, sizeof(input));
	input.ret = c->ret;
	input.status = c->iosb;
	input.information = 3;
	input.written = 6;
	input.mode = c->pended ? ECHO_PEND : ECHO_COMPLETE;
	memcpy(output, "abcdef\0", 8);
	SetLastError(UNTOUCHED);
}

static ULONG code_of(const struct one_case *c)
{
	return IOCTL_ECHO_RETURN_BUFFERED | c->method;
}

/* --- DeviceIoControl --------------------------------------------------------- */

/* [2.28] [2.29] [2.30] */
static void win32_synchronous(HANDLE file, const struct one_case *c)
{
	ULONG status = call_status(c);
	DWORD bytes = UNTOUCHED;
	BOOL ok;

	prepare(c);
	ok = DeviceIoControl(file, code_of(c), &input, sizeof(input), output, 7,
			     &bytes, NULL);
	CHECK_EQ(NT_SUCCESS(status), ok);
	CHECK_EQ(ok ? UNTOUCHED : RtlNtStatusToDosError(status),
		 GetLastError());
	if (NT_ERROR(status))
		CHECK_EQ(UNTOUCHED, bytes);
	else if (!NT_ERROR(c->iosb))
		CHECK_EQ(3, bytes);
	check_output(c);
}

static void check_block(const struct one_case *c, BOOL written,
			ULONG_PTR before, ULONG_PTR status,
			ULONG_PTR information)
{
	CHECK_EQ(written ? c->iosb : before, (ULONG)status);
	CHECK_EQ(written ? 3 : UNTOUCHED, information);
}

/* [2.48] */
static void win32_event_synchronous(HANDLE file, HANDLE event,
				    const struct one_case *c)
{
	OVERLAPPED ov = { .InternalHigh = UNTOUCHED, .hEvent = event };
	ULONG status = call_status(c);
	BOOL written = block_written(c, FALSE), ok;
	DWORD bytes;

	prepare(c);
	SetEvent(event);
	ok = DeviceIoControl(file, code_of(c), &input, sizeof(input), output, 7,
			     &bytes, &ov);
	CHECK_EQ(NT_SUCCESS(status) && status != STATUS_PENDING, ok);
	check_block(c, written, STATUS_PENDING, ov.Internal, ov.InternalHigh);
	CHECK_EQ(written ? WAIT_OBJECT_0 : WAIT_TIMEOUT,
		 WaitForSingleObject(event, 0));
	check_output(c);
}

/* [2.32] to [2.35], [2.45] */
static void win32_overlapped(HANDLE file, HANDLE event,
			     const struct one_case *c)
{
	OVERLAPPED ov = { .InternalHigh = UNTOUCHED, .hEvent = event };
	BOOL written = block_written(c, TRUE), ok;

	prepare(c);
	SetEvent(event);
	ok = DeviceIoControl(file, code_of(c), &input, sizeof(input), output, 7,
			     NULL, &ov);
	CHECK_EQ(NT_SUCCESS(c->ret) && c->ret != STATUS_PENDING, ok);
	CHECK_EQ(ok ? UNTOUCHED : RtlNtStatusToDosError(c->ret),
		 GetLastError());
	/* On some kernels another thread carries it out. */
	if (c->ret == STATUS_PENDING && written)
		WaitForSingleObject(event, 5000), SetEvent(event);
	check_block(c, written, STATUS_PENDING, ov.Internal, ov.InternalHigh);
	CHECK_EQ(written ? WAIT_OBJECT_0 : WAIT_TIMEOUT,
		 WaitForSingleObject(event, 0));
	check_output(c);
}

/* --- NtDeviceIoControlFile ----------------------------------------------------- */

/* [2.31], with an event and an APC [8.14] */
static void native_synchronous(HANDLE file, HANDLE event,
			       const struct one_case *c)
{
	IO_STATUS_BLOCK iosb = { .Status = UNTOUCHED,
				 .Information = UNTOUCHED };
	BOOL written = block_written(c, FALSE);
	ULONG status;

	prepare(c);
	SetEvent(event);
	status = NtDeviceIoControlFile(file, event, NULL, NULL, &iosb,
				       code_of(c), &input, sizeof(input),
				       output, 7);
	CHECK_EQ(call_status(c), status);
	check_block(c, written, UNTOUCHED, iosb.Status, iosb.Information);
	CHECK_EQ(written ? WAIT_OBJECT_0 : WAIT_TIMEOUT,
		 WaitForSingleObject(event, 0));
	CHECK_EQ(UNTOUCHED, GetLastError());
	check_output(c);
}

static VOID NTAPI routine(PVOID context, PIO_STATUS_BLOCK iosb, ULONG reserved)
{
	UNREFERENCED_PARAMETER(iosb);
	CHECK(context == CONTEXT);
	CHECK_EQ(0, reserved);
	routines++;
}

static void native_apc(HANDLE file, BOOL overlapped, const struct one_case *c)
{
	IO_STATUS_BLOCK iosb = { .Status = UNTOUCHED,
				 .Information = UNTOUCHED };
	BOOL written = block_written(c, overlapped);
	ULONG status;

	prepare(c);
	routines = 0;
	status = NtDeviceIoControlFile(file, NULL, routine, CONTEXT, &iosb,
				       code_of(c), &input, sizeof(input),
				       output, 7);
	CHECK_EQ(overlapped ? c->ret : call_status(c), status);
	CHECK_EQ(0, routines);
	CHECK_EQ(written ? WAIT_IO_COMPLETION : 0,
		 SleepEx(written ? 5000 : 0, TRUE));
	CHECK_EQ(written, routines);
	CHECK_EQ(0, SleepEx(0, TRUE));
	check_block(c, written, UNTOUCHED, iosb.Status, iosb.Information);
	check_output(c);
}

/* [2.36]: without an event the file is one. */
static void native_file_event(HANDLE file, HANDLE event,
			      const struct one_case *c)
{
	IO_STATUS_BLOCK iosb = { .Status = UNTOUCHED,
				 .Information = UNTOUCHED };
	BOOL written = block_written(c, TRUE);

	prepare(c);
	NtDeviceIoControlFile(file, NULL, NULL, NULL, &iosb, code_of(c),
			      &input, sizeof(input), output, 7);
	CHECK_EQ(written ? WAIT_OBJECT_0 : WAIT_TIMEOUT,
		 WaitForSingleObject(file, written ? 5000 : 0));
	check_block(c, written, UNTOUCHED, iosb.Status, iosb.Information);
	check_output(c);

	prepare(c);
	SetEvent(event);
	NtDeviceIoControlFile(file, event, NULL, NULL, &iosb, code_of(c),
			      &input, sizeof(input), output, 7);
	CHECK_EQ(written ? WAIT_OBJECT_0 : WAIT_TIMEOUT,
		 WaitForSingleObject(event, written ? 5000 : 0));
	CHECK_EQ(WAIT_TIMEOUT, WaitForSingleObject(file, 0));
}

/* [2.33] [2.34] [2.38] */
static void native_port(HANDLE file, HANDLE port, HANDLE event, BOOL skip,
			const struct one_case *c)
{
	IO_STATUS_BLOCK iosb = { .Status = UNTOUCHED,
				 .Information = UNTOUCHED }, packet;
	BOOL written = block_written(c, TRUE), left;
	LARGE_INTEGER now = { .QuadPart = 0 };
	PVOID key = NULL, context = NULL;

	prepare(c);
	CHECK_EQ(c->ret, (ULONG)NtDeviceIoControlFile(file, event, NULL,
						     CONTEXT, &iosb,
						     code_of(c), &input,
						     sizeof(input), output,
						     7));
	CHECK_EQ(written ? WAIT_OBJECT_0 : WAIT_TIMEOUT,
		 WaitForSingleObject(event, written ? 5000 : 0));
	left = written && !(skip && skips_packet(c));
	if (left)
		now.QuadPart = -50000000;
	CHECK_EQ(left ? STATUS_SUCCESS : STATUS_TIMEOUT,
		 (ULONG)NtRemoveIoCompletion(port, &key, &context, &packet,
					     &now));
	if (left) {
		CHECK_EQ(KEY, (ULONG_PTR)key);
		CHECK(context == CONTEXT);
		CHECK_EQ(c->iosb, (ULONG)packet.Status);
		CHECK_EQ(3, packet.Information);
	}
	check_block(c, written, UNTOUCHED, iosb.Status, iosb.Information);
	check_output(c);
}

/* [2.37] */
static void native_no_packet(HANDLE file, HANDLE port, HANDLE event,
			     const struct one_case *c)
{
	LARGE_INTEGER now = { .QuadPart = 0 };
	IO_STATUS_BLOCK iosb, packet;
	PVOID key, context;

	prepare(c);
	NtDeviceIoControlFile(file, event, NULL, NULL, &iosb, code_of(c),
			      &input, sizeof(input), output, 7);
	if (block_written(c, TRUE))
		WaitForSingleObject(event, 5000);
	CHECK_EQ(STATUS_TIMEOUT,
		 (ULONG)NtRemoveIoCompletion(port, &key, &context, &packet,
					     &now));
}

/* --- all of it ------------------------------------------------------------------ */

static struct {
	HANDLE synchronous;
	HANDLE overlapped;
	HANDLE with_port;
	HANDLE with_skips;
	HANDLE port;
	HANDLE event;
} h;

static HANDLE open_echo(DWORD flags)
{
	HANDLE file = CreateFile(TEXT("\\\\.\\echo"),
				 GENERIC_READ | GENERIC_WRITE, 0, NULL,
				 OPEN_EXISTING, flags, NULL);

	CHECK(file != INVALID_HANDLE_VALUE);
	return file;
}

static void one(const struct one_case *c)
{
	int before = failures;

	win32_synchronous(h.synchronous, c);
	win32_event_synchronous(h.synchronous, h.event, c);
	native_synchronous(h.synchronous, h.event, c);
	native_apc(h.synchronous, FALSE, c);
	win32_overlapped(h.overlapped, h.event, c);
	native_apc(h.overlapped, TRUE, c);
	native_file_event(h.overlapped, h.event, c);
	native_port(h.with_port, h.port, h.event, FALSE, c);
	native_port(h.with_skips, h.port, h.event, TRUE, c);
	native_no_packet(h.with_port, h.port, h.event, c);
	cases++;
	if (failures != before)
		printf("ret %08lx, iosb %08lx, pended %d, method %lu\n",
		       c->ret, c->iosb, c->pended, c->method);
}

static void all(void)
{
	struct one_case c;
	size_t i, j, k;

	for (i = 0; i < ARRAYSIZE(statuses); i++)
		for (j = 0; j < ARRAYSIZE(statuses); j++)
			for (k = 0; k < 2 * ARRAYSIZE(methods); k++) {
				c.ret = statuses[i];
				c.iosb = statuses[j];
				c.pended = k & 1;
				c.method = methods[k / 2];
				if (c.ret != STATUS_PENDING || c.pended)
					one(&c);
			}
}

int __cdecl _tmain(int argc, _TCHAR *argv[])
{
	UNREFERENCED_PARAMETER(argc);
	UNREFERENCED_PARAMETER(argv);
	h.synchronous = open_echo(0);
	h.overlapped = open_echo(FILE_FLAG_OVERLAPPED);
	CHECK_EQ(WAIT_OBJECT_0, WaitForSingleObject(h.overlapped, 0));
	h.with_port = open_echo(FILE_FLAG_OVERLAPPED);
	h.with_skips = open_echo(FILE_FLAG_OVERLAPPED);
	h.port = CreateIoCompletionPort(h.with_port, NULL, KEY, 0);
	CHECK(CreateIoCompletionPort(h.with_skips, h.port, KEY, 0) == h.port);
	CHECK(SetFileCompletionNotificationModes(h.with_skips,
			FILE_SKIP_COMPLETION_PORT_ON_SUCCESS));
	h.event = CreateEvent(NULL, TRUE, FALSE, NULL);
	all();
	printf("%d of 459 cases\n", cases);
	CHECK_EQ(459, cases);
	return done();
}
