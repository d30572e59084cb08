// SPDX-License-Identifier: GPL-2.0
/* Counted strings, of 8-bit and 16-bit characters. */
#include <linux/ctype.h>

#include "../compat.h"
#include "layer.h"

#define WDM_STRING_TAG 0x53627553

SIZE_T RtlCompareMemory(const void *a, const void *b, SIZE_T len)
{
	const u8 *x = a, *y = b;
	size_t same;

	for (same = 0; same < len && x[same] == y[same]; same++)
		;
	return same;
}
EXPORT_SYMBOL_GPL(RtlCompareMemory);

/* --- 16-bit characters ---------------------------------------------------- */

size_t wcslen(const wchar_t *s)
{
	size_t len = 0;

	while (s[len])
		len++;
	return len;
}
EXPORT_SYMBOL_GPL(wcslen);

int wcsncmp(const wchar_t *a, const wchar_t *b, size_t max)
{
	for (; max; a++, b++, max--) {
		if (*a != *b)
			return *a < *b ? -1 : 1;
		if (!*a)
			return 0;
	}
	return 0;
}
EXPORT_SYMBOL_GPL(wcsncmp);

int wcscmp(const wchar_t *a, const wchar_t *b)
{
	return wcsncmp(a, b, SIZE_MAX);
}
EXPORT_SYMBOL_GPL(wcscmp);

int _wcsicmp(const wchar_t *a, const wchar_t *b)
{
	for (; RtlUpcaseUnicodeChar(*a) == RtlUpcaseUnicodeChar(*b); a++, b++)
		if (!*a)
			return 0;
	return RtlUpcaseUnicodeChar(*a) - RtlUpcaseUnicodeChar(*b);
}
EXPORT_SYMBOL_GPL(_wcsicmp);

wchar_t *wcscpy(wchar_t *to, const wchar_t *from)
{
	memcpy(to, from, (wcslen(from) + 1) * sizeof(*to));
	return to;
}
EXPORT_SYMBOL_GPL(wcscpy);

wchar_t *wcscat(wchar_t *to, const wchar_t *from)
{
	wcscpy(to + wcslen(to), from);
	return to;
}
EXPORT_SYMBOL_GPL(wcscat);

wchar_t *wcschr(const wchar_t *s, wchar_t c)
{
	for (; *s != c; s++)
		if (!*s)
			return NULL;
	return (wchar_t *)s;
}
EXPORT_SYMBOL_GPL(wcschr);

wchar_t *wcsrchr(const wchar_t *s, wchar_t c)
{
	const wchar_t *at = s + wcslen(s);

	for (; *at != c; at--)
		if (at == s)
			return NULL;
	return (wchar_t *)at;
}
EXPORT_SYMBOL_GPL(wcsrchr);

int _stricmp(const char *a, const char *b)
{
	return strcasecmp(a, b);
}
EXPORT_SYMBOL_GPL(_stricmp);

/* Of the Latin letters and their like; others have no case here. */
WCHAR RtlUpcaseUnicodeChar(WCHAR c)
{
	if ((c >= 'a' && c <= 'z') || (c >= 0xe0 && c <= 0xfe && c != 0xf7))
		return c - 0x20;
	if ((c >= 0x3b1 && c <= 0x3c9 && c != 0x3c2) ||
	    (c >= 0x430 && c <= 0x44f))
		return c - 0x20;
	return c;
}
EXPORT_SYMBOL_GPL(RtlUpcaseUnicodeChar);

WCHAR RtlDowncaseUnicodeChar(WCHAR c)
{
	return c && RtlUpcaseUnicodeChar(c + 0x20) == c ? c + 0x20 : c;
}
EXPORT_SYMBOL_GPL(RtlDowncaseUnicodeChar);

CHAR RtlUpperChar(CHAR c)
{
	return c >= 'a' && c <= 'z' ? c - 0x20 : c;
}
EXPORT_SYMBOL_GPL(RtlUpperChar);

/* --- counted strings ------------------------------------------------------ */

NTSTATUS RtlInitUnicodeStringEx(PUNICODE_STRING to, PCWSTR from)
{
	size_t len = from ? wcslen(from) : 0;

	to->Buffer = (PWCH)from;
	to->Length = 0;
	to->MaximumLength = 0;
	if (len > UNICODE_STRING_MAX_CHARS - 1)
		return (NTSTATUS)0xC0000106;	/* STATUS_NAME_TOO_LONG */
	if (from) {
		to->Length = len * sizeof(WCHAR);
		to->MaximumLength = to->Length + sizeof(WCHAR);
	}
	return NT(SUCCESS);
}
EXPORT_SYMBOL_GPL(RtlInitUnicodeStringEx);

