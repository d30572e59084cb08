/* SPDX-License-Identifier: GPL-2.0 */
/*
 * libntio in the dialect of Windows: what an application that talks to its
 * driver through DeviceIoControl needs to compile and behave as it did.
 */
#ifndef NTIO_WIN32_H
#define NTIO_WIN32_H

#include <stdint.h>

#include <ntio/ntio.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef int BOOL;
typedef uint32_t DWORD;
typedef uint32_t ULONG;
typedef void *LPVOID;
typedef DWORD *LPDWORD;
typedef const char *LPCSTR;
typedef struct _SECURITY_ATTRIBUTES *LPSECURITY_ATTRIBUTES;
typedef struct _OVERLAPPED *LPOVERLAPPED;

/**
 * typedef HANDLE - an open device
 *
 * Not a descriptor: the value is a multiple of 4 and never 0, as on Windows.
 */
typedef void *HANDLE;

#ifndef TRUE
#define TRUE 1
#endif
#ifndef FALSE
#define FALSE 0
#endif

#define INVALID_HANDLE_VALUE ((HANDLE)(intptr_t)-1)

#define GENERIC_READ 0x80000000u
#define GENERIC_WRITE 0x40000000u
#define GENERIC_ALL 0x10000000u
#define FILE_READ_DATA 1u
#define FILE_WRITE_DATA 2u

#define FILE_SHARE_READ 1u
#define FILE_SHARE_WRITE 2u

#define CREATE_NEW 1u
#define CREATE_ALWAYS 2u
#define OPEN_EXISTING 3u
#define OPEN_ALWAYS 4u

#define FILE_ATTRIBUTE_NORMAL 0x80u
#define FILE_FLAG_OVERLAPPED 0x40000000u

/* The errors that this layer gives by itself; the rest comes from statuses. */
#define ERROR_SUCCESS 0u
#define ERROR_INVALID_FUNCTION 1u
#define ERROR_FILE_NOT_FOUND 2u
#define ERROR_ACCESS_DENIED 5u
#define ERROR_INVALID_HANDLE 6u
#define ERROR_NOT_SUPPORTED 50u
#define ERROR_INVALID_PARAMETER 87u
#define ERROR_INSUFFICIENT_BUFFER 122u
#define ERROR_INVALID_NAME 123u
#define ERROR_MORE_DATA 234u
#define ERROR_MR_MID_NOT_FOUND 317u
#define ERROR_NOACCESS 998u

/* Control codes [1.1]-[1.3]. */
#define CTL_CODE(type, function, method, access)                               \
	NTIO_CTL_CODE(type, function, method, access)
#define DEVICE_TYPE_FROM_CTL_CODE(code) NTIO_CTL_TYPE(code)
#define METHOD_FROM_CTL_CODE(code) NTIO_CTL_METHOD(code)

#define METHOD_BUFFERED NTIO_METHOD_BUFFERED
#define METHOD_IN_DIRECT NTIO_METHOD_IN_DIRECT
#define METHOD_OUT_DIRECT NTIO_METHOD_OUT_DIRECT
#define METHOD_NEITHER NTIO_METHOD_NEITHER
#define METHOD_DIRECT_TO_HARDWARE METHOD_IN_DIRECT
#define METHOD_DIRECT_FROM_HARDWARE METHOD_OUT_DIRECT

#define FILE_ANY_ACCESS NTIO_ANY_ACCESS
#define FILE_SPECIAL_ACCESS FILE_ANY_ACCESS
#define FILE_READ_ACCESS NTIO_READ_ACCESS
#define FILE_WRITE_ACCESS NTIO_WRITE_ACCESS

