/* The form that decides: what will be saved, changed row by row, saved by one key. */
#include "app/decide.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "ui/runs.h"
#include "ui/view.h"

enum field { F_OUTPUT, F_ARGUMENT, F_REMEDY, F_CONFIDENCE, F_SETTLE, F_REASON, F_COMMENT, F_UNTIL };

struct form_row {
	enum field field;
	size_t n; /* number of the output or the reason */
};

static struct decision *decision_of(struct ui *ui)
{
	return &ui->decide.draft.decision;
}

/* Decisions of other people that stand: only then is there something to settle. */
static bool others_stand(struct ui *ui)
{
	return ui->session->review->nstanding > (session_own_decision(ui->session) ? 1 : 0);
}

/* The rows that this kind of decision has; returns how many. */
static size_t rows_of(struct ui *ui, struct form_row *rows, size_t max)
{
	const struct decision *d = decision_of(ui);
	size_t n = 0;

#define ROW(f, k) do { if (n < max) rows[n++] = (struct form_row){f, k}; } while (0)
	for (size_t i = 0; (d->kind == DECIDE_OVERRIDE || d->kind == DECIDE_JUDGE) && i < ui->decide.known.n; i++)
		ROW(F_OUTPUT, i);
	for (size_t i = 0; d->kind == DECIDE_OVERRIDE && app_reason(ui->app, i); i++)
		ROW(F_REASON, i);
	if (d->kind != DECIDE_DEFER) {
		ROW(F_ARGUMENT, 0);
		ROW(F_REMEDY, 0);
		ROW(F_CONFIDENCE, 0);
		if (others_stand(ui))
			ROW(F_SETTLE, 0);
	}
	if (d->kind == DECIDE_DEFER)
		ROW(F_UNTIL, 0);
	ROW(F_COMMENT, 0);
#undef ROW
	return n;
}

enum { FORM_ROWS = 96 };

static void touched(struct ui *ui)
{
	ui->decide.changed = true;
	ui_draft_changed(ui);
}

static void set_outputs(struct ui *ui, const char *args)
{
	struct slice rest = slice_str(args), word;
	struct outputs known = {0};
	struct err e;

	decide_known_outputs(ui->session->run, &known);
	while (slice_word(&rest, &word))
		if (outputs_parse(&decision_of(ui)->outputs, &known, word, &e) < 0)
			ui_fail(ui, &e);
	outputs_release(&known);
}

void decide_comment(struct ui *ui, struct slice text)
{
	struct decision *d = decision_of(ui);

	text = slice_trim(text);
	if (slice_eq(text, slice_str(d->comment))) /* looked at, and left as it was */
		return;
	free(d->comment);
	d->comment = text.n ? xstrndup(text.p, text.n) : NULL;
	touched(ui);
}

void decide_until(struct ui *ui, struct slice words)
{
	char today[DATE_TEXT + 1], day[DATE_TEXT + 1];
	struct err e = {0};

	date_of(ui->app->now(), today);
	if (date_read(words, today, day, &e) < 0) {
		ui_fail(ui, &e);
		return;
	}
	memcpy(decision_of(ui)->until, day, sizeof day);
	touched(ui);
}

static void open_form(struct ui *ui)
{
	struct decide_form *f = &ui->decide;

	decide_known_outputs(ui->session->run, &f->known);
	f->open = true;
	f->row = 0;
	f->settle = false;
	f->changed = f->draft.open;
	ui->waiting |= WAIT_AHEAD;
}

static bool may_decide(struct ui *ui)
{
	struct buf conclude = BUF_INIT, stop = BUF_INIT;
	struct err e = {0};

	if (session_may_decide(ui->session, &e) == 0)
		return true;
	if (ui_is_live(ui)) {
		ui_key_for(ui, CONTEXT_LIVE, CMD_CONCLUDE, &conclude);
		ui_key_for(ui, CONTEXT_LIVE, CMD_STOP, &stop);
		ui_say(ui, ROLE_WARNING, "cannot decide yet: the run is still going; %s concludes, %s stops it", buf_str(&conclude),
		       buf_str(&stop));
	} else {
		ui_fail(ui, &e);
	}
	buf_release(&conclude);
	buf_release(&stop);
	return false;
}

