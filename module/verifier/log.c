// SPDX-License-Identifier: GPL-2.0
/*
 * Verifier option irp_logging: the last requests of each open file, and of the
 * files closed last, in debugfs' ntio/requests.
 *
 * A line for each request, with fields NAME=VALUE and no address of anybody. It
 * appears when the driver at the top is about to have the request, or when the
 * request is refused before, and is completed when the request is.
 */
#include <linux/debugfs.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include <linux/slab.h>

#include "verifier/verifier.h"

#define NTIO_LOG_REQUESTS 64
#define NTIO_LOG_CLOSED 16

enum ntio_log_state {
	NTIO_LOG_STARTED,
	NTIO_LOG_COMPLETED,
	NTIO_LOG_REFUSED,
};

struct ntio_log_entry {
	u64 number;
	u64 time;
	pid_t pid;
	char comm[TASK_COMM_LEN];
	struct ntio_params params;
	enum ntio_log_state state;
	ntstatus_t status;
	u64 information;
	u32 reason;
	char by[NTIO_NAME_SIZE];
};

/**
 * struct ntio_log - the last requests of a file
 * @list: in the list of all
 * @number: of the file, for people
 * @device: name of the device at the top
 * @closed: the file is gone
 * @lock: of what follows; completion may be in any context, also where real-time
 *	kernels do not let a spinlock sleep
 * @count: number of the last request
 * @entries: a ring
 */
struct ntio_log {
	struct list_head list;
	unsigned int number;
	char device[NTIO_NAME_SIZE];
	bool closed;
	raw_spinlock_t lock;
	u64 count;
	struct ntio_log_entry entries[NTIO_LOG_REQUESTS];
};

/* Protects the list, and what struct ntio_log says up to @lock. */
static DEFINE_MUTEX(ntio_logs_lock);
static LIST_HEAD(ntio_logs);
static unsigned int ntio_logs_count;

static const char * const ntio_log_reasons[] = {
#define NTIO_LOG_REASON(name, number, what, advice, detail) \
	[number] = #name,
	NTIO_REASONS(NTIO_LOG_REASON)
};

static const char * const ntio_log_states[] = {
	[NTIO_LOG_STARTED] = "started",
	[NTIO_LOG_COMPLETED] = "completed",
	[NTIO_LOG_REFUSED] = "refused",
};

static struct ntio_log *ntio_log_new(const struct ntio_file *file)
{
	struct ntio_log *log = kvzalloc(sizeof(*log), GFP_KERNEL_ACCOUNT);

	lockdep_assert_held(&ntio_logs_lock);
	if (!log)
		return NULL;
	raw_spin_lock_init(&log->lock);
	strscpy(log->device, file->device->name, sizeof(log->device));
	log->number = ++ntio_logs_count;
	list_add_tail(&log->list, &ntio_logs);
	return log;
}

/* Made for the first request that is logged; NULL: no memory. */
static struct ntio_log *ntio_log_of(struct ntio_file *file)
{
	struct ntio_log *log;

	log = smp_load_acquire(&file->log);	/* pairs with the store below */
	if (log)
		return log;
	mutex_lock(&ntio_logs_lock);
	log = file->log ?: ntio_log_new(file);
	smp_store_release(&file->log, log);	/* all of it is set */
	mutex_unlock(&ntio_logs_lock);
	return log;
}

static struct ntio_log_entry *ntio_log_entry(struct ntio_log *log, u64 number)
{
	return &log->entries[number % NTIO_LOG_REQUESTS];
}

static void ntio_log_add(struct ntio_request *rq, enum ntio_log_state state,
			 ntstatus_t status)
{
	struct ntio_verification *v = rq->verification;
	struct ntio_log_entry entry = {
		.time = ktime_get_ns(),
		.pid = task_tgid_nr(current),
		.params = rq->params,
		.state = state,
		.status = status,
		.reason = rq->reason,
	};
	unsigned long flags;

	if (rq->file)
		v->log = ntio_log_of(rq->file);
	if (!v->log)
		return;
	get_task_comm(entry.comm, current);
	raw_spin_lock_irqsave(&v->log->lock, flags);
	entry.number = ++v->log->count;
	*ntio_log_entry(v->log, entry.number) = entry;
	raw_spin_unlock_irqrestore(&v->log->lock, flags);
	v->logged = entry.number;
	ntio_verifier_count(NTIO_VERIFIER_IRP_LOGGING);
}

static void ntio_log_refused(struct ntio_request *rq, ntstatus_t status)
{
	ntio_log_add(rq, NTIO_LOG_REFUSED, status);
}

static void ntio_log_begun(struct ntio_request *rq)
{
	ntio_log_add(rq, NTIO_LOG_STARTED, STATUS_PENDING);
}

