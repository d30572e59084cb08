/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NTIO_WIN32_PLAIN_H
#define NTIO_WIN32_PLAIN_H

#include "ask.h"

uint32_t plain_rw(struct io *io, struct ntio_iosb *iosb);

#endif
