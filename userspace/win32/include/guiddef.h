/* SPDX-License-Identifier: GPL-2.0 */
/* GUIDs. Where <initguid.h> came first DEFINE_GUID defines, else it declares. */
#ifndef NTIO_WIN32_GUIDDEF_H
#define NTIO_WIN32_GUIDDEF_H

#include <stdint.h>
#include <string.h>

typedef struct _GUID {
	uint32_t Data1;
	uint16_t Data2;
	uint16_t Data3;
	unsigned char Data4[8];
} GUID, IID, CLSID, *LPGUID;
typedef const GUID *LPCGUID;
#ifdef __cplusplus
#define REFGUID const GUID &
#else
#define REFGUID const GUID *
#endif
#define IsEqualGUID(a, b) (!memcmp(a, b, sizeof(GUID)))

#endif

#undef DEFINE_GUID
#ifdef INITGUID
#define DEFINE_GUID(name, l, w1, w2, b1, b2, b3, b4, b5, b6, b7, b8) \
	const GUID name __attribute__((weak)) = \
		{ l, w1, w2, { b1, b2, b3, b4, b5, b6, b7, b8 } }
#else
#define DEFINE_GUID(name, l, w1, w2, b1, b2, b3, b4, b5, b6, b7, b8) \
	extern const GUID name
#endif