/* X(name, device type): the device types that Microsoft has named. */
#define NTIO_WIN32_DEVICE_TYPES(X)                                             \
	X(BEEP, 0x01) X(CD_ROM, 0x02) X(CD_ROM_FILE_SYSTEM, 0x03)              \
	X(CONTROLLER, 0x04) X(DATALINK, 0x05) X(DFS, 0x06) X(DISK, 0x07)       \
	X(DISK_FILE_SYSTEM, 0x08) X(FILE_SYSTEM, 0x09) X(INPORT_PORT, 0x0a)    \
	X(KEYBOARD, 0x0b) X(MAILSLOT, 0x0c) X(MIDI_IN, 0x0d) X(MIDI_OUT, 0x0e) \
	X(MOUSE, 0x0f) X(MULTI_UNC_PROVIDER, 0x10) X(NAMED_PIPE, 0x11)         \
	X(NETWORK, 0x12) X(NETWORK_BROWSER, 0x13) X(NETWORK_FILE_SYSTEM, 0x14) \
	X(NULL, 0x15) X(PARALLEL_PORT, 0x16) X(PHYSICAL_NETCARD, 0x17)         \
	X(PRINTER, 0x18) X(SCANNER, 0x19) X(SERIAL_MOUSE_PORT, 0x1a)           \
	X(SERIAL_PORT, 0x1b) X(SCREEN, 0x1c) X(SOUND, 0x1d) X(STREAMS, 0x1e)   \
	X(TAPE, 0x1f) X(TAPE_FILE_SYSTEM, 0x20) X(TRANSPORT, 0x21)             \
	X(UNKNOWN, 0x22) X(VIDEO, 0x23) X(VIRTUAL_DISK, 0x24) X(WAVE_IN, 0x25) \
	X(WAVE_OUT, 0x26) X(8042_PORT, 0x27) X(NETWORK_REDIRECTOR, 0x28)       \
	X(BATTERY, 0x29) X(BUS_EXTENDER, 0x2a) X(MODEM, 0x2b) X(VDM, 0x2c)     \
	X(MASS_STORAGE, 0x2d) X(SMB, 0x2e) X(KS, 0x2f) X(CHANGER, 0x30)        \
	X(SMARTCARD, 0x31) X(ACPI, 0x32) X(DVD, 0x33)                          \
	X(FULLSCREEN_VIDEO, 0x34) X(DFS_FILE_SYSTEM, 0x35)                     \
	X(DFS_VOLUME, 0x36) X(SERENUM, 0x37) X(TERMSRV, 0x38) X(KSEC, 0x39)    \
	X(FIPS, 0x3a) X(INFINIBAND, 0x3b)

/* FILE_DEVICE_UNKNOWN and the others. */
enum {
#define NTIO_WIN32_DEVICE_ENUM(name, type) FILE_DEVICE_##name = type,
	NTIO_WIN32_DEVICE_TYPES(NTIO_WIN32_DEVICE_ENUM)
#undef NTIO_WIN32_DEVICE_ENUM
};

/**
 * GetLastError() - why the last call of this thread failed
 *
 * Return: a Win32 error. Calls that succeed leave it as it is [2.29].
 */
DWORD GetLastError(void);

/**
 * SetLastError() - set what GetLastError() gives to this thread
 * @error: a Win32 error
 */
void SetLastError(DWORD error);

/**
 * CreateFileA() - open a device
 * @name: "\\\\.\\echo" or a Linux path, such as "/dev/ntio/echo". The case of
 *	letters matters, and nothing may follow the device's name.
 * @access: GENERIC_READ, GENERIC_WRITE, both, or 0: enough for codes with
 *	FILE_ANY_ACCESS [1.9], [1.10]
 * @share: ignored: devices do not enforce it [1.24]
 * @security: ignored
 * @disposition: ignored: nothing is ever created or truncated [1.25]
 * @flags: attributes are ignored. FILE_FLAG_OVERLAPPED is not supported yet.
 * @template_file: ignored
 *
 * Return: a handle for CloseHandle(), or INVALID_HANDLE_VALUE and last error 2
 * no such device [1.28], 3 no such path, 5 access denied, or exclusive and open
 * [1.22], 50 FILE_FLAG_OVERLAPPED, 123 not a name of a device, or what the
 * driver's create routine answered [1.27].
 */
HANDLE CreateFileA(LPCSTR name, DWORD access, DWORD share,
		   LPSECURITY_ATTRIBUTES security, DWORD disposition,
		   DWORD flags, HANDLE template_file);

/**
 * CloseHandle() - close a device
 * @handle: of CreateFileA()
 *
 * Return: TRUE, or FALSE and last error 6 if it is no open handle.
 */
BOOL CloseHandle(HANDLE handle);

/**
 * DeviceIoControl() - send a control code to a device and wait for its end
 * @handle: of CreateFileA()
 * @code: control code, see CTL_CODE()
 * @in: first buffer
 * @in_len: its length in bytes
 * @out: second buffer
 * @out_len: its length in bytes
 * @returned: Output bytes returned; untouched if the status is an error, set
 *	if it is a warning, although that returns FALSE [2.30], [2.47]
 * @overlapped: must be NULL. Asynchronous requests are not supported yet.
 *
 * With @returned NULL and no @overlapped Windows sends the request and then
 * crashes the caller [2.44]. Here, a deliberate divergence, the request is not
 * sent: last error 87.
 *
 * Return: TRUE if NT_SUCCESS() of the status, and the last error is as it was;
 * else FALSE, and the last error is the Win32 error of the status [2.28],
 * [2.29]. 50: @overlapped is not NULL.
 */
BOOL DeviceIoControl(HANDLE handle, DWORD code, LPVOID in, DWORD in_len,
		     LPVOID out, DWORD out_len, LPDWORD returned,
		     LPOVERLAPPED overlapped);

#define CreateFile CreateFileA

#ifdef __cplusplus
}
#endif

#endif
