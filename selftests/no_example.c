// SPDX-License-Identifier: GPL-2.0
/* Stands in for the README's program when the README has none. */
#include <stdio.h>

int main(void)
{
	puts("README.md has no program behind <!-- example:methods -->");
	return 1;
}
