/* SPDX-License-Identifier: GPL-2.0 */
/* Names as people type them. */
#ifndef NTIO_CMD_SPELLING_H
#define NTIO_CMD_SPELLING_H

#include <stdbool.h>

/**
 * same_name() - compare what a user typed with a name
 * @typed: without regard to case, '-' for '_'
 * @name: the name
 */
bool same_name(const char *typed, const char *name);

/**
 * same_name_or_rest() - the same, where the user may leave out the beginning
 * @typed: what the user typed
 * @name: the name
 * @prefix: how @name begins, such as "STATUS_"
 */
bool same_name_or_rest(const char *typed, const char *name,
		       const char *prefix);

#endif
