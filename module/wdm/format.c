// SPDX-License-Identifier: GPL-2.0
/*
 * Formats as Windows has them: %l is 32 bits, %I64 64; %ws, %wZ and %S are the
 * strings of 16-bit characters. Each conversion is rewritten as one of Linux'.
 */
#include "layer.h"
#include "utf.h"

/* --- UTF ------------------------------------------------------------------ */

/* The next character of @from; half a pair is what stands for the unknown. */
static u32 wdm_utf16_next(const WCHAR *from, size_t count, size_t *at)
{
	u32 c = from[(*at)++];

	if (c < 0xd800 || c > 0xdfff)
		return c;
	if (utf16_is_high(c) && *at < count && utf16_is_low(from[*at]))
		return utf16_pair(c, from[(*at)++]);
	return 0xfffd;
}

/* As much as fits whole, ended by a zero. Return: its length. */
size_t wdm_utf8(char *to, size_t size, const WCHAR *from, size_t count)
{
	size_t at = 0, done = 0, len;
	char bytes[4];

	while (at < count) {
		len = utf8_put(wdm_utf16_next(from, count, &at), bytes);
		if (done + len >= size)
			break;
		memcpy(to + done, bytes, len);
		done += len;
	}
	if (size)
		to[done] = 0;
	return done;
}

static u32 wdm_utf8_next(const char *from, size_t len, size_t *at)
{
	u8 first = from[(*at)++];
	u32 c, more = 0;

	if (first < 0x80)
		return first;
	if (first >= 0xf0)
		more = 3;
	else if (first >= 0xe0)
		more = 2;
	else if (first >= 0xc0)
		more = 1;
	c = first & (0x3f >> more);
	for (; more && *at < len && (from[*at] & 0xc0) == 0x80; more--)
		c = c << 6 | (from[(*at)++] & 0x3f);
	return more || c > 0x10ffff ? 0xfffd : c;
}

/* Not ended by a zero. Return: its number of 16-bit characters, all of them. */
size_t wdm_utf16(WCHAR *to, size_t size, const char *from, size_t len)
{
	size_t at = 0, done = 0;
	u32 c;

	while (at < len) {
		c = wdm_utf8_next(from, len, &at);
		if (c >= 0x10000) {
			if (done < size)
				to[done] = 0xd800 + ((c - 0x10000) >> 10);
			done++;
			c = 0xdc00 + ((c - 0x10000) & 0x3ff);
		}
		if (done < size)
			to[done] = c;
		done++;
	}
	return done;
}

/* --- formats -------------------------------------------------------------- */

enum wdm_size {
	WDM_SIZE_NONE,
	WDM_SIZE_CHAR,
	WDM_SIZE_SHORT,
	WDM_SIZE_LONG,
	WDM_SIZE_64,
	WDM_SIZE_WIDE,
};

/**
 * struct wdm_format - what a format is made to
 * @to: where it goes
 * @size: its size
 * @len: how long it is, or would be
 * @args: the arguments
 * @wide: the format is one of 16-bit characters
 */
struct wdm_format {
	char *to;
	size_t size;
	size_t len;
	va_list *args;
	bool wide;
};

static void wdm_put(struct wdm_format *f, const char *text, size_t len)
{
	if (f->len < f->size)
		memcpy(f->to + f->len, text, min(len, f->size - f->len));
	f->len += len;
}

struct wdm_spec {
	char text[24];		/* flags, width and precision, from '%' on */
	unsigned int len;
	int precision;		/* -1: none */
	int width;
	bool left;
	enum wdm_size size;
};

static void wdm_spec_put(struct wdm_spec *spec, char c)
{
	if (spec->len < sizeof(spec->text) - 5)
		spec->text[spec->len++] = c;
}

/* A number, or a star. Return: behind it. */
static const char *wdm_spec_number(struct wdm_spec *spec, const char *at,
				   va_list *args, int *value)
{
	char digits[12];
	int i, n;

	if (*at == '*') {
		*value = clamp(va_arg(*args, int), -500, 500);
		at++;
	} else {
		for (*value = 0; *at >= '0' && *at <= '9'; at++)
			*value = min(*value * 10 + *at - '0', 500);
	}
	n = snprintf(digits, sizeof(digits), "%d", *value);
	for (i = 0; i < n; i++)
		wdm_spec_put(spec, digits[i]);
	return at;
}

