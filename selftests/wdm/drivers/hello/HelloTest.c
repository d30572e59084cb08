// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <windows.h>
#include <winioctl.h>
#include "Public.h"

int main(void)
{
    HANDLE device = CreateFileA("\\\\.\\Hello", GENERIC_READ, 0, NULL,
                                OPEN_EXISTING, 0, NULL);
    char text[64] = "";
    DWORD returned = 0;

    if (device == INVALID_HANDLE_VALUE) {
        printf("CreateFile failed: %u\n", GetLastError());
        return 1;
    }
    if (!DeviceIoControl(device, IOCTL_HELLO, NULL, 0, text, sizeof(text),
                         &returned, NULL)) {
        printf("DeviceIoControl failed: %u\n", GetLastError());
        return 1;
    }
    printf("%u bytes: %s\n", returned, text);
    if (!DeviceIoControl(device, IOCTL_HELLO, NULL, 0, text, 4, &returned, NULL)) {
        printf("a short buffer: error %u\n", GetLastError());
    }
    CloseHandle(device);
    return 0;
}
