// SPDX-License-Identifier: GPL-2.0
/* Requests that drivers make. ntio does not know of them. */
#include <linux/mm.h>

#include "layer.h"

/**
 * struct wdm_built - what belongs to a request that the layer built
 * @system_buffer: its system buffer
 * @out: where the answer goes
 * @out_len: how long that is
 * @mdl: of @out, or of what is written
 */
struct wdm_built {
	void *system_buffer;
	void *out;
	u32 out_len;
	MDL mdl;
};

/* The current location is the one behind the last: nobody's. */
static void wdm_irp_set_locations(struct wdm_irp *wirp, int count)
{
	PIRP irp = &wirp->irp;

	irp->Type = IO_TYPE_IRP;
	irp->Size = sizeof(*irp) + count * sizeof(wirp->own[0]);
	irp->StackCount = count;
	irp->CurrentLocation = count + 1;
	irp->Tail.Overlay.CurrentStackLocation = wirp->own + count;
}

static void wdm_irp_free(struct wdm_irp *wirp)
{
	wdm_table_remove(wirp);
	wdm_irp_forget(wirp);
	if (wirp->built)
		kfree(wirp->built->system_buffer);
	kfree(wirp->built);
	kfree(wirp);
}

/* Completion has reached the top: the maker is told, and it is freed. */
static void wdm_built_end(struct wdm_irp *wirp)
{
	PIRP irp = &wirp->irp;
	struct wdm_built *built = wirp->built;
	PKEVENT event = irp->UserEvent;

	if (built->out && !NT_ERROR(irp->IoStatus.Status))
		memcpy(built->out, built->system_buffer,
		       min_t(size_t, irp->IoStatus.Information,
			     built->out_len));
	if (irp->UserIosb)
		*irp->UserIosb = irp->IoStatus;
	wdm_irp_free(wirp);
	if (event)
		KeSetEvent(event, IO_NO_INCREMENT, FALSE);
}

/* Its maker frees it, and has to stop its completion. */
static void wdm_allocated_end(struct wdm_irp *wirp)
{
	wdm_violation_of(wirp->maker, WDM_VIOLATION_MADE_NOT_STOPPED);
}

static struct wdm_irp *wdm_irp_alloc(int count, gfp_t gfp,
				     void (*end)(struct wdm_irp *wirp))
{
	struct wdm_irp *wirp;
	size_t more = count > WDM_LOCATIONS ? count - WDM_LOCATIONS : 0;

	if (count < 1)
		return NULL;
	wirp = kzalloc(struct_size(wirp, own, 0) +
		       (WDM_LOCATIONS + more) * sizeof(wirp->own[0]), gfp);
	if (!wirp)
		return NULL;
	wirp->end = end;
	wirp->maker = wdm_current_driver();
	wirp->irp.RequestorMode = KernelMode;
	wdm_irp_set_locations(wirp, count);
	wdm_table_add(wirp);
	return wirp;
}

PIRP IoAllocateIrp(CCHAR stack_size, BOOLEAN charge_quota)
{
	struct wdm_irp *wirp = wdm_irp_alloc(stack_size, wdm_gfp(),
					     wdm_allocated_end);

	return wirp ? &wirp->irp : NULL;
}
EXPORT_SYMBOL_GPL(IoAllocateIrp);

/* A caller's is not the driver's to free; one that is free is nobody's. */
static bool wdm_irp_is_made(const struct wdm_irp *wirp)
{
	if (wdm_in_table(wirp) && !wdm_is_of_caller(wirp))
		return true;
	wdm_violation(WDM_VIOLATION_NOT_AN_OBJECT);
	return false;
}

void IoFreeIrp(PIRP irp)
{
	if (wdm_irp_is_made(to_wdm_irp(irp)))
		wdm_irp_free(to_wdm_irp(irp));
}
EXPORT_SYMBOL_GPL(IoFreeIrp);

void IoReuseIrp(PIRP irp, NTSTATUS status)
{
	struct wdm_irp *wirp = to_wdm_irp(irp);
	int count;

	if (!wdm_irp_is_made(wirp))
		return;
	count = irp->StackCount;
	memset(irp, 0, sizeof(*irp));
	memset(wirp->own, 0, count * sizeof(wirp->own[0]));
	atomic_set(&wirp->completed, 0);
	wdm_irp_set_locations(wirp, count);
	irp->IoStatus.Status = status;
}
EXPORT_SYMBOL_GPL(IoReuseIrp);

