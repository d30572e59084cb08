// SPDX-License-Identifier: GPL-2.0
/*
 * What is not a use of a Windows name, though it looks like one: the only uses
 * are in Real() and in the macros, each marked with "here". KeBugCheck(1);
 */
#include <wdm.h>

#define ZwTrapOne(x) (x)
#define TRAP_TEXT "IoCreateDevice(\"ExAllocatePool\")"
#define TRAP_USES KeSetEvent(0, 0, 0)		/* here */
#define TRAP_LONG(a) \
	do { \
		MmUnlockPages(a);		/* here */ \
	} while (0)
#define TRAP_BRACE {

#if 0
KeBugCheckEx(it's not compiled);
#if 1
KeBugCheckEx("nor this");
#endif
KeBugCheckEx(0);
#else
static const char Text[] = "*/ KeBugCheckEx(0); /*";
#endif

#if defined(KeBugCheckEx) && \
	KeBugCheckEx
#error don't KeBugCheckEx
#endif
#pragma alloc_text(PAGE, KeBugCheckEx)

typedef struct _TRAP {
	int IoCancelIrp;	/* a member of that name */
	struct { int ExFreePool; } Inner;
} TRAP, *PTRAP;

enum { PsTrapFirst, PsTrapLast };

/* The sources' own, in families of Windows'. */
static int KeTrapOwn(int a) { return a; }
static void IoTrap(TRAP *t);
int WskTrapVariable;
typedef int (*PRTL_TRAP_ROUTINE)(int), FltTrapType;

// A comment that goes on \
   KeBugCheckEx(0);

static int Quotes(PTRAP t)
{
	char c = '"', d = '\'', e = '\\';	/* KeBugCheck(0) */ char f = '"';
	int g = 'KeBC';
	const char *s = "a \
KeBugCheckEx(0)";

	return c + d + e + f + g + s[0] + t->IoCancelIrp + t->Inner.ExFreePool;
}

/* Its own ExFreePoolWithTag, and a call of it. */
static void ExFreePoolWithTag(void *p, int tag)
{
	(void)p, (void)tag;
}

static NTSTATUS Real(TRAP *t, PRTL_TRAP_ROUTINE RtlTrapCall)	/* here: 1 */
{
	IoTrap(t);
	ExFreePoolWithTag(t, 'parT');
	TRAP_LONG(t);
	if (/* KeBugCheck(0) */ ZwTrapOne(1) && RtlTrapCall(WskTrapVariable))
		goto KeBugCheck;
	KeTrapOwn(PsTrapLast);
	PsTrapNobodys(t);			/* here: a family */
	TrapNobodys(t);				/* here: unknown */
	return STATUS_SUCCESS;			/* here */
KeBugCheck:
	return STATUS_TRAP_OF_NOBODY;		/* here: a family */
}
