/* Runs that are under way: rows whose bytes lie in a journal until it has its end. */
#define _GNU_SOURCE /* flock, O_CLOEXEC */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/when.h"
#include "store/db.h"

char *store_journal_path(const struct store *s, const char *id)
{
	struct buf path = BUF_INIT;

	buf_addf(&path, "%s/%s.journal", s->runs, id);
	return buf_detach(&path);
}

int store_begin_live(struct store *s, const struct run *r, int64_t now, struct err *e)
{
	return runs_insert(s, r, "", now, e);
}

int store_written(const struct store *s, const char *id)
{
	char *path = store_journal_path(s, id);
	int fd = open(path, O_RDONLY | O_CLOEXEC), rc = -1;

	free(path);
	if (fd >= 0) {
		rc = flock(fd, LOCK_SH | LOCK_NB) < 0 && errno == EWOULDBLOCK;
		close(fd);
	}
	return rc;
}

int store_seal(struct store *s, const struct run *r, const struct blob *b, bool ended, struct err *e)
{
	char *path;
	int rc;

	if (recording_put(s, r->recording, b, e) < 0 || db_begin(s, e) < 0)
		return -1;
	rc = runs_update(s, r, e);
	if (db_end(s, rc == 0, e) < 0)
		return -1;
	if (ended) { /* only now: the bytes and the row that names them are on disk */
		path = store_journal_path(s, r->id);
		unlink(path);
		free(path);
	}
	return 0;
}
