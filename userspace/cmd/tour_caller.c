// SPDX-License-Identifier: GPL-2.0
/* The chapters R1 to R4: the caller's context, and who is called in it. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cmd.h"
#include "stage.h"
#include "tour.h"

/* --- R1 ------------------------------------------------------------------- */

/* Stores a number in the driver's page, from its side; returns the old one. */
static uint64_t driver_page(int fd, const uint64_t *store)
{
	uint64_t was = ~0ull;

	ntio_control(fd, IOCTL_CONTEXT_PAGE, store,
		     store ? sizeof(*store) : 0, &was, sizeof(was));
	return was;
}

static void show_mapping(int fd, volatile uint64_t *page, size_t size)
{
	const uint64_t from_driver = 0xd0d0;
	char where[64];
	uint64_t got;

	describe_address((void *)page, where, sizeof(where));
	tour_line("asked", "mmap() of the driver's page: %p (%s)",
		  (void *)page, where);
	tour_check(!*page, "a page of zeros");
	driver_page(fd, &from_driver);
	tour_line("driver", "stores 0x%" PRIx64 " in its page; here we read "
		  "0x%" PRIx64, from_driver, *page);
	tour_check(*page == from_driver, "what the driver stored");
	*page = 0xa0a0;
	got = driver_page(fd, NULL);
	tour_line("", "we store 0xa0a0; the driver reads 0x%" PRIx64, got);
	tour_check(got == 0xa0a0, "what we stored");
	munmap((void *)page, size);
	got = driver_page(fd, NULL);
	describe_address((void *)page, where, sizeof(where));
	tour_line("", "we unmap it (%s); the driver still reads 0x%" PRIx64,
		  where, got);
	tour_check(got == 0xa0a0, "the driver's page outlives the mapping");
	tour_check(!strcmp(where, "not mapped"), "nothing is mapped there");
}

bool tour_r1(void)
{
	size_t size = sysconf(_SC_PAGESIZE);
	int fd = open_device("context", O_RDWR);
	void *page;
	bool ok;

	if (fd < 0)
		return false;
	tour_heading("Memory that both sides see",
		     "A driver only says which pages; to map them is up to "
		     "the process.");
	page = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	ok = tour_check(page == MAP_FAILED && errno == EINVAL,
			"a private mapping is refused: it would be a copy");
	page = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (tour_check(page != MAP_FAILED, "the page can be mapped"))
		show_mapping(fd, page, size);
	tour_line("naive", "a port looks for a call that maps into the "
		  "process from the");
	tour_line("", "driver (MmMapLockedPagesSpecifyCache); there is none");
	tour_held_by("selftests/context  [5.37] [5.39] [5.43]");
	tour_found("shared by mmap(), %s", ok ? "a private one refused" :
					       "even a private one");
	close(fd);
	return true;
}

/* --- R2 ------------------------------------------------------------------- */

static void show_reading(const char *label, pid_t pid,
			 const struct context_saw *saw)
{
	const char *read = "neither";

	if (saw->verdict == CONTEXT_MINE)
		read = "0x1111";
	if (saw->verdict == CONTEXT_OTHER)
		read = "0x2222";
	tour_line(label, "called by pid %d, in process %u: reads %s", pid,
		  saw->pid, read);
}

bool tour_r2(void)
{
	int fd = open_device("context", NTIO_NO_ACCESS);
	struct stage_other other;
	struct context_ask *ask;
	struct context_saw saw;

	if (fd < 0 || !stage_start_other(&other))
		return false;
	ask = stage_ask(STAGE_MINE);
	stage_send(fd, IOCTL_CONTEXT_HERE, ask, sizeof(ask->data));
	saw = stage_saw(fd);
	tour_heading("One address, two processes",
		     "The driver reads it for each, when it is called by it.");
	tour_line("sent", "pid %d: 0x%x is at %p", getpid(), STAGE_MINE,
		  (void *)&ask->data);
	tour_line("", "pid %d: 0x%x is at %p", other.pid, STAGE_OTHERS,
		  (void *)&ask->data);
	show_reading("driver", getpid(), &saw);
	show_reading("", other.pid, &other.saw);
	tour_check(saw.pid == (uint32_t)getpid() &&
			   saw.verdict == CONTEXT_MINE,
		   "our data, in our process");
	tour_check(other.saw.pid == (uint32_t)other.pid &&
			   other.saw.verdict == CONTEXT_OTHER,
		   "its data, in its process");
	tour_line("naive", "keeps the address in the request, as if it were "
		  "the data");
	tour_held_by("selftests/context  [7.1] [7.3]");
	tour_found("one address, read right in process %u and in %u", saw.pid,
		   other.saw.pid);
	stage_leave();
	stage_stop_other(&other);
	close(fd);
	return true;
}

/* --- R3 ------------------------------------------------------------------- */

