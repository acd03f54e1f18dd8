#define _GNU_SOURCE /* realpath */
#include "app/draft.h"

#include <stdlib.h>
#include <string.h>

#include "app/session_parts.h"
#include "base/json.h"
#include "base/mem.h"

/* So much of a file, at the most, tells whether it is the recording that was written on. */
enum { HEAD = 64 * 1024 };

void draft_release(struct draft *d)
{
	decision_release(&d->decision);
	draft_forget_note(d);
	buf_release(&d->note);
	buf_release(&d->steer);
	d->open = false;
}

bool draft_has_note(const struct draft *d)
{
	return d->note.n || (d->collected && d->nplaces);
}

bool draft_add_place(struct draft *d, const struct place *p)
{
	if (d->nplaces == PLACES_MAX)
		return false;
	d->places = xrealloc(d->places, (d->nplaces + 1) * sizeof *d->places);
	place_copy(&d->places[d->nplaces++], p);
	return true;
}

void draft_drop_place(struct draft *d, size_t i)
{
	place_release(&d->places[i]);
	d->nplaces--;
	memmove(&d->places[i], &d->places[i + 1], (d->nplaces - i) * sizeof *d->places);
	if (d->nplaces == 0)
		d->collected = false;
}

void draft_forget_note(struct draft *d)
{
	buf_clear(&d->note);
	while (d->nplaces)
		draft_drop_place(d, d->nplaces - 1);
	free(d->places);
	d->places = NULL;
	d->collected = false;
	d->edits[0] = '\0';
}

char *draft_file_key(const char *path)
{
	char *real = realpath(path, NULL);
	char hash[SHA256_HEX + 1];
	struct buf key = BUF_INIT;

	if (!real)
		return NULL;
	sha256_of(slice_str(real), hash);
	free(real);
	buf_addf(&key, "file:%s", hash);
	return buf_detach(&key);
}

static const char *key_of(const struct session *s)
{
	return s->run->id[0] ? s->run->id : s->draft_key;
}

static bool has_words(const struct draft *d)
{
	return d->open || draft_has_note(d) || d->steer.n;
}

bool draft_may_put(const struct session *s)
{
	return key_of(s) != NULL;
}

/* ---- rows ---- */

/* Further recordings that lay in the same file have nowhere to keep what is written on them. */
enum { ROWS = 8 };

static const char *row_key(const char *key, unsigned row, struct buf *b)
{
	buf_clear(b);
	buf_adds(b, key);
	if (row > 1)
		buf_addf(b, ".%u", row);
	return buf_str(b);
}

/* What the store has under `key`: 1 and the document in `json`, 0 or -1. */
static int fetch(struct session *s, const char *key, struct buf *json, struct slice *raw, struct err *e)
{
	struct store *store = app_store(s->app, false, e);
	int rc;

	if (!store)
		return e->cls == ERR_NONE ? 0 : -1;
	rc = store_draft_get(store, key, app_reviewer(s->app), json, e);
	return rc > 0 && json_check(buf_slice(json), raw, NULL, e) < 0 ? -1 : rc;
}

static int fetch_row(struct session *s, unsigned row, struct buf *json, struct slice *raw, struct err *e)
{
	struct buf key = BUF_INIT;
	int rc = fetch(s, row_key(s->draft_key, row, &key), json, raw, e);

	buf_release(&key);
	return rc;
}

/* The SHA-256 of the first `n` bytes of the recording; false where they cannot be read any more. */
static bool head_of(struct session *s, uint64_t n, char hash[SHA256_HEX + 1])
{
	struct buf head = BUF_INIT;
	bool there = n <= HEAD && n <= blob_size(s->recording) && blob_read(s->recording, 0, (size_t)n, &head, NULL) == 0;
	if (there)
		sha256_of(buf_slice(&head), hash);
	buf_release(&head);
	return there;
}

/* Was it written on the file that is there now?  What has no head was written on a run with an id. */
static bool same_file(struct session *s, struct slice raw)
{
	struct slice head = json_member(raw, "head"), hash = json_member(head, "sha256");
	char now[SHA256_HEX + 1];
	int64_t n;

	return json_type(head) != JSON_OBJECT ||
	       (json_get_int(head, "bytes", &n) && n >= 0 && head_of(s, (uint64_t)n, now) && hash.n == SHA256_HEX + 2 &&
		slice_is(slice_sub(hash, 1, hash.n - 1), now));
}

