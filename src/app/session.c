#include "app/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/draft.h"
#include "app/live.h"
#include "app/session_parts.h"
#include "base/mem.h"
#include "import/import.h"

/* What one step reads of evidence: of results, in bytes. */
enum { EVIDENCE_STEP = 512 * 1024 };

void session_fold(struct session *s, const char *reviewer)
{
	review_free(s->review);
	s->review = review_fold(&s->events, reviewer);
	s->folds++;
}

static struct session *session_of(struct app *a, struct blob *b, unsigned member, bool follow, struct err *e)
{
	struct session *s = xcalloc(1, sizeof *s);

	s->app = a;
	s->blind = app_is_blind(a);
	s->following = follow;
	s->draft_key = blob_grows(b) ? draft_file_key(blob_name(b)) : NULL;
	s->recording = blob_dup(b, e);
	if (!s->recording)
		blob_free(b);
	else
		s->import = follow ? import_begin(b, true, &s->run, e) : import_begin_member(b, member, &s->run, e);
	if (!s->run) {
		session_free(s);
		return NULL;
	}
	s->evidence = evidence_new(s->run->traj);
	if (import_done(s->import)) {
		import_free(s->import);
		s->import = NULL;
		s->following = false;
	}
	/* the first megabyte: racing lines in it show at once */
	s->caught_up = !evidence_step(s->evidence, 2 * EVIDENCE_STEP) && !s->import;
	session_fold(s, NULL);
	return s;
}

static int changed_on_disk(const char *id, struct err *e)
{
	return err_set(e, ERR_STORE, "cannot open stored run %.12s: its recording was changed on disk", id);
}

/* ---- journals of the store ---- */

/* Does its journal say how it ended? */
static bool has_end(const struct run *r)
{
	return r->told != RUN_RUNNING && r->told != RUN_INTERRUPTED;
}

/* A journal with its end becomes a recording at once; where that fails, the next decision tries again. */
static void seal(struct session *s)
{
	struct store *store = app_store(s->app, false, NULL);

	if (s->journal && !s->import && !s->unread && has_end(s->run) && store &&
	    store_seal(store, s->run, s->recording, NULL) == 0)
		s->journal = s->unkept = false;
}

static void tell_interrupted(struct session *s)
{
	if (!s->journal || s->import || s->was_written || s->run->told != RUN_RUNNING)
		return;
	s->run->told = s->run->state = RUN_INTERRUPTED;
	diags_add(&s->run->diags, DIAG_NOTE, 0, 0,
			  "interrupted: no program writes this run any more; verdict resume %.12s goes on with it",
			  s->run->id);
}

/* 1 where the run was sealed a moment ago: its row is then read anew into `now`. */
static int sealed_meanwhile(struct store *store, const char *id, struct run_row *now, struct err *e)
{
	int rc = store_get(store, id, now, e);

	if (rc > 0 && !now->recording[0]) {
		run_row_release(now);
		rc = 0;
	}
	return rc;
}

static struct session *begin_journal(struct app *a, struct store *store, const struct run_row *row, struct err *e)
{
	char *path = store_journal_path(store, row->id);
	int writer = store_writer(store, row->id, e); /* before it is read: what is written then is read */
	struct blob *b = writer < 0 ? NULL : blob_open(path, e);
	struct session *s = b ? session_of(a, b, 0, writer > 0, e) : NULL;

	free(path);
	if (!s) {
		e->cls = ERR_STORE;
		err_wrap(e, "cannot open stored run %.12s", row->id);
		return NULL;
	}
	if (strcmp(s->run->id, row->id) != 0) {
		session_free(s);
		changed_on_disk(row->id, e);
		return NULL;
	}
	s->stored = s->journal = s->unkept = true;
	if (!s->following)
		tell_interrupted(s);
	seal(s);
	return s;
}

struct session *session_begin_row(struct app *a, const struct run_row *row, struct err *e)
{
	struct store *store = app_store(a, false, e);
	struct run_row now = {0};
	struct session *s = NULL;
	struct blob *b;
	char *path;

