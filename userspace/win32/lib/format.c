// SPDX-License-Identifier: GPL-2.0
/*
 * printf() and scanf() as Microsoft's: long has 32 bits, %I64d, %S and %ls are
 * of 16 bits, %p has 16 digits. Each conversion is carried out by libc's.
 */
#include "error.h"
#include "format.h"
#include "narrow.h"

/**
 * struct spec - one conversion
 * @text: for libc, up to where the length belongs
 * @len: of @text
 * @size: 'h' short, 'H' char, 'l' 32 bits or wide text, 'L' 64 bits, 'P' as a
 *	pointer, 0 none
 * @type: the letter
 * @wide: the format is
 */
struct spec {
	char text[64];
	size_t len;
	char size;
	char type;
	bool wide;
};

static void spec_add(struct spec *spec, char c)
{
	if (spec->len < sizeof(spec->text) - 8)
		spec->text[spec->len++] = c;
}

static void spec_add_number(struct spec *spec, int number)
{
	char digits[16];
	const char *at;

	snprintf(digits, sizeof(digits), "%d", number);
	for (at = digits; *at; at++)
		spec_add(spec, *at);
}

static const char *spec_width(struct spec *spec, const char *at, va_list *args)
{
	int number;

	for (; *at && strchr("-+ #0123456789.*", *at); at++) {
		if (*at != '*') {
			spec_add(spec, *at);
			continue;
		}
		number = va_arg(*args, int);
		if (number >= 0 || spec->text[spec->len - 1] != '.')
			spec_add_number(spec, number);
		else
			spec->len--;	/* a negative precision is none */
	}
	return at;
}

static const char *spec_size(struct spec *spec, const char *at)
{
	static const struct {
		const char *text;
		char size;
	} sizes[] = {
		{ "I64", 'L' }, { "I32", 'l' }, { "ll", 'L' }, { "hh", 'H' },
		{ "I", 'P' }, { "h", 'h' }, { "l", 'l' }, { "w", 'l' },
		{ "L", 0 }, { "j", 'L' }, { "z", 'P' }, { "t", 'P' },
	};
	size_t i;

	for (i = 0; i < NTIO_ARRAY_SIZE(sizes); i++) {
		if (strncmp(at, sizes[i].text, strlen(sizes[i].text)))
			continue;
		spec->size = sizes[i].size;
		return at + strlen(sizes[i].text);
	}
	return at;
}

static void spec_end(struct spec *spec, const char *rest)
{
	strcpy(spec->text + spec->len, rest);
}

static void put_integer(FILE *to, struct spec *spec, va_list *args)
{
	char rest[] = { spec->type, 0, 0, 0 };

	if (spec->size == 'L' || spec->size == 'P') {
		snprintf(rest, sizeof(rest), "ll%c", spec->type);
		spec_end(spec, rest);
		fprintf(to, spec->text, va_arg(*args, long long));
		return;
	}
	if (spec->size == 'h' || spec->size == 'H')
		snprintf(rest, sizeof(rest), "%s%c",
			 spec->size == 'h' ? "h" : "hh", spec->type);
	spec_end(spec, rest);
	fprintf(to, spec->text, va_arg(*args, int));
}

static void put_pointer(FILE *to, struct spec *spec, va_list *args)
{
	char text[20];

	snprintf(text, sizeof(text), "%016lX", va_arg(*args, unsigned long));
	spec_end(spec, "s");
	fprintf(to, spec->text, text);
}

/* Capital letters are what the format's own text is not. */
static bool spec_is_wide(const struct spec *spec)
{
	if (spec->size)
		return spec->size == 'l';
	return spec->wide != (spec->type == 'C' || spec->type == 'S');
}

static void put_string(FILE *to, struct spec *spec, va_list *args)
{
	const void *text = va_arg(*args, const void *);
	char *copy = NULL;

	spec_end(spec, "s");
	if (text && spec_is_wide(spec))
		text = copy = narrow(text);
	fprintf(to, spec->text, text ?: "(null)");
	free(copy);
}

