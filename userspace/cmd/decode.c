// SPDX-License-Identifier: GPL-2.0
/* ntio decode: the fields of a control code, in Windows' words and in ours. */
#include <argp.h>
#include <err.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "code.h"
#include "table.h"
#include "words.h"

static const struct column columns[] = {
	{ "CODE", COLUMN_STRING, COLUMN_JSON },
	{ "FIELD", COLUMN_STRING, COLUMN_BOTH },
	{ "BITS", COLUMN_STRING, COLUMN_BOTH },
	{ "VALUE", COLUMN_STRING, COLUMN_BOTH },
	{ "WINDOWS", COLUMN_STRING, COLUMN_BOTH },
	{ "NTIO", COLUMN_STRING, COLUMN_JSON },
};

static void add_field(struct libscols_table *table, uint32_t code,
		      const char *field, const char *bits, uint32_t value,
		      const char *windows, const char *ntio)
{
	char code_text[16], value_text[16];
	const char *const cells[] = { code_text,  field,   bits,
				      value_text, windows, ntio };

	snprintf(code_text, sizeof(code_text), "0x%08" PRIx32, code);
	snprintf(value_text, sizeof(value_text), "0x%" PRIx32, value);
	table_add(table, cells);
}

static void add_fields(struct libscols_table *table, uint32_t code)
{
	uint32_t type = NTIO_CTL_TYPE(code), function = NTIO_CTL_FUNCTION(code);
	const char *type_name = device_type_name(type);
	bool common = code >> 31, custom = code >> 13 & 1;

	add_field(table, code, "device type", "16-31", type,
		  type_name ? type_name : "",
		  type == NTIO_DEVICE_UNKNOWN ? "NTIO_DEVICE_UNKNOWN" : "");
	add_field(table, code, "vendor's type", "31", common,
		  common ? "yes (Common)" : "no: Microsoft's", "");
	add_field(table, code, "access", "14-15", NTIO_CTL_ACCESS(code),
		  access_word(code)->windows, access_word(code)->ntio);
	add_field(table, code, "function", "2-13", function, "", "");
	add_field(table, code, "vendor's function", "13", custom,
		  custom ? "yes (Custom)" : "no: Microsoft's",
		  custom ? "NTIO_FUNCTION_VENDOR" : "");
	add_field(table, code, "method", "0-1", NTIO_CTL_METHOD(code),
		  method_word(code)->windows, method_word(code)->ntio);
}

/* On one line, if it is not too long for 80 columns. */
static void print_windows_macro(uint32_t code)
{
	const char *type = device_type_name(NTIO_CTL_TYPE(code));
	char number[16], head[80], tail[80];

	snprintf(number, sizeof(number), "0x%" PRIx32, NTIO_CTL_TYPE(code));
	snprintf(head, sizeof(head), "CTL_CODE(%s, 0x%" PRIx32 ",",
		 type ? type : number, NTIO_CTL_FUNCTION(code));
	snprintf(tail, sizeof(tail), "%s, %s)", method_word(code)->windows,
		 access_word(code)->windows);
	printf("\n%s%s%s\n", head,
	       strlen(head) + strlen(tail) < 80 ? " " : "\n\t ", tail);
}

static void print_macros(uint32_t code)
{
	char number[16];

	print_windows_macro(code);
	snprintf(number, sizeof(number), "0x%" PRIx32, NTIO_CTL_TYPE(code));
	printf("NTIO_CTL_CODE(%s, 0x%" PRIx32 ", %s,\n\t      %s)\n\n",
	       NTIO_CTL_TYPE(code) == NTIO_DEVICE_UNKNOWN ?
		       "NTIO_DEVICE_UNKNOWN" : number,
	       NTIO_CTL_FUNCTION(code), method_word(code)->ntio,
	       access_word(code)->ntio);
	printf("%s\n%s\n", method_word(code)->meaning,
	       access_word(code)->meaning);
}

struct decode {
	bool json;
	uint32_t *codes;
	size_t count;
};

static const struct argp_option options[] = {
	{ "json", 'j', NULL, 0, "print JSON", 0 },
	{ 0 },
};

/* A name that no device has may be one of a driver that is not loaded. */
static void add_code(struct decode *decode, struct argp_state *state,
		     const char *text)
{
	uint32_t *code = &decode->codes[decode->count++];

	if (parse_code(text, code) || find_code(text, code))
		return;
	if (!strncasecmp(text, "IOCTL", strlen("IOCTL")))
		errx(EXIT_REFUSED, "no device that is there and can be opened "
		     "declares '%s'; ntio list shows the devices", text);
	argp_error(state, "'%s' is no control code; it is a number of 32 bits "
		   "such as 0x222000, a CTL_CODE(...), or a name such as "
		   "IOCTL_ECHO_BUFFERED", text);
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct decode *decode = state->input;

	switch (key) {
	case 'j':
		decode->json = true;
		return 0;
	case ARGP_KEY_ARG:
		add_code(decode, state, arg);
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_usage(state);
	}
	return ARGP_ERR_UNKNOWN;
}

static void print_text(const struct decode *decode)
{
	struct libscols_table *table;

	for (size_t i = 0; i < decode->count; i++) {
		printf("%s0x%08" PRIx32 "\n\n", i ? "\n" : "",
		       decode->codes[i]);
		table = table_new("decode", false, columns,
				  ARRAY_SIZE(columns));
		add_fields(table, decode->codes[i]);
		table_print(table);
		print_macros(decode->codes[i]);
	}
}

static void print_json(const struct decode *decode)
{
	struct libscols_table *table =
		table_new("decode", true, columns, ARRAY_SIZE(columns));

	for (size_t i = 0; i < decode->count; i++)
		add_fields(table, decode->codes[i]);
	table_print(table);
}

int cmd_decode(int argc, char **argv)
{
	static const struct argp argp = {
		.options = options,
		.parser = parse,
		.args_doc = "CODE...",
		.doc = "Take control codes apart: device type, function, "
		       "method and access. CODE is a number, a CTL_CODE(...) "
		       "with numbers or Windows' names, or the name of a code "
		       "that a device declares.",
	};
	struct decode decode = { 0 };

	decode.codes = calloc(argc, sizeof(*decode.codes));
	if (!decode.codes)
		err(EXIT_REFUSED, NULL);
	argp_parse(&argp, argc, argv, 0, NULL, &decode);
	if (decode.json)
		print_json(&decode);
	else
		print_text(&decode);
	free(decode.codes);
	return EXIT_OK;
}
