// SPDX-License-Identifier: GPL-2.0
/* Opening a device, sending it requests, asking what it is. */
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/ioctl.h>

#include <ntio/ntio.h>

int ntio_open(const char *name, int flags)
{
	char path[PATH_MAX];
	int len;

	if (flags & ~(O_ACCMODE | O_CLOEXEC)) {
		errno = EINVAL;
		return -1;
	}
	len = snprintf(path, sizeof(path), "%s%s",
		       strchr(name, '/') ? "" : "/dev/ntio/", name);
	if (len < 0 || (size_t)len >= sizeof(path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	return open(path, flags | O_CLOEXEC);
}

static struct ntio_result refuse_call(int error)
{
	struct ntio_result result = {
		.status = ntio_status_from_errno(error),
		.reason = NTIO_REASON_CALL,
		.error = error,
	};

	return result;
}

static struct ntio_result refuse_length(void)
{
	struct ntio_result result = {
		.status = STATUS_INVALID_PARAMETER,
		.reason = NTIO_REASON_LENGTH,
		.detail = UINT32_MAX,
		.error = EINVAL,
	};

	return result;
}

static struct ntio_result deliver(const struct ntio_device_control *call)
{
	struct ntio_result result = {
		.status = call->out_status,
		.reason = call->out_reason,
		.iosb_status = call->out_iosb_status,
		.flags = call->out_flags,
		.information = call->out_information,
		.detail = call->out_detail,
		.error = ntio_status_to_errno(call->out_status),
	};

	return result;
}

/*
 * A refused ioctl and a request that failed both return -1. The kernel writes
 * out_reason in the second case only, and never our own number.
 */
struct ntio_result ntio_control(int fd, uint32_t code, const void *in,
				size_t in_len, void *out, size_t out_len)
{
	struct ntio_device_control call = {
		.size = sizeof(call),
		.code = code,
		.in = (uintptr_t)in,
		.out = (uintptr_t)out,
		.in_len = in_len,
		.out_len = out_len,
		.out_reason = NTIO_REASON_CALL,
	};
	int ret;

	if (in_len != call.in_len || out_len != call.out_len)
		return refuse_length();
	ret = ioctl(fd, NTIO_IOC_DEVICE_CONTROL, &call);
	if (call.out_reason == NTIO_REASON_CALL)
		return refuse_call(ret < 0 ? errno : ENOTTY);
	return deliver(&call);
}

struct ntio_result ntio_result_of(const struct ntio_device_control *call,
				  int res)
{
	if (call->out_reason == NTIO_REASON_CALL)
		return refuse_call(res < 0 ? -res : ENOTTY);
	return deliver(call);
}

int ntio_cancel(int fd, uint32_t flags,
		const struct ntio_device_control *request)
{
	struct ntio_cancel cancel = {
		.size = sizeof(cancel),
		.flags = flags,
		.request = (uintptr_t)request,
	};

	if (ioctl(fd, NTIO_IOC_CANCEL, &cancel))
		return -1;
	return cancel.out_cancelled;
}

int ntio_query_device(int fd, struct ntio_query_device *device)
{
	memset(device, 0, sizeof(*device));
	device->size = sizeof(*device);
	return ioctl(fd, NTIO_IOC_QUERY_DEVICE, device);
}

int ntio_query_control(int fd, uint32_t index,
		       struct ntio_query_control *control)
{
	memset(control, 0, sizeof(*control));
	control->size = sizeof(*control);
	control->index = index;
	return ioctl(fd, NTIO_IOC_QUERY_CONTROL, control);
}
