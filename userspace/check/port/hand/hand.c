// SPDX-License-Identifier: GPL-2.0
/* Each place that needs a hand once, beside one that does not. */
#include <ntddk.h>
#include "hand.h"
#include "hand.tmh"
#include "words.h"
#include "elsewhere.h"

struct private_state {
	unsigned long jiffies;
	void *from;
};

static NTSTATUS Copy(PIRP Irp, PIO_STACK_LOCATION Stack, struct hand_args *Args)
{
	NTSTATUS Status = STATUS_SUCCESS;
	long count = 2 * Args->length;

	DbgPrint("%lu bytes, %ls, %llu, 100%% long\n", Args->length, L"x", 1ull);
	DbgPrint("%u bytes, 5%% lost, %llx\n", Args->length, 1ull);
	__try {
		if (Args->length > 100)
			goto out;
		RtlCopyMemory(Irp->UserBuffer, Args->from, Args->length);
	} __except (EXCEPTION_EXECUTE_HANDLER) {
		Status = GetExceptionCode();
		goto out;
	}
	__try {
		if (!Stack->Parameters.DeviceIoControl.Type3InputBuffer)
			__leave;
		count = *(PULONG)Args->from + Args->text[0];
		memcpy(&count, Args->from, 4);
	} __finally {
		count = 0;
	}
	if (count)
		__try { count = 1; } __except (1) { count = 2; }
out:
	if (Irp->Cancel)
		Status = STATUS_CANCELLED;
	Irp->Cancel = FALSE;
	__asm { nop }
	return Status;
}
