/* SPDX-License-Identifier: GPL-2.0 */
/* Device objects, their control codes and their open files. */
#ifndef NTIO_DEVICE_H
#define NTIO_DEVICE_H

#include <linux/module.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "caller.h"
#include "request.h"
#include "types.h"

struct hlist_head;
struct ntio_call;
struct ntio_node;

/**
 * struct ntio_control - a control code that a driver serves
 * @code: the whole control code, method and access included
 * @name: its name, for people; NTIO_CONTROL() fills it in
 * @handler: called with the prepared buffers, in any context
 * @in_caller: called instead of @handler, in the caller's address space and
 *	with the token that gives access to it. The only kind of handler that
 *	can reach user memory, and so what a NEITHER code needs.
 * @min_in: shortest first buffer; what is shorter does not reach the driver
 * @max_in: longest first buffer, 0: as long as the module allows
 * @min_out: shortest second buffer
 * @max_out: longest second buffer, 0: as long as the module allows
 * @never_pends: the handler ends each request before it returns; it marks none
 *	pending and gives none away, and that is checked. The pages of a DIRECT
 *	request are then locked for a moment only. Without this they may stay
 *	locked for as long as the driver likes, so they are charged to the
 *	RLIMIT_MEMLOCK of the caller's user, and memory that cannot be locked
 *	for long, such as a shared mapping of a file on disk, is refused.
 * @may_copy: of a DIRECT code: the second buffer may be a copy, where copying
 *	costs less than locking, or where its memory cannot be locked: as that
 *	of a BUFFERED code, but in ntio_request::mdl, so that the handler need
 *	not know. An output is zero before the handler is called, and as many
 *	bytes as its Information says are copied back. What the caller writes
 *	meanwhile is not seen.
 * @sleeps: the handler may sleep. A ring that may not wait has its requests
 *	served by a thread of its own then; without this a handler that sleeps
 *	stops the whole ring. ntio_device::sleeps is for what has no row.
 *
 * Exactly one of @handler and @in_caller is set. Both return the status with
 * which the request was completed, or STATUS_PENDING if it was marked pending.
 */
struct ntio_control {
	u32 code;
	const char *name;
	ntstatus_t (*handler)(struct ntio_request *rq);
	ntstatus_t (*in_caller)(const struct ntio_caller *caller,
				struct ntio_request *rq);
	u32 min_in;
	u32 max_in;
	u32 min_out;
	u32 max_out;
	bool never_pends;
	bool may_copy;
	bool sleeps;
};

/**
 * NTIO_CONTROL() - row of a control table
 * @_code: macro of the control code; its spelling becomes the name
 * @...: the other fields, as designated initialisers
 */
