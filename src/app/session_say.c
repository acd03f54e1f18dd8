/* What people say of a run: decisions, notes, undo.  Part of session. */
#include <stdlib.h>
#include <string.h>

#include "app/decide.h"
#include "app/session_parts.h"
#include "base/mem.h"

static int append(struct session *s, const char *kind, const char *via, const struct buf *payload, struct err *e)
{
	if (session_take(s, NULL, e) < 0 ||
	    store_append(s->app->store, s->run->id, app_reviewer(s->app), kind, via, buf_str(payload),
			 s->app->now(), NULL, e) < 0)
		return -1;
	/* the event is on disk: a failure to read it back must not look like a decision that was lost */
	if (session_reload(s, e) < 0)
		return err_wrap(e, "saved, but the store cannot be read again");
	return 0;
}

/* ---- notes on what still grows ---- */

/* A note becomes an event of a run without id, which is only shown. */
static int keep(struct session *s, enum event_kind kind, enum event_via via, const struct buf *payload)
{
	struct event *ev;

	s->events.e = mem_grow(s->events.e, &s->events.cap, s->events.n + 1, sizeof *s->events.e);
	ev = &s->events.e[s->events.n++];
	*ev = (struct event){
		.run = xstrdup(""), .reviewer = xstrdup(app_reviewer(s->app)), .store = xstrdup(""),
		.kind = xstrdup(event_kind_name(kind)), .via = xstrdup(event_via_name(via)),
		.payload = xstrdup(buf_str(payload)), .time = s->app->now(),
	};
	event_seal(ev);
	s->keeping = true;
	session_fold(s, NULL);
	return 1;
}

int session_save_kept(struct session *s, struct err *e)
{
	struct events kept = s->events;
	int rc = 0;

	if (!s->keeping)
		return 0;
	s->keeping = false;
	s->events = (struct events){0};
	for (size_t i = 0; i < kept.n && rc == 0; i++) {
		struct buf payload = BUF_INIT;

		buf_adds(&payload, kept.e[i].payload);
		rc = append(s, kept.e[i].kind, kept.e[i].via, &payload, e);
		buf_release(&payload);
	}
	if (rc == 0) {
		events_release(&kept);
		return 0;
	}
	review_free(s->review); /* they stay on the screen; what was saved of them comes with the next reading */
	s->review = NULL;
	events_release(&s->events);
	s->events = kept;
	s->keeping = true;
	session_fold(s, NULL);
	return err_wrap(e, "cannot save the notes on the recording that grew");
}

int session_decide(struct session *s, const struct decision *d, bool settle, enum event_via via, struct err *e)
{
	const char *sees[64];
	char report[SHA256_HEX + 1], instruction[SHA256_HEX + 1];
	struct decided_on on = {.recording = s->run->recording, .report = report, .instruction = instruction, .sees = sees};
	struct buf payload = BUF_INIT;
	struct decision made = *d; /* what it points to stays the caller's */
	int rc;

	made.blind = session_is_blind(s) && d->kind != DECIDE_DEFER;
	if (session_may_decide(s, e) < 0 || decide_check(s->run, &made, e) < 0)
		return -1;
	decide_hashes(s->run, report, instruction);
	for (size_t i = 0; i < s->review->nstanding && on.nsees < sizeof sees / sizeof *sees; i++) {
		const struct standing *st = &s->review->standing[i];

		/* what was settled once stays so when its settler corrects a word */
		if (strcmp(st->event->reviewer, app_reviewer(s->app)) != 0 && (settle || st->superseded))
			sees[on.nsees++] = st->event->hash;
	}
	payload_decide(&payload, &made, &on);
	rc = append(s, event_kind_name(EVENT_DECIDE), event_via_name(via), &payload, e);
	buf_release(&payload);
	return rc;
}

int session_reveal(struct session *s, const char *by, enum event_via via, struct err *e)
{
	struct buf payload = BUF_INIT;
	int rc;

	if (!session_is_blind(s))
		return 0;
	payload_reveal(&payload, by);
	rc = append(s, event_kind_name(EVENT_REVEAL), event_via_name(via), &payload, e);
	buf_release(&payload);
	return rc < 0 ? err_wrap(e, "cannot reveal what the AI said") : 0;
}

int session_annotate(struct session *s, const struct place *places, size_t n, struct slice text, enum event_via via,
		     struct err *e)
{
	struct buf payload = BUF_INIT;
	int rc;

