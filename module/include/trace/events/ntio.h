/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The life of a request, for trace-cmd, bpftrace, perf and `ntio trace`.
 *
 * All events of a request have the same @rq, which is used again for another
 * request when it is over. @device is the device whose driver has the request
 * at that moment.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM ntio

#if !defined(NTIO_TRACE_EVENTS_H) || defined(TRACE_HEADER_MULTI_READ)
#define NTIO_TRACE_EVENTS_H

#include <linux/sched.h>
#include <linux/string.h>
#include <linux/tracepoint.h>

#include <ntio/device.h>

/* Who asks, in ntio_submit. */
#define NTIO_TRACE_CALL 0
#define NTIO_TRACE_RING 1
#define NTIO_TRACE_DRIVER 2

#define ntio_trace_name_reason(name, number, what, advice, detail) \
	{ number, #name },
#define ntio_trace_reason(reason) \
	__print_symbolic(reason, NTIO_REASONS(ntio_trace_name_reason) \
			 { 0xffffffff, "" })
#define ntio_trace_major(major)			\
	__print_symbolic(major,			\
			 { 0x00, "create" },	\
			 { 0x02, "close" },	\
			 { 0x03, "read" },	\
			 { 0x04, "write" },	\
			 { 0x0e, "control" },	\
			 { 0x12, "cleanup" })

/* The parameters are known; nothing is checked yet. */
TRACE_EVENT(ntio_submit,
	TP_PROTO(const struct ntio_request *rq, unsigned int by),
	TP_ARGS(rq, by),
	TP_STRUCT__entry(
		__field(const void *, rq)
		__array(char, device, NTIO_NAME_SIZE)
		__array(char, comm, TASK_COMM_LEN)
		__field(pid_t, process)
		__field(u32, by)
		__field(u32, major)
		__field(u32, code)
		__field(u32, in_len)
		__field(u32, out_len)
		__field(u32, length)
		__field(u64, offset)
	),
	TP_fast_assign(
		__entry->rq = rq;
		strscpy_pad(__entry->device, rq->device->name, NTIO_NAME_SIZE);
		memcpy(__entry->comm, current->comm, TASK_COMM_LEN);
		__entry->process = task_tgid_nr(current);
		__entry->by = by;
		__entry->major = rq->major;
		__entry->code = rq->code;
		__entry->in_len = rq->in_len;
		__entry->out_len = rq->out_len;
		__entry->length = rq->length;
		__entry->offset = rq->offset;
	),
	TP_printk("rq=%p device=%s comm=%s process=%d by=%s major=%s code=0x%08x in=%u out=%u length=%u offset=%llu",
		  __entry->rq, __entry->device, __entry->comm, __entry->process,
		  __print_symbolic(__entry->by, { NTIO_TRACE_CALL, "call" },
				   { NTIO_TRACE_RING, "ring" },
				   { NTIO_TRACE_DRIVER, "driver" }),
		  ntio_trace_major(__entry->major), __entry->code,
		  __entry->in_len, __entry->out_len, __entry->length,
		  __entry->offset)
);

DECLARE_EVENT_CLASS(ntio_bytes,
	TP_PROTO(const struct ntio_request *rq, size_t bytes),
	TP_ARGS(rq, bytes),
	TP_STRUCT__entry(
		__field(const void *, rq)
		__array(char, device, NTIO_NAME_SIZE)
		__field(u64, bytes)
	),
	TP_fast_assign(
		__entry->rq = rq;
		strscpy_pad(__entry->device, rq->device->name, NTIO_NAME_SIZE);
		__entry->bytes = bytes;
	),
	TP_printk("rq=%p device=%s bytes=%llu", __entry->rq, __entry->device,
		  __entry->bytes)
);

/* The input was copied. */
DEFINE_EVENT(ntio_bytes, ntio_captured,
	TP_PROTO(const struct ntio_request *rq, size_t bytes),
	TP_ARGS(rq, bytes)
);

/* A buffer is locked, by the core or by the highest driver. */
DEFINE_EVENT(ntio_bytes, ntio_locked,
	TP_PROTO(const struct ntio_request *rq, size_t bytes),
	TP_ARGS(rq, bytes)
);

DECLARE_EVENT_CLASS(ntio_device,
	TP_PROTO(const struct ntio_request *rq,
		 const struct ntio_device *device),
	TP_ARGS(rq, device),
	TP_STRUCT__entry(
		__field(const void *, rq)
		__array(char, device, NTIO_NAME_SIZE)
	),
	TP_fast_assign(
		__entry->rq = rq;
		strscpy_pad(__entry->device, device->name, NTIO_NAME_SIZE);
	),
	TP_printk("rq=%p device=%s", __entry->rq, __entry->device)
);

/* To the device below. */
DEFINE_EVENT(ntio_device, ntio_forwarded,
	TP_PROTO(const struct ntio_request *rq,
		 const struct ntio_device *device),
	TP_ARGS(rq, device)
);

/* A worker of the device begins. */
DEFINE_EVENT(ntio_device, ntio_worker,
	TP_PROTO(const struct ntio_request *rq,
		 const struct ntio_device *device),
	TP_ARGS(rq, device)
);

/* The driver keeps it. */
DEFINE_EVENT(ntio_device, ntio_pended,
	TP_PROTO(const struct ntio_request *rq,
		 const struct ntio_device *device),
	TP_ARGS(rq, device)
);

/* Somebody wants it to end. */
DEFINE_EVENT(ntio_device, ntio_cancelled,
	TP_PROTO(const struct ntio_request *rq,
		 const struct ntio_device *device),
	TP_ARGS(rq, device)
);

/* The caller is gone, and nobody is told the outcome. */
DEFINE_EVENT(ntio_device, ntio_abandoned,
	TP_PROTO(const struct ntio_request *rq,
		 const struct ntio_device *device),
	TP_ARGS(rq, device)
);

DECLARE_EVENT_CLASS(ntio_outcome,
	TP_PROTO(const struct ntio_request *rq, ntstatus_t status),
	TP_ARGS(rq, status),
	TP_STRUCT__entry(
		__field(const void *, rq)
		__array(char, device, NTIO_NAME_SIZE)
		__field(u32, status)
		__field(u32, reason)
		__field(u64, information)
	),
	TP_fast_assign(
		__entry->rq = rq;
		strscpy_pad(__entry->device, rq->device->name, NTIO_NAME_SIZE);
		__entry->status = (__force u32)status;
		__entry->reason = rq->reason;
		__entry->information = rq->information;
	),
	TP_printk("rq=%p device=%s status=0x%08x reason=%s information=%llu",
		  __entry->rq, __entry->device, __entry->status,
		  ntio_trace_reason(__entry->reason), __entry->information)
);

/* No driver has seen it. */
DEFINE_EVENT(ntio_outcome, ntio_refused,
	TP_PROTO(const struct ntio_request *rq, ntstatus_t status),
	TP_ARGS(rq, status)
);

/* By the driver of @device; a completion routine above may still stop it. */
DEFINE_EVENT(ntio_outcome, ntio_completed,
	TP_PROTO(const struct ntio_request *rq, ntstatus_t status),
	TP_ARGS(rq, status)
);

/* The caller has its answer. */
DEFINE_EVENT(ntio_outcome, ntio_delivered,
	TP_PROTO(const struct ntio_request *rq, ntstatus_t status),
	TP_ARGS(rq, status)
);

#endif

#include <trace/define_trace.h>