	if (!store)
		return NULL;
	if (!row->recording[0]) {
		s = begin_journal(a, store, row, e);
		if (!s && sealed_meanwhile(store, row->id, &now, NULL) > 0) {
			s = session_begin_row(a, &now, e);
			run_row_release(&now);
		}
		return s;
	}
	path = store_recording_path(store, row->recording);
	b = blob_open(path, e);
	free(path);
	if (b)
		s = session_of(a, b, row->member, false, e);
	if (!s) {
		e->cls = ERR_STORE;
		err_wrap(e, "cannot open stored run %.12s", row->id);
		return NULL;
	}
	if (s->import) { /* the store's word for it, until all was read */
		snprintf(s->run->id, sizeof s->run->id, "%s", row->id);
		snprintf(s->run->recording, sizeof s->run->recording, "%s", row->recording);
	}
	if (strcmp(s->run->id, row->id) != 0 || strcmp(s->run->recording, row->recording) != 0) {
		session_free(s);
		changed_on_disk(row->id, e);
		return NULL;
	}
	s->stored = true;
	free(s->draft_key); /* it has its id */
	s->draft_key = NULL;
	return s;
}

void session_tell_members(struct session *s)
{
	if (s->run->members > 1 && !s->stored)
		diags_add(&s->run->diags, DIAG_WARNING, 0, 0,
			  "the recording holds %u runs: this is run %u (--member opens others)", s->run->members,
			  s->run->member + 1);
}

struct session *session_begin(struct app *a, const char *what, bool follow, struct err *e)
{
	return session_begin_member(a, what, 0, follow, e);
}

struct session *session_begin_member(struct app *a, const char *what, unsigned member, bool follow, struct err *e)
{
	struct run_row row = {0};
	struct session *s = NULL;
	struct store *store;
	struct blob *b;

	if (follow || strcmp(what, "-") == 0 || strchr(what, '/') || access(what, F_OK) == 0) {
		b = blob_open(what, e);
		return b ? session_of(a, b, member, follow, e) : NULL;
	}
	store = app_store(a, false, e);
	if (!store) {
		if (e->cls == ERR_NONE)
			err_set(e, ERR_INPUT, "cannot open '%s': there is no such file, and no run is stored yet", what);
		return NULL;
	}
	if (store_find(store, what, &row, e) == 0)
		s = session_begin_row(a, &row, e);
	run_row_release(&row);
	return s;
}

/* ---- reading on ---- */

bool session_reading(const struct session *s)
{
	return s->import != NULL;
}

unsigned session_percent(const struct session *s)
{
	uint64_t size = s->import ? import_size(s->import) : 0;

	/* sizes are ceilinged far below where this could wrap round */
	return size ? (unsigned)(import_place(s->import) * 100 / size) : 100;
}

static int stop_reading(struct session *s, const struct err *why)
{
	free(s->unread);
	s->unread = xstrdup(why->msg);
	import_free(s->import);
	s->import = NULL;
	s->following = false;
	return -1;
}

/* Is it what the store said of it, before it was read? */
static int is_as_stored(const struct session *s, const char *id, const char *recording, struct err *e)
{
	return strcmp(s->run->id, id) == 0 && strcmp(s->run->recording, recording) == 0 ? 0 : changed_on_disk(id, e);
}

/* All was read: the run has its id. */
static int read_all(struct session *s, const char *id, const char *recording, struct err *e)
{
	uint64_t size = import_size(s->import);

	import_free(s->import);
	s->import = NULL;
	s->following = false;
	if (s->stored && !s->unkept)
		return is_as_stored(s, id, recording, e);
	blob_grow(s->recording, NULL); /* the bytes that were read are the recording, whatever came behind them */
	blob_part(s->recording, 0, size);
	tell_interrupted(s);
	seal(s);
	return 0;
}