/* --- built ---------------------------------------------------------------- */

static struct wdm_irp *wdm_built_alloc(PDEVICE_OBJECT device, gfp_t gfp,
				       void (*end)(struct wdm_irp *wirp))
{
	struct wdm_irp *wirp = wdm_irp_alloc(device->StackSize, gfp, end);

	if (!wirp)
		return NULL;
	wirp->built = kzalloc(sizeof(*wirp->built), gfp);
	if (wirp->built)
		return wirp;
	wdm_irp_free(wirp);
	return NULL;
}

static bool wdm_built_buffer(struct wdm_irp *wirp, const void *in, u32 in_len,
			     u32 size)
{
	void *p;

	if (!size)
		return true;
	p = kzalloc(size, wdm_gfp());
	if (!p)
		return false;
	if (in_len)
		memcpy(p, in, in_len);
	wirp->built->system_buffer = p;
	wirp->irp.AssociatedIrp.SystemBuffer = p;
	return true;
}

/* Kernel memory, which needs no mapping. */
static void wdm_built_mdl(struct wdm_irp *wirp, void *buffer, u32 len,
			  bool writable)
{
	PMDL mdl = &wirp->built->mdl;

	if (!len)
		return;
	mdl->Size = sizeof(*mdl);
	mdl->StartVa = (void *)((unsigned long)buffer & PAGE_MASK);
	mdl->ByteOffset = offset_in_page(buffer);
	mdl->ByteCount = len;
	mdl->MappedSystemVa = buffer;
	mdl->MdlFlags = MDL_SOURCE_IS_NONPAGED_POOL | MDL_PAGES_LOCKED;
	if (writable)
		mdl->MdlFlags |= MDL_WRITE_OPERATION;
	wirp->irp.MdlAddress = mdl;
}

static bool wdm_built_control(struct wdm_irp *wirp, PIO_STACK_LOCATION sp,
			      void *in, void *out)
{
	u32 in_len = sp->Parameters.DeviceIoControl.InputBufferLength;
	u32 out_len = sp->Parameters.DeviceIoControl.OutputBufferLength;
	u32 code = sp->Parameters.DeviceIoControl.IoControlCode;

	switch (METHOD_FROM_CTL_CODE(code)) {
	case METHOD_BUFFERED:
		wirp->built->out = out;
		wirp->built->out_len = out_len;
		return wdm_built_buffer(wirp, in, in_len, max(in_len, out_len));
	case METHOD_NEITHER:
		sp->Parameters.DeviceIoControl.Type3InputBuffer = in;
		wirp->irp.UserBuffer = out;
		return true;
	default:
		wdm_built_mdl(wirp, out, out_len,
			      METHOD_FROM_CTL_CODE(code) == METHOD_OUT_DIRECT);
		return wdm_built_buffer(wirp, in, in_len, in_len);
	}
}

PIRP IoBuildDeviceIoControlRequest(ULONG code, PDEVICE_OBJECT device,
				   PVOID in, ULONG in_length, PVOID out,
				   ULONG out_length, BOOLEAN internal,
				   PKEVENT event, PIO_STATUS_BLOCK iosb)
{
	struct wdm_irp *wirp = wdm_built_alloc(device, wdm_gfp(),
					       wdm_built_end);
	PIO_STACK_LOCATION sp;

	if (!wirp)
		return NULL;
	wirp->irp.UserEvent = event;
	wirp->irp.UserIosb = iosb;
	sp = IoGetNextIrpStackLocation(&wirp->irp);
	sp->MajorFunction = internal ? IRP_MJ_INTERNAL_DEVICE_CONTROL :
				       IRP_MJ_DEVICE_CONTROL;
	sp->Parameters.DeviceIoControl.IoControlCode = code;
	sp->Parameters.DeviceIoControl.InputBufferLength = in_length;
	sp->Parameters.DeviceIoControl.OutputBufferLength = out_length;
	if (wdm_built_control(wirp, sp, in, out))
		return &wirp->irp;
	wdm_irp_free(wirp);
	return NULL;
}
EXPORT_SYMBOL_GPL(IoBuildDeviceIoControlRequest);

