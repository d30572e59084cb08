// SPDX-License-Identifier: GPL-2.0
/*++

    Strings, lists, interlocked operations and other small things.

--*/
#include <initguid.h>
#include <ntifs.h>
#include <ntstrsafe.h>
#include "../cases.h"

// {1b9ce15e-5a8f-4ab6-9b2e-0123456789ab}
DEFINE_GUID(GUID_RTL_TEST,
    0x1b9ce15e, 0x5a8f, 0x4ab6, 0x9b, 0x2e, 0x01, 0x23, 0x45, 0x67, 0x89, 0xab);

static ULONG
Types(
    PDEVICE_OBJECT DeviceObject
    )
{
    UNREFERENCED_PARAMETER(DeviceObject);
    C_ASSERT(sizeof(LONG) == 4 && sizeof(ULONG) == 4);
    C_ASSERT(sizeof(WCHAR) == 2 && sizeof(L"x") == 4);
    C_ASSERT(sizeof(LARGE_INTEGER) == 8 && sizeof(ULONG_PTR) == sizeof(PVOID));
    C_ASSERT((CHAR)0xff < 0);
    C_ASSERT(FIELD_OFFSET(IO_STATUS_BLOCK, Information) == 8);
    CHECK(CTL_CODE(0x8001, 0x800, METHOD_NEITHER, FILE_READ_ACCESS) == 0x80016003u);
    CHECK(CTL_CODE(0x8001, 0, 0, 0) > 0);
    CHECK(DEVICE_TYPE_FROM_CTL_CODE(0x80016003u) == 0x8001);
    CHECK(METHOD_FROM_CTL_CODE(0x80016003u) == METHOD_NEITHER);
    CHECK(HandleToULong(ULongToHandle(0x80000004u)) == 0x80000004u);
    CHECK(Int32x32To64(-3, 1000000000) == -3000000000LL);
    CHECK(NT_SUCCESS(STATUS_PENDING) && !NT_SUCCESS(STATUS_BUFFER_OVERFLOW));
    CHECK(NT_WARNING(STATUS_BUFFER_OVERFLOW) && NT_ERROR(STATUS_CANCELLED));
    CHECK(NT_INFORMATION(STATUS_OBJECT_NAME_EXISTS));
    CHECK(BYTES_TO_PAGES(PAGE_SIZE + 1) == 2 && ROUND_TO_PAGES(1) == PAGE_SIZE);
    CHECK(ADDRESS_AND_SIZE_TO_SPAN_PAGES((PVOID)0x1fff, 2) == 2);
    CHECK(min(1, 2) == 1 && max(1, 2) == 2);
    CHECK(NtCurrentProcess() == (HANDLE)(LONG_PTR)-1);
    return 0;
}

static ULONG
Memory(
    PDEVICE_OBJECT DeviceObject
    )
{
    CHAR a[16] = "0123456789", b[16];

    UNREFERENCED_PARAMETER(DeviceObject);
    RtlCopyMemory(b, a, sizeof(a));
    CHECK(RtlEqualMemory(a, b, sizeof(a)));
    RtlMoveMemory(b + 1, b, 5);
    CHECK(!strcmp(b, "0012346789"));
    RtlFillMemory(b, 3, 'x');
    CHECK(RtlCompareMemory(b, "xxx9", 4) == 3);
    RtlZeroMemory(b, sizeof(b));
    CHECK(b[0] == 0 && strlen(b) == 0);
    RtlCopyBytes(b, "bytes", 6);
    CHECK(!strcmp(b, "bytes"));
    RtlSecureZeroMemory(b, sizeof(b));
    memcpy(b, "abc", 4);
    memset(b, 'z', 2);
    CHECK(!strcmp(b, "zzc"));
    return 0;
}

