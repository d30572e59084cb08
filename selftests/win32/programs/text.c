// SPDX-License-Identifier: GPL-2.0
/* The C run time of Microsoft, and what of everybody's goes through it. */
#define INITGUID
#include "wintest.h"

#include <conio.h>
#include <process.h>
#include <strsafe.h>

DEFINE_GUID(GUID_TEST, 0x12345678, 0x1234, 0x5678, 1, 2, 3, 4, 5, 6, 7, 8);

/* L"..." has another type in a program that is not compiled for it. */
#define W(...) ((const WCHAR[]){ __VA_ARGS__, 0 })

static void ascii(void)
{
	char text[16], *copy, *end;

	CHECK_EQ(0, strcpy_s(text, 16, "Ab"));
	CHECK_EQ(0, strcat_s(text, 16, "Cd"));
	CHECK_EQ(0, strncat_s(text, 16, "efgh", 1));
	CHECK(!strcmp(text, "AbCde"));
	CHECK(!strcmp(_strlwr(text), "abcde"));
	CHECK(!strcmp(_strupr(text), "ABCDE"));
	CHECK_EQ(0, strncpy_s(text, 16, "123456", 3));
	CHECK_EQ(3, strnlen_s(text, 16));
	CHECK_EQ(0, strnlen_s(NULL, 16));
	CHECK_EQ(ERANGE, strcpy_s(text, 3, "123"));
	CHECK_EQ(EINVAL, strcpy_s(NULL, 3, "123"));
	CHECK_EQ(0, memcpy_s(text, 16, "xy", 3));
	CHECK_EQ(ERANGE, memcpy_s(text, 2, "xyz", 3));
	CHECK(!text[0]);
	copy = _strdup("/a/b");
	CHECK(strrchr(copy, '/') == copy + 2);
	free(copy);
	CHECK_EQ(-9000000000LL, _atoi64("-9000000000"));
	CHECK_EQ(0xffffffffffULL, _strtoui64("0xffffffffff!", &end, 0));
	CHECK_EQ('!', *end);
	CHECK(atoi("12") == 12 && isalpha('x') && tolower('X') == 'x');
	srand(1);
	CHECK(rand() >= 0);
	copy = malloc(4);
	memcpy(copy, "abc", 4);
	CHECK(!memcmp(copy, "abc", 4));
	free(copy);
	CHECK(time(NULL) > 0);
	CHECK_EQ(0, system("true"));
}

static void wide(void)
{
	WCHAR text[16], *copy;

	CHECK_EQ(0, wcscpy_s(text, 16, W('a', 'B')));
	CHECK_EQ(0, wcscat_s(text, 16, W('c')));
	CHECK_EQ(ERANGE, wcscat_s(text, 4, W('d')));
	wcscpy(text, W('a', 'B', 'c'));
	wcscat(text, W('B'));
	CHECK(wcschr(text, 'B') == text + 1);
	CHECK(wcsrchr(text, 'B') == text + 3);
	CHECK(wcsstr(text, W('c', 'B')) == text + 2);
	CHECK(wcsstr(text, W('x')) == NULL);
	CHECK(!wcsncmp(text, W('a', 'B', 'x'), 2));
	CHECK(!_wcsnicmp(text, W('A', 'b', 'x'), 2));
	CHECK_EQ(2, wcsnlen(text, 2));
	copy = _wcsdup(text);
	CHECK(!wcscmp(copy, text));
	wcsncpy(copy, W('z'), 4);
	CHECK(copy[0] == 'z' && !copy[3]);
	free(copy);
	CHECK_EQ(8589934592LL, _wtoi64(W('8', '5', '8', '9', '9', '3', '4', '5',
					 '9', '2')));
	CHECK_EQ(3, swprintf(text, 16, W('%', 'd', '!'), 42));
	CHECK_EQ(2, swprintf_s(text, 16, W('%', 'S'), "ab"));
	CHECK_EQ(-1, swprintf_s(text, 2, W('%', 'd'), 42));
	CHECK_EQ(3, _snwprintf(text, 16, W('%', 's'), W('a', 'b', 'c')));
	CHECK(!wcscmp(text, W('a', 'b', 'c')));
	CHECK_EQ(S_OK, StringCbCopyNW(text, sizeof(text), W('x', 'y', 'z'), 4));
	CHECK(!wcscmp(text, W('x', 'y')));
}

