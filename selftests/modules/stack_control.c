// SPDX-License-Identifier: GPL-2.0
/*
 * Stacks of devices for tests. The device "stack" puts them together, tells
 * each what to do with the next request, and says what happened.
 */
#include <linux/slab.h>

#include "stack_run.h"

static DEFINE_MUTEX(stack_lock);

/* --- files, and the devices ----------------------------------------------- */

/* The file knows the top; whose callback it is, only the callback knows. */
#define STACK_FILE_CALLBACKS(n)						\
	static ntstatus_t stack_create_##n(struct ntio_file *file)	\
	{								\
		return stack_created(&stack_levels[n]);			\
	}								\
	static void stack_cleanup_##n(struct ntio_file *file)		\
	{								\
		stack_note((struct stack_event){ .kind = STACK_CLEANED }, \
			   &stack_levels[n]);				\
	}								\
	static void stack_close_##n(struct ntio_file *file)		\
	{								\
		stack_note((struct stack_event){ .kind = STACK_CLOSED },	\
			   &stack_levels[n]);				\
	}

static ntstatus_t stack_created(struct stack_level *level)
{
	stack_note((struct stack_event){ .kind = STACK_CREATED }, level);
	return level->plan.flags & STACK_REFUSE ? STATUS_SHARING_VIOLATION :
						  STATUS_SUCCESS;
}

STACK_FILE_CALLBACKS(0)
STACK_FILE_CALLBACKS(1)
STACK_FILE_CALLBACKS(2)
STACK_FILE_CALLBACKS(3)

static const struct {
	ntstatus_t (*create)(struct ntio_file *file);
	void (*cleanup)(struct ntio_file *file);
	void (*close)(struct ntio_file *file);
} stack_callbacks[STACK_LEVELS] = {
	{ stack_create_0, stack_cleanup_0, stack_close_0 },
	{ stack_create_1, stack_cleanup_1, stack_close_1 },
	{ stack_create_2, stack_cleanup_2, stack_close_2 },
	{ stack_create_3, stack_cleanup_3, stack_close_3 },
};

static const char * const stack_names[STACK_LEVELS] = {
	"stack0", "stack1", "stack2", "stack3", "stack4", "stack5", "stack6",
	"stack7", "stack8",
};

static const struct ntio_control stack_run_controls[] = {
	NTIO_CONTROL(IOCTL_STACK_RUN, .handler = stack_run),
	NTIO_CONTROL(IOCTL_STACK_RUN_TOO, .handler = stack_run),
	{ }
};

static const struct ntio_control stack_caller_controls[] = {
	NTIO_CONTROL(IOCTL_STACK_RUN, .handler = stack_run),
	NTIO_CONTROL(IOCTL_STACK_IN_CALLER, .in_caller = stack_in_caller),
	{ }
};

static void stack_release(struct ntio_device *device)
{
	struct stack_level *level = stack_level(device);

	stack_note((struct stack_event){ .kind = STACK_RELEASED }, level);
	WRITE_ONCE(level->exists, false);
	kfree(device);
}

static const struct ntio_control *stack_controls(u32 flags)
{
	if (flags & (STACK_OTHER | STACK_MUTE))
		return NULL;
	return flags & STACK_IN_CALLER ? stack_caller_controls :
					 stack_run_controls;
}

static struct ntio_device *stack_describe(const struct stack_add *add)
{
	struct ntio_device *device = kzalloc(sizeof(*device), GFP_KERNEL);

	if (!device)
		return NULL;
	device->name = stack_names[add->level];
	device->type = STACK_TYPE;
	device->exclusive = add->flags & STACK_EXCLUSIVE;
	device->hidden = add->flags & STACK_HIDDEN;
	device->highest = add->flags & STACK_HIGHEST;
	device->io = add->io;
	device->controls = stack_controls(add->flags);
	if (add->flags & STACK_OTHER)
		device->other = stack_other;
	device->create = stack_callbacks[add->level].create;
	device->cleanup = stack_callbacks[add->level].cleanup;
	device->close = stack_callbacks[add->level].close;
	device->release = stack_release;
	device->context = &stack_levels[add->level];
	return device;
}

static struct ntio_device stack_stranger = { .name = "stranger" };
static struct ntio_device stack_once = { .name = "once" };

static int stack_register_on(struct ntio_device *device, u32 on)
{
	int rc;

	switch (on) {
	case STACK_ON_ITSELF:
		device->lower = device;
		break;
	case STACK_ON_STRANGER:
		device->lower = &stack_stranger;
		break;
	case STACK_ON_GONE:
		rc = ntio_register(&stack_once);
		if (rc)
			return rc;
		ntio_unregister(&stack_once);
		device->lower = &stack_once;
		break;
	default:
		device->lower = on < STACK_LEVELS ? stack_levels[on].device :
						    NULL;
	}
	return ntio_register(device);
}

static int stack_add_level(const struct stack_add *add)
{
	struct stack_level *level = &stack_levels[add->level];
	struct ntio_device *device;
	int rc;

	if (READ_ONCE(level->exists))
		return -EALREADY;
	device = stack_describe(add);
	if (!device)
		return -ENOMEM;
	level->exists = true;
	level->plan = (struct stack_plan){
		.flags = add->flags & STACK_REFUSE,
	};
	rc = stack_register_on(device, add->on);
	if (rc) {
		level->exists = false;
		kfree(device);
		return rc;
	}
	level->device = device;
	return 0;
}

static void stack_remove_level(struct stack_level *level)
{
	if (level->device)
		ntio_unregister(level->device);
	level->device = NULL;
}

