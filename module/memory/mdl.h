/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NTIO_MEMORY_MDL_H
#define NTIO_MEMORY_MDL_H

#include "memory/pages.h"

ntstatus_t ntio_mdl_pin(struct ntio_mdl *mdl, struct ntio_page_set *set,
			struct ntio_pin *pin);
bool ntio_mdl_take_copy(struct ntio_mdl *mdl, struct ntio_page_set *set,
			void *memory, size_t len, bool write);
ntstatus_t ntio_mdl_import(struct ntio_mdl *mdl, struct ntio_page_set *set,
			   const struct ntio_import *import);
struct ntio_mdl *ntio_mdl_pages(size_t len);
void ntio_mdl_destroy(struct ntio_mdl *mdl);

#endif
