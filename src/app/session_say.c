/* What people say of a run: decisions, notes, undo.  Part of session. */
#include <stdlib.h>
#include <string.h>

#include "app/decide.h"
#include "app/session_parts.h"
#include "base/mem.h"

static int put_event(struct session *s, const char *kind, const char *via, const char *payload, struct err *e)
{
	return store_append(s->app->store, s->run->id, app_reviewer(s->app), kind, via, payload, s->app->now(), NULL, e);
}

/* What waits was said before. */
static int append(struct session *s, const char *kind, const char *via, const struct buf *payload, struct err *e)
{
	if (session_save_kept(s, e) < 0 || session_take(s, NULL, e) < 0 || put_event(s, kind, via, buf_str(payload), e) < 0)
		return -1;
	/* the event is on disk: a failure to read it back must not look like a decision that was lost */
	if (session_reload(s, e) < 0)
		return err_wrap(e, "saved, but the store cannot be read again");
	return 0;
}

/* ---- notes on what still grows ---- */

/* Of all payloads that wait, in bytes: they have room in a draft, with what is begun besides. */
enum { KEPT_MAX = DRAFT_MAX / 2 };

static struct event *kept_events(const struct session *s)
{
	return s->events.e + s->events.n - s->kept;
}

/* What could not be saved later must not be taken now. */
static int may_keep(const struct session *s, const struct buf *payload, const struct event *instead, struct err *e)
{
	size_t all = payload->n;

	if (payload->n > EVENT_MAX)
		return err_set(e, ERR_USAGE, "cannot note: %zu bytes of text are more than %d", payload->n, EVENT_MAX);
	for (size_t i = 0; i < s->kept; i++)
		all += &kept_events(s)[i] == instead ? 0 : strlen(kept_events(s)[i].payload);
	if (all > KEPT_MAX)
		return err_set(e, ERR_USAGE, "cannot note: the notes that wait for the end of the recording are too long already; "
			       ":freeze takes it as it is now, and saves them");
	return 0;
}

/* A note becomes an event of a run without id, which is only shown. */
static int keep(struct session *s, enum event_kind kind, enum event_via via, const struct buf *payload, struct err *e)
{
	struct event *ev;

	if (may_keep(s, payload, NULL, e) < 0)
		return -1;
	s->events.e = mem_grow(s->events.e, &s->events.cap, s->events.n + 1, sizeof *s->events.e);
	ev = &s->events.e[s->events.n++];
	*ev = (struct event){
		.run = xstrdup(""), .reviewer = xstrdup(app_reviewer(s->app)), .store = xstrdup(""),
		.kind = xstrdup(event_kind_name(kind)), .via = xstrdup(event_via_name(via)),
		.payload = xstrdup(buf_str(payload)), .time = s->app->now(),
	};
	event_seal(ev);
	s->kept++;
	session_fold(s, NULL);
	return 1;
}

/* The review that stands borrows from the events: it is made anew by who calls. */
static void drop_event(struct session *s, size_t i)
{
	event_release(&s->events.e[i]);
	s->events.n--;
	memmove(&s->events.e[i], &s->events.e[i + 1], (s->events.n - i) * sizeof *s->events.e);
	s->kept--;
}

/* Saved by a program that ended before it could forget it, or by another one that took it up. */
static bool is_there(const struct session *s, const struct event *kept)
{
	for (const struct event *ev = s->events.e; ev < kept_events(s); ev++)
		if (strcmp(ev->payload, kept->payload) == 0 && strcmp(ev->kind, kept->kind) == 0 &&
		    strcmp(ev->reviewer, kept->reviewer) == 0)
			return true;
	return false;
}

int session_save_kept(struct session *s, struct err *e)
{
	size_t had = s->kept;
	int rc = 0;

	if (!s->kept || s->following || s->import || !s->run->id[0])
		return 0;
	if (session_take(s, NULL, e) < 0 || session_reload(s, e) < 0)
		return err_wrap(e, "cannot save the notes on the recording that grew");
	review_free(s->review);
	s->review = NULL;
	while (rc == 0 && s->kept) {
		const struct event *ev = kept_events(s);

		rc = is_there(s, ev) ? 0 : put_event(s, ev->kind, ev->via, ev->payload, e);
		if (rc == 0)
			drop_event(s, s->events.n - s->kept);
	}
	session_fold(s, NULL); /* they stay on the screen */
	if (s->kept < had && session_reload(s, rc < 0 ? &(struct err){0} : e) < 0 && rc == 0)
		return err_wrap(e, "saved, but the store cannot be read again");
	return rc < 0 ? err_wrap(e, "cannot save the notes on the recording that grew") : 0;
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
	rc = s->following && !s->stored ? keep(s, EVENT_ANNOTATE, via, &payload, e)
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

static bool is_kept(const struct session *s, const struct annotation *a)
{
	return a->event >= kept_events(s) && a->event < kept_events(s) + s->kept;
}

/* A note that is not saved yet is changed where it is kept; NULL: it is dropped.  Where the run has its id, it is saved then. */
static int change_kept(struct session *s, const struct annotation *a, const struct buf *payload, struct err *e)
{
	size_t i = (size_t)(a->event - s->events.e);

	if (payload && may_keep(s, payload, a->event, e) < 0)
		return -1;
	review_free(s->review); /* it borrows from the events */
	s->review = NULL;
	if (payload) {
		free(s->events.e[i].payload);
		s->events.e[i].payload = xstrdup(buf_str(payload));
		event_seal(&s->events.e[i]);
	} else {
		drop_event(s, i);
	}
	session_fold(s, NULL);
	session_save_kept(s, &(struct err){0}); /* where it fails it was said before; draft_put() keeps it */
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
	if (is_kept(s, a)) {
		payload_annotate(&payload, a->places, a->nplaces, text);
		rc = change_kept(s, a, &payload, e);
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
	return is_kept(s, a) ? change_kept(s, a, NULL, e) : append_target(s, EVENT_REMOVE, annotation, via, e);
}

static int take_back(struct session *s, enum event_kind kind, enum event_via via, struct buf *done, struct err *e)
{
	char target[SHA256_HEX + 1];
	const struct event *ev;

	if ((s->import && !s->following && session_finish(s, e) < 0) || session_save_kept(s, e) < 0 || session_reload(s, e) < 0)
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
