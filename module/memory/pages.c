// SPDX-License-Identifier: GPL-2.0
/*
 * Sets of pages: where they come from, who pays for them, how they go.
 *
 * Pages of a caller are pinned, all or none. A pin holds the page, not the
 * address: after unmap, re-protect, fork or exit the driver still reaches the
 * pages it locked, and never anything else.
 *
 * A driver may keep pages for as long as it likes, so pins are long-term, as
 * the kernel calls that, and charged to the user's RLIMIT_MEMLOCK; the charge
 * and who pays it stay with the set, so that it can be given back in any
 * context. Only who promises to be done in a moment has short ones, which cost
 * nothing.
 *
 * A set has a reference for each MDL that describes a part of it. One that lies
 * in its owner's memory holds the owner for every MDL but the owner's own.
 */
#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/pagemap.h>
#include <linux/sched/signal.h>
#include <linux/sched/user.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "base/inject.h"
#include "compat.h"
#include "memory/pages.h"
#include "memory/user.h"

/* Released between two chances for others to run. */
#define NTIO_PAGES_AT_ONCE 1024U

/* A set is kept once, by its owner or for another MDL. Seldom. */
static DEFINE_MUTEX(ntio_keep_lock);

/* Charges the pages to the user, as io_uring does for registered buffers. */
static bool ntio_pages_charge_user(struct ntio_page_set *set,
				   struct user_struct *user,
				   unsigned long limit)
{
	unsigned long old = atomic_long_read(&user->locked_vm), new;

	do {
		new = old + set->nr_pages;
		if (new > limit >> PAGE_SHIFT)
			return false;
	} while (!atomic_long_try_cmpxchg(&user->locked_vm, &old, new));
	set->charged = get_uid(user);
	return true;
}

static bool ntio_pages_charge(struct ntio_page_set *set, struct ntio_pin *pin)
{
	const struct ntio_payer *payer = pin->payer;

	if (payer)
		return payer->exempt ||
		       ntio_pages_charge_user(set, payer->user, payer->limit);
	return ns_capable_noaudit(&init_user_ns, CAP_IPC_LOCK) ||
	       ntio_pages_charge_user(set, current_user(),
				      rlimit(RLIMIT_MEMLOCK));
}

/* What is registered is the ring's to pay for, until it is kept. */
static void ntio_pages_uncharge(struct ntio_page_set *set, unsigned int pages)
{
	if (set->charged &&
	    (set->origin != NTIO_PAGES_REGISTERED || set->kept))
		atomic_long_sub(pages, &set->charged->locked_vm);
}

/**
 * ntio_pages_keep() - keep pages that a ring has locked, for longer than it
 * @set: of a registered buffer; its command has not ended, or it is kept
 *
 * Who sent the command pays from now on, whatever the limit: the pages are held
 * in any case, and what is locked next is refused.
 *
 * Context: May sleep.
 */
void ntio_pages_keep(struct ntio_page_set *set)
{
	unsigned int i;

	mutex_lock(&ntio_keep_lock);
	if (!set->kept) {
		for (i = 0; i < set->nr_pages; i++)
			get_page(set->pages[i]);
		atomic_long_add(set->nr_pages, &set->charged->locked_vm);
		set->kept = true;
	}
	mutex_unlock(&ntio_keep_lock);
}

/*
 * As kvmalloc(), which by itself would wake the OOM killer for a large buffer:
 * but the caller chose the size, and gets an error.
 */
void *ntio_buffer_memory(size_t size, gfp_t zero)
{
	const gfp_t gfp = GFP_KERNEL_ACCOUNT | __GFP_NOWARN | zero;
	void *buffer;

	/* Of huge pages, where there are some. */
	if (size > KMALLOC_MAX_SIZE)
		return kvmalloc(size, gfp | __GFP_RETRY_MAYFAIL);
	buffer = kmalloc(size, gfp | __GFP_NORETRY);
	return buffer ?: __vmalloc(size, gfp | __GFP_RETRY_MAYFAIL);
}

