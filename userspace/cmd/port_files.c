// SPDX-License-Identifier: GPL-2.0
/* Which files are sources, and which side they are for. */
#include <err.h>
#include <errno.h>
#include <fts.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cmd.h"
#include "port.h"

#define BIT(side) (1u << (side))

void *grow(void *items, size_t *count, size_t size)
{
	size_t n = (*count)++;

	/* A power of two is the end of what there is memory for. */
	if (n & (n - 1))
		return items;
	items = reallocarray(items, n ? 2 * n : 1, size);
	if (!items)
		err(EXIT_REFUSED, NULL);
	return items;
}

char *token_text(const struct token *token)
{
	char *text = strndup(token->text, token->len);

	if (!text)
		err(EXIT_REFUSED, NULL);
	return text;
}

static bool is_one_of(const char *word, const char *const *words)
{
	for (; *words; words++)
		if (!strcasecmp(word, *words))
			return true;
	return false;
}

static const char *extension(const char *path)
{
	const char *dot = strrchr(path, '.');

	return dot && !strchr(dot, '/') ? dot + 1 : "";
}

static bool is_header(const char *path)
{
	static const char *const headers[] = { "h", "hh", "hpp", "hxx", "inl",
					       "inc", NULL };

	return is_one_of(extension(path), headers);
}

static bool is_source(const char *path)
{
	static const char *const sources[] = { "c", "cc", "cpp", "cxx", NULL };

	return is_one_of(extension(path), sources) || is_header(path);
}

/* What a build of Windows makes headers or objects from. */
static bool is_other(const char *path)
{
	static const char *const others[] = { "mc", "man", "mof", "asm", "s",
					      "idl", NULL };

	return is_one_of(extension(path), others);
}

static char *copy_of(const char *path)
{
	char *copy = strdup(path);

	if (!copy)
		err(EXIT_REFUSED, NULL);
	return copy;
}

static struct port_file *add_source(struct port *port, const char *path,
				    const char *shown)
{
	struct port_file *file;
	char *copy = copy_of(path);

	port->files = grow(port->files, &port->file_count,
			   sizeof(*port->files));
	file = &port->files[port->file_count - 1];
	*file = (struct port_file){
		.path = copy,
		.shown = copy + (shown - path),
		.header = is_header(path),
	};
	return file;
}

static void add_file(struct port *port, const char *path, const char *shown)
{
	if (!is_other(path)) {
		add_source(port, path, shown);
		return;
	}
	port->others = grow(port->others, &port->other_count,
			    sizeof(*port->others));
	port->others[port->other_count - 1] = copy_of(path);
}

/* The part of @path below the folder @root that the user named. */
static const char *below(const char *path, const char *root)
{
	const char *rest = path + strlen(root);

	return rest + strspn(rest, "/");
}

/* @root: what to leave out of the paths that are shown, or NULL. */
static bool add_entry(struct port *port, FTS *walk, FTSENT *entry,
		      const char *root)
{
	const char *path = entry->fts_path;

	switch (entry->fts_info) {
	case FTS_D:
		if (entry->fts_level > 0 && entry->fts_name[0] == '.')
			fts_set(walk, entry, FTS_SKIP);
		return true;
	case FTS_F:
		if (!entry->fts_level)
			add_file(port, path, path);
		else if (is_source(path) || is_other(path))
			add_file(port, path, root ? below(path, root) : path);
		return true;
	case FTS_DNR:
	case FTS_ERR:
	case FTS_NS:
		warnx("cannot read '%s': %s", path,
		      strerror(entry->fts_errno));
		port->skipped++;
		return entry->fts_level > 0;
	}
	return true;
}

bool port_add_path(struct port *port, const char *path, bool shorten)
{
	char *const paths[] = { (char *)path, NULL };
	FTS *walk = fts_open(paths, FTS_PHYSICAL | FTS_COMFOLLOW | FTS_NOCHDIR,
			     NULL);
	bool ok = walk;
	FTSENT *entry;

	while (ok && (entry = fts_read(walk)))
		ok = add_entry(port, walk, entry, shorten ? path : NULL);
	if (walk)
		fts_close(walk);
	return ok;
}

