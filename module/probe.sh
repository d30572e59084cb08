#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Prints a -D flag for each property of the kernel headers below $1 that
# compat.h asks for.
set -eu

headers=$1/include/linux

has() # FILE REGEX FLAG
{
	if grep -qsE "$2" "$headers/$1"; then
		echo "-D$3"
	fi
}

has device/class.h 'devnode.\(const struct device' NTIO_CONST_DEVNODE