/* Room for @nr_pages; @set is zeroed. */
bool ntio_pages_init(struct ntio_page_set *set, unsigned int nr_pages)
{
	refcount_set(&set->refs, 1);
	set->nr_pages = nr_pages;
	if (nr_pages <= ARRAY_SIZE(set->inline_pages))
		set->pages = set->inline_pages;
	else
		set->pages = kvmalloc_array(nr_pages, sizeof(*set->pages),
					    GFP_KERNEL_ACCOUNT | __GFP_NOWARN);
	return set->pages;
}

static void ntio_pages_release(struct ntio_page_set *set, struct page **pages,
			       unsigned int count)
{
	unsigned int i;

	if (set->origin == NTIO_PAGES_PINNED)
		unpin_user_pages_dirty_lock(pages, count, set->dirty);
	if (set->origin == NTIO_PAGES_ALLOCATED || set->kept)
		for (i = 0; i < count; i++)
			put_page(pages[i]);
}

/* Releases the first @count of the pages that are left. Sleeps. */
static void ntio_pages_drop(struct ntio_page_set *set, unsigned int count)
{
	struct page **pages = set->pages + set->first;
	unsigned int done, n;

	for (done = 0; done < count; done += n) {
		n = min(count - done, NTIO_PAGES_AT_ONCE);
		ntio_pages_release(set, pages + done, n);
		cond_resched();		/* a set may be of a million pages */
	}
	ntio_pages_uncharge(set, count);
	set->first += count;
}

static void ntio_pages_free(struct ntio_page_set *set)
{
	if (set->origin == NTIO_PAGES_COPY)
		kvfree(set->copy);
	if (set->charged)
		free_uid(set->charged);
	if (set->pages != set->inline_pages)
		kvfree(set->pages);
	if (!set->owner)
		kfree(set);
}

/* What they hold is some process' own, which no other may be given. */
bool ntio_pages_are_pinned(const struct ntio_page_set *set)
{
	return set->origin == NTIO_PAGES_PINNED ||
	       set->origin == NTIO_PAGES_REGISTERED ||
	       set->origin == NTIO_PAGES_COPY;
}

/* For another MDL than the one the set was made for. */
void ntio_pages_get(struct ntio_page_set *set)
{
	if (set->origin == NTIO_PAGES_REGISTERED)
		ntio_pages_keep(set);
	refcount_inc(&set->refs);
	if (set->owner)
		set->owner->get(set);
}

/* Sleeps. @own: by the owner's own MDL. */
void ntio_pages_put(struct ntio_page_set *set, bool own)
{
	const struct ntio_page_owner *owner = own ? NULL : set->owner;

	if (refcount_dec_and_test(&set->refs)) {
		ntio_pages_drop(set, set->nr_pages - set->first);
		ntio_pages_free(set);
	}
	if (owner)
		owner->put(set);
}

/*
 * The MDL that has the set moved on. Nothing, if another needs the pages, or if
 * a ring keeps them in any case.
 */
void ntio_pages_pass(struct ntio_page_set *set, unsigned int count)
{
	if (refcount_read(&set->refs) == 1 &&
	    set->origin != NTIO_PAGES_REGISTERED)
		ntio_pages_drop(set, count);
}

static int ntio_pages_pin_at(const struct ntio_pin *pin, unsigned long start,
			     unsigned int nr_pages, struct page **pages)
{
	unsigned int flags = 0;

	if (pin->write)
		flags |= FOLL_WRITE;
	if (!pin->short_term)
		flags |= FOLL_LONGTERM;
	if (ntio_inject(NTIO_INJECT_PIN))
		nr_pages /= 2;
	if (!nr_pages)
		return -EFAULT;
	return pin_user_pages_fast(start, nr_pages, flags, pages);
}

