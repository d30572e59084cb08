// SPDX-License-Identifier: GPL-2.0
/* The benchmark's work with ntio; bench_floor.c does the same by hand. */
#include <linux/highmem.h>
#include <linux/string.h>

#include <ntio/ntio.h>

#include "bench.h"

static u8 bench_page[BENCH_PAGE];

static ntstatus_t bench_none(struct ntio_request *rq)
{
	return ntio_complete(rq, STATUS_SUCCESS, 0);
}

static ntstatus_t bench_locked(struct ntio_request *rq)
{
	return ntio_complete(rq, STATUS_SUCCESS, rq->out_len);
}

static ntstatus_t bench_buffered(struct ntio_request *rq)
{
	return ntio_complete(rq, STATUS_SUCCESS, min(rq->in_len, rq->out_len));
}

static ntstatus_t bench_fill(struct ntio_request *rq)
{
	struct ntio_segment seg;
	size_t at;
	u8 *page;

	ntio_mdl_for_each_segment(rq->mdl, at, seg) {
		page = kmap_local_page(seg.page);
		bench_set(page + seg.offset, seg.len);
		kunmap_local(page);
	}
	return ntio_complete(rq, STATUS_SUCCESS, rq->out_len);
}

static ntstatus_t bench_fill_mapped(struct ntio_request *rq)
{
	void *at = ntio_mdl_write_address(rq->mdl);

	if (!at)
		return ntio_complete(rq, STATUS_INSUFFICIENT_RESOURCES, 0);
	bench_set(at, rq->out_len);
	return ntio_complete(rq, STATUS_SUCCESS, rq->out_len);
}

static ntstatus_t bench_neither(const struct ntio_caller *caller,
				struct ntio_request *rq)
{
	size_t len = min(rq->in_len, rq->out_len);

	if (len > sizeof(bench_page))
		return ntio_complete(rq, STATUS_INVALID_PARAMETER, 0);
	if (ntio_read_user(caller, bench_page, caller->in, len) ||
	    ntio_write_user(caller, caller->out, bench_page, len))
		return ntio_complete(rq, STATUS_ACCESS_VIOLATION, 0);
	return ntio_complete(rq, STATUS_SUCCESS, len);
}

static void bench_works(struct ntio_request *rq)
{
	ntio_complete(rq, STATUS_SUCCESS, 0);
}

static ntstatus_t bench_worker(struct ntio_request *rq)
{
	return ntio_queue_work(rq, bench_works);
}

static ntstatus_t bench_read(struct ntio_request *rq)
{
	bench_set(rq->system_buffer, rq->length);
	return ntio_complete(rq, STATUS_SUCCESS, rq->length);
}

static ntstatus_t bench_write(struct ntio_request *rq)
{
	return ntio_complete(rq, STATUS_SUCCESS, rq->length);
}

static struct ntio_queue bench_parked;

static ntstatus_t bench_park(struct ntio_request *rq)
{
	return ntio_queue_insert(&bench_parked, rq);
}

static ntstatus_t bench_end(struct ntio_request *rq)
{
	struct ntio_request *parked;

	while ((parked = ntio_queue_remove(&bench_parked, NULL)))
		ntio_complete(parked, STATUS_SUCCESS, 0);
	return ntio_complete(rq, STATUS_SUCCESS, 0);
}

#define ROW(n) NTIO_CONTROL(BENCH_CTL(n, BUFFERED), .handler = bench_none)

