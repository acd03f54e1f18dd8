#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "store/db.h"

/* Bytes of a name or kind. */
enum { WORD_MAX = 256 };

#define COLUMNS "hash, prev, run, reviewer, store, time, kind, via, payload"

static void read_event(sqlite3_stmt *st, struct event *ev)
{
	db_copy(st, 0, ev->hash, sizeof ev->hash);
	db_copy(st, 1, ev->prev, sizeof ev->prev);
	ev->run = db_string(st, 2);
	ev->reviewer = db_string(st, 3);
	ev->store = db_string(st, 4);
	ev->time = sqlite3_column_int64(st, 5);
	ev->kind = db_string(st, 6);
	ev->via = db_string(st, 7);
	ev->payload = db_string(st, 8);
}

/* What a query gives; the statement is finalized. */
static int read_events(struct store *s, sqlite3_stmt *st, struct events *out, struct err *e)
{
	int rc = st ? 0 : -1;

	events_release(out);
	while (rc >= 0 && (rc = db_step(s, st, e)) > 0) {
		out->e = mem_grow(out->e, &out->cap, out->n + 1, sizeof *out->e);
		read_event(st, &out->e[out->n++]);
	}
	sqlite3_finalize(st);
	if (rc < 0)
		events_release(out);
	return rc;
}

int store_events(struct store *s, const char *run, struct events *out, struct err *e)
{
	return read_events(s, db_query(s, e, "SELECT " COLUMNS " FROM event WHERE run = ? ORDER BY time, hash", "s", run), out, e);
}

int event_read_own(struct store *s, const char *run, const char *reviewer, struct events *out, struct err *e)
{
	static const char sql[] = "SELECT " COLUMNS " FROM event WHERE run = ? AND reviewer = ?"
				  " AND kind IN ('decide', 'undo', 'redo', 'reveal') ORDER BY time, hash";

	return read_events(s, db_query(s, e, sql, "ss", run, reviewer), out, e);
}

/* ---- appending ---- */

static int check_word(const char *what, const char *word, struct err *e)
{
	size_t n = strlen(word);

	if (n == 0 || n > WORD_MAX)
		return err_set(e, ERR_STORE, "cannot save: the %s has %zu bytes, 1 to %d are possible", what, n, WORD_MAX);
	return 0;
}

/* What goes into the canonical bytes unchanged must be JSON that every reader writes again in the same way. */
static int check_payload(const char *payload, struct err *e)
{
	struct slice raw;

	if (strlen(payload) > EVENT_MAX)
		return err_set(e, ERR_STORE, "cannot save: %zu bytes of text are more than %d", strlen(payload), EVENT_MAX);
	if (json_check(slice_str(payload), &raw, NULL, e) < 0 || json_type(raw) != JSON_OBJECT)
		return err_set(e, ERR_STORE, "cannot save: the payload is no JSON object");
	for (const char *p = payload; *p; p++)
		if (*p < 0x20 || *p > 0x7e)
			return err_set(e, ERR_STORE, "cannot save: the payload is not in canonical form");
	return 0;
}

/* Put the event behind the writer's last one on this run: prev, and a time later than that, which there must be. */
static int chain(struct store *s, struct event *ev, int64_t now, struct err *e)
{
	sqlite3_stmt *st = db_query(s, e,
				    "SELECT hash, time FROM event WHERE run = ? AND reviewer = ? AND store = ? "
				    "ORDER BY time DESC LIMIT 1", "sss", ev->run, ev->reviewer, ev->store);
	int rc = st ? db_step(s, st, e) : -1;

	ev->time = now;
	if (rc > 0) {
		int64_t last = sqlite3_column_int64(st, 1);

		db_copy(st, 0, ev->prev, sizeof ev->prev);
		if (last == INT64_MAX)
			rc = err_set(e, ERR_STORE, "cannot save: the last event of '%s' on run %.12s lies at the end of time, and "
				     "none can follow it", ev->reviewer, ev->run);
		else if (ev->time <= last)
			ev->time = last + 1;
	}
	sqlite3_finalize(st);
	return rc < 0 ? -1 : 0;
}

static int has_run(struct store *s, const char *run, struct err *e)
{
	sqlite3_stmt *st = db_query(s, e, "SELECT 1 FROM run WHERE id = ?", "s", run);
	int rc = st ? db_step(s, st, e) : -1;

	sqlite3_finalize(st);
	return rc == 0 ? err_set(e, ERR_STORE, "cannot save: run %.12s is not in the store", run) : rc > 0 ? 0 : -1;
}

/* Can an event of this kind change what lists show of its run? */
static bool is_listed(enum event_kind k)
{
	return k == EVENT_DECIDE || k == EVENT_UNDO || k == EVENT_REDO;
}

