/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The basic types. LONG and ULONG have 32 bits as on Windows, where C's long
 * has as many; here long has 64.
 */
#ifndef NTIO_WDM_NTDEF_H
#define NTIO_WDM_NTDEF_H

#include "stddef.h"
#include "stdarg.h"
#include "sal.h"

#ifdef __cplusplus
#define EXTERN_C extern "C"
#define EXTERN_C_START extern "C" {
#define EXTERN_C_END }
#else
#define EXTERN_C extern
#define EXTERN_C_START
#define EXTERN_C_END
#endif

/* Words of Microsoft's compiler. */
#define __int8 char
#define __int16 short
#define __int32 int
#define __int64 long long
#define __cdecl
#define __stdcall
#define __fastcall
#define __vectorcall
#define __unaligned
#define __forceinline static inline __attribute__((always_inline))
#define __declspec(x) NTIO_WDM_DECLSPEC_##x
#define NTIO_WDM_DECLSPEC_align(n) __attribute__((aligned(n)))
#define NTIO_WDM_DECLSPEC_noreturn __attribute__((noreturn))
#define NTIO_WDM_DECLSPEC_noinline __attribute__((noinline))
#define NTIO_WDM_DECLSPEC_selectany __attribute__((weak))
#define NTIO_WDM_DECLSPEC_deprecated
#define NTIO_WDM_DECLSPEC_dllimport
#define NTIO_WDM_DECLSPEC_dllexport
#define NTIO_WDM_DECLSPEC_code_seg(...)
#define NTIO_WDM_DECLSPEC_allocate(...)
#define DECLSPEC_ALIGN(n) __attribute__((aligned(n)))
#define DECLSPEC_CACHEALIGN DECLSPEC_ALIGN(64)
#define DECLSPEC_SELECTANY __attribute__((weak))
#define DECLSPEC_IMPORT
#define DECLSPEC_NORETURN __attribute__((noreturn))
#define FORCEINLINE __forceinline
#define UNALIGNED
#define NTAPI
#define NTSYSAPI
#define NTKERNELAPI
#define NTHALAPI
#define APIENTRY
#define CALLBACK
#define CONST const
#define FAR
#define NEAR

#ifndef IN
#define IN
#define OUT
#define OPTIONAL
#endif

#define TRUE 1
#define FALSE 0

#undef VOID
#define VOID void
typedef void *PVOID, *LPVOID;
typedef const void *PCVOID;
typedef char CHAR, *PCHAR, *PSTR, *LPSTR, *PNZCH, CCHAR;
typedef const char *PCSTR, *LPCSTR, *PCCHAR, *PCSZ;
typedef short SHORT, CSHORT, *PSHORT;
typedef int LONG, *PLONG, *LPLONG;
typedef long long LONGLONG, *PLONGLONG, LONG64, *PLONG64, INT64, *PINT64;
typedef unsigned char UCHAR, *PUCHAR, BYTE, *PBYTE, BOOLEAN, *PBOOLEAN;
typedef unsigned short USHORT, *PUSHORT, WORD, *PWORD;
typedef unsigned int ULONG, *PULONG, DWORD, *PDWORD, *LPDWORD;
typedef unsigned long long ULONGLONG, *PULONGLONG, ULONG64, *PULONG64;
typedef unsigned long long UINT64, *PUINT64, DWORD64, *PDWORD64, DWORDLONG;
typedef int INT, *PINT, INT32, *PINT32, LONG32, *PLONG32, BOOL, *PBOOL;
typedef unsigned int UINT, *PUINT, UINT32, *PUINT32, ULONG32, *PULONG32;
typedef signed char INT8, *PINT8;
typedef unsigned char UINT8, *PUINT8;
typedef short INT16, *PINT16;
typedef unsigned short UINT16, *PUINT16;
typedef float FLOAT;
typedef double DOUBLE;
typedef __PTRDIFF_TYPE__ LONG_PTR, *PLONG_PTR, INT_PTR, *PINT_PTR;
typedef __PTRDIFF_TYPE__ SSIZE_T, *PSSIZE_T;
typedef __SIZE_TYPE__ ULONG_PTR, *PULONG_PTR, UINT_PTR, *PUINT_PTR;
typedef __SIZE_TYPE__ SIZE_T, *PSIZE_T, DWORD_PTR, KAFFINITY;
typedef wchar_t WCHAR, *PWCHAR, *LPWCH, *PWCH, *LPWSTR, *PWSTR, *PZZWSTR;
typedef const wchar_t *LPCWCH, *PCWCH, *LPCWSTR, *PCWSTR, *PCNZWCH;
typedef void *HANDLE, **PHANDLE;
typedef LONG NTSTATUS, *PNTSTATUS;
typedef ULONG ACCESS_MASK, *PACCESS_MASK;
typedef ULONG LOGICAL, *PLOGICAL;
typedef LONGLONG USN;
typedef UCHAR KIRQL, *PKIRQL;
typedef CCHAR KPROCESSOR_MODE;
typedef LONG KPRIORITY;
typedef ULONG CLONG;

