/* SPDX-License-Identifier: GPL-2.0 */
#define INITGUID
#include <guiddef.h>
