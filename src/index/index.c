#define _GNU_SOURCE /* struct stat's st_mtim */
#include "index/index.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "index/db.h"

enum { INDEX_VERSION = 6, BUSY_MS = 60000 };

/*
 * A file that is gone takes what was found in it along.  The names of what is referred to are kept once, in `word`: there are
 * a thousand references to some.  A list of commands is kept by the numbers that tell whether it has changed; they are never
 * used again, because who has it open goes by its own.
 */
static const char schema[] =
	"CREATE TABLE file(id INTEGER PRIMARY KEY, root INTEGER NOT NULL, path TEXT NOT NULL, size INTEGER NOT NULL,"
	" changed INTEGER NOT NULL, UNIQUE(path, root));"
	"CREATE TABLE unit(path TEXT PRIMARY KEY, flags TEXT NOT NULL, why TEXT, whole INTEGER NOT NULL,"
	" size INTEGER NOT NULL, changed INTEGER NOT NULL) WITHOUT ROWID;"
	"CREATE TABLE seen(unit TEXT NOT NULL REFERENCES unit(path) ON DELETE CASCADE,"
	" file INTEGER NOT NULL REFERENCES file(id) ON DELETE CASCADE, PRIMARY KEY(unit, file)) WITHOUT ROWID;"
	"CREATE INDEX seen_file ON seen(file);"
	"CREATE TABLE includes(file INTEGER NOT NULL REFERENCES file(id) ON DELETE CASCADE,"
	" what INTEGER NOT NULL REFERENCES file(id) ON DELETE CASCADE, PRIMARY KEY(file, what)) WITHOUT ROWID;"
	"CREATE INDEX includes_what ON includes(what);"
	"CREATE TABLE def(id INTEGER PRIMARY KEY, file INTEGER NOT NULL REFERENCES file(id) ON DELETE CASCADE, kind INTEGER NOT NULL,"
	" name TEXT NOT NULL, type TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, doc_first INTEGER NOT NULL,"
	" doc_last INTEGER NOT NULL, static INTEGER NOT NULL, UNIQUE(file, kind, name, first));"
	"CREATE INDEX def_name ON def(name);"
	"CREATE TABLE macro(name TEXT NOT NULL, file INTEGER NOT NULL REFERENCES file(id) ON DELETE CASCADE, first INTEGER NOT NULL,"
	" last INTEGER NOT NULL, PRIMARY KEY(name, file, first)) WITHOUT ROWID;"
	"CREATE INDEX macro_file ON macro(file);"
	"CREATE TABLE field(def INTEGER NOT NULL REFERENCES def(id) ON DELETE CASCADE, at INTEGER NOT NULL, name TEXT NOT NULL,"
	" offset INTEGER NOT NULL, size INTEGER NOT NULL, PRIMARY KEY(def, at)) WITHOUT ROWID;"
	"CREATE TABLE ref(name TEXT NOT NULL, kind INTEGER NOT NULL, file INTEGER NOT NULL REFERENCES file(id) ON DELETE CASCADE,"
	" line INTEGER NOT NULL, column INTEGER NOT NULL, access INTEGER NOT NULL, macro TEXT NOT NULL, home INTEGER NOT NULL,"
	" def INTEGER NOT NULL, PRIMARY KEY(name, kind, file, line, column, home)) WITHOUT ROWID;"
	"CREATE INDEX ref_file ON ref(file);"
	"CREATE TABLE answer(question TEXT PRIMARY KEY, text TEXT NOT NULL) WITHOUT ROWID;"
	"CREATE TABLE list(id INTEGER PRIMARY KEY AUTOINCREMENT, path TEXT NOT NULL, source TEXT NOT NULL, size INTEGER NOT NULL,"
	" changed INTEGER NOT NULL, inode INTEGER NOT NULL, UNIQUE(path, source));"
	"CREATE TABLE command(list INTEGER NOT NULL REFERENCES list(id) ON DELETE CASCADE, path TEXT NOT NULL, number INTEGER NOT NULL,"
	" at INTEGER NOT NULL, size INTEGER NOT NULL, PRIMARY KEY(list, path)) WITHOUT ROWID;"
	"PRAGMA user_version = 6;";

const char *index_kind_name(enum index_kind k)
{
	static const char *const names[] = {"function", "struct", "union", "enum", "typedef", "global_variable", "field", "macro"};

	return names[k];
}

/* ---- SQLite ---- */

int index_error(struct index *x, struct err *e)
{
	return err_set(e, ERR_TOOL, "cannot use the index '%s': %s", x->path, sqlite3_errmsg(x->db));
}

int index_exec(struct index *x, const char *sql, struct err *e)
{
	return sqlite3_exec(x->db, sql, NULL, NULL, NULL) == SQLITE_OK ? 0 : index_error(x, e);
}

sqlite3_stmt *index_query(struct index *x, const char *sql, struct err *e)
{
	sqlite3_stmt *st = NULL;

	if (sqlite3_prepare_v2(x->db, sql, -1, &st, NULL) != SQLITE_OK)
		index_error(x, e);
	return st;
}

