/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * A Windows handle's number and the descriptor behind it: one rule for
 * applications, which pass handles to drivers in buffers, and for drivers,
 * which look up what they are given.
 *
 * As on Windows a handle is a multiple of 4 and never 0. The pseudo handles,
 * such as INVALID_HANDLE_VALUE, are no descriptors.
 */
#ifndef _UAPI_NTIO_HANDLE_H
#define _UAPI_NTIO_HANDLE_H

#include <linux/types.h>

/**
 * ntio_handle_from_fd() - the handle that stands for a descriptor
 * @fd: descriptor
 *
 * Return: the handle; 0 for what is no descriptor.
 */
static inline __u64 ntio_handle_from_fd(int fd)
{
	return fd < 0 ? 0 : ((__u64)fd + 1) * 4;
}

/**
 * ntio_fd_from_handle() - the descriptor that a handle stands for
 * @handle: any number. Its two lowest bits are tags of the caller, and ignored
 *	[2.46].
 *
 * Return: the descriptor, which need not be open; -1: no handle of a
 * descriptor.
 */
static inline int ntio_fd_from_handle(__u64 handle)
{
	__u64 number = handle / 4;

	return number && number <= 0x7fffffff ? (int)(number - 1) : -1;
}

#endif
