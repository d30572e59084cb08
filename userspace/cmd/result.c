// SPDX-License-Identifier: GPL-2.0
#include <err.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "result.h"
#include "table.h"
#include "win32_error.h"

static const struct column columns[] = {
	{ "STATUS", COLUMN_STRING, COLUMN_JSON },
	{ "NAME", COLUMN_STRING, COLUMN_JSON },
	{ "ERRNO", COLUMN_STRING, COLUMN_JSON },
	{ "WIN32", COLUMN_NUMBER, COLUMN_JSON },
	{ "WIN32_NAME", COLUMN_STRING, COLUMN_JSON },
	{ "REASON", COLUMN_STRING, COLUMN_JSON },
	{ "DETAIL", COLUMN_NUMBER, COLUMN_JSON },
	{ "IOSB_STATUS", COLUMN_STRING, COLUMN_JSON },
	{ "INFORMATION", COLUMN_NUMBER, COLUMN_JSON },
	{ "HEX", COLUMN_STRING, COLUMN_JSON },
	{ "TEXT", COLUMN_STRING, COLUMN_JSON },
};

static enum format format_of(struct bytes data, enum format format)
{
	if (format != FORMAT_AUTO)
		return format;
	if (!isatty(STDOUT_FILENO))
		return FORMAT_RAW;
	return bytes_are_text(data) ? FORMAT_TEXT : FORMAT_HEX;
}

static void print_data(struct bytes data, enum format format)
{
	switch (format_of(data, format)) {
	case FORMAT_RAW:
		fwrite(data.data, 1, data.len, stdout);
		break;
	case FORMAT_HEX:
		bytes_print_hex(data);
		break;
	default:
		bytes_print_text(data);
	}
	if (fflush(stdout) || ferror(stdout))
		err(EXIT_REFUSED, "standard output");
}

static void print_status(uint32_t status)
{
	const struct ntio_status_info *info = ntio_status_info(status);

	if (info)
		fputs(info->name, stderr);
	else
		fprintf(stderr, "0x%08" PRIx32, status);
}

static void print_outcome(const struct ntio_result *result)
{
	if (!NT_SUCCESS(result->status) || result->reason != NTIO_REASON_NONE) {
		ntio_explain(stderr, result, 0);
		return;
	}
	print_status(result->status);
	if (!(result->flags & NTIO_OUT_IOSB)) {
		fputs(", no I/O status block\n", stderr);
		return;
	}
	fprintf(stderr, ", Information %" PRIu64, result->information);
	if (result->iosb_status != result->status) {
		fputs(", completed with ", stderr);
		print_status(result->iosb_status);
	}
	fputc('\n', stderr);
}

void result_print(const struct ntio_result *result, struct bytes data,
		  enum format format)
{
	if (data.len)
		print_data(data, format);
	print_outcome(result);
}

/* Two digits a byte; the caller frees it. */
static char *hex(struct bytes data)
{
	char *text = malloc(2 * data.len + 1), *to = text;

	if (!text)
		err(EXIT_REFUSED, NULL);
	*to = '\0';
	for (size_t i = 0; i < data.len; i++)
		to += sprintf(to, "%02x", (unsigned char)data.data[i]);
	return text;
}

/* Without the NUL at its end; NULL if it is no text. The caller frees it. */
static char *text_of(struct bytes data)
{
	char *text;

	if (!data.len || !bytes_are_text(data))
		return NULL;
	text = strndup(data.data, data.len);
	if (!text)
		err(EXIT_REFUSED, NULL);
	return text;
}

void result_print_json(const struct ntio_result *result, struct bytes data)
{
	const struct ntio_reason_info *reason =
		ntio_reason_info(result->reason);
	const struct ntio_status_info *info = ntio_status_info(result->status);
	bool iosb = result->flags & NTIO_OUT_IOSB;
	uint32_t win32 = ntio_status_to_win32(result->status);
	char status[16], error[16], detail[24], iosb_status[16],
	     information[24];
	char *bytes = hex(data), *text = text_of(data);
	const char *const cells[] = {
		status,
		info ? info->name : NULL,
		result->error ? strerrorname_np(result->error) : NULL,
		error,
		win32_error_name(win32),
		reason ? reason->name : NULL,
		detail,
		iosb ? iosb_status : NULL,
		iosb ? information : NULL,
		bytes,
		text,
	};
	struct libscols_table *table;

	snprintf(status, sizeof(status), "0x%08" PRIx32, result->status);
	snprintf(error, sizeof(error), "%" PRIu32, win32);
	snprintf(detail, sizeof(detail), "%" PRIu64, result->detail);
	snprintf(iosb_status, sizeof(iosb_status), "0x%08" PRIx32,
		 result->iosb_status);
	snprintf(information, sizeof(information), "%" PRIu64,
		 result->information);
	table = table_new("result", true, columns, ARRAY_SIZE(columns));
	table_add(table, cells);
	table_print(table);
	free(bytes);
	free(text);
}
