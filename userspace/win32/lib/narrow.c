// SPDX-License-Identifier: GPL-2.0
/*
 * UTF-16 to UTF-8 and back. Every code page is UTF-8; what is no text becomes
 * U+FFFD, as on Windows, unless errors are asked for.
 */
#include "../../../module/wdm/utf.h"
#include "error.h"
#include "narrow.h"

#define NO_CHARACTER 0xfffd

/* One character of UTF-8; its length. */
static int utf8_get(const unsigned char *from, int len, uint32_t *character)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	int size, i;

	*character = *from;
	if (*from < 0x80)
		return 1;
	size = *from >= 0xf0 && *from < 0xf5 ? 4 : *from >= 0xe0 ? 3 : 2;
	*character &= 0x7f >> size;
	for (i = 1; i < size; i++) {
		if (i >= len || (from[i] & 0xc0) != 0x80 || *from < 0xc2 ||
		    *from > 0xf4)
			break;
		*character = *character << 6 | (from[i] & 0x3f);
	}
	if (i == size && *character >= least[size] && *character < 0x110000 &&
	    (*character < 0xd800 || *character > 0xdfff))
		return size;
	*character = UINT32_MAX;
	return 1;
}

static int utf16_get(const WCHAR *from, int len, uint32_t *character)
{
	*character = *from;
	if (utf16_is_high(*from) && len > 1 && utf16_is_low(from[1])) {
		*character = utf16_pair(*from, from[1]);
		return 2;
	}
	if (utf16_is_high(*from) || utf16_is_low(*from))
		*character = NO_CHARACTER;
	return 1;
}

static int utf16_put(uint32_t character, WCHAR *to)
{
	if (character < 0x10000) {
		to[0] = character;
		return 1;
	}
	to[0] = 0xd800 + ((character - 0x10000) >> 10);
	to[1] = 0xdc00 + (character & 0x3ff);
	return 2;
}

int MultiByteToWideChar(UINT page, DWORD flags, LPCSTR from, int from_len,
			LPWSTR to, int to_len)
{
	int at, done = 0, size;
	uint32_t character;
	WCHAR units[2];

	(void)page;
	if (!from || !from_len || to_len < 0 || (to_len && !to))
		return fail(ERROR_INVALID_PARAMETER);
	if (from_len < 0)
		from_len = strlen(from) + 1;
	for (at = 0; at < from_len; done += size) {
		at += utf8_get((const unsigned char *)from + at, from_len - at,
			       &character);
		if (character == UINT32_MAX) {
			if (flags & MB_ERR_INVALID_CHARS)
				return fail(ERROR_NO_UNICODE_TRANSLATION);
			character = NO_CHARACTER;
		}
		size = utf16_put(character, units);
		if (!to_len)
			continue;
		if (done + size > to_len)
			return fail(ERROR_INSUFFICIENT_BUFFER);
		memcpy(to + done, units, size * sizeof(*units));
	}
	return done;
}

int WideCharToMultiByte(UINT page, DWORD flags, LPCWSTR from, int from_len,
			LPSTR to, int to_len, LPCSTR unknown, LPBOOL used)
{
	int at, done = 0, size;
	char bytes[4];
	uint32_t character;

	(void)page, (void)flags, (void)unknown;
	if (!from || !from_len || to_len < 0 || (to_len && !to))
		return fail(ERROR_INVALID_PARAMETER);
	if (used)
		*used = FALSE;
	if (from_len < 0)
		from_len = ntio_win32_wcslen(from) + 1;
	for (at = 0; at < from_len; done += size) {
		at += utf16_get(from + at, from_len - at, &character);
		size = utf8_put(character, bytes);
		if (!to_len)
			continue;
		if (done + size > to_len)
			return fail(ERROR_INSUFFICIENT_BUFFER);
		memcpy(to + done, bytes, size);
	}
	return done;
}

char *narrow(LPCWSTR text)
{
	int len = WideCharToMultiByte(CP_UTF8, 0, text, -1, NULL, 0, NULL,
				      NULL);
	char *to = len ? malloc(len) : NULL;

	if (to)
		WideCharToMultiByte(CP_UTF8, 0, text, -1, to, len, NULL, NULL);
	else if (len)
		fail(ERROR_NOT_ENOUGH_MEMORY);
	return to;
}
