/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of the core share. Drivers never see this header.
 *
 * There is one lock, ntio_nodes_lock in device.c, for the set of devices. It is
 * not held while a driver runs, nor while user memory is touched.
 */
#ifndef NTIO_CORE_H
#define NTIO_CORE_H

#include <linux/cdev.h>
#include <linux/device.h>
#include <linux/fs.h>

#include "include/ntio/ntio.h"
#include "inject.h"
#include "stats.h"
#include "verifier.h"
#include "violation.h"

struct io_uring_cmd;

/* main.c */
extern unsigned int ntio_max_buffered;
extern unsigned int ntio_max_locked;
extern struct workqueue_struct *ntio_wq;

/**
 * struct ntio_node - the node of a device in /dev, and what must outlive it
 * @dev: lives until the last open file is closed
 * @cdev: the character device
 * @list: in the list of registered nodes
 * @device: the driver's side; NULL when nobody can open the device any more
 * @upper: what is attached on top, or NULL
 * @users: the registration, every open file, and the registration of @upper.
 *	The last one out calls the driver's release.
 * @opens: open files of this node, not of the stack
 * @reported: mistakes of the driver that are in the log already
 * @mode: permissions of the node
 * @depth: how many devices the stack has up to this one
 * @exclusive: only one open file at a time
 * @hidden: no node in /dev, and so no device number
 * @nr_controls: rows of the control table
 * @driver: name of the driver's module
 *
 * All up to @opens is protected by ntio_nodes_lock; @device is also read
 * without. All from @mode on is set before the node is visible and constant
 * after.
 */
struct ntio_node {
	struct device dev;
	struct cdev cdev;
	struct list_head list;
	struct ntio_device *device;
	struct ntio_device *upper;
	unsigned int users;
	unsigned int opens;
	unsigned long reported;
	umode_t mode;
	unsigned int depth;
	bool exclusive;
	bool hidden;
	unsigned int nr_controls;
	const char *driver;
};

/* device.c */
int ntio_devices_init(void);
void ntio_devices_exit(void);
ntstatus_t ntio_device_open(struct ntio_node *node, struct ntio_file *file);
void ntio_device_close(struct ntio_file *file);
bool ntio_file_gone(const struct ntio_file *file);

/* file.c */
extern const struct file_operations ntio_fops;
extern const struct file_operations ntio_poll_fops;
void ntio_file_count(struct ntio_file *file);
bool ntio_file_enter(struct ntio_file *file);
void ntio_file_exit(struct ntio_file *file, bool counted);
bool ntio_file_left(struct ntio_file *file);
void ntio_file_hold(struct ntio_file *file);
void ntio_file_unhold(struct ntio_file *file);
void ntio_file_map(struct ntio_file *file);
void ntio_file_unmap(struct ntio_file *file);

/* ioctl.c */
struct ntio_ioctl_op;
long ntio_ioctl(struct file *filp, unsigned int cmd, unsigned long arg);

/**
 * struct ntio_ucmd - an ioctl on its way
 * @op: its row of the table
 * @file: the open file
 * @ubuffer: the caller's structure
 * @user_size: its size as the caller says
 * @cmd: the kernel's copy
 * @result: what the ioctl returns once the answer is written
 */
struct ntio_ucmd {
	const struct ntio_ioctl_op *op;
	struct ntio_file *file;
	void __user *ubuffer;
	u32 user_size;
	void *cmd;
	int result;
};

int ntio_ucmd_capture(struct ntio_ucmd *ucmd, unsigned int cmd);
int ntio_ucmd_respond(const struct ntio_ucmd *ucmd);

/* control.c */
int ntio_ioc_device_control(struct ntio_ucmd *ucmd);
int ntio_ioc_query_control(struct ntio_ucmd *ucmd);
bool ntio_control_supported(const struct ntio_device_control *arg);
void ntio_control_capture(struct ntio_request *rq, struct ntio_caller *caller,
			  struct ntio_device_control *arg);
ntstatus_t ntio_control_begin(struct ntio_request *rq,
			      const struct ntio_caller *caller);

/* cancel.c */
int ntio_ioc_cancel(struct ntio_ucmd *ucmd);
int ntio_request_enlist(struct ntio_request *rq, u64 tag,
			struct task_struct *issuer);
void ntio_request_delist(struct ntio_request *rq);

/* uring.c */
int ntio_uring_cmd(struct io_uring_cmd *cmd, unsigned int issue_flags);
void ntio_uring_completed(struct ntio_request *rq);
void ntio_uring_free(struct ntio_uring *uring);
bool ntio_uring_is_ours(const struct ntio_request *rq);

/* buffered.c, direct.c, neither.c */

/**
 * struct ntio_transfer - how a method brings buffers to the driver and back
 * @null_in_is_empty: a NULL input address makes the input length 0 [2.8]
 * @null_out_is_empty: a NULL output address makes the output length 0 [2.8]
 * @prepare: makes the driver's buffers from the caller's. On refusal it has
 *	set the reason; what it made is freed with the request. Sleeps.
 * @deliver: gives the answer to the caller, when the request has ended.
 *	Sleeps. Returns false if the answer could not be written.
 *
 * @prepare and @deliver run in the caller's address space.
 */
