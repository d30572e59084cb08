// SPDX-License-Identifier: GPL-2.0
/* A driver whose mistakes the core has to survive, refuse and count. */
#include <linux/slab.h>
#include <linux/workqueue.h>

#include <ntio/ntio.h>

#include "ntio_mistakes.h"

static ntstatus_t mistakes_write_read_mdl(struct ntio_request *rq)
{
	u64 through = 0;
	u8 byte = 0xff;

	if (ntio_mdl_write_address(rq->mdl))
		through++;
	through += ntio_mdl_copy_to(rq->mdl, 0, &byte, 1);
	return ntio_complete(rq, STATUS_SUCCESS, through);
}

/* --- the caller's token ------------------------------------------------- */

struct mistakes_access {
	struct work_struct work;
	const struct ntio_caller *caller;
	ntio_uaddr_t at;
	u64 copied;
};

static void mistakes_access(struct work_struct *work)
{
	struct mistakes_access *access =
		container_of(work, struct mistakes_access, work);
	u64 data = 0;

	access->copied = 2 * sizeof(data);
	access->copied -= ntio_read_user(access->caller, &data, access->at,
					 sizeof(data));
	access->copied -= ntio_write_user(access->caller, access->at, &data,
					  sizeof(data));
}

static ntstatus_t mistakes_wrong_context(const struct ntio_caller *caller,
					 struct ntio_request *rq)
{
	struct mistakes_access access = {
		.caller = caller,
		.at = ntio_uaddr(caller, *(u64 *)rq->system_buffer),
	};

	INIT_WORK_ONSTACK(&access.work, mistakes_access);
	schedule_work(&access.work);
	flush_work(&access.work);
	destroy_work_on_stack(&access.work);
	return ntio_complete(rq, STATUS_SUCCESS, access.copied);
}

static ntstatus_t mistakes_none(const struct ntio_caller *caller,
				struct ntio_request *rq)
{
	struct mistakes_access access = {
		.caller = caller,
		.at = ntio_uaddr(caller, *(u64 *)rq->system_buffer),
	};

	mistakes_access(&access.work);
	return ntio_complete(rq, STATUS_SUCCESS, access.copied);
}

/* --- pending, not marked ------------------------------------------------ */

struct mistakes_later {
	struct delayed_work work;
	struct ntio_request *rq;
};

static void mistakes_complete(struct work_struct *work)
{
	struct mistakes_later *later =
		container_of(work, struct mistakes_later, work.work);

	ntio_complete(later->rq, STATUS_SUCCESS, 4);
	kfree(later);
}

static ntstatus_t mistakes_unmarked(struct ntio_request *rq)
{
	struct mistakes_later *later = kmalloc(sizeof(*later), GFP_KERNEL);

	if (!later)
		return ntio_complete(rq, STATUS_INSUFFICIENT_RESOURCES, 0);
	INIT_DELAYED_WORK(&later->work, mistakes_complete);
	later->rq = rq;
	schedule_delayed_work(&later->work, msecs_to_jiffies(100));
	return STATUS_PENDING;
}

static const struct ntio_control mistakes_controls[] = {
	NTIO_CONTROL(IOCTL_MISTAKE_WRITE_READ_MDL,
		     .handler = mistakes_write_read_mdl),
	NTIO_CONTROL(IOCTL_MISTAKE_WRONG_CONTEXT,
		     .in_caller = mistakes_wrong_context,
		     .min_in = sizeof(u64)),
	NTIO_CONTROL(IOCTL_MISTAKE_UNMARKED, .handler = mistakes_unmarked),
	NTIO_CONTROL(IOCTL_MISTAKE_NONE, .in_caller = mistakes_none,
		     .min_in = sizeof(u64)),
	{ }
};

static struct ntio_device mistakes_device = {
	.name = "mistakes",
	.controls = mistakes_controls,
};
module_ntio_device(mistakes_device);

MODULE_INFO(test, "Y");
MODULE_DESCRIPTION("ntio test: mistakes that must be survived");
MODULE_LICENSE("GPL");
