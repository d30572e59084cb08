// SPDX-License-Identifier: GPL-2.0
/* ntio new: a folder with a driver of one's own, from the template. */
#include <argp.h>
#include <ctype.h>
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd.h"

/**
 * struct new - a driver to write
 * @path: its folder, as the user spelled it
 * @name: the last part of @path: the name of driver, device and files
 * @upper: @name in capitals
 * @prefix: where ntio is; its share/ntio/template has the files
 */
struct new {
	const char *path;
	const char *name;
	char upper[32];
	char prefix[PATH_MAX];
};

static void set_prefix(struct new *new)
{
	ssize_t len = readlink("/proc/self/exe", new->prefix,
			       sizeof(new->prefix) - 1);
	char *end;

	if (len < 0)
		err(EXIT_REFUSED, "/proc/self/exe");
	new->prefix[len] = 0;
	for (int up = 0; up < 2; up++) {
		end = strrchr(new->prefix, '/');
		if (end)
			*end = 0;
	}
}

/* It becomes a C identifier, a module, a device and the name of files. */
static bool set_name(struct new *new, const char *path)
{
	const char *slash = strrchr(path, '/');
	size_t i;

	new->path = path;
	new->name = slash ? slash + 1 : path;
	for (i = 0; new->name[i] && i < sizeof(new->upper) - 1; i++) {
		if (!islower(new->name[i]) &&
		    !(i && (isdigit(new->name[i]) || new->name[i] == '_')))
			return false;
		new->upper[i] = toupper(new->name[i]);
	}
	return i && !new->name[i] && strcmp(new->name, "ntio") &&
	       strncmp(new->name, "ntio_", 5);
}

/* What the word that begins with '@' at @at stands for; NULL: itself. */
static const char *meaning_of(const struct new *new, const char *at,
			      size_t *len)
{
	const struct {
		const char *word, *meaning;
	} words[] = {
		{ "@NAME@", new->name },
		{ "@UPPER@", new->upper },
		{ "@NTIO@", new->prefix },
	};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		*len = strlen(words[i].word);
		if (!strncmp(at, words[i].word, *len))
			return words[i].meaning;
	}
	return NULL;
}

static void write_line(const struct new *new, FILE *to, const char *line)
{
	const char *meaning;
	size_t len;

	while (*line) {
		meaning = *line == '@' ? meaning_of(new, line, &len) : NULL;
		if (meaning) {
			fputs(meaning, to);
			line += len;
		} else {
			putc(*line++, to);
		}
	}
}

static bool write_file(const struct new *new, const char *from_path,
		       const char *to_path)
{
	FILE *from = fopen(from_path, "re"), *to = fopen(to_path, "wxe");
	char *line = NULL;
	size_t size = 0;
	bool good = from && to;

	while (good && getline(&line, &size, from) >= 0)
		write_line(new, to, line);
	if (from)
		good = !ferror(from) && !fclose(from) && good;
	if (to)
		good = !fclose(to) && good;
	free(line);
	if (!good)
		warn("cannot write %s", to_path);
	return good;
}

/* A file of the template whose name begins with NAME gets the driver's. */
static bool add_file(const struct new *new, const char *folder,
		     const char *template, const char *file)
{
	char from[PATH_MAX], to[PATH_MAX];
	bool named = !strncmp(file, "NAME", 4);

	if (snprintf(from, sizeof(from), "%s/%s", template, file) >=
		    (int)sizeof(from) ||
	    snprintf(to, sizeof(to), "%s/%s%s", folder, named ? new->name : "",
		     named ? file + 4 : file) >= (int)sizeof(to)) {
		warnx("cannot write %s: the path is too long", file);
		return false;
	}
	return write_file(new, from, to);
}

static bool add_files(const struct new *new, const char *folder)
{
	char template[PATH_MAX + 32];
	struct dirent *entry;
	bool good = true;
	DIR *dir;

	snprintf(template, sizeof(template), "%s/share/ntio/template",
		 new->prefix);
	dir = opendir(template);
	if (!dir) {
		warnx("%s is missing, what a driver is made of: install "
		      "libntio-dev, or run \"make userspace\" in ntio's source "
		      "tree and use the ntio that this builds", template);
		return false;
	}
	while (good && (entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			good = add_file(new, folder, template, entry->d_name);
	closedir(dir);
	return good;
}

static void remove_folder(const char *folder)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		unlinkat(dirfd(dir), entry->d_name, 0);
	if (dir)
		closedir(dir);
	rmdir(folder);
}

/* Under another name until it is complete. */
static bool write_folder(const struct new *new)
{
	char folder[PATH_MAX];

	if (!access(new->path, F_OK)) {
		warnx("there is a %s already; nothing was changed", new->path);
		return false;
	}
	if (snprintf(folder, sizeof(folder), "%s.XXXXXX", new->path) >=
		    (int)sizeof(folder) ||
	    !mkdtemp(folder) || chmod(folder, 0755)) {
		warn("cannot make %s", new->path);
		return false;
	}
	if (add_files(new, folder)) {
		if (!rename(folder, new->path))
			return true;
		warn("cannot make %s", new->path);
	}
	remove_folder(folder);
	return false;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct new *new = state->input;

	switch (key) {
	case ARGP_KEY_ARG:
		if (new->path)
			argp_error(state, "one name at a time");
		if (!set_name(new, arg))
			argp_error(state, "'%s' is no name for a driver: small "
				   "letters, digits and '_', a letter first, "
				   "at most %zu, and ntio is taken", arg,
				   sizeof(new->upper) - 1);
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_usage(state);
	}
	return ARGP_ERR_UNKNOWN;
}

int cmd_new(int argc, char **argv)
{
	static const struct argp argp = {
		.parser = parse,
		.args_doc = "[FOLDER/]NAME",
		.doc = "Write a folder with a driver NAME: the driver, a header "
		       "for it and its applications, an application, a test, "
		       "and what builds them. Its README.md tells what to do "
		       "next.",
	};
	struct new new = { 0 };

	argp_parse(&argp, argc, argv, 0, NULL, &new);
	set_prefix(&new);
	if (!write_folder(&new))
		return EXIT_REFUSED;
	printf("%s is a driver now. Next: cd %s && make vm-test\n"
	       "%s/README.md tells more.\n", new.path, new.path, new.path);
	return EXIT_OK;
}
