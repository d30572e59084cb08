#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What of libntio and the command needs no kernel; their own TAP.
set -eu
cd "$(dirname "$0")/../.."
unset MAKEFLAGS MFLAGS MAKELEVEL	# a jobserver that we were not given
exec make -s --no-print-directory -C userspace check \
	BUILD="${BUILD:-$PWD/build}/userspace"