/* This row is the recording's from now on, with what stands in it. */
static void own_row(struct session *s, unsigned row, struct slice json)
{
	s->draft_row = row;
	s->draft_was[0] = '\0';
	if (json.n)
		sha256_of(json, s->draft_was);
}

/* Does the row hold what this program read or wrote there?  What is not there any more has room for it again. */
static bool is_own(const struct session *s, const struct buf *json)
{
	char now[SHA256_HEX + 1];

	sha256_of(buf_slice(json), now);
	return strcmp(now, s->draft_was) == 0;
}

/* A row of the file where nothing of anybody else's is. */
static int find_row(struct session *s, struct err *e)
{
	struct buf json = BUF_INIT;
	struct slice raw;
	int rc = 1;

	if (s->draft_row && (rc = fetch_row(s, s->draft_row, &json, &raw, e)) > 0 && !is_own(s, &json))
		s->draft_row = 0;
	for (unsigned row = 1; rc > 0 && !s->draft_row && row <= ROWS; row++)
		if ((rc = fetch_row(s, row, &json, &raw, e)) == 0)
			own_row(s, row, SLICE(""));
	buf_release(&json);
	if (rc > 0 && !s->draft_row)
		return err_set(e, ERR_STORE, "cannot keep what is begun: notes on %d other recordings that lay in '%s' wait there; "
			       "give this one another name", ROWS, blob_name(s->recording));
	return rc < 0 ? -1 : 0;
}

/* ---- writing ---- */

/* What a draft has besides while notes wait, or the run has no id: those notes, and how the file begins. */
static void add_waiting(struct session *s, struct json_w *w)
{
	const struct event *kept = s->events.e + s->events.n - s->kept;
	char hash[SHA256_HEX + 1];
	uint64_t n = blob_size(s->recording) < HEAD ? blob_size(s->recording) : HEAD;

	if (!head_of(s, n, hash)) { /* it was cut: whatever is there now is looked at again with these words */
		n = 0;
		sha256_of(SLICE(""), hash);
	}
	json_key(w, "head");
	json_open(w, '{');
	json_kint(w, "bytes", (int64_t)n);
	json_kcstr(w, "sha256", hash);
	json_close(w, '}');
	json_key(w, "notes");
	json_open(w, '[');
	for (size_t i = 0; i < s->kept; i++)
		json_raw(w, slice_str(kept[i].payload));
	json_close(w, ']');
}

static void write_draft(struct session *s, const struct draft *d, struct buf *json)
{
	struct buf part = BUF_INIT;
	struct json_w w;

	json_w_init(&w, json, false);
	json_open(&w, '{');
	json_key(&w, "decision");
	if (d && d->open) {
		payload_decide(&part, &d->decision,
			       &(struct decided_on){.recording = s->run->recording, .report = "", .instruction = ""});
		json_raw(&w, buf_slice(&part));
	} else {
		json_null(&w);
	}
	json_key(&w, "note");
	if (d && draft_has_note(d)) {
		buf_clear(&part);
		payload_annotate(&part, d->places, d->nplaces, buf_slice(&d->note));
		json_raw(&w, buf_slice(&part));
		json_key(&w, "collected");
		json_bool(&w, d->collected);
		json_kcstr(&w, "edits", d->edits[0] ? d->edits : NULL);
	} else {
		json_null(&w);
	}
	if (d && d->steer.n) {
		json_key(&w, "steer");
		json_str(&w, buf_slice(&d->steer));
	}
	if (!s->run->id[0] || session_keeps(s))
		add_waiting(s, &w);
	json_close(&w, '}');
	buf_release(&part);
}

/* Under the file: nothing where nothing is to be removed. */
static int put_row(struct session *s, struct store *store, struct slice json, struct err *e)
{
	struct buf key = BUF_INIT;
	int rc = 0;

	if (json.n || s->draft_row) {
		rc = find_row(s, e);
		if (rc == 0)
			rc = store_draft_put(store, row_key(s->draft_key, s->draft_row, &key), app_reviewer(s->app), json, e);
		if (rc == 0)
			own_row(s, s->draft_row, json);
	}
	buf_release(&key);
	return rc;
}

