/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The paths through ntio that succeed, as a table, for programs that run them
 * under conditions in which they need not: with injected faults, in processes
 * that are killed, while files and modules go away.
 *
 *	if (path_begin(&run, path))
 *		for (...) {
 *			path_reset(&run);
 *			path_go(&run);
 *			wrong = path_wrong(&run);
 *			path_undo(&run);
 *		}
 *	path_end(&run);
 *
 * Only path_go() is the path: system calls and nothing else.
 */
#ifndef PATHS_H
#define PATHS_H

#include "module/samples/context.h"
#include "modules/ntio_hold.h"
#include "ntio_test.h"
#include "ring.h"

/**
 * enum path_content - what a path leaves in its buffers when it succeeds
 * @PATH_NOTHING: Information 0, the second buffer untouched
 * @PATH_ECHO: the second buffer begins with the first
 * @PATH_KEPT: the driver has read the second buffer
 * @PATH_SUM: the sum of numbers in the caller's memory
 * @PATH_ONE: Information 1
 * @PATH_READ: the context driver has read the right number
 */
enum path_content {
	PATH_NOTHING,
	PATH_ECHO,
	PATH_KEPT,
	PATH_SUM,
	PATH_ONE,
	PATH_READ,
};

struct path_kind;

/**
 * struct path - something that succeeds
 * @name: of the path
 * @kind: how it is done
 * @device: below /dev/ntio
 * @code: control code; of kinds without one, another number
 * @in_len: length of the first buffer
 * @out_len: length of the second buffer; of reads and writes, of the only one
 * @offset: of both buffers in their first page
 * @fresh: the second buffer has no pages before
 * @content: what comes of it
 */
struct path {
	const char *name;
	const struct path_kind *kind;
	const char *device;
	__u32 code;
	__u32 in_len;
	__u32 out_len;
	__u32 offset;
	bool fresh;
	enum path_content content;
};

/**
 * struct path_run - a path that is run
 * @path: which
 * @fd: the device
 * @other: another file that the kind needs, or -1
 * @in: the first buffer
 * @out: the second buffer
 * @ring: for those that use one
 * @sqe_flags: how the ring carries out device controls
 * @c: the request, if it is a device control
 * @op: of hold's operations
 * @seed: of the content of the buffers
 * @error: errno of the system call, 0: it succeeded
 * @result: what it returned else
 */
struct path_run {
	const struct path *path;
	int fd;
	int other;
	struct mem in, out;
	struct ring ring;
	__u8 sqe_flags;
	struct ntio_device_control c;
	struct hold_op op;
	unsigned int seed;
	int error;
	long result;
};

/* False: this kernel cannot, and errno says why. path_end() is due all the same */
bool path_begin(struct path_run *run, const struct path *path);
/* Fills the buffers anew. */
void path_reset(struct path_run *run);
void path_go(struct path_run *run);
/*
 * What is not as it should be; NULL: it succeeded and has the right content, or
 * failed and says so, for want of memory or because of a fault.
 */
const char *path_wrong(struct path_run *run);
/* Frees what a pass that did not succeed left to its caller. */
void path_undo(struct path_run *run);
void path_end(struct path_run *run);

/* --- the table ----------------------------------------------------------- */

#define PATH_LARGE (64 * 1024)
/* A struct context_ask, and the number that it is about. */
#define PATH_CONTEXT .in_len = 40, .out_len = 8, .content = PATH_READ