static void put_character(FILE *to, struct spec *spec, va_list *args)
{
	WCHAR text[2] = { va_arg(*args, int), 0 };
	char plain[2] = { text[0], 0 };
	char *copy = NULL;

	spec_end(spec, "s");
	if (spec_is_wide(spec))
		copy = narrow(text);
	fprintf(to, spec->text, copy ?: plain);
	free(copy);
}

static void put_spec(FILE *to, struct spec *spec, va_list *args)
{
	char rest[2] = { spec->type, 0 };

	switch (spec->type) {
	case 'd': case 'i': case 'o': case 'u': case 'x': case 'X':
		put_integer(to, spec, args);
		break;
	case 'e': case 'E': case 'f': case 'F': case 'g': case 'G':
	case 'a': case 'A':
		spec_end(spec, rest);
		fprintf(to, spec->text, va_arg(*args, double));
		break;
	case 'p':
		put_pointer(to, spec, args);
		break;
	case 's': case 'S':
		put_string(to, spec, args);
		break;
	case 'c': case 'C':
		put_character(to, spec, args);
		break;
	case 'n':
		(void)va_arg(*args, void *);	/* as Microsoft's: nothing */
		break;
	default:
		fputs(rest, to);
	}
}

static void format_narrow(FILE *to, const char *format, bool wide,
			  va_list *args)
{
	const char *at = format;

	while (*at) {
		struct spec spec = { .text = "%", .len = 1, .wide = wide };

		if (*at != '%') {
			fputc(*at++, to);
			continue;
		}
		if (*++at == '%') {
			fputc(*at++, to);
			continue;
		}
		at = spec_width(&spec, at, args);
		at = spec_size(&spec, at);
		if (!*at)
			return;
		spec.type = *at++;
		put_spec(to, &spec, args);
	}
}

char *format_text(const void *format, bool wide, va_list *arguments,
		  size_t *len)
{
	char *plain = wide ? narrow(format) : NULL, *text = NULL;
	FILE *to = open_memstream(&text, len);

	if (to && (plain || !wide))
		format_narrow(to, plain ?: format, wide, arguments);
	if (to && fclose(to)) {
		free(text);
		text = NULL;
	}
	free(plain);
	return text;
}

size_t copy_narrow(char *to, size_t size, const char *text, size_t len)
{
	size_t part = len < size ? len : size ? size - 1 : 0;

	if (size) {
		memcpy(to, text, part);
		to[part] = 0;
	}
	return len;
}

size_t copy_wide(WCHAR *to, size_t size, const char *text)
{
	size_t len = MultiByteToWideChar(CP_UTF8, 0, text, -1, NULL, 0);
	WCHAR *wide;

	if (len <= size) {
		MultiByteToWideChar(CP_UTF8, 0, text, -1, to, size);
		return len - 1;
	}
	wide = calloc(len, sizeof(*wide));
	if (wide && size) {
		MultiByteToWideChar(CP_UTF8, 0, text, -1, wide, len);
		memcpy(to, wide, (size - 1) * sizeof(*wide));
		to[size - 1] = 0;
	}
	free(wide);
	return len - 1;
}

/* --- scanf ---------------------------------------------------------------------------- */

#define SCANS 16

/**
 * struct scan - a format on its way to libc
 * @format: its
 * @len: of that
 * @to: where the conversions go
 * @count: how many
 * @sized: text comes with the size of its buffer
 */
struct scan {
	char format[512];
	size_t len;
	void *to[SCANS];
	int count;
	bool sized;
};

static void scan_add(struct scan *scan, const char *from, size_t len)
{
	if (scan->len + len < sizeof(scan->format)) {
		memcpy(scan->format + scan->len, from, len);
		scan->len += len;
	}
	scan->format[scan->len] = 0;
}

/* Behind the set of %[...] */
static const char *scan_set_end(const char *at)
{
	at += at[1] == '^' ? 2 : 1;
	if (*at == ']')
		at++;
	while (*at && *at != ']')
		at++;
	return *at ? at + 1 : at;
}