typedef union _LARGE_INTEGER {
	struct {
		ULONG LowPart;
		LONG HighPart;
	};
	struct {
		ULONG LowPart;
		LONG HighPart;
	} u;
	LONGLONG QuadPart;
} LARGE_INTEGER, *PLARGE_INTEGER;

typedef union _ULARGE_INTEGER {
	struct {
		ULONG LowPart;
		ULONG HighPart;
	};
	struct {
		ULONG LowPart;
		ULONG HighPart;
	} u;
	ULONGLONG QuadPart;
} ULARGE_INTEGER, *PULARGE_INTEGER;

typedef LARGE_INTEGER PHYSICAL_ADDRESS, *PPHYSICAL_ADDRESS;

typedef struct _LUID {
	ULONG LowPart;
	LONG HighPart;
} LUID, *PLUID;

typedef struct _UNICODE_STRING {
	USHORT Length;
	USHORT MaximumLength;
	PWCH Buffer;
} UNICODE_STRING, *PUNICODE_STRING;
typedef const UNICODE_STRING *PCUNICODE_STRING;

typedef struct _STRING {
	USHORT Length;
	USHORT MaximumLength;
	PCHAR Buffer;
} STRING, *PSTRING, ANSI_STRING, *PANSI_STRING, OEM_STRING, *POEM_STRING;
typedef const STRING *PCSTRING, *PCANSI_STRING, *PCOEM_STRING;

typedef struct _LIST_ENTRY {
	struct _LIST_ENTRY *Flink;
	struct _LIST_ENTRY *Blink;
} LIST_ENTRY, *PLIST_ENTRY;

typedef struct _SINGLE_LIST_ENTRY {
	struct _SINGLE_LIST_ENTRY *Next;
} SINGLE_LIST_ENTRY, *PSINGLE_LIST_ENTRY, SLIST_ENTRY, *PSLIST_ENTRY;

typedef struct _OBJECT_ATTRIBUTES {
	ULONG Length;
	HANDLE RootDirectory;
	PUNICODE_STRING ObjectName;
	ULONG Attributes;
	PVOID SecurityDescriptor;
	PVOID SecurityQualityOfService;
} OBJECT_ATTRIBUTES, *POBJECT_ATTRIBUTES;
typedef const OBJECT_ATTRIBUTES *PCOBJECT_ATTRIBUTES;

#define OBJ_INHERIT 0x00000002
#define OBJ_PERMANENT 0x00000010
#define OBJ_EXCLUSIVE 0x00000020
#define OBJ_CASE_INSENSITIVE 0x00000040
#define OBJ_OPENIF 0x00000080
#define OBJ_OPENLINK 0x00000100
#define OBJ_KERNEL_HANDLE 0x00000200
#define OBJ_FORCE_ACCESS_CHECK 0x00000400

#define InitializeObjectAttributes(p, n, a, r, s)			\
	do {								\
		(p)->Length = sizeof(OBJECT_ATTRIBUTES);		\
		(p)->RootDirectory = (r);				\
		(p)->ObjectName = (n);					\
		(p)->Attributes = (a);					\
		(p)->SecurityDescriptor = (s);				\
		(p)->SecurityQualityOfService = NULL;			\
	} while (0)

#define NT_SUCCESS(s) ((NTSTATUS)(s) >= 0)
#define NT_INFORMATION(s) ((ULONG)(s) >> 30 == 1)
#define NT_WARNING(s) ((ULONG)(s) >> 30 == 2)
#define NT_ERROR(s) ((ULONG)(s) >> 30 == 3)

#define MINCHAR 0x80
#define MAXCHAR 0x7f
#define MAXUCHAR 0xff
#define MAXSHORT 0x7fff
#define MAXUSHORT 0xffff
#define MINLONG ((LONG)0x80000000)
#define MAXLONG 0x7fffffff
#define MAXULONG 0xffffffffu
#define MAXLONGLONG 0x7fffffffffffffffLL
#define MAXULONGLONG 0xffffffffffffffffULL
#define MAXSIZE_T (~(SIZE_T)0)
#define ULONG_MAX_32 MAXULONG

