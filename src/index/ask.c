#include <string.h>

#include "base/mem.h"
#include "index/db.h"

/* Rows are collected in an array that doubles, and end in the arena. */
struct rows {
	struct arena *a;
	char *p;
	size_t n, cap, size;
};

static void *rows_next(struct rows *r)
{
	void *row;

	if (r->n == r->cap) {
		char *bigger = arena_alloc(r->a, (r->cap ? r->cap * 2 : 16) * r->size);

		if (r->n)
			memcpy(bigger, r->p, r->n * r->size);
		r->p = bigger;
		r->cap = r->cap ? r->cap * 2 : 16;
	}
	row = r->p + r->n++ * r->size;
	return row;
}

static const char *text(struct arena *a, sqlite3_stmt *st, int column)
{
	const char *p = (const char *)sqlite3_column_text(st, column);

	return arena_str(a, (struct slice){p, p ? (size_t)sqlite3_column_bytes(st, column) : 0});
}

static uint32_t number(sqlite3_stmt *st, int column)
{
	return (uint32_t)sqlite3_column_int64(st, column);
}

static void bind(sqlite3_stmt *st, int at, struct slice s)
{
	sqlite3_bind_text64(st, at, s.n ? s.p : "", s.n, SQLITE_STATIC, SQLITE_UTF8);
}

bool index_knows(struct index *x, const char *path)
{
	static const char within[] = "WITH RECURSIVE part(id) AS (SELECT id FROM file WHERE path = ?1"
				     " UNION SELECT i.what FROM includes i JOIN part ON i.file = part.id)"
				     " SELECT f.id, f.root, f.path, f.size, f.changed FROM part JOIN file f ON f.id = part.id";
	sqlite3_stmt *st = index_query(x, "SELECT 1 FROM file WHERE path = ?", NULL);
	int64_t changed;
	bool known = false;

	if (!st)
		return false;
	sqlite3_bind_text(st, 1, path, -1, SQLITE_STATIC);
	known = sqlite3_step(st) == SQLITE_ROW;
	sqlite3_finalize(st);
	while (known && (changed = index_changed(x, within, path)) != 0) {
		known = false;
		if (index_forget(x, changed) < 0)
			break;
	}
	return known;
}

bool index_stands(struct index *x, const char *path)
{
	int64_t changed = index_changed(x, "SELECT id, root, path, size, changed FROM file WHERE path = ?1 AND root = 0", path);

	if (changed)
		index_forget(x, changed);
	return !changed;
}

bool index_answer(struct index *x, struct arena *a, struct slice question, struct slice *out)
{
	sqlite3_stmt *st = index_query(x, "SELECT text FROM answer WHERE question = ?", NULL);
	bool found = false;

	if (st) {
		bind(st, 1, question);
		found = sqlite3_step(st) == SQLITE_ROW;
		if (found)
			*out = slice_str(text(a, st, 0));
	}
	sqlite3_finalize(st);
	return found;
}

void index_keep_answer(struct index *x, struct slice question, struct slice kept)
{
	sqlite3_stmt *st = index_query(x, "INSERT OR REPLACE INTO answer(question, text) VALUES(?, ?)", NULL);

	if (st) {
		bind(st, 1, question);
		bind(st, 2, kept);
		sqlite3_step(st);
	}
	sqlite3_finalize(st);
}

#define DEF_COLUMNS "d.id, d.kind, d.name, d.type, f.path, f.root, d.first, d.last, d.doc_first, d.doc_last, d.static"

static int defs(struct index *x, struct arena *a, const char *sql, struct slice key, struct index_def **out, size_t *n,
		struct err *e)
{
	sqlite3_stmt *st = index_query(x, sql, e);
	struct rows r = {.a = a, .size = sizeof **out};
	int rc;

	if (!st)
		return -1;
	bind(st, 1, key);
	while ((rc = sqlite3_step(st)) == SQLITE_ROW) {
		struct index_def *d = rows_next(&r);

		*d = (struct index_def){
			.id = sqlite3_column_int64(st, 0),
			.kind = (enum index_kind)(sqlite3_column_int(st, 1) % INDEX_KINDS),
			.name = text(a, st, 2),
			.type = text(a, st, 3),
			.file = text(a, st, 4),
			.root = sqlite3_column_int(st, 5),
			.first = number(st, 6),
			.last = number(st, 7),
			.doc_first = number(st, 8),
			.doc_last = number(st, 9),
			.is_static = sqlite3_column_int(st, 10),
		};
	}
	sqlite3_finalize(st);
	*out = (struct index_def *)(void *)r.p;
	*n = r.n;
	return rc == SQLITE_DONE ? 0 : index_error(x, e);
}

int index_named(struct index *x, struct arena *a, struct slice name, struct index_def **out, size_t *n, struct err *e)
{
	return defs(x, a, "SELECT " DEF_COLUMNS " FROM def d JOIN file f ON d.file = f.id WHERE d.name = ? ORDER BY f.path, d.first",
		    name, out, n, e);
}

int index_in_file(struct index *x, struct arena *a, struct slice path, struct index_def **out, size_t *n, struct err *e)
{
	return defs(x, a, "SELECT " DEF_COLUMNS " FROM def d JOIN file f ON d.file = f.id WHERE f.path = ? ORDER BY d.first, d.name",
		    path, out, n, e);
}

_Static_assert(INDEX_MACRO == 7, "as below");