/* A decision is about all of the run: a walk that hides what is approved or overridden is left. */
static void leave_walk(struct ui *ui)
{
	if (!session_is_walking(ui->session) || session_is_blind(ui->session))
		return;
	step_leave(ui);
	ui_say(ui, ROLE_NORMAL, "the walk is left: a decision is about all of the run");
}

void decide_open(struct ui *ui, enum decision_kind kind, const char *args)
{
	struct decide_form *f = &ui->decide;
	struct decision fresh = {0};
	const struct standing *standing;
	struct buf key = BUF_INIT;
	struct err e;

	if (!may_decide(ui))
		return;
	ui_catch_up(ui); /* a decision that was begun may wait in the store */
	if (session_is_blind(ui->session) && kind != DECIDE_DEFER)
		kind = DECIDE_JUDGE; /* there is nothing to approve or override yet */
	else if (kind == DECIDE_OVERRIDE && !decide_has_verdict(ui->session->run))
		kind = DECIDE_JUDGE;
	if (kind == DECIDE_APPROVE && !decide_has_verdict(ui->session->run)) {
		decide_start(ui->session->run, kind, &fresh);
		if (decide_check(ui->session->run, &fresh, &e) < 0)
			ui_fail(ui, &e);
		decision_release(&fresh);
		return;
	}
	if (kind != DECIDE_DEFER)
		leave_walk(ui);
	open_form(ui);
	if (f->draft.open && decision_of(ui)->kind == kind) {
		ui_key_for(ui, CONTEXT_DECIDE, CMD_DECIDE_DISCARD, &key);
		ui_say(ui, ROLE_NORMAL, "continuing the draft of this decision; %s forgets it", buf_str(&key));
		buf_release(&key);
	} else {
		/* another kind of decision was begun: its words stay, what was chosen does not */
		decide_start(ui->session->run, kind, &fresh);
		standing = session_own_decision(ui->session);
		if (!f->draft.open && standing && standing->decision.kind == kind)
			decision_copy(&fresh, &standing->decision); /* one word of it may be what is wrong */
		if (f->draft.open && decision_of(ui)->comment)
			fresh.comment = xstrdup(decision_of(ui)->comment);
		decision_release(decision_of(ui));
		*decision_of(ui) = fresh;
		f->draft.open = true;
	}
	if (*args && (kind == DECIDE_OVERRIDE || kind == DECIDE_JUDGE)) {
		set_outputs(ui, args);
		touched(ui);
	}
	if (*args && kind == DECIDE_DEFER)
		decide_until(ui, slice_str(args));
}

void decide_take_over(struct ui *ui)
{
	const struct offer *o = &ui->session->offer;
	struct buf words = BUF_INIT;

	if (!may_decide(ui))
		return;
	ui_catch_up(ui);
	if (!o->run[0]) {
		ui_say(ui, ROLE_WARNING, "nothing is offered: no decision of another recording of this job waits to be taken over");
		return;
	}
	if (ui->decide.draft.open) { /* its words are not to be written over */
		ui_say(ui, ROLE_WARNING, "a decision was begun here already: continue it, or forget it first");
		return;
	}
	leave_walk(ui);
	open_form(ui);
	offer_decision(o, ui->session->run, decision_of(ui));
	ui->decide.draft.open = true;
	offer_words(&words, o);
	ui_say(ui, ROLE_NOTE, "%s", buf_str(&words));
	buf_release(&words);
}

static void close_form(struct ui *ui, bool forget)
{
	struct decide_form *f = &ui->decide;

	f->open = false;
	if (forget) {
		decision_release(&f->draft.decision);
		f->draft.open = false;
		touched(ui);
	}
}

