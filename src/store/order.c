/* The list of runs in an order, as keys: all of a hundred thousand in some milliseconds, from one index. */
#include <stdlib.h>

#include "base/mem.h"
#include "store/db.h"

void run_order_release(struct run_order *o)
{
	free(o->k);
	*o = (struct run_order){0};
}

#define DUE "(review = 'deferred' AND until <= ?1)"
#define WAITS "(review = 'unreviewed' OR " DUE ")"
#define LATER "review = 'deferred' AND (until IS NULL OR until > ?1)"
#define NEWEST "added DESC"

/*
 * An order is made of parts, one behind the other, each read along one index.  What an index cannot sort within a part are
 * the few deferred runs by their day.
 */
struct part {
	const char *where, *order;
};

enum { PARTS = 6 };

static const struct part orders[RUN_SORTS][PARTS + 1] = {
	[SORT_QUEUE] = {
		{DUE, "until, " NEWEST}, {"review = 'unreviewed'", NEWEST}, {"review = 'conflict'", NEWEST},
		{"review NOT IN ('unreviewed', 'conflict', 'deferred')", NEWEST},
		{LATER, "until IS NULL, until, " NEWEST},
	},
	[SORT_AGE] = {{"1", NEWEST}},
	[SORT_TITLE] = {{"title IS NOT NULL", "title, " NEWEST}, {"title IS NULL", NEWEST}},
	[SORT_STATE] = {
		{"review = 'conflict'", NEWEST}, {"review = 'unreviewed'", NEWEST}, {"review = 'deferred'", NEWEST},
		{"review = 'overridden'", NEWEST}, {"review = 'judged'", NEWEST}, {"review = 'approved'", NEWEST},
	},
	[SORT_AI] = {{"1", "outputs, " NEWEST}},
	[SORT_REVIEWER] = {{"reviewer IS NOT NULL", "reviewer, " NEWEST}, {"reviewer IS NULL", NEWEST}},
};

static void add_states(struct buf *b, unsigned states)
{
	bool first = true;

	buf_adds(b, " AND review IN (");
	for (int i = 0; i < REVIEW_STATES; i++)
		if (states & 1u << i) {
			buf_addf(b, "%s'%s'", first ? "" : ", ", review_state_name((enum review_state)i));
			first = false;
		}
	buf_addc(b, ')');
}

/* A part of a text as a pattern of LIKE; NULL (nothing is asked for) stays NULL.  Freed by the caller. */
static char *pattern_of(const char *part)
{
	struct buf b = BUF_INIT;

	if (!part)
		return NULL;
	buf_addc(&b, '%');
	for (; *part; part++) {
		if (*part == '%' || *part == '_' || *part == '\\')
			buf_addc(&b, '\\');
		buf_addc(&b, *part);
	}
	buf_addc(&b, '%');
	return buf_detach(&b);
}

/* What is not asked for is not named either: an index that holds all that is named is read alone. */
static void add_sql(struct buf *b, const struct run_filter *f, const struct part *p)
{
	buf_addf(b, "SELECT rowid, " WAITS " FROM run WHERE best AND %s AND ?2 IS ?2 AND ?3 IS ?3 AND ?4 IS ?4", p->where);
	if (f->title)
		buf_adds(b, " AND title LIKE ?2 ESCAPE '\\'");
	if (f->reviewer)
		buf_adds(b, " AND reviewer LIKE ?3 ESCAPE '\\'");
	if (f->ai)
		buf_adds(b, " AND outputs LIKE ?4 ESCAPE '\\'");
	if (f->states)
		add_states(b, f->states);
	if (f->due)
		buf_addf(b, " AND %s", f->due == DUE_NOW ? DUE : WAITS);
	buf_addf(b, " ORDER BY %s", p->order);
}

static int read_part(struct store *s, sqlite3_stmt *st, struct run_order *out, struct err *e)
{
	int rc = st ? 0 : -1;

	while (rc >= 0 && out->n < RUN_ORDER_MAX && (rc = db_step(s, st, e)) > 0) {
		out->k = mem_grow(out->k, &out->cap, out->n + 1, sizeof *out->k);
		out->k[out->n++] = (struct run_key){sqlite3_column_int64(st, 0), sqlite3_column_int(st, 1) != 0};
	}
	sqlite3_finalize(st);
	return rc < 0 ? -1 : 0;
}

static void turn_round(struct run_order *o)
{
	for (size_t i = 0; i < o->n / 2; i++) {
		struct run_key k = o->k[i];

		o->k[i] = o->k[o->n - 1 - i];
		o->k[o->n - 1 - i] = k;
	}
}

int store_order(struct store *s, const struct run_filter *f, struct run_order *out, struct err *e)
{
	char *title = pattern_of(f->title), *reviewer = pattern_of(f->reviewer), *ai = pattern_of(f->ai);
	struct buf sql = BUF_INIT;
	int rc = 0;

	out->n = 0;
	if (f->alone)
		rc = order_alone(s, f, title, out, e);
	for (const struct part *p = orders[f->sort]; !f->alone && p->where && rc == 0; p++) {
		buf_clear(&sql);
		add_sql(&sql, f, p);
		rc = read_part(s, db_query(s, e, buf_str(&sql), "ssss", f->today, title, reviewer, ai), out, e);
	}
	if (rc == 0 && f->backwards)
		turn_round(out);
	if (rc < 0)
		run_order_release(out);
	buf_release(&sql);
	free(title);
	free(reviewer);
	free(ai);
	return rc;
}

int store_row(struct store *s, struct run_key k, struct run_row *row, struct err *e)
{
	sqlite3_stmt *st = db_query(s, e, "SELECT " RUN_COLUMNS "," RUN_OTHERS " FROM run WHERE rowid = ?", "i", k.row);
	int rc = st ? db_step(s, st, e) : -1;

	*row = (struct run_row){0};
	if (rc > 0) {
		run_read(st, row);
		run_read_others(st, row);
	}
	sqlite3_finalize(st);
	return rc;
}

int store_key(struct store *s, const char *id, int64_t *row, struct err *e)
{
	sqlite3_stmt *st = db_query(s, e, "SELECT rowid FROM run WHERE id = ?", "s", id);
	int rc = st ? db_step(s, st, e) : -1;

	*row = rc > 0 ? sqlite3_column_int64(st, 0) : 0;
	sqlite3_finalize(st);
	return rc;
}