static int by_path(const void *a, const void *b)
{
	return strcmp(((const struct port_file *)a)->path,
		      ((const struct port_file *)b)->path);
}

/* Those named twice are read once; those that cannot be are left out. */
static void read_files(struct port *port)
{
	size_t kept = 0;

	for (size_t i = 0; i < port->file_count; i++) {
		struct port_file *file = &port->files[i];
		const char *why;

		if (kept && !strcmp(file->path, port->files[kept - 1].path)) {
			free(file->path);
			continue;
		}
		why = source_read(file->path, &file->source);
		if (why) {
			warnx("cannot read '%s': %s", file->path, why);
			port->skipped++;
			free(file->path);
			continue;
		}
		lex(&file->source, &file->tokens);
		port->files[kept++] = *file;
	}
	port->file_count = kept;
}

static const char *last_part(const char *path, size_t len)
{
	while (len && path[len - 1] != '/' && path[len - 1] != '\\')
		len--;
	return path + len;
}

/* How many bytes two paths share at their beginning, folders as a whole. */
static size_t common_folders(const char *a, const char *b)
{
	size_t common = 0;

	for (size_t i = 0; a[i] && a[i] == b[i]; i++)
		if (a[i] == '/')
			common = i + 1;
	return common;
}

struct port_file *port_included(const struct port *port,
				const struct port_file *from,
				const struct token *include)
{
	const char *end = include->text + include->len;
	const char *name = last_part(include->text + 1, include->len - 1);
	struct port_file *best = NULL;
	size_t len = end - name;

	if (len && strchr("\">", end[-1]))
		len--;
	for (size_t i = 0; i < port->file_count; i++) {
		struct port_file *file = &port->files[i];
		const char *base = last_part(file->path, strlen(file->path));

		if (strlen(base) != len || strncasecmp(base, name, len))
			continue;
		if (!best || common_folders(file->path, from->path) >
				     common_folders(best->path, from->path))
			best = file;
	}
	return best;
}

/* Whose headers these are. */
static unsigned int side_of_header(const struct token *include)
{
	static const char *const driver[] = {
		"ntddk.h", "wdm.h", "ntifs.h", "wdf.h", "fltkernel.h",
		"ndis.h", "ntstrsafe.h", "wdmsec.h", "csq.h", "wsk.h",
		"ks.h", "storport.h", "portcls.h", "hidport.h", "usbdi.h",
		"ntimage.h", "ntintsafe.h", "wdmguid.h", NULL
	};
	static const char *const program[] = {
		"windows.h", "winioctl.h", "stdio.h", "stdlib.h", "tchar.h",
		"winsvc.h", "setupapi.h", "cfgmgr32.h", "conio.h",
		"strsafe.h", "process.h", "winsock2.h", "iostream", "string",
		"vector", "thread", "memory", "newdev.h", "cstdio", NULL
	};
	char name[64];
	unsigned int sides = 0;
	size_t len = include->len;

	if (len < 3 || len - 2 >= sizeof(name))
		return 0;
	memcpy(name, include->text + 1, len - 2);
	name[len - 2] = '\0';
	if (is_one_of(name, driver))
		sides |= BIT(SIDE_DRIVER);
	if (is_one_of(name, program))
		sides |= BIT(SIDE_PROGRAM);
	return sides;
}

/* Sides go from headers to who includes them; returns whether any went. */
static bool spread(struct port *port, struct port_file *file, bool upwards)
{
	unsigned int sides = file->sides;
	bool any = false;

	for (size_t i = 0; i < file->tokens.count; i++) {
		const struct token *token = &file->tokens.items[i];
		struct port_file *other;

		if (token->kind != TOKEN_INCLUDE)
			continue;
		other = port_included(port, file, token);
		if (!other && upwards) {
			sides |= side_of_header(token);
		} else if (other && upwards) {
			sides |= other->sides;
		} else if (other && other->header && sides & ~other->sides) {
			other->sides |= sides;
			any = true;
		}
	}
	any |= sides != file->sides;
	file->sides = sides;
	return any;
}

