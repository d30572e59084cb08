// SPDX-License-Identifier: GPL-2.0
/*
 * Services. One is created as a file of /run/ntio/services that holds the path
 * of its module; starting and stopping it loads and unloads that.
 */
#include <dirent.h>
#include <limits.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <winsvc.h>

#include "error.h"
#include "eventfd.h"
#include "object.h"
#include "path.h"

#define SERVICES "/run/ntio/services"
#define MODULE_NAME 64

extern char **environ;

static bool is_name(LPCSTR name)
{
	return name && *name && *name != '.' && strlen(name) < 256 &&
	       !strpbrk(name, "/\\");
}

static void service_path(const char *name, char *path)
{
	snprintf(path, PATH_MAX, SERVICES "/%s", name);
}

static HANDLE service_handle(enum kind kind, LPCSTR name)
{
	struct object *object = object_new(kind, NULL);

	if (!object)
		return NULL;
	if (name)
		strcpy(object->service.name, name);
	return handle_new(object, event_fd_new(0, 0));
}

static bool is_manager(SC_HANDLE handle)
{
	struct object *object = object_get((HANDLE)handle, K_MANAGER);

	if (object)
		object_put(object);
	return object;
}

/* The service's name; false and the last error: it is no service. */
static bool service_name(SC_HANDLE handle, char *name)
{
	struct object *object = object_get((HANDLE)handle, K_SERVICE);

	if (!object)
		return fail(ERROR_INVALID_HANDLE);
	strcpy(name, object->service.name);
	object_put(object);
	return true;
}

SC_HANDLE OpenSCManagerA(LPCSTR machine, LPCSTR database, DWORD access)
{
	(void)access;
	if (machine && *machine) {
		fail(ERROR_NOT_SUPPORTED);
		return NULL;
	}
	if (database && strcmp(database, SERVICES_ACTIVE_DATABASEA)) {
		fail(ERROR_INVALID_NAME);
		return NULL;
	}
	return (SC_HANDLE)service_handle(K_MANAGER, NULL);
}

/* 0 or an errno; EEXIST: there is one. */
static int service_write(const char *name, const char *path)
{
	char file[PATH_MAX];
	int fd, error = 0;

	mkdir("/run", 0755);
	mkdir("/run/ntio", 0755);
	mkdir(SERVICES, 0755);
	service_path(name, file);
	fd = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	if (fd < 0)
		return errno;
	if (write(fd, path, strlen(path)) < 0)
		error = errno;
	close(fd);
	return error;
}

SC_HANDLE CreateServiceA(SC_HANDLE manager, LPCSTR name, LPCSTR display,
			 DWORD access, DWORD type, DWORD start, DWORD error,
			 LPCSTR path, LPCSTR group, LPDWORD tag,
			 LPCSTR dependencies, LPCSTR account, LPCSTR password)
{
	char file[PATH_MAX], whole[PATH_MAX];
	int rc;

	(void)display, (void)access, (void)start, (void)error, (void)group;
	(void)tag, (void)dependencies, (void)account, (void)password;
	if (!is_manager(manager))
		return fail(ERROR_INVALID_HANDLE), NULL;
	if (!is_name(name) || !path || !path_of(path, file, sizeof(file)))
		return fail(ERROR_INVALID_NAME), NULL;
	if (type != SERVICE_KERNEL_DRIVER)
		return fail(ERROR_NOT_SUPPORTED), NULL;
	/* Whoever starts it may be elsewhere. */
	if (*file != '/' && getcwd(whole, sizeof(whole)) &&
	    strlen(whole) + strlen(file) + 2 < sizeof(whole)) {
		strcat(strcat(whole, "/"), file);
		strcpy(file, whole);
	}
	rc = service_write(name, file);
	if (rc) {
		fail(rc == EEXIST ? ERROR_SERVICE_EXISTS : error_of_errno(rc));
		return NULL;
	}
	return (SC_HANDLE)service_handle(K_SERVICE, name);
}

SC_HANDLE OpenServiceA(SC_HANDLE manager, LPCSTR name, DWORD rights)
{
	char file[PATH_MAX];

	(void)rights;
	if (!is_manager(manager))
		return fail(ERROR_INVALID_HANDLE), NULL;
	if (!is_name(name))
		return fail(ERROR_INVALID_NAME), NULL;
	service_path(name, file);
	if (access(file, F_OK))
		return fail(ERROR_SERVICE_DOES_NOT_EXIST), NULL;
	return (SC_HANDLE)service_handle(K_SERVICE, name);
}

BOOL CloseServiceHandle(SC_HANDLE handle)
{
	return handle_close((HANDLE)handle, K_MANAGER | K_SERVICE) ?
		TRUE : fail(ERROR_INVALID_HANDLE);
}

/* The path that the service was created with. */
static bool service_module_path(const char *name, char *path)
{
	char file[PATH_MAX];
	ssize_t len;
	int fd;

	service_path(name, file);
	fd = open(file, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return fail(ERROR_SERVICE_DOES_NOT_EXIST);
	len = read(fd, path, PATH_MAX - 1);
	close(fd);
	path[len < 0 ? 0 : len] = 0;
	return true;
}

/* As the kernel knows it: the file's name without what follows the dot. */
static void module_of_path(const char *path, char *module)
{
	const char *base = strrchr(path, '/');
	char *at;

	snprintf(module, MODULE_NAME, "%s", base ? base + 1 : path);
	at = strchr(module, '.');
	if (at)
		*at = 0;
	for (at = module; *at; at++)
		if (*at == '-')
			*at = '_';
}

static bool service_module(SC_HANDLE handle, char *path, char *module)
{
	char name[256];

	if (!service_name(handle, name) || !service_module_path(name, path))
		return false;
	module_of_path(path, module);
	return true;
}

static bool is_loaded(const char *module)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "/sys/module/%s/initstate", module);
	return !access(path, F_OK);
}