sqlite3_stmt *index_kept(struct index *x, enum index_statement which, struct err *e)
{
	static const char *const sql[] = {
		[ADD_DEF] = "INSERT OR IGNORE INTO def(file, kind, name, type, first, last, doc_first, doc_last, static)"
			    " VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)",
		[FIND_DEF] = "SELECT id FROM def WHERE file = ? AND kind = ? AND name = ? AND first = ?",
		[ADD_MACRO] = "INSERT OR IGNORE INTO macro(name, file, first, last) VALUES(?, ?, ?, ?)",
		[ADD_FIELD] = "INSERT OR REPLACE INTO field(def, at, name, offset, size) VALUES(?, ?, ?, ?, ?)",
		[ADD_REF] = "INSERT INTO ref(name, kind, file, line, column, access, macro, home, def) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)"
			    " ON CONFLICT DO UPDATE SET access = access | excluded.access",
		[ADD_INCLUDE] = "INSERT OR IGNORE INTO includes(file, what) VALUES(?, ?)",
		[ADD_SEEN] = "INSERT OR IGNORE INTO seen(unit, file) VALUES(?, ?)",
	};

	if (!x->st[which])
		x->st[which] = index_query(x, sql[which], e);
	else
		sqlite3_reset(x->st[which]);
	return x->st[which];
}

/* ---- opening ---- */

/* -1: it cannot be read, which the connection says why. */
static int64_t version(struct index *x)
{
	sqlite3_stmt *st = index_query(x, "PRAGMA user_version", NULL);
	int64_t v = -1;

	if (st && sqlite3_step(st) == SQLITE_ROW)
		v = sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	return v;
}

static int connect(struct index *x, struct err *e)
{
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;

	if (sqlite3_open_v2(x->path, &x->db, flags, NULL) != SQLITE_OK)
		return index_error(x, e);
	sqlite3_busy_timeout(x->db, BUSY_MS);
	return index_exec(x, "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA foreign_keys = ON;", e);
}

static int make_tables(struct index *x, struct err *e)
{
	int64_t v;
	int rc = index_exec(x, "BEGIN IMMEDIATE", e);

	if (rc < 0)
		return -1;
	v = version(x); /* another may have made them meanwhile */
	if (v == 0)
		rc = index_exec(x, schema, e);
	if (rc == 0 && v > 0 && v != INDEX_VERSION)
		rc = err_set(e, ERR_TOOL, "the index '%s' is of another version of this program: remove it", x->path);
	if (rc == 0)
		return index_exec(x, "COMMIT", e);
	sqlite3_exec(x->db, "ROLLBACK", NULL, NULL, NULL);
	return -1;
}

/*
 * What is no database, or another version's, is made anew: nothing is lost but time.  One that cannot be read just now may be in
 * use by another program, and is left to it.
 */
static bool is_useless(struct index *x)
{
	int64_t v = version(x);
	int why = sqlite3_errcode(x->db) & 0xff;

	return v < 0 ? why == SQLITE_NOTADB || why == SQLITE_CORRUPT : v != 0 && v != INDEX_VERSION;
}

static void remove_files(const char *path)
{
	static const char *const ends[] = {"", "-wal", "-shm"};
	struct buf b = BUF_INIT;

	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		buf_clear(&b);
		buf_addf(&b, "%s%s", path, ends[i]);
		unlink(buf_str(&b));
	}
	buf_release(&b);
}

static int open_dir(const char *dir)
{
	return dir ? open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC) : -1;
}

struct index *index_open(const char *path, const char *source, const char *build, struct err *e)
{
	struct index *x = xcalloc(1, sizeof *x);
	int rc;

	x->path = xstrdup(path);
	x->root[0] = open_dir(source);
	x->root[1] = open_dir(build);
	rc = connect(x, e);
	if (is_useless(x)) {
		sqlite3_close(x->db);
		x->db = NULL;
		remove_files(path);
		rc = connect(x, e);
	}
	if (rc == 0 && version(x) != INDEX_VERSION)
		rc = make_tables(x, e);
	if (rc == 0)
		return x;
	index_close(x);
	return NULL;
}

void index_close(struct index *x)
{
	if (!x)
		return;
	for (size_t i = 0; i < STATEMENTS; i++)
		sqlite3_finalize(x->st[i]);
	sqlite3_close(x->db);
	for (size_t i = 0; i < 2; i++)
		if (x->root[i] >= 0)
			close(x->root[i]);
	free(x->looked);
	free(x->path);
	free(x);
}

bool index_stat(const struct index *x, int root, const char *path, int64_t *size, int64_t *changed)
{
	struct stat st;

	if (root < 0 || root > 1 || x->root[root] < 0 || fstatat(x->root[root], path, &st, 0) < 0)
		return false;
	*size = st.st_size;
	*changed = (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec;
	return true;
}