#define ANSI_NULL ((CHAR)0)
#define UNICODE_NULL ((WCHAR)0)
#define UNICODE_STRING_MAX_BYTES ((USHORT)65534)
#define UNICODE_STRING_MAX_CHARS (32767)

#define CONTAINING_RECORD(address, type, field)				\
	((type *)((PCHAR)(address) - offsetof(type, field)))
#define FIELD_OFFSET(type, field) ((LONG)offsetof(type, field))
#define UFIELD_OFFSET(type, field) ((ULONG)offsetof(type, field))
#define RTL_FIELD_SIZE(type, field) (sizeof(((type *)0)->field))
#define RTL_SIZEOF_THROUGH_FIELD(type, field) \
	(offsetof(type, field) + RTL_FIELD_SIZE(type, field))
#define RTL_NUMBER_OF(a) (sizeof(a) / sizeof((a)[0]))
#define ARRAYSIZE(a) RTL_NUMBER_OF(a)
#define TYPE_ALIGNMENT(t) __alignof__(t)

#define UNREFERENCED_PARAMETER(p) ((void)(p))
#define UNREFERENCED_LOCAL_VARIABLE(p) ((void)(p))
#define DBG_UNREFERENCED_PARAMETER(p) ((void)(p))
#define DBG_UNREFERENCED_LOCAL_VARIABLE(p) ((void)(p))

#ifdef __cplusplus
#define C_ASSERT(e) static_assert(e, #e)
#else
#define C_ASSERT(e) _Static_assert(e, #e)
#endif

#define Int32x32To64(a, b) ((LONGLONG)(LONG)(a) * (LONGLONG)(LONG)(b))
#define UInt32x32To64(a, b) ((ULONGLONG)(ULONG)(a) * (ULONGLONG)(ULONG)(b))

#define HandleToULong(h) ((ULONG)(ULONG_PTR)(h))
#define HandleToUlong(h) HandleToULong(h)
#define HandleToLong(h) ((LONG)(LONG_PTR)(h))
#define ULongToHandle(h) ((HANDLE)(ULONG_PTR)(ULONG)(h))
#define UlongToHandle(h) ULongToHandle(h)
#define LongToHandle(h) ((HANDLE)(LONG_PTR)(LONG)(h))
#define PtrToUlong(p) ((ULONG)(ULONG_PTR)(p))
#define PtrToULong(p) PtrToUlong(p)
#define PtrToLong(p) ((LONG)(LONG_PTR)(p))
#define PtrToInt(p) ((INT)(INT_PTR)(p))
#define UlongToPtr(u) ((PVOID)(ULONG_PTR)(ULONG)(u))
#define ULongToPtr(u) UlongToPtr(u)
#define LongToPtr(l) ((PVOID)(LONG_PTR)(LONG)(l))

#define LOWORD(l) ((WORD)((DWORD_PTR)(l) & 0xffff))
#define HIWORD(l) ((WORD)((DWORD_PTR)(l) >> 16 & 0xffff))
#define LOBYTE(w) ((BYTE)((DWORD_PTR)(w) & 0xff))
#define HIBYTE(w) ((BYTE)((DWORD_PTR)(w) >> 8 & 0xff))

#define FlagOn(f, s) ((f) & (s))
#define BooleanFlagOn(f, s) ((BOOLEAN)(((f) & (s)) != 0))
#define SetFlag(f, s) ((f) |= (s))
#define ClearFlag(f, s) ((f) &= ~(s))

/* "min" and "max" are macros of the Windows headers, in C. */
#ifndef NTIO_WDM_LAYER
#ifndef __cplusplus
#define min(a, b) ((a) < (b) ? (a) : (b))
#define max(a, b) ((a) > (b) ? (a) : (b))
#endif
#endif

#define DECLARE_HANDLE(name) \
	struct name##__ { int unused; }; typedef struct name##__ *name

#ifdef __cplusplus
template <class T> constexpr T *ntio_wdm_text(const T *s)
{
	return const_cast<T *>(s);
}
#else
#define ntio_wdm_text(s) ((PVOID)(s))
#endif
#define RTL_CONSTANT_STRING(s) \
	{ sizeof(s) - sizeof((s)[0]), sizeof(s), ntio_wdm_text(s) }
#define DECLARE_CONST_UNICODE_STRING(name, text)			\
	const WCHAR name##_buffer[] = text;				\
	const UNICODE_STRING name = {					\
		sizeof(text) - sizeof(WCHAR), sizeof(text),		\
		(PWCH)name##_buffer }
#define DECLARE_UNICODE_STRING_SIZE(name, size)				\
	WCHAR name##_buffer[size];					\
	UNICODE_STRING name = { 0, (size) * sizeof(WCHAR), name##_buffer }

#endif