static ULONG
Unicode(
    PDEVICE_OBJECT DeviceObject
    )
{
    UNICODE_STRING a = RTL_CONSTANT_STRING(L"\\Device\\Name");
    DECLARE_CONST_UNICODE_STRING(upper, L"\\DEVICE\\NAME");
    UNICODE_STRING b, prefix;
    WCHAR buffer[16];

    UNREFERENCED_PARAMETER(DeviceObject);
    CHECK(a.Length == 24 && a.MaximumLength == 26);
    CHECK(RtlEqualUnicodeString(&a, &upper, TRUE));
    CHECK(!RtlEqualUnicodeString(&a, &upper, FALSE));
    CHECK(RtlCompareUnicodeString(&a, &upper, FALSE) > 0);
    RtlInitUnicodeString(&prefix, L"\\device");
    CHECK(RtlPrefixUnicodeString(&prefix, &a, TRUE));

    RtlInitEmptyUnicodeString(&b, buffer, sizeof(buffer));
    RtlCopyUnicodeString(&b, &a);
    CHECK(b.Length == 24 && wcscmp(buffer, L"\\Device\\Name") == 0);
    CHECK(RtlAppendUnicodeToString(&b, L"X") == STATUS_SUCCESS);
    CHECK(RtlAppendUnicodeStringToString(&b, &a) == STATUS_BUFFER_TOO_SMALL);
    CHECK(b.Length == 26 && wcslen(buffer) == 13);
    CHECK(wcschr(buffer, L'N') == buffer + 8 && wcsncmp(buffer, L"\\D", 2) == 0);
    CHECK(_wcsicmp(L"aBc", L"AbC") == 0);

    CHECK(RtlUpcaseUnicodeChar(L'q') == L'Q' && RtlUpcaseUnicodeChar(0xe4) == 0xc4);
    CHECK(NT_SUCCESS(RtlUpcaseUnicodeString(&b, &a, TRUE)));
    CHECK(RtlEqualUnicodeString(&b, &upper, FALSE));
    RtlFreeUnicodeString(&b);
    CHECK(b.Buffer == NULL);
    RtlInitUnicodeString(&b, NULL);
    CHECK(b.Length == 0 && b.MaximumLength == 0);
    return 0;
}

static ULONG
Conversions(
    PDEVICE_OBJECT DeviceObject
    )
{
    UNICODE_STRING wide;
    ANSI_STRING ansi, back;
    WCHAR buffer[16];
    ULONG value;

    UNREFERENCED_PARAMETER(DeviceObject);
    RtlInitAnsiString(&ansi, "na\xc3\xafve \xf0\x9f\x98\x80");
    CHECK(NT_SUCCESS(RtlAnsiStringToUnicodeString(&wide, &ansi, TRUE)));
    CHECK(wide.Length == 16 && wide.Buffer[2] == 0xef && wide.Buffer[6] == 0xd83d);
    CHECK(NT_SUCCESS(RtlUnicodeStringToAnsiString(&back, &wide, TRUE)));
    CHECK(RtlEqualString(&ansi, &back, FALSE));
    CHECK(RtlCompareString(&ansi, &back, TRUE) == 0);
    RtlFreeAnsiString(&back);
    RtlFreeUnicodeString(&wide);

    RtlInitEmptyUnicodeString(&wide, buffer, sizeof(buffer));
    CHECK(NT_SUCCESS(RtlIntegerToUnicodeString(0xbeef, 16, &wide)));
    CHECK(!wcscmp(buffer, L"BEEF"));
    CHECK(NT_SUCCESS(RtlUnicodeStringToInteger(&wide, 16, &value)) && value == 0xbeef);
    RtlInitUnicodeString(&wide, L"  -0x10");
    CHECK(NT_SUCCESS(RtlUnicodeStringToInteger(&wide, 0, &value)) &&
          (LONG)value == -16);
    return 0;
}

