// SPDX-License-Identifier: GPL-2.0
/* An application of the driver @NAME@. */
#include <stdio.h>

#include <ntio/ntio.h>

#include "@NAME@.h"

int main(void)
{
	char text[100] = "";
	struct ntio_result result;
	int fd = ntio_open("@NAME@", O_RDWR);

	if (fd < 0) {
		perror("@NAME@");
		return 1;
	}
	result = ntio_control(fd, IOCTL_@UPPER@_GREET, NULL, 0, text,
			      sizeof(text));
	if (result.error) {
		ntio_explain(stderr, &result, 0);
		return 1;
	}
	printf("%s\n", text);
	return 0;
}