/* The line may have been overwritten by others. */
static void ntio_log_ended(struct ntio_request *rq)
{
	struct ntio_verification *v = rq->verification;
	struct ntio_log_entry *entry;
	unsigned long flags;

	if (!v->log)
		return;
	raw_spin_lock_irqsave(&v->log->lock, flags);
	entry = ntio_log_entry(v->log, v->logged);
	if (entry->number == v->logged) {
		entry->state = NTIO_LOG_COMPLETED;
		entry->status = rq->status;
		entry->information = rq->information;
		entry->reason = rq->reason;
		strscpy(entry->by, v->completer->name, sizeof(entry->by));
	}
	raw_spin_unlock_irqrestore(&v->log->lock, flags);
}

const struct ntio_verifier_option_ops ntio_log_ops = {
	.begun = ntio_log_begun,
	.refused = ntio_log_refused,
	.ended = ntio_log_ended,
};

/* The oldest of the closed ones, if there are more than we keep. */
static struct ntio_log *ntio_log_surplus(void)
{
	struct ntio_log *log, *oldest = NULL;
	unsigned int closed = 0;

	lockdep_assert_held(&ntio_logs_lock);
	list_for_each_entry(log, &ntio_logs, list) {
		if (log->closed && !closed++)
			oldest = log;
	}
	if (closed <= NTIO_LOG_CLOSED)
		return NULL;
	list_del(&oldest->list);
	return oldest;
}

/**
 * ntio_log_closed() - an open file is gone
 * @file: no request of it is left
 *
 * Its log stays, as the last of those that were closed.
 */
void ntio_log_closed(struct ntio_file *file)
{
	struct ntio_log *surplus;

	mutex_lock(&ntio_logs_lock);
	file->log->closed = true;
	list_move_tail(&file->log->list, &ntio_logs);
	surplus = ntio_log_surplus();
	mutex_unlock(&ntio_logs_lock);
	kvfree(surplus);
}

static const char *ntio_log_major(enum ntio_major major)
{
	switch (major) {
	case NTIO_MAJOR_READ:
		return "read";
	case NTIO_MAJOR_WRITE:
		return "write";
	case NTIO_MAJOR_CREATE:
		return "create";
	case NTIO_MAJOR_CLEANUP:
		return "cleanup";
	case NTIO_MAJOR_CLOSE:
		return "close";
	default:
		return "control";
	}
}

static void ntio_log_show_entry(struct seq_file *seq,
				const struct ntio_log_entry *entry)
{
	const struct ntio_params *params = &entry->params;
	u64 usec = div_u64(entry->time, NSEC_PER_USEC);
	u32 rest;

	usec = div_u64_rem(usec, USEC_PER_SEC, &rest);
	seq_printf(seq, "request=%llu time=%llu.%06u pid=%d comm=\"",
		   entry->number, usec, rest, entry->pid);
	seq_escape(seq, entry->comm, " \"\\\n\t=");
	seq_printf(seq, "\" major=%s", ntio_log_major(params->major));
	if (params->major == NTIO_MAJOR_DEVICE_CONTROL)
		seq_printf(seq, " code=0x%08x in=%u out=%u", params->code,
			   params->in_len, params->out_len);
	else
		seq_printf(seq, " length=%u offset=%llu", params->length,
			   params->offset);
	seq_printf(seq, " state=%s status=0x%08x information=%llu",
		   ntio_log_states[entry->state],
		   (__force u32)entry->status, entry->information);
	seq_printf(seq, " reason=%s by=%s\n", ntio_log_reasons[entry->reason],
		   entry->by);
}

static void ntio_log_show(struct seq_file *seq, struct ntio_log *log)
{
	struct ntio_log_entry entry;
	u64 number, first = 1, last;

	seq_printf(seq, "file=%u device=%s open=%d\n", log->number,
		   log->device, !log->closed);
	last = READ_ONCE(log->count);
	if (last > NTIO_LOG_REQUESTS)
		first = last - NTIO_LOG_REQUESTS + 1;
	for (number = first; number <= last; number++) {
		raw_spin_lock_irq(&log->lock);
		entry = *ntio_log_entry(log, number);
		raw_spin_unlock_irq(&log->lock);
		if (entry.number == number)
			ntio_log_show_entry(seq, &entry);
	}
}

static int requests_show(struct seq_file *seq, void *unused)
{
	struct ntio_log *log;

	mutex_lock(&ntio_logs_lock);
	list_for_each_entry(log, &ntio_logs, list)
		ntio_log_show(seq, log);
	mutex_unlock(&ntio_logs_lock);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(requests);

void ntio_log_init(struct dentry *debugfs)
{
	debugfs_create_file("requests", 0400, debugfs, NULL, &requests_fops);
}

/* All files are closed. */
void ntio_log_exit(void)
{
	struct ntio_log *log, *next;

	list_for_each_entry_safe(log, next, &ntio_logs, list)
		kvfree(log);
}