/* What stood under the file stands under the run now. */
static int drop_row(struct session *s, struct store *store, struct err *e)
{
	struct buf json = BUF_INIT, key = BUF_INIT;
	struct slice raw;
	int rc = fetch_row(s, s->draft_row, &json, &raw, e);

	if (rc > 0 && is_own(s, &json))
		rc = store_draft_put(store, row_key(s->draft_key, s->draft_row, &key), app_reviewer(s->app), SLICE(""), e);
	s->draft_row = 0;
	buf_release(&json);
	buf_release(&key);
	return rc < 0 ? -1 : 0;
}

int draft_put(struct session *s, const struct draft *d, struct err *e)
{
	struct buf json = BUF_INIT;
	struct store *store;
	bool empty;
	int rc;

	session_save_kept(s, &(struct err){0}); /* where it fails it was said before, and they are kept here */
	empty = (!d || !has_words(d)) && !session_keeps(s);
	if (!key_of(s) && !empty && session_finish(s, e) < 0)
		return -1;
	store = app_store(s->app, !empty, e);
	if (!store)
		return empty && e->cls == ERR_NONE ? 0 : -1;
	if (!key_of(s))
		return 0;
	if (!empty)
		write_draft(s, d, &json);
	rc = s->run->id[0] ? store_draft_put(store, s->run->id, app_reviewer(s->app), buf_slice(&json), e)
			   : put_row(s, store, buf_slice(&json), e);
	if (rc == 0 && s->run->id[0] && s->draft_key && s->draft_row)
		rc = drop_row(s, store, e);
	buf_release(&json);
	return rc;
}

/* ---- reading ---- */

/* The note that was begun, with its places; a text without any is none, but of a note that had none either. */
static void read_note(struct arena *a, struct slice raw, struct slice payload, struct draft *d)
{
	struct place *places = NULL;
	struct slice text, edits;
	size_t n = 0;

	if (payload_read_places(arena_str(a, payload), &places, &n) && json_get_str(a, payload, "text", &text)) {
		if (json_get_str(a, raw, "edits", &edits) && edits.n == SHA256_HEX)
			memcpy(d->edits, edits.p, SHA256_HEX);
		if (n || d->edits[0])
			buf_add_slice(&d->note, text);
		d->collected = n && slice_is(json_member(raw, "collected"), "true");
		for (size_t i = 0; i < n; i++)
			draft_add_place(d, &places[i]);
	}
	for (size_t i = 0; i < n; i++)
		place_release(&places[i]);
	free(places);
}

int draft_read(struct slice raw, struct draft *d, struct err *e)
{
	struct slice part = json_member(raw, "decision"), steer;
	struct arena *a = arena_new();
	int rc = 1;

	draft_release(d);
	d->open = json_type(part) == JSON_OBJECT;
	if (d->open && payload_decision(part, &d->decision, e) < 0)
		rc = -1;
	part = json_member(raw, "note");
	if (json_type(part) == JSON_OBJECT)
		read_note(a, raw, part, d);
	if (json_get_str(a, raw, "steer", &steer))
		buf_add_slice(&d->steer, steer);
	arena_free(a);
	return rc;
}

static bool has_notes(struct slice raw)
{
	struct json_iter it = json_iter(json_member(raw, "notes"));

	return json_next(&it);
}

/* What is begun under the file: of the row that is the recording's, else of one that it may take: no note waits there. */
static int get_row(struct session *s, struct draft *d, struct err *e)
{
	unsigned row = s->draft_row ? s->draft_row : 1, last = s->draft_row ? s->draft_row : ROWS;
	struct buf json = BUF_INIT;
	struct slice raw;
	int rc = 0;

	for (; rc == 0 && row <= last; row++) {
		rc = fetch_row(s, row, &json, &raw, e);
		if (rc > 0 && same_file(s, raw) && (s->draft_row || !has_notes(raw))) {
			own_row(s, row, buf_slice(&json));
			rc = draft_read(raw, d, e);
		} else if (rc > 0) {
			rc = 0;
		}
	}
	buf_release(&json);
	return rc;
}

int draft_get(struct session *s, struct draft *d, struct err *e)
{
	struct buf json = BUF_INIT;
	struct slice raw;
	int rc = 0;

	draft_release(d);
	if (s->run->id[0] && (rc = fetch(s, s->run->id, &json, &raw, e)) > 0)
		rc = draft_read(raw, d, e);
	else if (!s->run->id[0] && s->draft_key)
		rc = get_row(s, d, e);
	buf_release(&json);
	return rc > 0 ? has_words(d) : rc;
}

