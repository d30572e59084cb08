/* SPDX-License-Identifier: GPL-2.0 */
/* Control codes as people write them. */
#ifndef NTIO_CMD_CODE_H
#define NTIO_CMD_CODE_H

#include <stdbool.h>
#include <stdint.h>

/**
 * parse_code() - a control code
 * @text: a number, "CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800, METHOD_BUFFERED,
 *	FILE_ANY_ACCESS)" or the same with NTIO_ before all names
 * @code: filled in if it is one
 */
bool parse_code(const char *text, uint32_t *code);

/**
 * find_code() - a control code by the name that its driver gave it
 * @name: such as "IOCTL_ECHO_BUFFERED"; without regard to case, '-' for '_'
 * @code: filled in if one of the devices that can be opened declares it
 */
bool find_code(const char *name, uint32_t *code);

#endif
