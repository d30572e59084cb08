// SPDX-License-Identifier: GPL-2.0
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "port_names.h"

#define LONGEST_NAME 128

/* Ascending by name, then by side. Made from docs/windows-names.tsv. */
static const struct windows_name names[] = {
#include "windows_names.inc"
};

static const size_t name_count = ARRAY_SIZE(names);

const struct windows_name *name_at(size_t index)
{
	return index < name_count ? &names[index] : NULL;
}

static int compare(const void *key, const void *row)
{
	const struct windows_name *a = key, *b = row;
	int order = strcmp(a->name, b->name);

	return order ? order : a->side - b->side;
}

static const struct windows_name *exact(const char *name, enum side side)
{
	const struct windows_name key = { .name = name, .side = side };

	return bsearch(&key, names, name_count, sizeof(names[0]),
		       compare);
}

/* CreateFileW is CreateFile, and StringCbCopyNW is StringCbCopyN. */
static const struct windows_name *without_suffix(const char *name,
						 enum side side)
{
	const struct windows_name *row;
	size_t len = strlen(name);
	char shorter[LONGEST_NAME];

	if (len < 5 || len >= sizeof(shorter) || !strchr("AW", name[len - 1]) ||
	    (!islower((unsigned char)name[len - 2]) && name[len - 2] != 'N'))
		return NULL;
	memcpy(shorter, name, len - 1);
	shorter[len - 1] = '\0';
	row = exact(shorter, side);
	return row && row->kind <= KIND_MACRO ? row : NULL;
}

/* PIRP is a pointer to an IRP. */
static const struct windows_name *pointed_to(const char *name, enum side side)
{
	static const char *const prefixes[] = { "LPC", "LP", "PC", "PR", "P" };
	const struct windows_name *row;

	for (size_t i = 0; i < ARRAY_SIZE(prefixes); i++) {
		size_t len = strlen(prefixes[i]);

		if (strncmp(name, prefixes[i], len) || strlen(name) < len + 3)
			continue;
		row = exact(name + len, side);
		if (row && row->kind == KIND_TYPE)
			return row;
	}
	return NULL;
}

const struct windows_name *name_find(const char *name, enum side side)
{
	const struct windows_name *row = exact(name, side);

	if (!row)
		row = without_suffix(name, side);
	if (!row)
		row = pointed_to(name, side);
	return row;
}

/* Behind the family's letters another word of the name begins. */
static bool begins_like(const char *name, const char *family)
{
	size_t len = strlen(family) - 1;
	unsigned char next;

	if (strncmp(name, family, len))
		return false;
	next = name[len];
	return isupper(next) || (family[len - 1] == '_' && isalnum(next));
}

const struct windows_name *name_family(const char *name, enum side side)
{
	const struct windows_name *best = NULL, *row;

	for (size_t i = 0; (row = name_at(i)); i++) {
		if (row->kind != KIND_FAMILY || row->side != side ||
		    !begins_like(name, row->name))
			continue;
		if (!best || strlen(row->name) > strlen(best->name))
			best = row;
	}
	return best;
}

static int compare_words(const void *key, const void *word)
{
	return strcmp(key, *(const char *const *)word);
}

/* Ascending. */
static const char *const c_words[] = {
	"EOF", "NULL", "__LINE__", "_exit", "abort", "abs", "alignas",
	"alignof", "and", "asm", "assert", "atexit", "atof", "atoi", "atol",
	"atoll", "auto", "bool", "break", "bsearch", "calloc", "case", "catch",
	"ceil", "char", "class", "clock", "const", "const_cast", "constexpr",
	"continue", "decltype", "default", "defined", "delete", "do", "double",
	"dynamic_cast", "else", "enum", "exit", "explicit", "extern", "fabs",
	"false", "fclose", "feof", "ferror", "fflush", "fgetc", "fgets",
	"final", "float", "floor", "fopen", "for", "fprintf", "fputc", "fputs",
	"fread", "free", "friend", "fscanf", "fseek", "ftell", "fwprintf",
	"fwrite", "getc", "getchar", "getenv", "goto", "if", "inline", "int",
	"isalnum", "isalpha", "isdigit", "isprint", "isspace", "isupper",
	"isxdigit", "localtime", "long", "longjmp", "main", "malloc",
	"mbstowcs", "memchr", "memcmp", "memcpy", "memmove", "memset", "mktime",
	"mutable", "namespace", "new", "noexcept", "nullptr", "offsetof",
	"operator", "override", "perror", "printf", "private", "protected",
	"public", "putc", "putchar", "puts", "qsort", "rand", "realloc",
	"register", "reinterpret_cast", "restrict", "return", "scanf",
	"setbuf", "setjmp", "setvbuf", "short", "signal", "signed", "size_t",
	"sizeof", "snprintf", "sprintf", "sqrt", "srand", "sscanf", "static",
	"static_assert", "static_cast", "strcat", "strchr", "strcmp", "strcpy",
	"strcspn", "strdup", "strerror", "strlen", "strncat", "strncmp",
	"strncpy", "strrchr", "strspn", "strstr", "strtod", "strtok", "strtol",
	"strtoul", "strtoull", "struct", "switch", "system", "template",
	"this", "throw", "time", "tolower", "toupper", "true", "try",
	"typedef", "typeid", "typename", "typeof", "union", "unsigned",
	"using", "va_arg", "va_copy", "va_end", "va_start", "vfprintf",
	"virtual", "void", "volatile", "vprintf", "vsnprintf", "vsprintf",
	"wchar_t", "wcscat", "wcschr", "wcscmp", "wcscpy", "wcslen", "wcsncmp",
	"wcsncpy", "wcsrchr", "wcsstr", "wcstol", "wcstombs", "wcstoul",
	"while", "wmain", "wprintf",
};

bool name_is_c(const char *name)
{
	return bsearch(name, c_words, ARRAY_SIZE(c_words), sizeof(c_words[0]),
		       compare_words);
}

const char *name_state_word(enum name_state state)
{
	static const char *const words[NAME_STATES] = {
		[STATE_ABSENT] = "absent",
		[STATE_UNKNOWN] = "unknown",
		[STATE_DIFFERENCE] = "difference",
		[STATE_SUPPORTED] = "supported",
	};

	return words[state];
}

const char *side_word(enum side side)
{
	return side == SIDE_DRIVER ? "driver" : "program";
}
