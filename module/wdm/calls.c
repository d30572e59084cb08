// SPDX-License-Identifier: GPL-2.0
/*
 * Routines of drivers are called in an entry, which no exception leaves. Those
 * whose answer is looked at are called where that is known; all others here.
 */
#include "layer.h"

/* What the routine left is taken away, and it is said. */
void wdm_exit(struct wdm_entry *entry)
{
	if (unlikely(entry->held))
		wdm_locks_drop(entry);
	if (unlikely(wdm_irql() != entry->irql))
		wdm_irql_restore(entry);
	wdm_entry_end(entry);
}

/* Those with fewer parameters do not look at the others. */
noinline void wdm_call(struct ntio_wdm_driver *driver, void *routine, void *a,
		       void *b, void *c, void *d)
{
	WDM_ENTRY(entry);
	void (*call)(void *a, void *b, void *c, void *d) = routine;

	wdm_enter(&entry, driver, wdm_irql(), NULL, NULL);
	if (!__builtin_setjmp(entry.jump))
		call(a, b, c, d);
	wdm_exit(&entry);
}
