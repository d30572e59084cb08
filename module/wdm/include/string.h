/* SPDX-License-Identifier: GPL-2.0 */
/* What drivers take from the C library's header of this name. */
#ifndef NTIO_WDM_STRING_H
#define NTIO_WDM_STRING_H

#include "stddef.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The kernel's own, which the layer has from there. */
#ifndef NTIO_WDM_LAYER
void *memcpy(void *to, const void *from, size_t len);
void *memmove(void *to, const void *from, size_t len);
void *memset(void *p, int value, size_t len);
int memcmp(const void *a, const void *b, size_t len);
size_t strlen(const char *s);
size_t strnlen(const char *s, size_t max);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t max);
char *strcpy(char *to, const char *from);
char *strncpy(char *to, const char *from, size_t max);
char *strcat(char *to, const char *from);
char *strchr(const char *s, int c);
char *strrchr(const char *s, int c);
char *strstr(const char *s, const char *part);
#endif

/* The layer's. */
size_t wcslen(const wchar_t *s);
int wcscmp(const wchar_t *a, const wchar_t *b);
int wcsncmp(const wchar_t *a, const wchar_t *b, size_t max);
int _wcsicmp(const wchar_t *a, const wchar_t *b);
wchar_t *wcscpy(wchar_t *to, const wchar_t *from);
wchar_t *wcscat(wchar_t *to, const wchar_t *from);
wchar_t *wcschr(const wchar_t *s, wchar_t c);
wchar_t *wcsrchr(const wchar_t *s, wchar_t c);
int _stricmp(const char *a, const char *b);

#ifdef __cplusplus
}
#endif

#endif
