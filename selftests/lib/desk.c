// SPDX-License-Identifier: GPL-2.0
/* Requests whose numbers change while they are made. */
#include "desk.h"

/* --- what is flipped ----------------------------------------------------- */

#define DESK_STEP 0x10000UL
#define DESK_LEN (8 * DESK_STEP)

/* Each at 64 KiB behind the other, so that the third byte tells them apart. */
bool desk_make(struct desk *desk)
{
	unsigned char *p = mmap((void *)0x100000000UL, DESK_LEN,
				PROT_READ | PROT_WRITE, MAP_PRIVATE |
				MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);

	if (p == MAP_FAILED)
		return false;
	desk->base = p;
	desk->c[0] = (void *)p;
	desk->c[1] = (void *)(p + DESK_STEP);
	desk->in[0] = p + 2 * DESK_STEP;
	desk->in[1] = p + 3 * DESK_STEP;
	desk->out[0] = p + 4 * DESK_STEP;
	desk->out[1] = p + 5 * DESK_STEP;
	desk->nowhere = p + 6 * DESK_STEP;
	munmap(desk->nowhere, DESK_STEP);
	fill(desk->in[0], ROOM, 1);
	fill(desk->in[1], ROOM, 2);
	return true;
}

void desk_clear(struct desk *desk)
{
	memset(desk->out[0], POISON, ROOM);
	memset(desk->out[1], POISON, ROOM);
	control_prepare(desk->c[0]);
	control_prepare(desk->c[1]);
}

void desk_ask(struct desk *desk, int which, __u32 code)
{
	*desk->c[which] = (struct ntio_device_control){
		.code = code, .in = addr(desk->in[0]), .in_len = SHORT_IN,
		.out = addr(desk->out[0]), .out_len = SHORT_OUT,
	};
}

/* The kernel writes what begins with out_, and nobody reads it there. */
void desk_flip(struct flipper *flipper, struct desk *desk, int which, bool bad)
{
	struct ntio_device_control *c = desk->c[which];

	flip_add(flipper, &c->in_len, 4, 2, (__u64)SHORT_IN, (__u64)LONG_IN);
	flip_add(flipper, &c->out_len, 4, 2, (__u64)SHORT_OUT,
		 (__u64)LONG_OUT);
	flip_add(flipper, &c->in, 8, bad ? 3 : 2, addr(desk->in[0]),
		 addr(desk->in[1]), addr(desk->nowhere));
	flip_add(flipper, &c->out, 8, 2, addr(desk->out[0]),
		 addr(desk->out[1]));
}

/* --- whether a request was that of one moment ---------------------------- */

static const char *pages_wrong(const struct echo_saw *saw)
{
	__u32 pages = (saw->page_offset + saw->out_len + PAGE - 1) / PAGE;

	if (saw->flags & ECHO_SAW_MDL)
		return saw->pages == pages ? NULL :
			"pages were locked for another length";
	return NULL;
}

/* What the driver was given fits the code and the lengths it was given. */
static const char *saw_wrong(const struct echo_saw *saw)
{
	__u32 method = NTIO_CTL_METHOD(saw->code);
	bool direct = method == NTIO_METHOD_IN_DIRECT ||
		      method == NTIO_METHOD_OUT_DIRECT;
	bool caller = method == NTIO_METHOD_NEITHER;

	if (saw->in_len != SHORT_IN && saw->in_len != LONG_IN)
		return "the driver saw an input length that never was";
	if (saw->out_len != SHORT_OUT && saw->out_len != LONG_OUT)
		return "the driver saw an output length that never was";
	if (direct != !!(saw->flags & ECHO_SAW_MDL))
		return "pages were locked, or not, for another method";
	if (caller != !!(saw->flags & ECHO_SAW_CALLER))
		return "the driver's handler is that of another method";
	if (caller == !!(saw->flags & ECHO_SAW_SYSTEM_BUFFER))
		return "a system buffer was made for another method";
	return pages_wrong(saw);
}