static ULONG
Safe(
    PDEVICE_OBJECT DeviceObject
    )
{
    UNICODE_STRING counted;
    WCHAR wide[8];
    CHAR text[8];
    SIZE_T length;

    UNREFERENCED_PARAMETER(DeviceObject);
    CHECK(RtlStringCbCopyA(text, sizeof(text), "1234567") == STATUS_SUCCESS);
    CHECK(RtlStringCchCopyA(text, 4, "1234567") == STATUS_BUFFER_OVERFLOW);
    CHECK(!strcmp(text, "123"));
    CHECK(RtlStringCchCatA(text, 8, "45678") == STATUS_BUFFER_OVERFLOW);
    CHECK(!strcmp(text, "1234567"));
    CHECK(RtlStringCchLengthA(text, 8, &length) == STATUS_SUCCESS && length == 7);
    CHECK(RtlStringCchLengthA(text, 7, &length) == STATUS_INVALID_PARAMETER);
    CHECK(RtlStringCbCopyW(wide, sizeof(wide), L"abc") == STATUS_SUCCESS);
    CHECK(RtlStringCchCatW(wide, 8, L"defgh") == STATUS_BUFFER_OVERFLOW);
    CHECK(!wcscmp(wide, L"abcdefg"));
    CHECK(RtlStringCbLengthW(wide, sizeof(wide), &length) == STATUS_SUCCESS &&
          length == 14);
    CHECK(RtlStringCbPrintfA(text, sizeof(text), "%d-%x", -5, 0xab) == STATUS_SUCCESS);
    CHECK(!strcmp(text, "-5-ab"));
    CHECK(RtlStringCchPrintfA(text, 4, "%s", "long") == STATUS_BUFFER_OVERFLOW);
    CHECK(!strcmp(text, "lon"));
    CHECK(RtlStringCbPrintfW(wide, sizeof(wide), L"%s%d", L"w", 7) == STATUS_SUCCESS);
    CHECK(!wcscmp(wide, L"w7"));
    RtlInitEmptyUnicodeString(&counted, wide, sizeof(wide));
    CHECK(RtlUnicodeStringPrintf(&counted, L"%02u", 3) == STATUS_SUCCESS);
    CHECK(counted.Length == 4);
    CHECK(RtlUnicodeStringCatString(&counted, L"xy") == STATUS_SUCCESS);
    CHECK(counted.Length == 8 && counted.Buffer[3] == L'y');
    CHECK(RtlUnicodeStringCopyString(&counted, L"0123456789") ==
          STATUS_BUFFER_OVERFLOW);
    return 0;
}

//
// %l has 32 bits: what follows it must still be right.
//
static ULONG
Formats(
    PDEVICE_OBJECT DeviceObject
    )
{
    UNICODE_STRING counted = RTL_CONSTANT_STRING(L"wZ");
    ANSI_STRING narrow = RTL_CONSTANT_STRING("Z");
    CHAR text[128];

    UNREFERENCED_PARAMETER(DeviceObject);
    RtlStringCbPrintfA(text, sizeof(text), "%ld %lu %lx %s", (LONG)-1,
                       (ULONG)4000000000u, (ULONG)0xdeadbeef, "end");
    CHECK(!strcmp(text, "-1 4000000000 deadbeef end"));
    RtlStringCbPrintfA(text, sizeof(text), "%I64d %llu %Ix %I32u|%s", -1LL,
                       18446744073709551615ULL, (ULONG_PTR)0x123456789ULL, 7, "end");
    CHECK(!strcmp(text, "-1 18446744073709551615 123456789 7|end"));
    RtlStringCbPrintfA(text, sizeof(text), "%wZ %Z %ws %S %hs %c", &counted,
                       &narrow, L"ws", L"S", "hs", 'c');
    CHECK(!strcmp(text, "wZ Z ws S hs c"));
    RtlStringCbPrintfA(text, sizeof(text), "[%5d][%-5d][%05d][%+d][%#x]", 42, 42,
                       42, 42, 42);
    CHECK(!strcmp(text, "[   42][42   ][00042][+42][0x2a]"));
    RtlStringCbPrintfA(text, sizeof(text), "[%6s][%-6s][%.2s][%*d]%%", "abc",
                       "abc", "abc", 4, 7);
    CHECK(!strcmp(text, "[   abc][abc   ][ab][   7]%"));
    RtlStringCbPrintfA(text, sizeof(text), "%s %ws %wZ", NULL, NULL, NULL);
    CHECK(!strcmp(text, "(null) (null) (null)"));
    return 0;
}

static ULONG
Guids(
    PDEVICE_OBJECT DeviceObject
    )
{
    UNICODE_STRING text;
    GUID guid;

    UNREFERENCED_PARAMETER(DeviceObject);
    CHECK(NT_SUCCESS(RtlStringFromGUID(&GUID_RTL_TEST, &text)));
    CHECK(NT_SUCCESS(RtlGUIDFromString(&text, &guid)));
    CHECK(IsEqualGUID(&guid, &GUID_RTL_TEST));
    CHECK(text.Length == 76);
    RtlFreeUnicodeString(&text);
    RtlInitUnicodeString(&text, L"{not a GUID}");
    CHECK(RtlGUIDFromString(&text, &guid) == STATUS_INVALID_PARAMETER);
    return 0;
}