void decide_words(struct ui *ui, struct buf *out)
{
	const struct decision *d = decision_of(ui);

	buf_addf(out, "%s", decision_kind_name(d->kind));
	if (d->kind != DECIDE_DEFER) {
		buf_adds(out, ": ");
		outputs_words(out, &d->outputs);
	}
	if (d->until[0])
		buf_addf(out, " until %s", d->until);
	for (size_t i = 0; i < d->nreasons; i++)
		buf_addf(out, "%s%s", i ? ", " : "; ", d->reasons[i]);
	if (d->argument != ARGUMENT_NONE)
		buf_addf(out, "; argument %s", argument_name(d->argument));
	if (d->remedy != REMEDY_UNSET)
		buf_addf(out, "; remedy %s", remedy_name(d->remedy));
}

static void save(struct ui *ui)
{
	bool blind = session_is_blind(ui->session);
	struct buf words = BUF_INIT;
	struct err e = {0};

	if (session_decide(ui->session, decision_of(ui), ui->decide.settle, VIA_SCREEN, &e) < 0) {
		ui_fail(ui, &e);
		return;
	}
	decide_words(ui, &words);
	close_form(ui, true);
	ui_saved(ui);
	ui_save(ui); /* what is left of the draft: a note that was begun */
	if (ui->session->review->state == REVIEW_CONFLICT)
		ui_say(ui, ROLE_WARNING, "saved: %s; it conflicts with another reviewer's decision", buf_str(&words));
	else if (blind) /* what was hidden is looked at first */
		ui_say(ui, ROLE_GOOD, "saved: %s; what was hidden shows now", buf_str(&words));
	else
		runs_after(ui, &words);
	buf_release(&words);
}

static void toggle_reason(struct ui *ui, size_t n)
{
	const char *reason = app_reason(ui->app, n);
	char *keep;

	if (decision_of(ui)->kind != DECIDE_OVERRIDE)
		ui_say(ui, ROLE_WARNING, "reasons are for what is overridden");
	if (!reason || decision_of(ui)->kind != DECIDE_OVERRIDE)
		return;
	keep = xstrdup(reason);
	if (decision_has_reason(decision_of(ui), keep))
		decision_drop_reason(decision_of(ui), keep);
	else
		decision_add_reason(decision_of(ui), slice_str(keep));
	free(keep);
	touched(ui);
}

static void ask_comment(struct ui *ui)
{
	struct slice text = slice_str(decision_of(ui)->comment);
	struct buf key = BUF_INIT;

	if (text.n > PROMPT_LINE || slice_chr(text, '\n', 0) != SLICE_NONE) {
		/* the prompt would make one short line of it */
		ui_key_for(ui, CONTEXT_DECIDE, CMD_DECIDE_EDIT, &key);
		ui_say(ui, ROLE_WARNING, "the comment is more than a line: %s goes on with it in the editor", buf_str(&key));
		buf_release(&key);
		return;
	}
	ui_ask(ui, PROMPT_DECIDE_COMMENT, slice_str(decision_of(ui)->comment));
}

/* An override turns an output round; what is judged also can be left open again. */
static void change_output(struct ui *ui, const char *name)
{
	struct decision *d = decision_of(ui);
	const struct output *o = outputs_get(&d->outputs, slice_str(name));

	if (!o)
		outputs_set(&d->outputs, slice_str(name), true);
	else if (o->value || d->kind != DECIDE_JUDGE)
		outputs_set(&d->outputs, slice_str(name), !o->value);
	else
		outputs_drop(&d->outputs, slice_str(name));
}

static int cycle(int v, int count, bool back)
{
	return (v + (back ? count - 1 : 1)) % count;
}

bool decide_types(struct ui *ui, ui_key k)
{
	struct form_row rows[FORM_ROWS];
	size_t n = rows_of(ui, rows, FORM_ROWS);
	bool day = (k >= '0' && k <= '9') || ((k | 0x20) >= 'a' && (k | 0x20) <= 'z');
	char text[2] = {(char)k};

	if (!ui->decide.open || !day || ui->decide.row >= n || rows[ui->decide.row].field != F_UNTIL)
		return false;
	ui_ask(ui, PROMPT_DECIDE_UNTIL, slice_str(text));
	return true;
}

