// SPDX-License-Identifier: GPL-2.0
/* ntio explain: the rule, the fact and the fix of anything that has a name. */
#include <argp.h>
#include <err.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "code.h"
#include "explain.h"
#include "number.h"
#include "spelling.h"
#include "table.h"
#include "win32_error.h"
#include "words.h"

static const struct column columns[] = {
	{ "KIND", COLUMN_STRING, COLUMN_JSON },
	{ "NAME", COLUMN_STRING, COLUMN_JSON },
	{ "NUMBER", COLUMN_STRING, COLUMN_JSON },
	{ "RULE", COLUMN_STRING, COLUMN_JSON },
	{ "FACT", COLUMN_STRING, COLUMN_JSON },
	{ "FIX", COLUMN_STRING, COLUMN_JSON },
};

/**
 * struct explain - what was asked for
 * @json: print JSON
 * @asked: names and numbers
 * @count: number of @asked
 * @table: of JSON, NULL for text
 * @shown: how many explanations
 */
struct explain {
	bool json;
	char **asked;
	int count;
	struct libscols_table *table;
	size_t shown;
};

/* In 78 columns; what follows the first line is indented as the text. */
static void print_part(const char *label, const char *text)
{
	const char *format = "  %-6s";
	int column = 80;

	if (!*text)
		return;
	while (*text) {
		int word = strcspn(text, " ");

		if (column + 1 + word > 78) {
			if (column < 80)
				putchar('\n');
			column = printf(format, label);
			label = "";
		}
		column += printf(" %.*s", word, text);
		text += word + strspn(text + word, " ");
	}
	putchar('\n');
}

static void show(struct explain *explain, const struct explanation *what)
{
	const char *const cells[] = { what->kind, what->name, what->number,
				      what->rule, what->fact, what->fix };

	if (explain->table) {
		table_add(explain->table, cells);
	} else {
		printf("%s%s, %s%s%s\n", explain->shown ? "\n" : "",
		       what->name, what->kind, what->number ? " " : "",
		       what->number ? what->number : "");
		print_part("Rule:", what->rule);
		print_part("Fact:", what->fact);
		print_part("Fix:", what->fix);
	}
	explain->shown++;
}

static void show_reason(struct explain *explain,
			const struct ntio_reason_info *reason)
{
	char number[16], fact[320];

	snprintf(number, sizeof(number), "%" PRIu32, reason->reason);
	snprintf(fact, sizeof(fact), "%s%s%s%s", reason->text,
		 *reason->detail ? " The number with it: " : "",
		 reason->detail, *reason->detail ? "." : "");
	show(explain, &(struct explanation){ "reason", reason->name, number,
					     rule_of_reason(reason->reason),
					     fact,
					     *reason->advice ? reason->advice :
						     "Nothing is to be done." });
}

static void show_status(struct explain *explain,
			const struct ntio_status_info *info)
{
	const char *win32 = win32_error_name(info->win32);
	char number[16], fact[256];

	snprintf(number, sizeof(number), "0x%08" PRIx32, info->status);
	snprintf(fact, sizeof(fact), "%s Win32 %" PRIu32 "%s%s, errno %s.",
		 info->meaning, info->win32, win32 ? " " : "",
		 win32 ? win32 : "",
		 info->error ? strerrorname_np(info->error) : "none");
	show(explain, &(struct explanation){ "status", info->name, number,
					     rule_of_status(info->status),
					     fact,
					     fix_of_status(info->status) });
}

static void show_code(struct explain *explain, uint32_t code, const char *name)
{
	bool bare = NTIO_CTL_METHOD(code) == NTIO_METHOD_NEITHER;
	char number[16], fact[256];

	snprintf(number, sizeof(number), "0x%08" PRIx32, code);
	snprintf(fact, sizeof(fact), "Device type 0x%" PRIx32 ", function 0x%"
		 PRIx32 ", %s, %s. %s", NTIO_CTL_TYPE(code),
		 NTIO_CTL_FUNCTION(code), method_word(code)->windows,
		 access_word(code)->windows, access_word(code)->meaning);
	show(explain, &(struct explanation){
		"code", name, number, method_word(code)->meaning, fact,
		bare ? "Take METHOD_BUFFERED or a direct one if you can; else "
		       "the driver copies by functions that can fail." :
		       "ntio decode takes it apart; ntio list DEVICE shows "
		       "what a driver declares." });
}

/* All have numbers below this. */
#define REASONS 256

