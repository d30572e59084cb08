/* SPDX-License-Identifier: GPL-2.0 */
/* The native calls: NTSTATUS and the I/O status block, as they are. */
#ifndef NTIO_WIN32_WINTERNL_H
#define NTIO_WIN32_WINTERNL_H

#include <windows.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct _IO_STATUS_BLOCK {
	__extension__ union {
		NTSTATUS Status;
		PVOID Pointer;
	};
	ULONG_PTR Information;
} IO_STATUS_BLOCK, *PIO_STATUS_BLOCK;

typedef VOID (NTAPI *PIO_APC_ROUTINE)(PVOID context, PIO_STATUS_BLOCK iosb,
				      ULONG reserved);

NTSTATUS NtDeviceIoControlFile(HANDLE file, HANDLE event,
			       PIO_APC_ROUTINE routine, PVOID context,
			       PIO_STATUS_BLOCK iosb, ULONG code, PVOID in,
			       ULONG in_len, PVOID out, ULONG out_len);
NTSTATUS NtReadFile(HANDLE file, HANDLE event, PIO_APC_ROUTINE routine,
		    PVOID context, PIO_STATUS_BLOCK iosb, PVOID buffer,
		    ULONG len, PLARGE_INTEGER offset, PULONG key);
NTSTATUS NtWriteFile(HANDLE file, HANDLE event, PIO_APC_ROUTINE routine,
		     PVOID context, PIO_STATUS_BLOCK iosb, PVOID buffer,
		     ULONG len, PLARGE_INTEGER offset, PULONG key);
NTSTATUS NtCancelIoFile(HANDLE file, PIO_STATUS_BLOCK iosb);
NTSTATUS NtCancelIoFileEx(HANDLE file, PIO_STATUS_BLOCK which,
			  PIO_STATUS_BLOCK iosb);
NTSTATUS NtRemoveIoCompletion(HANDLE port, PVOID *key, PVOID *context,
			      PIO_STATUS_BLOCK iosb, PLARGE_INTEGER timeout);
NTSTATUS NtSetIoCompletion(HANDLE port, PVOID key, PVOID context,
			   NTSTATUS status, ULONG_PTR information);
NTSTATUS NtClose(HANDLE handle);
ULONG RtlNtStatusToDosError(NTSTATUS status);

#ifdef __cplusplus
}
#endif

#endif
