#define _GNU_SOURCE /* O_CLOEXEC */
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
#include "base/sha256.h"
#include "store/db.h"

enum { WINDOW = 1 << 20 };

char *store_recording_path(const struct store *s, const char *hash)
{
	return fs_join(s->runs, hash);
}

/* Copy the blob to `fd`, window by window.  -1 also where the bytes do not have the hash any more. */
static int copy(int fd, const char *path, const struct blob *b, const char *hash, struct err *e)
{
	struct sha256 *h = sha256_new();
	struct buf window = BUF_INIT;
	char got[SHA256_HEX + 1];
	uint64_t size = blob_size(b);
	int rc = 0;

	for (uint64_t at = 0; rc == 0 && at < size; at += window.n) {
		rc = blob_read(b, at, size - at < WINDOW ? (size_t)(size - at) : WINDOW, &window, e);
		if (rc == 0) {
			sha256_add(h, window.p, window.n);
			if (fs_write_all(fd, window.p, window.n) < 0)
				rc = err_sys(e, ERR_STORE, errno, "cannot write '%s'", path);
		}
	}
	sha256_hex(h, got);
	if (rc == 0 && strcmp(got, hash) != 0)
		rc = err_set(e, ERR_INPUT, "cannot take in '%s': it has changed since it was read", blob_name(b));
	if (rc == 0 && fsync(fd) < 0)
		rc = err_sys(e, ERR_STORE, errno, "cannot write '%s'", path);
	buf_release(&window);
	sha256_free(h);
	return rc;
}

static int write_new(struct store *s, const char *path, const char *hash, const struct blob *b, struct err *e)
{
	struct buf tmp = BUF_INIT;
	int fd, rc;

	buf_addf(&tmp, "%s/%ld-%s", s->tmp, (long)getpid(), hash);
	fd = open(buf_str(&tmp), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0) {
		rc = err_sys(e, ERR_STORE, errno, "cannot write '%s'", buf_str(&tmp));
	} else {
		rc = copy(fd, buf_str(&tmp), b, hash, e);
		if (close(fd) < 0 && rc == 0)
			rc = err_sys(e, ERR_STORE, errno, "cannot write '%s'", buf_str(&tmp));
		if (rc == 0 && (rename(buf_str(&tmp), path) < 0 || fs_sync_dir(s->runs) < 0))
			rc = err_sys(e, ERR_STORE, errno, "cannot write '%s'", path);
		if (rc < 0)
			unlink(buf_str(&tmp));
	}
	buf_release(&tmp);
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
		rc = write_new(s, path, hash, b, e);
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
