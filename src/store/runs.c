#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/when.h"
#include "store/db.h"

/* Texts of a run come from outside; a list needs their beginning only. */
enum { ROW_TEXT = 4096 };

void run_row_release(struct run_row *r)
{
	free(r->format);
	free(r->job);
	free(r->workflow);
	free(r->title);
	free(r->outputs);
	free(r->reviewer);
	free(r->decided);
	*r = (struct run_row){0};
}

/* Words of states that a later version wrote are taken as the plainest state. */
static enum run_state run_state_of(const char *word)
{
	for (int i = RUN_PENDING; i < RUN_STATES; i++)
		if (strcmp(word, run_state_name((enum run_state)i)) == 0)
			return (enum run_state)i;
	return RUN_PENDING;
}

void run_read(sqlite3_stmt *st, struct run_row *r)
{
	char word[32];

	*r = (struct run_row){.review = REVIEW_UNREVIEWED};
	db_copy(st, 0, r->id, sizeof r->id);
	db_copy(st, 1, r->recording, sizeof r->recording);
	r->member = (unsigned)sqlite3_column_int64(st, 2);
	r->format = db_string(st, 3);
	r->job = db_string(st, 4);
	r->workflow = db_string(st, 5);
	r->title = db_string(st, 6);
	r->outputs = db_string(st, 7);
	db_copy(st, 8, word, sizeof word);
	r->state = run_state_of(word);
	db_copy(st, 9, word, sizeof word);
	review_state_of(slice_str(word), &r->review);
	r->reviewer = db_text(st, 10);
	r->started = db_time(st, 11);
	r->finished = db_time(st, 12);
	r->added = sqlite3_column_int64(st, 13);
	r->draft = sqlite3_column_int64(st, 14) != 0;
	r->decided = db_text(st, 15);
	db_copy(st, 16, r->until, sizeof r->until);
}

void run_read_others(sqlite3_stmt *st, struct run_row *r)
{
	r->others = (unsigned)sqlite3_column_int64(st, RUN_COLUMNS_N);
	r->others_decided = (unsigned)sqlite3_column_int64(st, RUN_COLUMNS_N + 1);
}

/* The one row of a query: 1, 0 or -1.  Finalizes. */
static int one_row(struct store *s, sqlite3_stmt *st, struct run_row *row, struct err *e)
{
	int rc = st ? db_step(s, st, e) : -1;

	if (rc > 0)
		run_read(st, row);
	sqlite3_finalize(st);
	return rc;
}

/* ---- taking in ---- */

/* The beginning of a text, cut at a character; NULL where it is empty. */
static struct slice head(struct slice s)
{
	if (s.n > ROW_TEXT)
		for (s.n = ROW_TEXT; s.n > 0 && ((unsigned char)s.p[s.n] & 0xc0) == 0x80;)
			s.n--;
	return s.n ? s : (struct slice){0};
}

/* What a row tells of its recording; an existing row is changed only where `update` says so. */
static int put_row(struct store *s, const struct run *r, const char *recording, int64_t now, bool update, struct err *e)
{
	static const char insert[] =
		"INSERT INTO run (id, recording, member, format, job, workflow, title, outputs, state, started, finished,"
		" added) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, nullif(?10, ?12), nullif(?11, ?12), ?13)"
		" ON CONFLICT (id) DO NOTHING";
	static const char change[] =
		"UPDATE run SET recording = ?2, member = ?3, format = ?4, job = ?5, workflow = ?6, title = ?7, outputs = ?8,"
		" state = ?9, started = nullif(?10, ?12), finished = nullif(?11, ?12) WHERE id = ?1 AND ?13 = ?13";
	struct slice job = head(r->job), workflow = head(r->workflow), title = head(r->title);
	struct buf outputs = BUF_INIT;
	int rc;

	outputs_words(&outputs, &r->outputs);
	rc = db_run(s, e, update ? change : insert, "ssistttssiiii", r->id, recording, (int64_t)r->member,
		    r->format ? r->format : "", &job, &workflow, &title, buf_str(&outputs), run_state_name(r->state),
		    r->started, r->finished, (int64_t)WHEN_NONE, now);
	buf_release(&outputs);
	return rc;
}

