/* SPDX-License-Identifier: GPL-2.0 */
/* What the chapters of the tour share. */
#ifndef NTIO_CMD_TOUR_H
#define NTIO_CMD_TOUR_H

#include <stdbool.h>
#include <stddef.h>

/* What a chapter needs. */
enum tour_needs {
	NEEDS_ECHO = 1 << 0,
	NEEDS_CONTEXT = 1 << 1,
	NEEDS_ABOVE = 1 << 2,
	NEEDS_CPUS = 1 << 3,
};

/**
 * struct chapter - a chapter of the tour
 * @name: what the user types
 * @title: its heading
 * @needs: NEEDS_ flags
 * @run: shows it. Returns false if it could not be shown at all.
 *
 * Everything shown was found in this run, and is checked with tour_check().
 */
struct chapter {
	const char *name;
	const char *title;
	unsigned int needs;
	bool (*run)(void);
};

/**
 * tour_can() - whether there is what a chapter needs
 * @chapter: the chapter
 *
 * Return: false after one sentence that says what to do.
 */
bool tour_can(const struct chapter *chapter);

bool tour_methods(void);
bool tour_r1(void);
bool tour_r2(void);
bool tour_r3(void);
bool tour_r4(void);
bool tour_r5(void);
bool tour_r6(void);
bool tour_r7(void);
bool tour_r8(void);

/**
 * tour_heading() - begin a part of a chapter
 * @what: in bold
 * @rest: a sentence, below it
 */
void tour_heading(const char *what, const char *rest);

/**
 * tour_line() - print a line of a part
 * @label: its first word
 * @format: as printf()
 */
void tour_line(const char *label, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/**
 * tour_check() - hold that something is as it should be
 * @ok: it is
 * @what: what should be
 *
 * If it is not, says so, and the tour fails in the end.
 *
 * Return: @ok.
 */
bool tour_check(bool ok, const char *what);

/**
 * tour_held_by() - end a part with the tests that hold it
 * @what: their names, and the facts
 */
void tour_held_by(const char *what);

/**
 * tour_found() - say what the chapter found, for the summary
 * @format: as printf(); short
 */
void tour_found(const char *format, ...) __attribute__((format(printf, 1, 2)));

/**
 * describe_address() - in which mapping an address lies
 * @address: any address
 * @text: filled in, such as "anonymous memory, rw-p"
 * @size: of @text
 */
void describe_address(const void *address, char *text, size_t size);

#endif
