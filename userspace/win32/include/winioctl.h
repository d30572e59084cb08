/* SPDX-License-Identifier: GPL-2.0 */
/* Control codes [1.1]-[1.3]. */
#ifndef NTIO_WIN32_WINIOCTL_H
#define NTIO_WIN32_WINIOCTL_H

#include <windows.h>

#include <ntio/device_types.h>
#include <ntio/uapi/ntio.h>

typedef DWORD DEVICE_TYPE;

#ifndef CTL_CODE
#define CTL_CODE(type, function, method, access) \
	NTIO_CTL_CODE(type, function, method, access)
#endif
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

/* FILE_DEVICE_UNKNOWN and the others. */
enum {
#define NTIO_WIN32_DEVICE_ENUM(name, type) FILE_DEVICE_##name = type,
	NTIO_WIN32_DEVICE_TYPES(NTIO_WIN32_DEVICE_ENUM)
#undef NTIO_WIN32_DEVICE_ENUM
};

#endif
