/* SPDX-License-Identifier: GPL-2.0 */
#pragma once
#include <windows.h>

const char *Words(UINT Flashes);