/* The file that was named; or, of a driver's .sys, the module beside it. */
static int open_module(const char *path)
{
	char module[PATH_MAX + 4];
	char *dot;
	int fd;

	snprintf(module, sizeof(module), "%s", path);
	dot = strrchr(module, '.');
	if (dot && !strcasecmp(dot, ".sys")) {
		strcpy(dot, ".ko");
		fd = open(module, O_RDONLY | O_CLOEXEC);
		if (fd >= 0)
			return fd;
	}
	return open(path, O_RDONLY | O_CLOEXEC);
}

/* 0 or an errno. */
static int load_file(int fd)
{
	int rc = syscall(SYS_finit_module, fd, "", 0);
	int error = rc ? errno : 0;

	close(fd);
	return error;
}

/* Of those that are installed; 0 or an errno. */
static int load_installed(char *module)
{
	char *const argv[] = { "modprobe", "-q", module, NULL };
	int status;
	pid_t pid;

	if (posix_spawnp(&pid, "modprobe", NULL, NULL, argv, environ))
		return ENOENT;
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return status ? ENOENT : 0;
}

static DWORD load_error(int error)
{
	switch (error) {
	case EEXIST:
		return ERROR_SERVICE_ALREADY_RUNNING;
	case ENOEXEC:
		return ERROR_BAD_EXE_FORMAT;
	case ENODEV:
		return ERROR_GEN_FAILURE;
	default:
		return error_of_errno(error);
	}
}

BOOL StartServiceA(SC_HANDLE service, DWORD count, LPCSTR *arguments)
{
	char path[PATH_MAX], module[MODULE_NAME];
	int fd, error;

	(void)count, (void)arguments;
	if (!service_module(service, path, module))
		return FALSE;
	if (is_loaded(module))
		return fail(ERROR_SERVICE_ALREADY_RUNNING);
	fd = open_module(path);
	error = fd < 0 ? load_installed(module) : load_file(fd);
	return error ? fail(load_error(error)) : TRUE;
}

BOOL StartServiceW(SC_HANDLE service, DWORD count, LPCWSTR *arguments)
{
	(void)arguments;
	return StartServiceA(service, count, NULL);
}

static void status_fill(LPSERVICE_STATUS status, DWORD state)
{
	*status = (SERVICE_STATUS){
		.dwServiceType = SERVICE_KERNEL_DRIVER,
		.dwCurrentState = state,
		.dwControlsAccepted = state == SERVICE_RUNNING ?
			SERVICE_ACCEPT_STOP : 0,
	};
}

/* A driver that is in use stays: nothing waits for its files to be closed. */
static BOOL stop(const char *module)
{
	if (!syscall(SYS_delete_module, module, O_NONBLOCK))
		return TRUE;
	switch (errno) {
	case ENOENT:
		return fail(ERROR_SERVICE_NOT_ACTIVE);
	case EBUSY:
	case EWOULDBLOCK:
		return fail(ERROR_SERVICE_CANNOT_ACCEPT_CTRL);
	default:
		return fail_errno(errno);
	}
}

BOOL ControlService(SC_HANDLE service, DWORD control, LPSERVICE_STATUS status)
{
	char path[PATH_MAX], module[MODULE_NAME];

	if (!status)
		return fail(ERROR_INVALID_PARAMETER);
	if (!service_module(service, path, module))
		return FALSE;
	if (control != SERVICE_CONTROL_STOP &&
	    control != SERVICE_CONTROL_INTERROGATE)
		return fail(ERROR_INVALID_PARAMETER);
	if (control == SERVICE_CONTROL_STOP && !stop(module))
		return FALSE;
	if (control == SERVICE_CONTROL_INTERROGATE && !is_loaded(module))
		return fail(ERROR_SERVICE_NOT_ACTIVE);
	status_fill(status, is_loaded(module) ? SERVICE_RUNNING :
						SERVICE_STOPPED);
	return TRUE;
}

BOOL QueryServiceStatus(SC_HANDLE service, LPSERVICE_STATUS status)
{
	char path[PATH_MAX], module[MODULE_NAME];

	if (!service_module(service, path, module))
		return FALSE;
	status_fill(status, is_loaded(module) ? SERVICE_RUNNING :
						SERVICE_STOPPED);
	return TRUE;
}

BOOL QueryServiceStatusEx(SC_HANDLE service, SC_STATUS_TYPE level,
			  LPBYTE buffer, DWORD size, LPDWORD needed)
{
	SERVICE_STATUS_PROCESS *status = (SERVICE_STATUS_PROCESS *)buffer;

	if (level != SC_STATUS_PROCESS_INFO || !needed)
		return fail(ERROR_INVALID_PARAMETER);
	*needed = sizeof(*status);
	if (size < sizeof(*status))
		return fail(ERROR_INSUFFICIENT_BUFFER);
	memset(status, 0, sizeof(*status));
	return QueryServiceStatus(service, (LPSERVICE_STATUS)status);
}

BOOL DeleteService(SC_HANDLE service)
{
	char name[256], file[PATH_MAX];

	if (!service_name(service, name))
		return FALSE;
	service_path(name, file);
	if (!unlink(file))
		return TRUE;
	return fail(errno == ENOENT ? ERROR_SERVICE_MARKED_FOR_DELETE :
				      error_of_errno(errno));
}
