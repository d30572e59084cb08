// SPDX-License-Identifier: GPL-2.0
/*
 * The way of an IRP down through drivers.
 *
 * Windows' drivers write the locations of an IRP themselves, and may send it to
 * any device, also of another stack; so the way from driver to driver is the
 * layer's, and ntio sees one driver, which has the request until completion has
 * reached the top.
 */
#include "layer.h"

/* Nobody handled it: the request ends with the code of the exception. */
static NTSTATUS wdm_dispatch_raised(struct wdm_entry *entry)
{
	NTSTATUS code = NT_ERROR(entry->code) ? entry->code :
						NT(UNSUCCESSFUL);

	/* Freed: a driver above had made it, and its routine has got it. */
	if (entry->passed || !entry->irp)
		return entry->marked ? NT(PENDING) : code;
	if (!atomic_read(&entry->irp->completed)) {
		entry->irp->irp.IoStatus.Status = code;
		entry->irp->irp.IoStatus.Information = 0;
		IoCompleteRequest(&entry->irp->irp, IO_NO_INCREMENT);
	}
	return entry->marked ? NT(PENDING) : code;
}

/*
 * What begins and ends each request costs what its author's driver would not. The
 * jump buffer makes the compiler guard the stack, though nothing but it writes
 * there.
 */
noinline __attribute__((__no_stack_protector__))
NTSTATUS wdm_call_dispatch(PDEVICE_OBJECT device, struct wdm_irp *wirp,
			   u8 major, const struct ntio_caller *caller, u8 irql)
{
	WDM_ENTRY(entry);
	PDRIVER_OBJECT driver = device->DriverObject;
	NTSTATUS status;

	wdm_enter(&entry, wdm_driver_of(device), irql, wirp, caller);
	if (__builtin_setjmp(entry.jump))
		status = wdm_dispatch_raised(&entry);
	else
		status = driver->MajorFunction[major](device, &wirp->irp);
	if (!wdm_exit_plainly(&entry))
		wdm_exit(&entry);
	if (unlikely(status == NT(PENDING) && !entry.marked && !entry.passed))
		wdm_violation_of(entry.driver, WDM_VIOLATION_PENDING_UNMARKED);
	return status;
}

void IoCopyCurrentIrpStackLocationToNext(PIRP irp)
{
	PIO_STACK_LOCATION next = IoGetNextIrpStackLocation(irp);

	*next = *IoGetCurrentIrpStackLocation(irp);
	next->Control = 0;
	next->CompletionRoutine = NULL;
	next->Context = NULL;
}
EXPORT_SYMBOL_GPL(IoCopyCurrentIrpStackLocationToNext);

void IoSetCompletionRoutine(PIRP irp, PIO_COMPLETION_ROUTINE routine,
			    PVOID context, BOOLEAN on_success,
			    BOOLEAN on_error, BOOLEAN on_cancel)
{
	PIO_STACK_LOCATION next = IoGetNextIrpStackLocation(irp);

	next->CompletionRoutine = routine;
	next->Context = context;
	next->Control = (on_success ? SL_INVOKE_ON_SUCCESS : 0) |
			(on_error ? SL_INVOKE_ON_ERROR : 0) |
			(on_cancel ? SL_INVOKE_ON_CANCEL : 0);
}
EXPORT_SYMBOL_GPL(IoSetCompletionRoutine);

NTSTATUS IoSetCompletionRoutineEx(PDEVICE_OBJECT device, PIRP irp,
				  PIO_COMPLETION_ROUTINE routine,
				  PVOID context, BOOLEAN on_success,
				  BOOLEAN on_error, BOOLEAN on_cancel)
{
	IoSetCompletionRoutine(irp, routine, context, on_success, on_error,
			       on_cancel);
	return NT(SUCCESS);
}
EXPORT_SYMBOL_GPL(IoSetCompletionRoutineEx);

static NTSTATUS wdm_no_location(PIRP irp)
{
	wdm_violation(WDM_VIOLATION_NO_LOCATION);
	irp->CurrentLocation++;
	irp->Tail.Overlay.CurrentStackLocation++;
	irp->IoStatus.Status = NT(INVALID_DEVICE_REQUEST);
	irp->IoStatus.Information = 0;
	IoCompleteRequest(irp, IO_NO_INCREMENT);
	return NT(INVALID_DEVICE_REQUEST);
}

NTSTATUS IoCallDriver(PDEVICE_OBJECT device, PIRP irp)
{
	struct wdm_device *dev = to_wdm_device(device);
	struct wdm_entry *entry = wdm_entry();
	PIO_STACK_LOCATION sp;
	NTSTATUS status;

	if (entry && entry->irp == to_wdm_irp(irp))
		entry->passed = true;
	irp->CurrentLocation--;
	sp = --irp->Tail.Overlay.CurrentStackLocation;
	if (irp->CurrentLocation <= 0)
		return wdm_no_location(irp);
	sp->DeviceObject = device;
	wdm_device_get(dev);
	if (sp->MajorFunction > IRP_MJ_MAXIMUM_FUNCTION)
		sp->MajorFunction = IRP_MJ_MAXIMUM_FUNCTION;
	status = wdm_call_dispatch(device, to_wdm_irp(irp), sp->MajorFunction,
				   NULL, wdm_irql());
	wdm_device_put(dev);
	return status;
}
EXPORT_SYMBOL_GPL(IoCallDriver);

static NTSTATUS wdm_forwarded(PDEVICE_OBJECT device, PIRP irp, PVOID event)
{
	KeSetEvent(event, IO_NO_INCREMENT, FALSE);
	return NT(MORE_PROCESSING_REQUIRED);
}

BOOLEAN IoForwardIrpSynchronously(PDEVICE_OBJECT device, PIRP irp)
{
	KEVENT event;

	if (irp->CurrentLocation <= 1)
		return FALSE;
	KeInitializeEvent(&event, NotificationEvent, FALSE);
	IoCopyCurrentIrpStackLocationToNext(irp);
	IoSetCompletionRoutine(irp, wdm_forwarded, &event, TRUE, TRUE, TRUE);
	if (IoCallDriver(device, irp) == NT(PENDING))
		KeWaitForSingleObject(&event, Executive, KernelMode, FALSE,
				      NULL);
	return TRUE;
}
EXPORT_SYMBOL_GPL(IoForwardIrpSynchronously);