static const struct ntio_control bench_controls[] = {
	NTIO_CONTROL(IOCTL_BENCH_NONE, .handler = bench_none),
	NTIO_CONTROL(IOCTL_BENCH_BUFFERED, .handler = bench_buffered),
	NTIO_CONTROL(IOCTL_BENCH_FILL, .handler = bench_fill, .min_out = 1,
		     .never_pends = true),
	NTIO_CONTROL(IOCTL_BENCH_FILL_LONG, .handler = bench_fill,
		     .min_out = 1),
	NTIO_CONTROL(IOCTL_BENCH_NEITHER, .in_caller = bench_neither),
	NTIO_CONTROL(IOCTL_BENCH_WORKER, .handler = bench_worker),
	ROW(0x06), ROW(0x07), ROW(0x08), ROW(0x09), ROW(0x0a),
	ROW(0x0b), ROW(0x0c), ROW(0x0d), ROW(0x0e), ROW(0x0f),
	ROW(0x10), ROW(0x11), ROW(0x12), ROW(0x13), ROW(0x14),
	ROW(0x15), ROW(0x16), ROW(0x17), ROW(0x18), ROW(0x19),
	ROW(0x1a), ROW(0x1b), ROW(0x1c), ROW(0x1d), ROW(0x1e),
	ROW(0x1f), ROW(0x20), ROW(0x21), ROW(0x22), ROW(0x23),
	ROW(0x24), ROW(0x25), ROW(0x26), ROW(0x27), ROW(0x28),
	ROW(0x29), ROW(0x2a), ROW(0x2b), ROW(0x2c), ROW(0x2d),
	ROW(0x2e), ROW(0x2f), ROW(0x30), ROW(0x31), ROW(0x32),
	ROW(0x33), ROW(0x34), ROW(0x35), ROW(0x36), ROW(0x37),
	ROW(0x38), ROW(0x39), ROW(0x3a), ROW(0x3b), ROW(0x3c),
	ROW(0x3d), ROW(0x3e),
	NTIO_CONTROL(IOCTL_BENCH_LAST, .handler = bench_none),
	NTIO_CONTROL(IOCTL_BENCH_PARK, .handler = bench_park),
	NTIO_CONTROL(IOCTL_BENCH_END, .handler = bench_end),
	NTIO_CONTROL(IOCTL_BENCH_FILL_AUTO, .handler = bench_fill,
		     .min_out = 1, .may_copy = true),
	NTIO_CONTROL(IOCTL_BENCH_LOCK, .handler = bench_locked),
	NTIO_CONTROL(IOCTL_BENCH_FILL_MAPPED, .handler = bench_fill_mapped,
		     .min_out = 1, .never_pends = true),
	{ }
};

static struct ntio_device bench_device = {
	.name = "bench",
	.io = NTIO_IO_BUFFERED,
	.controls = bench_controls,
	.read = bench_read,
	.write = bench_write,
};

/* Two more, each with a driver on top that passes everything on. */
static struct ntio_device bench_skipped = {
	.name = "bench_skip", .controls = bench_controls,
};

static struct ntio_device bench_forwarded = {
	.name = "bench_forward", .controls = bench_controls,
};

static struct ntio_device bench_skip = {
	.name = "bench_skipper", .lower = &bench_skipped, .other = ntio_skip,
};

static struct ntio_device bench_forward = {
	.name = "bench_forwarder", .lower = &bench_forwarded,
	.other = ntio_forward,
};

static struct ntio_device * const bench_devices[] = {
	&bench_device, &bench_skipped, &bench_forwarded, &bench_skip,
	&bench_forward,
};

static void bench_unregister(unsigned int count)
{
	while (count--)
		ntio_unregister(bench_devices[count]);
}

static int __init bench_init(void)
{
	unsigned int i;
	int rc;

	ntio_queue_init(&bench_parked);
	for (i = 0; i < ARRAY_SIZE(bench_devices); i++) {
		rc = ntio_register(bench_devices[i]);
		if (rc) {
			bench_unregister(i);
			return rc;
		}
	}
	return 0;
}
module_init(bench_init);

static void __exit bench_exit(void)
{
	bench_unregister(ARRAY_SIZE(bench_devices));
}
module_exit(bench_exit);

MODULE_DESCRIPTION("benchmark: the work with ntio");
MODULE_LICENSE("GPL");
