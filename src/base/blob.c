#define _GNU_SOURCE /* O_TMPFILE */
#include "base/blob.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/inflate.h"
#include "base/mem.h"

struct blob {
	char *name;
	int fd;
	uint64_t from; /* of the file: where the blob begins */
	uint64_t size;
	bool plain; /* a file that others may write to, not a spooled copy */
};

static struct blob *blob_new(const char *name, int fd, uint64_t size)
{
	struct blob *b = xcalloc(1, sizeof *b);

	b->name = xstrdup(name);
	b->fd = fd;
	b->size = size;
	return b;
}

static int spool_open(const char *name, struct err *e)
{
	const char *dir = getenv("TMPDIR");
	struct buf path = BUF_INIT;
	int fd;

	buf_addf(&path, "%s/verdict-XXXXXX", dir && dir[0] == '/' ? dir : "/tmp");
	fd = mkostemp(path.p, O_CLOEXEC);
	if (fd < 0)
		err_sys(e, ERR_INPUT, errno, "cannot spool %s to '%s'", name, buf_str(&path));
	else
		unlink(buf_str(&path));
	buf_release(&path);
	return fd;
}

/* Copy what can be read from `from` into a new temporary file. */
static struct blob *spool(const char *name, int from, struct err *e)
{
	char *block;
	int fd = spool_open(name, e);
	uint64_t size = 0;
	ssize_t n;

	if (fd < 0)
		return NULL;
	block = xmalloc(1 << 16);
	while ((n = read(from, block, 1 << 16)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			err_sys(e, ERR_INPUT, errno, "cannot read '%s'", name);
		else if ((uint64_t)n > BLOB_SPOOL_MAX - size)
			err_set(e, ERR_INPUT, "cannot spool %s: more than %" PRIu64 " bytes", name, BLOB_SPOOL_MAX);
		else if (fs_write_all(fd, block, (size_t)n) < 0)
			err_sys(e, ERR_INPUT, errno, "cannot spool %s", name);
		else {
			size += (uint64_t)n;
			continue;
		}
		close(fd);
		free(block);
		return NULL;
	}
	free(block);
	return blob_new(name, fd, size);
}

/* Where `b` is compressed, what it holds, in a new temporary file; else `b` itself.  Takes `b` over; NULL: ERR_INPUT. */
static struct blob *decompressed(struct blob *b, struct err *e)
{
	struct blob *plain = NULL;
	char head[INFLATE_MAGIC];
	ssize_t n = b ? fs_pread(b->fd, head, sizeof head, 0) : -1;
	uint64_t size;
	int fd;

	if (n < 0 || !inflate_is((struct slice){head, (size_t)n}))
		return b;
	fd = spool_open(b->name, e);
	if (fd >= 0 && inflate_file(b->name, b->fd, fd, BLOB_SPOOL_MAX, &size, e) == 0)
		plain = blob_new(b->name, fd, size);
	else if (fd >= 0)
		close(fd);
	blob_free(b);
	return plain;
}

struct blob *blob_open(const char *path, struct err *e)
{
	struct blob *b;
	struct stat st;
	int fd;

	if (strcmp(path, "-") == 0)
		return decompressed(spool("standard input", STDIN_FILENO, e), e);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) < 0) {
		err_sys(e, ERR_INPUT, errno, "cannot open '%s'", path);
		if (fd >= 0)
			close(fd);
		return NULL;
	}
	if (S_ISDIR(st.st_mode)) {
		close(fd);
		err_set(e, ERR_INPUT, "cannot read '%s': it is a directory", path);
		return NULL;
	}
	if (S_ISREG(st.st_mode)) {
		b = blob_new(path, fd, (uint64_t)st.st_size);
		b->plain = true;
		return decompressed(b, e);
	}
	b = spool(path, fd, e);
	close(fd);
	return decompressed(b, e);
}

struct blob *blob_memory(const char *name, struct slice bytes, struct err *e)
{
	int fd = spool_open(name, e);

	if (fd < 0)
		return NULL;
	if (fs_write_all(fd, bytes.p, bytes.n) < 0) {
		err_sys(e, ERR_INPUT, errno, "cannot spool %s", name);
		close(fd);
		return NULL;
	}
	return blob_new(name, fd, bytes.n);
}

struct blob *blob_dup(const struct blob *b, struct err *e)
{
	int fd = fcntl(b->fd, F_DUPFD_CLOEXEC, 0);

	if (fd < 0) {
		err_sys(e, ERR_INPUT, errno, "cannot keep '%s' open", b->name);
		return NULL;
	}
	return blob_part(blob_new(b->name, fd, b->size), b->from, b->size);
}

struct blob *blob_part(struct blob *b, uint64_t at, uint64_t n)
{
	b->from += at;
	b->size = n;
	return b;
}

int blob_grow(struct blob *b, struct err *e)
{
	struct stat st;
	uint64_t now;

	if (!b->plain)
		return 0;
	if (fstat(b->fd, &st) < 0)
		return err_sys(e, ERR_INPUT, errno, "cannot look at '%s'", b->name);
	now = (uint64_t)st.st_size;
	if (now < b->from + b->size)
		return err_set(e, ERR_INPUT, "'%s' was cut from %" PRIu64 " to %" PRIu64 " bytes", b->name,
			       b->from + b->size, now);
	if (now > b->from + b->size) {
		b->size = now - b->from;
		return 1;
	}
	return st.st_nlink ? 0 : err_set(e, ERR_INPUT, "'%s' was removed", b->name);
}

bool blob_grows(const struct blob *b)
{
	return b->plain;
}

void blob_free(struct blob *b)
{
	if (!b)
		return;
	close(b->fd);
	free(b->name);
	free(b);
}

const char *blob_name(const struct blob *b)
{
	return b->name;
}

uint64_t blob_size(const struct blob *b)
{
	return b->size;
}

/* Where it ends now: at `reached` or before, if it was cut far below. */
static uint64_t end_now(const struct blob *b, uint64_t reached)
{
	struct stat st;

	if (fstat(b->fd, &st) < 0 || (uint64_t)st.st_size >= b->from + reached)
		return reached;
	return (uint64_t)st.st_size > b->from ? (uint64_t)st.st_size - b->from : 0;
}

int blob_read(const struct blob *b, uint64_t at, size_t n, struct buf *out, struct err *e)
{
	ssize_t got;
	char *to;

	buf_clear(out);
	to = buf_room(out, n);
	if (!to)
		return err_set(e, ERR_INPUT, "cannot read '%s': %zu bytes at byte %" PRIu64 " are more than the ceiling",
			       b->name, n, at);
	got = fs_pread(b->fd, to, n, (off_t)(b->from + at));
	if (got < 0)
		return err_sys(e, ERR_INPUT, errno, "cannot read '%s' at byte %" PRIu64, b->name, at);
	if ((size_t)got < n)
		return err_set(e, ERR_INPUT, "cannot read '%s': it ends at byte %" PRIu64 ", shorter than when it was opened",
			       b->name, end_now(b, at + (uint64_t)got));
	buf_wrote(out, n);
	return 0;
}

int blob_read_all(const struct blob *b, struct buf *out, size_t max, struct err *e)
{
	if (b->size > max)
		return err_set(e, ERR_INPUT, "cannot read '%s': larger than %zu MiB, which is the most", b->name, max >> 20);
	return blob_read(b, 0, (size_t)b->size, out, e);
}
