// SPDX-License-Identifier: GPL-2.0
/*
 * Cancel-safe queues: the driver's own queue, through its callbacks; the race
 * with cancellation is the layer's. Whoever takes the cancel routine out of a
 * request has it.
 */
#include "layer.h"

#define WDM_TYPE_CSQ 1
#define WDM_TYPE_CSQ_EX 3
#define WDM_TYPE_CSQ_CONTEXT 2

/* Where a request keeps its queue: a word that is the queue's while it waits. */
static PVOID *wdm_csq_word(PIRP irp)
{
	return &irp->Tail.Overlay.DriverContext[3];
}

/* The queue of a request, straight or through the context that names it. */
static PIO_CSQ wdm_csq_of(PIRP irp)
{
	PIO_CSQ_IRP_CONTEXT context = *wdm_csq_word(irp);

	if (context->Type == WDM_TYPE_CSQ_CONTEXT)
		return context->Csq;
	return (PIO_CSQ)context;
}

/* Under the queue's lock: it leaves the queue. */
static void wdm_csq_forget(PIRP irp)
{
	PIO_CSQ_IRP_CONTEXT context = *wdm_csq_word(irp);

	if (context->Type == WDM_TYPE_CSQ_CONTEXT)
		context->Irp = NULL;
	*wdm_csq_word(irp) = NULL;
}

static void wdm_csq_cancel(PDEVICE_OBJECT device, PIRP irp)
{
	PIO_CSQ csq;
	KIRQL irql;

	IoReleaseCancelSpinLock(irp->CancelIrql);
	csq = wdm_csq_of(irp);
	csq->CsqAcquireLock(csq, &irql);
	csq->CsqRemoveIrp(csq, irp);
	wdm_csq_forget(irp);
	csq->CsqReleaseLock(csq, irql);
	csq->CsqCompleteCanceledIrp(csq, irp);
}

/* The driver's part is the same in both forms. */
static NTSTATUS wdm_csq_init(PIO_CSQ csq, ULONG type, PIO_CSQ_REMOVE_IRP remove,
			     PIO_CSQ_PEEK_NEXT_IRP peek,
			     PIO_CSQ_ACQUIRE_LOCK acquire,
			     PIO_CSQ_RELEASE_LOCK release,
			     PIO_CSQ_COMPLETE_CANCELED_IRP complete)
{
	memset(csq, 0, sizeof(*csq));
	csq->Type = type;
	csq->CsqRemoveIrp = remove;
	csq->CsqPeekNextIrp = peek;
	csq->CsqAcquireLock = acquire;
	csq->CsqReleaseLock = release;
	csq->CsqCompleteCanceledIrp = complete;
	return NT(SUCCESS);
}

NTSTATUS IoCsqInitialize(PIO_CSQ csq, PIO_CSQ_INSERT_IRP insert,
			 PIO_CSQ_REMOVE_IRP remove, PIO_CSQ_PEEK_NEXT_IRP peek,
			 PIO_CSQ_ACQUIRE_LOCK acquire,
			 PIO_CSQ_RELEASE_LOCK release,
			 PIO_CSQ_COMPLETE_CANCELED_IRP complete)
{
	wdm_csq_init(csq, WDM_TYPE_CSQ, remove, peek, acquire, release,
		     complete);
	csq->CsqInsertIrp = insert;
	return NT(SUCCESS);
}
EXPORT_SYMBOL_GPL(IoCsqInitialize);

NTSTATUS IoCsqInitializeEx(PIO_CSQ csq, PIO_CSQ_INSERT_IRP_EX insert,
			   PIO_CSQ_REMOVE_IRP remove,
			   PIO_CSQ_PEEK_NEXT_IRP peek,
			   PIO_CSQ_ACQUIRE_LOCK acquire,
			   PIO_CSQ_RELEASE_LOCK release,
			   PIO_CSQ_COMPLETE_CANCELED_IRP complete)
{
	wdm_csq_init(csq, WDM_TYPE_CSQ_EX, remove, peek, acquire, release,
		     complete);
	csq->CsqInsertIrpEx = insert;
	return NT(SUCCESS);
}
EXPORT_SYMBOL_GPL(IoCsqInitializeEx);

NTSTATUS IoCsqInsertIrpEx(PIO_CSQ csq, PIRP irp, PIO_CSQ_IRP_CONTEXT context,
			  PVOID insert_context)
{
	NTSTATUS status = NT(SUCCESS);
	bool cancelled;
	KIRQL irql;

	if (context) {
		context->Type = WDM_TYPE_CSQ_CONTEXT;
		context->Irp = irp;
		context->Csq = csq;
	}
	csq->CsqAcquireLock(csq, &irql);
	*wdm_csq_word(irp) = context ? (PVOID)context : (PVOID)csq;
	if (csq->Type == WDM_TYPE_CSQ_EX)
		status = csq->CsqInsertIrpEx(csq, irp, insert_context);
	else
		csq->CsqInsertIrp(csq, irp);
	if (!NT_SUCCESS(status)) {
		wdm_csq_forget(irp);
		csq->CsqReleaseLock(csq, irql);
		return status;
	}
	IoMarkIrpPending(irp);
	IoSetCancelRoutine(irp, wdm_csq_cancel);
	/* Nobody may have called it; else the canceller has it, or had it. */
	cancelled = irp->Cancel && IoSetCancelRoutine(irp, NULL);
	if (cancelled) {
		csq->CsqRemoveIrp(csq, irp);
		wdm_csq_forget(irp);
	}
	csq->CsqReleaseLock(csq, irql);
	if (cancelled)
		csq->CsqCompleteCanceledIrp(csq, irp);
	return status;
}
EXPORT_SYMBOL_GPL(IoCsqInsertIrpEx);

void IoCsqInsertIrp(PIO_CSQ csq, PIRP irp, PIO_CSQ_IRP_CONTEXT context)
{
	IoCsqInsertIrpEx(csq, irp, context, NULL);
}
EXPORT_SYMBOL_GPL(IoCsqInsertIrp);

PIRP IoCsqRemoveNextIrp(PIO_CSQ csq, PVOID peek_context)
{
	PIRP irp = NULL;
	KIRQL irql;

	csq->CsqAcquireLock(csq, &irql);
	while ((irp = csq->CsqPeekNextIrp(csq, irp, peek_context))) {
		if (!IoSetCancelRoutine(irp, NULL))
			continue;		/* the canceller has it */
		csq->CsqRemoveIrp(csq, irp);
		wdm_csq_forget(irp);
		break;
	}
	csq->CsqReleaseLock(csq, irql);
	return irp;
}
EXPORT_SYMBOL_GPL(IoCsqRemoveNextIrp);

PIRP IoCsqRemoveIrp(PIO_CSQ csq, PIO_CSQ_IRP_CONTEXT context)
{
	PIRP irp;
	KIRQL irql;

	csq->CsqAcquireLock(csq, &irql);
	irp = context->Irp;
	if (irp && IoSetCancelRoutine(irp, NULL)) {
		csq->CsqRemoveIrp(csq, irp);
		wdm_csq_forget(irp);
	} else {
		irp = NULL;
	}
	csq->CsqReleaseLock(csq, irql);
	return irp;
}
EXPORT_SYMBOL_GPL(IoCsqRemoveIrp);
