// SPDX-License-Identifier: GPL-2.0
/* The headers are good C, however strict the compiler, and so are the calls. */
#include <ntio/samples/echo.h>
#include <ntio/ntio.h>

int main(void)
{
	struct ntio_result result = ntio_control(-1, IOCTL_ECHO_BUFFERED, NULL,
						 0, NULL, 0);

	switch (result.status) {
	case STATUS_INVALID_HANDLE:
		return NT_ERROR(result.status) ? 0 : 2;
	default:
		return 1;
	}
}