void RtlInitUnicodeString(PUNICODE_STRING to, PCWSTR from)
{
	size_t len = from ? min_t(size_t, wcslen(from),
				  UNICODE_STRING_MAX_CHARS - 1) : 0;

	to->Buffer = (PWCH)from;
	to->Length = len * sizeof(WCHAR);
	to->MaximumLength = from ? to->Length + sizeof(WCHAR) : 0;
}
EXPORT_SYMBOL_GPL(RtlInitUnicodeString);

void RtlInitAnsiString(PANSI_STRING to, PCSZ from)
{
	size_t len = from ? min_t(size_t, strlen(from), MAXUSHORT - 1) : 0;

	to->Buffer = (PCHAR)from;
	to->Length = len;
	to->MaximumLength = from ? len + 1 : 0;
}
EXPORT_SYMBOL_GPL(RtlInitAnsiString);

/* As much as fits; a zero behind it if that fits, too. */
void RtlCopyUnicodeString(PUNICODE_STRING to, PCUNICODE_STRING from)
{
	u16 len = from ? min(from->Length, to->MaximumLength) : 0;

	if (len)
		memmove(to->Buffer, from->Buffer, len);
	to->Length = len;
	if (len + sizeof(WCHAR) <= to->MaximumLength)
		to->Buffer[len / sizeof(WCHAR)] = 0;
}
EXPORT_SYMBOL_GPL(RtlCopyUnicodeString);

void RtlCopyString(PSTRING to, const STRING *from)
{
	u16 len = from ? min(from->Length, to->MaximumLength) : 0;

	if (len)
		memmove(to->Buffer, from->Buffer, len);
	to->Length = len;
}
EXPORT_SYMBOL_GPL(RtlCopyString);

NTSTATUS RtlAppendUnicodeStringToString(PUNICODE_STRING to,
					PCUNICODE_STRING from)
{
	if (from->Length > to->MaximumLength - to->Length)
		return NT(BUFFER_TOO_SMALL);
	memmove((char *)to->Buffer + to->Length, from->Buffer, from->Length);
	to->Length += from->Length;
	if (to->Length + sizeof(WCHAR) <= to->MaximumLength)
		to->Buffer[to->Length / sizeof(WCHAR)] = 0;
	return NT(SUCCESS);
}
EXPORT_SYMBOL_GPL(RtlAppendUnicodeStringToString);

NTSTATUS RtlAppendUnicodeToString(PUNICODE_STRING to, PCWSTR from)
{
	UNICODE_STRING part;

	RtlInitUnicodeString(&part, from);
	return RtlAppendUnicodeStringToString(to, &part);
}
EXPORT_SYMBOL_GPL(RtlAppendUnicodeToString);

LONG RtlCompareUnicodeString(PCUNICODE_STRING a, PCUNICODE_STRING b,
			     BOOLEAN ignore_case)
{
	size_t i, n = min(a->Length, b->Length) / sizeof(WCHAR);
	WCHAR x, y;

	for (i = 0; i < n; i++) {
		x = a->Buffer[i];
		y = b->Buffer[i];
		if (ignore_case) {
			x = RtlUpcaseUnicodeChar(x);
			y = RtlUpcaseUnicodeChar(y);
		}
		if (x != y)
			return (LONG)x - (LONG)y;
	}
	return (LONG)a->Length - (LONG)b->Length;
}
EXPORT_SYMBOL_GPL(RtlCompareUnicodeString);

BOOLEAN RtlEqualUnicodeString(PCUNICODE_STRING a, PCUNICODE_STRING b,
			      BOOLEAN ignore_case)
{
	return a->Length == b->Length &&
	       !RtlCompareUnicodeString(a, b, ignore_case);
}
EXPORT_SYMBOL_GPL(RtlEqualUnicodeString);

BOOLEAN RtlPrefixUnicodeString(PCUNICODE_STRING a, PCUNICODE_STRING b,
			       BOOLEAN ignore_case)
{
	UNICODE_STRING begin = *b;

	if (a->Length > b->Length)
		return FALSE;
	begin.Length = a->Length;
	return RtlEqualUnicodeString(a, &begin, ignore_case);
}
EXPORT_SYMBOL_GPL(RtlPrefixUnicodeString);

LONG RtlCompareString(const STRING *a, const STRING *b, BOOLEAN ignore_case)
{
	size_t i, n = min(a->Length, b->Length);
	u8 x, y;

	for (i = 0; i < n; i++) {
		x = ignore_case ? RtlUpperChar(a->Buffer[i]) : a->Buffer[i];
		y = ignore_case ? RtlUpperChar(b->Buffer[i]) : b->Buffer[i];
		if (x != y)
			return (LONG)x - (LONG)y;
	}
	return (LONG)a->Length - (LONG)b->Length;
}
EXPORT_SYMBOL_GPL(RtlCompareString);

