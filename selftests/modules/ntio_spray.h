/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/* What the module that fills free memory and its test share. */
#ifndef NTIO_SPRAY_H
#define NTIO_SPRAY_H

/*
 * For root. Written a number: buffers of that many bytes, allocated as ntio
 * does it, are filled with SPRAY_BYTE and freed. Read: how many such bytes the
 * next buffer of that size begins with, which is freed again.
 */
#define SPRAY_PATH "/sys/kernel/debug/ntio_spray"
#define SPRAY_BYTE 0x5e

#endif
