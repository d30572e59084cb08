// SPDX-License-Identifier: GPL-2.0
/* Requests, evidence and modules, for all test programs. */
#include <sched.h>
#include <sys/syscall.h>
#include <time.h>

#include "ntio_test.h"

static void die(const char *what)
{
	printf("Bail out! %s: %s\n", what, strerror(errno));
	fflush(stdout);
	_exit(1);
}

void control_prepare(struct ntio_device_control *c)
{
	c->size = sizeof(*c);
	c->out_status = POISON32;
	c->out_reason = POISON32;
	c->out_iosb_status = POISON32;
	c->out_flags = POISON32;
	c->out_information = POISON64;
	c->out_detail = POISON64;
}

int control(int fd, struct ntio_device_control *c)
{
	control_prepare(c);
	return ioctl(fd, NTIO_IOC_DEVICE_CONTROL, c) ? errno : 0;
}

bool status_is_error(__u32 status)
{
	return status >> 30 == 3;
}

int status_errno(__u32 status)
{
	static const struct {
		__u32 status;
		int error;
	} rows[] = {
#define ROW(name, value, win32, error, meaning) { value, error },
		NTIO_STATUSES(ROW)
#undef ROW
	};
	size_t i;

	if (!status_is_error(status))
		return 0;
	for (i = 0; i < ARRAY_SIZE(rows); i++)
		if (rows[i].status == status)
			return rows[i].error;
	return NTIO_ERRNO_UNKNOWN;
}

long *counts;

static __attribute__((constructor)) void make_counts(void)
{
	counts = mmap(NULL, COUNTS * sizeof(*counts), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
}

static void echo_ask(int fd, __u32 code, void *answer, __u32 len)
{
	struct ntio_device_control c = {
		.code = code, .out = addr(answer), .out_len = len,
	};

	memset(answer, POISON, len);
	if (control(fd, &c) || c.out_information != len)
		die("the echo driver does not answer");
}

struct echo_saw echo_saw(int fd)
{
	struct echo_saw saw;

	echo_ask(fd, IOCTL_ECHO_SAW, &saw, sizeof(saw));
	return saw;
}

struct echo_counts echo_counts(int fd)
{
	struct echo_counts counts;

	echo_ask(fd, IOCTL_ECHO_COUNTS, &counts, sizeof(counts));
	return counts;
}

bool echo_wait_calls(int fd, __u32 calls)
{
	return wait_until(echo_saw(fd).calls >= calls);
}

int echo_open(void)
{
	int fd = open(ECHO_PATH, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		die(ECHO_PATH);
	return fd;
}

/* Sum of the numbers in lines "name number"; @name NULL: of all lines. */
static long sum_lines(const char *path, const char *name)
{
	char line[256], key[128];
	long value, sum = 0;
	bool found = !name;
	FILE *f = fopen(path, "re");

	if (!f)
		die(path);
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%127s %ld", key, &value) != 2)
			continue;
		if (name && strcmp(name, key))
			continue;
		found = true;
		sum += value;
	}
	fclose(f);
	return found ? sum : -1;
}

long ntio_stat(const char *file, const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), "/sys/kernel/debug/ntio/%s", file);
	return sum_lines(path, name);
}

char task_state(pid_t pid, pid_t tid)
{
	char path[64], text[512] = "", *end;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/stat", pid, tid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return '?';
	if (read(fd, text, sizeof(text) - 1) < 0)
		text[0] = 0;
	close(fd);
	end = strrchr(text, ')');
	return end ? end[2] : '?';
}

long violations(const char *name)
{
	long n = ntio_stat("violations", name);

	if (n < 0)
		die(name);
	return n;
}

long alive(void)
{
	return ntio_stat("alive", NULL);
}

static long vmstat(const char *text, const char *name)
{
	const char *line = strstr(text, name);

	if (!line)
		die(name);
	return strtol(line + strlen(name), NULL, 10);
}

