#define _GNU_SOURCE /* clock_gettime */
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/mem.h"
#include "index/db.h"

enum { LOOKED_MAX = 8 << 20 };

int index_begin(struct index *x, struct err *e)
{
	return index_exec(x, "BEGIN IMMEDIATE", e);
}

int index_end(struct index *x, bool ok, struct err *e)
{
	if (ok && index_exec(x, "COMMIT", e) == 0)
		return 0;
	sqlite3_exec(x->db, "ROLLBACK", NULL, NULL, NULL);
	return -1;
}

/* Step a kept statement that gives no rows. */
static int run(struct index *x, sqlite3_stmt *st, struct err *e)
{
	int rc = sqlite3_step(st);

	sqlite3_reset(st);
	return rc == SQLITE_DONE ? 0 : index_error(x, e);
}

/*
 * Forget a file, and those that include it, on whatever way: what a header says may hang on those that it includes.  What was
 * found in them goes too, and what was parsed with them has to be parsed again.
 */
static int forget(struct index *x, int64_t file, struct err *e)
{
#define GONE "WITH RECURSIVE gone(id) AS (VALUES(?) UNION SELECT i.file FROM includes i JOIN gone ON i.what = gone.id) "
	static const char *const sql[] = {
		GONE "DELETE FROM unit WHERE path IN (SELECT unit FROM seen WHERE file IN gone)",
		GONE "DELETE FROM file WHERE id IN gone",
	};
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < 2; i++) {
		sqlite3_stmt *st = index_query(x, sql[i], e);

		if (!st)
			return -1;
		sqlite3_bind_int64(st, 1, file);
		rc = run(x, st, e);
		sqlite3_finalize(st);
	}
	return rc;
}

int index_again(struct index *x, const char *path, struct err *e)
{
	sqlite3_stmt *st = index_query(x, "SELECT id FROM file WHERE path = ? AND root = 0", e);
	int64_t id = 0;

	if (!st)
		return -1;
	sqlite3_bind_text(st, 1, path, -1, SQLITE_STATIC);
	if (sqlite3_step(st) == SQLITE_ROW)
		id = sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	return id ? forget(x, id, e) : 0;
}

int index_forget(struct index *x, int64_t file)
{
	return index_begin(x, NULL) < 0 ? -1 : index_end(x, forget(x, file, NULL) == 0, NULL);
}

static int64_t add_file(struct index *x, int root, const char *path, int64_t size, int64_t changed, struct err *e)
{
	sqlite3_stmt *st = index_query(x, "INSERT INTO file(root, path, size, changed) VALUES(?, ?, ?, ?)", e);
	int rc;

	if (!st)
		return -1;
	sqlite3_bind_int(st, 1, root);
	sqlite3_bind_text(st, 2, path, -1, SQLITE_STATIC);
	sqlite3_bind_int64(st, 3, size);
	sqlite3_bind_int64(st, 4, changed);
	rc = run(x, st, e);
	sqlite3_finalize(st);
	return rc < 0 ? -1 : sqlite3_last_insert_rowid(x->db);
}

int64_t index_file(struct index *x, int root, const char *path, bool *known, struct err *e)
{
	sqlite3_stmt *st = index_query(x, "SELECT id, size, changed FROM file WHERE path = ? AND root = ?", e);
	int64_t id = 0, size = -1, changed = -1, size_now = 0, changed_now = 0;

	*known = false;
	if (!st)
		return -1;
	sqlite3_bind_text(st, 1, path, -1, SQLITE_STATIC);
	sqlite3_bind_int(st, 2, root);
	if (sqlite3_step(st) == SQLITE_ROW) {
		id = sqlite3_column_int64(st, 0);
		size = sqlite3_column_int64(st, 1);
		changed = sqlite3_column_int64(st, 2);
	}
	sqlite3_finalize(st);
	index_stat(x, root, path, &size_now, &changed_now);
	*known = id && size == size_now && changed == changed_now;
	if (*known)
		return id;
	if (id && forget(x, id, e) < 0)
		return -1;
	return add_file(x, root, path, size_now, changed_now, e);
}

static void bind_key(sqlite3_stmt *st, int64_t file, const struct index_def *d, int first)
{
	sqlite3_bind_int64(st, 1, file);
	sqlite3_bind_int(st, 2, (int)d->kind);
	sqlite3_bind_text(st, 3, d->name, -1, SQLITE_STATIC);
	sqlite3_bind_int64(st, first, d->first);
}

