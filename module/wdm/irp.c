// SPDX-License-Identifier: GPL-2.0
/*
 * The IRP of a request: what a driver for Windows sees of it. It lies in the
 * bytes that ntio has for the layer in each request, and goes with them.
 */
#include <linux/compat.h>

#include "layer.h"

void wdm_irp_free_locations(struct wdm_irp *wirp)
{
	kfree(wirp->locations);
	wirp->locations = NULL;
}

static noinline void wdm_irp_set_mdl(struct wdm_irp *wirp,
				     struct ntio_mdl *mdl)
{
	wdm_mdl_of_request(&wirp->mdl, mdl);
	wirp->irp.MdlAddress = &wirp->mdl;
	wirp->owes = true;
}

/*
 * What an earlier request of the file left in it is set anew, in the order of the
 * fields: the compiler stores several at once. What nothing sets is as kzalloc()
 * had it, and what is given back at the end of a request is NULL after. Nothing is
 * said of the entries of lists.
 */
static __always_inline PIO_STACK_LOCATION
wdm_irp_init(struct ntio_request *rq, struct wdm_file *file,
	     PIO_STACK_LOCATION sp, int count, u8 major)
{
	struct wdm_irp *wirp = ntio_layer_bytes(rq);
	PIRP irp = &wirp->irp;

	if (major == IRP_MJ_CREATE || major == IRP_MJ_CLOSE)
		wirp->owes = true;
	wirp->rq = rq;
	wirp->armed = false;
	atomic_set(&wirp->completed, 0);
	irp->Type = IO_TYPE_IRP;
	irp->Size = sizeof(*irp) + count * sizeof(*sp);
	irp->MdlAddress = NULL;
	irp->Flags = 0;
	irp->AssociatedIrp.SystemBuffer = rq->system_buffer;
	irp->IoStatus = (IO_STATUS_BLOCK) { };
	irp->RequestorMode = UserMode;
	irp->PendingReturned = FALSE;
	irp->StackCount = count;
	irp->CurrentLocation = count;
	irp->Cancel = FALSE;
	irp->CancelIrql = PASSIVE_LEVEL;
	irp->ApcEnvironment = 0;
	irp->AllocationFlags = 0;
	irp->CancelRoutine = NULL;
	irp->UserBuffer = NULL;
	irp->Tail.Overlay.DriverContext[0] = NULL;
	irp->Tail.Overlay.DriverContext[1] = NULL;
	irp->Tail.Overlay.DriverContext[2] = NULL;
	irp->Tail.Overlay.DriverContext[3] = NULL;
	irp->Tail.Overlay.Thread = (PETHREAD)current;
	irp->Tail.Overlay.CurrentStackLocation = sp;
	irp->Tail.Overlay.OriginalFileObject = &file->obj;
	sp->MajorFunction = major;
	sp->MinorFunction = 0;
	sp->Flags = 0;
	sp->Control = 0;
	sp->Parameters.Others.Argument1 = NULL;
	sp->Parameters.Others.Argument2 = NULL;
	sp->Parameters.Others.Argument3 = NULL;
	sp->Parameters.Others.Argument4 = NULL;
	sp->DeviceObject = &file->top->obj;
	sp->FileObject = &file->obj;
	sp->CompletionRoutine = NULL;
	sp->Context = NULL;
	if (rq->mdl)
		wdm_irp_set_mdl(wirp, rq->mdl);
	return sp;
}

/* Several devices are below each other. */
static noinline PIO_STACK_LOCATION wdm_irp_init_high(struct ntio_request *rq,
						     struct wdm_file *file,
						     u8 major)
{
	struct wdm_irp *wirp = ntio_layer_bytes(rq);
	PIO_STACK_LOCATION at = wirp->own, sp;
	int count = file->top->obj.StackSize;

	if (count > WDM_LOCATIONS)
		at = kmalloc_array(count, sizeof(*at),
				   wdm_gfp_for(major) | __GFP_ACCOUNT);
	if (!at)
		return NULL;
	memset(at, 0, (count - 1) * sizeof(*at));
	sp = wdm_irp_init(rq, file, at + count - 1, count, major);
	if (at != wirp->own) {
		wirp->locations = at;
		wirp->owes = true;
	}
	return sp;
}

static __always_inline PIO_STACK_LOCATION
wdm_irp_begin_inline(struct ntio_request *rq, struct wdm_file *file, u8 major)
{
	struct wdm_irp *wirp = ntio_layer_bytes(rq);

	if (likely(file->top->obj.StackSize == 1))
		return wdm_irp_init(rq, file, wirp->own, 1, major);
	return wdm_irp_init_high(rq, file, major);
}

/**
 * wdm_irp_begin() - the IRP of a request that the caller sent
 * @rq: the request
 * @file: its file
 * @major: what it asks for, IRP_MJ_...
 *
 * Return: the location of the driver at the top; NULL: no memory.
 */
PIO_STACK_LOCATION wdm_irp_begin(struct ntio_request *rq, struct wdm_file *file,
				 u8 major)
{
	return wdm_irp_begin_inline(rq, file, major);
}