BOOLEAN RtlEqualString(const STRING *a, const STRING *b, BOOLEAN ignore_case)
{
	return a->Length == b->Length && !RtlCompareString(a, b, ignore_case);
}
EXPORT_SYMBOL_GPL(RtlEqualString);

/* --- with memory of their own --------------------------------------------- */

static void *wdm_string_alloc(size_t size)
{
	struct ntio_wdm_driver *driver = wdm_current_driver();

	return driver ? ntio_wdm_pool_alloc(driver, size, WDM_STRING_TAG, 0) :
			NULL;
}

void RtlFreeUnicodeString(PUNICODE_STRING s)
{
	if (s->Buffer)
		ExFreePoolWithTag(s->Buffer, 0);
	memset(s, 0, sizeof(*s));
}
EXPORT_SYMBOL_GPL(RtlFreeUnicodeString);

void RtlFreeAnsiString(PANSI_STRING s)
{
	if (s->Buffer)
		ExFreePoolWithTag(s->Buffer, 0);
	memset(s, 0, sizeof(*s));
}
EXPORT_SYMBOL_GPL(RtlFreeAnsiString);

/* Room for @size bytes in @to, whose buffer is allocated if asked for. */
static NTSTATUS wdm_string_room(PUNICODE_STRING to, size_t size, bool allocate)
{
	if (size > UNICODE_STRING_MAX_BYTES)
		return NT(INVALID_PARAMETER_2);
	if (!allocate)
		return size <= to->MaximumLength ? NT(SUCCESS) :
						   NT(BUFFER_OVERFLOW);
	to->Buffer = wdm_string_alloc(size);
	to->MaximumLength = to->Buffer ? size : 0;
	return to->Buffer ? NT(SUCCESS) : NT(NO_MEMORY);
}

NTSTATUS RtlUpcaseUnicodeString(PUNICODE_STRING to, PCUNICODE_STRING from,
				BOOLEAN allocate)
{
	NTSTATUS status = wdm_string_room(to, from->Length, allocate);
	size_t i;

	if (status != NT(SUCCESS))
		return status;
	for (i = 0; i < from->Length / sizeof(WCHAR); i++)
		to->Buffer[i] = RtlUpcaseUnicodeChar(from->Buffer[i]);
	to->Length = from->Length;
	return NT(SUCCESS);
}
EXPORT_SYMBOL_GPL(RtlUpcaseUnicodeString);

/* The ANSI code page is UTF-8. */
NTSTATUS RtlAnsiStringToUnicodeString(PUNICODE_STRING to, PCANSI_STRING from,
				      BOOLEAN allocate)
{
	size_t count = wdm_utf16(NULL, 0, from->Buffer, from->Length);
	NTSTATUS status = wdm_string_room(to, (count + 1) * sizeof(WCHAR),
					  allocate);

	if (status != NT(SUCCESS))
		return status;
	wdm_utf16(to->Buffer, count, from->Buffer, from->Length);
	to->Buffer[count] = 0;
	to->Length = count * sizeof(WCHAR);
	return NT(SUCCESS);
}
EXPORT_SYMBOL_GPL(RtlAnsiStringToUnicodeString);

NTSTATUS RtlUnicodeStringToAnsiString(PANSI_STRING to, PCUNICODE_STRING from,
				      BOOLEAN allocate)
{
	char *text = wdm_name(from);
	UNICODE_STRING room;
	NTSTATUS status;
	size_t len;

	if (!text)
		return NT(NO_MEMORY);
	len = strlen(text);
	room.MaximumLength = to->MaximumLength;
	room.Buffer = (PWCH)to->Buffer;
	status = wdm_string_room(&room, len + 1, allocate);
	if (status == NT(SUCCESS)) {
		to->Buffer = (PCHAR)room.Buffer;
		to->MaximumLength = room.MaximumLength;
		to->Length = len;
		memcpy(to->Buffer, text, len + 1);
	}
	kfree(text);
	return status;
}
EXPORT_SYMBOL_GPL(RtlUnicodeStringToAnsiString);

/* --- numbers -------------------------------------------------------------- */

