/* SPDX-License-Identifier: GPL-2.0 */
/* Types, as wide as on 64-bit Windows: LONG and DWORD have 32 bits. */
#ifndef NTIO_WIN32_WINDEF_H
#define NTIO_WIN32_WINDEF_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <sal.h>

#ifdef __cplusplus
extern "C" {
#endif

#define WINAPI
#define APIENTRY
#define CALLBACK
#define NTAPI
#define WINAPIV
#define PASCAL
#define __cdecl
#define _cdecl
#define __stdcall
#define _stdcall
#define __fastcall
#define _CRTAPI1
#define CONST const
#define VOID void
#define IN
#define OUT
#define OPTIONAL
#define FAR
#define NEAR
#define _inline inline
#define __forceinline static inline __attribute__((always_inline))
#define FORCEINLINE __forceinline
#define DECLSPEC_NORETURN __attribute__((noreturn))
#define DECLSPEC_ALIGN(n) __attribute__((aligned(n)))
#define DECLSPEC_IMPORT
#define __declspec(attributes)
#define UNALIGNED
#define __unaligned
#define EXTERN_C_START
#define EXTERN_C_END
#ifdef __cplusplus
#define EXTERN_C extern "C"
#else
#define EXTERN_C extern
#endif

#ifndef TRUE
#define TRUE 1
#endif
#ifndef FALSE
#define FALSE 0
#endif

typedef int BOOL, *PBOOL, *LPBOOL;
typedef unsigned char BYTE, *PBYTE, *LPBYTE;
typedef unsigned char UCHAR, *PUCHAR;
typedef unsigned char BOOLEAN, *PBOOLEAN;
typedef char CHAR, *PCHAR;
typedef signed char INT8, *PINT8;
typedef uint8_t UINT8, *PUINT8;
typedef int16_t SHORT, *PSHORT, INT16, *PINT16;
typedef uint16_t USHORT, *PUSHORT, WORD, *PWORD, *LPWORD, UINT16, *PUINT16;
typedef int32_t INT, *PINT, *LPINT, LONG, *PLONG, *LPLONG;
typedef int32_t INT32, *PINT32, LONG32, *PLONG32;
typedef uint32_t UINT, *PUINT, ULONG, *PULONG, DWORD, *PDWORD, *LPDWORD;
typedef uint32_t UINT32, *PUINT32, ULONG32, *PULONG32, DWORD32, *PDWORD32;
typedef long long LONGLONG, *PLONGLONG, LONG64, *PLONG64, INT64, *PINT64;
typedef unsigned long long ULONGLONG, *PULONGLONG, ULONG64, *PULONG64;
typedef unsigned long long UINT64, *PUINT64, DWORD64, *PDWORD64, DWORDLONG;
#define __int64 long long
#define __int32 int
#define __int16 short
#define __int8 char
typedef float FLOAT;
typedef intptr_t INT_PTR, *PINT_PTR, LONG_PTR, *PLONG_PTR, SSIZE_T, *PSSIZE_T;
typedef uintptr_t UINT_PTR, *PUINT_PTR, ULONG_PTR, *PULONG_PTR;
typedef uintptr_t DWORD_PTR, *PDWORD_PTR, KAFFINITY;
typedef size_t SIZE_T, *PSIZE_T;
typedef int errno_t;
#ifndef RSIZE_MAX
typedef size_t rsize_t;
#endif

/* With -fshort-wchar a wide string of the program is one of Windows. */
#if __SIZEOF_WCHAR_T__ == 2
typedef wchar_t WCHAR;
#else
typedef uint16_t WCHAR;
#ifdef UNICODE
#error "UNICODE needs wide characters of 16 bits: compile with -fshort-wchar"
#endif
#endif
typedef WCHAR *PWCHAR, *LPWCH, *PWCH, *LPWSTR, *PWSTR, *NWPSTR;
typedef const WCHAR *LPCWCH, *PCWCH, *LPCWSTR, *PCWSTR;
typedef char *LPCH, *PCH, *LPSTR, *PSTR, *NPSTR, *PSZ;
typedef const char *LPCCH, *PCCH, *LPCSTR, *PCSTR;
#ifdef UNICODE
typedef WCHAR TCHAR, *PTCHAR, TBYTE, *PTBYTE;
typedef LPWSTR LPTSTR, PTSTR;
typedef LPCWSTR LPCTSTR, PCTSTR;
#define __TEXT(text) L##text
#else
typedef char TCHAR, *PTCHAR;
typedef unsigned char TBYTE, *PTBYTE;
typedef LPSTR LPTSTR, PTSTR;
typedef LPCSTR LPCTSTR, PCTSTR;
#define __TEXT(text) text
#endif
#define TEXT(text) __TEXT(text)

typedef void *PVOID, *LPVOID, *PVOID64;
typedef const void *LPCVOID, *PCVOID;

/**
 * typedef HANDLE - an object of Windows
 *
 * A multiple of 4 and never 0, as on Windows. The descriptor behind it is that
 * of ntio_fd_from_handle() in <ntio/uapi/ntio_handle.h>.
 */
typedef void *HANDLE, **PHANDLE, **LPHANDLE;
typedef HANDLE HLOCAL, HGLOBAL, HWND, HKEY, HINSTANCE, HMODULE;
typedef LONG NTSTATUS, *PNTSTATUS;
typedef LONG HRESULT;
typedef INT_PTR (WINAPI *FARPROC)(void);

typedef union _LARGE_INTEGER {
	__extension__ struct {
		DWORD LowPart;
		LONG HighPart;
	};
	struct {
		DWORD LowPart;
		LONG HighPart;
	} u;
	LONGLONG QuadPart;
} LARGE_INTEGER, *PLARGE_INTEGER;

typedef union _ULARGE_INTEGER {
	__extension__ struct {
		DWORD LowPart;
		DWORD HighPart;
	};
	struct {
		DWORD LowPart;
		DWORD HighPart;
	} u;
	ULONGLONG QuadPart;
} ULARGE_INTEGER, *PULARGE_INTEGER;

typedef struct _LIST_ENTRY {
	struct _LIST_ENTRY *Flink;
	struct _LIST_ENTRY *Blink;
} LIST_ENTRY, *PLIST_ENTRY;

#define MAX_PATH 260
#define ANYSIZE_ARRAY 1
#define MAXULONG 0xffffffffu
#define MAXDWORD 0xffffffffu
#define MAXUSHORT 0xffffu
#define MAXLONG 0x7fffffff
#define MINLONG (-0x7fffffff - 1)

#define UNREFERENCED_PARAMETER(parameter) ((void)(parameter))
#define DBG_UNREFERENCED_PARAMETER(parameter) ((void)(parameter))
#define DBG_UNREFERENCED_LOCAL_VARIABLE(variable) ((void)(variable))
#ifndef __cplusplus
#ifndef max
#define max(a, b) ((a) > (b) ? (a) : (b))
#endif
#ifndef min
#define min(a, b) ((a) < (b) ? (a) : (b))
#endif
#endif
#define ARRAYSIZE(array) (sizeof(array) / sizeof((array)[0]))
#define RTL_NUMBER_OF(array) ARRAYSIZE(array)
#define _countof(array) ARRAYSIZE(array)
#define FIELD_OFFSET(type, field) ((LONG)offsetof(type, field))
#define RTL_FIELD_SIZE(type, field) (sizeof(((type *)0)->field))
#define CONTAINING_RECORD(address, type, field) \
	((type *)((char *)(address) - offsetof(type, field)))
#define LOBYTE(word) ((BYTE)((DWORD_PTR)(word) & 0xff))
#define HIBYTE(word) ((BYTE)(((DWORD_PTR)(word) >> 8) & 0xff))
#define LOWORD(value) ((WORD)((DWORD_PTR)(value) & 0xffff))
#define HIWORD(value) ((WORD)(((DWORD_PTR)(value) >> 16) & 0xffff))
#define MAKEWORD(low, high) ((WORD)((BYTE)(low) | ((WORD)(BYTE)(high)) << 8))
#define MAKELONG(low, high) ((LONG)((WORD)(low) | ((DWORD)(WORD)(high)) << 16))
#define C_ASSERT(expr) _Static_assert(expr, #expr)
#define UlongToPtr(value) ((void *)(ULONG_PTR)(ULONG)(value))
#define ULongToPtr(value) UlongToPtr(value)
#define LongToPtr(value) ((void *)(LONG_PTR)(LONG)(value))
#define PtrToUlong(pointer) ((ULONG)(ULONG_PTR)(pointer))
#define PtrToLong(pointer) ((LONG)(LONG_PTR)(pointer))
#define HandleToULong(handle) ((ULONG)(ULONG_PTR)(handle))
#define HandleToUlong(handle) HandleToULong(handle)
#define ULongToHandle(value) ((HANDLE)(ULONG_PTR)(ULONG)(value))
#define Add2Ptr(pointer, bytes) ((void *)((char *)(pointer) + (bytes)))

#ifdef __cplusplus
}
#endif

#endif
