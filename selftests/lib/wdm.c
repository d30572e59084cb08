// SPDX-License-Identifier: GPL-2.0
/* What programs of drivers for Windows share. */
#include "wdm/wdm.h"

long wdm_violations(const char *name)
{
	char path[] = "../ntio-wdm/violations";

	return ntio_stat(path, name);
}

long wdm_mistakes(void)
{
	return wdm_violations(NULL) + violations(NULL);
}

__u32 wdm_tell(int fd, __u32 code)
{
	struct ntio_device_control c = { .code = code };

	control(fd, &c);
	return c.out_status;
}

__u32 wdm_ask(int fd, __u32 code, __u32 *number)
{
	struct ntio_device_control c = {
		.code = code, .in = addr(number), .in_len = sizeof(*number),
		.out = addr(number), .out_len = sizeof(*number),
	};

	control(fd, &c);
	return c.out_status;
}
