/* SPDX-License-Identifier: GPL-2.0 */
/* Everything a driver needs. */
#ifndef NTIO_NTIO_H
#define NTIO_NTIO_H

#include "caller.h"
#include "device.h"
#include "mdl.h"
#include "remove.h"
#include "request.h"
#include "types.h"

#endif
