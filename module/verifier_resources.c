// SPDX-License-Identifier: GPL-2.0
/*
 * Verifier options low_resources and systematic: what a driver asks for may be
 * refused, as if there were no memory.
 *
 * low_resources refuses now and then. Which calls is a matter of their number
 * and the seed only, counted from when the options were set: what was found
 * once can be found again.
 *
 * systematic refuses once to each place in a driver that asks, the first time,
 * and says so in the log: so every error path is taken, one after the other.
 * Windows tells places apart by their call stacks, here it is the instruction.
 */
#define pr_fmt(fmt) "ntio: " fmt

#include <linux/jhash.h>
#include <linux/moduleparam.h>
#include <linux/xarray.h>

#include "core.h"

#define NTIO_LOW_SCALE 10000

/* As many as with Windows. */
static unsigned int ntio_low_rate = 600;
module_param_named(low_resources_rate, ntio_low_rate, uint, 0644);
MODULE_PARM_DESC(low_resources_rate, "Calls of 10000 that low_resources fails");

static unsigned int ntio_low_seed = 1;
module_param_named(low_resources_seed, ntio_low_seed, uint, 0644);
MODULE_PARM_DESC(low_resources_seed, "Which calls low_resources fails");

static unsigned int ntio_low_grace;
module_param_named(low_resources_grace, ntio_low_grace, uint, 0644);
MODULE_PARM_DESC(low_resources_grace, "Calls that low_resources lets pass first");

static atomic_t ntio_low_calls = ATOMIC_INIT(0);

/* Places that were refused, by address. */
static DEFINE_XARRAY(ntio_sites);

static bool ntio_low_is_due(void)
{
	u32 call = atomic_inc_return(&ntio_low_calls), dice;

	if (call <= READ_ONCE(ntio_low_grace))
		return false;
	dice = jhash_2words(call, READ_ONCE(ntio_low_seed), 0);
	return dice % NTIO_LOW_SCALE < READ_ONCE(ntio_low_rate);
}

static bool ntio_site_is_new(unsigned long site)
{
	if (xa_insert(&ntio_sites, site, xa_mk_value(1), GFP_ATOMIC))
		return false;
	pr_info("systematic: refuses once to %pS\n", (void *)site);
	return true;
}

bool __ntio_verify_fails(unsigned long site)
{
	unsigned long options = ntio_verifier_now();

	if (test_bit(NTIO_VERIFIER_SYSTEMATIC, &options) &&
	    ntio_site_is_new(site)) {
		ntio_verifier_count(NTIO_VERIFIER_SYSTEMATIC);
		return true;
	}
	if (test_bit(NTIO_VERIFIER_LOW_RESOURCES, &options) &&
	    ntio_low_is_due()) {
		ntio_verifier_count(NTIO_VERIFIER_LOW_RESOURCES);
		return true;
	}
	return false;
}

/* Begin anew. */
void ntio_resources_reset(void)
{
	atomic_set(&ntio_low_calls, 0);
	xa_destroy(&ntio_sites);
}