int64_t index_add_def(struct index *x, int64_t file, const struct index_def *d, struct err *e)
{
	sqlite3_stmt *st = index_kept(x, ADD_DEF, e);
	int64_t id = -1;

	if (!st)
		return -1;
	bind_key(st, file, d, 5);
	sqlite3_bind_text(st, 4, d->type, -1, SQLITE_STATIC);
	sqlite3_bind_int64(st, 6, d->last);
	sqlite3_bind_int64(st, 7, d->doc_first);
	sqlite3_bind_int64(st, 8, d->doc_last);
	sqlite3_bind_int(st, 9, d->is_static);
	if (run(x, st, e) < 0)
		return -1;
	if (sqlite3_changes(x->db))
		return sqlite3_last_insert_rowid(x->db);
	st = index_kept(x, FIND_DEF, e);
	if (!st)
		return -1;
	bind_key(st, file, d, 4);
	if (sqlite3_step(st) == SQLITE_ROW)
		id = sqlite3_column_int64(st, 0);
	sqlite3_reset(st);
	return id < 0 ? index_error(x, e) : id;
}

int index_add_macro(struct index *x, int64_t file, const char *name, uint32_t first, uint32_t last, struct err *e)
{
	sqlite3_stmt *st = index_kept(x, ADD_MACRO, e);

	if (!st)
		return -1;
	sqlite3_bind_text(st, 1, name, -1, SQLITE_STATIC);
	sqlite3_bind_int64(st, 2, file);
	sqlite3_bind_int64(st, 3, first);
	sqlite3_bind_int64(st, 4, last);
	return run(x, st, e);
}

int index_add_field(struct index *x, int64_t def, unsigned at, const struct index_field *f, struct err *e)
{
	sqlite3_stmt *st = index_kept(x, ADD_FIELD, e);

	if (!st)
		return -1;
	sqlite3_bind_int64(st, 1, def);
	sqlite3_bind_int64(st, 2, at);
	sqlite3_bind_text(st, 3, f->name, -1, SQLITE_STATIC);
	sqlite3_bind_int64(st, 4, (int64_t)f->offset);
	sqlite3_bind_int64(st, 5, (int64_t)f->size);
	return run(x, st, e);
}

int index_add_ref(struct index *x, int64_t file, int64_t def, int64_t home, const struct index_ref *r, struct err *e)
{
	sqlite3_stmt *st = index_kept(x, ADD_REF, e);

	if (!st)
		return -1;
	sqlite3_bind_text(st, 1, r->name, -1, SQLITE_STATIC);
	sqlite3_bind_int(st, 2, (int)r->kind);
	sqlite3_bind_int64(st, 3, file);
	sqlite3_bind_int64(st, 4, r->line);
	sqlite3_bind_int64(st, 5, r->column);
	sqlite3_bind_int64(st, 6, r->access);
	sqlite3_bind_text(st, 7, r->macro, -1, SQLITE_STATIC);
	sqlite3_bind_int64(st, 8, home);
	sqlite3_bind_int64(st, 9, def);
	return run(x, st, e);
}

int index_add_include(struct index *x, int64_t file, int64_t what, struct err *e)
{
	sqlite3_stmt *st = index_kept(x, ADD_INCLUDE, e);

	if (!st)
		return -1;
	sqlite3_bind_int64(st, 1, file);
	sqlite3_bind_int64(st, 2, what);
	return run(x, st, e);
}

int index_done(struct index *x, const char *path, const int64_t *files, size_t n, const char *flags, const char *why, struct err *e)
{
	sqlite3_stmt *st = index_query(x, "INSERT OR REPLACE INTO unit(path, flags, why, whole, size, changed) VALUES(?, ?, ?, ?, ?, ?)", e);
	int64_t size = 0, changed = 0;
	int rc;

	if (!st)
		return -1;
	sqlite3_bind_text(st, 1, path, -1, SQLITE_STATIC);
	sqlite3_bind_text(st, 2, flags, -1, SQLITE_STATIC);
	if (why)
		sqlite3_bind_text(st, 3, why, -1, SQLITE_STATIC);
	index_stat(x, 0, path, &size, &changed);
	sqlite3_bind_int(st, 4, n > 0);
	sqlite3_bind_int64(st, 5, size);
	sqlite3_bind_int64(st, 6, changed);
	rc = run(x, st, e);
	sqlite3_finalize(st);
	for (size_t i = 0; rc == 0 && i < n; i++) {
		st = index_kept(x, ADD_SEEN, e);
		if (!st)
			return -1;
		sqlite3_bind_text(st, 1, path, -1, SQLITE_STATIC);
		sqlite3_bind_int64(st, 2, files[i]);
		rc = run(x, st, e);
	}
	return rc;
}

/* ---- what has changed since ---- */

void index_trust(struct index *x, int64_t us)
{
	x->trust = us;
}

void index_fixed(struct index *x)
{
	x->fixed = true;
}

