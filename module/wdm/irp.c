// SPDX-License-Identifier: GPL-2.0
/*
 * The IRP of a request: what a driver for Windows sees of it. It lies in the
 * bytes that ntio has for the layer in each request, and goes with them.
 */
#include "layer.h"

#define IO_TYPE_IRP 6

const struct ntio_layer wdm_layer = {
	.size = sizeof(struct wdm_irp),
	.release = wdm_irp_release,
};

/* The current location is the one behind the last: nobody's. */
void wdm_irp_set_locations(struct wdm_irp *wirp, IO_STACK_LOCATION *at,
			   int count)
{
	PIRP irp = &wirp->irp;

	irp->Type = IO_TYPE_IRP;
	irp->Size = sizeof(*irp) + count * sizeof(*at);
	irp->StackCount = count;
	irp->CurrentLocation = count + 1;
	irp->Tail.Overlay.CurrentStackLocation = at + count;
}

/**
 * wdm_irp_begin() - the IRP of a request that the caller sent
 * @rq: the request
 * @file: its file
 *
 * Return: the location of the driver at the top; NULL: no memory.
 */
PIO_STACK_LOCATION wdm_irp_begin(struct ntio_request *rq, struct wdm_file *file)
{
	struct wdm_irp *wirp = ntio_layer_bytes(rq);
	PIRP irp = &wirp->irp;
	IO_STACK_LOCATION *at = wirp->own;
	int count = file->top->obj.StackSize;
	PIO_STACK_LOCATION sp;

	if (unlikely(count > WDM_LOCATIONS)) {
		at = kcalloc(count, sizeof(*at), GFP_KERNEL_ACCOUNT);
		if (!at)
			return NULL;
		wirp->locations = at;
	}
	wirp->rq = rq;
	wdm_irp_set_locations(wirp, at, count);
	irp->RequestorMode = UserMode;
	irp->AssociatedIrp.SystemBuffer = rq->system_buffer;
	irp->Tail.Overlay.Thread = (PETHREAD)current;
	irp->Tail.Overlay.OriginalFileObject = &file->obj;
	if (rq->mdl) {
		wdm_mdl_of_request(&wirp->mdl, rq->mdl);
		irp->MdlAddress = &wirp->mdl;
	}
	irp->CurrentLocation--;
	sp = --irp->Tail.Overlay.CurrentStackLocation;
	sp->DeviceObject = &file->top->obj;
	sp->FileObject = &file->obj;
	return sp;
}

/* The driver at the top has it from now on. */
ntstatus_t wdm_irp_run(struct ntio_request *rq,
		       const struct ntio_caller *caller)
{
	struct wdm_irp *wirp = ntio_layer_bytes(rq);
	PIO_STACK_LOCATION sp = IoGetCurrentIrpStackLocation(&wirp->irp);
	PDEVICE_OBJECT device = sp->DeviceObject;
	PDRIVER_DISPATCH dispatch;

	dispatch = device->DriverObject->MajorFunction[sp->MajorFunction];
	return to_ntio_status(wdm_call_dispatch(dispatch, device, wirp,
						caller));
}

/* Neither buffered nor direct: both buffers are locked, and mapped. */
static NTSTATUS wdm_control_aliases(const struct ntio_caller *caller,
				    struct ntio_request *rq,
				    PIO_STACK_LOCATION sp)
{
	struct wdm_irp *wirp = ntio_layer_bytes(rq);
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
	PIO_STACK_LOCATION sp = wdm_irp_begin(rq, rq->file->context);
	NTSTATUS status;

	if (!sp)
		return ntio_complete(rq, STATUS_INSUFFICIENT_RESOURCES, 0);
	sp->MajorFunction = IRP_MJ_DEVICE_CONTROL;
	sp->Parameters.DeviceIoControl.IoControlCode = rq->code;
	sp->Parameters.DeviceIoControl.InputBufferLength = rq->in_len;
	sp->Parameters.DeviceIoControl.OutputBufferLength = rq->out_len;
	if (METHOD_FROM_CTL_CODE(rq->code) == METHOD_NEITHER) {
		status = wdm_control_aliases(caller, rq, sp);
		if (!NT_SUCCESS(status))
			return ntio_refuse(rq, to_ntio_status(status),
					   NTIO_REASON_FAULT);
	}
	return wdm_irp_run(rq, caller);
}

static PIO_STACK_LOCATION wdm_rw_begin(struct ntio_request *rq)
{
	PIO_STACK_LOCATION sp = wdm_irp_begin(rq, rq->file->context);

	if (!sp)
		return NULL;
	sp->MajorFunction = rq->major;
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

/* The request has ended, or was never begun. */
void wdm_irp_release(struct ntio_request *rq, void *bytes)
{
	struct wdm_irp *wirp = bytes;

	if (!wirp->rq)
		return;
	wdm_table_remove(wirp);
	if (wirp->irp.MdlAddress)
		wdm_mdls_end(wirp);
	if (wirp->aliases)
		wdm_aliases_free(wirp);
	kfree(wirp->locations);
	if (rq->major == NTIO_MAJOR_CREATE || rq->major == NTIO_MAJOR_CLOSE)
		wdm_file_request_end(rq);
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
	struct wdm_entry *entry = wdm_entry();

	return entry && entry->caller && entry->caller->compat;
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
