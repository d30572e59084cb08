// SPDX-License-Identifier: GPL-2.0
/* Opening a device, or saying what to do. */
#include <err.h>
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd.h"

#define CLASS "/sys/class/ntio"

/* The kernel wants what O_ACCMODE asks for; NTIO_NO_ACCESS is both. */
static int wanted(int flags)
{
	switch (flags & O_ACCMODE) {
	case O_RDONLY:
		return R_OK;
	case O_WRONLY:
		return W_OK;
	}
	return R_OK | W_OK;
}

static const char *user_name(uid_t user)
{
	const struct passwd *entry = getpwuid(user);

	return entry ? entry->pw_name : "?";
}

static const char *group_name(gid_t group)
{
	const struct group *entry = getgrgid(group);

	return entry ? entry->gr_name : "?";
}

/* Two refusals have one errno: the node's mode, and an exclusive device. */
static void warn_denied(const char *name, const char *path, int flags)
{
	struct stat st;

	if (stat(path, &st)) {
		warn("cannot open '%s'", name);
		return;
	}
	if (!faccessat(AT_FDCWD, path, wanted(flags), AT_EACCESS)) {
		warnx("cannot open '%s': it is exclusive, and open already; "
		      "who has it: fuser -v %s", name, path);
		return;
	}
	warnx("cannot open '%s': no permission; %s has mode %04o, user %s, "
	      "group %s", name, path, st.st_mode & 07777,
	      user_name(st.st_uid), group_name(st.st_gid));
}

int open_device(const char *name, int flags)
{
	int fd = ntio_open(name, flags);
	char path[300];

	if (fd >= 0)
		return fd;
	snprintf(path, sizeof(path), "%s%s",
		 strchr(name, '/') ? "" : "/dev/ntio/", name);
	if (errno == ENOENT && access(CLASS, F_OK))
		warnx("no device '%s': the module is not loaded; "
		      "try: modprobe ntio", name);
	else if (errno == ENOENT)
		warnx("no device '%s': is its driver loaded? "
		      "ntio list shows what there is", name);
	else if (errno == EACCES || errno == EPERM)
		warn_denied(name, path, flags);
	else
		warn("cannot open '%s'", name);
	return -1;
}
