/* SPDX-License-Identifier: GPL-2.0 */
/* Requests. */

#define SL_PENDING_RETURNED 0x01
#define SL_ERROR_RETURNED 0x02
#define SL_INVOKE_ON_CANCEL 0x20
#define SL_INVOKE_ON_SUCCESS 0x40
#define SL_INVOKE_ON_ERROR 0x80

#define IRP_NOCACHE 0x00000001
#define IRP_PAGING_IO 0x00000002
#define IRP_SYNCHRONOUS_API 0x00000004
#define IRP_BUFFERED_IO 0x00000010
#define IRP_DEALLOCATE_BUFFER 0x00000020
#define IRP_INPUT_OPERATION 0x00000040

typedef struct _IO_SECURITY_CONTEXT {
	PVOID SecurityQos;
	PVOID AccessState;
	ACCESS_MASK DesiredAccess;
	ULONG FullCreateOptions;
} IO_SECURITY_CONTEXT, *PIO_SECURITY_CONTEXT;

typedef struct _IO_STACK_LOCATION {
	UCHAR MajorFunction;
	UCHAR MinorFunction;
	UCHAR Flags;
	UCHAR Control;
	union {
		struct {
			PIO_SECURITY_CONTEXT SecurityContext;
			ULONG Options;
			USHORT DECLSPEC_ALIGN(8) FileAttributes;
			USHORT ShareAccess;
			ULONG DECLSPEC_ALIGN(8) EaLength;
		} Create;
		struct {
			ULONG Length;
			ULONG DECLSPEC_ALIGN(8) Key;
			LARGE_INTEGER ByteOffset;
		} Read;
		struct {
			ULONG Length;
			ULONG DECLSPEC_ALIGN(8) Key;
			LARGE_INTEGER ByteOffset;
		} Write;
		struct {
			ULONG OutputBufferLength;
			ULONG DECLSPEC_ALIGN(8) InputBufferLength;
			ULONG DECLSPEC_ALIGN(8) IoControlCode;
			PVOID Type3InputBuffer;
		} DeviceIoControl;
		struct {
			PVOID AllocatedResources;
			PVOID AllocatedResourcesTranslated;
		} StartDevice;
		struct {
			PVOID Argument1;
			PVOID Argument2;
			PVOID Argument3;
			PVOID Argument4;
		} Others;
	} Parameters;
	PDEVICE_OBJECT DeviceObject;
	PFILE_OBJECT FileObject;
	PIO_COMPLETION_ROUTINE CompletionRoutine;
	PVOID Context;
} IO_STACK_LOCATION, *PIO_STACK_LOCATION;

typedef struct _IRP {
	CSHORT Type;
	USHORT Size;
	PMDL MdlAddress;
	ULONG Flags;
	union {
		struct _IRP *MasterIrp;
		LONG IrpCount;
		PVOID SystemBuffer;
	} AssociatedIrp;
	LIST_ENTRY ThreadListEntry;
	IO_STATUS_BLOCK IoStatus;
	KPROCESSOR_MODE RequestorMode;
	BOOLEAN PendingReturned;
	CHAR StackCount;
	CHAR CurrentLocation;
	BOOLEAN Cancel;
	KIRQL CancelIrql;
	CCHAR ApcEnvironment;
	UCHAR AllocationFlags;
	PIO_STATUS_BLOCK UserIosb;
	PKEVENT UserEvent;
	union {
		struct {
			PVOID UserApcRoutine;
			PVOID UserApcContext;
		} AsynchronousParameters;
		LARGE_INTEGER AllocationSize;
	} Overlay;
	PDRIVER_CANCEL CancelRoutine;
	PVOID UserBuffer;
	union {
		struct {
			PVOID DriverContext[4];
			PETHREAD Thread;
			PCHAR AuxiliaryBuffer;
			LIST_ENTRY ListEntry;
			union {
				PIO_STACK_LOCATION CurrentStackLocation;
				ULONG PacketType;
			};
			PFILE_OBJECT OriginalFileObject;
		} Overlay;
		PVOID CompletionKey;
	} Tail;
} IRP, *PIRP;

