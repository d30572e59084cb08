// SPDX-License-Identifier: GPL-2.0
/* The verifier: its parameter, and what happens to a request in which order. */
#include <linux/debugfs.h>
#include <linux/moduleparam.h>
#include <linux/seq_file.h>
#include <linux/slab.h>

#include "core.h"

DEFINE_STATIC_KEY_FALSE(ntio_verifier_on);

/* Of requests that begin from now on. */
static unsigned long ntio_verifier_options;

/* What was done; and pages that somebody changed, who is not known. */
static atomic_t ntio_verifier_counts[NTIO_VERIFIER_KINDS];
static atomic_t ntio_verifier_unknown;

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
	WRITE_ONCE(ntio_verifier_options, options);
	if (options)
		static_branch_enable(&ntio_verifier_on);
	else
		static_branch_disable(&ntio_verifier_on);
	return 0;
}

static int ntio_verifier_get(char *buffer, const struct kernel_param *param)
{
	unsigned long options = READ_ONCE(ntio_verifier_options);
	unsigned int option;
	int len = 0;

	for_each_set_bit(option, &options, NTIO_VERIFIER_KINDS)
		len += sysfs_emit_at(buffer, len, "%s%s", len ? "," : "",
				     ntio_verifier_names[option]);
	return len + sysfs_emit_at(buffer, len, "\n");
}

static const struct kernel_param_ops ntio_verifier_ops = {
	.set = ntio_verifier_set,
	.get = ntio_verifier_get,
};
module_param_cb(verifier, &ntio_verifier_ops, NULL, 0644);
MODULE_PARM_DESC(verifier, "Checks of drivers, a list with commas");

unsigned long ntio_verifier_now(void)
{
	return READ_ONCE(ntio_verifier_options);
}

void ntio_verifier_count(enum ntio_verifier_option option)
{
	atomic_inc(&ntio_verifier_counts[option]);
}

void ntio_verifier_count_unknown(void)
{
	atomic_inc(&ntio_verifier_unknown);
}

bool __ntio_verify_new(struct ntio_request *rq)
{
	struct ntio_verification *v = kzalloc(sizeof(*v), GFP_KERNEL_ACCOUNT);

	if (!v)
		return false;
	v->options = ntio_verifier_now();
	rq->verification = v;
	return true;
}

void __ntio_verify_free(struct ntio_request *rq)
{
	ntio_invariant_end(rq);
	kfree(rq->verification);
}

void __ntio_verify_begin(struct ntio_request *rq)
{
	ntio_log_begun(rq);
	ntio_invariant_begin(rq);
}

/* The request changes hands: what is wrong now did @device, who had it. */
static void ntio_verify_hop(struct ntio_request *rq, struct ntio_device *device)
{
	ntio_pool_check(rq, device);
	ntio_invariant_check(rq, device);
}

void __ntio_verify_down(struct ntio_request *rq)
{
	ntio_verify_hop(rq, rq->device);
	ntio_io_down(rq);
	ntio_pending_down(rq);
}

void __ntio_verify_returned(struct ntio_request *rq,
			    struct ntio_device *device, unsigned int location,
			    u32 use, ntstatus_t returned)
{
	ntio_pending_returned(rq, device, location, use, returned);
}

void __ntio_verify_complete(struct ntio_request *rq, ntstatus_t status)
{
	rq->verification->completer = rq->device;
	ntio_verify_hop(rq, rq->device);
	ntio_io_complete(rq, status);
}

void __ntio_verify_continued(struct ntio_request *rq)
{
	ntio_verify_hop(rq, rq->device);
}

void __ntio_verify_ended(struct ntio_request *rq)
{
	ntio_io_ended(rq);
	ntio_log_ended(rq);
}

/* Who completed it is blamed for what was done after. */
void __ntio_verify_settled(struct ntio_request *rq)
{
	if (!rq->verification->completer)
		return;		/* no driver had it */
	ntio_io_settled(rq);
	ntio_verify_hop(rq, rq->verification->completer);
}

static int verifier_show(struct seq_file *seq, void *unused)
{
	unsigned int option;

	for (option = 0; option < NTIO_VERIFIER_KINDS; option++)
		seq_printf(seq, "%s %u\n", ntio_verifier_names[option],
			   atomic_read(&ntio_verifier_counts[option]));
	seq_printf(seq, "invariant_mdl_unknown %u\n",
		   atomic_read(&ntio_verifier_unknown));
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(verifier);

void ntio_verifier_init(struct dentry *debugfs)
{
	debugfs_create_file("verifier", 0400, debugfs, NULL, &verifier_fops);
	ntio_log_init(debugfs);
}

void ntio_verifier_exit(void)
{
	ntio_log_exit();
	ntio_resources_reset();
}
