/* SPDX-License-Identifier: GPL-2.0 */
/* Devices, their nodes, and the open files. Drivers never see this header. */
#ifndef NTIO_DEVICE_NODE_H
#define NTIO_DEVICE_NODE_H

#include <linux/cdev.h>
#include <linux/device.h>
#include <linux/fs.h>

#include <ntio/device.h>

/**
 * struct ntio_node - the node of a device in /dev, and what must outlive it
 * @dev: one reference while @holds is not 0, and those of the driver core
 * @cdev: the character device
 * @list: in the list of registered nodes
 * @device: the driver's side; NULL when nobody can open the device any more
 * @upper: what is attached on top, or NULL
 * @names: its other names
 * @opens: open files of this node, not of the stack
 * @holds: the registration, every open file, the registration of @upper, and
 *	every call into the driver that nothing else protects. Whoever drops the
 *	last one calls the driver's release.
 * @mode: permissions of the node
 * @depth: how many devices the stack has up to this one
 * @may_sleep: whether any of them says of a handler that it sleeps
 * @layer: that of the device, or of those below
 * @exclusive: only one open file at a time
 * @hidden: no node in /dev, and so no device number
 * @initializing: cannot be opened yet; protected by ntio_nodes_lock
 * @nr_controls: rows of the control table
 * @index: of that table
 * @driver: name of the driver's module
 * @workers: runs the driver's work items, of this device alone
 * @ends: runs the driver's cleanup and release where the thread that finds them
 *	due cannot; apart from @workers, all of which may wait for a cleanup
 * @end_work: calls the driver's release
 * @ending: the device that @end_work is for
 * @free_work: frees the node, whose queues cannot be freed by their own workers
 *
 * All up to @opens is protected by ntio_nodes_lock; @device is also read
 * without. All from @mode to @driver is set before the node is visible and
 * constant after.
 */
struct ntio_node {
	struct device dev;
	struct cdev cdev;
	struct list_head list;
	struct ntio_device *device;
	struct ntio_device *upper;
	struct list_head names;
	unsigned int opens;
	refcount_t holds;
	umode_t mode;
	unsigned int depth;
	bool may_sleep;
	const struct ntio_layer *layer;
	bool exclusive;
	bool hidden;
	bool initializing;
	unsigned int nr_controls;
	struct ntio_index *index;
	const char *driver;
	struct workqueue_struct *workers;
	struct workqueue_struct *ends;
	struct work_struct end_work;
	struct ntio_device *ending;
	struct work_struct free_work;
};

/**
 * struct ntio_name - another name of a node, with a node in /dev of its own
 * @dev: its driver data is @node, as that of @node's own device; NULL when the
 *	name was removed
 * @cdev: the character device
 * @list: in ntio_node::names
 * @node: the node, of which it holds the memory
 *
 * All but @node is protected by ntio_nodes_lock.
 */
struct ntio_name {
	struct device dev;
	struct cdev cdev;
	struct list_head list;
	struct ntio_node *node;
};

/* node.c */
struct ntio_node *ntio_node_alloc(const struct ntio_device *device,
				  struct module *owner);
int ntio_node_add(struct ntio_node *node);
void ntio_node_del(struct ntio_node *node);
struct ntio_name *ntio_name_alloc(struct ntio_node *node, const char *text);
int ntio_nodes_init(const struct file_operations *fops);
void ntio_nodes_exit(void);

/* table.c */
bool ntio_name_valid(const char *name);
int ntio_device_check(const struct ntio_device *device);
struct ntio_index *ntio_index_make(const struct ntio_device *device,
				   unsigned int rows);
bool ntio_device_sleeps(const struct ntio_device *device);
const struct ntio_control *ntio_control_row(const struct ntio_device *device,
					    u32 code);

/* Whether a handler that has no row, of any driver of the stack, may sleep. */
static inline bool ntio_stack_sleeps(const struct ntio_device *top)
{
	for (; top; top = top->lower)
		if (top->sleeps)
			return true;
	return false;
}

/* device.c */
ntstatus_t ntio_device_open(struct device *dev, struct ntio_file *file);
void ntio_device_close(struct ntio_file *file);
void ntio_device_get(struct ntio_device *device);
void ntio_device_put(struct ntio_device *device);
void ntio_device_put_atomic(struct ntio_device *device);

/* Whether ntio_unregister() was called; it may be called right after. */
static inline bool ntio_file_gone(const struct ntio_file *file)
{
	return !READ_ONCE(file->opened->node->device) ||
	       !READ_ONCE(file->device->node->device);
}

/* handles.c */
void ntio_file_count(struct ntio_file *file);
bool ntio_file_enter_counted(struct ntio_file *file);
void ntio_file_exit_counted(struct ntio_file *file);
bool ntio_file_left(struct ntio_file *file);
bool ntio_file_is_cleaned(const struct ntio_file *file);
bool ntio_file_claim_cleanup(struct ntio_file *file);
void ntio_file_hold(struct ntio_file *file);
bool ntio_file_tryhold(struct ntio_file *file);
void ntio_file_unhold(struct ntio_file *file);
void ntio_file_watch_begin(struct ntio_file *file);
bool ntio_file_watch_again(struct ntio_file *file, bool for_ever);
bool ntio_file_close_is_last(struct ntio_file *file);
void ntio_file_map(struct ntio_file *file);
void ntio_file_unmap(struct ntio_file *file);

/* A system call begins a request. Returns what ntio_file_exit() wants. */
static inline bool ntio_file_enter(struct ntio_file *file)
{
	return file->counts_handles && ntio_file_enter_counted(file);
}

/* It ends. @counted: its reference to the file was not a handle. */
static inline void ntio_file_exit(struct ntio_file *file, bool counted)
{
	if (counted)
		ntio_file_exit_counted(file);
}

#endif