static void explain_reasons(struct explain *explain, const char *asked)
{
	static const uint32_t of_library[] = { NTIO_REASON_CALL,
					       NTIO_REASON_LENGTH };
	const struct ntio_reason_info *reason;

	/* Behind the kernel's own come those of libntio. */
	for (uint32_t i = 0; i < REASONS + ARRAY_SIZE(of_library); i++) {
		reason = ntio_reason_info(i < REASONS ?
						  i : of_library[i - REASONS]);
		if (reason && same_name(asked, reason->name))
			show_reason(explain, reason);
	}
}

static const char *behind(const char *asked, const char *prefix)
{
	size_t len = strlen(prefix);

	return strncasecmp(asked, prefix, len) ? asked : asked + len;
}

static void explain_violations(struct explain *explain, const char *asked)
{
	struct explanation what;

	for (size_t i = 0; violation_at(i, &what); i++)
		if (same_name(behind(asked, "NTIO_VIOLATION_"), what.name))
			show(explain, &what);
	for (size_t i = 0; wdm_violation_at(i, &what); i++)
		if (same_name(behind(asked, "WDM_VIOLATION_"), what.name))
			show(explain, &what);
}

static bool is_errno(const char *asked, int error)
{
	return error && !strcasecmp(asked, strerrorname_np(error));
}

static void explain_statuses(struct explain *explain, const char *asked)
{
	const struct ntio_status_info *info;
	uint32_t win32 = 0;
	bool by_win32 = win32_error_find(asked, &win32);

	for (size_t i = 0; (info = ntio_status_at(i)); i++)
		if (same_name_or_rest(asked, info->name, "STATUS_") ||
		    (by_win32 && info->win32 == win32) ||
		    is_errno(asked, info->error))
			show_status(explain, info);
}

/* A small number is a reason, or a Win32 error; a large one status or code. */
static void explain_number(struct explain *explain, int64_t number)
{
	const struct ntio_status_info *info;
	uint32_t value = number;

	if (number >= 0 && number < REASONS && ntio_reason_info(value))
		show_reason(explain, ntio_reason_info(value));
	for (size_t i = 0; (info = ntio_status_at(i)); i++)
		if (info->status == value || (number > 0 &&
					      info->win32 == number))
			show_status(explain, info);
	if (!ntio_status_info(value) && number > 0xffff && value < 0xc0000000)
		show_code(explain, value, "a control code");
}

static void explain_one(struct explain *explain, const char *asked)
{
	size_t before = explain->shown;
	int64_t number;
	uint32_t code;

	if (parse_number(asked, &number) && number >= INT32_MIN &&
	    number <= UINT32_MAX) {
		explain_number(explain, number);
	} else {
		explain_reasons(explain, behind(asked, "NTIO_REASON_"));
		explain_violations(explain, asked);
		explain_statuses(explain, asked);
		if (explain->shown == before &&
		    (parse_code(asked, &code) || find_code(asked, &code)))
			show_code(explain, code, asked);
	}
	if (explain->shown == before)
		warnx("'%s' is no reason, violation, status, Win32 error, "
		      "errno or control code that is known here", asked);
}

static const struct argp_option options[] = {
	{ "json", 'j', NULL, 0, "print JSON", 0 },
	{ 0 },
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct explain *explain = state->input;

	(void)arg;
	switch (key) {
	case 'j':
		explain->json = true;
		return 0;
	case ARGP_KEY_ARGS:
		explain->asked = state->argv + state->next;
		explain->count = state->argc - state->next;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_usage(state);
	}
	return ARGP_ERR_UNKNOWN;
}

int cmd_explain(int argc, char **argv)
{
	static const struct argp argp = {
		.options = options,
		.parser = parse,
		.args_doc = "CODE|STATUS|REASON|VIOLATION...",
		.doc = "Explain a control code, an NTSTATUS, Win32 error or "
		       "errno, the reason of a refusal, or a mistake of a "
		       "driver's: the rule, the fact, and what to do. "
		       "Violations are those of "
		       "/sys/kernel/debug/ntio/violations and ntio-wdm.",
	};
	struct explain explain = { 0 };
	int ret = EXIT_OK;

	argp_parse(&argp, argc, argv, 0, NULL, &explain);
	if (explain.json)
		explain.table = table_new("explanations", true, columns,
					  ARRAY_SIZE(columns));
	for (int i = 0; i < explain.count; i++) {
		size_t before = explain.shown;

		explain_one(&explain, explain.asked[i]);
		if (explain.shown == before)
			ret = EXIT_REFUSED;
	}
	if (explain.table)
		table_print(explain.table);
	return ret;
}