/* Forget what was looked at too long ago. */
static void renew(struct index *x)
{
	struct timespec now;
	int64_t us;

	clock_gettime(CLOCK_MONOTONIC, &now);
	us = (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
	if (us < x->until)
		return;
	x->until = us + x->trust;
	if (x->cap)
		memset(x->looked, 0, x->cap);
}

static void note_looked(struct index *x, int64_t id)
{
	size_t had = x->cap;

	if (!x->trust || id < 0 || id > LOOKED_MAX)
		return;
	x->looked = mem_grow(x->looked, &x->cap, (size_t)id + 1, 1);
	if (x->cap > had)
		memset(x->looked + had, 0, x->cap - had);
	x->looked[id] = 1;
}

static bool was_looked(const struct index *x, int64_t id)
{
	return x->trust && id >= 0 && (uint64_t)id < x->cap && x->looked[id];
}

static void add_to_stamp(struct index *x, struct sha256 *h, int root, const char *path)
{
	int64_t now[2] = {-1, -1};

	index_stat(x, root, path, &now[0], &now[1]);
	sha256_add(h, path, strlen(path) + 1);
	sha256_add(h, now, sizeof now);
}

void index_stamp(struct index *x, const char *const *files, char word[SHA256_HEX + 1])
{
	sqlite3_stmt *st = index_query(x, "SELECT root, path FROM file ORDER BY id", NULL);
	struct sha256 *h = sha256_new();

	while (st && sqlite3_step(st) == SQLITE_ROW)
		add_to_stamp(x, h, sqlite3_column_int(st, 0), (const char *)sqlite3_column_text(st, 1));
	sqlite3_finalize(st);
	while (*files)
		add_to_stamp(x, h, 0, *files++);
	sha256_hex(h, word);
	sha256_free(h);
}

int64_t index_changed(struct index *x, const char *sql, const char *path)
{
	sqlite3_stmt *st = x->fixed ? NULL : index_query(x, sql, NULL);
	int64_t id = 0;

	if (!st)
		return 0;
	renew(x);
	sqlite3_bind_text(st, 1, path, -1, SQLITE_STATIC);
	while (id == 0 && sqlite3_step(st) == SQLITE_ROW) {
		const char *file = (const char *)sqlite3_column_text(st, 2);
		int64_t size = 0, changed = 0;

		if (was_looked(x, sqlite3_column_int64(st, 0)))
			continue;
		if (!file || !index_stat(x, sqlite3_column_int(st, 1), file, &size, &changed) ||
		    size != sqlite3_column_int64(st, 3) || changed != sqlite3_column_int64(st, 4))
			id = sqlite3_column_int64(st, 0);
		else
			note_looked(x, sqlite3_column_int64(st, 0));
	}
	sqlite3_finalize(st);
	return id;
}

enum index_state index_recorded(struct index *x, const char *path, const char *flags, struct arena *a, const char **why)
{
	sqlite3_stmt *st = index_query(x, "SELECT whole, why, size, changed FROM unit WHERE path = ? AND flags = ?", NULL);
	enum index_state state = INDEX_UNKNOWN;
	int64_t size = 0, changed = 0;

	if (!st)
		return INDEX_UNKNOWN;
	sqlite3_bind_text(st, 1, path, -1, SQLITE_STATIC);
	sqlite3_bind_text(st, 2, flags, -1, SQLITE_STATIC);
	if (sqlite3_step(st) == SQLITE_ROW) {
		const char *text = (const char *)sqlite3_column_text(st, 1);

		state = !sqlite3_column_int(st, 0) ? INDEX_FAILED : text ? INDEX_PARTLY : INDEX_WHOLE;
		/* of one that failed it is not known what it includes: it is tried again when it is another itself */
		if (state == INDEX_FAILED && (!index_stat(x, 0, path, &size, &changed) || size != sqlite3_column_int64(st, 2) ||
					      changed != sqlite3_column_int64(st, 3)))
			state = INDEX_UNKNOWN;
		if (why && text)
			*why = arena_str(a, slice_str(text));
	}
	sqlite3_finalize(st);
	return state;
}

enum index_state index_state(struct index *x, const char *path, const char *flags, struct arena *a, const char **why)
{
	static const char seen[] = "SELECT id, root, path, size, changed FROM seen JOIN file ON file = id WHERE unit = ?1";
	enum index_state state = index_recorded(x, path, flags, a, why);
	int64_t changed;

	while (state != INDEX_UNKNOWN && (changed = index_changed(x, seen, path)) != 0) {
		state = INDEX_UNKNOWN;
		if (index_forget(x, changed) < 0)
			break;
	}
	return state;
}