int index_macros(struct index *x, struct arena *a, struct slice name, struct index_def **out, size_t *n, struct err *e)
{
	return defs(x, a, "SELECT 0, 7, m.name, '', f.path, f.root, m.first, m.last, 0, 0, 1 FROM macro m JOIN file f ON m.file = f.id"
		    " WHERE m.name = ? ORDER BY f.path, m.first",
		    name, out, n, e);
}

bool index_sees(struct index *x, const char *context, int root, const char *path)
{
	sqlite3_stmt *st = index_query(x,
				       "SELECT 1 FROM file c JOIN seen u ON u.file = c.id JOIN file f ON f.path = ?2 AND f.root = ?3"
				       " JOIN seen s ON s.unit = u.unit AND s.file = f.id WHERE c.path = ?1 AND c.root = 0 LIMIT 1",
				       NULL);
	bool sees;

	if (!st)
		return false;
	sqlite3_bind_text(st, 1, context, -1, SQLITE_STATIC);
	sqlite3_bind_text(st, 2, path, -1, SQLITE_STATIC);
	sqlite3_bind_int(st, 3, root);
	sees = sqlite3_step(st) == SQLITE_ROW;
	sqlite3_finalize(st);
	return sees;
}

int index_fields(struct index *x, struct arena *a, int64_t def, struct index_field **fields, size_t *n, struct err *e)
{
	sqlite3_stmt *st = index_query(x, "SELECT name, offset, size FROM field WHERE def = ? ORDER BY at", e);
	struct rows r = {.a = a, .size = sizeof **fields};
	int rc;

	if (!st)
		return -1;
	sqlite3_bind_int64(st, 1, def);
	while ((rc = sqlite3_step(st)) == SQLITE_ROW) {
		struct index_field *f = rows_next(&r);

		*f = (struct index_field){text(a, st, 0), (uint64_t)sqlite3_column_int64(st, 1), (uint64_t)sqlite3_column_int64(st, 2)};
	}
	sqlite3_finalize(st);
	*fields = (struct index_field *)(void *)r.p;
	*n = r.n;
	return rc == SQLITE_DONE ? 0 : index_error(x, e);
}

static void read_ref(sqlite3_stmt *st, struct arena *a, struct index_ref *r)
{
	*r = (struct index_ref){
		.access = number(st, 0),
		.file = text(a, st, 1),
		.root = sqlite3_column_int(st, 2),
		.line = number(st, 3),
		.column = number(st, 4),
		.macro = text(a, st, 5),
		.in_kind = (enum index_kind)(sqlite3_column_int(st, 6) % INDEX_KINDS),
		.in_name = text(a, st, 7),
		.in_first = number(st, 8),
		.in_last = number(st, 9),
	};
}

int index_refs(struct index *x, struct arena *a, struct slice name, enum index_kind kind, const char *home, struct slice prefix,
	       size_t max, struct index_ref **refs, size_t *n, bool *more, struct err *e)
{
	sqlite3_stmt *st = index_query(
		x,
		"SELECT r.access, f.path, f.root, r.line, r.column, r.macro, d.kind, d.name, d.first, d.last FROM ref r"
		" JOIN file f ON r.file = f.id JOIN def d ON r.def = d.id LEFT JOIN file h ON r.home = h.id"
		" WHERE r.name = ?1 AND r.kind = ?2 AND coalesce(h.path, '') = ?3 AND substr(f.path, 1, length(?4)) = ?4"
		" ORDER BY f.path, r.line, r.column LIMIT ?5",
		e);
	struct rows r = {.a = a, .size = sizeof **refs};
	int rc;

	if (!st)
		return -1;
	bind(st, 1, name);
	sqlite3_bind_int(st, 2, (int)kind);
	bind(st, 3, slice_str(home));
	bind(st, 4, prefix);
	sqlite3_bind_int64(st, 5, (int64_t)max + 1);
	while ((rc = sqlite3_step(st)) == SQLITE_ROW)
		read_ref(st, a, rows_next(&r));
	sqlite3_finalize(st);
	*refs = (struct index_ref *)(void *)r.p;
	*more = r.n > max;
	*n = *more ? max : r.n;
	return rc == SQLITE_DONE ? 0 : index_error(x, e);
}

int index_fields_at(struct index *x, struct arena *a, struct slice path, uint32_t line, struct slice field, const char **names, size_t max,
		    size_t *n, struct err *e)
{
	sqlite3_stmt *st = index_query(x,
				       "SELECT DISTINCT r.name FROM file f JOIN ref r ON r.file = f.id WHERE f.path = ?1 AND f.root = 0"
				       " AND (r.line = ?2 OR ?2 = 0) AND r.kind = ?3 ORDER BY r.name",
				       e);
	int rc = SQLITE_DONE;

	*n = 0;
	if (!st)
		return -1;
	bind(st, 1, path);
	sqlite3_bind_int64(st, 2, line);
	sqlite3_bind_int(st, 3, INDEX_FIELD);
	while (*n < max && (rc = sqlite3_step(st)) == SQLITE_ROW) {
		const char *name = text(a, st, 0);
		size_t colons = slice_rfind(slice_str(name), "::");

		if (colons != SLICE_NONE && slice_is(field, name + colons + 2))
			names[(*n)++] = name;
	}
	sqlite3_finalize(st);
	return rc == SQLITE_DONE || rc == SQLITE_ROW ? 0 : index_error(x, e);
}
