// SPDX-License-Identifier: GPL-2.0
/*
 * A test program as drivers come with: loads the driver if its device is not
 * there, sends a request for each transfer method, and unloads what it loaded.
 */
#include <windows.h>
#include <winioctl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strsafe.h>
#include <tchar.h>

#include <ntio/samples/echo.h>

#define DRIVER_NAME TEXT("ntio_echo")
#define DEVICE_NAME TEXT("\\\\.\\echo")

static TCHAR DriverLocation[MAX_PATH];

static BOOLEAN InstallDriver(__in SC_HANDLE manager)
{
	SC_HANDLE service;
	DWORD error;

	service = CreateService(manager, DRIVER_NAME, DRIVER_NAME,
				SERVICE_ALL_ACCESS, SERVICE_KERNEL_DRIVER,
				SERVICE_DEMAND_START, SERVICE_ERROR_NORMAL,
				DriverLocation, NULL, NULL, NULL, NULL, NULL);
	if (service == NULL) {
		error = GetLastError();
		if (error != ERROR_SERVICE_EXISTS) {
			_tprintf(TEXT("CreateService failed: %lu\n"), error);
			return FALSE;
		}
		return TRUE;
	}
	CloseServiceHandle(service);
	return TRUE;
}

static BOOLEAN StartDriver(__in SC_HANDLE manager)
{
	SC_HANDLE service = OpenService(manager, DRIVER_NAME,
					SERVICE_ALL_ACCESS);
	BOOLEAN ok = TRUE;

	if (service == NULL) {
		_tprintf(TEXT("OpenService failed: %lu\n"), GetLastError());
		return FALSE;
	}
	if (!StartService(service, 0, NULL) &&
	    GetLastError() != ERROR_SERVICE_ALREADY_RUNNING) {
		_tprintf(TEXT("StartService failed: %lu\n"), GetLastError());
		ok = FALSE;
	}
	if (ok && StartService(service, 0, NULL))
		_tprintf(TEXT("StartService a second time: TRUE\n"));
	else if (ok)
		_tprintf(TEXT("StartService a second time: %lu\n"),
			 GetLastError());
	CloseServiceHandle(service);
	return ok;
}

static VOID StopAndRemoveDriver(__in SC_HANDLE manager)
{
	SC_HANDLE service = OpenService(manager, DRIVER_NAME,
					SERVICE_ALL_ACCESS);
	SERVICE_STATUS_PROCESS process;
	SERVICE_STATUS status;
	DWORD needed;

	if (service == NULL)
		return;
	if (QueryServiceStatusEx(service, SC_STATUS_PROCESS_INFO,
				 (LPBYTE)&process, sizeof(process), &needed))
		_tprintf(TEXT("state %lu\n"), process.dwCurrentState);
	if (ControlService(service, SERVICE_CONTROL_STOP, &status))
		_tprintf(TEXT("stopped: state %lu\n"), status.dwCurrentState);
	else
		_tprintf(TEXT("ControlService failed: %lu\n"), GetLastError());
	if (!ControlService(service, SERVICE_CONTROL_STOP, &status))
		_tprintf(TEXT("stopped a second time: %lu\n"), GetLastError());
	if (DeleteService(service))
		_tprintf(TEXT("removed\n"));
	CloseServiceHandle(service);
	service = OpenService(manager, DRIVER_NAME, SERVICE_ALL_ACCESS);
	if (service == NULL)
		_tprintf(TEXT("OpenService: %lu\n"), GetLastError());
}

/* The driver lies beside the program, as NAME.sys. */
static BOOLEAN SetupDriverName(_Inout_updates_bytes_(size) PTCHAR location,
			       _In_ ULONG size)
{
	HANDLE file;

	if (!GetCurrentDirectory(MAX_PATH, location)) {
		_tprintf(TEXT("GetCurrentDirectory failed: %lu\n"),
			 GetLastError());
		return FALSE;
	}
	if (FAILED(StringCbCat(location, size,
			       TEXT("\\") DRIVER_NAME TEXT(".sys"))))
		return FALSE;
	file = CreateFile(location, GENERIC_READ, 0, NULL, OPEN_EXISTING,
			  FILE_ATTRIBUTE_NORMAL, NULL);
	if (file == INVALID_HANDLE_VALUE) {
		_tprintf(TEXT("the driver is not there\n"));
		return FALSE;
	}
	CloseHandle(file);
	return TRUE;
}

static VOID DoIoctl(HANDLE device, LPCTSTR method, ULONG code)
{
	char input[] = "hello from the program", output[32];
	ULONG bytes = 0;

	memset(output, '-', sizeof(output));
	output[sizeof(output) - 1] = 0;
	if (!DeviceIoControl(device, code, input, (DWORD)strlen(input) + 1,
			     output, sizeof(output), &bytes, NULL)) {
		_tprintf(TEXT("DeviceIoControl failed: %lu\n"),
			 GetLastError());
		return;
	}
	_tprintf(TEXT("%s: %lu bytes, "), method, bytes);
	printf("\"%s\"\n", output);
}

int __cdecl _tmain(_In_ ULONG argc, _In_reads_(argc) LPTSTR argv[])
{
	SC_HANDLE manager = NULL;
	HANDLE device;
	DWORD error;

	UNREFERENCED_PARAMETER(argc);
	UNREFERENCED_PARAMETER(argv);
	device = CreateFile(DEVICE_NAME, GENERIC_READ | GENERIC_WRITE, 0, NULL,
			    CREATE_ALWAYS, FILE_ATTRIBUTE_NORMAL, NULL);
	if (device == INVALID_HANDLE_VALUE) {
		error = GetLastError();
		_tprintf(TEXT("CreateFile: %lu\n"), error);
		if (error != ERROR_FILE_NOT_FOUND)
			return 1;
		manager = OpenSCManager(NULL, NULL, SC_MANAGER_ALL_ACCESS);
		if (!SetupDriverName(DriverLocation, sizeof(DriverLocation)) ||
		    !InstallDriver(manager) || !StartDriver(manager))
			return 1;
		device = CreateFile(DEVICE_NAME, GENERIC_READ | GENERIC_WRITE,
				    0, NULL, CREATE_ALWAYS,
				    FILE_ATTRIBUTE_NORMAL, NULL);
		if (device == INVALID_HANDLE_VALUE) {
			_tprintf(TEXT("CreateFile: %lu\n"), GetLastError());
			return 1;
		}
	}
	DoIoctl(device, TEXT("METHOD_BUFFERED"), IOCTL_ECHO_BUFFERED);
	DoIoctl(device, TEXT("METHOD_IN_DIRECT"), IOCTL_ECHO_IN_DIRECT);
	DoIoctl(device, TEXT("METHOD_OUT_DIRECT"), IOCTL_ECHO_OUT_DIRECT);
	DoIoctl(device, TEXT("METHOD_NEITHER"), IOCTL_ECHO_NEITHER);
	CloseHandle(device);
	if (manager) {
		StopAndRemoveDriver(manager);
		CloseServiceHandle(manager);
	}
	return 0;
}
