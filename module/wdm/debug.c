// SPDX-License-Identifier: GPL-2.0
/* Debug print, assertions. */
#include <linux/ratelimit.h>

#include "layer.h"

#define WDM_LINE 512

/* What a driver prints may be what its callers want. */
static uint wdm_dbgprint = 1;
module_param_named(dbgprint, wdm_dbgprint, uint, 0644);
MODULE_PARM_DESC(dbgprint, "DbgPrint: 0 nothing, 1 so much as the log can take (default), 2 all");

static DEFINE_RATELIMIT_STATE(wdm_print_limit, 5 * HZ, 200);

static bool wdm_may_print(void)
{
	unsigned int how = READ_ONCE(wdm_dbgprint);

	return how > 1 || (how && __ratelimit(&wdm_print_limit));
}

static void wdm_print_line(struct ntio_wdm_driver *driver, const char *prefix,
			   char *line, size_t len)
{
	while (len && (line[len - 1] == '\n' || line[len - 1] == '\r'))
		len--;
	pr_info("%s: %s%.*s\n", driver->name, prefix, (int)len, line);
}

ULONG ntio_wdm_vprint(struct ntio_wdm_driver *driver, PCSTR prefix,
		      PCSTR format, va_list arguments)
{
	va_list args;
	size_t len;
	char *line;

	if (!wdm_may_print())
		return 0;
	line = kmalloc(WDM_LINE, GFP_ATOMIC | __GFP_NOWARN);
	if (!line)
		return (u32)NT(INSUFFICIENT_RESOURCES);
	va_copy(args, arguments);
	len = wdm_vformat(line, WDM_LINE, format, &args, false);
	va_end(args);
	wdm_print_line(driver, prefix, line, min_t(size_t, len, WDM_LINE));
	kfree(line);
	return 0;
}
EXPORT_SYMBOL_GPL(ntio_wdm_vprint);

ULONG ntio_wdm_print(struct ntio_wdm_driver *driver, PCSTR format, ...)
{
	va_list args;
	u32 rc;

	va_start(args, format);
	rc = ntio_wdm_vprint(driver, "", format, args);
	va_end(args);
	return rc;
}
EXPORT_SYMBOL_GPL(ntio_wdm_print);

void ntio_wdm_assert(struct ntio_wdm_driver *driver, PCSTR expression,
		     PCSTR file, ULONG line)
{
	wdm_violation_of(driver, WDM_VIOLATION_ASSERT_FAILED);
	ntio_wdm_print(driver, "assertion failed: %s, %s:%u", expression,
		       kbasename(file), line);
}
EXPORT_SYMBOL_GPL(ntio_wdm_assert);

void ntio_wdm_paged_code(struct ntio_wdm_driver *driver)
{
	if (unlikely(wdm_irql() >= DISPATCH_LEVEL))
		wdm_violation_of(driver, WDM_VIOLATION_PAGED_AT_DISPATCH);
}
EXPORT_SYMBOL_GPL(ntio_wdm_paged_code);

/* Nobody debugs. */
void DbgBreakPoint(void)
{
}
EXPORT_SYMBOL_GPL(DbgBreakPoint);

/* The routine does not go on; the system does. */
void ntio_wdm_bug_check(void)
{
	struct wdm_entry *entry = wdm_entry();

	wdm_violation(WDM_VIOLATION_BUG_CHECK);
	if (WARN_ON_ONCE(!entry))
		return;
	entry->top = NULL;
	ntio_wdm_raise(NT(INTERNAL_ERROR));
}
EXPORT_SYMBOL_GPL(ntio_wdm_bug_check);
