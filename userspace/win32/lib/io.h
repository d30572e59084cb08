/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NTIO_WIN32_IO_H
#define NTIO_WIN32_IO_H

#include "ask.h"

/* Sends a request; waits where the file does not go on without its caller. */
uint32_t io_send(struct io *io);

#endif
