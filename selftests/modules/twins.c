// SPDX-License-Identifier: GPL-2.0
/* Wrong drivers for the verifier, and their right twins: the module. */
#include "twins.h"

static struct ntio_device * const twins[] = {
	&twin_io_wrong_below, &twin_io_right_below,
	&twin_io_wrong, &twin_io_right,
	&twin_log_wrong, &twin_log_right,
	&twin_pool_wrong_below, &twin_pool_wrong, &twin_pool_right,
	&twin_mdl_wrong_below, &twin_mdl_wrong, &twin_mdl_right,
	&twin_pend_wrong_below, &twin_pend_right_below,
	&twin_pend_wrong, &twin_pend_right,
	&twin_res_wrong, &twin_res_right,
};

ntstatus_t twin_succeed(struct ntio_request *rq)
{
	return ntio_complete(rq, STATUS_SUCCESS, 0);
}

static void twins_unregister(size_t count)
{
	while (count--)
		ntio_unregister(twins[count]);
}

static int __init twins_init(void)
{
	size_t i;
	int rc;

	for (i = 0; i < ARRAY_SIZE(twins); i++) {
		rc = ntio_register(twins[i]);
		if (rc) {
			twins_unregister(i);
			return rc;
		}
	}
	return 0;
}
module_init(twins_init);

static void __exit twins_exit(void)
{
	twins_unregister(ARRAY_SIZE(twins));
}
module_exit(twins_exit);

MODULE_INFO(test, "Y");
MODULE_DESCRIPTION("ntio test: wrong drivers and their right twins");
MODULE_LICENSE("GPL");
