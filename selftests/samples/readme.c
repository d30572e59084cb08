// SPDX-License-Identifier: GPL-2.0
/* The program in the README does what the README says. */
#include <sys/wait.h>

#include "kselftest_harness.h"
#include "ntio_test.h"

/* Extracted from README.md by the Makefile. */
static const char promised[] =
#include "example_text.h"
"";

int example_main(int argc, char **argv);

static void run_example(int out)
{
	char *argv[] = { "example", NULL };
	int status;

	dup2(out, 1);
	status = example_main(1, argv);
	fflush(stdout);
	_exit(status);
}

/* Its output is, byte for byte, what the README shows. */
TEST(program)
{
	char printed[16384];
	size_t len = 0;
	ssize_t n;
	int status;
	int p[2];
	pid_t child;

	ASSERT_EQ(0, pipe(p));
	fflush(stdout);
	child = fork();
	ASSERT_LE(0, child);
	if (!child)
		run_example(p[1]);
	close(p[1]);
	while (len < sizeof(printed) - 1 &&
	       (n = read(p[0], printed + len, sizeof(printed) - 1 - len)) > 0)
		len += n;
	printed[len] = 0;
	ASSERT_EQ(child, waitpid(child, &status, 0));
	EXPECT_EQ(0, status);
	EXPECT_LT(20, strlen(promised)) {
		TH_LOG("the README does not say what its program prints");
	}
	EXPECT_STREQ(promised, printed);
}

TEST_HARNESS_MAIN
