/* What the files of the store share: the connection and short ways to SQLite.  Private to this folder. */
#ifndef STORE_DB_H
#define STORE_DB_H

#include <sqlite3.h>
#include <stdbool.h>

#include "store/store.h"

enum { STORE_ID = 16 }; /* hexadecimal digits */

struct store {
	sqlite3 *db;
	char *path; /* of the database, for messages */
	char *runs; /* folder of recordings */
	char *tmp;  /* folder of what is being written: apart, so that looking for left-overs is quick */
	char id[STORE_ID + 1];
};

/* The statements that make each version of the tables from the one before; the version is written to user_version. */
enum { STORE_VERSION = 2, STORE_APPLICATION = 0x76726474 }; /* "vrdt" */
extern const char *const store_schema[STORE_VERSION];

/* What the statements cannot do for the rows that are there already, within the same transaction. */
int schema_fill(struct store *s, int64_t version, struct err *e);

/* Fill `e` with what SQLite says of the last failure.  Returns -1. */
int db_error(struct store *s, struct err *e, const char *what);

/* Run statements without parameters. */
int db_exec(struct store *s, const char *sql, struct err *e);

/*
 * A statement with its parameters bound, one letter each in `types`: 's' a C string (NULL is NULL), 't' a struct slice
 * by pointer, 'i' an int64_t.  Texts are borrowed until the statement is finalized.  NULL on failure.
 */
sqlite3_stmt *db_query(struct store *s, struct err *e, const char *sql, const char *types, ...);

/* Step: 1 for a row, 0 at the end, -1 on failure. */
int db_step(struct store *s, sqlite3_stmt *st, struct err *e);

/* db_query() for a statement that gives no rows: step once, finalize. */
int db_run(struct store *s, struct err *e, const char *sql, const char *types, ...);

/* A transaction that takes the lock for writing at once; db_end() commits where `ok`, and rolls back otherwise. */
int db_begin(struct store *s, struct err *e);
int db_end(struct store *s, bool ok, struct err *e); /* 0 only where it is committed */

/* A column as an owned string, NULL (or empty) where it is NULL; as a time, WHEN_NONE where it is NULL. */
char *db_text(sqlite3_stmt *st, int column);
char *db_string(sqlite3_stmt *st, int column);
int64_t db_time(sqlite3_stmt *st, int column);
void db_copy(sqlite3_stmt *st, int column, char *to, size_t size); /* cut, ended with NUL */

/*
 * The recording's bytes to runs/HASH, unless they are there with that size already.  When it returns 0 they are on disk
 * under that name.
 */
int recording_put(struct store *s, const char *hash, const struct blob *b, struct err *e);

/*
 * A run's row, with this recording's hash (or ""), unless it is there: 1 where it is new, 0 or -1; and what its recording
 * tells, put anew.  Within a transaction of the caller's.
 */
int run_insert(struct store *s, const struct run *r, const char *recording, int64_t now, struct err *e);
int run_update(struct store *s, const struct run *r, struct err *e);

/* The columns of a row that run_read() reads; a statement may have more behind them. */
#define RUN_COLUMNS "id, recording, member, format, job, workflow, title, outputs, state, review, reviewer, started, " \
		"finished, added, id IN (SELECT run FROM draft), decided, until"
enum { RUN_COLUMNS_N = 17 };
void run_read(sqlite3_stmt *st, struct run_row *r);

/* Two more columns behind those: how many other recordings of its job there are, and on how many was decided. */
#define RUN_UNDECIDED "review IN ('unreviewed', 'deferred')"
#define RUN_OTHERS " (SELECT count(*) FROM run o WHERE o.job = run.job AND o.id <> run.id)," \
		   " (SELECT count(*) FROM run o WHERE o.job = run.job AND o.id <> run.id AND NOT o." RUN_UNDECIDED ")"
void run_read_others(sqlite3_stmt *st, struct run_row *r);

/* Say anew which rows are the best recordings of their jobs: of `job`, or of all where it is NULL. */
int run_rank(struct store *s, const struct slice *job, struct err *e);

/* What lists show of a run, from the decisions on it. */
int run_refold(struct store *s, const char *run, struct err *e);

/* The order for a reviewer who is `alone`; `title` is a pattern, or NULL. */
int order_alone(struct store *s, const struct run_filter *f, const char *title, struct run_order *out, struct err *e);

/* The reviewer's own events of a run that tell what lists show of it, and what was seen. */
int event_read_own(struct store *s, const char *run, const char *reviewer, struct events *out, struct err *e);

/* Remove temporary files of processes that are no more; what cannot be removed stays. */
void recording_sweep(struct store *s);

#endif
