// SPDX-License-Identifier: GPL-2.0
/* A refusal is a sentence, not a number. */
#include <ctype.h>
#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include <ntio/ntio.h>

#define WIDTH 78

static void print_wrapped(FILE *to, int indent, const char *text)
{
	int column = 0;

	while (*text) {
		int word = strcspn(text, " ");

		if (column && column + 1 + word > WIDTH) {
			fputc('\n', to);
			column = 0;
		}
		if (column)
			column += fprintf(to, " %.*s", word, text);
		else
			column = fprintf(to, "%*s%.*s", indent, "", word, text);
		text += word;
		text += strspn(text, " ");
	}
	if (column)
		fputc('\n', to);
}

static const char *verdict(const struct ntio_result *result)
{
	if (NT_ERROR(result->status))
		return result->reason == NTIO_REASON_DRIVER ? "failed" :
							      "refused";
	if (NT_WARNING(result->status))
		return "warning";
	return result->reason == NTIO_REASON_NONE ? "done" : "not delivered";
}

static void print_head(FILE *to, const struct ntio_result *result,
		       const struct ntio_reason_info *reason)
{
	const struct ntio_status_info *info = ntio_status_info(result->status);

	fprintf(to, "%s: ", verdict(result));
	if (info)
		fputs(info->name, to);
	else
		fprintf(to, "0x%08" PRIx32, result->status);
	fputs(" (", to);
	if (result->error)
		fprintf(to, "%s, ", strerrorname_np(result->error));
	fprintf(to, "Win32 %" PRIu32 ")", ntio_status_to_win32(result->status));
	if (!reason)
		fprintf(to, ": reason %" PRIu32, result->reason);
	else if (reason->reason != NTIO_REASON_NONE)
		fprintf(to, ": %s", reason->name);
	fputc('\n', to);
}

static void print_missing_access(FILE *to, int indent, uint64_t bits)
{
	bool read = bits & NTIO_READ_ACCESS, write = bits & NTIO_WRITE_ACCESS;

	fprintf(to, "%*sMissing access: %s%s%s.\n", indent, "",
		read ? "read" : "", read && write ? " and " : "",
		write ? "write" : "");
}

static void print_detail(FILE *to, int indent, uint64_t detail,
			 const struct ntio_reason_info *reason)
{
	if (reason->reason == NTIO_REASON_ACCESS_BITS)
		print_missing_access(to, indent, detail);
	else if (*reason->detail)
		fprintf(to, "%*s%c%s: %" PRIu64 ".\n", indent, "",
			toupper((unsigned char)*reason->detail),
			reason->detail + 1, detail);
}

/* What the status says, where the reason does not say more. */
static bool meaning_helps(const struct ntio_result *result,
			  const struct ntio_reason_info *reason)
{
	return !reason || reason->reason == NTIO_REASON_NONE ||
	       reason->reason == NTIO_REASON_DRIVER ||
	       reason->reason == NTIO_REASON_CALL ||
	       NT_WARNING(result->status);
}

void ntio_explain(FILE *to, const struct ntio_result *result, int indent)
{
	const struct ntio_reason_info *reason =
		ntio_reason_info(result->reason);
	const struct ntio_status_info *info = ntio_status_info(result->status);

	fprintf(to, "%*s", indent, "");
	print_head(to, result, reason);
	indent += 2;
	if (info && meaning_helps(result, reason))
		print_wrapped(to, indent, info->meaning);
	if (NT_WARNING(result->status) && (result->flags & NTIO_OUT_IOSB))
		fprintf(to, "%*sInformation is %" PRIu64 ".\n", indent, "",
			result->information);
	if (!reason || reason->reason == NTIO_REASON_NONE)
		return;
	print_wrapped(to, indent, reason->text);
	print_wrapped(to, indent, reason->advice);
	print_detail(to, indent, result->detail, reason);
}