/* The words are those of the importers' formats; what is not named holds no spans, or is of a later version. */
#define FORM "CASE b.format WHEN 'journal' THEN 0 WHEN 'span JSON' THEN 0 WHEN 'span JSON lines' THEN 0 WHEN 'job page' THEN 1" \
	     " WHEN 'HTML trajectory' THEN 1 WHEN 'job JSON' THEN 2 WHEN 'text page' THEN 3 WHEN 'job page, table' THEN 4" \
	     " ELSE 9 END"
#define BEST "(id = (SELECT b.id FROM run b WHERE b.job = run.job ORDER BY " FORM ", b.added DESC, b.id LIMIT 1))"

int run_rank(struct store *s, const struct slice *job, struct err *e)
{
	/* rows that stay as they are are not written: most jobs have one recording */
	if (job)
		return db_run(s, e, "UPDATE run SET best = " BEST " WHERE job = ? AND best <> " BEST, "t", job);
	return db_run(s, e,
		      "UPDATE run SET best = " BEST " WHERE job IN (SELECT job FROM run WHERE job IS NOT NULL GROUP BY job "
		      "HAVING count(*) > 1) AND best <> " BEST, "");
}

/* A row that is new, or tells of other bytes than before, may change which recording of its job is the best. */
static int put_ranked(struct store *s, const struct run *r, const char *recording, int64_t now, bool update, struct err *e)
{
	struct slice job = head(r->job);
	int rc = put_row(s, r, recording, now, update, e);
	bool changed = rc == 0 && sqlite3_changes(s->db) > 0;

	if (changed && job.n && run_rank(s, &job, e) < 0)
		return -1;
	return rc < 0 ? -1 : changed;
}

int run_insert(struct store *s, const struct run *r, const char *recording, int64_t now, struct err *e)
{
	return put_ranked(s, r, recording, now, false, e);
}

int run_update(struct store *s, const struct run *r, struct err *e)
{
	return put_ranked(s, r, r->recording, 0, true, e) < 0 ? -1 : 0;
}

int store_take(struct store *s, const struct run *r, const struct blob *b, int64_t now, bool *added, struct err *e)
{
	int rc;

	if (added)
		*added = false;
	if (recording_put(s, r->recording, b, e) < 0 || db_begin(s, e) < 0)
		return -1;
	rc = run_insert(s, r, r->recording, now, e);
	if (db_end(s, rc >= 0, e) < 0)
		return -1;
	if (added)
		*added = rc > 0;
	return 0;
}

/* ---- finding ---- */

int store_get(struct store *s, const char *id, struct run_row *row, struct err *e)
{
	return one_row(s, db_query(s, e, "SELECT " RUN_COLUMNS " FROM run WHERE id = ?", "s", id), row, e);
}

enum { PREFIX_LEAST = 4, CANDIDATES = 4 };

/*
 * The end of the range of texts that begin with a prefix: texts are compared as bytes, and no UTF-8 has a byte 0xff.
 */
static char *range_end(const char *prefix)
{
	size_t n = strlen(prefix);
	char *end = xmalloc(n + 2);

	memcpy(end, prefix, n);
	memcpy(end + n, "\xff", 2);
	return end;
}

static int several(const char *prefix, struct buf *fit, size_t n, struct err *e)
{
	return err_set(e, ERR_INPUT, "cannot choose a run: '%s' begins the id of %s%zu: %s%s", prefix,
		       n > CANDIDATES ? "more than " : "", n > CANDIDATES ? (size_t)CANDIDATES : n, buf_str(fit),
		       n > CANDIDATES ? ", …" : "");
}

