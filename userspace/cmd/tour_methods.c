// SPDX-License-Identifier: GPL-2.0
/*
 * The chapter on the four methods: what the application sent, what the driver
 * saw and where, what came back, and one refusal of each.
 */
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include <ntio/samples/echo.h>

#include "cmd.h"
#include "place.h"
#include "tour.h"
#include "words.h"

/* Large enough for more than a page. */
#define LARGE 6000

/* What of echo_saw.flags tells the methods apart. */
#define BUFFERS_SEEN                                                           \
	(ECHO_SAW_SYSTEM_BUFFER | ECHO_SAW_MDL | ECHO_SAW_WRITABLE |           \
	 ECHO_SAW_CALLER | ECHO_SAW_IN_ADDRESS | ECHO_SAW_OUT_ADDRESS)

/**
 * struct exhibit - a method, shown
 * @code: control code of echo
 * @in_len: length of the first buffer
 * @out_len: length of the second buffer
 * @sees: what the driver has to find: BUFFERS_SEEN of echo_saw.flags
 * @bad_in: where the first buffer lies in the request that fails
 * @bad_out: where the second buffer lies
 * @bad: that, in words
 * @reason: why it fails
 * @called: the driver is called all the same
 * @held_by: the tests that hold it, and the facts
 */
struct exhibit {
	uint32_t code;
	size_t in_len;
	size_t out_len;
	uint32_t sees;
	const char *bad_in;
	const char *bad_out;
	const char *bad;
	uint32_t reason;
	bool called;
	const char *held_by;
};

static const struct exhibit exhibits[] = {
	{ IOCTL_ECHO_BUFFERED, 100, 200, ECHO_SAW_SYSTEM_BUFFER, "unmapped",
	  "normal", "a first buffer where nothing is mapped",
	  NTIO_REASON_UNMAPPED, false,
	  "selftests/buffered  [2.1] [2.9] [2.23]" },
	{ IOCTL_ECHO_IN_DIRECT, 100, LARGE,
	  ECHO_SAW_SYSTEM_BUFFER | ECHO_SAW_MDL, "normal", "half",
	  "a second buffer of which only the first half is mapped",
	  NTIO_REASON_UNMAPPED, false,
	  "selftests/direct  [2.15] [3.1] [3.4]" },
	{ IOCTL_ECHO_OUT_DIRECT, LARGE, LARGE,
	  ECHO_SAW_SYSTEM_BUFFER | ECHO_SAW_MDL | ECHO_SAW_WRITABLE, "normal",
	  "read-only", "a second buffer that is read-only",
	  NTIO_REASON_READ_ONLY, false,
	  "selftests/direct  [2.15] [2.18] [3.2]" },
	{ IOCTL_ECHO_NEITHER, 100, 200,
	  ECHO_SAW_CALLER | ECHO_SAW_IN_ADDRESS | ECHO_SAW_OUT_ADDRESS, "one",
	  "normal", "a first buffer at address 1", NTIO_REASON_FAULT, true,
	  "selftests/neither  [2.21] [2.22]" },
};

static void fill(char *data, size_t len, char seed)
{
	for (size_t i = 0; i < len; i++)
		data[i] = seed + i % 251;
}

static bool is_filled(const char *data, size_t len, char seed)
{
	for (size_t i = 0; i < len; i++)
		if (data[i] != (char)(seed + i % 251))
			return false;
	return true;
}

static bool is_in_direct(const struct exhibit *exhibit)
{
	return NTIO_CTL_METHOD(exhibit->code) == NTIO_METHOD_IN_DIRECT;
}

/* Contents that differ: the first buffer begins with 1, IN_DIRECT's with 2. */
static void make_buffers(const struct exhibit *exhibit, const char *in_at,
			 const char *out_at, struct buffer buffers[2])
{
	char data[LARGE];

	fill(data, exhibit->in_len, 1);
	place_buffer(place_find(in_at), data, exhibit->in_len, &buffers[0]);
	fill(data, exhibit->out_len, 2);
	place_buffer(place_find(out_at), is_in_direct(exhibit) ? data : NULL,
		     exhibit->out_len, &buffers[1]);
	place_holes(buffers, 2);
}

static struct ntio_result send_buffers(int fd, const struct exhibit *exhibit,
				       const struct buffer buffers[2])
{
	return ntio_control(fd, exhibit->code, buffers[0].address,
			    buffers[0].len, buffers[1].address, buffers[1].len);
}

static void show_buffer(const char *label, const char *which,
			const struct buffer *buffer)
{
	char where[64];

	describe_address(buffer->address, where, sizeof(where));
	tour_line(label, "%s %4zu bytes at %p (%s)", which, buffer->len,
		  buffer->address, where);
}

/* Asks echo what it saw; the question itself does not count. */
static bool ask(int fd, struct echo_saw *saw)
{
	struct ntio_result result;

	memset(saw, 0, sizeof(*saw));
	result = ntio_control(fd, IOCTL_ECHO_SAW, NULL, 0, saw, sizeof(*saw));
	return tour_check(result.status == STATUS_SUCCESS &&
				  result.information == sizeof(*saw),
			  "echo says what it saw");
}

static void show_system_buffer(const struct exhibit *exhibit,
			       const struct echo_saw *saw)
{
	if (!(saw->flags & ECHO_SAW_SYSTEM_BUFFER))
		return;
	if (NTIO_CTL_METHOD(exhibit->code) == NTIO_METHOD_BUFFERED)
		tour_line("driver", "a system buffer: %u bytes in, room for "
			  "%u out", saw->in_len, saw->out_len);
	else
		tour_line("driver", "a system buffer: %u bytes in",
			  saw->in_len);
}

