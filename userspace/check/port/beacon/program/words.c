// SPDX-License-Identifier: GPL-2.0
/* Nothing here tells a program from a driver but what the header includes. */
#include "words.h"

const char *Words(UINT Flashes)
{
	LONGLONG Many = 1000;

	return Flashes < Many ? "few" : "many";
}
