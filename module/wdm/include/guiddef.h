/* SPDX-License-Identifier: GPL-2.0 */
/* GUIDs. Whoever includes initguid.h before defines what it declares. */
#ifndef NTIO_WDM_GUIDDEF_H
#define NTIO_WDM_GUIDDEF_H

#include "string.h"

typedef struct _GUID {
	unsigned int Data1;
	unsigned short Data2;
	unsigned short Data3;
	unsigned char Data4[8];
} GUID, *LPGUID;
typedef const GUID *LPCGUID;

#ifdef __cplusplus
#define REFGUID const GUID &
#define IsEqualGUID(a, b) (!memcmp(&(a), &(b), sizeof(GUID)))
#else
#define REFGUID const GUID *
#define IsEqualGUID(a, b) (!memcmp((a), (b), sizeof(GUID)))
#endif

#endif

#undef DEFINE_GUID
#ifdef INITGUID
#ifdef __cplusplus
#define NTIO_WDM_GUID extern "C" const GUID __attribute__((weak))
#else
#define NTIO_WDM_GUID const GUID __attribute__((weak))
#endif
#define DEFINE_GUID(name, l, w1, w2, b1, b2, b3, b4, b5, b6, b7, b8)	\
	NTIO_WDM_GUID name = {						\
		l, w1, w2, { b1, b2, b3, b4, b5, b6, b7, b8 } }
#elif defined(__cplusplus)
#define DEFINE_GUID(name, l, w1, w2, b1, b2, b3, b4, b5, b6, b7, b8)	\
	extern "C" const GUID name
#else
#define DEFINE_GUID(name, l, w1, w2, b1, b2, b3, b4, b5, b6, b7, b8)	\
	extern const GUID name
#endif
