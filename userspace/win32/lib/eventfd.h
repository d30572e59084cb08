/* SPDX-License-Identifier: GPL-2.0 */
/* Descriptors that are set and taken. */
#ifndef NTIO_WIN32_EVENTFD_H
#define NTIO_WIN32_EVENTFD_H

#include <stdbool.h>

int event_fd_new(unsigned int count, int flags);
void event_fd_set(int fd);
void event_fd_clear(int fd);
/* False: another one took it. */
bool event_fd_take(int fd);

#endif