int store_find(struct store *s, const char *prefix, struct run_row *row, struct err *e)
{
	struct buf fit = BUF_INIT;
	sqlite3_stmt *st;
	size_t n = 0;
	char *end;
	int rc;

	*row = (struct run_row){0};
	if (strlen(prefix) < PREFIX_LEAST)
		return err_set(e, ERR_INPUT, "cannot find run '%s': at least %d characters of an id are needed", prefix,
			       PREFIX_LEAST);
	end = range_end(prefix);
	st = db_query(s, e,
		      "SELECT " RUN_COLUMNS " FROM run WHERE id >= ?1 AND id < ?2 UNION SELECT " RUN_COLUMNS
		      " FROM run WHERE job >= ?1 AND job < ?2 ORDER BY added DESC, id LIMIT 5", "ss", prefix, end);
	rc = st ? 0 : -1;
	while (rc >= 0 && (rc = db_step(s, st, e)) > 0) {
		char id[RUN_SHORT + 1];

		if (n++ == 0)
			run_read(st, row);
		db_copy(st, 0, id, sizeof id);
		if (n <= CANDIDATES)
			buf_addf(&fit, "%s%s", n > 1 ? ", " : "", id);
	}
	sqlite3_finalize(st);
	free(end);
	if (rc == 0 && n == 0)
		rc = err_set(e, ERR_INPUT, "cannot find run '%s': no stored run's id, nor its job's, begins so", prefix);
	else if (rc == 0 && n > 1)
		rc = several(prefix, &fit, n, e);
	if (rc < 0)
		run_row_release(row);
	buf_release(&fit);
	return rc;
}

/* ---- lists ---- */

static int list(struct store *s, sqlite3_stmt *st, bool cases, int (*fn)(void *arg, const struct run_row *row), void *arg,
		struct err *e)
{
	bool stop = false;
	int rc = st ? 0 : -1;

	while (rc >= 0 && !stop && (rc = db_step(s, st, e)) > 0) {
		struct run_row row;

		run_read(st, &row);
		if (cases)
			run_read_others(st, &row);
		stop = fn(arg, &row) != 0;
		run_row_release(&row);
	}
	sqlite3_finalize(st);
	return rc < 0 ? -1 : 0;
}

int store_list(struct store *s, int (*fn)(void *arg, const struct run_row *row), void *arg, struct err *e)
{
	return list(s, db_query(s, e, "SELECT " RUN_COLUMNS " FROM run ORDER BY added DESC, id", ""), false, fn, arg, e);
}


int store_cases(struct store *s, int (*fn)(void *arg, const struct run_row *row), void *arg, struct err *e)
{
	static const char sql[] =
		"SELECT " RUN_COLUMNS ","
		RUN_OTHERS " FROM run WHERE best ORDER BY added DESC, id";

	return list(s, db_query(s, e, sql, ""), true, fn, arg, e);
}

int store_decided(struct store *s, struct slice job, const char *id, int (*fn)(void *arg, const struct run_row *row),
		  void *arg, struct err *e)
{
	struct slice known = head(job);

	return list(s,
		    db_query(s, e, "SELECT " RUN_COLUMNS " FROM run WHERE job = ? AND id <> ? AND NOT " RUN_UNDECIDED
			     " ORDER BY added DESC, id", "ts", &known, id),
		    false, fn, arg, e);
}

int store_count(struct store *s, size_t *runs, size_t *undecided, struct err *e)
{
	static const char sql[] = "SELECT sum(n), sum(n) FILTER (WHERE " RUN_UNDECIDED ") FROM tally";
	sqlite3_stmt *st = db_query(s, e, sql, "");
	int rc = st ? db_step(s, st, e) : -1;

	*runs = rc > 0 ? (size_t)sqlite3_column_int64(st, 0) : 0;
	*undecided = rc > 0 ? (size_t)sqlite3_column_int64(st, 1) : 0;
	sqlite3_finalize(st);
	return rc < 0 ? -1 : 0;
}
