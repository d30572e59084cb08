/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the layer's sources share. Drivers never see this header: theirs are in
 * include/, and include nothing of Linux.
 */
#ifndef NTIO_WDM_LAYER_H
#define NTIO_WDM_LAYER_H

#include <linux/hrtimer.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include <ntio/ntio.h>

#include "driver.h"

/* Theirs have other meanings, or none. */
#define NTIO_WDM_LAYER
#include "include/ntifs.h"
#undef IN
#undef OUT
#undef OPTIONAL
#undef VOID

#ifdef __CHECKER__
/* It knows none of these. */
#define __builtin_setjmp(jump) ((jump)[0] != NULL)
#define __builtin_longjmp(jump, value) ((void)(jump)[0])
#endif

/* Text, so that the enumerator of ntio has a name to be found by. */
#define NT(name) ((__force NTSTATUS)STATUS_##name)

/* What the first word of an object says it is. */
#define IO_TYPE_DEVICE 3
#define IO_TYPE_DRIVER 4
#define IO_TYPE_FILE 5
#define IO_TYPE_IRP 6

static inline ntstatus_t to_ntio_status(NTSTATUS status)
{
	return (__force ntstatus_t)status;
}

/* --- violations ----------------------------------------------------------- */

/* X(name, what the driver did). */
#define WDM_VIOLATIONS(X)						\
	X(COMPLETED_TWICE,						\
	  "completed a request that it does not have")			\
	X(NO_LOCATION, "sent a request down that has no location left")	\
	X(PENDING_UNMARKED,						\
	  "returned STATUS_PENDING for a request it had not marked")	\
	X(MADE_NOT_STOPPED,						\
	  "did not stop the completion of a request that it allocated")	\
	X(COMPLETED_WITH_CANCEL,					\
	  "completed a request whose cancel routine was still set")	\
	X(CANCEL_LOCK_KEPT,						\
	  "did not give the cancel lock back in its cancel routine")	\
	X(RAISE_UNHANDLED,						\
	  "raised an exception outside of every __try block")		\
	X(RAISED_AT_DISPATCH,						\
	  "raised an exception at DISPATCH_LEVEL")			\
	X(CONTINUED_EXECUTION,						\
	  "has a filter that answers EXCEPTION_CONTINUE_EXECUTION")	\
	X(LEFT_LOCK, "returned with a spin lock held, or a raised IRQL")	\
	X(LEAVE_WITHOUT_TRY, "used __leave outside of every __try block") \
	X(WAIT_AT_DISPATCH, "waits at DISPATCH_LEVEL")			\
	X(PAGED_AT_DISPATCH, "runs paged code at DISPATCH_LEVEL")	\
	X(MAP_AT_DISPATCH,						\
	  "maps pages at DISPATCH_LEVEL that were not mapped before")	\
	X(NOT_AN_OBJECT, "uses an object that was not initialised")	\
	X(LOCKED_UNLOCKED, "locked an MDL that is locked, or unlocked one that is not") \
	X(FREED_LOCKED, "freed an MDL that is locked")			\
	X(FREED_GIVEN, "freed an MDL that belongs to a request")	\
	X(NOT_OWNER, "released a mutex or resource that it does not own") \
	X(QUEUED_TWICE, "queued a work item that is queued")		\
	X(SEMAPHORE_LIMIT, "released a semaphore beyond its limit")	\
	X(POOL_TWICE, "freed pool that is not allocated")		\
	X(POOL_TAG, "freed pool with another tag than it has")		\
	X(POOL_LEAK, "left pool allocated when it was unloaded")	\
	X(LEFT_DEVICE, "left a device when it was unloaded, or failed to load") \
	X(LEFT_LINK, "left a symbolic link when it was unloaded")	\
	X(LEFT_TIMER, "left a timer or DPC queued when it was unloaded") \
	X(LEFT_THREAD, "left a system thread running when it was unloaded") \
	X(LEFT_CALLBACK, "left a callback registered when it was unloaded") \
	X(ASSERT_FAILED, "failed an assertion")				\
	X(BUG_CHECK, "called KeBugCheck")

enum wdm_violation {
#define WDM_VIOLATION_ENUM(name, what) WDM_VIOLATION_##name,
	WDM_VIOLATIONS(WDM_VIOLATION_ENUM)
#undef WDM_VIOLATION_ENUM
	WDM_VIOLATION_KINDS
};