/* Of all events those, and no notes: there may be thousands of them. */
#define LISTED "kind IN ('decide', 'undo', 'redo')"

int run_refold(struct store *s, const char *run, struct err *e)
{
	static const char sql[] = "SELECT " COLUMNS " FROM event WHERE run = ? AND " LISTED " ORDER BY time, hash";
	const struct decision *d;
	struct buf words = BUF_INIT;
	struct events es = {0};
	struct review *r;
	int rc;

	if (read_events(s, db_query(s, e, sql, "s", run), &es, e) < 0)
		return -1;
	r = review_fold(&es, NULL);
	d = r->effective ? &r->effective->decision : NULL;
	if (d && d->outputs.n)
		outputs_words(&words, &d->outputs);
	rc = db_run(s, e, "UPDATE run SET review = ?, reviewer = ?, decided = ?, until = ? WHERE id = ?", "sssss",
		    review_state_name(r->state), d ? r->effective->event->reviewer : NULL, words.n ? buf_str(&words) : NULL,
		    d && d->until[0] ? d->until : NULL, run);
	buf_release(&words);
	review_free(r);
	events_release(&es);
	return rc;
}

/* What was begun of the decision goes with it; a note or a message that was begun has nothing to do with it and stays. */
static int end_draft(struct store *s, const struct event *ev, struct err *e)
{
	if (db_run(s, e,
		   "DELETE FROM draft WHERE run = ? AND reviewer = ? AND coalesce(iif(json_valid(json), "
		   "coalesce(json_extract(json, '$.note'), json_extract(json, '$.notes'), json_extract(json, '$.steer')), NULL), "
		   "'') = ''", "ss", ev->run, ev->reviewer) < 0)
		return -1;
	return db_run(s, e, "UPDATE draft SET json = json_set(json, '$.decision', NULL) WHERE run = ? AND reviewer = ?", "ss",
		      ev->run, ev->reviewer);
}

static int insert(struct store *s, struct event *ev, int64_t now, struct err *e)
{
	enum event_kind kind = event_kind_of(ev->kind);

	if (has_run(s, ev->run, e) < 0 || chain(s, ev, now, e) < 0)
		return -1;
	event_seal(ev);
	if (db_run(s, e, "INSERT INTO event (" COLUMNS ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", "sssssisss", ev->hash, ev->prev,
		   ev->run, ev->reviewer, ev->store, ev->time, ev->kind, ev->via, ev->payload) < 0 ||
	    (is_listed(kind) && run_refold(s, ev->run, e) < 0))
		return -1;
	return kind == EVENT_DECIDE ? end_draft(s, ev, e) : 0;
}

int store_append(struct store *s, const char *run, const char *reviewer, const char *kind, const char *via,
		 const char *payload, int64_t now, struct event *out, struct err *e)
{
	struct event ev = {0};
	int rc;

	if (out)
		*out = ev;
	if (check_word("reviewer's name", reviewer, e) < 0 || check_word("kind", kind, e) < 0 ||
	    check_word("origin", via, e) < 0 || check_payload(payload, e) < 0 || db_begin(s, e) < 0)
		return -1;
	ev.run = xstrdup(run);
	ev.reviewer = xstrdup(reviewer);
	ev.store = xstrdup(s->id);
	ev.kind = xstrdup(kind);
	ev.via = xstrdup(via);
	ev.payload = xstrdup(payload);
	rc = insert(s, &ev, now, e);
	rc = db_end(s, rc == 0, e);
	if (rc == 0 && out)
		*out = ev;
	else
		event_release(&ev);
	return rc;
}

/* ---- drafts ---- */

int store_draft_put(struct store *s, const char *run, const char *reviewer, struct slice json, struct err *e)
{
	if (json.n > DRAFT_MAX)
		return err_set(e, ERR_STORE, "cannot keep the draft: %zu bytes are more than %d", json.n, DRAFT_MAX);
	if (json.n == 0)
		return db_run(s, e, "DELETE FROM draft WHERE run = ? AND reviewer = ?", "ss", run, reviewer);
	return db_run(s, e,
		      "INSERT INTO draft (run, reviewer, json) VALUES (?, ?, ?) "
		      "ON CONFLICT (run, reviewer) DO UPDATE SET json = excluded.json", "sst", run, reviewer, &json);
}

int store_draft_get(struct store *s, const char *run, const char *reviewer, struct buf *out, struct err *e)
{
	sqlite3_stmt *st = db_query(s, e, "SELECT json FROM draft WHERE run = ? AND reviewer = ?", "ss", run, reviewer);
	int rc = st ? db_step(s, st, e) : -1;

	buf_clear(out);
	if (rc > 0)
		buf_add(out, sqlite3_column_blob(st, 0), (size_t)sqlite3_column_bytes(st, 0));
	sqlite3_finalize(st);
	return rc;
}
