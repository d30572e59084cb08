// SPDX-License-Identifier: GPL-2.0
/* System threads. A driver is not unloaded before its threads have ended. */
#include <linux/kthread.h>

#include "layer.h"

/**
 * struct _KTHREAD - a system thread that a driver made
 * @header: signalled at its end
 * @refs: its handle, pointers, the thread itself
 * @list: of all of them
 * @driver: whose it is
 * @routine: what it runs
 * @context: for @routine
 * @task: the kernel's, while it runs
 * @pid: its number
 */
struct _KTHREAD {
	DISPATCHER_HEADER header;
	struct kref refs;
	struct list_head list;
	struct ntio_wdm_driver *driver;
	PKSTART_ROUTINE routine;
	void *context;
	struct task_struct *task;
	pid_t pid;
};

static DEFINE_SPINLOCK(wdm_threads_lock);
static LIST_HEAD(wdm_threads);

void wdm_thread_get(PETHREAD thread)
{
	kref_get(&thread->refs);
}

static void wdm_thread_free(struct kref *refs)
{
	struct _KTHREAD *thread = container_of(refs, struct _KTHREAD, refs);
	unsigned long flags;

	spin_lock_irqsave(&wdm_threads_lock, flags);
	list_del(&thread->list);
	spin_unlock_irqrestore(&wdm_threads_lock, flags);
	kfree(thread);
}

void wdm_thread_put(PETHREAD thread)
{
	kref_put(&thread->refs, wdm_thread_free);
}

bool wdm_is_thread(const void *object)
{
	struct _KTHREAD *thread;
	unsigned long flags;
	bool found = false;

	spin_lock_irqsave(&wdm_threads_lock, flags);
	list_for_each_entry(thread, &wdm_threads, list)
		found = found || thread == object;
	spin_unlock_irqrestore(&wdm_threads_lock, flags);
	return found;
}

static struct _KTHREAD *wdm_thread_of(struct task_struct *task)
{
	struct _KTHREAD *thread, *found = NULL;
	unsigned long flags;

	spin_lock_irqsave(&wdm_threads_lock, flags);
	list_for_each_entry(thread, &wdm_threads, list)
		if (thread->task == task)
			found = thread;
	spin_unlock_irqrestore(&wdm_threads_lock, flags);
	return found;
}

static noinline void wdm_thread_run(struct ntio_wdm_driver *driver,
				    PKSTART_ROUTINE routine, void *context)
{
	WDM_ENTRY(entry);

	wdm_enter(&entry, driver, wdm_irql(), NULL, NULL);
	entry.thread = true;
	if (!__builtin_setjmp(entry.jump))
		routine(context);
	wdm_exit(&entry);
}

/* What the driver's module is needed for has been done when this ends. */
static int wdm_thread_main(void *data)
{
	struct _KTHREAD *thread = data;
	struct ntio_wdm_driver *driver = thread->driver;
	unsigned long flags;

	wdm_thread_run(driver, thread->routine, thread->context);
	raw_spin_lock_irqsave(&wdm_dispatcher_lock, flags);
	thread->task = NULL;
	wdm_object_signal(&thread->header, 1);
	raw_spin_unlock_irqrestore(&wdm_dispatcher_lock, flags);
	wdm_thread_put(thread);
	/* Under its lock: the driver is gone right after. */
	spin_lock_irqsave(&driver->threads_gone.lock, flags);
	if (atomic_dec_and_test(&driver->threads))
		wake_up_locked(&driver->threads_gone);
	spin_unlock_irqrestore(&driver->threads_gone.lock, flags);
	module_put_and_kthread_exit(0);
}

static struct _KTHREAD *wdm_thread_alloc(struct ntio_wdm_driver *driver,
					 PKSTART_ROUTINE routine, void *context)
{
	struct _KTHREAD *thread = kzalloc(sizeof(*thread), GFP_KERNEL_ACCOUNT);

	if (!thread)
		return NULL;
	wdm_object_init(&thread->header, WDM_THREAD, 0);
	kref_init(&thread->refs);
	thread->driver = driver;
	thread->routine = routine;
	thread->context = context;
	thread->task = kthread_create(wdm_thread_main, thread, "%s/wdm",
				      driver->name);
	if (IS_ERR(thread->task)) {
		kfree(thread);
		return NULL;
	}
	thread->pid = task_pid_nr(thread->task);
	spin_lock_irq(&wdm_threads_lock);
	list_add(&thread->list, &wdm_threads);
	spin_unlock_irq(&wdm_threads_lock);
	return thread;
}

/* A thread that was made must run, or it would never end. */
NTSTATUS ntio_wdm_create_thread(PHANDLE handle, PKSTART_ROUTINE routine,
				PVOID context, PCLIENT_ID id,
				struct ntio_wdm_driver *driver)
{
	struct _KTHREAD *thread = wdm_thread_alloc(driver, routine, context);
	NTSTATUS status;

	*handle = NULL;
	if (!thread)
		return NT(INSUFFICIENT_RESOURCES);
	wdm_thread_get(thread);
	status = wdm_handle_add(thread, handle);
	if (!NT_SUCCESS(status)) {
		kthread_stop(thread->task);	/* before it ran */
		wdm_thread_put(thread);
		wdm_thread_put(thread);
		return status;
	}
	if (id) {
		id->UniqueProcess = (HANDLE)4;
		id->UniqueThread = (HANDLE)(long)thread->pid;
	}
	atomic_inc(&driver->threads);
	__module_get(THIS_MODULE);
	wake_up_process(thread->task);
	return NT(SUCCESS);
}
EXPORT_SYMBOL_GPL(ntio_wdm_create_thread);

