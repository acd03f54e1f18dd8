/*
 * What one reviewer alone has said of runs.  Whoever has not decided on a run yet, and must not be told what others decided,
 * sees it in lists as if nobody else had said anything.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/db.h"

int store_own(struct store *s, const char *run, const char *reviewer, struct run_own *own, struct err *e)
{
	struct events es = {0};
	struct review *r;

	*own = (struct run_own){.review = REVIEW_UNREVIEWED};
	if (event_read_own(s, run, reviewer, &es, e) < 0)
		return -1;
	r = review_fold(&es, NULL);
	own->review = r->state;
	own->seen = events_have_seen(&es, reviewer);
	if (r->effective)
		snprintf(own->until, sizeof own->until, "%s", r->effective->decision.until);
	review_free(r);
	events_release(&es);
	return 0;
}

/* ---- a list ---- */

/* Groups of the order QUEUE, as store/order.c has them. */
enum group { GROUP_DUE, GROUP_UNREVIEWED, GROUP_CONFLICT, GROUP_DECIDED, GROUP_LATER };

struct entry {
	struct run_key key;
	enum group group;
	char until[DATE_TEXT + 1];
	size_t at; /* in the order that it was read in */
};

struct entries {
	struct entry *e; /* owned */
	size_t n, cap;
};

static enum group group_of(const struct run_own *own, const char *today)
{
	switch (own->review) {
	case REVIEW_UNREVIEWED:
		return GROUP_UNREVIEWED;
	case REVIEW_CONFLICT:
		return GROUP_CONFLICT;
	case REVIEW_DEFERRED:
		return own->until[0] && strcmp(own->until, today) <= 0 ? GROUP_DUE : GROUP_LATER;
	default:
		return GROUP_DECIDED;
	}
}

static bool fits(const struct run_filter *f, const struct run_own *own, enum group g)
{
	if (f->states && !(f->states & 1u << own->review))
		return false;
	return f->due == DUE_ANY || g == GROUP_DUE || (f->due == DUE_WAITS && g == GROUP_UNREVIEWED);
}

/* As a row of the query below tells it to this reviewer. */
static int read_own(struct store *s, sqlite3_stmt *st, const char *reviewer, struct run_own *own, struct err *e)
{
	char id[SHA256_HEX + 1], word[32];
	bool mine = sqlite3_column_int(st, 4) != 0, said = sqlite3_column_int(st, 5) != 0;

	*own = (struct run_own){.review = REVIEW_UNREVIEWED};
	db_copy(st, 1, id, sizeof id);
	if (!mine && said && store_own(s, id, reviewer, own, e) < 0)
		return -1;
	if (mine || own->seen) {
		db_copy(st, 2, word, sizeof word);
		review_state_of(slice_str(word), &own->review);
		db_copy(st, 3, own->until, sizeof own->until);
	}
	return 0;
}

/* By group; of those that wait for a day, by that day, and without one last; else as they were read. */
static int in_queue(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	int c = strcmp(x->until, y->until);

	if (x->group != y->group)
		return x->group < y->group ? -1 : 1;
	if (c && (x->group == GROUP_DUE || x->group == GROUP_LATER))
		return !x->until[0] ? 1 : !y->until[0] ? -1 : c;
	return x->at < y->at ? -1 : x->at > y->at;
}

static int read_entries(struct store *s, sqlite3_stmt *st, const struct run_filter *f, struct entries *es, struct err *e)
{
	int rc = st ? 0 : -1;

	while (rc >= 0 && es->n < RUN_ORDER_MAX && (rc = db_step(s, st, e)) > 0) {
		struct run_own own;
		enum group g;

		if ((rc = read_own(s, st, f->alone, &own, e)) < 0)
			break;
		g = group_of(&own, f->today);
		if (!fits(f, &own, g))
			continue;
		es->e = mem_grow(es->e, &es->cap, es->n + 1, sizeof *es->e);
		es->e[es->n] = (struct entry){.key = {sqlite3_column_int64(st, 0), g == GROUP_DUE || g == GROUP_UNREVIEWED},
					      .group = g, .at = es->n};
		memcpy(es->e[es->n++].until, own.until, sizeof own.until);
	}
	sqlite3_finalize(st);
	return rc < 0 ? -1 : 0;
}

int order_alone(struct store *s, const struct run_filter *f, const char *title, struct run_order *out, struct err *e)
{
	/* the last column is looked for only where it matters: most runs have no decision, or the reviewer's own */
	static const char columns[] =
		"SELECT rowid, id, review, until, reviewer IS ?1, CASE WHEN review = 'unreviewed' OR reviewer IS ?1 THEN 0 ELSE"
		" EXISTS (SELECT 1 FROM event WHERE event.run = run.id AND event.reviewer = ?1) END"
		" FROM run WHERE best AND (?2 IS NULL OR title LIKE ?2 ESCAPE '\\') ORDER BY ";
	struct entries es = {0};
	struct buf query = BUF_INIT;
	int rc;

	buf_adds(&query, columns);
	buf_adds(&query, f->sort == SORT_TITLE ? "title IS NULL, title, added DESC" : "added DESC");
	rc = read_entries(s, db_query(s, e, buf_str(&query), "ss", f->alone, title), f, &es, e);
	if (rc == 0 && f->sort == SORT_QUEUE && es.n)
		qsort(es.e, es.n, sizeof *es.e, in_queue);
	for (size_t i = 0; rc == 0 && i < es.n; i++) {
		out->k = mem_grow(out->k, &out->cap, out->n + 1, sizeof *out->k);
		out->k[out->n++] = es.e[i].key;
	}
	buf_release(&query);
	free(es.e);
	return rc;
}
