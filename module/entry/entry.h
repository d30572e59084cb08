/* SPDX-License-Identifier: GPL-2.0 */
/* Where callers come in. */
#ifndef NTIO_ENTRY_ENTRY_H
#define NTIO_ENTRY_ENTRY_H

#include <linux/fs.h>

#include <ntio/device.h>

#include "request/release.h"

struct io_uring_cmd;
struct ntio_ucmd;

/**
 * struct ntio_ioctl_op - a row of the table of ioctls
 * @size: size of the structure as the kernel knows it
 * @min_size: size of its first version
 * @out: offset of its first out_ field; the rest is given back from there
 * @cmd: the whole ioctl number
 * @execute: carries it out. Returns an errno if it has no answer to write; else
 *	0, and ntio_ucmd::result holds what the ioctl returns.
 */
struct ntio_ioctl_op {
	unsigned int size;
	unsigned int min_size;
	unsigned int out;
	unsigned int cmd;
	int (*execute)(struct ntio_ucmd *ucmd);
};

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

/* ucmd.c */
int ntio_ucmd_capture(struct ntio_ucmd *ucmd);
int ntio_ucmd_probe(const struct ntio_ucmd *ucmd);
int ntio_ucmd_respond(const struct ntio_ucmd *ucmd);

#define NTIO_IOCTL_OP(_name, _NAME, _first_out, _last_v1)                      \
	const struct ntio_ioctl_op ntio_##_name##_op = {                       \
		.size = sizeof(struct ntio_##_name),                           \
		.min_size = offsetofend(struct ntio_##_name, _last_v1),        \
		.out = offsetof(struct ntio_##_name, _first_out),              \
		.cmd = NTIO_IOC_##_NAME,                                       \
		.execute = ntio_ioc_##_name,                                   \
	}

/* control.c */
extern const struct ntio_ioctl_op ntio_device_control_op;
bool ntio_control_supported(const struct ntio_device_control *arg);
void ntio_control_capture(struct ntio_call *call,
			  const struct ntio_device_control *arg, bool compat);
ntstatus_t ntio_control_begin(struct ntio_call *call);

/* cancel.c */
extern const struct ntio_ioctl_op ntio_cancel_op;

/* ioctl.c */
long ntio_ioctl(struct file *filp, unsigned int cmd, unsigned long arg);

/* rw.c */
ssize_t ntio_read_iter(struct kiocb *iocb, struct iov_iter *iter);
ssize_t ntio_write_iter(struct kiocb *iocb, struct iov_iter *iter);
void ntio_rw_clamp(struct ntio_request *rq);
void ntio_rw_capture_command(struct ntio_call *call,
			     const struct ntio_overlapped *arg, bool compat);
ntstatus_t ntio_rw_begin(struct ntio_call *call);

/* mmap.c */
int ntio_mmap(struct file *filp, struct vm_area_struct *vma);

/* uring.c */
int ntio_uring_cmd(struct io_uring_cmd *cmd, unsigned int issue_flags);

/* overlapped.c */
int ntio_overlapped_capture(struct ntio_ucmd *ucmd,
			    struct ntio_overlapped *arg);
int ntio_told_get(struct ntio_told *told, const struct ntio_overlapped *arg);
void ntio_told_put(struct ntio_told *told);
void ntio_told_fail(struct ntio_told *told);
void ntio_told_begun(const struct ntio_told *told);
void ntio_told_end(const struct ntio_call *call,
		   const struct ntio_device_control *arg);
void ntio_told_goes_on(struct ntio_call *call);

/* file.c */
int ntio_file_open(struct ntio_file *file, struct device *dev);
void ntio_file_cleanup(struct ntio_file *file);
void ntio_file_end(struct ntio_file *file);

/* fops.c */
extern const struct file_operations ntio_fops;

/* As ntio_call_wait_on(), if there is anything to wait for. */
static inline enum ntio_wait ntio_call_wait(struct ntio_call *call,
					    enum ntio_call_kind kind, u64 tag)
{
	if (!ntio_request_ended(&call->rq))
		return ntio_call_wait_on(call, kind, tag);
	ntio_untrack(call);
	return NTIO_WAIT_ENDED;
}

/* As ntio_call_resume_detached(), if any call left its request in flight. */
static inline struct ntio_call *ntio_call_resume(struct ntio_file *file,
						 enum ntio_call_kind kind,
						 u64 tag)
{
	return ntio_has_detached(file) ?
		ntio_call_resume_detached(file, kind, tag) : NULL;
}

#endif