/* Device controls, by ioctl() or by a ring. */
#define PATHS_CONTROL(P, how)						\
	P(how, buffered_empty, "echo", IOCTL_ECHO_BUFFERED,		\
	  .content = PATH_ECHO)						\
	P(how, buffered_8, "echo", IOCTL_ECHO_BUFFERED,			\
	  .in_len = 8, .out_len = 8, .content = PATH_ECHO)		\
	P(how, buffered_2_pages, "echo", IOCTL_ECHO_BUFFERED,		\
	  .in_len = 4096, .out_len = 4096, .offset = 4095,		\
	  .content = PATH_ECHO)						\
	P(how, buffered_large, "echo", IOCTL_ECHO_BUFFERED,		\
	  .in_len = PATH_LARGE, .out_len = PATH_LARGE, .offset = 511,	\
	  .content = PATH_ECHO)						\
	P(how, buffered_fresh, "echo", IOCTL_ECHO_BUFFERED,		\
	  .in_len = 9000, .out_len = 9000, .fresh = true,		\
	  .content = PATH_ECHO)						\
	P(how, in_direct_empty, "echo", IOCTL_ECHO_IN_DIRECT,		\
	  .in_len = 8, .content = PATH_KEPT)				\
	P(how, in_direct_8, "echo", IOCTL_ECHO_IN_DIRECT,		\
	  .in_len = 8, .out_len = 8, .content = PATH_KEPT)		\
	P(how, in_direct_2_pages, "echo", IOCTL_ECHO_IN_DIRECT,		\
	  .out_len = 4096, .offset = 4095, .content = PATH_KEPT)	\
	P(how, in_direct_large, "echo", IOCTL_ECHO_IN_DIRECT,		\
	  .in_len = 8, .out_len = PATH_LARGE, .offset = 511,		\
	  .content = PATH_KEPT)						\
	P(how, in_direct_fresh, "echo", IOCTL_ECHO_IN_DIRECT,		\
	  .in_len = 8, .out_len = 9000, .fresh = true,			\
	  .content = PATH_KEPT)						\
	P(how, in_direct_long, "echo", IOCTL_ECHO_IN_DIRECT_LONG,	\
	  .in_len = 8, .out_len = PATH_LARGE, .fresh = true,		\
	  .content = PATH_KEPT)						\
	P(how, out_direct_8, "echo", IOCTL_ECHO_OUT_DIRECT,		\
	  .in_len = 8, .out_len = 8, .content = PATH_ECHO)		\
	P(how, out_direct_large, "echo", IOCTL_ECHO_OUT_DIRECT,		\
	  .in_len = PATH_LARGE, .out_len = PATH_LARGE, .offset = 511,	\
	  .content = PATH_ECHO)						\
	P(how, out_direct_fresh, "echo", IOCTL_ECHO_OUT_DIRECT,		\
	  .in_len = 9000, .out_len = 9000, .fresh = true,		\
	  .content = PATH_ECHO)						\
	P(how, out_direct_long, "echo", IOCTL_ECHO_OUT_DIRECT_LONG,	\
	  .in_len = 9000, .out_len = PATH_LARGE, .fresh = true,		\
	  .content = PATH_ECHO)						\
	P(how, neither_8, "echo", IOCTL_ECHO_NEITHER,			\
	  .in_len = 8, .out_len = 8, .content = PATH_ECHO)		\
	P(how, neither_2_pages, "echo", IOCTL_ECHO_NEITHER,		\
	  .in_len = 4096, .out_len = 4096, .offset = 4095,		\
	  .content = PATH_ECHO)						\
	P(how, neither_fresh, "echo", IOCTL_ECHO_NEITHER,		\
	  .in_len = 9000, .out_len = 9000, .fresh = true,		\
	  .content = PATH_ECHO)						\
	P(how, sum_embedded, "echo", IOCTL_ECHO_SUM_EMBEDDED,		\
	  .in_len = 72, .out_len = 8, .content = PATH_SUM)		\
	P(how, pend_later, "echo", IOCTL_ECHO_RETURN_OUT_DIRECT,	\
	  .in_len = sizeof(struct echo_return),				\
	  .content = PATH_NOTHING)					\
	P(how, own_part, "hold", IOCTL_HOLD_OWN_PART,			\
	  .in_len = 4, .out_len = 20000, .content = PATH_ONE)		\
	P(how, context_here, "context", IOCTL_CONTEXT_HERE,		\
	  PATH_CONTEXT)							\
	P(how, context_captured, "context", IOCTL_CONTEXT_CAPTURED,	\
	  .in_len = 40, .content = PATH_READ)				\
	P(how, context_locked, "context", IOCTL_CONTEXT_LOCKED,		\
	  PATH_CONTEXT)							\
	P(how, context_locked_by_driver, "context",			\
	  IOCTL_CONTEXT_LOCKED_BY_DRIVER, PATH_CONTEXT)			\
	P(how, context_attached, "context", IOCTL_CONTEXT_ATTACHED,	\
	  PATH_CONTEXT)							\
	P(how, context_copied, "context", IOCTL_CONTEXT_COPIED,		\
	  PATH_CONTEXT)

