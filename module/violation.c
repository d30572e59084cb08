// SPDX-License-Identifier: GPL-2.0
#define pr_fmt(fmt) "ntio: " fmt

#include <linux/atomic.h>

#include "core.h"

static atomic_t ntio_violations[NTIO_VIOLATION_KINDS];

static const struct {
	const char *name;
	const char *what;
} ntio_violation_texts[] = {
#define NTIO_VIOLATION_TEXT(name, what) { #name, what },
	NTIO_VIOLATIONS(NTIO_VIOLATION_TEXT)
};

const char *ntio_violation_name(enum ntio_violation kind)
{
	return ntio_violation_texts[kind].name;
}

unsigned int ntio_violation_count(enum ntio_violation kind)
{
	return atomic_read(&ntio_violations[kind]);
}

/* What was reported of MDLs that belong to no device. */
static unsigned long ntio_reported;

/*
 * The log gets one line for each kind and device: whoever triggers the mistake
 * cannot flood it.
 */
void ntio_violation(struct ntio_device *device, enum ntio_violation kind)
{
	unsigned long *reported;

	atomic_inc(&ntio_violations[kind]);
	reported = device && device->node ? &device->node->reported :
					    &ntio_reported;
	if (test_and_set_bit(kind, reported))
		return;
	pr_warn("driver of %s %s (%s)\n", device ? device->name : "no device",
		ntio_violation_texts[kind].what,
		ntio_violation_texts[kind].name);
}
