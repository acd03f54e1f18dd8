#define _GNU_SOURCE /* O_CLOEXEC, getrandom */
#include "store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "store/db.h"

enum { BUSY_MS = 5000, RETRY_MS = 10 };

static int get_number(struct store *s, const char *pragma, int64_t *v, struct err *e)
{
	sqlite3_stmt *st = db_query(s, e, pragma, "");
	int rc = st ? db_step(s, st, e) : -1;

	*v = rc > 0 ? sqlite3_column_int64(st, 0) : 0;
	sqlite3_finalize(st);
	return rc < 0 ? -1 : 0;
}

/*
 * Whose database is it?  1: ours, 0: empty or of an older version, -1: neither, or of a newer version.  Nothing is written
 * before this is known.
 */
static int recognise(struct store *s, int64_t *is_version, struct err *e)
{
	int64_t application, version, tables;

	*is_version = 0;
	if (get_number(s, "PRAGMA application_id", &application, e) < 0 ||
	    get_number(s, "PRAGMA user_version", &version, e) < 0 ||
	    get_number(s, "SELECT count(*) FROM sqlite_schema", &tables, e) < 0)
		return -1;
	if (application == 0 && version == 0 && tables == 0)
		return 0;
	if (application != STORE_APPLICATION)
		return err_set(e, ERR_STORE, "cannot open '%s': it is a database of another program", s->path);
	if (version > STORE_VERSION)
		return err_set(e, ERR_STORE, "cannot open '%s': it has version %lld, this program knows up to %d; use a newer verdict",
			       s->path, (long long)version, STORE_VERSION);
	*is_version = version;
	return version == STORE_VERSION;
}

/* recognise() of one state, however busy others are. */
static int look(struct store *s, struct err *e)
{
	int64_t version;
	int ours;

	if (db_exec(s, "BEGIN", e) < 0)
		return -1;
	ours = recognise(s, &version, e);
	sqlite3_exec(s->db, "COMMIT", NULL, NULL, NULL);
	return ours;
}

static int make_id(char id[STORE_ID + 1], struct err *e)
{
	static const char hex[] = "0123456789abcdef";
	unsigned char random[STORE_ID / 2];

	if (getrandom(random, sizeof random, 0) != (ssize_t)sizeof random)
		return err_sys(e, ERR_STORE, errno, "cannot make an id for the store");
	for (int i = 0; i < STORE_ID; i++)
		id[i] = hex[random[i / 2] >> (i % 2 ? 0 : 4) & 15];
	id[STORE_ID] = '\0';
	return 0;
}

/* From `version`, 0 for an empty database, to what this program knows. */
static int make_tables(struct store *s, int64_t version, struct err *e)
{
	char numbers[96];

	for (; version < STORE_VERSION; version++)
		if (db_exec(s, store_schema[version], e) < 0 || schema_fill(s, version + 1, e) < 0)
			return -1;
	sqlite3_snprintf(sizeof numbers, numbers, "PRAGMA application_id = %d; PRAGMA user_version = %d",
			 STORE_APPLICATION, STORE_VERSION);
	return db_exec(s, numbers, e);
}

/* Make the tables, or those of an older version anew in place: all of it, or nothing. */
static int create(struct store *s, struct err *e)
{
	char id[STORE_ID + 1];
	int64_t version;
	int ours;

	if (make_id(id, e) < 0 || db_begin(s, e) < 0)
		return -1;
	ours = recognise(s, &version, e); /* another program may have been quicker */
	if (ours) {
		db_end(s, false, NULL);
		return ours < 0 ? -1 : 0;
	}
	if (make_tables(s, version, e) < 0 ||
	    (version == 0 && db_run(s, e, "INSERT INTO meta (key, value) VALUES ('store', ?)", "s", id) < 0)) {
		db_end(s, false, NULL);
		return -1;
	}
	return db_end(s, true, e);
}

/* SQLite does not wait for others by itself when it changes the journal mode. */
static int use_wal(struct store *s, struct err *e)
{
	int rc = SQLITE_BUSY;

	for (int waited = 0; waited < BUSY_MS; waited += RETRY_MS) {
		rc = sqlite3_exec(s->db, "PRAGMA journal_mode = WAL", NULL, NULL, NULL);
		if (rc != SQLITE_BUSY && rc != SQLITE_LOCKED)
			break;
		sqlite3_sleep(RETRY_MS);
	}
	return rc == SQLITE_OK ? 0 : db_error(s, e, "start writing");
}

static int read_id(struct store *s, struct err *e)
{
	sqlite3_stmt *st = db_query(s, e, "SELECT value FROM meta WHERE key = 'store'", "");
	int rc = st ? db_step(s, st, e) : -1;

	if (rc > 0)
		db_copy(st, 0, s->id, sizeof s->id);
	sqlite3_finalize(st);
	if (rc == 0)
		return err_set(e, ERR_STORE, "cannot open '%s': the store has no id", s->path);
	return rc < 0 ? -1 : 0;
}

static int open_database(struct store *s, struct err *e)
{
	int rc = sqlite3_open_v2(s->path, &s->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_EXRESCODE, NULL);
	int ours;

	if (!s->db)
		return err_set(e, ERR_STORE, "cannot open '%s': out of memory", s->path);
	if (rc != SQLITE_OK)
		return err_set(e, ERR_STORE, "cannot open '%s': %s", s->path, sqlite3_errmsg(s->db));
	sqlite3_busy_timeout(s->db, BUSY_MS);
	ours = look(s, e);
	if (ours < 0 || use_wal(s, e) < 0 ||
	    db_exec(s, "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF", e) < 0)
		return -1;
	if (ours == 0 && create(s, e) < 0)
		return -1;
	return read_id(s, e);
}

/*
 * A new database is made by us, so that only its owner reads it (SQLite gives its helper files the same mode).  Only
 * where there was none: closing a file that SQLite has open elsewhere in the process would drop its locks.
 */
static int make_files(struct store *s, const char *dir, struct err *e)
{
	struct stat st;
	bool had_dir = stat(dir, &st) == 0;
	int fd;

	if (fs_mkdirs(s->runs, e) < 0 || fs_mkdirs(s->tmp, e) < 0)
		return -1;
	fd = open(s->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return errno == EEXIST ? 0 : err_sys(e, ERR_STORE, errno, "cannot make '%s'", s->path);
	close(fd);
	if (fs_sync_dir(dir) < 0)
		return err_sys(e, ERR_STORE, errno, "cannot write '%s'", dir);
	if (!had_dir) {
		char *parent = fs_join(dir, "..");

		fs_sync_dir(parent); /* may be a folder that we cannot read: then the system decides when */
		free(parent);
	}
	return 0;
}

struct store *store_open(const char *dir, struct err *e)
{
	struct store *s = xcalloc(1, sizeof *s);

	s->path = fs_join(dir, "verdict.db");
	s->runs = fs_join(dir, "runs");
	s->tmp = fs_join(dir, "tmp");
	if (make_files(s, dir, e) < 0 || open_database(s, e) < 0) {
		store_close(s);
		return NULL;
	}
	recording_sweep(s);
	return s;
}

void store_close(struct store *s)
{
	if (!s)
		return;
	sqlite3_close(s->db);
	free(s->path);
	free(s->runs);
	free(s->tmp);
	free(s);
}

const char *store_id(const struct store *s)
{
	return s->id;
}
