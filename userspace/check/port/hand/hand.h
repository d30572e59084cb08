/* SPDX-License-Identifier: GPL-2.0 */
#define IOCTL_HAND_COPY CTL_CODE(0x8000, 0x800, METHOD_NEITHER, FILE_ANY_ACCESS)

struct hand_args {
	unsigned long count;
	long long fine;
	PVOID from;
	char *text;
	ULONG length;
};
