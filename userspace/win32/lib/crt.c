// SPDX-License-Identifier: GPL-2.0
/* Strings, files and the keyboard as Microsoft's C run time has them. */
#include <poll.h>
#include <termios.h>

#include <conio.h>
#include <process.h>

#include "error.h"
#include "path.h"

/* --- strings that must fit ------------------------------------------------------- */

static errno_t too_long(char *to, size_t size)
{
	if (to && size)
		*to = 0;
	return to && size ? ERANGE : EINVAL;
}

errno_t strncpy_s(char *to, size_t size, const char *from, size_t most)
{
	size_t len;

	if (!to || !size || !from)
		return too_long(to, size), EINVAL;
	len = strnlen(from, most == _TRUNCATE ? size - 1 : most);
	if (len >= size)
		return too_long(to, size);
	memcpy(to, from, len);
	to[len] = 0;
	return 0;
}

errno_t strcpy_s(char *to, size_t size, const char *from)
{
	return strncpy_s(to, size, from, PTRDIFF_MAX);
}

errno_t strncat_s(char *to, size_t size, const char *from, size_t most)
{
	size_t len = to ? strnlen(to, size) : 0;
	errno_t rc;

	if (!to || len >= size)
		return too_long(to, size), EINVAL;
	rc = strncpy_s(to + len, size - len, from, most);
	if (rc)
		*to = 0;
	return rc;
}

errno_t strcat_s(char *to, size_t size, const char *from)
{
	return strncat_s(to, size, from, PTRDIFF_MAX);
}

size_t strnlen_s(const char *text, size_t most)
{
	return text ? strnlen(text, most) : 0;
}

errno_t memcpy_s(void *to, size_t size, const void *from, size_t count)
{
	if (!count)
		return 0;
	if (!to)
		return EINVAL;
	if (!from || count > size) {
		memset(to, 0, size);
		return from ? ERANGE : EINVAL;
	}
	memcpy(to, from, count);
	return 0;
}

errno_t wcsncpy_s(WCHAR *to, size_t size, const WCHAR *from, size_t most)
{
	size_t len;

	if (!to || !size || !from) {
		if (to && size)
			*to = 0;
		return EINVAL;
	}
	len = ntio_win32_wcsnlen(from, most == _TRUNCATE ? size - 1 : most);
	if (len >= size) {
		*to = 0;
		return ERANGE;
	}
	memcpy(to, from, len * sizeof(*to));
	to[len] = 0;
	return 0;
}

errno_t wcscpy_s(WCHAR *to, size_t size, const WCHAR *from)
{
	return wcsncpy_s(to, size, from, PTRDIFF_MAX);
}

errno_t wcscat_s(WCHAR *to, size_t size, const WCHAR *from)
{
	size_t len = to ? ntio_win32_wcsnlen(to, size) : 0;
	errno_t rc;

	if (!to || len >= size)
		return EINVAL;
	rc = wcsncpy_s(to + len, size - len, from, PTRDIFF_MAX);
	if (rc)
		*to = 0;
	return rc;
}

/* --- other strings ---------------------------------------------------------------- */

int _stricmp(const char *a, const char *b)
{
	return strcasecmp(a, b);
}

int _strnicmp(const char *a, const char *b, size_t most)
{
	return strncasecmp(a, b, most);
}

char *_strdup(const char *text)
{
	return strdup(text);
}

char *_strlwr(char *text)
{
	char *at;

	for (at = text; *at; at++)
		*at = tolower((unsigned char)*at);
	return text;
}

char *_strupr(char *text)
{
	char *at;

	for (at = text; *at; at++)
		*at = toupper((unsigned char)*at);
	return text;
}

long long _atoi64(const char *text)
{
	return atoll(text);
}

unsigned long long _strtoui64(const char *text, char **end, int base)
{
	return strtoull(text, end, base);
}

int _fileno(FILE *file)
{
	return fileno(file);
}

errno_t fopen_s(FILE **file, const char *name, const char *mode)
{
	char path[4096];

	if (!file || !name || !mode || !path_of(name, path, sizeof(path)))
		return EINVAL;
	*file = fopen(path, mode);
	return *file ? 0 : errno;
}

char *gets_s(char *to, size_t size)
{
	char *line = fgets(to, size, stdin);

	if (line)
		line[strcspn(line, "\n")] = 0;
	return line;
}

/* --- wide strings -------------------------------------------------------------------- */

size_t ntio_win32_wcsnlen(const WCHAR *text, size_t most)
{
	size_t len = 0;

	while (len < most && text[len])
		len++;
	return len;
}

size_t ntio_win32_wcslen(const WCHAR *text)
{
	return ntio_win32_wcsnlen(text, SIZE_MAX);
}

static WCHAR lower(WCHAR c)
{
	return c < 128 ? tolower(c) : c;
}

static int compare(const WCHAR *a, const WCHAR *b, size_t most, bool fold)
{
	WCHAR x = 0, y = 0;

	for (; most; most--, a++, b++) {
		x = fold ? lower(*a) : *a;
		y = fold ? lower(*b) : *b;
		if (x != y || !x)
			break;
	}
	return most ? x - y : 0;
}

