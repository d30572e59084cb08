// SPDX-License-Identifier: GPL-2.0
/* Twins for low_resources and systematic: read a byte of locked pages. */
#include "twins.h"

/* Believes that what can be described can be locked. */
static ntstatus_t res_careless(const struct ntio_caller *caller,
			       struct ntio_request *rq)
{
	struct ntio_mdl *mdl;
	u8 byte = 0;

	mdl = ntio_mdl_alloc(caller, caller->in, caller->in_len);
	if (!mdl)
		return ntio_complete(rq, STATUS_INSUFFICIENT_RESOURCES, 0);
	ntio_mdl_lock(caller, mdl, NTIO_LOCK_READ);
	ntio_request_add_mdl(rq, mdl);
	ntio_mdl_copy_from(mdl, 0, &byte, 1);
	return ntio_complete(rq, STATUS_SUCCESS, byte);
}

static ntstatus_t res_careful(const struct ntio_caller *caller,
			      struct ntio_request *rq)
{
	struct ntio_mdl *mdl;
	ntstatus_t status;
	const u8 *byte;

	mdl = ntio_mdl_alloc(caller, caller->in, caller->in_len);
	if (!mdl)
		return ntio_complete(rq, STATUS_INSUFFICIENT_RESOURCES, 0);
	status = ntio_mdl_lock(caller, mdl, NTIO_LOCK_READ);
	if (ntio_is_error(status)) {
		ntio_mdl_free(mdl);
		return ntio_complete(rq, status, 0);
	}
	ntio_request_add_mdl(rq, mdl);
	byte = ntio_mdl_read_address(mdl);
	if (!byte)
		return ntio_complete(rq, STATUS_INSUFFICIENT_RESOURCES, 0);
	/* A second time it is there. */
	byte = ntio_mdl_read_address(mdl);
	return ntio_complete(rq, STATUS_SUCCESS, byte ? *byte : 0);
}

static const struct ntio_control res_wrong_controls[] = {
	NTIO_CONTROL(IOCTL_TWIN_LOCK, .in_caller = res_careless),
	{ }
};

struct ntio_device twin_res_wrong = {
	.name = "res-wrong",
	.controls = res_wrong_controls,
};

static const struct ntio_control res_right_controls[] = {
	NTIO_CONTROL(IOCTL_TWIN_LOCK, .in_caller = res_careful),
	{ }
};

struct ntio_device twin_res_right = {
	.name = "res-right",
	.controls = res_right_controls,
};
