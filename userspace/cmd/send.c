// SPDX-License-Identifier: GPL-2.0
/* ntio send: one request, and what became of it. */
#include <argp.h>
#include <err.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bytes.h"
#include "cmd.h"
#include "controls.h"
#include "number.h"
#include "place.h"
#include "result.h"

/* What is asked for when nothing is said about it. */
#define DEFAULT_OUT 4096

enum access_choice {
	ACCESS_NONE,
	ACCESS_READ,
	ACCESS_WRITE,
	ACCESS_BOTH,
	ACCESS_NEEDED,
};

/**
 * struct request - what the user asked for
 * @device: name or path
 * @code: as typed
 * @in: content of the first buffer
 * @has_in: it was given
 * @second: content of the second buffer
 * @has_second: it was given
 * @out_len: length of the second buffer
 * @has_out_len: it was given
 * @access: what to open the device for
 * @format: how to print what came back
 * @json: print JSON, whatever @format says
 * @in_at: where the first buffer lies
 * @out_at: where the second buffer lies
 */
struct request {
	const char *device;
	const char *code;
	struct bytes in;
	bool has_in;
	struct bytes second;
	bool has_second;
	uint32_t out_len;
	bool has_out_len;
	enum access_choice access;
	enum format format;
	bool json;
	const struct place *in_at;
	const struct place *out_at;
};

enum long_option {
	OPTION_IN_HEX = 0x100,
	OPTION_SECOND,
	OPTION_SECOND_FILE,
	OPTION_AT,
	OPTION_IN_AT,
};

static const struct argp_option options[] = {
	{ NULL, 0, NULL, 0, "The first buffer:", 1 },
	{ "in", 'i', "TEXT", 0, "is this text", 1 },
	{ "in-hex", OPTION_IN_HEX, "HEX", 0, "is these bytes: \"01 ff\"", 1 },
	{ "file", 'f', "PATH", 0, "is the content of a file, - for stdin", 1 },
	{ "in-at", OPTION_IN_AT, "PLACE", 0, "lies there", 1 },
	{ NULL, 0, NULL, 0, "The second buffer:", 2 },
	{ "out", 'o', "BYTES", 0, "has this length, such as 4096 or 100M; else "
	  "as much as the driver accepts, at most 4096", 2 },
	{ "second", OPTION_SECOND, "TEXT", 0,
	  "is this text; an IN_DIRECT code makes the driver read it", 2 },
	{ "second-file", OPTION_SECOND_FILE, "PATH", 0,
	  "is the content of a file", 2 },
	{ "at", OPTION_AT, "PLACE", 0, "lies there", 2 },
	{ NULL, 0, NULL, 0, "The rest:", 3 },
	{ "access", 'a', "none|read|write|both", 0,
	  "open the device for this; else for what the code needs", 3 },
	{ "format", 'F', "text|hex|raw", 0,
	  "print what came back like this; else as text if it is text, and "
	  "as it is into a pipe or file", 3 },
	{ "json", 'j', NULL, 0, "print data and outcome as JSON", 3 },
	{ 0 },
};

/* The number of @word in @words, which NULL ends. */
static int choose(struct argp_state *state, const char *const *words,
		  const char *word)
{
	for (int i = 0; words[i]; i++)
		if (!strcmp(words[i], word))
			return i;
	argp_error(state, "'%s' is none of the choices; see --help", word);
	return 0;
}

static void set_in(struct request *request, struct argp_state *state,
		   struct bytes in)
{
	if (request->has_in)
		argp_error(state, "the first buffer is given twice");
	request->in = in;
	request->has_in = true;
}

static void set_second(struct request *request, struct argp_state *state,
		       struct bytes second)
{
	if (request->has_second)
		argp_error(state, "the second buffer is given twice");
	request->second = second;
	request->has_second = true;
}

static const struct place *parse_place(struct argp_state *state,
				       const char *name)
{
	const struct place *place = place_find(name);

	if (!place)
		argp_error(state, "no place '%s'; see --help", name);
	return place;
}

static struct bytes parse_hex(struct argp_state *state, const char *text)
{
	struct bytes bytes;

	if (!bytes_from_hex(text, &bytes))
		argp_error(state, "'%s' is not hexadecimal", text);
	return bytes;
}