static const struct {
	uint64_t address;
	const char *what;
} strangers[] = {
	{ 0, "NULL" },
	{ 0x10000, "nothing is mapped there" },
	{ 0x7ffffffffffc, "leaves user space" },
	{ 0xffff888000000000, "the kernel's own memory" },
	{ 0xdead000000000000, "no address at all" },
};

/* How many of them were refused. */
static size_t show_strangers(int fd, const struct context_ask *ask)
{
	size_t refused = 0;

	printf("     %-18s  %-24s  %s\n", "address", "what it is",
	       "read with the token");
	for (size_t i = 0; i < ARRAY_SIZE(strangers); i++) {
		const struct ntio_status_info *info;
		struct ntio_result result;

		result = ntio_control(fd, IOCTL_CONTEXT_HERE, ask, sizeof(*ask),
				      (void *)(uintptr_t)strangers[i].address,
				      sizeof(ask->data));
		info = ntio_status_info(result.status);
		printf("     0x%016" PRIx64 "  %-24s  %s\n",
		       strangers[i].address, strangers[i].what,
		       info ? info->name : "?");
		refused += tour_check(result.status == STATUS_ACCESS_VIOLATION,
				      "STATUS_ACCESS_VIOLATION");
	}
	return refused;
}

bool tour_r3(void)
{
	int fd = open_device("context", NTIO_NO_ACCESS);
	struct ntio_result result;
	struct context_ask *ask;
	size_t refused;

	if (fd < 0)
		return false;
	ask = stage_ask(STAGE_MINE);
	tour_heading("Addresses that are not the caller's",
		     "The caller may pass any number. With the token it is "
		     "checked and copied.");
	refused = show_strangers(fd, ask);
	result = stage_send(fd, IOCTL_CONTEXT_TOKEN, ask, sizeof(ask->data));
	putchar('\n');
	tour_line("worker", "with the driver's token, at our own address: %s",
		  stage_verdict(stage_saw(fd).verdict));
	tour_check(result.status == STATUS_ACCESS_VIOLATION &&
			   stage_saw(fd).verdict == CONTEXT_FAULT,
		   "nothing is copied there, and the driver is reported");
	tour_line("naive", "*address oopses, or hands out the kernel's own "
		  "memory");
	tour_held_by("selftests/neither selftests/context  [2.21] [5.13]");
	tour_found("%zu of %zu foreign addresses refused, and a worker", refused,
		   ARRAY_SIZE(strangers));
	stage_leave();
	close(fd);
	return true;
}

/* --- R4 ------------------------------------------------------------------- */

static void show_top(int fd, const struct context_ask *ask)
{
	struct ntio_result result;
	struct context_saw saw;

	result = stage_send(fd, IOCTL_CONTEXT_HERE, ask, sizeof(ask->data));
	saw = stage_saw(fd);
	tour_line("top", "it reads our address in process %u, ours: %s",
		  saw.pid, stage_verdict(saw.verdict));
	tour_check(result.status == STATUS_SUCCESS &&
			   saw.pid == (uint32_t)getpid() &&
			   saw.verdict == CONTEXT_MINE,
		   "the highest driver reads it");
}

static void show_below(int fd, const struct context_ask *ask)
{
	struct ntio_result result;
	struct context_saw saw;

	tour_line("below", "it is not even called:");
	result = stage_send(fd, IOCTL_CONTEXT_HERE, ask, sizeof(ask->data));
	ntio_explain(stdout, &result, 8);
	tour_check(result.status == STATUS_INVALID_DEVICE_REQUEST &&
			   result.reason == NTIO_REASON_NOT_HIGHEST,
		   "NOT_HIGHEST");
	result = stage_send(fd, IOCTL_CONTEXT_LOCKED, ask, sizeof(ask->data));
	saw = stage_saw(fd);
	tour_line("", "with locked pages it is, and reads %s",
		  stage_verdict(saw.verdict));
	tour_check(result.status == STATUS_SUCCESS &&
			   saw.verdict == CONTEXT_MINE, "the caller's data");
}

bool tour_r4(void)
{
	int highest = open_device("context", NTIO_NO_ACCESS);
	int above = open_device("context-above", NTIO_NO_ACCESS);
	struct context_ask *ask;

	if (highest < 0 || above < 0)
		return false;
	ask = stage_ask(STAGE_MINE);
	tour_heading("The same driver, at the top and below another",
		     "Only the highest driver of a stack is sure to be called "
		     "by the caller.");
	show_top(highest, ask);
	show_below(above, ask);
	tour_line("naive", "works, until somebody puts a filter on top");
	tour_held_by("selftests/context  [7.1] [7.7]");
	tour_found("below another driver: refused by address, right by pages");
	stage_leave();
	close(highest);
	close(above);
	return true;
}
