// SPDX-License-Identifier: GPL-2.0
/* What errors are in words. */
#include "error.h"
#include "narrow.h"

static const struct {
	DWORD error;
	const char *text;
} texts[] = {
	{ ERROR_SUCCESS, "The operation completed successfully." },
	{ ERROR_INVALID_FUNCTION, "The device has no such function." },
	{ ERROR_FILE_NOT_FOUND, "There is no such file or device." },
	{ ERROR_PATH_NOT_FOUND, "There is no such folder." },
	{ ERROR_TOO_MANY_OPEN_FILES, "Too many files are open." },
	{ ERROR_ACCESS_DENIED, "Access is denied." },
	{ ERROR_INVALID_HANDLE, "The handle is not valid." },
	{ ERROR_NOT_ENOUGH_MEMORY, "There is not enough memory." },
	{ ERROR_NOT_SUPPORTED, "The request is not supported." },
	{ ERROR_FILE_EXISTS, "The file exists." },
	{ ERROR_INVALID_PARAMETER, "A parameter is not valid." },
	{ ERROR_INVALID_NAME, "This is no name of a file or device." },
	{ ERROR_ALREADY_EXISTS, "It exists already." },
	{ ERROR_BAD_EXE_FORMAT, "This is no module for this kernel." },
	{ WAIT_TIMEOUT, "The time given ran out." },
	{ ERROR_NOT_OWNER, "The caller does not own the mutex." },
	{ ERROR_TOO_MANY_POSTS, "The semaphore would exceed its limit." },
	{ ERROR_MR_MID_NOT_FOUND, "This status has no error of its own." },
	{ ERROR_ABANDONED_WAIT_0, "The port was closed during the wait." },
	{ ERROR_IO_INCOMPLETE, "The overlapped request has not ended." },
	{ ERROR_SERVICE_ALREADY_RUNNING, "The driver is loaded already." },
	{ ERROR_SERVICE_DOES_NOT_EXIST, "There is no such service." },
	{ ERROR_SERVICE_CANNOT_ACCEPT_CTRL,
	  "The driver is in use, or does not take this control." },
	{ ERROR_SERVICE_NOT_ACTIVE, "The driver is not loaded." },
	{ ERROR_SERVICE_EXISTS, "The service exists already." },
};

/* Several statuses share an error; the first one's sentence will do. */
static const char *text_of(DWORD error)
{
	const struct ntio_status_info *info;
	size_t i;

	for (i = 0; i < NTIO_ARRAY_SIZE(texts); i++)
		if (texts[i].error == error)
			return texts[i].text;
	for (i = 0; (info = ntio_status_at(i)); i++)
		if (info->win32 == error)
			return info->meaning;
	return NULL;
}

/* Without inserts: messages of the system have none here. */
static char *message(DWORD flags, LPCVOID source, DWORD id)
{
	const char *text = NULL, *end = "\r\n";
	char *all;

	if (flags & FORMAT_MESSAGE_FROM_STRING)
		text = source, end = "";
	else if (flags & FORMAT_MESSAGE_FROM_SYSTEM)
		text = text_of(id);
	if (!text) {
		fail(ERROR_MR_MID_NOT_FOUND);
		return NULL;
	}
	if ((flags & FORMAT_MESSAGE_MAX_WIDTH_MASK) ==
	    FORMAT_MESSAGE_MAX_WIDTH_MASK)
		end = " ";
	if (asprintf(&all, "%s%s", text, end) < 0) {
		fail(ERROR_NOT_ENOUGH_MEMORY);
		return NULL;
	}
	return all;
}

DWORD FormatMessageA(DWORD flags, LPCVOID source, DWORD id, DWORD language,
		     LPSTR buffer, DWORD size, va_list *arguments)
{
	char *text = message(flags, source, id);
	DWORD len;

	(void)language, (void)arguments;
	if (!text)
		return 0;
	len = strlen(text);
	if (flags & FORMAT_MESSAGE_ALLOCATE_BUFFER) {
		*(LPSTR *)buffer = text;
		return len;
	}
	if (len >= size) {
		free(text);
		return fail(ERROR_INSUFFICIENT_BUFFER);
	}
	memcpy(buffer, text, len + 1);
	free(text);
	return len;
}

DWORD FormatMessageW(DWORD flags, LPCVOID source, DWORD id, DWORD language,
		     LPWSTR buffer, DWORD size, va_list *arguments)
{
	char *from = flags & FORMAT_MESSAGE_FROM_STRING ? narrow(source) : NULL;
	char *text = message(flags, from, id);
	LPWSTR to = buffer;
	DWORD len;

	(void)language, (void)arguments;
	free(from);
	if (!text)
		return 0;
	len = strlen(text);
	if (flags & FORMAT_MESSAGE_ALLOCATE_BUFFER) {
		to = calloc(len + 1, sizeof(WCHAR));
		*(LPWSTR *)buffer = to;
	} else if (len >= size) {
		to = NULL;
	}
	if (to)
		MultiByteToWideChar(CP_UTF8, 0, text, -1, to, len + 1);
	else
		len = fail(ERROR_INSUFFICIENT_BUFFER);
	free(text);
	return len;
}
