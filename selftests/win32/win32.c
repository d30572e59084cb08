// SPDX-License-Identifier: GPL-2.0
/*
 * The Windows-style programs of programs/, each as an ANSI program and as a
 * UNICODE one. They were compiled with the include path of libntio-win32 and
 * nothing else, and say themselves what went wrong.
 */
#include <sys/wait.h>

#include "kselftest_harness.h"
#include "ntio_test.h"

FIXTURE(program)
{
	char output[65536];
};

FIXTURE_VARIANT(program)
{
	const char *path;
};

#define PROGRAM(name)							\
	FIXTURE_VARIANT_ADD(program, name) {				\
		.path = "/bin/win-" #name };				\
	FIXTURE_VARIANT_ADD(program, name##_unicode) {			\
		.path = "/bin/winw-" #name }
PROGRAM(matrix);
PROGRAM(device);
PROGRAM(bad);
PROGRAM(calls);
PROGRAM(text);
/* Once more, with the library's own code watched by the compiler. */
#define WATCHED(name)							\
	FIXTURE_VARIANT_ADD(program, name##_addresses) {		\
		.path = "/bin/winaddress-" #name };			\
	FIXTURE_VARIANT_ADD(program, name##_threads) {			\
		.path = "/bin/winthread-" #name }
WATCHED(device);
WATCHED(bad);
WATCHED(calls);
WATCHED(text);

FIXTURE_SETUP(program)
{
}

FIXTURE_TEARDOWN(program)
{
}

/* Its exit status, or -1; what it prints is in @output. */
static int run(struct _test_data_program *self, const char *path)
{
	size_t len;
	char command[128];
	FILE *from;
	int status;

	snprintf(command, sizeof(command), "%s 2>&1 </dev/null", path);
	from = popen(command, "r");

	if (!from)
		return -1;
	len = fread(self->output, 1, sizeof(self->output) - 1, from);
	self->output[len] = 0;
	status = pclose(from);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void show(const char *text)
{
	const char *end;

	for (; *text; text = *end ? end + 1 : end) {
		end = strchrnul(text, '\n');
		printf("# %.*s\n", (int)(end - text), text);
	}
}

TEST_F(program, all_holds)
{
	int status;

	/* Linked dynamically, and larger: not where memory is watched, too. */
	if (access(variant->path, X_OK))
		SKIP(return, "%s was not built", variant->path);
	status = run(self, variant->path);

	if (status)
		show(self->output);
	EXPECT_EQ(0, status);
}

/* --- what is shown ----------------------------------------------------------- */

FIXTURE(shown)
{
	struct _test_data_program program;
};

FIXTURE_VARIANT(shown)
{
	const char *unicode;
};

FIXTURE_VARIANT_ADD(shown, ansi) { .unicode = "" };
FIXTURE_VARIANT_ADD(shown, unicode) { .unicode = "w" };

FIXTURE_SETUP(shown)
{
}

FIXTURE_TEARDOWN(shown)
{
}

static void run_shown(struct __test_metadata *_metadata,
		      struct _test_data_shown *self, const char *unicode,
		      const char *name, const char *text)
{
	char path[64];

	snprintf(path, sizeof(path), "/bin/win%s-%s", unicode, name);
	EXPECT_EQ(0, run(&self->program, path));
	if (strcmp(text, self->program.output))
		show(self->program.output);
	EXPECT_STREQ(text, self->program.output);
}

TEST_F(shown, overlapped_is_the_same_on_every_run)
{
	static const char text[] =
		"request 1: pending\n"
		"request 2: pending\n"
		"request 3: pending\n"
		"request 4: pending\n"
		"nothing in the port: error 258\n"
		"request 1 has not ended: error 996\n"
		"request 1: key 17, 24 bytes, value 100\n"
		"request 2: key 17, 24 bytes, value 101\n"
		"request 4: error 995, 0 bytes\n"
		"request 1 is over: error 1168\n"
		"request 3: error 995, 0 bytes\n"
		"request 2: key 6, 5 bytes, value 101\n"
		"nothing in the port: error 258\n";
	int i;

	for (i = 0; i < 5; i++)
		run_shown(_metadata, self, variant->unicode, "overlapped",
			  text);
}

/* Loads its driver, and unloads it. */
TEST_F(shown, methods)
{
	ASSERT_EQ(0, chdir("/modules"));
	ASSERT_EQ(0, module_unload("ntio_echo"));
	run_shown(_metadata, self, variant->unicode, "methods",
		  "CreateFile: 2\n"
		  "StartService a second time: 1056\n"
		  "METHOD_BUFFERED: 23 bytes, \"hello from the program\"\n"
		  "METHOD_IN_DIRECT: 32 bytes, "
		  "\"-------------------------------\"\n"
		  "METHOD_OUT_DIRECT: 23 bytes, \"hello from the program\"\n"
		  "METHOD_NEITHER: 23 bytes, \"hello from the program\"\n"
		  "state 4\n"
		  "stopped: state 1\n"
		  "stopped a second time: 1062\n"
		  "removed\n"
		  "OpenService: 1060\n");
	EXPECT_NE(0, access("/sys/module/ntio_echo", F_OK));
	EXPECT_EQ(0, module_load("ntio_echo"));
}

/* What is loaded already is used, and stays. */
TEST_F(shown, methods_of_a_driver_that_is_there)
{
	run_shown(_metadata, self, variant->unicode, "methods",
		  "METHOD_BUFFERED: 23 bytes, \"hello from the program\"\n"
		  "METHOD_IN_DIRECT: 32 bytes, "
		  "\"-------------------------------\"\n"
		  "METHOD_OUT_DIRECT: 23 bytes, \"hello from the program\"\n"
		  "METHOD_NEITHER: 23 bytes, \"hello from the program\"\n");
	EXPECT_EQ(0, access("/sys/module/ntio_echo", F_OK));
}

TEST_HARNESS_MAIN
