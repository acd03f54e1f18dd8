#include "store/db.h"

#include <stdarg.h>
#include <string.h>

#include "base/mem.h"
#include "base/when.h"

int db_error(struct store *s, struct err *e, const char *what)
{
	return err_set(e, ERR_STORE, "cannot %s in '%s': %s", what, s->path, sqlite3_errmsg(s->db));
}

int db_exec(struct store *s, const char *sql, struct err *e)
{
	return sqlite3_exec(s->db, sql, NULL, NULL, NULL) == SQLITE_OK ? 0 : db_error(s, e, "set up the store");
}

static int bind(sqlite3_stmt *st, int i, char type, va_list *ap)
{
	const struct slice *t;
	const char *text;

	switch (type) {
	case 's':
		text = va_arg(*ap, const char *);
		return text ? sqlite3_bind_text(st, i, text, -1, SQLITE_STATIC) : sqlite3_bind_null(st, i);
	case 't':
		t = va_arg(*ap, const struct slice *);
		return t->p ? sqlite3_bind_text64(st, i, t->p, t->n, SQLITE_STATIC, SQLITE_UTF8) :
			      sqlite3_bind_null(st, i);
	default:
		return sqlite3_bind_int64(st, i, va_arg(*ap, int64_t));
	}
}

static sqlite3_stmt *query(struct store *s, struct err *e, const char *sql, const char *types, va_list *ap)
{
	sqlite3_stmt *st = NULL;
	int rc = sqlite3_prepare_v2(s->db, sql, -1, &st, NULL);

	for (int i = 0; rc == SQLITE_OK && types[i]; i++)
		rc = bind(st, i + 1, types[i], ap);
	if (rc == SQLITE_OK)
		return st;
	db_error(s, e, "prepare a query");
	sqlite3_finalize(st);
	return NULL;
}

sqlite3_stmt *db_query(struct store *s, struct err *e, const char *sql, const char *types, ...)
{
	sqlite3_stmt *st;
	va_list ap;

	va_start(ap, types);
	st = query(s, e, sql, types, &ap);
	va_end(ap);
	return st;
}

int db_step(struct store *s, sqlite3_stmt *st, struct err *e)
{
	switch (sqlite3_step(st)) {
	case SQLITE_ROW:
		return 1;
	case SQLITE_DONE:
		return 0;
	default:
		return db_error(s, e, sqlite3_stmt_readonly(st) ? "read" : "write");
	}
}

int db_run(struct store *s, struct err *e, const char *sql, const char *types, ...)
{
	sqlite3_stmt *st;
	va_list ap;
	int rc;

	va_start(ap, types);
	st = query(s, e, sql, types, &ap);
	va_end(ap);
	if (!st)
		return -1;
	rc = db_step(s, st, e);
	sqlite3_finalize(st);
	return rc < 0 ? -1 : 0;
}

int db_begin(struct store *s, struct err *e)
{
	return sqlite3_exec(s->db, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK ? 0 : db_error(s, e, "write");
}

int db_end(struct store *s, bool ok, struct err *e)
{
	if (ok && sqlite3_exec(s->db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK)
		return 0;
	if (ok)
		db_error(s, e, "write");
	/* SQLite may have rolled back by itself already; then this one fails, which is as well */
	sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
	return -1;
}

char *db_text(sqlite3_stmt *st, int column)
{
	const unsigned char *p = sqlite3_column_text(st, column);

	return p ? xstrndup((const char *)p, (size_t)sqlite3_column_bytes(st, column)) : NULL;
}

char *db_string(sqlite3_stmt *st, int column)
{
	char *s = db_text(st, column);

	return s ? s : xstrdup("");
}

int64_t db_time(sqlite3_stmt *st, int column)
{
	return sqlite3_column_type(st, column) == SQLITE_NULL ? WHEN_NONE : sqlite3_column_int64(st, column);
}

void db_copy(sqlite3_stmt *st, int column, char *to, size_t size)
{
	const unsigned char *p = sqlite3_column_text(st, column);
	size_t n = p ? (size_t)sqlite3_column_bytes(st, column) : 0;

	n = n < size ? n : size - 1;
	if (n)
		memcpy(to, p, n);
	to[n] = '\0';
}