static const char *wdm_spec_size(struct wdm_spec *spec, const char *at)
{
	for (;; at++) {
		if (!strncmp(at, "I64", 3)) {
			spec->size = WDM_SIZE_64;
			at += 2;
		} else if (!strncmp(at, "I32", 3)) {
			spec->size = WDM_SIZE_LONG;
			at += 2;
		} else if (!strncmp(at, "ll", 2)) {
			spec->size = WDM_SIZE_64;
			at++;
		} else if (!strncmp(at, "hh", 2)) {
			spec->size = WDM_SIZE_CHAR;
			at++;
		} else if (*at == 'I' || *at == 'z' || *at == 't' ||
			   *at == 'j') {
			spec->size = WDM_SIZE_64;
		} else if (*at == 'h') {
			spec->size = WDM_SIZE_SHORT;
		} else if (*at == 'l') {
			spec->size = WDM_SIZE_LONG;
		} else if (*at == 'w') {
			spec->size = WDM_SIZE_WIDE;
		} else {
			return at;
		}
	}
}

static const char *wdm_spec_parse(struct wdm_spec *spec, const char *at,
				  va_list *args)
{
	memset(spec, 0, sizeof(*spec));
	spec->precision = -1;
	wdm_spec_put(spec, '%');
	for (; *at && strchr("-+ #0", *at); at++) {
		spec->left = spec->left || *at == '-';
		wdm_spec_put(spec, *at);
	}
	if (*at == '*' || (*at >= '0' && *at <= '9'))
		at = wdm_spec_number(spec, at, args, &spec->width);
	if (*at == '.') {
		wdm_spec_put(spec, '.');
		at = wdm_spec_number(spec, at + 1, args, &spec->precision);
	}
	return wdm_spec_size(spec, at);
}

static void wdm_put_int(struct wdm_format *f, struct wdm_spec *spec, char type)
{
	bool is_signed = type == 'd' || type == 'i';
	char text[600];
	u64 value;
	int n;

	if (spec->size == WDM_SIZE_64)
		value = va_arg(*f->args, u64);
	else
		value = va_arg(*f->args, u32);
	if (spec->size == WDM_SIZE_CHAR)
		value = is_signed ? (u64)(s8)value : (u8)value;
	else if (spec->size == WDM_SIZE_SHORT)
		value = is_signed ? (u64)(s16)value : (u16)value;
	else if (spec->size != WDM_SIZE_64 && is_signed)
		value = (s32)value;
	spec->text[spec->len++] = 'l';
	spec->text[spec->len++] = 'l';
	spec->text[spec->len++] = type;
	spec->text[spec->len] = 0;
	n = snprintf(text, sizeof(text), spec->text, value);
	wdm_put(f, text, min_t(size_t, n, sizeof(text) - 1));
}

static void wdm_put_padded(struct wdm_format *f, const struct wdm_spec *spec,
			   const char *text, size_t len)
{
	int pad = abs(spec->width) - (int)min_t(size_t, len, INT_MAX);
	bool left = spec->left || spec->width < 0;

	for (; !left && pad > 0; pad--)
		wdm_put(f, " ", 1);
	wdm_put(f, text, len);
	for (; left && pad > 0; pad--)
		wdm_put(f, " ", 1);
}

static void wdm_put_wide(struct wdm_format *f, const struct wdm_spec *spec,
			 const WCHAR *text, size_t count)
{
	char bytes[4];
	size_t at = 0, len;
	int pad = abs(spec->width) - (int)min_t(size_t, count, INT_MAX);
	bool left = spec->left || spec->width < 0;

	for (; !left && pad > 0; pad--)
		wdm_put(f, " ", 1);
	while (at < count) {
		len = utf8_put(wdm_utf16_next(text, count, &at), bytes);
		wdm_put(f, bytes, len);
	}
	for (; left && pad > 0; pad--)
		wdm_put(f, " ", 1);
}

