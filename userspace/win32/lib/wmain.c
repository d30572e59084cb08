// SPDX-License-Identifier: GPL-2.0
/* Where a program has wmain() and no main(): this one calls it. */
#include "narrow.h"

__attribute__((weak)) int wmain(int argc, WCHAR *argv[], WCHAR *envp[]);

static WCHAR *widen(const char *text)
{
	int len = MultiByteToWideChar(CP_UTF8, 0, text, -1, NULL, 0);
	WCHAR *wide = calloc(len, sizeof(*wide));

	if (wide)
		MultiByteToWideChar(CP_UTF8, 0, text, -1, wide, len);
	return wide;
}

static WCHAR **widen_all(char *texts[])
{
	size_t count = 0, i;
	WCHAR **wide;

	while (texts[count])
		count++;
	wide = calloc(count + 1, sizeof(*wide));
	for (i = 0; wide && i < count; i++)
		wide[i] = widen(texts[i]);
	return wide;
}

int main(int argc, char *argv[], char *envp[])
{
	if (!wmain)
		return 127;
	return wmain(argc, widen_all(argv), widen_all(envp));
}