/* violation.c */
void wdm_violation_of(struct ntio_wdm_driver *driver, enum wdm_violation kind);
void wdm_violations_init(void);
void wdm_violations_exit(void);

/* --- entries into drivers ------------------------------------------------- */

/* Of the table of threads that are in a driver. */
struct wdm_slot {
	struct task_struct *task;
	struct wdm_entry *entry;
};

/**
 * struct wdm_entry - a call into a driver
 * @outer: the one it is nested in, in the same thread; NULL: none
 * @driver: whose routine runs
 * @caller: the token, in a dispatch routine at the top
 * @irp: the request of a dispatch or completion routine
 * @cancelling: that of a cancel routine, until it gave the cancel lock back
 * @top: the innermost block that a raise can jump to
 * @held: spin locks that it holds
 * @code: of the last raise
 * @marked: the request was marked pending
 * @passed: the request was sent on
 * @raised: the block just left was left by a raise
 * @left: likewise, by __leave
 * @thread: it is a system thread, which may end itself
 * @claimed: the place was free before, and is again after
 * @irql: when it began
 * @slot: its place in the table of threads; NULL: in the list
 * @jump: to the end of the call, for a raise that nothing handles
 * @overflow: in that list
 * @task: the thread, likewise
 * @record: for GetExceptionInformation()
 * @pointers: likewise
 */
struct wdm_entry {
	struct wdm_entry *outer;
	struct ntio_wdm_driver *driver;
	const struct ntio_caller *caller;
	struct wdm_irp *irp;
	struct wdm_irp *cancelling;
	struct ntio_wdm_frame *top;
	struct wdm_lock *held;
	NTSTATUS code;
	bool marked;
	bool passed;
	bool raised;
	bool left;
	bool thread;
	bool claimed;
	bool stays_high;
	u8 irql;
	struct wdm_slot *slot;
	void *jump[5];
	struct list_head overflow;
	struct task_struct *task;
	EXCEPTION_RECORD record;
	EXCEPTION_POINTERS pointers;
};

/* On the stack: what wdm_enter() does not set is set where it is used. */
#define WDM_ENTRY(name) \
	struct wdm_entry name __attribute__((__uninitialized__))

/* Spin locks of a real-time kernel leave all on but the change of CPU. */
static inline int wdm_irql(void)
{
	bool raised = preempt_count() || irqs_disabled();

#ifdef CONFIG_PREEMPT_RT
	raised = raised || current->migration_disabled ||
		 current->softirq_disable_cnt;
#endif
	return raised ? DISPATCH_LEVEL : PASSIVE_LEVEL;
}

static inline void wdm_give_place(struct wdm_entry *entry)
{
	struct wdm_slot *slot = entry->slot;

	WRITE_ONCE(slot->entry, NULL);
	smp_store_release(&slot->task, NULL);	/* the entry first */
}

/* As most routines return. False: for wdm_exit(). */
static inline bool wdm_exit_plainly(struct wdm_entry *entry)
{
	if (unlikely(entry->held || !entry->claimed ||
		     wdm_irql() != entry->irql))
		return false;
	wdm_give_place(entry);
	return true;
}

/* entries.c */
struct wdm_entry *wdm_entry(void);
void wdm_enter(struct wdm_entry *entry, struct ntio_wdm_driver *driver,
	       u8 irql, struct wdm_irp *wirp,
	       const struct ntio_caller *caller);
void wdm_entry_end(struct wdm_entry *entry);
struct ntio_wdm_driver *wdm_current_driver(void);
void wdm_violation(enum wdm_violation kind);

/* lock.c */
void wdm_lock_take(PKSPIN_LOCK lock, u8 irql);
void wdm_locks_drop(struct wdm_entry *entry);
void wdm_irql_restore(struct wdm_entry *entry);

/* seh.c */
void wdm_thread_end(void);

/* calls.c */
void wdm_exit(struct wdm_entry *entry);
/* What it returns, if anything, is of no interest. */
void wdm_call(struct ntio_wdm_driver *driver, void *routine, void *a, void *b,
	      void *c, void *d);

/* --- drivers and devices -------------------------------------------------- */

/**
 * struct wdm_driver_object - a driver object and what belongs to it
 * @obj: what the driver sees
 * @extension: likewise
 * @driver: the driver
 * @extensions: of IoAllocateDriverObjectExtension()
 * @lock: protects them
 * @physical: the device below that of AddDevice; or NULL
 */
