#include "ui/note.h"

#include <string.h>

#include "base/utf8.h"
#include "ui/partial.h"
#include "ui/view.h"

/* So many notes at one place are told apart. */
enum { HERE = 32 };

static struct draft *draft_of(struct ui *ui)
{
	return &ui->decide.draft;
}

static bool same_place(const struct place *a, const struct place *b)
{
	return a->kind == b->kind && a->seq == b->seq && a->field == b->field && a->from == b->from && a->to == b->to &&
	       slice_eq(slice_str(a->member), slice_str(b->member)) && slice_eq(slice_str(a->path), slice_str(b->path)) &&
	       a->line_first == b->line_first && a->line_last == b->line_last;
}

static size_t find_place(const struct draft *d, const struct place *p)
{
	size_t i = 0;

	while (i < d->nplaces && !same_place(&d->places[i], p))
		i++;
	return i;
}

static void release(struct place *p, size_t n)
{
	while (n--)
		place_release(&p[n]);
}

/* ---- its places ---- */

static size_t places_here(struct ui *ui, struct place *p)
{
	size_t n = ui_places(ui, p, PLACES_MAX);

	if (n == 0)
		ui_say(ui, ROLE_WARNING, "nothing to comment on here: go to a frame, a source line, a span or a sentence");
	return n;
}

/* The places here become the note's; those that are already stay, or are dropped where `turn`. */
static void collect(struct ui *ui, bool turn)
{
	struct draft *d = draft_of(ui);
	struct place p[PLACES_MAX];
	size_t n = places_here(ui, p);

	for (size_t i = 0; i < n; i++) {
		size_t at = find_place(d, &p[i]);

		if (at < d->nplaces) {
			if (turn && d->note.n && d->nplaces == 1)
				ui_say(ui, ROLE_WARNING, "this is the only place of the note that is begun: it stays; :forget-note forgets both");
			else if (turn)
				draft_drop_place(d, at);
		} else if (!draft_add_place(d, &p[i])) {
			ui_say(ui, ROLE_WARNING, "a note has %d places at most", PLACES_MAX);
			break;
		}
	}
	release(p, n);
}

void note_do_add_place(struct ui *ui, const char *args)
{
	struct draft *d = draft_of(ui);
	struct buf key = BUF_INIT, again = BUF_INIT;
	size_t had;

	(void)args;
	ui_catch_up(ui);
	if (d->edits[0]) {
		ui_say(ui, ROLE_WARNING, "a note is being edited: it keeps the places that it has");
		return;
	}
	if (d->note.n == 0 && !d->collected)
		draft_forget_note(d);
	had = d->nplaces;
	buf_clear(&ui->message);
	collect(ui, true);
	if (ui->message.n && d->nplaces == had)
		return;
	d->collected = d->nplaces > 0;
	selection_end(ui);
	ui_draft_changed(ui);
	ui_key_for(ui, CONTEXT_ALL, CMD_COMMENT, &key);
	ui_key_for(ui, CONTEXT_ALL, CMD_ADD_PLACE, &again);
	if (d->nplaces == 0)
		ui_say(ui, ROLE_NORMAL, "the place is dropped: none is collected");
	else
		ui_say(ui, ROLE_NORMAL, "%s; %s writes their note, %s again drops one, :forget-note all",
		       d->nplaces < had ? "the place is dropped" : "collected", buf_str(&key), buf_str(&again));
	buf_release(&key);
	buf_release(&again);
}

void note_do_forget(struct ui *ui, const char *args)
{
	(void)args;
	ui_catch_up(ui);
	if (draft_has_note(draft_of(ui)))
		ui_say(ui, ROLE_NORMAL, "the note that was begun is forgotten, and its places");
	else
		ui_say(ui, ROLE_NORMAL, "no note is begun");
	draft_forget_note(draft_of(ui));
	ui_draft_changed(ui);
}

/* ---- its text ---- */

static void kept(struct ui *ui)
{
	ui_draft_changed(ui);
	if (session_keeps(ui->session)) /* what was confirmed is on disk, also before the run has its id */
		ui_save(ui);
}

