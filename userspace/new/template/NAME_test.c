// SPDX-License-Identifier: GPL-2.0
/* Tests of the driver @NAME@: a line of TAP for each result. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <ntio/ntio.h>

#include "@NAME@.h"

static int results, failed;

static void check(bool good, const char *what)
{
	printf("%sok %d %s\n", good ? "" : "not ", ++results, what);
	failed += !good;
}

static void test_greet(int fd)
{
	char text[100];
	struct ntio_result r;

	memset(text, '-', sizeof(text));
	r = ntio_control(fd, IOCTL_@UPPER@_GREET, NULL, 0, text, sizeof(text));
	check(r.status == STATUS_SUCCESS, "greet succeeds");
	check(r.information == sizeof("hello from @NAME@"), "greet: its length");
	check(!strcmp(text, "hello from @NAME@"), "greet: the text");
	check(text[r.information] == '-', "greet: nothing behind the text");

	memset(text, '-', sizeof(text));
	r = ntio_control(fd, IOCTL_@UPPER@_GREET, NULL, 0, text, 5);
	check(r.information == 5 && !memcmp(text, "hello-", 6),
	      "greet: as much as fits");
	r = ntio_control(fd, IOCTL_@UPPER@_GREET, NULL, 0, text, 0);
	check(r.error, "greet: no room is refused");
}

int main(void)
{
	int fd = ntio_open("@NAME@", O_RDWR);

	printf("TAP version 13\n");
	check(fd >= 0, "the device opens");
	if (fd >= 0)
		test_greet(fd);
	printf("1..%d\n", results);
	return failed > 0;
}
