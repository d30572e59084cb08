/* SPDX-License-Identifier: GPL-2.0 */
/* Windows' words and ours for the fields of a control code. */
#ifndef NTIO_CMD_WORDS_H
#define NTIO_CMD_WORDS_H

#include <stdint.h>

/**
 * struct word - a value and what it is called
 * @brief: in tables, such as "IN_DIRECT"
 * @windows: such as "METHOD_IN_DIRECT"
 * @ntio: such as "NTIO_METHOD_IN_DIRECT"
 * @meaning: one sentence, or ""
 */
struct word {
	const char *brief;
	const char *windows;
	const char *ntio;
	const char *meaning;
};

const struct word *method_word(uint32_t code);
const struct word *access_word(uint32_t code);

/**
 * device_type_name() - Windows' name of a device type
 * @type: device type
 *
 * Return: such as "FILE_DEVICE_UNKNOWN", or NULL if Microsoft named none.
 */
const char *device_type_name(uint32_t type);

#endif