static bool wdm_built_rw(struct wdm_irp *wirp, PDEVICE_OBJECT device,
			 bool write, void *buffer, u32 len)
{
	if (device->Flags & DO_DIRECT_IO) {
		wdm_built_mdl(wirp, buffer, len, !write);
		return true;
	}
	if (!(device->Flags & DO_BUFFERED_IO)) {
		wirp->irp.UserBuffer = buffer;
		return true;
	}
	if (!write) {
		wirp->built->out = buffer;
		wirp->built->out_len = len;
	}
	return wdm_built_buffer(wirp, buffer, write ? len : 0, len);
}

static PIRP wdm_build_fsd(ULONG major, PDEVICE_OBJECT device, void *buffer,
			  u32 length, PLARGE_INTEGER offset,
			  PIO_STATUS_BLOCK iosb,
			  void (*end)(struct wdm_irp *wirp))
{
	struct wdm_irp *wirp = wdm_built_alloc(device, wdm_gfp_for(major), end);
	PIO_STACK_LOCATION sp;
	bool ok = true;

	if (!wirp)
		return NULL;
	wirp->irp.UserIosb = iosb;
	sp = IoGetNextIrpStackLocation(&wirp->irp);
	sp->MajorFunction = major;
	if (major == IRP_MJ_PNP)
		wirp->irp.IoStatus.Status = NT(NOT_SUPPORTED);
	if (major == IRP_MJ_READ || major == IRP_MJ_WRITE) {
		sp->Parameters.Read.Length = length;
		if (offset)
			sp->Parameters.Read.ByteOffset = *offset;
		ok = wdm_built_rw(wirp, device, major == IRP_MJ_WRITE, buffer,
				  length);
	}
	if (ok)
		return &wirp->irp;
	wdm_irp_free(wirp);
	return NULL;
}

PIRP IoBuildSynchronousFsdRequest(ULONG major, PDEVICE_OBJECT device,
				  PVOID buffer, ULONG length,
				  PLARGE_INTEGER offset, PKEVENT event,
				  PIO_STATUS_BLOCK iosb)
{
	PIRP irp = wdm_build_fsd(major, device, buffer, length, offset, iosb,
				 wdm_built_end);

	if (irp)
		irp->UserEvent = event;
	return irp;
}
EXPORT_SYMBOL_GPL(IoBuildSynchronousFsdRequest);

/* Its maker frees it in its completion routine, where the answer is not yet. */
PIRP IoBuildAsynchronousFsdRequest(ULONG major, PDEVICE_OBJECT device,
				   PVOID buffer, ULONG length,
				   PLARGE_INTEGER offset, PIO_STATUS_BLOCK iosb)
{
	return wdm_build_fsd(major, device, buffer, length, offset, iosb,
			     wdm_allocated_end);
}
EXPORT_SYMBOL_GPL(IoBuildAsynchronousFsdRequest);

/**
 * wdm_send_simple() - a request of the layer itself, waited for
 * @device: where to
 * @major: IRP_MJ_CREATE, CLEANUP, CLOSE or PNP
 * @minor: of PNP
 * @file: the file, or NULL
 */
NTSTATUS wdm_send_simple(PDEVICE_OBJECT device, u8 major, u8 minor,
			 struct wdm_file *file)
{
	IO_STATUS_BLOCK iosb = { };
	PIO_STACK_LOCATION sp;
	KEVENT event;
	PIRP irp;

	KeInitializeEvent(&event, NotificationEvent, FALSE);
	irp = IoBuildSynchronousFsdRequest(major, device, NULL, 0, NULL, &event,
					   &iosb);
	if (!irp)
		return NT(INSUFFICIENT_RESOURCES);
	sp = IoGetNextIrpStackLocation(irp);
	sp->MinorFunction = minor;
	sp->FileObject = file ? &file->obj : NULL;
	if (major == IRP_MJ_CREATE)
		wdm_file_fill_create(file, sp);
	if (IoCallDriver(device, irp) == NT(PENDING))
		KeWaitForSingleObject(&event, Executive, KernelMode, FALSE,
				      NULL);
	return iosb.Status;
}