int ntio_win32_wcscmp(const WCHAR *a, const WCHAR *b)
{
	return compare(a, b, SIZE_MAX, false);
}

int ntio_win32_wcsncmp(const WCHAR *a, const WCHAR *b, size_t most)
{
	return compare(a, b, most, false);
}

int _wcsicmp(const WCHAR *a, const WCHAR *b)
{
	return compare(a, b, SIZE_MAX, true);
}

int _wcsnicmp(const WCHAR *a, const WCHAR *b, size_t most)
{
	return compare(a, b, most, true);
}

WCHAR *ntio_win32_wcscpy(WCHAR *to, const WCHAR *from)
{
	return memcpy(to, from, (ntio_win32_wcslen(from) + 1) * sizeof(*to));
}

WCHAR *ntio_win32_wcsncpy(WCHAR *to, const WCHAR *from, size_t most)
{
	size_t len = ntio_win32_wcsnlen(from, most);

	memcpy(to, from, len * sizeof(*to));
	memset(to + len, 0, (most - len) * sizeof(*to));
	return to;
}

WCHAR *ntio_win32_wcscat(WCHAR *to, const WCHAR *from)
{
	ntio_win32_wcscpy(to + ntio_win32_wcslen(to), from);
	return to;
}

WCHAR *ntio_win32_wcschr(const WCHAR *text, WCHAR character)
{
	for (; *text != character; text++)
		if (!*text)
			return NULL;
	return (WCHAR *)text;
}

WCHAR *ntio_win32_wcsrchr(const WCHAR *text, WCHAR character)
{
	const WCHAR *at = text + ntio_win32_wcslen(text);

	for (; *at != character; at--)
		if (at == text)
			return NULL;
	return (WCHAR *)at;
}

WCHAR *ntio_win32_wcsstr(const WCHAR *text, const WCHAR *what)
{
	size_t len = ntio_win32_wcslen(what);

	for (; ntio_win32_wcsncmp(text, what, len); text++)
		if (!*text)
			return NULL;
	return (WCHAR *)text;
}

WCHAR *_wcsdup(const WCHAR *text)
{
	WCHAR *copy = malloc((ntio_win32_wcslen(text) + 1) * sizeof(*copy));

	return copy ? ntio_win32_wcscpy(copy, text) : NULL;
}

/* A number has no characters but those of ASCII. */
static size_t number_of(const WCHAR *text, char *number, size_t size)
{
	size_t len;

	for (len = 0; len < size - 1 && text[len] && text[len] < 128; len++)
		number[len] = text[len];
	number[len] = 0;
	return len;
}

long long _wtoi64(const WCHAR *text)
{
	char number[80];

	number_of(text, number, sizeof(number));
	return atoll(number);
}

int _wtoi(const WCHAR *text)
{
	return _wtoi64(text);
}

unsigned int ntio_win32_wcstoul(const WCHAR *text, WCHAR **end, int base)
{
	char number[80], *stop;
	unsigned long value;

	number_of(text, number, sizeof(number));
	value = strtoul(number, &stop, base);
	if (end)
		*end = (WCHAR *)text + (stop - number);
	return value;
}

/* --- the keyboard ---------------------------------------------------------------------- */

/* Of a terminal: each key at once, shown or not. */
static int key(bool echo)
{
	struct termios was, raw;
	unsigned char c;
	ssize_t got;
	bool terminal;

	fflush(stdout);
	terminal = !tcgetattr(STDIN_FILENO, &was);
	if (terminal) {
		raw = was;
		raw.c_lflag &= ~(ICANON | ECHO);
		if (echo)
			raw.c_lflag |= ECHO;
		tcsetattr(STDIN_FILENO, TCSADRAIN, &raw);
	}
	do {
		got = read(STDIN_FILENO, &c, 1);
	} while (got < 0 && errno == EINTR);
	if (terminal)
		tcsetattr(STDIN_FILENO, TCSADRAIN, &was);
	else if (echo && got == 1)
		putchar(c);
	return got == 1 ? c : EOF;
}

int _kbhit(void)
{
	struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };
	struct termios was, raw;
	bool terminal = !tcgetattr(STDIN_FILENO, &was);
	int rc;

	if (terminal) {
		raw = was;
		raw.c_lflag &= ~ICANON;
		tcsetattr(STDIN_FILENO, TCSANOW, &raw);
	}
	rc = poll(&input, 1, 0);
	if (terminal)
		tcsetattr(STDIN_FILENO, TCSANOW, &was);
	return rc > 0 && input.revents & POLLIN;
}

int _getch(void)
{
	return key(false);
}

int _getche(void)
{
	return key(true);
}

int _putch(int character)
{
	return putchar(character);
}

/* --- threads ------------------------------------------------------------------------------ */

uintptr_t _beginthreadex(void *security, unsigned int stack,
			 unsigned int (*start)(void *), void *argument,
			 unsigned int flags, unsigned int *id)
{
	return (uintptr_t)CreateThread(security, stack, start, argument, flags,
				       id);
}

void _endthreadex(unsigned int code)
{
	ExitThread(code);
}