/* --- "stack" -------------------------------------------------------------- */

static ntstatus_t stack_errno(struct ntio_request *rq, int rc)
{
	*(u32 *)rq->system_buffer = -rc;
	return ntio_complete(rq, STATUS_SUCCESS, sizeof(u32));
}

static void stack_reset_all(void)
{
	int i;

	for (i = STACK_LEVELS; i--;) {
		stack_remove_level(&stack_levels[i]);
		memset(&stack_levels[i].plan, 0, sizeof(struct stack_plan));
	}
	stack_forget_trace();
	reinit_completion(&stack_go);
}

static ntstatus_t stack_reset(struct ntio_request *rq)
{
	mutex_lock(&stack_lock);
	stack_reset_all();
	mutex_unlock(&stack_lock);
	return ntio_complete(rq, STATUS_SUCCESS, 0);
}

static ntstatus_t stack_add(struct ntio_request *rq)
{
	struct stack_add add = *(struct stack_add *)rq->system_buffer;
	int rc;

	if (add.level >= STACK_LEVELS)
		return ntio_complete(rq, STATUS_INVALID_PARAMETER, 0);
	mutex_lock(&stack_lock);
	rc = stack_add_level(&add);
	mutex_unlock(&stack_lock);
	return stack_errno(rq, rc);
}

static ntstatus_t stack_remove(struct ntio_request *rq)
{
	u32 level = *(u32 *)rq->system_buffer;

	if (level >= STACK_LEVELS)
		return ntio_complete(rq, STATUS_INVALID_PARAMETER, 0);
	mutex_lock(&stack_lock);
	stack_remove_level(&stack_levels[level]);
	mutex_unlock(&stack_lock);
	return ntio_complete(rq, STATUS_SUCCESS, 0);
}

static ntstatus_t stack_plan(struct ntio_request *rq)
{
	const struct stack_plan *plan = rq->system_buffer;
	struct stack_level *level;

	if (plan->level >= STACK_LEVELS)
		return ntio_complete(rq, STATUS_INVALID_PARAMETER, 0);
	level = &stack_levels[plan->level];
	level->plan = *plan;
	level->held = NULL;
	atomic_set(&level->calls, 0);
	atomic_set(&level->retries, 0);
	reinit_completion(&level->stopped);
	return ntio_complete(rq, STATUS_SUCCESS, 0);
}

static ntstatus_t stack_trace(struct ntio_request *rq)
{
	size_t n = rq->out_len / sizeof(struct stack_event);

	n = stack_read_trace(rq->system_buffer, n);
	return ntio_complete(rq, STATUS_SUCCESS,
			     n * sizeof(struct stack_event));
}

static ntstatus_t stack_resume(struct ntio_request *rq)
{
	struct stack_resume how = *(struct stack_resume *)rq->system_buffer;
	struct stack_level *level;

	if (how.level >= STACK_LEVELS)
		return ntio_complete(rq, STATUS_INVALID_PARAMETER, 0);
	level = &stack_levels[how.level];
	if (wait_for_completion_killable(&level->stopped))
		return ntio_complete(rq, STATUS_CANCELLED, 0);
	ntio_complete(level->held, stack_status(how.status), how.information);
	level->held = NULL;
	return ntio_complete(rq, STATUS_SUCCESS, 0);
}

static ntstatus_t stack_let_go(struct ntio_request *rq)
{
	complete(&stack_go);
	return ntio_complete(rq, STATUS_SUCCESS, 0);
}

static ntstatus_t stack_twice(struct ntio_request *rq)
{
	int rc;

	rc = ntio_register(&stack_once);
	if (rc)
		return stack_errno(rq, rc);
	rc = ntio_register(&stack_once);
	ntio_unregister(&stack_once);
	return stack_errno(rq, rc);
}

static const struct ntio_control stack_controller[] = {
	NTIO_CONTROL(IOCTL_STACK_RESET, .handler = stack_reset),
	NTIO_CONTROL(IOCTL_STACK_ADD, .handler = stack_add,
		     .min_in = sizeof(struct stack_add),
		     .min_out = sizeof(u32)),
	NTIO_CONTROL(IOCTL_STACK_REMOVE, .handler = stack_remove,
		     .min_in = sizeof(u32)),
	NTIO_CONTROL(IOCTL_STACK_PLAN, .handler = stack_plan,
		     .min_in = sizeof(struct stack_plan)),
	NTIO_CONTROL(IOCTL_STACK_TRACE, .handler = stack_trace),
	NTIO_CONTROL(IOCTL_STACK_RESUME, .handler = stack_resume,
		     .min_in = sizeof(struct stack_resume)),
	NTIO_CONTROL(IOCTL_STACK_GO, .handler = stack_let_go),
	NTIO_CONTROL(IOCTL_STACK_TWICE, .handler = stack_twice,
		     .min_out = sizeof(u32)),
	{ }
};

static struct ntio_device stack_device = {
	.name = "stack",
	.type = STACK_TYPE,
	.controls = stack_controller,
};

static int __init stack_init(void)
{
	int i;

	for (i = 0; i < STACK_LEVELS; i++)
		init_completion(&stack_levels[i].stopped);
	return ntio_register(&stack_device);
}
module_init(stack_init);

static void __exit stack_exit(void)
{
	ntio_unregister(&stack_device);
	stack_reset_all();
}
module_exit(stack_exit);

MODULE_INFO(test, "Y");
MODULE_DESCRIPTION("ntio test: stacks of devices that do as they are told");
MODULE_LICENSE("GPL");
