/* SPDX-License-Identifier: GPL-2.0 */
/* Handles and references to objects. */

typedef struct _OBJECT_TYPE *POBJECT_TYPE;
typedef struct _OBJECT_HANDLE_INFORMATION {
	ULONG HandleAttributes;
	ACCESS_MASK GrantedAccess;
} OBJECT_HANDLE_INFORMATION, *POBJECT_HANDLE_INFORMATION;

extern POBJECT_TYPE *ExEventObjectType;
extern POBJECT_TYPE *PsThreadType;
extern POBJECT_TYPE *IoFileObjectType;

NTSTATUS ObReferenceObjectByHandle(HANDLE handle, ACCESS_MASK access,
				   POBJECT_TYPE type, KPROCESSOR_MODE mode,
				   PVOID *object,
				   POBJECT_HANDLE_INFORMATION information);
void ObDereferenceObject(PVOID object);
void ObReferenceObject(PVOID object);
#define ObfReferenceObject ObReferenceObject
#define ObfDereferenceObject ObDereferenceObject
#define ObReferenceObjectWithTag(object, tag) ObReferenceObject(object)
#define ObDereferenceObjectWithTag(object, tag) ObDereferenceObject(object)
#define ObDereferenceObjectDeferDelete(object) ObDereferenceObject(object)

NTSTATUS ZwClose(HANDLE handle);
#define NtCurrentProcess() ((HANDLE)(LONG_PTR)-1)
#define ZwCurrentProcess() NtCurrentProcess()
#define NtCurrentThread() ((HANDLE)(LONG_PTR)-2)
#define ZwCurrentThread() NtCurrentThread()