static void change(struct ui *ui, const struct form_row *r, bool back)
{
	struct decision *d = decision_of(ui);

	switch (r->field) {
	case F_OUTPUT:
		change_output(ui, ui->decide.known.o[r->n].name);
		break;
	case F_ARGUMENT:
		d->argument = (enum argument)cycle((int)d->argument, ARGUMENTS, back);
		break;
	case F_REMEDY:
		d->remedy = (enum remedy)cycle((int)d->remedy, REMEDIES, back);
		break;
	case F_CONFIDENCE:
		d->confidence = (enum confidence)cycle((int)d->confidence, CONFIDENCES, back);
		break;
	case F_SETTLE:
		ui->decide.settle = !ui->decide.settle;
		break;
	case F_REASON:
		toggle_reason(ui, r->n);
		return;
	case F_COMMENT:
		ask_comment(ui);
		return;
	case F_UNTIL:
		ui_ask(ui, PROMPT_DECIDE_UNTIL, slice_str(d->until));
		return;
	}
	touched(ui);
}

static void edit_comment(struct ui *ui)
{
	const char *comment = decision_of(ui)->comment;
	struct buf text = BUF_INIT;

	if (ui_edit(ui, "comment", slice_str(comment), &text))
		decide_comment(ui, buf_slice(&text));
	buf_release(&text);
}

bool decide_command(struct ui *ui, enum command c, const char *args)
{
	struct decide_form *f = &ui->decide;
	struct form_row rows[FORM_ROWS];
	size_t n = rows_of(ui, rows, FORM_ROWS);
	bool entered = f->changed; /* closing the form changes that */
	uint64_t number;

	switch (c) {
	case CMD_DECIDE_SAVE:
		save(ui);
		return true;
	case CMD_DECIDE_CANCEL:
		close_form(ui, !entered);
		ui_say(ui, ROLE_NORMAL, entered ? "nothing saved; the draft is kept" : "nothing saved");
		return true;
	case CMD_DECIDE_DISCARD:
		close_form(ui, true);
		ui_say(ui, ROLE_NORMAL, "nothing saved; the draft is forgotten");
		return true;
	case CMD_DECIDE_NEXT:
		f->row = (f->row + 1) % n;
		return true;
	case CMD_DECIDE_PREV:
		f->row = (f->row + n - 1) % n;
		return true;
	case CMD_DECIDE_CHANGE:
		change(ui, &rows[f->row < n ? f->row : 0], strcmp(args, "back") == 0);
		return true;
	case CMD_DECIDE_REASON:
		if (!slice_u64(slice_str(args), &number) || number == 0)
			return true;
		if (number > 10 || !decide_types(ui, '0' + (ui_key)number % 10)) /* where a day is typed its key is a digit of it */
			toggle_reason(ui, (size_t)number - 1);
		return true;
	case CMD_DECIDE_COMMENT:
		ask_comment(ui);
		return true;
	case CMD_DECIDE_EDIT:
		edit_comment(ui);
		return true;
	default:
		return false;
	}
}

/* ---- drawing ---- */

/* Name and value of a row. */
static void row_words(struct ui *ui, const struct form_row *r, struct buf *name, struct buf *value)
{
	const struct decision *d = decision_of(ui);
	const struct output *o;
	const char *word = NULL;

	switch (r->field) {
	case F_OUTPUT:
		buf_adds(name, ui->decide.known.o[r->n].name);
		o = outputs_get(&d->outputs, slice_str(ui->decide.known.o[r->n].name));
		if (o)
			outputs_word(value, o);
		else
			buf_adds(value, glyph(GLYPH_NONE));
		return;
	case F_REASON:
		/* digits 1 to 9 and 0 toggle the first ten */
		if (r->n < 10)
			buf_addf(name, "%zu ", (r->n + 1) % 10);
		else
			buf_adds(name, "  ");
		buf_adds(name, decision_has_reason(d, app_reason(ui->app, r->n)) ? "[x] " : "[ ] ");
		utf8_escape(name, slice_str(app_reason(ui->app, r->n)), false);
		return;
	case F_ARGUMENT:
		buf_adds(name, "argument");
		word = argument_name(d->argument);
		break;
	case F_REMEDY:
		buf_adds(name, "remedy");
		word = remedy_name(d->remedy);
		break;
	case F_CONFIDENCE:
		buf_adds(name, "your confidence");
		word = confidence_name(d->confidence);
		break;
	case F_SETTLE:
		buf_adds(name, "settles others");
		word = ui->decide.settle ? "yes: this supersedes the other decisions" : "no: a different outcome is a conflict";
		break;
	case F_COMMENT:
		buf_adds(name, "comment");
		word = d->comment;
		break;
	case F_UNTIL:
		buf_adds(name, "until");
		word = d->until[0] ? d->until : "no day: type one, such as monday or 2w";
		break;
	}
	buf_adds(value, word ? word : glyph(GLYPH_NONE));
	for (size_t i = 0; i < value->n; i++)
		if (value->p[i] == '\n')
			value->p[i] = ' ';
}