static void show_locked_pages(const struct echo_saw *saw)
{
	const char *reached = "not looked at";

	if (!(saw->flags & ECHO_SAW_MDL))
		return;
	if (saw->flags & ECHO_SAW_CONTIGUOUS)
		reached = "contiguous, so not mapped";
	else if (saw->flags & ECHO_SAW_MAPPED)
		reached = "mapped into the kernel";
	tour_line("", "%u locked pages, for %s, %s;", saw->pages,
		  saw->flags & ECHO_SAW_WRITABLE ? "writing" : "reading only",
		  reached);
	tour_line("", "the buffer is their %u bytes from offset %u",
		  saw->out_len, saw->page_offset);
}

static void show_driver(const struct exhibit *exhibit,
			const struct echo_saw *saw)
{
	bool ours = saw->pid == (uint32_t)getpid() &&
		    saw->tid == (uint32_t)gettid();

	show_system_buffer(exhibit, saw);
	show_locked_pages(saw);
	if (saw->flags & (ECHO_SAW_IN_ADDRESS | ECHO_SAW_OUT_ADDRESS))
		tour_line("driver", "the caller's two addresses, as they are");
	tour_line("", "ran in process %u, thread %u: %s", saw->pid, saw->tid,
		  ours ? "ours" : "NOT OURS");
}

static void check_driver(const struct exhibit *exhibit,
			 const struct echo_saw *saw, const struct buffer *out)
{
	size_t page = sysconf(_SC_PAGESIZE);
	size_t offset = (uintptr_t)out->address % page;
	size_t pages = (offset + out->len + page - 1) / page;

	tour_check(saw->code == exhibit->code, "the code that was sent");
	tour_check((saw->flags & BUFFERS_SEEN) == exhibit->sees,
		   "the buffers that belong to this method");
	tour_check(saw->in_len == exhibit->in_len &&
			   saw->out_len == exhibit->out_len,
		   "the lengths that were sent");
	tour_check(saw->pid == (uint32_t)getpid() &&
			   saw->tid == (uint32_t)gettid(),
		   "the caller's own process and thread");
	if (exhibit->sees & ECHO_SAW_MDL)
		tour_check(saw->page_offset == offset && saw->pages == pages,
			   "the pages of our own buffer");
}

static bool came_back(int fd, const struct exhibit *exhibit,
		      const struct buffer *out, uint64_t len)
{
	struct ntio_result result;
	char kept[LARGE] = "";

	if (!is_in_direct(exhibit))
		return is_filled(out->address, len, 1);
	result = ntio_control(fd, IOCTL_ECHO_KEPT, NULL, 0, kept, sizeof(kept));
	return result.information == len && is_filled(kept, len, 2);
}

static void show_answer(int fd, const struct exhibit *exhibit,
			const struct ntio_result *result,
			const struct buffer *out)
{
	size_t len = exhibit->in_len < exhibit->out_len ? exhibit->in_len :
							  exhibit->out_len;
	bool right;

	if (is_in_direct(exhibit))
		len = exhibit->out_len;
	if (!tour_check(result->status == STATUS_SUCCESS &&
				result->information == len,
			"STATUS_SUCCESS and the number of bytes")) {
		ntio_explain(stdout, result, 12);
		return;
	}
	right = came_back(fd, exhibit, out, len);
	tour_line("answer", "STATUS_SUCCESS, Information %" PRIu64,
		  result->information);
	tour_line("", "%s: %s",
		  is_in_direct(exhibit) ? "the driver has our second buffer" :
					  "the first buffer is in the second",
		  right ? "yes, every byte" : "NO");
	tour_check(right, "the same bytes");
}

static void show_success(int fd, const struct exhibit *exhibit)
{
	struct ntio_result result;
	struct buffer buffers[2];
	struct echo_saw saw;

	make_buffers(exhibit, "normal", "normal", buffers);
	show_buffer("sent", "first ", &buffers[0]);
	show_buffer("", "second", &buffers[1]);
	result = send_buffers(fd, exhibit, buffers);
	if (!ask(fd, &saw))
		return;
	show_driver(exhibit, &saw);
	check_driver(exhibit, &saw, &buffers[1]);
	show_answer(fd, exhibit, &result, &buffers[1]);
}

static void show_refusal(int fd, const struct exhibit *exhibit)
{
	struct echo_saw before, after;
	struct ntio_result result;
	struct buffer buffers[2];
	bool called;

	if (!ask(fd, &before))
		return;
	make_buffers(exhibit, exhibit->bad_in, exhibit->bad_out, buffers);
	result = send_buffers(fd, exhibit, buffers);
	if (!ask(fd, &after))
		return;
	called = after.calls != before.calls;
	tour_line("sent", "%s", exhibit->bad);
	tour_line("driver", "%s", called ? "called" : "not called");
	ntio_explain(stdout, &result, 12);
	tour_check(called == exhibit->called,
		   exhibit->called ? "the driver is called" :
				     "the driver is not called");
	tour_check(result.status == STATUS_ACCESS_VIOLATION,
		   "STATUS_ACCESS_VIOLATION");
	tour_check(result.reason == exhibit->reason,
		   ntio_reason_info(exhibit->reason)->name);
}

bool tour_methods(void)
{
	int fd = open_device("echo", NTIO_NO_ACCESS);

	if (fd < 0)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(exhibits); i++) {
		const struct word *word = method_word(exhibits[i].code);

		tour_heading(word->windows, word->meaning);
		show_success(fd, &exhibits[i]);
		putchar('\n');
		show_refusal(fd, &exhibits[i]);
		tour_held_by(exhibits[i].held_by);
	}
	tour_found("each of the four: what the driver got, and a refusal");
	close(fd);
	return true;
}