int session_step(struct session *s, struct err *e)
{
	char id[SHA256_HEX + 1], recording[SHA256_HEX + 1];
	int more;

	memcpy(id, s->run->id, sizeof id);
	memcpy(recording, s->run->recording, sizeof recording);
	if (!s->import) {
		s->caught_up = !evidence_step(s->evidence, EVIDENCE_STEP);
		return !s->caught_up;
	}
	more = import_step(s->import, e);
	if (more < 0)
		return stop_reading(s, e);
	if (import_done(s->import)) {
		if (read_all(s, id, recording, e) < 0)
			return stop_reading(s, e);
		return session_save_kept(s, e) < 0 ? -1 : 1; /* to the evidence, in steps of its own */
	}
	if (more == 0) /* evidence waits for the index: what is there must be known first */
		more = evidence_step(s->evidence, EVIDENCE_STEP);
	s->caught_up = !more && !s->import;
	return more;
}

int session_watch(struct session *s, struct err *e)
{
	struct store *store = s->journal && s->following ? app_store(s->app, false, e) : NULL;
	bool gone = store && store_writer(store, s->run->id, NULL) == 0; /* asked first: what it wrote last is read */
	int grown = s->import && s->following ? import_grow(s->import, e) : 0;

	if (grown < 0)
		return stop_reading(s, e);
	if (gone && grown == 0) { /* nothing more will come */
		session_freeze(s);
		return s->import != NULL;
	}
	return grown;
}

void session_freeze(struct session *s)
{
	if (s->import)
		import_freeze(s->import);
	s->following = false;
}

int session_finish(struct session *s, struct err *e)
{
	session_freeze(s);
	while (s->import)
		if (session_step(s, e) < 0)
			return -1;
	if (s->unread)
		return err_set(e, ERR_INPUT, "%s", s->unread);
	evidence_update(s->evidence);
	s->caught_up = true;
	return 0;
}

bool session_keeps(const struct session *s)
{
	return s->kept > 0;
}

int session_may_decide(const struct session *s, struct err *e)
{
	if (s->unread)
		return err_set(e, ERR_INPUT, "cannot decide: the recording was not read to its end: %s", s->unread);
	if (s->was_written)
		return err_set(e, ERR_NO, "cannot decide yet: the run still goes on; verdict review shows it");
	if (s->live && !live_over(s->live))
		return err_set(e, ERR_NO, "cannot decide yet: the run is still going; it can be told to conclude, or be stopped");
	if (s->following)
		return err_set(e, ERR_NO, "cannot decide yet: the recording still grows; :freeze takes it as it is now");
	if (s->import)
		return err_set(e, ERR_NO, "cannot decide yet: the recording is still being read (%u %%)",
			       session_percent(s));
	return 0;
}

static struct session *finished(struct session *s, struct err *e)
{
	if (s)
		s->was_written = s->journal && s->following;
	if (s && session_finish(s, e) < 0) {
		session_free(s);
		s = NULL;
	}
	return s;
}

struct session *session_open(struct app *a, const char *what, struct err *e)
{
	return finished(session_begin(a, what, false, e), e);
}

struct session *session_open_member(struct app *a, const char *what, unsigned member, struct err *e)
{
	return finished(session_begin_member(a, what, member, false, e), e);
}

void session_free(struct session *s)
{
	if (!s)
		return;
	live_free(s->live); /* first: it writes into the run */
	review_free(s->review);
	offer_release(&s->offer);
	events_release(&s->events);
	walk_release(&s->walk);
	evidence_free(s->evidence);
	import_free(s->import);
	run_free(s->run);
	recording_copy_free(s->copy);
	blob_free(s->recording);
	free(s->draft_key);
	free(s->unread);
	free(s);
}

const struct standing *session_own_decision(const struct session *s)
{
	const struct review *rv = s->review;

	for (size_t i = 0; i < rv->nstanding; i++)
		if (strcmp(rv->standing[i].event->reviewer, app_reviewer(s->app)) == 0)
			return &rv->standing[i];
	return NULL;
}

/* What is decided here needs no offer from elsewhere. */
static int find_offer(struct session *s, struct err *e)
{
	const struct standing *own = session_own_decision(s);

	if ((own && own->decision.kind != DECIDE_DEFER) || !session_may_show(s, SESSION_RUN, PART_OTHERS)) {
		offer_release(&s->offer);
		return 0;
	}
	return session_reading(s) ? 0 : offer_find(s->app, s->run, &s->offer, e);
}