/* Whether the page can be pinned after all: the mapping changed meanwhile. */
static bool ntio_pages_pin_again(const struct ntio_pin *pin,
				 unsigned long start)
{
	struct page *page;

	if (ntio_pages_pin_at(pin, start, 1, &page) != 1)
		return false;
	unpin_user_page(page);
	return true;
}

static ntstatus_t ntio_pages_pin_failed(struct ntio_page_set *set,
					struct ntio_pin *pin, int pinned)
{
	if (pinned > 0) {
		unpin_user_pages(set->pages, pinned);
		pin->detail = (u64)pinned * PAGE_SIZE -
			      offset_in_page(pin->addr.value);
	}
	if (fatal_signal_pending(current)) {
		pin->reason = NTIO_REASON_KILLED;
		return STATUS_CANCELLED;
	}
	if (pinned == -ENOMEM) {
		pin->reason = NTIO_REASON_NO_MEMORY;
		return STATUS_INSUFFICIENT_RESOURCES;
	}
	pin->reason = ntio_fault_reason(pin->addr, pin->len, pin->write, true,
					&pin->detail);
	if (pin->reason == NTIO_REASON_UNPINNABLE &&
	    ntio_pages_pin_again(pin, pin->addr.value + pin->detail))
		pin->reason = NTIO_REASON_PARTIAL_PIN;
	return STATUS_ACCESS_VIOLATION;
}

/*
 * Reading a byte of each page first makes memory that is mapped for writing
 * only readable as the CPU sees it, whether its pages are present or not.
 */
static int ntio_pages_pin_once(struct ntio_page_set *set, struct ntio_pin *pin)
{
	size_t left = 0;

	if (!pin->write)
		left = fault_in_readable(ntio_user_ptr(pin->addr), pin->len);
	pin->detail = left ? pin->len - left : 0;
	if (left)
		return 0;
	return ntio_pages_pin_at(pin, pin->addr.value & PAGE_MASK,
				 set->nr_pages, set->pages);
}

/*
 * Whether a page is not the caller's own: the zero page, or a file's. Where the
 * mapping is private, the caller's next write would go to a copy that the
 * driver never sees.
 */
static bool ntio_pages_has_shared(const struct ntio_page_set *set)
{
	unsigned int i;

	for (i = 0; i < set->nr_pages; i++)
		if (!PageAnon(set->pages[i]))
			return true;
	return false;
}

/* Whether it makes sense to pin again, because something was faulted in. */
static bool ntio_pages_touch(const struct ntio_pin *pin)
{
	if (!pin->write)
		return ntio_touch_private(pin->addr, pin->len);
	return !pin->short_term && !ntio_long_pin_waits() &&
	       ntio_probe_write(pin->addr, pin->len) == pin->len;
}

/*
 * Pages pinned for reading must stay the caller's: if some are not, or cannot
 * be pinned, and the caller may write there in private, make them so and pin
 * again. Pages that could not be pinned for writing may have needed patience.
 */
static int ntio_pages_pin_own(struct ntio_page_set *set, struct ntio_pin *pin)
{
	int pinned = ntio_pages_pin_once(set, pin);

	if (pinned == set->nr_pages &&
	    (pin->write || !ntio_pages_has_shared(set)))
		return pinned;
	if (!ntio_pages_touch(pin))
		return pinned;
	if (pinned > 0)
		unpin_user_pages(set->pages, pinned);
	return ntio_pages_pin_once(set, pin);
}

/**
 * ntio_pages_pin() - pin a range of the current process
 * @set: zeroed but for @owner
 * @pin: what, and how; the reason of a refusal is noted in it
 *
 * The range lies in user space and is not empty.
 *
 * Return: STATUS_SUCCESS and the set has one reference; or an error and
 *	nothing is pinned, charged or allocated.
 */
