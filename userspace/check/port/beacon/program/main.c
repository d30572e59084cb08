// SPDX-License-Identifier: GPL-2.0
#include <windows.h>
#include <winioctl.h>
#include <stdio.h>
#include "../public.h"

int main(void)
{
	HANDLE Device = CreateFileW(L"\\\\.\\Beacon", GENERIC_READ | GENERIC_WRITE,
				    0, NULL, OPEN_EXISTING, 0, NULL);
	BEACON_STATE State = { 250, 0, { 0 } };
	DWORD Returned;

	if (Device == INVALID_HANDLE_VALUE) {
		printf("no beacon: %u\n", GetLastError());
		return 1;
	}
	if (!DeviceIoControl(Device, IOCTL_BEACON_SET, &State, sizeof(State),
			     NULL, 0, &Returned, NULL))
		printf("refused: %u\n", GetLastError());
	CloseHandle(Device);
	return 0;
}
