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
	FILE *from = popen(path, "r");
	int status;

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

TEST_F_TIMEOUT(program, all_holds, 120)
{
	int status = run(self, variant->path);

	if (status)
		show(self->output);
	EXPECT_EQ(0, status);
}

TEST_HARNESS_MAIN
