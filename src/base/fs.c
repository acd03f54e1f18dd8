#define _GNU_SOURCE /* O_CLOEXEC and friends under -std=c11 */
#include "base/fs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

enum { BLOCK = 64 * 1024 };

static int read_all(const char *path, bool regular, struct buf *b, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | (regular ? O_NONBLOCK : 0));
	struct stat st;
	size_t max = b->max ? b->max : BUF_MAX;
	ssize_t n;

	buf_clear(b);
	if (fd < 0)
		return err_sys(e, ERR_INPUT, errno, "cannot open '%s'", path);
	if (fstat(fd, &st) < 0)
		st.st_mode = 0;
	if (S_ISDIR(st.st_mode)) {
		close(fd);
		return err_set(e, ERR_INPUT, "cannot read '%s': it is a directory", path);
	}
	if (regular && !S_ISREG(st.st_mode)) {
		close(fd);
		return err_set(e, ERR_INPUT, "cannot read '%s': it is no file", path);
	}
	do {
		size_t want = max - b->n < BLOCK ? max - b->n : BLOCK;
		char past;

		/* where the ceiling is reached, one byte more decides whether the file ends there */
		n = want ? read(fd, buf_room(b, want), want) : read(fd, &past, 1);
		if (n > 0 && !want) {
			close(fd);
			buf_clear(b);
			return err_set(e, ERR_INPUT, "cannot read '%s': larger than %zu bytes", path, max);
		}
		if (n > 0)
			buf_wrote(b, (size_t)n);
	} while (n > 0 || (n < 0 && errno == EINTR));
	if (n < 0)
		err_sys(e, ERR_INPUT, errno, "cannot read '%s'", path);
	close(fd);
	if (n < 0)
		buf_clear(b);
	return n < 0 ? -1 : 0;
}

int fs_read(const char *path, struct buf *b, struct err *e)
{
	return read_all(path, false, b, e);
}

int fs_read_regular(const char *path, struct buf *b, struct err *e)
{
	return read_all(path, true, b, e);
}

int fs_mkdirs(const char *path, struct err *e)
{
	char *p;
	struct stat st;
	int rc = 0;

	if (!path[0])
		return err_set(e, ERR_STORE, "cannot make directory '': the path is empty");
	p = xstrdup(path);
	for (char *s = p + 1; rc == 0; s++) {
		if (*s != '/' && *s != '\0')
			continue;
		char end = *s;

		*s = '\0';
		if (mkdir(p, 0700) < 0 && errno != EEXIST)
			rc = err_sys(e, ERR_STORE, errno, "cannot make directory '%s'", p);
		else if (!end && (stat(p, &st) < 0 || !S_ISDIR(st.st_mode)))
			rc = err_sys(e, ERR_STORE, ENOTDIR, "cannot make directory '%s'", p);
		*s = end;
		if (!end)
			break;
	}
	free(p);
	return rc;
}

int fs_write_all(int fd, const void *p, size_t n)
{
	const char *from = p;

	while (n) {
		ssize_t w = write(fd, from, n);

		if (w < 0 && errno == EINTR)
			continue;
		if (w < 0)
			return -1;
		from += w;
		n -= (size_t)w;
	}
	return 0;
}

ssize_t fs_pread(int fd, void *p, size_t n, off_t at)
{
	size_t got = 0;

	while (got < n) {
		ssize_t r = pread(fd, (char *)p + got, n - got, at + (off_t)got);

		if (r < 0 && errno == EINTR)
			continue;
		if (r < 0)
			return -1;
		if (r == 0)
			break;
		got += (size_t)r;
	}
	return (ssize_t)got;
}

int fs_sync_dir(const char *dir)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC), rc;

	if (fd < 0)
		return -1;
	rc = fsync(fd);
	close(fd);
	return rc;
}

int fs_write_atomic(const char *dir, const char *name, struct slice data, struct err *e)
{
	char *to = fs_join(dir, name);
	struct buf tmp = BUF_INIT;
	int fd, rc = -1;

	buf_addf(&tmp, "%s/.tmp-%ld-%s", dir, (long)getpid(), name);
	fd = open(buf_str(&tmp), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0) {
		err_sys(e, ERR_STORE, errno, "cannot write '%s'", to);
	} else {
		rc = fs_write_all(fd, data.p, data.n) < 0 || fsync(fd) < 0 ? -1 : 0;
		if (close(fd) < 0)
			rc = -1;
		if (rc == 0)
			rc = rename(buf_str(&tmp), to) < 0 || fs_sync_dir(dir) < 0 ? -1 : 0;
		if (rc < 0) {
			err_sys(e, ERR_STORE, errno, "cannot write '%s'", to);
			unlink(buf_str(&tmp));
		}
	}
	buf_release(&tmp);
	free(to);
	return rc;
}

char *fs_join(const char *a, const char *b)
{
	size_t n = strlen(a) + strlen(b) + 2;
	char *p = xmalloc(n);

	snprintf(p, n, "%s/%s", a, b);
	return p;
}

char *fs_beside(const char *program)
{
	char self[4096], *slash, *path;
	ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);

	if (n <= 0)
		return NULL;
	self[n] = '\0';
	slash = strrchr(self, '/');
	if (!slash)
		return NULL;
	*slash = '\0';
	path = fs_join(self, program);
	if (access(path, X_OK) == 0)
		return path;
	free(path);
	return NULL;
}

char *fs_user_dir(enum fs_dir which)
{
	static const struct {
		const char *var, *fallback;
	} dirs[] = {
		[FS_CONFIG] = {"XDG_CONFIG_HOME", ".config/verdict"},
		[FS_DATA] = {"XDG_DATA_HOME", ".local/share/verdict"},
		[FS_STATE] = {"XDG_STATE_HOME", ".local/state/verdict"},
		[FS_CACHE] = {"XDG_CACHE_HOME", ".cache/verdict"},
	};
	const char *base = getenv(dirs[which].var);

	if (base && base[0] == '/')
		return fs_join(base, "verdict");
	base = getenv("HOME");
	return base && base[0] == '/' ? fs_join(base, dirs[which].fallback) : NULL;
}