static void parse_argument(struct request *request, struct argp_state *state,
			   char *arg)
{
	switch (state->arg_num) {
	case 0:
		request->device = arg;
		return;
	case 1:
		request->code = arg;
		return;
	case 2:
		set_in(request, state,
		       strcmp(arg, "-") ? bytes_from_text(arg) :
					  bytes_from_file(arg));
		return;
	}
	argp_error(state, "too many arguments");
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	static const char *const accesses[] = { "none", "read", "write",
						"both", NULL };
	static const char *const formats[] = { "auto", "text", "hex", "raw",
					       NULL };
	struct request *request = state->input;

	switch (key) {
	case 'i':
		set_in(request, state, bytes_from_text(arg));
		return 0;
	case OPTION_IN_HEX:
		set_in(request, state, parse_hex(state, arg));
		return 0;
	case 'f':
		set_in(request, state, bytes_from_file(arg));
		return 0;
	case OPTION_SECOND:
		set_second(request, state, bytes_from_text(arg));
		return 0;
	case OPTION_SECOND_FILE:
		set_second(request, state, bytes_from_file(arg));
		return 0;
	case 'o':
		if (!parse_size(arg, &request->out_len))
			argp_error(state, "'%s' is no length of 32 bits, such "
				   "as 4096 or 100M", arg);
		request->has_out_len = true;
		return 0;
	case OPTION_AT:
		request->out_at = parse_place(state, arg);
		return 0;
	case OPTION_IN_AT:
		request->in_at = parse_place(state, arg);
		return 0;
	case 'a':
		request->access = choose(state, accesses, arg);
		return 0;
	case 'F':
		request->format = choose(state, formats, arg);
		return 0;
	case 'j':
		request->json = true;
		return 0;
	case ARGP_KEY_ARG:
		parse_argument(request, state, arg);
		return 0;
	case ARGP_KEY_END:
		if (!request->code)
			argp_usage(state);
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

static char *list_places(int key, const char *text, void *input)
{
	const struct place *place;
	char *help = NULL;
	size_t size;
	FILE *to;

	(void)input;
	if (key != ARGP_KEY_HELP_POST_DOC)
		return (char *)text;
	to = open_memstream(&help, &size);
	if (!to)
		return NULL;
	fprintf(to, "%s\n\nPLACE is one of:\n", text);
	for (size_t i = 0; (place = place_at(i)); i++)
		fprintf(to, "  %-14s %s\n", place->name, place->meaning);
	fclose(to);
	return help;
}

static int open_flags(const struct request *request, uint32_t code)
{
	static const int flags[] = { NTIO_NO_ACCESS, O_RDONLY, O_WRONLY,
				     O_RDWR };

	if (request->access != ACCESS_NEEDED)
		return flags[request->access];
	return flags[NTIO_CTL_ACCESS(code)];
}

/* IN_DIRECT's second buffer is input: as long as what is in it. */
static size_t second_len(const struct request *request,
			 const struct ntio_query_control *control)
{
	if (request->has_out_len)
		return request->out_len;
	if (request->has_second ||
	    NTIO_CTL_METHOD(control->out_code) == NTIO_METHOD_IN_DIRECT)
		return request->second.len;
	if (control->out_max_out < DEFAULT_OUT)
		return control->out_max_out;
	if (control->out_min_out > DEFAULT_OUT)
		return control->out_min_out;
	return DEFAULT_OUT;
}

/* What is given fills the buffer from the front; zeros follow. */
static void place_second(const struct request *request, size_t len,
			 struct buffer *buffer)
{
	char *content = NULL;

	if (request->has_second) {
		if (request->second.len > len)
			errx(EXIT_USAGE, "the second buffer is longer than "
			     "--out %zu", len);
		content = calloc(1, len + 1);
		if (!content)
			err(EXIT_REFUSED, NULL);
		memcpy(content, request->second.data, request->second.len);
	}
	place_buffer(request->out_at, content, len, buffer);
	free(content);
}

/* What came back: nothing for IN_DIRECT, whose second buffer is input. */
static struct bytes returned_data(const struct ntio_result *result,
				  uint32_t code, const struct buffer *out)
{
	struct bytes data = { out->address, 0 };

	if (NT_ERROR(result->status) || !(result->flags & NTIO_OUT_IOSB) ||
	    !out->readable || NTIO_CTL_METHOD(code) == NTIO_METHOD_IN_DIRECT)
		return data;
	data.len = result->information < out->len ? result->information :
						    out->len;
	return data;
}

static int send_request(const struct request *request,
			const struct ntio_query_control *control)
{
	int fd = open_device(request->device,
			     open_flags(request, control->out_code));
	struct buffer buffers[2], *in = &buffers[0], *out = &buffers[1];
	struct ntio_result result;
	struct bytes data;

	if (fd < 0)
		return EXIT_REFUSED;
	place_buffer(request->in_at, request->in.data, request->in.len, in);
	place_second(request, second_len(request, control), out);
	place_holes(buffers, 2);
	result = ntio_control(fd, control->out_code, in->address, in->len,
			      out->address, out->len);
	close(fd);
	data = returned_data(&result, control->out_code, out);
	if (request->json)
		result_print_json(&result, data);
	else
		result_print(&result, data, request->format);
	return NT_ERROR(result.status) ? EXIT_REFUSED : EXIT_OK;
}

static int find_and_send(const struct request *request)
{
	const struct ntio_query_control *control;
	struct ntio_query_control unknown;
	struct controls controls;
	int ret = EXIT_REFUSED;

	if (!controls_read(request->device, &controls))
		return EXIT_REFUSED;
	control = controls_find(&controls, request->code, &unknown);
	if (control)
		ret = send_request(request, control);
	else
		warnx("'%s' has no control code '%s'; ntio list %s shows them",
		      request->device, request->code, request->device);
	free(controls.rows);
	return ret;
}

int cmd_send(int argc, char **argv)
{
	static const struct argp argp = {
		.options = options,
		.parser = parse,
		.args_doc = "DEVICE CODE [TEXT|-]",
		.doc = "Send a control code to a device and show what came "
		       "back.\v"
		       "CODE is a number, or a name as in ntio list DEVICE. "
		       "TEXT is the first buffer, - reads it from standard "
		       "input. Data goes to standard output, the outcome to "
		       "standard error; with --json all goes to standard "
		       "output.",
		.help_filter = list_places,
	};
	struct request request = {
		.access = ACCESS_NEEDED,
		.in_at = place_find("normal"),
		.out_at = place_find("normal"),
	};

	argp_parse(&argp, argc, argv, 0, NULL, &request);
	return find_and_send(&request);
}
