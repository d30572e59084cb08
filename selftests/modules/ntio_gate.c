// SPDX-License-Identifier: GPL-2.0
/*
 * Devices for the tests of opening, closing, registering and removing. The
 * device "gate" is told what the others do, and tells what happened to them.
 */
#include <linux/slab.h>

#include <ntio/ntio.h>

#include "ntio_gate.h"

struct gate_tally {
	atomic_t creates;
	atomic_t cleanups;
	atomic_t closes;
	atomic_t releases;
	atomic_t waiting;
};

static struct gate_tally gate_tallies[GATE_DEVICES];
static ntstatus_t gate_deny_status;
static DECLARE_COMPLETION(gate_go);

/* gate-gone while it is registered; one request of gate at a time uses it. */
static DEFINE_MUTEX(gate_gone_lock);
static struct ntio_device *gate_gone;

/* --- callbacks of all but gate ------------------------------------------- */

static struct gate_tally *gate_tally(const struct ntio_device *device)
{
	return device->context;
}

static ntstatus_t gate_create(struct ntio_file *file)
{
	struct gate_tally *tally = gate_tally(file->device);

	atomic_inc(&tally->creates);
	if (tally == &gate_tallies[GATE_DENY])
		return READ_ONCE(gate_deny_status);
	return STATUS_SUCCESS;
}

static void gate_cleanup(struct ntio_file *file)
{
	atomic_inc(&gate_tally(file->device)->cleanups);
}

static void gate_close(struct ntio_file *file)
{
	atomic_inc(&gate_tally(file->device)->closes);
}

static ntstatus_t gate_nothing(struct ntio_request *rq)
{
	return ntio_complete(rq, STATUS_SUCCESS, 0);
}

static ntstatus_t gate_wait(struct ntio_request *rq)
{
	static const u32 good = 0x600d;

	atomic_inc(&gate_tally(rq->device)->waiting);
	if (wait_for_completion_killable(&gate_go))
		return ntio_complete(rq, STATUS_CANCELLED, 0);
	memcpy(rq->system_buffer, &good, sizeof(good));
	return ntio_complete(rq, STATUS_SUCCESS, sizeof(good));
}

/* One handler for each code, so that an answer tells which row was found. */
static ntstatus_t gate_answer(struct ntio_request *rq, u32 code)
{
	if (rq->mdl)
		ntio_mdl_copy_to(rq->mdl, 0, &code, sizeof(code));
	else
		memcpy(rq->system_buffer, &code, sizeof(code));
	return ntio_complete(rq, STATUS_SUCCESS, sizeof(code));
}

#define GATE_ANSWER(name, code)                                 \
	static ntstatus_t name(struct ntio_request *rq)         \
	{                                                       \
		return gate_answer(rq, code);                   \
	}

GATE_ANSWER(gate_bits, IOCTL_GATE_BITS)
GATE_ANSWER(gate_bits_method, IOCTL_GATE_BITS_METHOD)
GATE_ANSWER(gate_bits_access, IOCTL_GATE_BITS_ACCESS)
GATE_ANSWER(gate_bits_function, IOCTL_GATE_BITS_FUNCTION)
GATE_ANSWER(gate_bits_type, IOCTL_GATE_BITS_TYPE)

static const struct ntio_control gate_few_controls[] = {
	NTIO_CONTROL(IOCTL_GATE_WAIT, .handler = gate_wait,
		     .min_out = sizeof(u32)),
	NTIO_CONTROL(IOCTL_GATE_NOTHING, .handler = gate_nothing),
	{ }
};

#define GATE_BITS_ROW(code, function) \
	NTIO_CONTROL(code, .handler = function, .min_out = sizeof(u32))

static const struct ntio_control gate_bits_controls[] = {
	GATE_BITS_ROW(IOCTL_GATE_BITS, gate_bits),
	GATE_BITS_ROW(IOCTL_GATE_BITS_METHOD, gate_bits_method),
	GATE_BITS_ROW(IOCTL_GATE_BITS_ACCESS, gate_bits_access),
	GATE_BITS_ROW(IOCTL_GATE_BITS_FUNCTION, gate_bits_function),
	GATE_BITS_ROW(IOCTL_GATE_BITS_TYPE, gate_bits_type),
	{ }
};

