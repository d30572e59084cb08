// SPDX-License-Identifier: GPL-2.0
/* Talking to the driver that holds requests. */
#include "hold.h"

static void give_up(const char *what)
{
	printf("Bail out! %s: %s\n", what, strerror(errno));
	fflush(stdout);
	_exit(1);
}

int hold_open(void)
{
	int fd = open(HOLD_PATH, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		give_up(HOLD_PATH);
	return fd;
}

struct hold_op hold_do(int fd, struct hold_op op)
{
	struct ntio_device_control c = {
		.code = IOCTL_HOLD_OP, .in = addr(&op), .in_len = sizeof(op),
	};

	errno = control(fd, &c);
	if (errno)
		give_up("the hold driver does not answer");
	return op;
}

bool hold_is_held(int fd, __u32 slot)
{
	return hold(fd, INFO, .mdl = HOLD_HELD(slot)).out_flags & HOLD_THERE;
}

static void *holding_thread(void *context)
{
	struct holding *holding = context;
	int error = control(holding->fd, &holding->request);

	__atomic_store_n(&holding->error, error, __ATOMIC_RELEASE);
	return NULL;
}

static bool holding_returned(struct holding *holding)
{
	return __atomic_load_n(&holding->error, __ATOMIC_ACQUIRE) >= 0;
}

bool holding_start(struct holding *holding)
{
	holding->error = -1;
	if (pthread_create(&holding->thread, NULL, holding_thread, holding))
		give_up("pthread_create");
	if (!wait_until(hold_is_held(holding->fd, holding->slot) ||
			holding_returned(holding)))
		give_up("a request is neither held nor refused");
	return !holding_returned(holding);
}

bool holding_begin(struct holding *holding, int fd, __u32 slot, __u32 code,
		   const void *p, size_t len)
{
	memset(holding, 0, sizeof(*holding));
	holding->fd = fd;
	holding->slot = slot;
	holding->slot_input = slot;
	holding->request.code = code;
	holding->request.in = addr(&holding->slot_input);
	holding->request.in_len = sizeof(holding->slot_input);
	holding->request.out = addr(p);
	holding->request.out_len = len;
	return holding_start(holding);
}

void holding_end(struct holding *holding)
{
	hold(holding->fd, RELEASE, .mdl = HOLD_HELD(holding->slot));
	pthread_join(holding->thread, NULL);
}

struct hold_balance hold_balance(int fd)
{
	hold(fd, RESET);
	return (struct hold_balance){ .pins = pins(), .alive = alive() };
}

bool hold_balanced(int fd, const struct hold_balance *before)
{
	hold(fd, RESET);
	return wait_until(pins() == before->pins && alive() == before->alive);
}