__forceinline PIO_STACK_LOCATION IoGetCurrentIrpStackLocation(PIRP Irp)
{
	return Irp->Tail.Overlay.CurrentStackLocation;
}

__forceinline PIO_STACK_LOCATION IoGetNextIrpStackLocation(PIRP Irp)
{
	return Irp->Tail.Overlay.CurrentStackLocation - 1;
}

__forceinline void IoSetNextIrpStackLocation(PIRP Irp)
{
	Irp->CurrentLocation--;
	Irp->Tail.Overlay.CurrentStackLocation--;
}

__forceinline void IoSkipCurrentIrpStackLocation(PIRP Irp)
{
	Irp->CurrentLocation++;
	Irp->Tail.Overlay.CurrentStackLocation++;
}

void IoCopyCurrentIrpStackLocationToNext(PIRP irp);
void IoMarkIrpPending(PIRP irp);
void IoCompleteRequest(PIRP irp, CCHAR boost);
#define IofCompleteRequest IoCompleteRequest
NTSTATUS IoCallDriver(PDEVICE_OBJECT device, PIRP irp);
#define IofCallDriver IoCallDriver
#define PoCallDriver IoCallDriver
#define PoStartNextPowerIrp(irp) ((void)(irp))
void IoSetCompletionRoutine(PIRP irp, PIO_COMPLETION_ROUTINE routine,
			    PVOID context, BOOLEAN on_success,
			    BOOLEAN on_error, BOOLEAN on_cancel);
NTSTATUS IoSetCompletionRoutineEx(PDEVICE_OBJECT device, PIRP irp,
				  PIO_COMPLETION_ROUTINE routine,
				  PVOID context, BOOLEAN on_success,
				  BOOLEAN on_error, BOOLEAN on_cancel);
BOOLEAN IoForwardIrpSynchronously(PDEVICE_OBJECT device, PIRP irp);
PDRIVER_CANCEL IoSetCancelRoutine(PIRP irp, PDRIVER_CANCEL routine);
BOOLEAN IoCancelIrp(PIRP irp);
void IoAcquireCancelSpinLock(PKIRQL irql);
void IoReleaseCancelSpinLock(KIRQL irql);

PIRP IoAllocateIrp(CCHAR stack_size, BOOLEAN charge_quota);
void IoFreeIrp(PIRP irp);
void IoReuseIrp(PIRP irp, NTSTATUS status);
PIRP IoBuildDeviceIoControlRequest(ULONG code, PDEVICE_OBJECT device,
				   PVOID in, ULONG in_length, PVOID out,
				   ULONG out_length, BOOLEAN internal,
				   PKEVENT event, PIO_STATUS_BLOCK iosb);
PIRP IoBuildSynchronousFsdRequest(ULONG major, PDEVICE_OBJECT device,
				  PVOID buffer, ULONG length,
				  PLARGE_INTEGER offset, PKEVENT event,
				  PIO_STATUS_BLOCK iosb);
PIRP IoBuildAsynchronousFsdRequest(ULONG major, PDEVICE_OBJECT device,
				   PVOID buffer, ULONG length,
				   PLARGE_INTEGER offset,
				   PIO_STATUS_BLOCK iosb);
BOOLEAN IoIs32bitProcess(PIRP irp);
PEPROCESS IoGetRequestorProcess(PIRP irp);
ULONG IoGetRequestorProcessId(PIRP irp);

PMDL IoAllocateMdl(PVOID address, ULONG length, BOOLEAN secondary,
		   BOOLEAN charge_quota, PIRP irp);
void IoFreeMdl(PMDL mdl);
void IoBuildPartialMdl(PMDL source, PMDL target, PVOID address, ULONG length);

/* --- cancel-safe queues --------------------------------------------------- */

struct _IO_CSQ;