NTSTATUS PsTerminateSystemThread(NTSTATUS status)
{
	struct wdm_entry *entry = wdm_entry();

	if (!entry || !entry->thread)
		return NT(INVALID_PARAMETER);
	wdm_thread_end();
	return NT(SUCCESS);
}
EXPORT_SYMBOL_GPL(PsTerminateSystemThread);

/* On Windows a thread that goes on when its driver is gone ends the system. */
void wdm_threads_wait(struct ntio_wdm_driver *driver)
{
	if (wait_event_idle_timeout(driver->threads_gone,
				    !atomic_read(&driver->threads), HZ / 4))
		goto ended;
	wdm_violation_of(driver, WDM_VIOLATION_LEFT_THREAD);
	wait_event_idle(driver->threads_gone, !atomic_read(&driver->threads));
ended:
	/* The last one has given the lock back. */
	spin_lock_irq(&driver->threads_gone.lock);
	spin_unlock_irq(&driver->threads_gone.lock);
}

/* --- which thread --------------------------------------------------------- */

/* One that the layer did not make is an address, and nothing more. */
PKTHREAD KeGetCurrentThread(void)
{
	struct _KTHREAD *thread = NULL;

	if (current->flags & PF_KTHREAD)
		thread = wdm_thread_of(current);
	return thread ?: (PKTHREAD)current;
}
EXPORT_SYMBOL_GPL(KeGetCurrentThread);

PEPROCESS PsGetCurrentProcess(void)
{
	return (PEPROCESS)current->group_leader;
}
EXPORT_SYMBOL_GPL(PsGetCurrentProcess);

HANDLE PsGetCurrentProcessId(void)
{
	return (HANDLE)(long)task_tgid_nr(current);
}
EXPORT_SYMBOL_GPL(PsGetCurrentProcessId);

HANDLE PsGetCurrentThreadId(void)
{
	return (HANDLE)(long)task_pid_nr(current);
}
EXPORT_SYMBOL_GPL(PsGetCurrentThreadId);

HANDLE PsGetThreadId(PETHREAD thread)
{
	if (wdm_is_thread(thread))
		return (HANDLE)(long)thread->pid;
	return thread == (PETHREAD)current ? PsGetCurrentThreadId() : NULL;
}
EXPORT_SYMBOL_GPL(PsGetThreadId);

HANDLE PsGetThreadProcessId(PETHREAD thread)
{
	if (wdm_is_thread(thread))
		return (HANDLE)4;
	return thread == (PETHREAD)current ? PsGetCurrentProcessId() : NULL;
}
EXPORT_SYMBOL_GPL(PsGetThreadProcessId);

HANDLE PsGetProcessId(PEPROCESS process)
{
	return process == PsGetCurrentProcess() ? PsGetCurrentProcessId() :
						  NULL;
}
EXPORT_SYMBOL_GPL(PsGetProcessId);

BOOLEAN PsIsSystemThread(PETHREAD thread)
{
	return wdm_is_thread(thread) ||
	       (thread == (PETHREAD)current && (current->flags & PF_KTHREAD));
}
EXPORT_SYMBOL_GPL(PsIsSystemThread);

NTSTATUS PsLookupThreadByThreadId(HANDLE id, PETHREAD *found)
{
	struct _KTHREAD *thread;
	unsigned long flags;

	*found = NULL;
	spin_lock_irqsave(&wdm_threads_lock, flags);
	list_for_each_entry(thread, &wdm_threads, list)
		if ((HANDLE)(long)thread->pid == id && thread->task &&
		    kref_get_unless_zero(&thread->refs)) {
			*found = thread;
			break;
		}
	spin_unlock_irqrestore(&wdm_threads_lock, flags);
	return *found ? NT(SUCCESS) : NT(INVALID_CID);
}
EXPORT_SYMBOL_GPL(PsLookupThreadByThreadId);

/* Linux' scheduler knows better: a priority is neither kept nor used. */
KPRIORITY KeSetPriorityThread(PKTHREAD thread, KPRIORITY priority)
{
	return 8;
}
EXPORT_SYMBOL_GPL(KeSetPriorityThread);

KPRIORITY KeQueryPriorityThread(PKTHREAD thread)
{
	return 8;
}
EXPORT_SYMBOL_GPL(KeQueryPriorityThread);

/* Nothing is delivered to a thread in the kernel that could be held back. */
void KeEnterCriticalRegion(void)
{
}
EXPORT_SYMBOL_GPL(KeEnterCriticalRegion);

void KeLeaveCriticalRegion(void)
{
}
EXPORT_SYMBOL_GPL(KeLeaveCriticalRegion);

BOOLEAN KeAreApcsDisabled(void)
{
	return FALSE;
}
EXPORT_SYMBOL_GPL(KeAreApcsDisabled);

KPROCESSOR_MODE ExGetPreviousMode(void)
{
	return current->flags & PF_KTHREAD ? KernelMode : UserMode;
}
EXPORT_SYMBOL_GPL(ExGetPreviousMode);
