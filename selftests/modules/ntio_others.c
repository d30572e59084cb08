// SPDX-License-Identifier: GPL-2.0
/*
 * A driver as one that was written for Windows: it declares no codes, takes
 * what comes, and looks by itself at what it is. For NEITHER codes it needs the
 * caller's context.
 */
#include <ntio/ntio.h>

#include "ntio_others.h"

static ntstatus_t others_find(const struct ntio_caller *caller,
			      struct ntio_request *rq)
{
	struct others_find find;
	u8 data[OTHERS_MAX];

	if (caller->in_len < sizeof(find) ||
	    ntio_read_user(caller, &find, caller->in, sizeof(find)))
		return ntio_refuse(rq, STATUS_ACCESS_VIOLATION,
				   NTIO_REASON_FAULT);
	if (find.len > sizeof(data) || find.len > caller->out_len)
		return ntio_complete(rq, STATUS_INVALID_PARAMETER, 0);
	if (ntio_read_user(caller, data, ntio_uaddr(caller, find.address),
			   find.len) ||
	    ntio_write_user(caller, caller->out, data, find.len))
		return ntio_refuse(rq, STATUS_ACCESS_VIOLATION,
				   NTIO_REASON_FAULT);
	return ntio_complete(rq, STATUS_SUCCESS, find.len);
}

static ntstatus_t others_serve(const struct ntio_caller *caller,
			       struct ntio_request *rq)
{
	size_t len = min(rq->in_len, rq->out_len);

	switch (NTIO_CTL_METHOD(rq->code)) {
	case NTIO_METHOD_NEITHER:
		return others_find(caller, rq);
	case NTIO_METHOD_OUT_DIRECT:
		len = ntio_mdl_copy_to(rq->mdl, 0, rq->system_buffer, len);
		break;
	case NTIO_METHOD_IN_DIRECT:
		len = rq->mdl ? rq->mdl->byte_count : 0;
		break;
	}
	return ntio_complete(rq, STATUS_SUCCESS, len);
}

static struct ntio_device others_device = {
	.name = "others",
	.type = OTHERS_TYPE,
	.other_in_caller = others_serve,
};

static struct ntio_device others_low_device = {
	.name = "others-low",
	.hidden = true,
	.other_in_caller = others_serve,
};

static ntstatus_t others_forward(struct ntio_request *rq)
{
	return ntio_forward(rq);
}

static struct ntio_device others_top_device = {
	.name = "others-top",
	.type = OTHERS_TYPE,
	.lower = &others_low_device,
	.other = others_forward,
};

static struct ntio_device * const others_devices[] = {
	&others_device, &others_low_device, &others_top_device,
};

static void others_undo(unsigned int count)
{
	while (count--)
		ntio_unregister(others_devices[count]);
}

static int __init others_init(void)
{
	unsigned int i;
	int rc;

	for (i = 0; i < ARRAY_SIZE(others_devices); i++) {
		rc = ntio_register(others_devices[i]);
		if (rc) {
			others_undo(i);
			return rc;
		}
	}
	return 0;
}
module_init(others_init);

static void __exit others_exit(void)
{
	others_undo(ARRAY_SIZE(others_devices));
}
module_exit(others_exit);

MODULE_INFO(test, "Y");
MODULE_DESCRIPTION("ntio test: declares no codes");
MODULE_LICENSE("GPL");
