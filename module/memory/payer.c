// SPDX-License-Identifier: GPL-2.0
/* Whose limits count: captured from a caller for a thread that locks later. */
#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/sched/signal.h>
#include <linux/sched/user.h>

#include "memory/pages.h"

/* Those of the current thread, or of whom it is attached to. */
void ntio_payer_capture(struct ntio_payer *payer,
			const struct ntio_payer *from)
{
	if (from) {
		*payer = *from;
		get_uid(payer->user);
		return;
	}
	payer->user = get_uid(current_user());
	payer->limit = rlimit(RLIMIT_MEMLOCK);
	payer->exempt = ns_capable_noaudit(&init_user_ns, CAP_IPC_LOCK);
}

void ntio_payer_drop(struct ntio_payer *payer)
{
	free_uid(payer->user);
}
