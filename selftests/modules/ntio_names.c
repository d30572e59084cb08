// SPDX-License-Identifier: GPL-2.0
/* A device that gets other names. */
#include <linux/slab.h>

#include <ntio/ntio.h>

#include "ntio_names.h"

static DEFINE_MUTEX(names_mutex);
static struct ntio_device *names;	/* while it is registered */

static ntstatus_t names_nothing(struct ntio_request *rq)
{
	return ntio_complete(rq, STATUS_SUCCESS, 0);
}

static void names_release(struct ntio_device *device)
{
	kfree(device);
}

static const struct ntio_control names_controls[] = {
	NTIO_CONTROL(IOCTL_NAMES_NOTHING, .handler = names_nothing),
	{ }
};

static const struct ntio_device names_model = {
	.name = "names",
	.type = NAMES_TYPE,
	.mode = NAMES_MODE,
	.exclusive = true,
	.controls = names_controls,
	.release = names_release,
};

static struct ntio_device names_hidden = {
	.name = "names-hidden",
	.type = NAMES_TYPE,
	.hidden = true,
};

static int names_come(void)
{
	struct ntio_device *device;
	int rc;

	if (names)
		return 0;
	device = kmemdup(&names_model, sizeof(*device), GFP_KERNEL);
	if (!device)
		return -ENOMEM;
	rc = ntio_register(device);
	if (rc)
		kfree(device);
	else
		names = device;
	return rc;
}

static int names_go(void)
{
	if (names)
		ntio_unregister(names);
	names = NULL;
	return 0;
}

static int names_told(u32 code, const char *text)
{
	switch (code) {
	case IOCTL_NAMES_ADD:
		return ntio_add_name(names, text);
	case IOCTL_NAMES_REMOVE:
		return ntio_remove_name(names, text);
	case IOCTL_NAMES_ADD_HIDDEN:
		return ntio_add_name(&names_hidden, text);
	case IOCTL_NAMES_GO:
		return names_go();
	case IOCTL_NAMES_COME:
		return names_come();
	}
	return -EINVAL;
}

/* The text does not outlive the request. */
static ntstatus_t names_watch_other(struct ntio_request *rq)
{
	char *text = rq->system_buffer;
	int rc;

	if (!rq->in_len || rq->out_len < sizeof(u32) || text[rq->in_len - 1])
		return ntio_complete(rq, STATUS_INVALID_PARAMETER, 0);
	mutex_lock(&names_mutex);
	rc = names_told(rq->code, text);
	mutex_unlock(&names_mutex);
	*(u32 *)rq->system_buffer = -rc;
	return ntio_complete(rq, STATUS_SUCCESS, sizeof(u32));
}

static struct ntio_device names_watch = {
	.name = "names-watch",
	.type = NAMES_TYPE,
	.other = names_watch_other,
};

static int __init names_init(void)
{
	int rc = names_come();

	if (rc)
		return rc;
	rc = ntio_register(&names_hidden);
	if (rc)
		goto err;
	rc = ntio_register(&names_watch);
	if (!rc)
		return 0;
	ntio_unregister(&names_hidden);
err:
	names_go();
	return rc;
}
module_init(names_init);

static void __exit names_exit(void)
{
	ntio_unregister(&names_watch);
	ntio_unregister(&names_hidden);
	names_go();
}
module_exit(names_exit);

MODULE_INFO(test, "Y");
MODULE_DESCRIPTION("ntio test: a device with several names");
MODULE_LICENSE("GPL");