ntstatus_t ntio_pages_pin(struct ntio_page_set *set, struct ntio_pin *pin)
{
	u64 bytes = offset_in_page(pin->addr.value) + (u64)pin->len;
	ntstatus_t status = STATUS_INSUFFICIENT_RESOURCES;
	int pinned;

	pin->reason = NTIO_REASON_NO_MEMORY;
	if (!ntio_pages_init(set, DIV_ROUND_UP(bytes, PAGE_SIZE)))
		return status;
	set->origin = NTIO_PAGES_PINNED;
	set->dirty = pin->write;
	set->short_term = pin->short_term;
	if (!pin->short_term && !ntio_pages_charge(set, pin)) {
		pin->reason = NTIO_REASON_MEMLOCK;
		pin->detail = pin->payer ? pin->payer->limit :
					   rlimit(RLIMIT_MEMLOCK);
		status = STATUS_WORKING_SET_QUOTA;
		goto err;
	}
	pinned = ntio_pages_pin_own(set, pin);
	if (pinned == set->nr_pages)
		return STATUS_SUCCESS;
	status = ntio_pages_pin_failed(set, pin, pinned);
	ntio_pages_uncharge(set, set->nr_pages);
err:
	if (set->charged)
		free_uid(set->charged);
	set->charged = NULL;
	if (set->pages != set->inline_pages)
		kvfree(set->pages);
	return status;
}

struct ntio_page_set *ntio_pages_alloc(unsigned int nr_pages)
{
	struct ntio_page_set *set = kzalloc(sizeof(*set), GFP_KERNEL_ACCOUNT);
	struct page *page;
	unsigned int i;

	if (!set)
		return NULL;
	if (!ntio_pages_init(set, nr_pages)) {
		kfree(set);
		return NULL;
	}
	set->origin = NTIO_PAGES_ALLOCATED;
	for (i = 0; i < nr_pages; i++) {
		page = alloc_page(GFP_KERNEL_ACCOUNT | __GFP_ZERO |
				  __GFP_NOWARN | __GFP_RETRY_MAYFAIL);
		if (!page) {
			set->nr_pages = i;
			ntio_pages_put(set, false);
			return NULL;
		}
		set->pages[i] = page;
		cond_resched();
	}
	return set;
}

/* The pages of @set, for which it has room, are those from @buffer on. */
static void ntio_pages_find(struct ntio_page_set *set, void *buffer)
{
	void *at = (void *)((unsigned long)buffer & PAGE_MASK);
	unsigned int i;

	for (i = 0; i < set->nr_pages; i++, at += PAGE_SIZE)
		set->pages[i] = is_vmalloc_addr(at) ? vmalloc_to_page(at) :
						      virt_to_page(at);
}

/**
 * ntio_pages_copy() - memory for a copy of a caller's bytes
 * @set: zeroed but for its owner
 * @memory: to be used, of the owner; NULL: of its own
 * @len: how many, not 0
 * @zero: they are zero
 *
 * Return: false: no memory.
 */
bool ntio_pages_copy(struct ntio_page_set *set, void *memory, size_t len,
		     bool zero)
{
	void *copy = memory;

	if (!memory)
		copy = ntio_buffer_memory(len, zero ? __GFP_ZERO : 0);
	else if (zero)
		memset(memory, 0, len);
	if (!copy)
		return false;
	if (!ntio_pages_init(set, PAGE_ALIGN(offset_in_page(copy) + len) >>
				  PAGE_SHIFT)) {
		kvfree(copy);
		return false;
	}
	set->origin = memory ? NTIO_PAGES_BORROWED : NTIO_PAGES_COPY;
	set->copy = copy;
	ntio_pages_find(set, copy);
	return true;
}

struct ntio_page_set *ntio_pages_borrow(void *buffer, unsigned int nr_pages)
{
	struct ntio_page_set *set = kzalloc(sizeof(*set), GFP_KERNEL_ACCOUNT);

	if (!set)
		return NULL;
	if (!ntio_pages_init(set, nr_pages)) {
		kfree(set);
		return NULL;
	}
	set->origin = NTIO_PAGES_BORROWED;
	ntio_pages_find(set, buffer);
	return set;
}
