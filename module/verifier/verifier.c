// SPDX-License-Identifier: GPL-2.0
/* The verifier: its parameter, and what happens to a request in which order. */
#include <linux/debugfs.h>
#include <linux/moduleparam.h>
#include <linux/seq_file.h>
#include <linux/slab.h>

#include "verifier/verifier.h"

DEFINE_STATIC_KEY_FALSE(ntio_verifier_on);
DEFINE_STATIC_KEY_FALSE(ntio_verifier_seen);

static const char * const ntio_verifier_names[] = {
#define NTIO_VERIFIER_NAME(name, text) \
	[NTIO_VERIFIER_##name] = text,
	NTIO_VERIFIER_OPTIONS(NTIO_VERIFIER_NAME)
};

/* The names that "a,b" lists, as bits. */
static int ntio_verifier_parse(char *list, unsigned long *options)
{
	char *name;
	int option;

	*options = 0;
	while ((name = strsep(&list, ","))) {
		if (!*name)
			continue;
		option = match_string(ntio_verifier_names,
				      ARRAY_SIZE(ntio_verifier_names), name);
		if (option < 0)
			return option;
		__set_bit(option, options);
	}
	return 0;
}

/* One at a time: parameters of a module have a lock. */
static int ntio_verifier_set(const char *value,
			     const struct kernel_param *param)
{
	char *list = kstrdup(value, GFP_KERNEL);
	unsigned long options;
	int rc;

	if (!list)
		return -ENOMEM;
	rc = ntio_verifier_parse(strim(list), &options);
	kfree(list);
	if (rc)
		return rc;
	ntio_resources_reset();
	ntio_verifier_set_options(options);
	if (options) {
		static_branch_enable(&ntio_verifier_seen);
		static_branch_enable(&ntio_verifier_on);
	} else {
		static_branch_disable(&ntio_verifier_on);
	}
	return 0;
}

static int ntio_verifier_get(char *buffer, const struct kernel_param *param)
{
	unsigned long options = ntio_verifier_now();
	unsigned int option;
	int len = 0;

	for_each_set_bit(option, &options, NTIO_VERIFIER_KINDS)
		len += sysfs_emit_at(buffer, len, "%s%s", len ? "," : "",
				     ntio_verifier_names[option]);
	return len + sysfs_emit_at(buffer, len, "\n");
}

static const struct kernel_param_ops ntio_verifier_param_ops = {
	.set = ntio_verifier_set,
	.get = ntio_verifier_get,
};
module_param_cb(verifier, &ntio_verifier_param_ops, NULL, 0644);
MODULE_PARM_DESC(verifier, "Checks of drivers, a list with commas");

/* Options that look at requests; systematic looks at drivers alone. */
static const struct ntio_verifier_option_ops * const ntio_verifier_ops[] = {
	[NTIO_VERIFIER_SPECIAL_POOL] = &ntio_pool_ops,
	[NTIO_VERIFIER_FORCE_PENDING] = &ntio_pending_ops,
	[NTIO_VERIFIER_INVARIANT_MDL] = &ntio_invariant_ops,
	[NTIO_VERIFIER_IO_VERIFICATION] = &ntio_io_ops,
};

/* Calls @hook of every option that a request has, and that has such a hook. */
#define ntio_verifier_each(rq, hook, ...) do {				\
	unsigned int _i;						\
									\
	for (_i = 0; _i < ARRAY_SIZE(ntio_verifier_ops); _i++)		\
		if (ntio_verifies(rq, _i) && ntio_verifier_ops[_i] &&	\
		    ntio_verifier_ops[_i]->hook)			\
			ntio_verifier_ops[_i]->hook(rq, ##__VA_ARGS__);	\
} while (0)

static bool ntio_verifier_new(struct ntio_request *rq)
{
	struct ntio_verification *v = kzalloc(sizeof(*v), GFP_KERNEL_ACCOUNT);

	if (!v)
		return false;
	v->options = ntio_verifier_now();
	rq->verification = v;
	return true;
}

static void ntio_verifier_free(struct ntio_request *rq)
{
	ntio_verifier_each(rq, free);
	kfree(rq->verification);
}

static void ntio_verifier_begun(struct ntio_request *rq)
{
	ntio_verifier_each(rq, begun);
}

static void ntio_verifier_down(struct ntio_request *rq)
{
	ntio_verifier_each(rq, hop, rq->device);
	ntio_verifier_each(rq, down);
}

static void ntio_verifier_returned(struct ntio_request *rq,
				   struct ntio_device *device,
				   unsigned int location, u32 generation,
				   ntstatus_t returned)
{
	ntio_verifier_each(rq, returned, device, location, generation,
			   returned);
}

static void ntio_verifier_complete(struct ntio_request *rq, ntstatus_t status)
{
	rq->verification->completer = rq->device;
	ntio_verifier_each(rq, hop, rq->device);
	ntio_verifier_each(rq, complete, status);
}

static void ntio_verifier_leaving(struct ntio_request *rq)
{
	ntio_verifier_each(rq, leaving);
}

static void ntio_verifier_continued(struct ntio_request *rq)
{
	ntio_verifier_each(rq, hop, rq->device);
}

static void ntio_verifier_ended(struct ntio_request *rq)
{
	ntio_verifier_each(rq, ended);
}

/* Who completed it is blamed for what was done after. */
static void ntio_verifier_settled(struct ntio_request *rq, ntstatus_t returned)
{
	if (!rq->verification->completer)
		return;		/* no driver had it */
	ntio_verifier_each(rq, settled, returned);
	ntio_verifier_each(rq, hop, rq->verification->completer);
}

static const struct ntio_verifier_hooks ntio_verifier_hooks = {
	.new = ntio_verifier_new,
	.free = ntio_verifier_free,
	.begun = ntio_verifier_begun,
	.down = ntio_verifier_down,
	.call_later = ntio_pending_call_later,
	.forced = ntio_pending_forced,
	.called = ntio_pending_called,
	.returned = ntio_verifier_returned,
	.may_complete = ntio_pending_may_complete,
	.complete = ntio_verifier_complete,
	.leaving = ntio_verifier_leaving,
	.overtaken = ntio_pending_overtaken,
	.continued = ntio_verifier_continued,
	.ended = ntio_verifier_ended,
	.settled = ntio_verifier_settled,
	.buffer = ntio_pool_buffer,
	.buffer_free = ntio_pool_buffer_free,
	.enter = ntio_io_enter,
	.leave = ntio_io_leave,
	.fails = ntio_resources_fail,
};

static int verifier_show(struct seq_file *seq, void *unused)
{
	unsigned int option;

	for (option = 0; option < NTIO_VERIFIER_KINDS; option++)
		seq_printf(seq, "%s %u\n", ntio_verifier_names[option],
			   ntio_verifier_counted(option));
	seq_printf(seq, "invariant_mdl_unknown %u\n",
		   ntio_verifier_counted(NTIO_VERIFIER_UNKNOWN));
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(verifier);

void ntio_verifier_init(struct dentry *debugfs)
{
	ntio_verifier = &ntio_verifier_hooks;
	debugfs_create_file("verifier", 0400, debugfs, NULL, &verifier_fops);
}

void ntio_verifier_exit(void)
{
	ntio_resources_reset();
}
