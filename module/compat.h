/* SPDX-License-Identifier: GPL-2.0 */
/* All that differs between the kernels; probe.sh finds out. */
#ifndef NTIO_COMPAT_H
#define NTIO_COMPAT_H

/* struct class::devnode takes a const device since 6.2. */
#ifdef NTIO_CONST_DEVNODE
#define ntio_devnode_device const struct device
#else
#define ntio_devnode_device struct device
#endif

#endif