struct wdm_driver_object {
	DRIVER_OBJECT obj;
	DRIVER_EXTENSION extension;
	struct ntio_wdm_driver *driver;
	spinlock_t lock;
	struct list_head extensions;
	PDEVICE_OBJECT physical;
	WCHAR name[64];
	WCHAR path[128];
	UNICODE_STRING registry_path;
};

static inline struct wdm_driver_object *to_wdm_driver_object(PDRIVER_OBJECT obj)
{
	return container_of(obj, struct wdm_driver_object, obj);
}

/**
 * struct wdm_device - a device object, and ntio's side of it
 * @obj: what the driver sees
 * @core: ntio's; registered if @registered
 * @list: of all devices of the layer
 * @driver: whose it is
 * @name: \\Device\\... or NULL
 * @refs: its driver, ntio, open files, what is attached on top, work items
 * @below: what it is attached to
 * @link: name of the node that it was registered with
 * @mode: of that node, 0: ntio's usual one
 * @exclusive: one open file at a time
 * @registered: with ntio; protected by the lock of the links
 * @link_gone: that link was deleted since
 * @deleted: IoDeleteDevice() was called
 * @open_work: waits until it is initialised
 * @delete_work: deletes it
 * @timer: of IoInitializeTimer()
 */
struct wdm_device {
	DEVICE_OBJECT obj;
	struct ntio_device core;
	struct list_head list;
	struct ntio_wdm_driver *driver;
	char *name;
	refcount_t refs;
	struct wdm_device *below;
	char *link;
	umode_t mode;
	bool exclusive;
	bool registered;
	bool link_gone;
	bool deleted;
	struct delayed_work open_work;
	struct work_struct delete_work;
	struct wdm_io_timer *timer;
};

static inline struct wdm_device *to_wdm_device(PDEVICE_OBJECT obj)
{
	return container_of(obj, struct wdm_device, obj);
}

static inline struct ntio_wdm_driver *wdm_driver_of(PDEVICE_OBJECT obj)
{
	return to_wdm_device(obj)->driver;
}

/* device.c */
void wdm_device_get(struct wdm_device *dev);
void wdm_device_put(struct wdm_device *dev);
struct wdm_device *wdm_device_find(const char *name);
bool wdm_device_publish(struct wdm_device *dev);
bool wdm_device_unpublish(struct wdm_device *dev);
struct wdm_device *wdm_device_top_get(struct wdm_device *dev);

/**
 * struct wdm_link - a symbolic link
 * @list: of all of them
 * @driver: that made it
 * @text: its name, as that of a node
 * @target: the name of the device
 */
struct wdm_link {
	struct list_head list;
	struct ntio_wdm_driver *driver;
	char *text;
	char *target;
};

/* names.c */
extern struct mutex wdm_links_mutex;
extern struct list_head wdm_links;
char *wdm_name(PCUNICODE_STRING name);
char *wdm_link_text(PCUNICODE_STRING name);
struct wdm_link *wdm_link_find(const char *text);
struct wdm_device *wdm_device_named(PCUNICODE_STRING name);

/* node.c */
int wdm_node_register(struct wdm_device *dev, char *link);

/* links.c */
int wdm_links_register(struct wdm_device *dev);
void wdm_links_unregister(struct wdm_device *dev);
void wdm_links_drop(struct ntio_wdm_driver *driver);

/* create.c */
NTSTATUS wdm_device_create(PDRIVER_OBJECT object, u32 extension,
			   PUNICODE_STRING name, u32 type, u32 characteristics,
			   bool exclusive, umode_t mode, PDEVICE_OBJECT *obj);
int wdm_devices_open(struct ntio_wdm_driver *driver, bool all);
void wdm_devices_drop(struct ntio_wdm_driver *driver);

/* driver.c */
int wdm_bus_init(void);
void wdm_bus_exit(void);

/* --- files ---------------------------------------------------------------- */

/**
 * struct wdm_file - a file object
 * @obj: what drivers see
 * @refs: the open file, or that of the driver that opened it
 * @pointers: references of drivers, by ObReferenceObject()
 * @top: the top of the stack when it was opened, where its requests go; held,
 *	and its module
 * @opened: the device that was opened; held
 * @security: of the create request
 * @by_driver: opened by IoGetDeviceObjectPointer(): closed with the last of
 *	@pointers
 */
struct wdm_file {
	FILE_OBJECT obj;
	struct kref refs;
	atomic_t pointers;
	struct wdm_device *top;
	struct wdm_device *opened;
	IO_SECURITY_CONTEXT security;
	bool by_driver;
};