/* read(2), write(2) and their relatives; the content is always checked. */
#define PATHS_RW(P, how)						\
	P(how, buffered, "rw-buffered", 0, .out_len = 5000,		\
	  .offset = 100)						\
	P(how, buffered_large, "rw-buffered", 0, .out_len = PATH_LARGE,	\
	  .offset = 511)						\
	P(how, direct, "rw-direct", 0, .out_len = 5000, .offset = 100)	\
	P(how, direct_large, "rw-direct", 0, .out_len = PATH_LARGE,	\
	  .offset = 511)						\
	P(how, neither, "rw-neither", 0, .out_len = 5000,		\
	  .offset = 100)						\
	P(how, stack, "vault", 0, .out_len = 5000, .offset = 100)

/* What is done with MDLs: @code is an index of path_mdl_steps. */
#define PATHS_MDL(P)							\
	P(mdl, lock_read, "hold", 0, .out_len = 20000, .offset = 7)	\
	P(mdl, lock_write, "hold", 1, .out_len = 20000, .offset = 7)	\
	P(mdl, partial, "hold", 2, .out_len = 20000, .offset = 7)	\
	P(mdl, kmalloc, "hold", 3, .out_len = 2000)			\
	P(mdl, vmalloc, "hold", 4, .out_len = 20000)			\
	P(mdl, pages, "hold", 5, .out_len = 20480)			\
	P(mdl, scatter_list, "hold", 6, .out_len = 20000, .offset = 7)	\
	P(mdl, dma, "hold", 7, .out_len = 20000, .offset = 7)		\
	P(mdl, iterator, "hold", 8, .out_len = 20000, .offset = 7)	\
	P(mdl, lock_fresh, "hold", 0, .out_len = 20000, .fresh = true)

#define PATHS_OTHER(P)							\
	P(chain, of_3, "hold", IOCTL_HOLD_CHAIN, .out_len = 20000)	\
	P(query, device, "echo", NTIO_IOC_QUERY_DEVICE)			\
	P(query, control, "echo", NTIO_IOC_QUERY_CONTROL)		\
	P(cancel, one, "park", 0, .out_len = 4)				\
	P(cancel, all, "park", NTIO_CANCEL_ALL, .out_len = 4)		\
	P(map, shared, "hold", 0, .out_len = 40960)			\
	P(open, plain, "echo", 0)					\
	P(open, stack, "vault", 0)					\
	P(attach, one, "stack", 1)					\
	P(forward, four, "stack", 4)

#define PATHS(P)							\
	PATHS_CONTROL(P, control)					\
	PATHS_CONTROL(P, ring)						\
	PATHS_RW(P, read)						\
	PATHS_RW(P, write)						\
	PATHS_RW(P, vector)						\
	PATHS_MDL(P)							\
	PATHS_OTHER(P)

enum {
#define PATH_INDEX(kind, name, ...) PATH_ ## kind ## _ ## name,
	PATHS(PATH_INDEX)
#undef PATH_INDEX
	PATH_COUNT,
};

extern const struct path paths[PATH_COUNT];

/* --- for those who add a kind -------------------------------------------- */

/**
 * struct path_kind - how a path is done
 * @begin: once. Returns 0 or an errno.
 * @reset: before each pass
 * @go: the pass: returns 0 or an errno
 * @wrong: as path_wrong(), after a pass that returned 0
 * @undo: after each pass: everything as before it
 * @end: once
 *
 * Any can be NULL but @go.
 */
struct path_kind {
	int (*begin)(struct path_run *run);
	void (*reset)(struct path_run *run);
	int (*go)(struct path_run *run);
	const char *(*wrong)(struct path_run *run);
	void (*undo)(struct path_run *run);
	void (*end)(struct path_run *run);
};

extern const struct path_kind path_control, path_ring, path_read, path_write;
extern const struct path_kind path_vector, path_mdl, path_chain, path_query;
extern const struct path_kind path_cancel, path_map, path_open, path_attach;
extern const struct path_kind path_forward;

/* Takes entries until there is one with @tag; submits what is left, too. */
int path_ring_wait(struct path_run *run, __u64 tag);
/* A device control that is not part of the path: 0 or an errno. */
int path_ask(int fd, __u32 code, const void *in, __u32 in_len, void *out,
	     __u32 out_len);

#endif