/* Until the reviewer has decided nobody else's events are here at all: what is not here cannot be shown. */
static void drop_others(struct events *es, const char *reviewer)
{
	size_t n = 0;

	for (size_t i = 0; i < es->n; i++)
		if (strcmp(es->e[i].reviewer, reviewer) == 0)
			es->e[n++] = es->e[i];
		else
			event_release(&es->e[i]);
	es->n = n;
}

static void look_what_was_seen(struct session *s)
{
	const char *reviewer = s->blind && s->events.n ? app_reviewer(s->app) : NULL;

	if (!reviewer)
		return;
	if (!s->seen && events_have_seen(&s->events, reviewer)) {
		s->seen = true;
		s->shown++;
	}
	if (!session_may_show(s, SESSION_RUN, PART_OTHERS))
		drop_others(&s->events, reviewer);
}

/* The events of the store take the place of those that came from there; what is not saved stays, behind them. */
static void take_events(struct session *s, struct events *events)
{
	size_t had = s->events.n - s->kept;

	review_free(s->review); /* it borrows from them */
	s->review = NULL;
	for (size_t i = had; i < s->events.n; i++) {
		events->e = mem_grow(events->e, &events->cap, events->n + 1, sizeof *events->e);
		events->e[events->n++] = s->events.e[i];
	}
	s->events.n = had;
	events_release(&s->events);
	s->events = *events;
}

int session_reload(struct session *s, struct err *e)
{
	struct store *store = app_store(s->app, false, e);
	struct events events = {0};
	struct run_row row = {0};
	int known;

	if (!store)
		return e->cls == ERR_NONE ? 0 : -1;
	if (!s->run->id[0]) /* nothing can be known of it yet */
		return 0;
	known = store_get(store, s->run->id, &row, e);
	s->unkept = known > 0 && s->run->named && (!row.recording[0] || strcmp(row.recording, s->run->recording) != 0);
	run_row_release(&row);
	if (known < 0 || (known && store_events(store, s->run->id, &events, e) < 0))
		return -1;
	s->stored = known > 0;
	take_events(s, &events);
	look_what_was_seen(s);
	session_fold(s, s->events.n && !s->kept ? app_reviewer(s->app) : NULL); /* what is not saved cannot be undone */
	return find_offer(s, e) < 0 ? -1 : 0;
}

/* The run is stored, these bytes of it are not: they are what is decided on. */
static int keep_bytes(struct session *s, struct store *store, struct err *e)
{
	seal(s);
	if (s->unkept && store_keep(store, s->run, s->recording, e) < 0)
		return -1;
	return 0;
}

/* What is smaller is copied while nobody notices. */
static const uint64_t large = 4 << 20;

int session_ahead(struct session *s)
{
	struct store *store;
	int rc;

	if (!s->copy) {
		if (s->stored || s->journal || s->unread || s->import || s->live || blob_size(s->recording) < large)
			return 0;
		store = app_store(s->app, true, NULL);
		s->copy = store ? recording_copy_begin(store, s->run->recording, s->recording, NULL) : NULL;
		if (!s->copy)
			return 0;
	}
	rc = recording_copy_step(s->copy, NULL);
	return rc > 0;
}

/* What is left of it: the copy has its name then, or is no more. */
static void end_ahead(struct session *s)
{
	while (s->copy && recording_copy_step(s->copy, NULL) > 0)
		;
	recording_copy_free(s->copy);
	s->copy = NULL;
}

int session_take(struct session *s, bool *added, struct err *e)
{
	struct store *store;

	if (added)
		*added = false;
	if (s->stored && (!s->unkept || s->following)) /* a note on a run that goes on is saved with it */
		return 0;
	if (s->unread)
		return err_set(e, ERR_INPUT, "cannot save: the recording was not read to its end: %s", s->unread);
	if (s->following)
		return err_set(e, ERR_NO, "cannot save yet: the recording still grows; :freeze takes it as it is now");
	if (s->import && session_finish(s, e) < 0)
		return -1;
	end_ahead(s);
	store = app_store(s->app, true, e);
	if (store && s->stored)
		return keep_bytes(s, store, e);
	if (!store || store_take(store, s->run, s->recording, s->app->now(), added, e) < 0)
		return -1;
	s->stored = true;
	return 0;
}
