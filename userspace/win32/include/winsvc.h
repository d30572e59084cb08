/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Services: a driver's is a kernel module. What was created is in
 * /run/ntio/services, so it lives until it is deleted or the machine stops.
 */
#ifndef NTIO_WIN32_WINSVC_H
#define NTIO_WIN32_WINSVC_H

#include <windows.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ntio_win32_service *SC_HANDLE, **LPSC_HANDLE;

#define SERVICES_ACTIVE_DATABASEA "ServicesActive"
#define SERVICES_ACTIVE_DATABASE TEXT("ServicesActive")
#define SC_MANAGER_CONNECT 0x1
#define SC_MANAGER_CREATE_SERVICE 0x2
#define SC_MANAGER_ALL_ACCESS 0xf003f
#define SERVICE_QUERY_STATUS 0x4
#define SERVICE_START 0x10
#define SERVICE_STOP 0x20
#define SERVICE_ALL_ACCESS 0xf01ff
#define SERVICE_KERNEL_DRIVER 1
#define SERVICE_FILE_SYSTEM_DRIVER 2
#define SERVICE_WIN32_OWN_PROCESS 0x10
#define SERVICE_BOOT_START 0
#define SERVICE_SYSTEM_START 1
#define SERVICE_AUTO_START 2
#define SERVICE_DEMAND_START 3
#define SERVICE_DISABLED 4
#define SERVICE_ERROR_IGNORE 0
#define SERVICE_ERROR_NORMAL 1
#define SERVICE_CONTROL_STOP 1
#define SERVICE_CONTROL_INTERROGATE 4
#define SERVICE_STOPPED 1
#define SERVICE_START_PENDING 2
#define SERVICE_STOP_PENDING 3
#define SERVICE_RUNNING 4
#define SERVICE_ACCEPT_STOP 1

typedef struct _SERVICE_STATUS {
	DWORD dwServiceType;
	DWORD dwCurrentState;
	DWORD dwControlsAccepted;
	DWORD dwWin32ExitCode;
	DWORD dwServiceSpecificExitCode;
	DWORD dwCheckPoint;
	DWORD dwWaitHint;
} SERVICE_STATUS, *LPSERVICE_STATUS;

typedef struct _SERVICE_STATUS_PROCESS {
	DWORD dwServiceType;
	DWORD dwCurrentState;
	DWORD dwControlsAccepted;
	DWORD dwWin32ExitCode;
	DWORD dwServiceSpecificExitCode;
	DWORD dwCheckPoint;
	DWORD dwWaitHint;
	DWORD dwProcessId;
	DWORD dwServiceFlags;
} SERVICE_STATUS_PROCESS, *LPSERVICE_STATUS_PROCESS;

typedef enum _SC_STATUS_TYPE {
	SC_STATUS_PROCESS_INFO = 0,
} SC_STATUS_TYPE;

SC_HANDLE OpenSCManagerA(LPCSTR machine, LPCSTR database, DWORD access);
SC_HANDLE OpenSCManagerW(LPCWSTR machine, LPCWSTR database, DWORD access);
#define OpenSCManager NTIO_WIN32_AW(OpenSCManager)
SC_HANDLE CreateServiceA(SC_HANDLE manager, LPCSTR name, LPCSTR display,
			 DWORD access, DWORD type, DWORD start, DWORD error,
			 LPCSTR path, LPCSTR group, LPDWORD tag,
			 LPCSTR dependencies, LPCSTR account, LPCSTR password);
SC_HANDLE CreateServiceW(SC_HANDLE manager, LPCWSTR name, LPCWSTR display,
			 DWORD access, DWORD type, DWORD start, DWORD error,
			 LPCWSTR path, LPCWSTR group, LPDWORD tag,
			 LPCWSTR dependencies, LPCWSTR account,
			 LPCWSTR password);
#define CreateService NTIO_WIN32_AW(CreateService)
SC_HANDLE OpenServiceA(SC_HANDLE manager, LPCSTR name, DWORD access);
SC_HANDLE OpenServiceW(SC_HANDLE manager, LPCWSTR name, DWORD access);
#define OpenService NTIO_WIN32_AW(OpenService)
BOOL StartServiceA(SC_HANDLE service, DWORD count, LPCSTR *arguments);
BOOL StartServiceW(SC_HANDLE service, DWORD count, LPCWSTR *arguments);
#define StartService NTIO_WIN32_AW(StartService)
BOOL ControlService(SC_HANDLE service, DWORD control, LPSERVICE_STATUS status);
BOOL QueryServiceStatus(SC_HANDLE service, LPSERVICE_STATUS status);
BOOL QueryServiceStatusEx(SC_HANDLE service, SC_STATUS_TYPE level,
			  LPBYTE buffer, DWORD size, LPDWORD needed);
BOOL DeleteService(SC_HANDLE service);
BOOL CloseServiceHandle(SC_HANDLE handle);

#ifdef __cplusplus
}
#endif

#endif