/* ---- taking up ---- */

static bool noted(const struct session *s, const char *payload)
{
	for (size_t i = 0; i < s->events.n; i++)
		if (event_kind_of(s->events.e[i].kind) == EVENT_ANNOTATE && strcmp(s->events.e[i].payload, payload) == 0 &&
		    strcmp(s->events.e[i].reviewer, app_reviewer(s->app)) == 0)
			return true;
	return false;
}

/* A note again, unless it is there: it was saved, but the program ended before it could forget it.  How many, or -1. */
static int note_again(struct session *s, const char *payload, struct err *e)
{
	struct place *places = NULL;
	char *text = NULL;
	size_t n = 0;
	int rc = 0;

	if (!noted(s, payload) && payload_read_places(payload, &places, &n) && n && payload_read_text(payload, &text))
		rc = session_annotate(s, places, n, slice_str(text), VIA_SCREEN, e) < 0 ? -1 : 1;
	for (size_t i = 0; i < n; i++)
		place_release(&places[i]);
	free(places);
	free(text);
	return rc;
}

static int notes_again(struct session *s, struct slice raw, struct err *e)
{
	struct json_iter it = json_iter(json_member(raw, "notes"));
	struct arena *a = arena_new();
	int came = 0;

	while (!it.object && came >= 0 && json_next(&it)) {
		int rc = note_again(s, arena_str(a, it.value), e);

		came = rc < 0 ? -1 : came + rc;
	}
	arena_free(a);
	return came;
}

/* What is begun in a row of the file becomes the run's draft, where that has none; then the row is no more. */
static int move_row(struct session *s, unsigned row, struct slice raw, struct err *e)
{
	struct buf json = BUF_INIT, key = BUF_INIT;
	struct draft d = {0};
	struct slice there;
	int rc = draft_read(raw, &d, e);
	bool words = rc > 0 && has_words(&d);

	if (words)
		rc = fetch(s, s->run->id, &json, &there, e);
	if (words && rc == 0)
		rc = draft_put(s, &d, e);
	else if (words && rc > 0)
		words = false; /* it has: the row stays, until there is room */
	else if (rc > 0)
		rc = 0;
	if (rc == 0)
		rc = store_draft_put(s->app->store, row_key(s->draft_key, row, &key), app_reviewer(s->app), SLICE(""), e);
	draft_release(&d);
	buf_release(&json);
	buf_release(&key);
	return rc < 0 ? -1 : 0;
}

/* One row of the file: how many notes came back from it, or -1. */
static int take_row(struct session *s, unsigned row, struct err *e)
{
	struct buf json = BUF_INIT;
	struct slice raw;
	int rc = fetch_row(s, row, &json, &raw, e), came = 0;

	if (rc > 0 && same_file(s, raw)) {
		came = notes_again(s, raw, e);
		/* while notes wait still, it is where they are */
		if (came < 0 || (s->run->id[0] && !s->kept && move_row(s, row, raw, e) < 0))
			rc = -1;
		else if (!s->run->id[0] && !s->draft_row)
			own_row(s, row, buf_slice(&json));
	}
	buf_release(&json);
	return rc < 0 ? -1 : came;
}

/* Notes that could not be saved when the run had its id. */
static int take_runs_own(struct session *s, struct err *e)
{
	struct buf json = BUF_INIT;
	struct draft d = {0};
	struct slice raw;
	int rc = fetch(s, s->run->id, &json, &raw, e), came = 0;

	if (rc > 0 && has_notes(raw)) {
		came = notes_again(s, raw, e);
		rc = came < 0 ? -1 : draft_read(raw, &d, e);
		if (rc > 0)
			rc = draft_put(s, &d, e); /* without them */
	}
	draft_release(&d);
	buf_release(&json);
	return rc < 0 ? -1 : came;
}

int draft_recover(struct session *s, struct err *e)
{
	int rc = s->run->id[0] && !s->kept ? take_runs_own(s, e) : 0, came = rc;

	if (!s->draft_key || (!s->run->id[0] && !s->following))
		return rc;
	for (unsigned row = 1; rc >= 0 && row <= ROWS; row++) {
		rc = take_row(s, row, e);
		came += rc;
	}
	if (rc >= 0 && s->run->id[0] && !s->kept) {
		free(s->draft_key);
		s->draft_key = NULL;
	}
	return rc < 0 ? -1 : came;
}