static inline struct wdm_file *to_wdm_file(PFILE_OBJECT obj)
{
	return container_of(obj, struct wdm_file, obj);
}

/* file.c */
struct wdm_file *wdm_file_new(struct wdm_device *opened, u32 access);
void wdm_file_put(struct wdm_file *file);
ntstatus_t wdm_file_request(struct ntio_request *rq);
void wdm_file_request_end(struct ntio_request *rq);
void wdm_file_fill_create(struct wdm_file *file, PIO_STACK_LOCATION sp);

/* byname.c */
void wdm_file_get_obj(PFILE_OBJECT obj);
void wdm_file_put_obj(PFILE_OBJECT obj);

/* --- requests ------------------------------------------------------------- */

/* Locations that lie in the request; a higher stack has them elsewhere. */
#define WDM_LOCATIONS 2

/**
 * struct wdm_irp - an IRP
 * @owes: with a caller's request, something is to be given back, see node.c; the
 *	word that ntio looks at
 * @rq: the request; NULL: a driver made it
 * @irp: what drivers see
 * @end: what becomes of one that a driver made, when completion has reached the
 *	top; NULL: it is a caller's, and ntio has that
 * @in_table: it can be looked up
 * @armed: ntio tells when it is cancelled
 * @compat: its caller is a 32-bit program
 * @completed: a driver has completed it
 * @maker: the driver that made it
 * @locations: if there are more than in @own
 * @aliases: what is locked of the caller for it
 * @node: in the table
 * @cancel_flags: of the cancel lock, while a cancel routine has it
 * @built: what was built with it
 * @mdl: that of the request
 * @own: its locations
 */
struct wdm_irp {
	unsigned long owes;
	struct ntio_request *rq;
	IRP irp;
	void (*end)(struct wdm_irp *wirp);
	bool in_table;
	bool armed;
	bool compat;
	atomic_t completed;
	struct ntio_wdm_driver *maker;
	IO_STACK_LOCATION *locations;
	struct wdm_alias *aliases;
	struct hlist_node node;
	unsigned long cancel_flags;
	struct wdm_built *built;
	MDL mdl;
	IO_STACK_LOCATION own[WDM_LOCATIONS];
};

static inline struct wdm_irp *to_wdm_irp(PIRP irp)
{
	return container_of(irp, struct wdm_irp, irp);
}

static inline bool wdm_is_of_caller(const struct wdm_irp *wirp)
{
	return !wirp->end;
}

/* irp.c */
ntstatus_t wdm_control(const struct ntio_caller *caller,
		       struct ntio_request *rq);
ntstatus_t wdm_read_write(struct ntio_request *rq);
ntstatus_t wdm_read_write_in_caller(const struct ntio_caller *caller,
				    struct ntio_request *rq);
PIO_STACK_LOCATION wdm_irp_begin(struct ntio_request *rq,
				 struct wdm_file *file, u8 major);
ntstatus_t wdm_irp_run(struct ntio_request *rq,
		       const struct ntio_caller *caller);
void wdm_irp_free_locations(struct wdm_irp *wirp);
NTSTATUS wdm_invalid_request(PDEVICE_OBJECT device, PIRP irp);

/* dispatch.c */
NTSTATUS wdm_call_dispatch(PDEVICE_OBJECT device, struct wdm_irp *wirp,
			   u8 major, const struct ntio_caller *caller, u8 irql);

/* complete.c */
void wdm_table_add(struct wdm_irp *wirp);
void wdm_table_remove(struct wdm_irp *wirp);
bool wdm_in_table(const struct wdm_irp *wirp);
void wdm_irp_forget(struct wdm_irp *wirp);

/* made.c */
NTSTATUS wdm_send_simple(PDEVICE_OBJECT device, u8 major, u8 minor,
			 struct wdm_file *file);

/* cancel.c */
extern spinlock_t wdm_cancel_lock;
void wdm_cancel_arm(struct wdm_irp *wirp);
void wdm_cancel_disarm(struct wdm_irp *wirp);
void wdm_cancel_unlock(struct wdm_irp *wirp);

/* --- memory --------------------------------------------------------------- */

/* What a driver is given for an address of the caller. */
struct wdm_alias {
	struct wdm_alias *next;
	struct ntio_mdl *mdl;		/* NULL: a copy, which is freed */
	void *address;
	size_t len;
};

