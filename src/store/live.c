#define _GNU_SOURCE /* O_CLOEXEC, flock */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "store/db.h"

char *store_journal_path(const struct store *s, const char *id)
{
	struct buf name = BUF_INIT;
	char *path;

	buf_addf(&name, "%s.journal", id);
	path = fs_join(s->runs, buf_str(&name));
	buf_release(&name);
	return path;
}

int store_begin_live(struct store *s, const struct run *r, int64_t now, struct err *e)
{
	if (db_begin(s, e) < 0)
		return -1;
	return db_end(s, run_insert(s, r, "", now, e) >= 0, e);
}

int store_writer(const struct store *s, const char *id, struct err *e)
{
	char *path = store_journal_path(s, id);
	int fd = open(path, O_RDONLY | O_CLOEXEC), rc = 0;

	if (fd < 0)
		rc = errno == ENOENT ? 0 : err_sys(e, ERR_STORE, errno, "cannot open '%s'", path);
	else if (flock(fd, LOCK_SH | LOCK_NB) < 0)
		rc = errno == EWOULDBLOCK ? 1 : err_sys(e, ERR_STORE, errno, "cannot lock '%s'", path);
	if (fd >= 0)
		close(fd);
	free(path);
	return rc;
}

int store_keep(struct store *s, const struct run *r, const struct blob *b, struct err *e)
{
	return recording_put(s, r->recording, b, e);
}

/* 1: the row is sealed; 0: it is not; -1. */
static int is_sealed(struct store *s, const char *id, struct err *e)
{
	struct run_row row = {0};
	int rc = store_get(s, id, &row, e);

	if (rc == 0)
		rc = err_set(e, ERR_STORE, "cannot seal run %.12s: it is not in the store", id);
	else if (rc > 0)
		rc = row.recording[0] != '\0';
	run_row_release(&row);
	return rc;
}

/*
 * The bytes under the recording's name: a second name of the same file, so that whoever follows the journal keeps it;
 * where the file system has no such thing, a copy.
 */
static int name_recording(struct store *s, int fd, const char *journal, const struct run *r, const struct blob *b,
			  struct err *e)
{
	char *path = store_recording_path(s, r->recording);
	bool linked = link(journal, path) == 0;
	int rc;

	if (linked && (fsync(fd) < 0 || fs_sync_dir(s->runs) < 0))
		rc = err_sys(e, ERR_STORE, errno, "cannot write '%s'", path);
	else
		rc = linked ? 0 : recording_put(s, r->recording, b, e);
	free(path);
	return rc;
}

/* The journal is locked: nobody writes to it. */
static int seal_locked(struct store *s, int fd, const char *journal, const struct run *r, const struct blob *b, struct err *e)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return err_sys(e, ERR_STORE, errno, "cannot look at '%s'", journal);
	if ((uint64_t)st.st_size != blob_size(b))
		return err_set(e, ERR_INPUT, "cannot seal '%s': it has changed since it was read", journal);
	if (name_recording(s, fd, journal, r, b, e) < 0 || db_begin(s, e) < 0)
		return -1;
	return db_end(s, run_update(s, r, e) == 0, e);
}

int store_seal(struct store *s, const struct run *r, const struct blob *b, struct err *e)
{
	char *journal = store_journal_path(s, r->id);
	int rc = is_sealed(s, r->id, e);
	int fd = rc == 0 ? open(journal, O_RDONLY | O_CLOEXEC) : -1;

	if (rc == 0 && fd < 0)
		rc = err_sys(e, ERR_STORE, errno, "cannot open '%s'", journal);
	else if (rc == 0 && flock(fd, LOCK_EX | LOCK_NB) < 0)
		rc = errno == EWOULDBLOCK ? err_set(e, ERR_NO, "cannot seal run %.12s: a program is still writing it", r->id)
					  : err_sys(e, ERR_STORE, errno, "cannot lock '%s'", journal);
	else if (rc == 0)
		rc = seal_locked(s, fd, journal, r, b, e);
	if (rc >= 0)
		unlink(journal); /* also what a program left that was killed right here; a name too many does no harm */
	if (fd >= 0)
		close(fd);
	free(journal);
	return rc < 0 ? -1 : 0;
}
