/* SPDX-License-Identifier: GPL-2.0 */
/* What threads do in their alertable waits. */
#ifndef NTIO_WIN32_APC_H
#define NTIO_WIN32_APC_H

#include <stdbool.h>

#include "self.h"

void apc_queue(struct thread *thread, struct apc *apc);
/* Runs what is there; false: there was nothing. */
bool apc_run(struct thread *thread);
bool apc_any(struct thread *thread);

#endif