/* Longest input that is copied where it cannot be locked. */
#define WDM_COPY_MAX (1024 * 1024)

/* user.c */
NTSTATUS wdm_alias_in(const struct ntio_caller *caller, struct wdm_irp *wirp,
		      ntio_uaddr_t addr, size_t len, void **alias);
NTSTATUS wdm_alias_out(const struct ntio_caller *caller, struct wdm_irp *wirp,
		       ntio_uaddr_t addr, size_t len, void **alias);
void wdm_aliases_free(struct wdm_irp *wirp);
struct wdm_alias *wdm_alias_find(const void *address, size_t len);

/* mdl.c */
void wdm_mdl_of_request(PMDL mdl, struct ntio_mdl *core);
void wdm_mdls_end(struct wdm_irp *wirp);
void wdm_mdl_map_early(struct wdm_irp *wirp);
void wdm_mdl_map_before_raise(u8 irql);
void wdm_mdls_exit(void);

/* --- the rest ------------------------------------------------------------- */

/* wait.c */
enum wdm_object {
	WDM_NOTIFICATION_EVENT = 0xe0,
	WDM_SYNCHRONIZATION_EVENT,
	WDM_MUTANT,
	WDM_SEMAPHORE,
	WDM_NOTIFICATION_TIMER,
	WDM_SYNCHRONIZATION_TIMER,
	WDM_THREAD,
	WDM_USER_EVENT,
};

extern raw_spinlock_t wdm_dispatcher_lock;
void wdm_object_init(DISPATCHER_HEADER *header, enum wdm_object type,
		     LONG state);
void wdm_object_signal(DISPATCHER_HEADER *header, LONG state);
bool wdm_is_object(const DISPATCHER_HEADER *header);
ktime_t wdm_due_time(LONGLONG due);

/* dpc.c and timer.c */
void wdm_dpc_exit(void);
void wdm_timers_init(void);
void wdm_timers_exit(void);
void wdm_timers_drop(struct ntio_wdm_driver *driver);
bool wdm_dpcs_remove(struct ntio_wdm_driver *driver, bool *runs);
void wdm_io_timer_stop(struct wdm_device *dev);

/* thread.c */
void wdm_threads_wait(struct ntio_wdm_driver *driver);

void wdm_thread_get(PETHREAD thread);
void wdm_thread_put(PETHREAD thread);
bool wdm_is_thread(const void *object);

/* handles.c */
NTSTATUS wdm_handle_add(PETHREAD thread, HANDLE *handle);
bool wdm_is_kernel_handle(HANDLE handle);
PETHREAD wdm_handle_remove(HANDLE handle);
PETHREAD wdm_handle_get(HANDLE handle, void (*get)(PETHREAD thread));
void wdm_handles_exit(void (*put)(PETHREAD thread));

/* eventfd.c */
NTSTATUS wdm_user_event_get(HANDLE handle, PVOID *object);
void wdm_user_event_hold(PVOID object);
void wdm_user_event_put(PVOID object);
bool wdm_is_user_event(const void *object);
void wdm_user_event_set(PVOID object);

/* object.c */
void wdm_objects_exit(void);

/* pool.c */
void wdm_pool_drop(struct ntio_wdm_driver *driver);
void wdm_pool_exit(void);

/* callback.c */
void wdm_callbacks_drop(struct ntio_wdm_driver *driver);
void wdm_callbacks_exit(void);
bool wdm_is_callback(const void *object);

/* For allocations, wherever a driver may be. */
static inline gfp_t wdm_gfp(void)
{
	return (wdm_irql() < DISPATCH_LEVEL ? GFP_KERNEL : GFP_ATOMIC) |
	       __GFP_NOWARN;
}

/* For a request: what ends a file cannot fail, or a driver never lets it go. */
static inline gfp_t wdm_gfp_for(u8 major)
{
	gfp_t gfp = wdm_gfp();

	if ((major == IRP_MJ_CLEANUP || major == IRP_MJ_CLOSE) &&
	    gfp & __GFP_DIRECT_RECLAIM)
		gfp |= __GFP_NOFAIL;
	return gfp;
}

/* format.c */
size_t wdm_vformat(char *to, size_t size, const char *format, va_list *args,
		   bool wide);
size_t wdm_utf8(char *to, size_t size, const WCHAR *from, size_t count);
size_t wdm_utf16(WCHAR *to, size_t size, const char *from, size_t len);

#endif
