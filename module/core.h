/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of the core share. Drivers never see this header.
 *
 * Lock order: ntio_nodes_lock -> ntio_node::lock. Neither is held while a
 * driver runs, nor while user memory is touched.
 */
#ifndef NTIO_CORE_H
#define NTIO_CORE_H

#include <linux/cdev.h>
#include <linux/device.h>
#include <linux/fs.h>
#include <linux/mutex.h>

#include "include/ntio/ntio.h"
#include "stats.h"
#include "violation.h"

/* main.c */
extern unsigned int ntio_max_buffered;
extern unsigned int ntio_max_locked;
extern struct workqueue_struct *ntio_wq;

/**
 * struct ntio_node - the node of a device in /dev, and what must outlive it
 * @dev: lives until the last open file is closed
 * @cdev: the character device
 * @list: in the list of registered nodes, under ntio_nodes_lock
 * @lock: protects @device and @users
 * @device: the driver's side; NULL when nobody can open the device any more
 * @users: the registration, and every open file. The last one out calls the
 *	driver's release.
 * @reported: mistakes of the driver that are in the log already
 * @mode: permissions of the node
 * @exclusive: only one open file at a time
 * @nr_controls: rows of the control table
 * @driver: name of the driver's module
 *
 * All from @mode on is set before the node is visible and constant after.
 */
struct ntio_node {
	struct device dev;
	struct cdev cdev;
	struct list_head list;
	struct mutex lock;
	struct ntio_device *device;
	unsigned int users;
	unsigned long reported;
	umode_t mode;
	bool exclusive;
	unsigned int nr_controls;
	const char *driver;
};

/* device.c */
int ntio_devices_init(void);
void ntio_devices_exit(void);
ntstatus_t ntio_device_get(struct ntio_node *node, struct ntio_device **device);
void ntio_device_put(struct ntio_device *device);
bool ntio_device_gone(struct ntio_device *device);

/* file.c */
extern const struct file_operations ntio_fops;
bool ntio_file_enter(struct ntio_file *file);
void ntio_file_exit(struct ntio_file *file, bool counted);
void ntio_file_hold(struct ntio_file *file);
void ntio_file_unhold(struct ntio_file *file);

/* ioctl.c */
long ntio_ioctl(struct file *filp, unsigned int cmd, unsigned long arg);

/**
 * struct ntio_ucmd - an ioctl on its way
 * @file: the open file
 * @ubuffer: the caller's structure
 * @user_size: its size as the caller says
 * @cmd: the kernel's copy
 * @result: what the ioctl returns once the answer is written
 */
struct ntio_ucmd {
	struct ntio_file *file;
	void __user *ubuffer;
	u32 user_size;
	void *cmd;
	int result;
};

/* control.c */
int ntio_ioc_device_control(struct ntio_ucmd *ucmd);
int ntio_ioc_query_control(struct ntio_ucmd *ucmd);

/* buffered.c, direct.c, neither.c */

/**
 * struct ntio_transfer - how a method brings buffers to the driver and back
 * @null_in_is_empty: a NULL input address makes the input length 0 [2.8]
 * @null_out_is_empty: a NULL output address makes the output length 0 [2.8]
 * @prepare: makes the driver's buffers from the caller's. On refusal it has
 *	set the reason, and @release undoes what it did. Sleeps.
 * @deliver: gives the answer to the caller, when the request has ended.
 *	Sleeps. Returns false if the answer could not be written.
 * @release: frees the buffers; in any process' context. Sleeps.
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
	void (*release)(struct ntio_request *rq);
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
void ntio_request_hand_over(struct ntio_request *rq);
ntstatus_t ntio_request_settle(struct ntio_request *rq, ntstatus_t returned);
bool ntio_request_was_pending(const struct ntio_request *rq);
bool ntio_request_abandoned(const struct ntio_request *rq);
void ntio_request_put(struct ntio_request *rq);

/* mdl.c */
ntstatus_t ntio_mdl_lock(struct ntio_request *rq,
			 const struct ntio_caller *caller, bool writable);
void ntio_mdl_unlock(struct ntio_mdl *mdl);

/* caller.c */
bool ntio_user_range_ok(ntio_uaddr_t addr, size_t len);
size_t ntio_probe_write(ntio_uaddr_t addr, size_t len);

static inline void __user *ntio_user_ptr(ntio_uaddr_t addr)
{
	return u64_to_user_ptr(addr.value);
}

/* fault.c */
enum ntio_reason ntio_fault_reason(ntio_uaddr_t addr, size_t len, bool write,
				   bool lock, u64 *offset);

/* status.c */
int ntio_status_errno(ntstatus_t status);

#endif
