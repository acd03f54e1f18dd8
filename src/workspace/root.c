#define _GNU_SOURCE /* O_PATH, syscall */
#include "workspace/root.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#if __has_include(<linux/openat2.h>)
#include <linux/openat2.h>
#endif

#include "base/fs.h"
#include "base/mem.h"

static const char outside[] = "path is outside of the source tree";

int root_open(struct root *r, const char *dir, struct err *e)
{
	*r = (struct root){.fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
	if (r->fd < 0)
		return err_sys(e, ERR_TOOL, errno, "cannot open the source tree '%s'", dir);
	r->dir = xstrdup(dir);
	return 0;
}

void root_release(struct root *r)
{
	if (r->dir)
		close(r->fd);
	free(r->dir);
	*r = (struct root){.fd = -1};
}

/* ---- the rule ---- */

/* Take the last name of `clean` away again; false where there is none that could be, because it is ".." itself. */
static bool go_up(struct buf *clean)
{
	size_t at = slice_rfind(buf_slice(clean), "/");
	struct slice last = slice_sub(buf_slice(clean), at == SLICE_NONE ? 0 : at + 1, clean->n);

	if (clean->n == 0 || slice_is(last, ".."))
		return false;
	buf_cut(clean, at == SLICE_NONE ? 0 : at);
	return true;
}

int root_clean(struct slice path, struct buf *clean, struct err *e)
{
	bool absolute = slice_starts(path, "/");
	size_t end;

	buf_clear(clean);
	if (slice_chr(path, '\0', 0) != SLICE_NONE)
		return err_set(e, ERR_NO, outside);
	for (size_t at = 0; at < path.n; at = end == SLICE_NONE ? path.n : end + 1) {
		struct slice name;

		end = slice_chr(path, '/', at);
		name = slice_sub(path, at, end);
		if (name.n == 0 || slice_is(name, "."))
			continue;
		if (slice_is(name, "..") && (go_up(clean) || absolute))
			continue;
		if (clean->n)
			buf_addc(clean, '/');
		buf_add_slice(clean, name);
	}
	if (clean->n == 0)
		buf_addc(clean, '.');
	if (slice_find(buf_slice(clean), "..", 0) != SLICE_NONE)
		return err_set(e, ERR_NO, outside);
	return 0;
}

/* ---- opening ---- */

enum { READ_FLAGS = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY };

/* Name by name, each of them no link.  What is behind the last O_PATH descriptor is then opened by its number. */
static int walk(const struct root *r, const char *clean)
{
	struct slice rest = slice_str(clean);
	int at = dup(r->fd);

	while (at >= 0 && rest.n) {
		size_t end = slice_chr(rest, '/', 0);
		bool last = end == SLICE_NONE;
		char *name = xstrndup(rest.p, last ? rest.n : end);
		int flags = O_NOFOLLOW | O_CLOEXEC | (last ? READ_FLAGS : O_PATH), next = openat(at, name, flags), errnum = errno;
		struct stat st;

		/* a link at the end is ELOOP; one on the way shows as what it is */
		if (next < 0 && errnum == ELOOP)
			errnum = EXDEV;
		if (next >= 0 && !last && fstat(next, &st) == 0 && S_ISLNK(st.st_mode)) {
			close(next);
			next = -1;
			errnum = EXDEV;
		}
		free(name);
		close(at);
		at = next;
		errno = errnum;
		rest = last ? (struct slice){0} : slice_sub(rest, end + 1, rest.n);
	}
	return at;
}

#if defined SYS_openat2 && defined RESOLVE_BENEATH
static int open_beneath(const struct root *r, const char *clean)
{
	struct open_how how = {.flags = READ_FLAGS, .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS};
	int fd = -1;

	/* EAGAIN: something was renamed meanwhile, and the kernel cannot be sure */
	for (int tries = 0; fd < 0 && tries < 16; tries++) {
		fd = (int)syscall(SYS_openat2, r->fd, clean, &how, sizeof how);
		if (fd < 0 && errno != EAGAIN && errno != EINTR)
			break;
	}
	return fd;
}
#else
static int open_beneath(const struct root *r, const char *clean)
{
	(void)r;
	(void)clean;
	errno = ENOSYS;
	return -1;
}
#endif

int root_openat(const struct root *r, const char *clean)
{
	int fd = -1;

	if (!r->walk) {
		fd = open_beneath(r, clean);
		/* some sandboxes say EPERM to calls that they do not know */
		if (fd >= 0 || (errno != ENOSYS && errno != EPERM))
			return fd;
	}
	return walk(r, clean);
}

int root_open_path(const struct root *r, struct slice path, const char *what, struct err *e)
{
	struct buf clean = BUF_INIT;
	int fd = root_clean(path, &clean, e);

	if (fd == 0) {
		fd = root_openat(r, buf_str(&clean));
		if (fd < 0 && (errno == ENOENT || errno == ENOTDIR || errno == ENAMETOOLONG))
			err_set(e, ERR_NO, "the %s does not exist", what);
		else if (fd < 0 && (errno == EXDEV || errno == ELOOP))
			err_set(e, ERR_NO, outside);
		else if (fd < 0)
			err_sys(e, ERR_NO, errno, "the %s cannot be read", what);
	}
	buf_release(&clean);
	return fd;
}

int root_read(const struct root *r, struct slice path, struct buf *out, struct err *e)
{
	int fd = root_open_path(r, path, "file", e), rc = 0;
	size_t size;
	struct stat st = {0};
	ssize_t n;

	buf_clear(out);
	if (fd < 0)
		return -1;
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
		rc = err_set(e, ERR_NO, S_ISDIR(st.st_mode) ? "the file is a directory" : "the file is not a regular file");
	} else {
		size = (size_t)st.st_size;
		if (st.st_size > (off_t)(out->max ? out->max : BUF_MAX))
			rc = err_set(e, ERR_NO, "the file is larger than %zu bytes", out->max ? out->max : BUF_MAX);
		else if ((n = fs_pread(fd, buf_room(out, size), size, 0)) < 0)
			rc = err_sys(e, ERR_NO, errno, "the file cannot be read");
		else
			buf_wrote(out, (size_t)n);
	}
	close(fd);
	return rc;
}
