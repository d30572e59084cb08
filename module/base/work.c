// SPDX-License-Identifier: GPL-2.0
#include "base/work.h"

struct workqueue_struct *ntio_core_wq;