static int all_v(char *to, size_t size, const char *format, ...)
{
	WCHAR wide_text[16];
	va_list arguments;
	int len;

	va_start(arguments, format);
	len = vsprintf(to, format, arguments);
	CHECK_EQ(len, vsnprintf(to, size, format, arguments));
	CHECK_EQ(len, _vsnprintf(to, size, format, arguments));
	CHECK_EQ(len, vprintf(format, arguments));
	CHECK_EQ(len, vfprintf(stdout, format, arguments));
	CHECK_EQ(len, vwprintf(W('%', 'd'), arguments));
	CHECK_EQ(len, vfwprintf(stdout, W('%', 'd'), arguments));
	CHECK_EQ(len, vswprintf(wide_text, 16, W('%', 'd'), arguments));
	CHECK_EQ(S_OK, StringCbVPrintfA(to, size, format, arguments));
	CHECK_EQ(S_OK, StringCchVPrintfA(to, size, format, arguments));
	CHECK_EQ(S_OK, StringCbVPrintfW(wide_text, sizeof(wide_text),
					W('%', 'd', '!'), arguments));
	CHECK_EQ(len + 1, wcslen(wide_text));
	CHECK_EQ(S_OK, StringCchVPrintfW(wide_text, 16, W('%', 'd'),
					 arguments));
	CHECK_EQ(len, wcslen(wide_text));
	va_end(arguments);
	return len;
}

static void prints(void)
{
	char text[16];

	CHECK_EQ(2, all_v(text, 16, "%d", 17));
	CHECK(!strcmp(text, "17"));
	CHECK_EQ(1, sprintf_s(text, 16, "%x", 15));
	CHECK_EQ(5, snprintf(text, 4, "%d", 12345));
	CHECK(!strcmp(text, "123"));
	CHECK_EQ(S_OK, StringCbCopyNA(text, 16, "abc", 2));
	CHECK(!strcmp(text, "ab"));
	CHECK_EQ(3, printf_s("%s\n", text));
	CHECK_EQ(2, wprintf(W('%', 'd', '\n'), 4));
	CHECK_EQ(1, fwprintf(stdout, W('\n')));
	CHECK(puts("") >= 0 && _putws(W('x')) >= 0 && _putch('\n') == '\n');
	CHECK_EQ(1, _fileno(stdout));
	CHECK_EQ(0, _tcscmp(_T("a"), TEXT("a")));
}

static void inputs(void)
{
	char data[] = "7 word\n-3 30\nq a line\n", text[16];
	FILE *from = fmemopen(data, sizeof(data) - 1, "r"), *was = stdin, *none;
	LONG a = 0, b = 0;

	stdin = from;
	CHECK_EQ(2, scanf_s("%ld %s", &a, text, (unsigned int)sizeof(text)));
	CHECK(a == 7 && !strcmp(text, "word"));
	CHECK_EQ(1, scanf("%ld", &a));
	CHECK_EQ(1, fscanf(from, "%li", &b));
	CHECK(a == -3 && b == 30);
	CHECK_EQ('\n', getchar());
	CHECK_EQ(1, fscanf_s(from, "%c", text, 1u));
	CHECK_EQ('q', text[0]);
	CHECK(gets_s(text, sizeof(text)) && !strcmp(text, " a line"));
	stdin = was;
	fclose(from);
	CHECK_EQ(EOF, _getch());
	CHECK(fopen_s(&none, "C:\\no\\such\\file", "r") && !none);
	CHECK_EQ(0, fopen_s(&none, "C:\\dev\\null", "r"));
	fclose(none);
}

static unsigned int WINAPI ends(void *parameter)
{
	UNREFERENCED_PARAMETER(parameter);
	_endthreadex(6);
	return 5;
}

static void others(void)
{
	HANDLE thread = (HANDLE)_beginthreadex(NULL, 0, ends, NULL, 0, NULL);
	SC_HANDLE manager = OpenSCManager(NULL, SERVICES_ACTIVE_DATABASE,
					  SC_MANAGER_CONNECT);
	SERVICE_STATUS status;
	DWORD code;

	WaitForSingleObject(thread, INFINITE);
	GetExitCodeThread(thread, &code);
	CHECK_EQ(6, code);
	CloseHandle(thread);
	CHECK_EQ(0x12345678, GUID_TEST.Data1);
	CHECK_EQ(8, GUID_TEST.Data4[7]);
	CHECK_EQ(0x222000, CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800, METHOD_BUFFERED,
				    FILE_ANY_ACCESS));
	CHECK_EQ(METHOD_OUT_DIRECT, METHOD_FROM_CTL_CODE(0x22200e));
	CHECK_EQ(0x22, DEVICE_TYPE_FROM_CTL_CODE(0x22200e));
	CHECK(manager != NULL);
	CHECK_FAILS(ERROR_INVALID_HANDLE,
		    QueryServiceStatus((SC_HANDLE)manager, &status));
	CHECK_FAILS(ERROR_SERVICE_DOES_NOT_EXIST,
		    OpenService(manager, TEXT("no-such-service"), 0));
	CHECK_FAILS(ERROR_INVALID_NAME,
		    OpenService(manager, TEXT("../x"), 0));
	CHECK_FAILS(ERROR_INVALID_HANDLE, CloseHandle((HANDLE)manager));
	CHECK(CloseServiceHandle(manager));
	CHECK_FAILS(ERROR_INVALID_HANDLE, CloseServiceHandle(manager));
	if (!checks)
		abort();
}

int __cdecl _tmain(void)
{
	ascii();
	wide();
	prints();
	inputs();
	others();
	fflush(stdout);
	exit(done());
}