enum { FORM_COLS = 38 }; /* at least, where the left part of the layout is narrower */

/* Over the lower left, so that the answer and the racing lines stay in sight where there is room for that. */
static struct rect form_rect(struct ui *ui, size_t rows)
{
	unsigned high = ui->layout.verdict_row - 1, need = (unsigned)rows + 4;
	unsigned cols = ui->layout.left ? ui->layout.left : ui->grid->cols;

	if (cols < FORM_COLS)
		cols = FORM_COLS;
	if (need > high)
		need = high;
	return (struct rect){ui->layout.verdict_row - need, 0, need, cols};
}

void decide_draw(struct ui *ui)
{
	static const char *const titles[DECISION_KINDS] = {
		[DECIDE_APPROVE] = "Approve", [DECIDE_OVERRIDE] = "Override", [DECIDE_JUDGE] = "Judge", [DECIDE_DEFER] = "Defer",
	};
	struct form_row rows[FORM_ROWS];
	size_t n = rows_of(ui, rows, FORM_ROWS), top;
	struct rect r = form_rect(ui, n);
	struct grid *g = ui->grid;
	struct buf b = BUF_INIT;
	unsigned room = r.rows - 4;

	for (unsigned i = 0; i < r.rows; i++)
		grid_fill(g, r.row + i, r.col, r.cols, ' ', ROLE_NORMAL);
	grid_frame(g, r, slice_str(titles[decision_of(ui)->kind]), true);
	buf_adds(&b, "AI    ");
	if (session_is_blind(ui->session))
		buf_adds(&b, "hidden until you have decided");
	else
		outputs_words(&b, session_outputs(ui->session));
	grid_fit(g, r.row + 1, r.col + 2, r.cols - 4, buf_slice(&b), ROLE_NORMAL);
	buf_clear(&b);
	buf_adds(&b, "you   ");
	if (decision_of(ui)->kind == DECIDE_DEFER)
		buf_adds(&b, "decide later");
	else
		outputs_words(&b, &decision_of(ui)->outputs);
	grid_fit(g, r.row + 2, r.col + 2, r.cols - 4, buf_slice(&b), ROLE_LABEL);
	top = ui->decide.row >= room ? ui->decide.row - room + 1 : 0;
	for (unsigned i = 0; i < room && top + i < n; i++) {
		const struct form_row *row = &rows[top + i];
		struct buf name = BUF_INIT, value = BUF_INIT;
		unsigned at = row->field == F_REASON ? r.cols - 6 : 17;

		row_words(ui, row, &name, &value);
		grid_fit(g, r.row + 3 + i, r.col + 3, at, buf_slice(&name), ROLE_NORMAL);
		if (value.n && r.cols > 26)
			grid_fit(g, r.row + 3 + i, r.col + 21, r.cols - 23, buf_slice(&value), ROLE_LABEL);
		if (top + i == ui->decide.row)
			grid_mod(g, r.row + 3 + i, r.col + 1, r.cols - 2, MOD_SELECT);
		buf_release(&name);
		buf_release(&value);
	}
	buf_release(&b);
}
