/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the chapters on context play with: two processes that have different
 * data at the same address, and requests of the sample context.
 */
#ifndef NTIO_CMD_STAGE_H
#define NTIO_CMD_STAGE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include <ntio/samples/context.h>

#define STAGE_MINE 0x1111u
#define STAGE_OTHERS 0x2222u

/**
 * stage_ask() - map the page both processes have, and store data in it
 * @data: STAGE_MINE or STAGE_OTHERS
 *
 * Return: the page, always at the same address; its context_ask.data is what
 * the driver is to read. Ends the program if the address is taken.
 */
struct context_ask *stage_ask(uint64_t data);

/**
 * stage_leave() - unmap that page
 */
void stage_leave(void);

/**
 * struct stage_other - another process
 * @pid: its id
 * @saw: what the driver saw when that process asked, in its own context
 */
struct stage_other {
	pid_t pid;
	struct context_saw saw;
};

/**
 * stage_start_other() - start a process that is busy on CPU 1
 * @other: filled in
 *
 * It has STAGE_OTHERS at the address. This process is moved to CPU 0.
 *
 * Return: false after a message, if there is no second CPU for example.
 */
bool stage_start_other(struct stage_other *other);

void stage_stop_other(const struct stage_other *other);

/**
 * stage_send() - have the driver read in one way
 * @fd: the device
 * @code: IOCTL_CONTEXT_*
 * @ask: of stage_ask()
 * @len: bytes from &@ask->data on, for the ways that lock
 */
struct ntio_result stage_send(int fd, uint32_t code,
			      const struct context_ask *ask, size_t len);

/* What the driver saw last; all 0 if it does not say. */
struct context_saw stage_saw(int fd);

/* Lets the workers go. */
void stage_go(int fd);

/* Waits until a worker waits, resp. @served requests were; for at most 10 s. */
bool stage_wait_parked(int fd);
bool stage_wait_served(int fd, uint32_t served);

/* A verdict in words. */
const char *stage_verdict(uint32_t verdict);

#endif