static __u32 answer_len(const struct echo_saw *saw)
{
	if (NTIO_CTL_METHOD(saw->code) == NTIO_METHOD_IN_DIRECT)
		return saw->out_len;
	return saw->in_len < saw->out_len ? saw->in_len : saw->out_len;
}

static bool untouched(const unsigned char *out)
{
	return match_byte(out, ROOM, POISON) == ROOM;
}

/* One input, in one output, of that length, and nothing else anywhere. */
static const char *answer_wrong(const struct desk *desk,
				const struct echo_saw *saw)
{
	__u32 len = answer_len(saw);
	int which = untouched(desk->out[0]);
	const unsigned char *out = desk->out[which];

	if (NTIO_CTL_METHOD(saw->code) == NTIO_METHOD_IN_DIRECT)
		return which && untouched(desk->out[1]) ? NULL :
			"an input was written";
	if (!untouched(desk->out[!which]))
		return "both outputs were written";
	if (match(out, len, 1) != len && match(out, len, 2) != len)
		return "the answer is no input as long as the driver saw";
	if (match_byte(out + len, ROOM - len, POISON) != ROOM - len)
		return "more was written than the driver saw";
	return NULL;
}

bool desk_complete(const struct ntio_device_control *c)
{
	return c->out_status != POISON32 && c->out_reason != POISON32 &&
	       c->out_iosb_status != POISON32 && c->out_flags != POISON32 &&
	       c->out_information != POISON64 && c->out_detail != POISON64;
}

static const char *success_wrong(const struct desk *desk,
				 const struct ntio_device_control *c,
				 const struct outcome *o)
{
	const char *wrong;

	if (!o->called)
		return "success, but the driver was not called";
	if (!(c->out_flags & NTIO_OUT_IOSB))
		return "success without an answer";
	if (!desk_complete(c))
		return "the answer is that of a shorter structure";
	wrong = saw_wrong(&o->saw) ?: answer_wrong(desk, &o->saw);
	if (wrong)
		return wrong;
	return c->out_information == answer_len(&o->saw) ? NULL :
		"Information does not fit the lengths the driver saw";
}

/* Refused before there was a request, so that nothing was written. */
static const char *rejected_wrong(const struct desk *desk,
				  const struct ntio_device_control *c,
				  const struct outcome *o)
{
	if (o->called)
		return "the driver was called with what is refused";
	if (c->out_status != POISON32)
		return "an answer to what is no request";
	return untouched(desk->out[0]) && untouched(desk->out[1]) ? NULL :
		"an output was written for what is no request";
}

static const char *fault_wrong(const struct desk *desk,
			       const struct ntio_device_control *c,
			       const struct outcome *o)
{
	if (c->out_status != STATUS_ACCESS_VIOLATION)
		return "errno and status disagree";
	if (o->called && NTIO_CTL_METHOD(o->saw.code) != NTIO_METHOD_NEITHER)
		return "the driver was called without its input";
	return untouched(desk->out[0]) && untouched(desk->out[1]) ? NULL :
		"an output was written without an input";
}

const char *desk_wrong(const struct desk *desk,
		       const struct ntio_device_control *c,
		       const struct outcome *o)
{
	switch (o->error) {
	case 0:
		return success_wrong(desk, c, o);
	case EINVAL:		/* the size */
	case E2BIG:
	case EOPNOTSUPP:	/* the flags */
		return rejected_wrong(desk, c, o);
	case EFAULT:		/* the address of the input */
		return fault_wrong(desk, c, o);
	default:
		return "it failed in a way that no moment explains";
	}
}

struct outcome desk_outcome(int fd, __u32 calls, int error)
{
	struct outcome o = { .error = error, .saw = echo_saw(fd) };

	o.called = o.saw.calls != calls;
	return o;
}
