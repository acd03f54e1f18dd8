#include "app/session.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/decide.h"
#include "base/json.h"
#include "base/mem.h"
#include "import/import.h"

static struct session *session_of(struct app *a, struct blob *b, struct err *e)
{
	struct session *s = xcalloc(1, sizeof *s);

	s->app = a;
	s->recording = blob_dup(b, e);
	if (!s->recording)
		blob_free(b);
	else
		s->run = import_blob(b, e);
	if (!s->run) {
		session_free(s);
		return NULL;
	}
	s->evidence = evidence_new(s->run->traj);
	evidence_update(s->evidence);
	s->review = review_fold(&s->events, NULL);
	return s;
}

struct session *session_open_row(struct app *a, const struct run_row *row, struct err *e)
{
	struct store *store = app_store(a, false, e);
	struct session *s = NULL;
	struct blob *b;
	char *path;

	if (!store)
		return NULL;
	path = store_recording_path(store, row->recording);
	b = blob_open(path, e);
	free(path);
	if (b)
		s = session_of(a, b, e);
	if (!s) {
		e->cls = ERR_STORE;
		err_wrap(e, "cannot open stored run %.12s", row->id);
		return NULL;
	}
	if (strcmp(s->run->id, row->id) != 0) {
		session_free(s);
		err_set(e, ERR_STORE, "cannot open stored run %.12s: its recording was changed on disk", row->id);
		return NULL;
	}
	s->stored = true;
	return s;
}

struct session *session_open(struct app *a, const char *what, struct err *e)
{
	struct run_row row = {0};
	struct session *s = NULL;
	struct store *store;
	struct blob *b;

	if (strcmp(what, "-") == 0 || strchr(what, '/') || access(what, F_OK) == 0) {
		b = blob_open(what, e);
		return b ? session_of(a, b, e) : NULL;
	}
	store = app_store(a, false, e);
	if (!store) {
		if (e->cls == ERR_NONE)
			err_set(e, ERR_INPUT, "cannot open '%s': there is no such file, and no run is stored yet", what);
		return NULL;
	}
	if (store_find(store, what, &row, e) == 0)
		s = session_open_row(a, &row, e);
	run_row_release(&row);
	return s;
}

void session_free(struct session *s)
{
	if (!s)
		return;
	review_free(s->review);
	events_release(&s->events);
	evidence_free(s->evidence);
	run_free(s->run);
	blob_free(s->recording);
	free(s);
}

int session_reload(struct session *s, struct err *e)
{
	struct store *store = app_store(s->app, false, e);
	struct events events = {0};
	struct run_row row = {0};
	int known;

	if (!store)
		return e->cls == ERR_NONE ? 0 : -1;
	known = store_get(store, s->run->id, &row, e);
	run_row_release(&row);
	if (known < 0 || (known && store_events(store, s->run->id, &events, e) < 0))
		return -1;
	s->stored = known > 0;
	review_free(s->review);
	events_release(&s->events);
	s->events = events;
	/* whose undo it is matters only where there is something to undo: finding the reviewer may run git */
	s->review = review_fold(&s->events, s->events.n ? app_reviewer(s->app) : NULL);
	return 0;
}

int session_take(struct session *s, bool *added, struct err *e)
{
	struct store *store;

	if (added)
		*added = false;
	if (s->stored)
		return 0;
	store = app_store(s->app, true, e);
	if (!store || store_take(store, s->run, s->recording, s->app->now(), added, e) < 0)
		return -1;
	s->stored = true;
	return 0;
}

static int append(struct session *s, const char *kind, enum event_via via, const struct buf *payload, struct err *e)
{
	if (session_take(s, NULL, e) < 0 ||
	    store_append(s->app->store, s->run->id, app_reviewer(s->app), kind, event_via_name(via), buf_str(payload),
			 s->app->now(), NULL, e) < 0)
		return -1;
	/* the event is on disk: a failure to read it back must not look like a decision that was lost */
	if (session_reload(s, e) < 0)
		return err_wrap(e, "saved, but the store cannot be read again");
	return 0;
}

int session_decide(struct session *s, const struct decision *d, bool settle, enum event_via via, struct err *e)
{
	const char *sees[64];
	struct decided_on on = {.recording = s->run->recording, .report = "", .instruction = "", .sees = sees};
	char report[SHA256_HEX + 1], instruction[SHA256_HEX + 1];
	struct buf payload = BUF_INIT;
	struct slice text;
	int rc;

	if (decide_check(s->run, d, e) < 0)
		return -1;
	if (s->run->report_text.n) {
		sha256_of(s->run->report_text, report);
		on.report = report;
	}
	if (run_instruction(s->run, &text) > 0) {
		sha256_of(text, instruction);
		on.instruction = instruction;
	}
	for (size_t i = 0; settle && i < s->review->nstanding && on.nsees < sizeof sees / sizeof *sees; i++)
		if (strcmp(s->review->standing[i].event->reviewer, app_reviewer(s->app)) != 0)
			sees[on.nsees++] = s->review->standing[i].event->hash;
	payload_decide(&payload, d, &on);
	rc = append(s, event_kind_name(EVENT_DECIDE), via, &payload, e);
	buf_release(&payload);
	return rc;
}