	if (slice_trim(text).n == 0)
		return err_set(e, ERR_USAGE, "cannot comment: the text is empty");
	payload_annotate(&payload, places, n, slice_trim(text));
	rc = s->following && !s->stored ? keep(s, EVENT_ANNOTATE, via, &payload)
			  : append(s, event_kind_name(EVENT_ANNOTATE), event_via_name(via), &payload, e);
	buf_release(&payload);
	return rc;
}

int session_mark_claim(struct session *s, enum claim_mark mark, enum claim_state check, const struct place *places, size_t n,
		       enum event_via via, struct err *e)
{
	struct buf payload = BUF_INIT;
	int rc;

	if (s->following && !s->stored)
		return err_set(e, ERR_NO, "cannot mark a claim while the recording grows; :freeze ends that");
	claim_mark_payload(&payload, mark, check, places, n);
	rc = append(s, event_kind_name(EVENT_MARK_CLAIM), event_via_name(via), &payload, e);
	buf_release(&payload);
	return rc;
}

static int append_target(struct session *s, enum event_kind kind, const char *target, enum event_via via, struct err *e)
{
	struct buf payload = BUF_INIT;
	int rc;

	payload_target(&payload, target);
	rc = append(s, event_kind_name(kind), event_via_name(via), &payload, e);
	buf_release(&payload);
	return rc;
}

/* The annotation, if it is the reviewer's own: the fold would ignore what is done to others' words. */
static const struct annotation *own_note(const struct session *s, const char *annotation, const char *deed, struct err *e)
{
	const struct review *rv = s->review;

	for (size_t i = 0; i < rv->nannotations; i++) {
		const struct annotation *a = &rv->annotations[i];

		if (strcmp(a->event->hash, annotation) != 0)
			continue;
		if (strcmp(a->event->reviewer, app_reviewer(s->app)) == 0)
			return a;
		err_set(e, ERR_NO, "cannot %s this note: it is %s's", deed, a->event->reviewer);
		return NULL;
	}
	err_set(e, ERR_NO, "cannot %s this note: it is not there any more", deed);
	return NULL;
}

/* A note that is not saved yet is changed where it is kept; NULL: it is dropped. */
static int change_kept(struct session *s, const struct annotation *a, const struct buf *payload)
{
	size_t i = 0;

	while (i < s->events.n && &s->events.e[i] != a->event)
		i++;
	review_free(s->review); /* it borrows from the events */
	s->review = NULL;
	if (payload) {
		free(s->events.e[i].payload);
		s->events.e[i].payload = xstrdup(buf_str(payload));
		event_seal(&s->events.e[i]);
	} else {
		event_release(&s->events.e[i]);
		s->events.n--;
		memmove(&s->events.e[i], &s->events.e[i + 1], (s->events.n - i) * sizeof *s->events.e);
	}
	s->keeping = s->events.n > 0;
	session_fold(s, NULL);
	return 1;
}

int session_edit(struct session *s, const char *annotation, struct slice text, enum event_via via, struct err *e)
{
	const struct annotation *a = own_note(s, annotation, "edit", e);
	struct buf payload = BUF_INIT;
	int rc;

	text = slice_trim(text);
	if (!a)
		return -1;
	if (text.n == 0)
		return err_set(e, ERR_USAGE, "cannot edit the note: the text is empty");
	if (slice_is(text, a->text))
		return 0;
	if (s->keeping) {
		payload_annotate(&payload, a->places, a->nplaces, text);
		rc = change_kept(s, a, &payload);
	} else {
		payload_edit(&payload, annotation, text);
		rc = append(s, event_kind_name(EVENT_EDIT), event_via_name(via), &payload, e);
	}
	buf_release(&payload);
	return rc;
}

int session_remove(struct session *s, const char *annotation, enum event_via via, struct err *e)
{
	const struct annotation *a = own_note(s, annotation, "remove", e);

	if (!a)
		return -1;
	return s->keeping ? change_kept(s, a, NULL) : append_target(s, EVENT_REMOVE, annotation, via, e);
}

static int take_back(struct session *s, enum event_kind kind, enum event_via via, struct buf *done, struct err *e)
{
	char target[SHA256_HEX + 1];
	const struct event *ev;

	if ((s->import && !s->following && session_finish(s, e) < 0) || session_reload(s, e) < 0)
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
