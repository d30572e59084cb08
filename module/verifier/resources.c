// SPDX-License-Identifier: GPL-2.0
/*
 * Verifier option systematic: what a driver asks for is refused once to each
 * place in a driver that asks, the first time, as if there were no memory; and
 * the log says so. So every error path is taken, one after the other. Windows
 * tells places apart by their call stacks, here it is the instruction.
 */
#define pr_fmt(fmt) "ntio: " fmt

#include <linux/xarray.h>

#include "verifier/verifier.h"

/* Places that were refused, by address. */
static DEFINE_XARRAY(ntio_sites);

static bool ntio_site_is_new(unsigned long site)
{
	if (xa_insert(&ntio_sites, site, xa_mk_value(1), GFP_ATOMIC))
		return false;
	pr_info("systematic: refuses once to %pS\n", (void *)site);
	return true;
}

bool ntio_resources_fail(unsigned long site)
{
	unsigned long options = ntio_verifier_now();

	if (!test_bit(NTIO_VERIFIER_SYSTEMATIC, &options) ||
	    !ntio_site_is_new(site))
		return false;
	ntio_verifier_count(NTIO_VERIFIER_SYSTEMATIC);
	return true;
}

/* Begin anew. */
void ntio_resources_reset(void)
{
	xa_destroy(&ntio_sites);
}