int session_annotate(struct session *s, const struct place *places, size_t n, struct slice text, enum event_via via,
		     struct err *e)
{
	struct buf payload = BUF_INIT;
	int rc;

	if (slice_trim(text).n == 0)
		return err_set(e, ERR_USAGE, "cannot comment: the text is empty");
	payload_annotate(&payload, places, n, slice_trim(text));
	rc = append(s, event_kind_name(EVENT_ANNOTATE), via, &payload, e);
	buf_release(&payload);
	return rc;
}

static int append_target(struct session *s, enum event_kind kind, const char *target, enum event_via via, struct err *e)
{
	struct buf payload = BUF_INIT;
	int rc;

	payload_target(&payload, target);
	rc = append(s, event_kind_name(kind), via, &payload, e);
	buf_release(&payload);
	return rc;
}

int session_remove(struct session *s, const char *annotation, enum event_via via, struct err *e)
{
	return append_target(s, EVENT_REMOVE, annotation, via, e);
}

static int take_back(struct session *s, enum event_kind kind, enum event_via via, struct buf *done, struct err *e)
{
	char target[SHA256_HEX + 1];
	const struct event *ev;

	if (session_reload(s, e) < 0)
		return -1;
	ev = kind == EVENT_UNDO ? s->review->can_undo : s->review->can_redo;
	if (!ev)
		return err_set(e, ERR_NO, "nothing to %s: %s has %s on this run", event_kind_name(kind), app_reviewer(s->app),
			       kind == EVENT_UNDO ? "decided and noted nothing" : "undone nothing");
	if (done)
		event_words(done, ev);
	memcpy(target, ev->hash, sizeof target);
	return append_target(s, kind, target, via, e);
}

int session_undo(struct session *s, enum event_via via, struct buf *done, struct err *e)
{
	return take_back(s, EVENT_UNDO, via, done, e);
}

int session_redo(struct session *s, enum event_via via, struct buf *done, struct err *e)
{
	return take_back(s, EVENT_REDO, via, done, e);
}

void draft_release(struct draft *d)
{
	decision_release(&d->decision);
	buf_release(&d->note);
	d->open = false;
}

int session_draft_put(struct session *s, const struct draft *d, struct err *e)
{
	bool empty = !d || (!d->open && d->note.n == 0);
	struct store *store = app_store(s->app, !empty, e);
	struct buf json = BUF_INIT, decision = BUF_INIT;
	struct json_w w;
	int rc;

	if (!store)
		return !empty || e->cls != ERR_NONE ? -1 : 0;
	if (!empty) {
		json_w_init(&w, &json, false);
		json_open(&w, '{');
		json_key(&w, "decision");
		if (d->open) {
			payload_decide(&decision, &d->decision,
				       &(struct decided_on){.recording = s->run->recording, .report = "", .instruction = ""});
			json_raw(&w, buf_slice(&decision));
		} else {
			json_null(&w);
		}
		json_kstr(&w, "note", buf_slice(&d->note));
		json_close(&w, '}');
	}
	rc = store_draft_put(store, s->run->id, app_reviewer(s->app), buf_slice(&json), e);
	buf_release(&json);
	buf_release(&decision);
	return rc;
}

int session_draft_get(struct session *s, struct draft *d, struct err *e)
{
	struct store *store = app_store(s->app, false, e);
	struct buf json = BUF_INIT;
	struct arena *a;
	struct slice raw, part;
	int rc;

	draft_release(d);
	if (!store)
		return e->cls == ERR_NONE ? 0 : -1;
	rc = store_draft_get(store, s->run->id, app_reviewer(s->app), &json, e);
	if (rc > 0 && json_check(buf_slice(&json), &raw, NULL, e) < 0)
		rc = -1;
	if (rc > 0) {
		a = arena_new();
		part = json_member(raw, "decision");
		d->open = json_type(part) == JSON_OBJECT;
		if (d->open && payload_decision(part, &d->decision, e) < 0)
			rc = -1;
		if (json_get_str(a, raw, "note", &part))
			buf_add_slice(&d->note, part);
		arena_free(a);
	}
	buf_release(&json);
	return rc;
}