/* A line at the prompt; what is longer has the box. */
static void ask(struct ui *ui)
{
	struct slice text = buf_slice(&draft_of(ui)->note);

	if (draft_of(ui)->edits[0] || text.n > PROMPT_LINE || slice_chr(text, '\n', 0) != SLICE_NONE)
		notebox_open(ui);
	else
		ui_ask(ui, PROMPT_NOTE, text);
}

/* A note apart from the one that is begun, on what is here. */
static void comment_apart(struct ui *ui, struct slice text)
{
	struct place p[PLACES_MAX];
	struct buf words = BUF_INIT;
	struct err e = {0};
	size_t n = places_here(ui, p);

	if (n && session_annotate(ui->session, p, n, text, VIA_SCREEN, &e) < 0) {
		ui_fail(ui, &e);
	} else if (n) {
		places_words(&words, p, n);
		ui_say(ui, ROLE_GOOD, "noted on %s", buf_str(&words));
		selection_end(ui);
		ui_saved(ui);
		kept(ui);
	}
	buf_release(&words);
	release(p, n);
}

/* As typed in a command: a note on the places that were collected, else on what is here; what was begun stays begun. */
static void comment_with(struct ui *ui, struct slice text)
{
	struct draft *d = draft_of(ui);

	if (d->note.n) {
		comment_apart(ui, text);
		return;
	}
	if (!d->collected) {
		draft_forget_note(d);
		collect(ui, false);
	}
	if (d->nplaces)
		note_save(ui, text);
}

void note_do_comment(struct ui *ui, const char *args)
{
	struct draft *d = draft_of(ui);

	ui_catch_up(ui); /* a note that was begun may wait in the store */
	if (*args) {
		comment_with(ui, slice_str(args));
		return;
	}
	if (d->note.n) { /* what was begun goes on where it was begun */
		ask(ui);
		ui_say(ui, ROLE_NORMAL, "a kept note goes on; an empty one forgets it");
		return;
	}
	if (!d->collected)
		draft_forget_note(d);
	if (!d->collected || selection_on(ui))
		collect(ui, false);
	if (d->nplaces)
		ask(ui);
}

static bool is_own(const struct ui *ui, uint32_t note)
{
	return strcmp(ui->session->review->annotations[note].event->reviewer, app_reviewer(ui->app)) == 0;
}

void note_edit(struct ui *ui, uint32_t note)
{
	const struct annotation *a = &ui->session->review->annotations[note];
	struct draft *d = draft_of(ui);
	struct buf key = BUF_INIT;

	if (!is_own(ui, note)) {
		ui_say(ui, ROLE_WARNING, "cannot edit this note: it is %s's", a->event->reviewer);
	} else if (draft_has_note(d) && strcmp(d->edits, a->event->hash) != 0) {
		ui_key_for(ui, CONTEXT_ALL, CMD_COMMENT, &key);
		ui_say(ui, ROLE_WARNING, "a note is begun already: %s goes on with it, :forget-note forgets it", buf_str(&key));
	} else {
		if (!draft_has_note(d)) {
			draft_forget_note(d);
			buf_adds(&d->note, a->text);
			for (size_t i = 0; i < a->nplaces; i++)
				draft_add_place(d, &a->places[i]);
			memcpy(d->edits, a->event->hash, sizeof d->edits);
		}
		ask(ui);
	}
	buf_release(&key);
}

void note_do_edit(struct ui *ui, const char *args)
{
	uint32_t notes[HERE];
	size_t n, own = 0;

	(void)args;
	if (ui->view == VIEW_PANES && ui->focus == PANE_SOURCE) {
		partial_look(ui);
		return;
	}
	ui_catch_up(ui);
	n = noted_here(ui, notes, HERE);
	while (own < n && !is_own(ui, notes[own]))
		own++;
	if (n == 0)
		ui_say(ui, ROLE_WARNING, "no note stands here: the list of notes (:notes) has all");
	else
		note_edit(ui, notes[own < n ? own : 0]);
}

void note_typed(struct ui *ui, struct slice text)
{
	struct buf *b = &draft_of(ui)->note;

	buf_clear(b);
	buf_add_slice(b, text);
	ui_draft_changed(ui);
}