#define GATE_DEVICE(index, node, table, ...)            \
	[index] = {                                     \
		.name = (node),                         \
		.type = GATE_TYPE,                      \
		.controls = (table),                    \
		.create = gate_create,                  \
		.cleanup = gate_cleanup,                \
		.close = gate_close,                    \
		.context = &gate_tallies[index],        \
		__VA_ARGS__                             \
	}

static struct ntio_device gate_devices[GATE_DEVICES] = {
	GATE_DEVICE(GATE_ONE, "gate-one", gate_few_controls,
		    .exclusive = true),
	GATE_DEVICE(GATE_DENY, "gate-deny", gate_few_controls,
		    .exclusive = true),
	GATE_DEVICE(GATE_GONE, "gate-gone", gate_few_controls),
	GATE_DEVICE(GATE_OPEN, "gate-open", gate_few_controls, .mode = 0666),
	GATE_DEVICE(GATE_BITS, "gate-bits", gate_bits_controls),
	GATE_DEVICE(GATE_EMPTY, "gate-empty", NULL),
};

/* --- gate-gone ----------------------------------------------------------- */

static void gate_gone_release(struct ntio_device *device)
{
	atomic_inc(&gate_tally(device)->releases);
	kfree(device);
}

static int gate_gone_restore(void)
{
	struct ntio_device *device;
	int rc;

	device = kmemdup(&gate_devices[GATE_GONE], sizeof(*device),
			 GFP_KERNEL);
	if (!device)
		return -ENOMEM;
	device->release = gate_gone_release;
	rc = ntio_register(device);
	if (rc) {
		kfree(device);
		return rc;
	}
	gate_gone = device;
	return 0;
}

static void gate_gone_remove(void)
{
	if (gate_gone)
		ntio_unregister(gate_gone);
	gate_gone = NULL;
}

/* --- descriptions that ntio_register() must judge ------------------------ */

#define NAME_16 "abcdefghijklmno-"

static const char * const gate_names[GATE_DESCRIPTIONS] = {
	[GATE_NAME_LONGEST] = NAME_16 NAME_16 "0123456789_ABCD",
	[GATE_NAME_TOO_LONG] = NAME_16 NAME_16 NAME_16,
	[GATE_NAME_EMPTY] = "",
	[GATE_NAME_SLASH] = "gate/new",
	[GATE_NAME_DOTS] = "..",
	[GATE_NAME_SPACE] = "gate new",
	[GATE_NAME_TAKEN] = "gate-one",
};

static ntstatus_t gate_nothing_in_caller(const struct ntio_caller *caller,
					 struct ntio_request *rq)
{
	return gate_nothing(rq);
}

/* Two rows, the second of them as wrong as asked for, and the end. */
static void gate_describe(struct ntio_control rows[3], u32 description)
{
	rows[0] = (struct ntio_control)
		NTIO_CONTROL(IOCTL_GATE_NOTHING, .handler = gate_nothing);
	rows[1] = (struct ntio_control)
		NTIO_CONTROL(IOCTL_GATE_BITS, .handler = gate_bits,
			     .min_in = 8, .max_in = 8, .min_out = 8,
			     .max_out = 8);
	rows[2] = (struct ntio_control){ };
	switch (description) {
	case GATE_NO_HANDLER:
		rows[1].handler = NULL;
		break;
	case GATE_TWO_HANDLERS:
		rows[1].in_caller = gate_nothing_in_caller;
		break;
	case GATE_SAME_CODE_TWICE:
		rows[1].code = rows[0].code;
		break;
	case GATE_IN_RANGE_EMPTY:
		rows[1].min_in = 9;
		break;
	case GATE_OUT_RANGE_EMPTY:
		rows[1].min_out = 9;
		break;
	}
}

static int gate_try_register(u32 description)
{
	struct ntio_control rows[3];
	struct ntio_device device = {
		.name = gate_names[description] ?: "gate-new",
		.controls = rows,
	};
	int rc;

	gate_describe(rows, description);
	rc = ntio_register(&device);
	if (!rc)
		ntio_unregister(&device);
	return rc;
}

/* --- gate ---------------------------------------------------------------- */

static u32 gate_input(const struct ntio_request *rq)
{
	return *(u32 *)rq->system_buffer;
}