/* An address of a program is not followed. */
static bool wdm_put_bad_string(struct wdm_format *f, const void *p)
{
	if (NTIO_WDM_IS_KERNEL(p))
		return false;
	if (p)
		wdm_put(f, "(user)", 6);
	else
		wdm_put(f, "(null)", 6);
	return true;
}

static size_t wdm_limit(const struct wdm_spec *spec)
{
	return spec->precision < 0 ? SIZE_MAX / 4 : spec->precision;
}

static void wdm_put_string(struct wdm_format *f, struct wdm_spec *spec,
			   bool wide)
{
	const void *p = va_arg(*f->args, void *);
	const WCHAR *text = p;
	size_t count = 0, limit = wdm_limit(spec);

	if (spec->size == WDM_SIZE_WIDE || spec->size == WDM_SIZE_LONG)
		wide = true;
	else if (spec->size == WDM_SIZE_SHORT)
		wide = false;
	if (wdm_put_bad_string(f, p))
		return;
	if (!wide) {
		wdm_put_padded(f, spec, p, strnlen(p, limit));
		return;
	}
	while (count < limit && text[count])
		count++;
	wdm_put_wide(f, spec, text, count);
}

static void wdm_put_counted(struct wdm_format *f, struct wdm_spec *spec)
{
	const UNICODE_STRING *s = va_arg(*f->args, void *);

	if (wdm_put_bad_string(f, s) || wdm_put_bad_string(f, s->Buffer))
		return;
	if (spec->size == WDM_SIZE_WIDE || spec->size == WDM_SIZE_LONG)
		wdm_put_wide(f, spec, s->Buffer, s->Length / sizeof(WCHAR));
	else
		wdm_put_padded(f, spec, (const char *)s->Buffer, s->Length);
}

static void wdm_put_char(struct wdm_format *f, struct wdm_spec *spec, bool wide)
{
	WCHAR c = va_arg(*f->args, int);
	char narrow = c;

	if (wide || spec->size == WDM_SIZE_WIDE || spec->size == WDM_SIZE_LONG)
		wdm_put_wide(f, spec, &c, 1);
	else
		wdm_put_padded(f, spec, &narrow, 1);
}

/* As Linux prints them: what an address is tells nobody. */
static void wdm_put_pointer(struct wdm_format *f)
{
	char text[24];
	int n = snprintf(text, sizeof(text), "%p", va_arg(*f->args, void *));

	wdm_put(f, text, n);
}

static const char *wdm_put_spec(struct wdm_format *f, const char *at)
{
	struct wdm_spec spec;

	at = wdm_spec_parse(&spec, at, f->args);
	switch (*at) {
	case 'd':
	case 'i':
	case 'u':
	case 'x':
	case 'X':
	case 'o':
		wdm_put_int(f, &spec, *at);
		break;
	case 's':
		wdm_put_string(f, &spec, f->wide);
		break;
	case 'S':
		wdm_put_string(f, &spec, !f->wide);
		break;
	case 'c':
		wdm_put_char(f, &spec, f->wide);
		break;
	case 'C':
		wdm_put_char(f, &spec, !f->wide);
		break;
	case 'Z':
		wdm_put_counted(f, &spec);
		break;
	case 'p':
		wdm_put_pointer(f);
		break;
	case 0:
		return at;
	default:
		wdm_put(f, at, 1);
	}
	return at + 1;
}

/**
 * wdm_vformat() - text from a format of Windows
 * @to: filled in, not ended by a zero
 * @size: its size
 * @format: the format
 * @args: its arguments
 * @wide: what %s means is 16-bit characters
 *
 * Return: its length, which may be more than @size.
 */
size_t wdm_vformat(char *to, size_t size, const char *format, va_list *args,
		   bool wide)
{
	struct wdm_format f = {
		.to = to, .size = size, .args = args, .wide = wide,
	};
	const char *percent;

	while (*format) {
		percent = strchrnul(format, '%');
		wdm_put(&f, format, percent - format);
		if (!*percent)
			break;
		format = wdm_put_spec(&f, percent + 1);
	}
	return f.len;
}