typedef void IO_CSQ_INSERT_IRP(struct _IO_CSQ *Csq, PIRP Irp);
typedef IO_CSQ_INSERT_IRP *PIO_CSQ_INSERT_IRP;
typedef NTSTATUS IO_CSQ_INSERT_IRP_EX(struct _IO_CSQ *Csq, PIRP Irp,
				      PVOID InsertContext);
typedef IO_CSQ_INSERT_IRP_EX *PIO_CSQ_INSERT_IRP_EX;
typedef void IO_CSQ_REMOVE_IRP(struct _IO_CSQ *Csq, PIRP Irp);
typedef IO_CSQ_REMOVE_IRP *PIO_CSQ_REMOVE_IRP;
typedef PIRP IO_CSQ_PEEK_NEXT_IRP(struct _IO_CSQ *Csq, PIRP Irp,
				  PVOID PeekContext);
typedef IO_CSQ_PEEK_NEXT_IRP *PIO_CSQ_PEEK_NEXT_IRP;
typedef void IO_CSQ_ACQUIRE_LOCK(struct _IO_CSQ *Csq, PKIRQL Irql);
typedef IO_CSQ_ACQUIRE_LOCK *PIO_CSQ_ACQUIRE_LOCK;
typedef void IO_CSQ_RELEASE_LOCK(struct _IO_CSQ *Csq, KIRQL Irql);
typedef IO_CSQ_RELEASE_LOCK *PIO_CSQ_RELEASE_LOCK;
typedef void IO_CSQ_COMPLETE_CANCELED_IRP(struct _IO_CSQ *Csq, PIRP Irp);
typedef IO_CSQ_COMPLETE_CANCELED_IRP *PIO_CSQ_COMPLETE_CANCELED_IRP;

typedef struct _IO_CSQ {
	ULONG Type;
	PIO_CSQ_INSERT_IRP CsqInsertIrp;
	PIO_CSQ_INSERT_IRP_EX CsqInsertIrpEx;
	PIO_CSQ_REMOVE_IRP CsqRemoveIrp;
	PIO_CSQ_PEEK_NEXT_IRP CsqPeekNextIrp;
	PIO_CSQ_ACQUIRE_LOCK CsqAcquireLock;
	PIO_CSQ_RELEASE_LOCK CsqReleaseLock;
	PIO_CSQ_COMPLETE_CANCELED_IRP CsqCompleteCanceledIrp;
} IO_CSQ, *PIO_CSQ;

typedef struct _IO_CSQ_IRP_CONTEXT {
	ULONG Type;
	PIRP Irp;
	PIO_CSQ Csq;
} IO_CSQ_IRP_CONTEXT, *PIO_CSQ_IRP_CONTEXT;

NTSTATUS IoCsqInitialize(PIO_CSQ csq, PIO_CSQ_INSERT_IRP insert,
			 PIO_CSQ_REMOVE_IRP remove,
			 PIO_CSQ_PEEK_NEXT_IRP peek,
			 PIO_CSQ_ACQUIRE_LOCK acquire,
			 PIO_CSQ_RELEASE_LOCK release,
			 PIO_CSQ_COMPLETE_CANCELED_IRP complete);
NTSTATUS IoCsqInitializeEx(PIO_CSQ csq, PIO_CSQ_INSERT_IRP_EX insert,
			   PIO_CSQ_REMOVE_IRP remove,
			   PIO_CSQ_PEEK_NEXT_IRP peek,
			   PIO_CSQ_ACQUIRE_LOCK acquire,
			   PIO_CSQ_RELEASE_LOCK release,
			   PIO_CSQ_COMPLETE_CANCELED_IRP complete);
void IoCsqInsertIrp(PIO_CSQ csq, PIRP irp, PIO_CSQ_IRP_CONTEXT context);
NTSTATUS IoCsqInsertIrpEx(PIO_CSQ csq, PIRP irp, PIO_CSQ_IRP_CONTEXT context,
			  PVOID insert_context);
PIRP IoCsqRemoveNextIrp(PIO_CSQ csq, PVOID peek_context);
PIRP IoCsqRemoveIrp(PIO_CSQ csq, PIO_CSQ_IRP_CONTEXT context);
