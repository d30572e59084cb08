// SPDX-License-Identifier: GPL-2.0
/*
 * Completion ports: a ring, and a list of the packets that were taken out of
 * it. Whoever waits sleeps in the ring; a packet that comes otherwise brings a
 * kick.
 */
#include "port.h"

void port_push(struct port *port, struct request *packet)
{
	lock_take(&port->lock);
	packet->next = NULL;
	*port->last = packet;
	port->last = &packet->next;
	lock_drop(&port->lock);
	if (atomic_load(&port->waiters))
		ring_kick(port->ring);
}

struct request *port_shift(struct port *port)
{
	struct request *packet;
	bool more;

	lock_take(&port->lock);
	packet = port->first;
	if (packet) {
		port->first = packet->next;
		if (!port->first)
			port->last = &port->first;
	}
	more = packet && port->first;
	lock_drop(&port->lock);
	if (more && atomic_load(&port->waiters))
		ring_kick(port->ring);
	return packet;
}