struct ntio_transfer {
	bool null_in_is_empty;
	bool null_out_is_empty;
	ntstatus_t (*prepare)(struct ntio_request *rq,
			      const struct ntio_caller *caller);
	bool (*deliver)(struct ntio_request *rq,
			const struct ntio_caller *caller);
};

extern const struct ntio_transfer ntio_transfer_buffered;
extern const struct ntio_transfer ntio_transfer_in_direct;
extern const struct ntio_transfer ntio_transfer_out_direct;
extern const struct ntio_transfer ntio_transfer_neither;

ntstatus_t ntio_system_buffer_capture(struct ntio_request *rq,
				      const struct ntio_caller *caller,
				      size_t size);
void ntio_system_buffer_free(struct ntio_request *rq);

/* request.c */
int ntio_requests_init(void);
void ntio_requests_exit(void);
struct ntio_request *ntio_request_alloc(struct ntio_file *file);
ntstatus_t ntio_request_reject(struct ntio_request *rq, ntstatus_t status,
			       enum ntio_reason reason, u64 detail);
bool ntio_request_await(struct ntio_request *rq);
ntstatus_t ntio_request_settle(struct ntio_request *rq, ntstatus_t returned);
ntstatus_t ntio_request_status(struct ntio_request *rq, ntstatus_t returned);
void ntio_request_abandon(struct ntio_request *rq);
bool ntio_request_abandoned(const struct ntio_request *rq);
void ntio_request_mark_cancelled(struct ntio_request *rq);
bool ntio_request_completed(const struct ntio_request *rq);
void ntio_request_own(struct ntio_request *rq);
bool ntio_request_disown(struct ntio_request *rq);
bool ntio_request_queue(struct ntio_request *rq, unsigned int location);
void ntio_request_unqueue(struct ntio_request *rq, unsigned int location);
void ntio_request_finish(struct ntio_request *rq);
void ntio_request_hold(struct ntio_request *rq);
void ntio_request_put(struct ntio_request *rq);
void ntio_request_put_any(struct ntio_request *rq);

/* stack.c */
ntstatus_t ntio_stack_begin(struct ntio_request *rq,
			    const struct ntio_caller *caller);
bool ntio_stack_unwind(struct ntio_request *rq);
bool ntio_request_was_pending(const struct ntio_request *rq);

/* dispatch.c */
const struct ntio_control *ntio_control_find(struct ntio_request *rq);
ntstatus_t ntio_call(struct ntio_request *rq, const struct ntio_caller *caller);
ntstatus_t ntio_begin(struct ntio_request *rq,
		      const struct ntio_caller *caller);
bool ntio_deliver(struct ntio_request *rq, const struct ntio_caller *caller,
		  ntstatus_t *status);
ntstatus_t ntio_run(struct ntio_request *rq, const struct ntio_caller *caller,
		    bool *delivered);
void ntio_outcome(const struct ntio_request *rq, ntstatus_t status,
		  u32 *reason, u64 *detail);

/* rw.c */
ssize_t ntio_read_iter(struct kiocb *iocb, struct iov_iter *iter);
ssize_t ntio_write_iter(struct kiocb *iocb, struct iov_iter *iter);

/* mmap.c */
int ntio_mmap(struct file *filp, struct vm_area_struct *vma);

/* process.c */
void ntio_origin_free(struct ntio_origin *origin);
void ntio_detach_forgotten(void);

/* pages.c */

/**
 * struct ntio_pin - what to pin, and why it failed
 * @addr: first byte, in the current process
 * @len: number of bytes, not 0
 * @write: the driver will write
 * @long_term: for long, and charged
 * @reason: out: which rule said no
 * @detail: out: the number that belongs to @reason
 */
struct ntio_pin {
	ntio_uaddr_t addr;
	size_t len;
	bool write;
	bool long_term;
	enum ntio_reason reason;
	u64 detail;
};

ntstatus_t ntio_pages_pin(struct ntio_page_set *set, struct ntio_pin *pin);
struct ntio_page_set *ntio_pages_alloc(unsigned int nr_pages);
struct ntio_page_set *ntio_pages_borrow(void *buffer, unsigned int nr_pages);
bool ntio_pages_are_pinned(const struct ntio_page_set *set);
void ntio_pages_get(struct ntio_page_set *set);
void ntio_pages_put(struct ntio_page_set *set, bool embedded);
void ntio_pages_pass(struct ntio_page_set *set, unsigned int count);

/* mdl.c */
ntstatus_t ntio_mdl_lock_buffer(struct ntio_request *rq,
				const struct ntio_caller *caller, bool write);
void ntio_mdl_destroy(struct ntio_mdl *mdl);

/* caller.c */
bool ntio_caller_current(const struct ntio_caller *caller);
bool ntio_user_range_ok(ntio_uaddr_t addr, size_t len);
size_t ntio_probe_write(ntio_uaddr_t addr, size_t len);

static inline void __user *ntio_user_ptr(ntio_uaddr_t addr)
{
	return u64_to_user_ptr(addr.value);
}

/* fault.c */
enum ntio_reason ntio_fault_reason(ntio_uaddr_t addr, size_t len, bool write,
				   bool lock, u64 *offset);
bool ntio_touch_private(ntio_uaddr_t addr, size_t len);

/* status.c */
int ntio_status_errno(ntstatus_t status);

#endif
