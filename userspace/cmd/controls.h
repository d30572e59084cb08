/* SPDX-License-Identifier: GPL-2.0 */
/* The control codes that a device declares. */
#ifndef NTIO_CMD_CONTROLS_H
#define NTIO_CMD_CONTROLS_H

#include <stdbool.h>
#include <stddef.h>

#include <ntio/ntio.h>

/**
 * struct controls - a device and its control codes
 * @device: what it says it is
 * @rows: its table of control codes
 * @count: number of @rows
 */
struct controls {
	struct ntio_query_device device;
	struct ntio_query_control *rows;
	size_t count;
};

/**
 * controls_read() - ask a device, opened with no access
 * @name: name or path of the device
 * @controls: filled in; free @rows
 *
 * Return: false after a message on stderr.
 */
bool controls_read(const char *name, struct controls *controls);

/**
 * controls_find() - find a control code by what the user typed
 * @controls: of controls_read()
 * @typed: a number, or a name without regard to case, '-' for '_' and with or
 *	without the prefix
 * @unknown: what a number that is not declared becomes, so that it can be sent
 *	all the same
 *
 * Return: the row, @unknown, or NULL if there is no such name.
 */
const struct ntio_query_control *
controls_find(const struct controls *controls, const char *typed,
	      struct ntio_query_control *unknown);

/**
 * control_short_name() - a name without its prefix
 * @controls: of controls_read()
 * @name: name as the driver spells it, such as "IOCTL_ECHO_OUT_DIRECT"
 *
 * Return: the part of @name behind "IOCTL_" and the name of the device.
 */
const char *control_short_name(const struct controls *controls,
			       const char *name);

#endif
