/*
 * Preloaded into the fault test: does nothing until $FAULT_DIR is set, then counts the calls that change what lies below
 * it, and at call number $FAULT_AT does what $FAULT_MODE says:
 *
 *	kill-before	end the process before the call
 *	kill-half	write half of the bytes, then end it (as kill-before where the call writes none)
 *	kill-after	end the process after the call
 *	full, broken	fail this call and all later writes with ENOSPC or EIO
 *
 * fault_calls() is their number so far.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

enum mode { COUNT, KILL_BEFORE, KILL_HALF, KILL_AFTER, FULL, BROKEN };

static const char *dir;
static size_t dir_len;
static long at, calls;
static enum mode mode;

static void setup(void)
{
	static const char *const names[] = {"count", "kill-before", "kill-half", "kill-after", "full", "broken"};
	const char *word = getenv("FAULT_MODE"), *number = getenv("FAULT_AT");

	dir = getenv("FAULT_DIR");
	dir_len = dir ? strlen(dir) : 0;
	at = number ? strtol(number, NULL, 10) : 0;
	for (int i = COUNT; word && i <= BROKEN; i++)
		if (strcmp(word, names[i]) == 0)
			mode = (enum mode)i;
}

static bool path_is_ours(const char *path)
{
	if (!dir)
		setup();
	return dir && strncmp(path, dir, dir_len) == 0 && path[dir_len] == '/';
}

static bool fd_is_ours(int fd)
{
	char link[64], path[PATH_MAX];
	ssize_t n;

	snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	n = readlink(link, path, sizeof path - 1);
	if (n < 0)
		return false;
	path[n] = '\0';
	/* the folder itself is synced too */
	return path_is_ours(path) || (dir && strcmp(path, dir) == 0);
}

static void end(void)
{
	kill(getpid(), SIGKILL);
}

enum fate { GO, FAIL, HALF };

/* Count a call; what becomes of it.  A full disk does not stop what `frees` space. */
static enum fate before(bool ours, bool frees)
{
	if (!ours)
		return GO;
	calls++;
	if (calls == at && mode == KILL_BEFORE)
		end();
	if (calls == at && mode == KILL_HALF)
		return HALF;
	if (calls >= at && at > 0 && ((mode == FULL && !frees) || mode == BROKEN)) {
		errno = mode == FULL ? ENOSPC : EIO;
		return FAIL;
	}
	return GO;
}

static void after(bool ours)
{
	int saved = errno;

	if (ours && calls == at && mode == KILL_AFTER)
		end();
	errno = saved;
}

static void *real(const char *name)
{
	return dlsym(RTLD_NEXT, name);
}

long fault_calls(void);
long fault_calls(void)
{
	return calls;
}

/* The wrapped calls.  `half` is what kill-half does before it ends the process. */
#define WRAP(type, name, params, args, ours_expr, frees, half) \
	type name params; \
	type name params \
	{ \
		static type (*next) params; \
		bool ours = ours_expr; \
		type rc; \
		enum fate fate; \
		if (!next) \
			*(void **)&next = real(#name); \
		fate = before(ours, frees); \
		if (fate == FAIL) \
			return -1; \
		if (fate == HALF) { \
			half; \
			end(); \
		} \
		rc = next args; \
		after(ours); \
		return rc; \
	}

WRAP(ssize_t, write, (int fd, const void *p, size_t n), (fd, p, n), fd_is_ours(fd), false, (void)next(fd, p, n / 2))
WRAP(ssize_t, pwrite, (int fd, const void *p, size_t n, off_t o), (fd, p, n, o), fd_is_ours(fd), false,
     (void)next(fd, p, n / 2, o))
WRAP(ssize_t, pwrite64, (int fd, const void *p, size_t n, off64_t o), (fd, p, n, o), fd_is_ours(fd), false,
     (void)next(fd, p, n / 2, o))
WRAP(ssize_t, writev, (int fd, const struct iovec *v, int n), (fd, v, n), fd_is_ours(fd), false,
     (void)next(fd, v, n / 2))
WRAP(int, fsync, (int fd), (fd), fd_is_ours(fd), false, (void)0)
WRAP(int, fdatasync, (int fd), (fd), fd_is_ours(fd), false, (void)0)
WRAP(int, ftruncate, (int fd, off_t n), (fd, n), fd_is_ours(fd), true, (void)0)
WRAP(int, ftruncate64, (int fd, off64_t n), (fd, n), fd_is_ours(fd), true, (void)0)
WRAP(int, unlink, (const char *path), (path), path_is_ours(path), true, (void)0)
WRAP(int, link, (const char *a, const char *b), (a, b), path_is_ours(b), false, (void)0)
WRAP(int, rename, (const char *a, const char *b), (a, b), path_is_ours(b), false, (void)0)
WRAP(int, renameat, (int ad, const char *a, int bd, const char *b), (ad, a, bd, b), path_is_ours(b), false, (void)0)
WRAP(int, renameat2, (int ad, const char *a, int bd, const char *b, unsigned f), (ad, a, bd, b, f), path_is_ours(b), false,
     (void)0)