/* Saved, or given up by an empty text. */
static void done(struct ui *ui, const char *what, bool saved)
{
	struct draft *d = draft_of(ui);
	struct buf words = BUF_INIT;

	places_words(&words, d->places, d->nplaces);
	if (saved)
		ui_say(ui, ROLE_GOOD, "%s %s", what, buf_str(&words));
	else
		ui_say(ui, ROLE_NORMAL, d->edits[0] ? "an empty text is not saved: the note stays as it was" : "an empty note is not saved");
	buf_release(&words);
	draft_forget_note(d);
	selection_end(ui);
}

void note_save(struct ui *ui, struct slice text)
{
	struct draft *d = draft_of(ui);
	struct err e = {0};
	int rc;

	if (slice_trim(text).n == 0) {
		done(ui, "", false);
	} else {
		rc = d->edits[0] ? session_edit(ui->session, d->edits, text, VIA_SCREEN, &e)
				 : session_annotate(ui->session, d->places, d->nplaces, text, VIA_SCREEN, &e);
		if (rc < 0) { /* the words stay */
			note_typed(ui, text);
			if (d->edits[0] && e.cls == ERR_NO) {
				d->edits[0] = '\0';
				ui_say(ui, ROLE_WARNING, "the note is gone meanwhile; saving once more makes a new one");
			} else {
				ui_fail(ui, &e);
			}
		} else {
			done(ui, d->edits[0] ? "edited the note on" : "noted on", true);
			ui_saved(ui);
		}
	}
	kept(ui);
}

void note_kept(struct ui *ui)
{
	struct buf key = BUF_INIT;

	if (draft_of(ui)->note.n) {
		ui_key_for(ui, ui_context(ui), CMD_COMMENT, &key);
		ui_say(ui, ROLE_NORMAL, "the note is kept: %s continues it", buf_str(&key));
	} else if (!draft_of(ui)->collected) {
		draft_forget_note(draft_of(ui));
	}
	buf_release(&key);
}

/* ---- on the screen ---- */

void note_words(const struct ui *ui, struct buf *out)
{
	const struct draft *d = &ui->decide.draft;

	if (d->collected && d->nplaces)
		buf_addf(out, "note: %zu place%s", d->nplaces, d->nplaces == 1 ? "" : "s");
	else if (d->note.n)
		buf_adds(out, "a note is begun");
}

void note_quote(const struct place *p, struct buf *out)
{
	bool blank = true;

	if (!p->excerpt || !*p->excerpt)
		return;
	buf_adds(out, "  \"");
	for (struct slice s = slice_trim(slice_str(p->excerpt)); s.n; s = slice_sub(s, 1, s.n)) {
		bool is = *s.p == ' ' || *s.p == '\n' || *s.p == '\t' || *s.p == '\r';

		if (!is || !blank)
			buf_addc(out, is ? ' ' : *s.p);
		blank = is;
	}
	buf_addc(out, '"');
}

void note_label(const struct ui *ui, unsigned cells, struct buf *out)
{
	const struct draft *d = &ui->decide.draft;

	buf_adds(out, "note on ");
	places_words(out, d->places, d->nplaces);
	if (d->nplaces && d->places[0].excerpt && out->n + 20 < cells) {
		buf_adds(out, " \"");
		utf8_fit(out, slice_trim(slice_str(d->places[0].excerpt)), cells - (unsigned)out->n - 4);
		buf_addc(out, '"');
	}
	buf_adds(out, ": ");
}

void note_hint(struct ui *ui, struct buf *out)
{
	uint32_t notes[HERE];
	size_t n = noted_here(ui, notes, HERE);
	const struct annotation *a;
	struct slice rest, line = {0};

	if (n == 0)
		return;
	a = &ui->session->review->annotations[notes[0]];
	rest = slice_str(a->text);
	slice_line(&rest, &line);
	buf_adds(out, "* ");
	buf_add_slice(out, slice_rtrim(line));
	buf_addf(out, "%s%s  -- ", rest.n ? " " : "", rest.n ? glyph(GLYPH_MORE) : "");
	buf_adds(out, a->event->reviewer);
	if (n > 1)
		buf_addf(out, " (and %zu more%s)", n - 1, n == HERE ? " at least" : "");
}
