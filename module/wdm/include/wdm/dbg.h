/* SPDX-License-Identifier: GPL-2.0 */
/* Debug print, assertions, tracing. */

#ifndef DBG
#define DBG 0
#endif

#define DPFLTR_SYSTEM_ID 0
#define DPFLTR_IHVDRIVER_ID 77
#define DPFLTR_DEFAULT_ID 101
#define DPFLTR_ERROR_LEVEL 0
#define DPFLTR_WARNING_LEVEL 1
#define DPFLTR_TRACE_LEVEL 2
#define DPFLTR_INFO_LEVEL 3
#define DPFLTR_MASK 0x80000000u

ULONG ntio_wdm_print(struct ntio_wdm_driver *driver, PCSTR format, ...);
ULONG ntio_wdm_vprint(struct ntio_wdm_driver *driver, PCSTR prefix,
		      PCSTR format, va_list arguments);
void ntio_wdm_assert(struct ntio_wdm_driver *driver, PCSTR expression,
		     PCSTR file, ULONG line);
void DbgBreakPoint(void);

#define DbgPrint(...) ntio_wdm_print(&ntio_wdm_this_driver, __VA_ARGS__)
#define DbgPrintEx(component, level, ...) \
	((void)(component), (void)(level), DbgPrint(__VA_ARGS__))
#define vDbgPrintEx(component, level, format, arguments)		\
	ntio_wdm_vprint(&ntio_wdm_this_driver, "", format, arguments)
#define vDbgPrintExWithPrefix(prefix, component, level, format, arguments) \
	ntio_wdm_vprint(&ntio_wdm_this_driver, prefix, format, arguments)

#if DBG
#define KdPrint(list) DbgPrint list
#define KdPrintEx(list) DbgPrintEx list
#define KdBreakPoint() DbgBreakPoint()
#define NTIO_WDM_ASSERT(e, text)					\
	((e) ? (void)0 : ntio_wdm_assert(&ntio_wdm_this_driver, text,	\
					 __FILE__, __LINE__))
#else
#define KdPrint(list) ((void)0)
#define KdPrintEx(list) ((void)0)
#define KdBreakPoint() ((void)0)
#define NTIO_WDM_ASSERT(e, text) ((void)0)
#endif

#define ASSERT(e) NTIO_WDM_ASSERT(e, #e)
#define ASSERTMSG(message, e) NTIO_WDM_ASSERT(e, message)
#define NT_ASSERT(e) NTIO_WDM_ASSERT(e, #e)
#define NT_ASSERTMSG(message, e) NTIO_WDM_ASSERT(e, message)
#define NT_VERIFY(e) ((e) ? TRUE : (NTIO_WDM_ASSERT(0, #e), FALSE))
#define RtlAssert(text, file, line, message) \
	ntio_wdm_assert(&ntio_wdm_this_driver, (PCSTR)(text), \
			(PCSTR)(file), line)
#define PAGED_ASSERT(e) NTIO_WDM_ASSERT(e, #e)

void ntio_wdm_paged_code(struct ntio_wdm_driver *driver);
#define PAGED_CODE() ntio_wdm_paged_code(&ntio_wdm_this_driver)
#define PAGED_CODE_LOCKED() ((void)0)

void ntio_wdm_bug_check(void);

__forceinline DECLSPEC_NORETURN void KeBugCheckEx(ULONG code, ULONG_PTR a,
						  ULONG_PTR b, ULONG_PTR c,
						  ULONG_PTR d)
{
	(void)code;
	(void)a;
	(void)b;
	(void)c;
	(void)d;
	ntio_wdm_bug_check();
	__builtin_trap();
}
#define KeBugCheck(code) KeBugCheckEx(code, 0, 0, 0, 0)
