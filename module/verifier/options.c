// SPDX-License-Identifier: GPL-2.0
/* Which options are on, and what they have done. */
#include "verifier/verifier.h"

/* Of requests that begin from now on. */
static unsigned long ntio_verifier_options;

static atomic_t ntio_verifier_counts[NTIO_VERIFIER_COUNTS];

void ntio_verifier_set_options(unsigned long options)
{
	WRITE_ONCE(ntio_verifier_options, options);
}

unsigned long ntio_verifier_now(void)
{
	return READ_ONCE(ntio_verifier_options);
}

void ntio_verifier_count(unsigned int what)
{
	atomic_inc(&ntio_verifier_counts[what]);
}

unsigned int ntio_verifier_counted(unsigned int what)
{
	return atomic_read(&ntio_verifier_counts[what]);
}