long pins(void)
{
	static char text[16 * 1024];
	int fd = open("/proc/sys/vm/stat_refresh", O_RDONLY | O_CLOEXEC);
	ssize_t part, len = 0;

	/* Reading it makes every CPU hand in what it has counted. */
	if (fd < 0 || read(fd, text, 1) < 0)
		die("/proc/sys/vm/stat_refresh");
	close(fd);
	fd = open("/proc/vmstat", O_RDONLY | O_CLOEXEC);
	while ((part = read(fd, text + len, sizeof(text) - 1 - len)) > 0)
		len += part;
	text[len] = 0;
	close(fd);
	return vmstat(text, "nr_foll_pin_acquired ") -
	       vmstat(text, "nr_foll_pin_released ");
}

long milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool is_sanitised(void)
{
	return kernel_has("kasan_report") || kernel_has("kmsan_report") ||
	       kernel_has("kcsan_setup_watchpoint");
}

bool within_a_second(long begin)
{
	long took = milliseconds() - begin;

	if (took < 1000)
		return true;
	return took < 20000 && (!getenv("NTIO_ICOUNT") || is_sanitised());
}

static int param_open(const char *name, int flags)
{
	char path[128];

	snprintf(path, sizeof(path), "/sys/module/ntio/parameters/%s", name);
	return open(path, flags | O_CLOEXEC);
}

void param_get_text(const char *name, char *text)
{
	int fd = param_open(name, O_RDONLY);
	ssize_t n = fd < 0 ? -1 : read(fd, text, 255);

	if (n <= 0)
		die(name);
	close(fd);
	text[n - (text[n - 1] == '\n')] = 0;
}

unsigned long param_get(const char *name)
{
	char text[256];

	param_get_text(name, text);
	return strtoul(text, NULL, 10);
}

int param_set_text(const char *name, const char *text)
{
	char line[256];
	int len = snprintf(line, sizeof(line), "%s\n", text);
	int fd = param_open(name, O_WRONLY);
	int error = 0;

	if (fd < 0)
		return errno;
	if (write(fd, line, len) != len)
		error = errno;
	close(fd);
	return error;
}

int param_set(const char *name, unsigned long value)
{
	char text[32];

	snprintf(text, sizeof(text), "%lu", value);
	return param_set_text(name, text);
}

bool verifying(const char *option)
{
	char options[256];

	param_get_text("verifier", options);
	return strstr(options, option);
}

bool kernel_has(const char *function)
{
	char line[512], symbol[256];
	bool found = false;
	FILE *f = fopen("/proc/kallsyms", "re");

	while (f && !found && fgets(line, sizeof(line), f))
		found = sscanf(line, "%*s %*s %255s", symbol) == 1 &&
			!strcmp(symbol, function);
	if (f)
		fclose(f);
	return found;
}

int kmsg_open(void)
{
	int kmsg = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (kmsg < 0 || lseek(kmsg, 0, SEEK_END) < 0)
		die("/dev/kmsg");
	return kmsg;
}

bool kmsg_has(int kmsg, const char *text, const char *more)
{
	char record[8192];
	ssize_t n;

	while ((n = read(kmsg, record, sizeof(record) - 1)) > 0 ||
	       (n < 0 && errno == EPIPE)) {
		if (n < 0)
			continue;
		record[n] = 0;
		if (strstr(record, text) && strstr(record, more))
			return true;
	}
	return false;
}

int module_load_with(const char *name, const char *parameters)
{
	char path[128];
	int error = 0;
	int fd;

	snprintf(path, sizeof(path), "/modules/%s.ko", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return errno;
	if (syscall(SYS_finit_module, fd, parameters, 0))
		error = errno;
	close(fd);
	return error;
}

int module_load(const char *name)
{
	return module_load_with(name, "");
}

int module_unload(const char *name)
{
	return syscall(SYS_delete_module, name, O_NONBLOCK) ? errno : 0;
}
