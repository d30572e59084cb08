// SPDX-License-Identifier: GPL-2.0
#include "verifier/hooks.h"

const struct ntio_verifier_hooks *ntio_verifier;