#define NTIO_CONTROL(_code, ...) \
	{ .code = (_code), .name = #_code, __VA_ARGS__ }

/**
 * struct ntio_layer - bytes of a layer's own in each request
 * @size: how many: a word at least, up to what kmalloc() has. The word at their
 *	begin is zero when a request is made; the others are zero, or as an earlier
 *	request of the same file left them
 * @release: the request has ended, or is freed without having been sent, and that
 *	word is not zero; its buffers are still there, and are freed next. @bytes
 *	stay until the request is freed. NULL: nothing to do.
 *
 * For a layer between the core and drivers that were written for another
 * interface, and that has something of its own for each request (Windows: the
 * IRP, of which the layer makes what its drivers expect). The structure and
 * @release stay as long as the devices that name them.
 *
 * @release is called at most once for each request, where sleeping is allowed; a
 * ring may be locked meanwhile, so it must not wait for other requests.
 */
struct ntio_layer {
	size_t size;
	void (*release)(struct ntio_request *rq, void *bytes);
};

/**
 * struct ntio_file - an open file of a device (Windows: FILE_OBJECT)
 * @device: the top of the device stack, where requests go first
 * @opened: the device whose node was opened, in that stack
 * @context: for the one driver of the stack that uses it (Windows: FsContext)
 * @access: what the file was opened for: NTIO_READ_ACCESS, NTIO_WRITE_ACCESS,
 *	both or none
 *
 * Duplicated and inherited descriptors share one [1.26].
 */
struct ntio_file {
	struct ntio_device *device;
	struct ntio_device *opened;
	void *context;
	u32 access;
	/* private: see device/handles.c, request/inflight.c, request/spare.c */
	struct file *filp;
	unsigned long state;
	bool counts_handles;
	atomic_t in_flight;
	atomic_t mappings;
	atomic_t exits;
	struct delayed_work watch;
	unsigned long watch_delay;
	struct work_struct cleanup_work;
	struct ntio_request *requests[3];
	struct work_struct request_work;
	struct ntio_inflight {
		spinlock_t lock;
		struct list_head processes;
		unsigned int count;
		unsigned int detached;
		struct hlist_head *names;
		u64 cancels;
		struct ntio_cancel_note {
			u64 at;
			const struct mm_struct *mm;
			u64 tag;
			bool all;
		} notes[8];
		struct list_head spares;
		unsigned int nr_spares;
	} inflight;
	struct ntio_call *spare;
	void *spare_page;
	unsigned long spare_large;
	wait_queue_head_t poll_wait;
};

/**
 * enum ntio_io - how read and write bring the buffer to the driver [6.1]
 * @NTIO_IO_NEITHER: not at all: the handlers are in-caller handlers
 * @NTIO_IO_BUFFERED: through the system buffer (Windows: DO_BUFFERED_IO)
 * @NTIO_IO_DIRECT: locked pages (Windows: DO_DIRECT_IO)
 */
enum ntio_io {
	NTIO_IO_NEITHER,
	NTIO_IO_BUFFERED,
	NTIO_IO_DIRECT,
};

/**
 * struct ntio_device - a device object (Windows: DEVICE_OBJECT)
 * @name: the node is /dev/ntio/@name; letters, digits, '-' and '_'
 * @mode: permissions of the node, 0: 0600
 * @type: device type, for people; 0: NTIO_DEVICE_UNKNOWN
 * @exclusive: only one open at a time; a second one is refused with
 *	STATUS_ACCESS_DENIED [1.22]
 * @hidden: no node in /dev; reached only through the stack it is part of
 * @initializing: cannot be opened before ntio_finish_initializing(); an open is
 *	refused with STATUS_NO_SUCH_DEVICE (Windows: DO_DEVICE_INITIALIZING)
 * @lower: device to attach to. The new device goes on top of that device's
 *	stack, and @lower becomes the device it sits on (Windows:
 *	IoAttachDeviceToDeviceStack, [8.12]). NULL: a stack of its own.
 * @io: how reads and writes bring their buffer
 * @highest: this driver brings the buffers for those below, by copying or
 *	locking them: it may be attached to a device of another @io style, and
 *	nothing may be attached on top of it (R6, [3.8])
 * @never_pends: reads and writes end before their handlers return, as
 *	ntio_control::never_pends
 * @sleeps: handlers of reads and writes, and of what no row of @controls
 *	serves, may sleep, as ntio_control::sleeps. Must not change while the
 *	device is registered.
 * @may_copy: the buffers of reads and writes of a direct device, as
 *	ntio_control::may_copy
 * @seekable: reads and writes have an offset, which the core advances [6.13];
 *	writes with O_APPEND are refused. Else pread(2), pwrite(2) and lseek(2)
 *	are refused
 * @controls: the control codes, ended by an empty row; NULL: none
 * @read: read(2), of a buffered or direct device
 * @write: write(2), likewise
 * @read_in_caller: read(2) of a device that is neither; the address is
 *	ntio_caller::out
 * @write_in_caller: write(2) likewise; the address is ntio_caller::in
 * @other: what no row of @controls and none of the above serves. NULL: goes to
 *	the device below, or is refused at the bottom.
 * @other_in_caller: instead of @other, in the caller's address space and with
 *	the token: for a device at the top of its stack that declares no codes
 *	but serves NEITHER ones
 * @mmap: the pages of kernel memory to map for the process that calls mmap(2),
 *	from ntio_mdl_alloc_pages(), or a part of it: @size bytes from @offset
 *	on, whole pages; NULL refuses. The mapping has its own hold on the pages.
 *	Called with the process' mmap lock held: must not wait for a lock under
 *	which user memory is touched. NULL: no mmap(2).
 * @poll: what the file is ready for, EPOLL* bits, for poll(2); call
 *	ntio_poll_wake() when that changes. Must not sleep. NULL: always ready.
 * @create: the device is opened, in the opener's context. An error refuses the
 *	open, and neither cleanup nor close follow [1.27]. NULL: always allowed.
 *	(Windows: IRP_MJ_CREATE)
 * @cleanup: the last handle is closed, in the context of the process that
 *	closed it, seldom in that of a system call that ended at that moment, or
 *	of a worker shortly after; never under a lock of the core or of a ring;
 *	requests may still run [8.36]. Without any such callback in the stack
 *	nothing is counted to find the last handle. NULL: nothing to do.
 *	(Windows: IRP_MJ_CLEANUP)
 * @close: the last reference is gone, every request has ended [8.37]. Always
 *	after cleanup. NULL: nothing to do. (Windows: IRP_MJ_CLOSE)
 * @file_request: instead of these three: requests, with the majors
 *	NTIO_MAJOR_CREATE, _CLEANUP and _CLOSE, which may pend and are forwarded
 *	like others. One goes to the topmost device that has this; devices below
 *	without it are passed over, and below the last one it succeeds. An open
 *	waits for the create, which comes after the create callbacks of other
 *	devices and is cancelled if the opener is killed; -EINTR. An error
 *	refuses the open. Nobody waits for cleanup and close, which come after
 *	the callbacks too, nor looks at their status; but close does not come
 *	before cleanup has ended, and the devices stay until close has. They
 *	also come, in a worker, if an opener that was killed had its create
 *	completed with success. No memory has to be found for them.
 * @release: nothing refers to the device any more, its memory may be freed.
 *	Called at the last close after ntio_unregister(). NULL for devices that
 *	live as long as their module.
 * @cancel_lock: held while a request of this device is marked cancelled and its
 *	cancel routine is taken out and called; the routine gives it back with
 *	ntio_release_cancel_lock(). For drivers that hold such a lock while
 *	they take out their routine and complete. Devices of one stack share
 *	it. NULL: no lock (Windows: the cancel spin lock, [8.24])
 * @layer: bytes that each request to the device has for a layer, see
 *	ntio_layer_bytes(). Devices of one stack that have a layer have the same
 *	one. A request then holds its device until it is freed. NULL: none
 * @context: for the driver (Windows: DeviceExtension)
 *
 * The driver owns the structure and keeps it until @release, or until its
 * module is unloaded. In a stack @create is called from the bottom up, @cleanup
 * and @close from the top down.
 */
struct ntio_device {
	const char *name;
	umode_t mode;
	u16 type;
	bool exclusive;
	bool hidden;
	bool initializing;
	struct ntio_device *lower;
	enum ntio_io io;
	bool highest;
	bool never_pends;
	bool sleeps;
	bool may_copy;
	bool seekable;
	const struct ntio_control *controls;
	ntstatus_t (*read)(struct ntio_request *rq);
	ntstatus_t (*write)(struct ntio_request *rq);
	ntstatus_t (*read_in_caller)(const struct ntio_caller *caller,
				     struct ntio_request *rq);
	ntstatus_t (*write_in_caller)(const struct ntio_caller *caller,
				      struct ntio_request *rq);
	ntstatus_t (*other)(struct ntio_request *rq);
	ntstatus_t (*other_in_caller)(const struct ntio_caller *caller,
				      struct ntio_request *rq);
	struct ntio_mdl *(*mmap)(struct ntio_file *file, size_t size,
				 u64 offset);
	__poll_t (*poll)(struct ntio_file *file);
	ntstatus_t (*create)(struct ntio_file *file);
	void (*cleanup)(struct ntio_file *file);
	void (*close)(struct ntio_file *file);
	ntstatus_t (*file_request)(struct ntio_request *rq);
	void (*release)(struct ntio_device *device);
	spinlock_t *cancel_lock;
	const struct ntio_layer *layer;
	void *context;
	/* private: */
	struct module *owner;
	struct ntio_node *node;
	unsigned long reported;
};

int __ntio_register(struct ntio_device *device, struct module *owner);

/**
 * ntio_register() - make a device (Windows: IoCreateDevice)
 * @device: described by the driver
 *
 * The device can be opened before this returns.
 *
 * Context: May sleep.
 * Return: 0; -EINVAL: name, control table or handlers are wrong, or the device
 *	does not fit on @lower; -EEXIST: the name is taken, or @device is
 *	registered, or still open; -ENODEV: @lower is not registered; -ELOOP:
 *	the stack would be too high, or a loop; -ENOMEM.
 */
#define ntio_register(device) __ntio_register(device, THIS_MODULE)

/**
 * ntio_finish_initializing() - let a device be opened
 * @device: registered with ntio_device::initializing
 *
 * (Windows: clearing DO_DEVICE_INITIALIZING)
 *
 * Context: May sleep.
 */
void ntio_finish_initializing(struct ntio_device *device);

/**
 * ntio_add_name() - let a device be opened by another name, too
 * @device: registered, with a node in /dev
 * @text: the new node is /dev/ntio/@text, with the same permissions; may be
 *	gone after
 *
 * What is opened is the same device, which says its own name. At most some 250
 * nodes fit in /dev/ntio. (Windows: IoCreateSymbolicLink, [1.28])
 *
 * Context: May sleep.
 * Return: 0; -EEXIST: a device or another name is called so; -EINVAL: the name
 *	is not valid, or the device is hidden; -ENOMEM; -ENOSPC.
 */
int ntio_add_name(struct ntio_device *device, const char *text);

/**
 * ntio_remove_name() - take such a name away (Windows: IoDeleteSymbolicLink)
 * @device: registered
 * @text: its name; not its own. Those that are left go with ntio_unregister().
 *
 * Files that were opened by it stay.
 *
 * Context: May sleep.
 * Return: 0; -ENOENT: the device has no such name.
 */
int ntio_remove_name(struct ntio_device *device, const char *text);

/**
 * ntio_unregister() - remove a device (Windows: IoDeleteDevice)
 * @device: registered before
 *
 * The node vanishes and nobody can open the device any more. Files that are
 * open stay: their new requests are refused with STATUS_DELETE_PENDING, those
 * that run go on, and cleanup and close still come. The device is gone at the
 * last close [1.29].
 *
 * Context: May sleep. Not from one of the device's own callbacks.
 */
void ntio_unregister(struct ntio_device *device);

/**
 * ntio_poll_wake() - wake who polls a file
 * @file: whose ntio_device::poll would answer differently now
 * @events: EPOLL* bits that it would answer now
 *
 * Context: Any but hard interrupts.
 */
void ntio_poll_wake(struct ntio_file *file, __poll_t events);

/**
 * module_ntio_device() - a module that is one device and nothing else
 * @device: the struct ntio_device
 */
#define module_ntio_device(device)                      \
	static int __init device##_init(void)           \
	{                                               \
		return ntio_register(&(device));        \
	}                                               \
	module_init(device##_init);                     \
	static void __exit device##_exit(void)          \
	{                                               \
		ntio_unregister(&(device));             \
	}                                               \
	module_exit(device##_exit)

#endif
