// SPDX-License-Identifier: GPL-2.0
// The headers are good C++, and so are the calls.
#include <windows.h>
#include <winioctl.h>

#include <ntio/samples/echo.h>

int main()
{
	ntio_result result = ntio_control(-1, IOCTL_ECHO_BUFFERED, nullptr, 0,
					  nullptr, 0);
	DWORD returned;

	if (result.status != STATUS_INVALID_HANDLE)
		return 1;
	if (DeviceIoControl(INVALID_HANDLE_VALUE,
			    CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800,
				     METHOD_NEITHER, FILE_ANY_ACCESS),
			    nullptr, 0, nullptr, 0, &returned, nullptr))
		return 2;
	return GetLastError() == ERROR_INVALID_HANDLE ? 0 : 3;
}
