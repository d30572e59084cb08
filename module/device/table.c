// SPDX-License-Identifier: GPL-2.0
/* What a driver says of its device: whether it makes sense, and its codes. */
#include <linux/ctype.h>
#include <linux/hash.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/slab.h>

#include "device/node.h"

bool ntio_name_valid(const char *name)
{
	size_t i;

	for (i = 0; name[i]; i++)
		if (!isalnum(name[i]) && name[i] != '-' && name[i] != '_')
			return false;
	return i && i < NTIO_NAME_SIZE;
}

static bool ntio_control_valid(const struct ntio_device *device,
			       const struct ntio_control *control)
{
	const struct ntio_control *other;

	if (!control->handler == !control->in_caller)
		return false;
	if (control->max_in && control->max_in < control->min_in)
		return false;
	if (control->max_out && control->max_out < control->min_out)
		return false;
	for (other = device->controls; other != control; other++)
		if (other->code == control->code)
			return false;
	return true;
}

static int ntio_controls_count(const struct ntio_device *device)
{
	const struct ntio_control *control = device->controls;

	if (!control)
		return 0;
	for (; control->handler || control->in_caller; control++)
		if (!ntio_control_valid(device, control))
			return -EINVAL;
	/* The row that ends the table is empty, not merely without handler. */
	if (control->code || control->name)
		return -EINVAL;
	return control - device->controls;
}

static bool ntio_handlers_valid(const struct ntio_device *device)
{
	if (device->other && device->other_in_caller)
		return false;
	if (device->file_request &&
	    (device->create || device->cleanup || device->close))
		return false;
	if (device->io == NTIO_IO_NEITHER)
		return !device->read && !device->write;
	return !device->read_in_caller && !device->write_in_caller;
}

/**
 * ntio_device_check() - look at a device that a driver wants to register
 * @device: described by the driver
 *
 * Return: the number of declared control codes; -EINVAL.
 */
int ntio_device_check(const struct ntio_device *device)
{
	if (!ntio_name_valid(device->name) || !ntio_handlers_valid(device))
		return -EINVAL;
	if (device->layer && (device->layer->size > KMALLOC_MAX_SIZE ||
			      device->layer->size < sizeof(unsigned long)))
		return -EINVAL;
	return ntio_controls_count(device);
}

/* Whether it says of any of its handlers that it sleeps. */
bool ntio_device_sleeps(const struct ntio_device *device)
{
	unsigned int i;

	for (i = 0; i < device->node->nr_controls; i++)
		if (device->controls[i].sleeps)
			return true;
	return device->sleeps;
}

/**
 * struct ntio_index - where in a device's table the codes are
 * @bits: of the hash
 * @rows: 1 << @bits numbers of rows, from 1 on; 0: none. A code is where its
 *	hash says, or behind it, before the next 0. Half of them at least are 0.
 */
struct ntio_index {
	unsigned int bits;
	u32 rows[];
};

static u32 *ntio_index_next(struct ntio_index *index, u32 *row)
{
	return ++row == index->rows + (1U << index->bits) ? index->rows : row;
}

/* Of a table that ntio_device_check() found right. NULL: no memory. */
struct ntio_index *ntio_index_make(const struct ntio_device *device,
				   unsigned int rows)
{
	unsigned int i, bits = order_base_2(rows + 1) + 1;
	struct ntio_index *index;
	u32 *row;

	index = kvzalloc(struct_size(index, rows, 1UL << bits), GFP_KERNEL);
	if (!index)
		return NULL;
	index->bits = bits;
	for (i = 0; i < rows; i++) {
		row = &index->rows[hash_32(device->controls[i].code, bits)];
		while (*row)
			row = ntio_index_next(index, row);
		*row = i + 1;
	}
	return index;
}

/* The row for a code, in the table of one device; NULL: it has none. */
const struct ntio_control *ntio_control_row(const struct ntio_device *device,
					    u32 code)
{
	struct ntio_index *index = device->node->index;
	const struct ntio_control *control;
	u32 *row;

	if (!device->controls)
		return NULL;
	row = &index->rows[hash_32(code, index->bits)];
	for (; *row; row = ntio_index_next(index, row)) {
		control = &device->controls[*row - 1];
		if (control->code == code)
			return control;
	}
	return NULL;
}