typedef struct _ITEM {
    ULONG Number;
    LIST_ENTRY Entry;
    SINGLE_LIST_ENTRY Single;
} ITEM;

static ULONG
Lists(
    PDEVICE_OBJECT DeviceObject
    )
{
    ITEM items[3] = { { 0 }, { 1 }, { 2 } };
    SINGLE_LIST_ENTRY single = { NULL };
    LIST_ENTRY head;

    UNREFERENCED_PARAMETER(DeviceObject);
    InitializeListHead(&head);
    CHECK(IsListEmpty(&head));
    InsertTailList(&head, &items[1].Entry);
    InsertTailList(&head, &items[2].Entry);
    InsertHeadList(&head, &items[0].Entry);
    CHECK(CONTAINING_RECORD(head.Flink->Flink, ITEM, Entry)->Number == 1);
    CHECK(!RemoveEntryList(&items[1].Entry));
    CHECK(RemoveHeadList(&head) == &items[0].Entry);
    CHECK(RemoveTailList(&head) == &items[2].Entry);
    CHECK(IsListEmpty(&head));
    PushEntryList(&single, &items[0].Single);
    PushEntryList(&single, &items[1].Single);
    CHECK(PopEntryList(&single) == &items[1].Single);
    CHECK(PopEntryList(&single) == &items[0].Single);
    CHECK(PopEntryList(&single) == NULL);
    return 0;
}

static ULONG
Interlocked(
    PDEVICE_OBJECT DeviceObject
    )
{
    LONG64 large = 0x100000000LL;
    PVOID pointer = NULL;
    LONG n = 5;

    UNREFERENCED_PARAMETER(DeviceObject);
    CHECK(InterlockedIncrement(&n) == 6 && InterlockedDecrement(&n) == 5);
    CHECK(InterlockedExchange(&n, 9) == 5 && n == 9);
    CHECK(InterlockedExchangeAdd(&n, 2) == 9 && n == 11);
    CHECK(InterlockedAdd(&n, -1) == 10);
    CHECK(InterlockedCompareExchange(&n, 20, 11) == 10 && n == 10);
    CHECK(InterlockedCompareExchange(&n, 20, 10) == 10 && n == 20);
    CHECK(InterlockedOr(&n, 1) == 20 && InterlockedAnd(&n, 0xf) == 21 && n == 5);
    CHECK(InterlockedXor(&n, 1) == 5 && n == 4);
    CHECK(InterlockedAdd64(&large, 1) == 0x100000001LL);
    CHECK(InterlockedIncrement64(&large) == 0x100000002LL);
    CHECK(InterlockedExchangeAdd64(&large, 1) == 0x100000002LL);
    CHECK(InterlockedCompareExchange64(&large, 0, 0x100000003LL) == 0x100000003LL);
    CHECK(InterlockedExchangePointer(&pointer, &n) == NULL);
    CHECK(InterlockedCompareExchangePointer(&pointer, NULL, &n) == &n);
    CHECK(pointer == NULL);
    KeMemoryBarrier();
    return 0;
}

static ULONG
System(
    PDEVICE_OBJECT DeviceObject
    )
{
    UNICODE_STRING name = RTL_CONSTANT_STRING(L"NoSuchRoutine");
    RTL_OSVERSIONINFOW version;
    ULONG seed = 1;

    UNREFERENCED_PARAMETER(DeviceObject);
    version.dwOSVersionInfoSize = sizeof(version);
    CHECK(NT_SUCCESS(RtlGetVersion(&version)) && version.dwMajorVersion == 10);
    CHECK(MmGetSystemRoutineAddress(&name) == NULL);
    CHECK(RtlRandomEx(&seed) != RtlRandomEx(&seed));
    CHECK(KeQueryActiveProcessorCount(NULL) >= 1);
    CHECK(KeGetCurrentProcessorNumber() < KeQueryActiveProcessorCount(NULL));
    CHECK(!MmIsAddressValid(NULL));
    return 0;
}

static TEST_CASE * const g_Cases[] = {
    Types, Memory, Unicode, Conversions, Safe, Formats, Guids, Lists,
    Interlocked, System,
};

#define CASES_NAME "WdmRtl"
#include "../casedriver.h"
