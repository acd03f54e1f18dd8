/* What the files of the index share.  Private to this folder. */
#ifndef INDEX_DB_H
#define INDEX_DB_H

#include <sqlite3.h>

#include "index/index.h"

/* The statements that are run for each definition and reference are prepared once. */
enum index_statement { ADD_DEF, FIND_DEF, ADD_MACRO, ADD_FIELD, ADD_REF, ADD_INCLUDE, ADD_SEEN, STATEMENTS };

struct index {
	sqlite3 *db;
	char *path;
	int root[2]; /* descriptors of the directories; -1: there is none */
	sqlite3_stmt *st[STATEMENTS];
	bool fixed;            /* nothing of the directories ever changes */
	int64_t trust, until;  /* microseconds, and of CLOCK_MONOTONIC: so long what was looked at is not looked at again */
	unsigned char *looked; /* owned; by number of the file: it was as it was */
	size_t cap;
};

int index_error(struct index *x, struct err *e);
int index_exec(struct index *x, const char *sql, struct err *e);

/* A statement; NULL with the error set. */
sqlite3_stmt *index_query(struct index *x, const char *sql, struct err *e);

/* One of those above, ready for new values. */
sqlite3_stmt *index_kept(struct index *x, enum index_statement which, struct err *e);

/* Size and time of last change of a file; false where it is not there. */
bool index_stat(const struct index *x, int root, const char *path, int64_t *size, int64_t *changed);

/*
 * The number of a file that is not any more as it was, among those that `sql` gives: with columns id, root, path, size, changed,
 * for the path ?1.  0: all are.
 */
int64_t index_changed(struct index *x, const char *sql, const char *path);

/* Forget a file and those that include it, in a transaction of its own. */
int index_forget(struct index *x, int64_t file);

#endif