/* The driver at the top has it from now on. */
ntstatus_t wdm_irp_run(struct ntio_request *rq,
		       const struct ntio_caller *caller)
{
	struct wdm_irp *wirp = ntio_layer_bytes(rq);
	PIO_STACK_LOCATION sp = IoGetCurrentIrpStackLocation(&wirp->irp);

	wirp->compat = caller ? caller->compat : in_compat_syscall();
	return to_ntio_status(wdm_call_dispatch(sp->DeviceObject, wirp,
						sp->MajorFunction, caller,
						PASSIVE_LEVEL));
}

/* Neither buffered nor direct: both buffers are locked, and mapped. */
static noinline NTSTATUS wdm_control_aliases(const struct ntio_caller *caller,
					     struct wdm_irp *wirp,
					     PIO_STACK_LOCATION sp)
{
	NTSTATUS status;

	status = wdm_alias_in(caller, wirp, caller->in, caller->in_len,
			      &sp->Parameters.DeviceIoControl.Type3InputBuffer);
	if (!NT_SUCCESS(status))
		return status;
	return wdm_alias_out(caller, wirp, caller->out, caller->out_len,
			     &wirp->irp.UserBuffer);
}

ntstatus_t wdm_control(const struct ntio_caller *caller,
		       struct ntio_request *rq)
{
	PIO_STACK_LOCATION sp = wdm_irp_begin_inline(rq, rq->file->context,
						     IRP_MJ_DEVICE_CONTROL);
	struct wdm_irp *wirp = ntio_layer_bytes(rq);
	NTSTATUS status;

	if (unlikely(!sp))
		return ntio_complete(rq, STATUS_INSUFFICIENT_RESOURCES, 0);
	sp->Parameters.DeviceIoControl.IoControlCode = rq->code;
	sp->Parameters.DeviceIoControl.InputBufferLength = rq->in_len;
	sp->Parameters.DeviceIoControl.OutputBufferLength = rq->out_len;
	if (METHOD_FROM_CTL_CODE(rq->code) == METHOD_NEITHER) {
		status = wdm_control_aliases(caller, wirp, sp);
		if (!NT_SUCCESS(status))
			return ntio_refuse(rq, to_ntio_status(status),
					   NTIO_REASON_FAULT);
	}
	wirp->compat = caller->compat;
	return to_ntio_status(wdm_call_dispatch(sp->DeviceObject, wirp,
						IRP_MJ_DEVICE_CONTROL, caller,
						PASSIVE_LEVEL));
}

static PIO_STACK_LOCATION wdm_rw_begin(struct ntio_request *rq)
{
	PIO_STACK_LOCATION sp = wdm_irp_begin(rq, rq->file->context, rq->major);

	if (!sp)
		return NULL;
	sp->Parameters.Read.Length = rq->length;
	sp->Parameters.Read.ByteOffset.QuadPart = rq->offset;
	return sp;
}

ntstatus_t wdm_read_write(struct ntio_request *rq)
{
	if (!wdm_rw_begin(rq))
		return ntio_complete(rq, STATUS_INSUFFICIENT_RESOURCES, 0);
	return wdm_irp_run(rq, NULL);
}

ntstatus_t wdm_read_write_in_caller(const struct ntio_caller *caller,
				    struct ntio_request *rq)
{
	struct wdm_irp *wirp = ntio_layer_bytes(rq);
	NTSTATUS status;

	if (!wdm_rw_begin(rq))
		return ntio_complete(rq, STATUS_INSUFFICIENT_RESOURCES, 0);
	if (rq->major == NTIO_MAJOR_READ)
		status = wdm_alias_out(caller, wirp, caller->out, rq->length,
				       &wirp->irp.UserBuffer);
	else
		status = wdm_alias_in(caller, wirp, caller->in, rq->length,
				      &wirp->irp.UserBuffer);
	if (!NT_SUCCESS(status))
		return ntio_refuse(rq, to_ntio_status(status),
				   NTIO_REASON_FAULT);
	return wdm_irp_run(rq, caller);
}

/* What a driver has not set: IRP_MJ_... that it does not serve. */
NTSTATUS wdm_invalid_request(PDEVICE_OBJECT device, PIRP irp)
{
	irp->IoStatus.Status = NT(INVALID_DEVICE_REQUEST);
	irp->IoStatus.Information = 0;
	IoCompleteRequest(irp, IO_NO_INCREMENT);
	return NT(INVALID_DEVICE_REQUEST);
}

BOOLEAN IoIs32bitProcess(PIRP irp)
{
	return irp ? to_wdm_irp(irp)->compat : in_compat_syscall();
}
EXPORT_SYMBOL_GPL(IoIs32bitProcess);

PEPROCESS IoGetRequestorProcess(PIRP irp)
{
	return PsGetCurrentProcess();
}
EXPORT_SYMBOL_GPL(IoGetRequestorProcess);

ULONG IoGetRequestorProcessId(PIRP irp)
{
	return HandleToULong(PsGetCurrentProcessId());
}
EXPORT_SYMBOL_GPL(IoGetRequestorProcessId);