static void spread_all(struct port *port, bool upwards)
{
	bool any;

	do {
		any = false;
		for (size_t i = 0; i < port->file_count; i++)
			any |= spread(port, &port->files[i], upwards);
	} while (any);
}

/* By what a source without telling includes names. */
static enum side side_by_names(const struct port_file *file)
{
	static const char *const driver[] = {
		"DriverEntry", "PIRP", "PDEVICE_OBJECT", "PDRIVER_OBJECT",
		"WDFREQUEST", "WDFDEVICE", "IoCompleteRequest", "KeSetEvent"
	};
	static const char *const program[] = {
		"main", "wmain", "_tmain", "DeviceIoControl", "CreateFile",
		"CloseHandle", "GetLastError", "DWORD"
	};
	size_t votes[SIDES] = { 0 };

	for (size_t i = 0; i < file->tokens.count; i++)
		for (size_t j = 0; j < ARRAY_SIZE(driver); j++) {
			votes[SIDE_DRIVER] += token_is(&file->tokens.items[i],
						       driver[j]);
			votes[SIDE_PROGRAM] += token_is(&file->tokens.items[i],
							program[j]);
		}
	return votes[SIDE_PROGRAM] > votes[SIDE_DRIVER] ? SIDE_PROGRAM :
							  SIDE_DRIVER;
}

static void decide_side(struct port_file *file)
{
	if (file->sides == BIT(SIDE_PROGRAM))
		file->side = SIDE_PROGRAM;
	else if (file->sides == BIT(SIDE_DRIVER) || file->header)
		file->side = SIDE_DRIVER;
	else
		file->side = side_by_names(file);
	if (!file->header)
		file->sides = BIT(file->side);
}

/*
 * A source is for the side whose headers it includes, directly or not. Where
 * its own headers serve both, as public.h with an #ifdef does, its names decide.
 * After that headers are for whoever includes them.
 */
static void find_sides(struct port *port)
{
	spread_all(port, true);
	for (size_t i = 0; i < port->file_count; i++)
		decide_side(&port->files[i]);
	for (size_t i = 0; i < port->file_count; i++)
		if (port->files[i].header)
			port->files[i].sides = 0;
	spread_all(port, false);
	for (size_t i = 0; i < port->file_count; i++)
		if (port->files[i].header && port->files[i].sides)
			decide_side(&port->files[i]);
}

/* The path of "../public.h" beside @from; the caller frees it. */
static char *path_beside(const struct port_file *from,
			 const struct token *include)
{
	const char *base = last_part(from->path, strlen(from->path));
	char *path;

	if (asprintf(&path, "%.*s%.*s", (int)(base - from->path), from->path,
		     (int)include->len - 2, include->text + 1) < 0)
		err(EXIT_REFUSED, NULL);
	for (char *c = path; *c; c++)
		if (*c == '\\')
			*c = '/';
	return path;
}

/* A header that is not among what was named, but where it is included. */
static void add_included(struct port *port, size_t from,
			 const struct token *include)
{
	struct source_text source;
	struct port_file *file;
	char *path;

	if (include->len < 3 || include->text[0] != '"' ||
	    port_included(port, &port->files[from], include))
		return;
	path = path_beside(&port->files[from], include);
	if (!source_read(path, &source)) {
		file = add_source(port, path, path);
		file->header = true;
		file->source = source;
		lex(&file->source, &file->tokens);
	}
	free(path);
}

/* Also those that the added ones include. */
static void add_all_included(struct port *port)
{
	for (size_t i = 0; i < port->file_count; i++)
		for (size_t j = 0; j < port->files[i].tokens.count; j++)
			if (port->files[i].tokens.items[j].kind ==
			    TOKEN_INCLUDE)
				add_included(port, i,
					     &port->files[i].tokens.items[j]);
}

void port_read(struct port *port)
{
	if (port->file_count)
		qsort(port->files, port->file_count, sizeof(*port->files),
		      by_path);
	read_files(port);
	add_all_included(port);
	find_sides(port);
}
