/* SPDX-License-Identifier: GPL-2.0 */
/* What `ntio explain` knows of violations, reasons and statuses. */
#ifndef NTIO_CMD_EXPLAIN_H
#define NTIO_CMD_EXPLAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct explanation - what is said of something
 * @kind: "violation", "WDM violation", "reason", "status", "error" or "code"
 * @name: its name
 * @number: as text; NULL if it has none
 * @rule: what holds, one sentence
 * @fact: what happened, and what Windows does, with the numbers of the facts
 * @fix: what to do
 */
struct explanation {
	const char *kind;
	const char *name;
	const char *number;
	const char *rule;
	const char *fact;
	const char *fix;
};

/**
 * violation_at() - walk the table of violations
 * @index: from 0
 * @explanation: filled in
 *
 * Return: whether there is one.
 */
bool violation_at(size_t index, struct explanation *explanation);

/**
 * wdm_violation_at() - the same for the source layer's own violations
 * @index: from 0
 * @explanation: filled in
 *
 * Return: whether there is one.
 */
bool wdm_violation_at(size_t index, struct explanation *explanation);

/* The rule behind a reason of the kernel's, and behind a status. */
const char *rule_of_reason(uint32_t reason);
const char *rule_of_status(uint32_t status);

/* What to do about a status, if more can be said than that. */
const char *fix_of_status(uint32_t status);

#endif
