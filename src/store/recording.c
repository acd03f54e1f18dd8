#define _GNU_SOURCE /* O_CLOEXEC, sync_file_range */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/sha256.h"
#include "store/db.h"

enum { WINDOW = 1 << 20 };

char *store_recording_path(const struct store *s, const char *hash)
{
	return fs_join(s->runs, hash);
}

struct recording_copy {
	struct store *store; /* borrowed, as is the blob */
	const struct blob *from;
	char hash[SHA256_HEX + 1];
	char *tmp;
	struct sha256 *sum;
	struct buf window;
	uint64_t at;
	int fd; /* -1: it is there */
};

static int cannot_write(const struct recording_copy *c, struct err *e)
{
	return err_sys(e, ERR_STORE, errno, "cannot write '%s'", c->tmp);
}

/* Everything is written: is it what it should be, and on the disk?  Then it gets its name. */
static int complete(struct recording_copy *c, struct err *e)
{
	char got[SHA256_HEX + 1], *path;
	int rc = 0;

	sha256_hex(c->sum, got);
	if (strcmp(got, c->hash) != 0)
		return err_set(e, ERR_INPUT, "cannot take in '%s': it has changed since it was read", blob_name(c->from));
	if (fsync(c->fd) < 0)
		return cannot_write(c, e);
	rc = close(c->fd);
	c->fd = -1;
	path = store_recording_path(c->store, c->hash);
	if (rc < 0 || rename(c->tmp, path) < 0 || fs_sync_dir(c->store->runs) < 0) {
		rc = err_sys(e, ERR_STORE, errno, "cannot write '%s'", path);
		unlink(c->tmp);
	}
	free(path);
	return rc;
}

struct recording_copy *recording_copy_begin(struct store *s, const char *hash, const struct blob *b, struct err *e)
{
	struct recording_copy *c = xcalloc(1, sizeof *c);
	struct buf tmp = BUF_INIT;

	c->store = s;
	c->from = b;
	snprintf(c->hash, sizeof c->hash, "%s", hash);
	buf_addf(&tmp, "%s/%ld-%s", s->tmp, (long)getpid(), hash);
	c->tmp = buf_detach(&tmp);
	c->sum = sha256_new();
	c->fd = open(c->tmp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (c->fd < 0) {
		cannot_write(c, e);
		recording_copy_free(c);
		return NULL;
	}
	return c;
}

int recording_copy_step(struct recording_copy *c, struct err *e)
{
	uint64_t left = blob_size(c->from) - c->at;
	size_t n = left < WINDOW ? (size_t)left : WINDOW;

	if (c->fd < 0)
		return 0;
	if (n == 0)
		return complete(c, e);
	if (blob_read(c->from, c->at, n, &c->window, e) < 0)
		return -1;
	sha256_add(c->sum, c->window.p, c->window.n);
	if (fs_write_all(c->fd, c->window.p, c->window.n) < 0)
		return cannot_write(c, e);
	/* on its way to the disk at once, so that there is little to wait for at the end */
	sync_file_range(c->fd, (off_t)c->at, (off_t)c->window.n, SYNC_FILE_RANGE_WRITE);
	c->at += c->window.n;
	return 1;
}

void recording_copy_free(struct recording_copy *c)
{
	if (!c)
		return;
	if (c->fd >= 0) {
		close(c->fd);
		unlink(c->tmp);
	}
	free(c->tmp);
	sha256_free(c->sum);
	buf_release(&c->window);
	free(c);
}

static int write_new(struct store *s, const char *hash, const struct blob *b, struct err *e)
{
	struct recording_copy *c = recording_copy_begin(s, hash, b, e);
	int rc = c ? 1 : -1;

	while (rc > 0)
		rc = recording_copy_step(c, e);
	recording_copy_free(c);
	return rc;
}

/* Another program may have written it a moment ago and not got to its fsync: ours makes sure. */
static int sync_old(struct store *s, const char *path, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), rc;

	rc = fd < 0 || fsync(fd) < 0 || fs_sync_dir(s->runs) < 0 ?
		     err_sys(e, ERR_STORE, errno, "cannot write '%s'", path) : 0;
	if (fd >= 0)
		close(fd);
	return rc;
}

int recording_put(struct store *s, const char *hash, const struct blob *b, struct err *e)
{
	char *path = store_recording_path(s, hash);
	struct stat st;
	int rc;

	if (stat(path, &st) == 0 && S_ISREG(st.st_mode) && (uint64_t)st.st_size == blob_size(b))
		rc = sync_old(s, path, e);
	else
		rc = write_new(s, hash, b, e);
	free(path);
	return rc;
}

void recording_sweep(struct store *s)
{
	DIR *d = opendir(s->tmp);
	struct dirent *entry;

	while (d && (entry = readdir(d))) {
		char *end, *path;
		long pid = strtol(entry->d_name, &end, 10);

		/* a file of our own number is of a process that had it before: we write nothing yet */
		if (end == entry->d_name || *end != '-' || pid <= 0 ||
		    (pid != (long)getpid() && !(kill((pid_t)pid, 0) < 0 && errno == ESRCH)))
			continue;
		path = fs_join(s->tmp, entry->d_name);
		unlink(path);
		free(path);
	}
	if (d)
		closedir(d);
}
