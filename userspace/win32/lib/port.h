/* SPDX-License-Identifier: GPL-2.0 */
/* Completion ports: their packets. */
#ifndef NTIO_WIN32_PORT_H
#define NTIO_WIN32_PORT_H

#include <stdbool.h>

#include "object.h"
#include "ring.h"

/* One packet at the end of the list; one waiter, if there is one, is woken. */
void port_push(struct port *port, struct request *packet);
/* The oldest; NULL: there is none. */
struct request *port_shift(struct port *port);

#endif
