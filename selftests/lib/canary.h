/* SPDX-License-Identifier: GPL-2.0 */
/* Addresses that no request may use, and kernel memory that tells if one did. */
#ifndef CANARY_H
#define CANARY_H

#include "ntio_test.h"

/* One past the last byte that can belong to a process. */
#define USER_END user_end()

__u64 user_end(void);

/**
 * struct bad_address - an address of no memory of this process
 * @name: for people
 * @at: the address
 */
struct bad_address {
	const char *name;
	__u64 at;
};

/* All of them; those of kernel canaries need the module ntio_canary. */
const struct bad_address *bad_addresses(size_t *count);
/* Bytes of the kernel's canaries that have changed, and how many there are. */
long canary_changed(void);
long canary_bytes(void);

/* Whether it does not wrap, and does not reach the end of user space. */
bool user_range(__u64 at, __u64 len);

#define BAD_LENGTHS 8
/* The usual lengths, and those with which the address wraps; their number. */
size_t lengths_at(__u64 at, __u64 *lengths);

/* Each bad address with each of its lengths; @_i, @_n are size_t. */
#define for_each_bad(_bad, _lengths, _n, _i)				\
	for (size_t _at = 0, _bads; bad_addresses(&_bads), _at < _bads && \
	     ((_bad) = bad_addresses(&_bads) + _at,			\
	      (_n) = lengths_at((_bad)->at, _lengths), true); _at++)	\
		for ((_i) = 0; (_i) < (_n); (_i)++)

/* Indices of counts[]. */
enum {
	N_REFUSED,		/* requests, or what drivers did */
	N_CALLED,		/* with the driver called, which refused */
	N_DEVICES,
	N_CODES,
};

#endif