static ntstatus_t gate_error(struct ntio_request *rq, int rc)
{
	*(u32 *)rq->system_buffer = -rc;
	return ntio_complete(rq, STATUS_SUCCESS, sizeof(u32));
}

static ntstatus_t gate_deny(struct ntio_request *rq)
{
	WRITE_ONCE(gate_deny_status, (__force ntstatus_t)gate_input(rq));
	return ntio_complete(rq, STATUS_SUCCESS, 0);
}

static ntstatus_t gate_remove(struct ntio_request *rq)
{
	mutex_lock(&gate_gone_lock);
	gate_gone_remove();
	mutex_unlock(&gate_gone_lock);
	return ntio_complete(rq, STATUS_SUCCESS, 0);
}

static ntstatus_t gate_restore(struct ntio_request *rq)
{
	int rc = 0;

	mutex_lock(&gate_gone_lock);
	if (!gate_gone)
		rc = gate_gone_restore();
	mutex_unlock(&gate_gone_lock);
	return gate_error(rq, rc);
}

static ntstatus_t gate_let_go(struct ntio_request *rq)
{
	complete(&gate_go);
	return ntio_complete(rq, STATUS_SUCCESS, 0);
}

static ntstatus_t gate_register(struct ntio_request *rq)
{
	u32 description = gate_input(rq);

	if (description >= GATE_DESCRIPTIONS)
		return ntio_complete(rq, STATUS_INVALID_PARAMETER, 0);
	return gate_error(rq, gate_try_register(description));
}

static ntstatus_t gate_counts(struct ntio_request *rq)
{
	struct gate_counts *counts = rq->system_buffer;
	u32 device = gate_input(rq);
	struct gate_tally *tally;

	if (device >= GATE_DEVICES)
		return ntio_complete(rq, STATUS_INVALID_PARAMETER, 0);
	tally = &gate_tallies[device];
	counts->creates = atomic_read(&tally->creates);
	counts->cleanups = atomic_read(&tally->cleanups);
	counts->closes = atomic_read(&tally->closes);
	counts->releases = atomic_read(&tally->releases);
	counts->waiting = atomic_read(&tally->waiting);
	return ntio_complete(rq, STATUS_SUCCESS, sizeof(*counts));
}

static const struct ntio_control gate_controls[] = {
	NTIO_CONTROL(IOCTL_GATE_DENY, .handler = gate_deny,
		     .min_in = sizeof(u32)),
	NTIO_CONTROL(IOCTL_GATE_REMOVE, .handler = gate_remove),
	NTIO_CONTROL(IOCTL_GATE_RESTORE, .handler = gate_restore,
		     .min_out = sizeof(u32)),
	NTIO_CONTROL(IOCTL_GATE_GO, .handler = gate_let_go),
	NTIO_CONTROL(IOCTL_GATE_REGISTER, .handler = gate_register,
		     .min_in = sizeof(u32), .min_out = sizeof(u32)),
	NTIO_CONTROL(IOCTL_GATE_COUNTS, .handler = gate_counts,
		     .min_in = sizeof(u32),
		     .min_out = sizeof(struct gate_counts)),
	{ }
};

static struct ntio_device gate_device = {
	.name = "gate",
	.type = GATE_TYPE,
	.controls = gate_controls,
};

static void gate_unregister(int count)
{
	while (count--)
		if (count != GATE_GONE)
			ntio_unregister(&gate_devices[count]);
	gate_gone_remove();
}

static int gate_register_all(void)
{
	int i, rc;

	for (i = 0; i < GATE_DEVICES; i++) {
		if (i == GATE_GONE)
			rc = gate_gone_restore();
		else
			rc = ntio_register(&gate_devices[i]);
		if (rc) {
			gate_unregister(i);
			return rc;
		}
	}
	return 0;
}

static int __init gate_init(void)
{
	int rc;

	rc = gate_register_all();
	if (rc)
		return rc;
	rc = ntio_register(&gate_device);
	if (rc)
		gate_unregister(GATE_DEVICES);
	return rc;
}
module_init(gate_init);

static void __exit gate_exit(void)
{
	ntio_unregister(&gate_device);
	gate_unregister(GATE_DEVICES);
}
module_exit(gate_exit);

MODULE_INFO(test, "Y");
MODULE_DESCRIPTION("ntio test: devices to open, close, register and remove");
MODULE_LICENSE("GPL");
