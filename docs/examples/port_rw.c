// SPDX-License-Identifier: GPL-2.0
/* Memory that is read and written: a direct device with an offset. */
#include <linux/minmax.h>
#include <linux/mutex.h>

#include <ntio/ntio.h>

#include "example.h"

static DEFINE_MUTEX(store_lock);
static u8 store[EXAMPLE_STORE_SIZE];

/* [rw] */
static size_t store_part(const struct ntio_request *rq)
{
	if (rq->offset >= sizeof(store))
		return 0;
	return min_t(u64, rq->length, sizeof(store) - rq->offset);
}

static ntstatus_t store_read(struct ntio_request *rq)
{
	size_t len = store_part(rq);

	if (rq->length && !len)
		return ntio_complete(rq, STATUS_END_OF_FILE, 0);
	if (len) {
		mutex_lock(&store_lock);
		ntio_mdl_copy_to(rq->mdl, 0, store + rq->offset, len);
		mutex_unlock(&store_lock);
	}
	return ntio_complete(rq, STATUS_SUCCESS, len);
}

static ntstatus_t store_write(struct ntio_request *rq)
{
	size_t len = store_part(rq);

	if (rq->length && !len)
		return ntio_complete(rq, STATUS_DISK_FULL, 0);
	if (len) {
		mutex_lock(&store_lock);
		ntio_mdl_copy_from(rq->mdl, 0, store + rq->offset, len);
		mutex_unlock(&store_lock);
	}
	return ntio_complete(rq, STATUS_SUCCESS, len);
}

static struct ntio_device store_device = {
	.name = "port-rw",
	.io = NTIO_IO_DIRECT,
	.seekable = true,
	.read = store_read,
	.write = store_write,
};
module_ntio_device(store_device);
/* [/rw] */

MODULE_DESCRIPTION("porting guide: read and write");
MODULE_LICENSE("GPL");
