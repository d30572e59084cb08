/* SPDX-License-Identifier: GPL-2.0 */
/* Memory and strings. */

/* These reach memory of the caller as well. */
SIZE_T ntio_wdm_copy_checked(PVOID to, const void *from, SIZE_T len);
SIZE_T ntio_wdm_fill_checked(PVOID to, SIZE_T len, int value);

__forceinline void ntio_wdm_copy(PVOID to, const void *from, SIZE_T len)
{
	if (NTIO_WDM_IS_KERNEL(to) && NTIO_WDM_IS_KERNEL(from))
		__builtin_memmove(to, from, len);
	else
		ntio_wdm_copy_checked(to, from, len);
}

__forceinline void ntio_wdm_fill(PVOID to, SIZE_T len, int value)
{
	if (NTIO_WDM_IS_KERNEL(to))
		__builtin_memset(to, value, len);
	else
		ntio_wdm_fill_checked(to, len, value);
}

#define RtlCopyMemory(to, from, len) ntio_wdm_copy(to, from, len)
#define RtlMoveMemory(to, from, len) ntio_wdm_copy(to, from, len)
#define RtlCopyBytes(to, from, len) ntio_wdm_copy(to, from, len)
#define RtlCopyVolatileMemory(to, from, len) \
	ntio_wdm_copy((PVOID)(to), (const void *)(from), len)
#define RtlZeroMemory(to, len) ntio_wdm_fill(to, len, 0)
#define RtlZeroBytes(to, len) ntio_wdm_fill(to, len, 0)
#define RtlSecureZeroMemory(to, len) ntio_wdm_fill(to, len, 0)
#define RtlFillMemory(to, len, value) ntio_wdm_fill(to, len, value)
#define RtlFillBytes(to, len, value) ntio_wdm_fill(to, len, value)
SIZE_T RtlCompareMemory(const void *a, const void *b, SIZE_T len);
#define RtlEqualMemory(a, b, len) (!memcmp(a, b, len))

#define RtlCheckBit(map, bit) ((map)->Buffer[(bit) / 32] >> (bit) % 32 & 1)

void RtlInitUnicodeString(PUNICODE_STRING to, PCWSTR from);
NTSTATUS RtlInitUnicodeStringEx(PUNICODE_STRING to, PCWSTR from);
void RtlInitAnsiString(PANSI_STRING to, PCSZ from);
#define RtlInitString RtlInitAnsiString
#define RtlInitEmptyUnicodeString(s, buffer, size)			\
	((s)->Buffer = (buffer), (s)->MaximumLength = (size), (s)->Length = 0)
#define RtlInitEmptyAnsiString RtlInitEmptyUnicodeString
void RtlCopyUnicodeString(PUNICODE_STRING to, PCUNICODE_STRING from);
void RtlCopyString(PSTRING to, const STRING *from);
NTSTATUS RtlAppendUnicodeToString(PUNICODE_STRING to, PCWSTR from);
NTSTATUS RtlAppendUnicodeStringToString(PUNICODE_STRING to,
					PCUNICODE_STRING from);
LONG RtlCompareUnicodeString(PCUNICODE_STRING a, PCUNICODE_STRING b,
			     BOOLEAN ignore_case);
BOOLEAN RtlEqualUnicodeString(PCUNICODE_STRING a, PCUNICODE_STRING b,
			      BOOLEAN ignore_case);
BOOLEAN RtlPrefixUnicodeString(PCUNICODE_STRING a, PCUNICODE_STRING b,
			       BOOLEAN ignore_case);
LONG RtlCompareString(const STRING *a, const STRING *b, BOOLEAN ignore_case);
BOOLEAN RtlEqualString(const STRING *a, const STRING *b, BOOLEAN ignore_case);
WCHAR RtlUpcaseUnicodeChar(WCHAR c);
WCHAR RtlDowncaseUnicodeChar(WCHAR c);
CHAR RtlUpperChar(CHAR c);
NTSTATUS RtlUpcaseUnicodeString(PUNICODE_STRING to, PCUNICODE_STRING from,
				BOOLEAN allocate);
NTSTATUS RtlAnsiStringToUnicodeString(PUNICODE_STRING to, PCANSI_STRING from,
				      BOOLEAN allocate);
NTSTATUS RtlUnicodeStringToAnsiString(PANSI_STRING to, PCUNICODE_STRING from,
				      BOOLEAN allocate);
void RtlFreeUnicodeString(PUNICODE_STRING s);
void RtlFreeAnsiString(PANSI_STRING s);
NTSTATUS RtlIntegerToUnicodeString(ULONG value, ULONG base,
				   PUNICODE_STRING to);
NTSTATUS RtlInt64ToUnicodeString(ULONGLONG value, ULONG base,
				 PUNICODE_STRING to);
NTSTATUS RtlUnicodeStringToInteger(PCUNICODE_STRING s, ULONG base,
				   PULONG value);
NTSTATUS RtlGUIDFromString(PCUNICODE_STRING s, GUID *guid);
NTSTATUS RtlStringFromGUID(const GUID *guid, PUNICODE_STRING s);

typedef struct _OSVERSIONINFOW {
	ULONG dwOSVersionInfoSize;
	ULONG dwMajorVersion;
	ULONG dwMinorVersion;
	ULONG dwBuildNumber;
	ULONG dwPlatformId;
	WCHAR szCSDVersion[128];
} OSVERSIONINFOW, *POSVERSIONINFOW, RTL_OSVERSIONINFOW, *PRTL_OSVERSIONINFOW;

NTSTATUS RtlGetVersion(PRTL_OSVERSIONINFOW version);

typedef struct _TIME_FIELDS {
	CSHORT Year;
	CSHORT Month;
	CSHORT Day;
	CSHORT Hour;
	CSHORT Minute;
	CSHORT Second;
	CSHORT Milliseconds;
	CSHORT Weekday;
} TIME_FIELDS, *PTIME_FIELDS;

void RtlTimeToTimeFields(PLARGE_INTEGER time, PTIME_FIELDS fields);
ULONG RtlRandomEx(PULONG seed);
