/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The verifier's options, and the wrong drivers that each has to find out
 * (modules/ntio_bad_twins.h).
 */
#ifndef TWINS_TEST_H
#define TWINS_TEST_H

#include "modules/ntio_bad_twins.h"
#include "ntio_test.h"

#define TWINS "ntio_bad_twins"

/**
 * struct twins - what a test with the verifier has
 * @options: of the verifier, as they were
 * @kmsg: the kernel's log
 */
struct twins {
	char options[256];
	int kmsg;
};

/* Loads the drivers, anew: each mistake is logged once. Exits if it cannot. */
static inline void twins_begin(struct twins *twins, const char *options)
{
	param_get_text("verifier", twins->options);
	module_unload(TWINS);	/* of a test that was stopped */
	if (module_load(TWINS) || param_set_text("verifier", options)) {
		printf("Bail out! no twins, or no verifier %s\n", options);
		fflush(stdout);
		_exit(1);
	}
	twins->kmsg = kmsg_open();
}

/* False: the drivers do not unload. */
static inline bool twins_end(struct twins *twins)
{
	close(twins->kmsg);
	param_set_text("verifier", twins->options);
	return wait_until(!module_unload(TWINS));
}

/* Whether the log says that the driver of @device did @violation. */
static inline bool twins_named(const struct twins *twins, const char *device,
			       const char *violation)
{
	char who[128], what[128];

	snprintf(who, sizeof(who), "driver of %s ", device);
	snprintf(what, sizeof(what), "(%s)", violation);
	return kmsg_has(twins->kmsg, who, what);
}

#endif