/* What does not fit is not read: text of a sized conversion is cut. */
static void scan_text(struct scan *scan, const char *width, size_t width_len,
		      const char *type, const char *end, va_list *args)
{
	char most[16];
	int size;

	scan->to[scan->count++] = va_arg(*args, void *);
	if (scan->sized && (size = va_arg(*args, int)) > 0 &&
	    (!width_len || atoi(width) > size - (*type != 'c'))) {
		snprintf(most, sizeof(most), "%d", size - (*type != 'c'));
		if (*type == 'c' && !width_len)
			strcpy(most, "1");
		scan_add(scan, most, strlen(most));
	} else {
		scan_add(scan, width, width_len);
	}
	scan_add(scan, type, end - type);
}

static const char *scan_spec(struct scan *scan, const char *at, va_list *args)
{
	struct spec spec = { .len = 0 };
	bool skip = *at == '*';
	const char *width = at + skip, *type, *end;
	size_t width_len = strspn(width, "0123456789");

	scan_add(scan, "%*", 1 + skip);
	type = spec_size(&spec, width + width_len);
	if (!*type)
		return type;
	end = *type == '[' ? scan_set_end(type) : type + 1;
	if (strchr("sc[", *type) && !skip) {
		scan_text(scan, width, width_len, type, end, args);
		return end;
	}
	scan_add(scan, width, width_len);
	if (spec.size == 'L' || spec.size == 'P')
		scan_add(scan, "ll", 2);
	else if (spec.size == 'h' || spec.size == 'H')
		scan_add(scan, "hh", spec.size == 'h' ? 1 : 2);
	else if (spec.size == 'l' && strchr("efgEG", *type))
		scan_add(scan, "l", 1);
	scan_add(scan, type, end - type);
	if (!skip)
		scan->to[scan->count++] = va_arg(*args, void *);
	return end;
}

static void scan_format(struct scan *scan, const char *format, va_list *args)
{
	const char *at = format;

	while (*at && scan->count < SCANS) {
		if (at[0] == '%' && at[1] && at[1] != '%') {
			at = scan_spec(scan, at + 1, args);
			continue;
		}
		if (*at == '%')
			scan_add(scan, at++, 1);
		scan_add(scan, at++, 1);
	}
}

#define SCANNED(to) to[0], to[1], to[2], to[3], to[4], to[5], to[6], to[7], \
	to[8], to[9], to[10], to[11], to[12], to[13], to[14], to[15]

static int scan_text_of(const char *text, bool sized, const char *format,
			va_list *args)
{
	struct scan scan = { .sized = sized };

	scan_format(&scan, format, args);
	return sscanf(text, scan.format, SCANNED(scan.to));
}

static int scan_file(FILE *from, bool sized, const char *format, va_list *args)
{
	struct scan scan = { .sized = sized };

	scan_format(&scan, format, args);
	return fscanf(from, scan.format, SCANNED(scan.to));
}

#define SCAN(call) do {							\
	va_list args;							\
	int rc;								\
									\
	va_start(args, format);						\
	rc = call;							\
	va_end(args);							\
	return rc;							\
} while (0)

int ntio_win32_sscanf(const char *text, const char *format, ...)
{
	SCAN(scan_text_of(text, false, format, &args));
}

int ntio_win32_scanf(const char *format, ...)
{
	SCAN(scan_file(stdin, false, format, &args));
}

int ntio_win32_fscanf(FILE *from, const char *format, ...)
{
	SCAN(scan_file(from, false, format, &args));
}

int sscanf_s(const char *text, const char *format, ...)
{
	SCAN(scan_text_of(text, true, format, &args));
}

int scanf_s(const char *format, ...)
{
	SCAN(scan_file(stdin, true, format, &args));
}

int fscanf_s(FILE *from, const char *format, ...)
{
	SCAN(scan_file(from, true, format, &args));
}