NTSTATUS RtlInt64ToUnicodeString(ULONGLONG value, ULONG base,
				 PUNICODE_STRING to)
{
	char digits[65];
	unsigned int n = sizeof(digits), digit, len;

	base = base ?: 10;
	if (base != 2 && base != 8 && base != 10 && base != 16)
		return NT(INVALID_PARAMETER);
	do {
		digit = value % base;
		digits[--n] = digit < 10 ? '0' + digit : 'A' + digit - 10;
		value /= base;
	} while (value);
	len = sizeof(digits) - n;
	if (len * sizeof(WCHAR) > to->MaximumLength)
		return NT(BUFFER_OVERFLOW);
	wdm_utf16(to->Buffer, len, digits + n, len);
	to->Length = len * sizeof(WCHAR);
	if (to->Length + sizeof(WCHAR) <= to->MaximumLength)
		to->Buffer[len] = 0;
	return NT(SUCCESS);
}
EXPORT_SYMBOL_GPL(RtlInt64ToUnicodeString);

NTSTATUS RtlIntegerToUnicodeString(ULONG value, ULONG base, PUNICODE_STRING to)
{
	return RtlInt64ToUnicodeString(value, base, to);
}
EXPORT_SYMBOL_GPL(RtlIntegerToUnicodeString);

/* 0x, 0o and 0b say the base if it is not given. */
static u32 wdm_number_base(const char **at, u32 base)
{
	if (base)
		return base;
	if ((*at)[0] != '0' || !(*at)[1] || !strchr("xob", (*at)[1]))
		return 10;
	*at += 2;
	switch ((*at)[-1]) {
	case 'x':
		return 16;
	case 'o':
		return 8;
	}
	return 2;
}

NTSTATUS RtlUnicodeStringToInteger(PCUNICODE_STRING s, ULONG base, PULONG value)
{
	char text[72], *at = text;
	bool minus = false;
	u32 result = 0;
	int digit;

	if (base && base != 2 && base != 8 && base != 10 && base != 16)
		return NT(INVALID_PARAMETER);
	wdm_utf8(text, sizeof(text), s->Buffer, s->Length / sizeof(WCHAR));
	at = skip_spaces(at);
	if (*at == '-' || *at == '+')
		minus = *at++ == '-';
	base = wdm_number_base((const char **)&at, base);
	for (; (digit = hex_to_bin(*at)) >= 0 && digit < base; at++)
		result = result * base + digit;
	*value = minus ? -result : result;
	return NT(SUCCESS);
}
EXPORT_SYMBOL_GPL(RtlUnicodeStringToInteger);

#define WDM_GUID_FORMAT "{%08x-%04hx-%04hx-%02hhx%02hhx-%02hhx%02hhx%02hhx%02hhx%02hhx%02hhx}"
#define WDM_GUID_CHARS 38

NTSTATUS RtlStringFromGUID(const GUID *g, PUNICODE_STRING s)
{
	char text[WDM_GUID_CHARS + 1];
	STRING narrow = { WDM_GUID_CHARS, sizeof(text), text };
	const u8 *b = g->Data4;

	snprintf(text, sizeof(text),
		 "{%08X-%04hX-%04hX-%02hhX%02hhX-%02hhX%02hhX%02hhX%02hhX%02hhX%02hhX}",
		 g->Data1, g->Data2, g->Data3, b[0], b[1], b[2], b[3], b[4],
		 b[5], b[6], b[7]);
	return RtlAnsiStringToUnicodeString(s, &narrow, TRUE);
}
EXPORT_SYMBOL_GPL(RtlStringFromGUID);

NTSTATUS RtlGUIDFromString(PCUNICODE_STRING s, GUID *g)
{
	char text[WDM_GUID_CHARS + 1];
	u8 *b = g->Data4;

	if (wdm_utf8(text, sizeof(text), s->Buffer, s->Length / sizeof(WCHAR)) !=
	    WDM_GUID_CHARS || text[WDM_GUID_CHARS - 1] != '}')
		return NT(INVALID_PARAMETER);
	return sscanf(text, WDM_GUID_FORMAT, &g->Data1, &g->Data2, &g->Data3,
		      &b[0], &b[1], &b[2], &b[3], &b[4], &b[5], &b[6], &b[7]) ==
	       11 ? NT(SUCCESS) : NT(INVALID_PARAMETER);
}
EXPORT_SYMBOL_GPL(RtlGUIDFromString);

/* --- and more ------------------------------------------------------------- */

NTSTATUS RtlGetVersion(PRTL_OSVERSIONINFOW version)
{
	version->dwMajorVersion = 10;
	version->dwMinorVersion = 0;
	version->dwBuildNumber = 19045;
	version->dwPlatformId = 2;
	version->szCSDVersion[0] = 0;
	return NT(SUCCESS);
}
EXPORT_SYMBOL_GPL(RtlGetVersion);

ULONG RtlRandomEx(PULONG seed)
{
	*seed = (*seed * 1103515245u + 12345u) & MAXLONG;
	return *seed;
}
EXPORT_SYMBOL_GPL(RtlRandomEx);
