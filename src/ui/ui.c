/* One turn of the screen: a key becomes a command, panes that changed are drawn. */
#include "ui/ui.h"

#include <stdlib.h>
#include <string.h>

#include "app/ask.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "ui/load.h"
#include "ui/note.h"
#include "ui/source.h"
#include "ui/view.h"

static const struct pane_ops *const panes[PANES] = {
	[PANE_REPORT] = &pane_report, [PANE_SOURCE] = &pane_source, [PANE_RUN] = &pane_run, [PANE_TEXT] = &pane_text,
};

static const struct pane_ops *const views[VIEWS] = {
	[VIEW_HELP] = &pane_pager, [VIEW_NOTES] = &pane_notes, [VIEW_MESSAGES] = &pane_pager, [VIEW_FIND] = &pane_find,
	[VIEW_BOOKMARKS] = &pane_bookmark, [VIEW_BOTH] = &pane_both, [VIEW_QUEUE] = &pane_queue, [VIEW_TIME] = &pane_time,
	[VIEW_CLAIMS] = &pane_claims, [VIEW_UNREAD] = &pane_unread, [VIEW_RACE] = &pane_race,
	[VIEW_ANSWERS] = &pane_answers,
};

/* ---- small things that all parts use ---- */

const struct pane_ops *ui_pane(const struct ui *ui)
{
	return ui->view == VIEW_PANES ? panes[ui->focus] : views[ui->view];
}

void ui_tabs(struct ui *ui)
{
	grid_tabs((unsigned)atoi(ui->app->conf.value[OPT_TAB_WIDTH]));
	ui->text.rows.n = 0;
}

enum context ui_context(const struct ui *ui)
{
	return ui->decide.open ? CONTEXT_DECIDE : ui->box.open ? CONTEXT_NOTE : ui_pane(ui)->context;
}

void ui_focus(struct ui *ui, enum pane_id p)
{
	ui->focus = p;
	arrange_now(ui);
}

static bool lies_over(enum view v)
{
	return views[v] == &pane_pager;
}

void ui_show(struct ui *ui, enum view v)
{
	enum view was = lies_over(ui->view) ? ui->below : ui->view;

	ui->view = v;
	ui->below = lies_over(v) ? was : VIEW_PANES;
	if (lies_over(v))
		return;
	if (was != VIEW_PANES && views[was]->closed)
		views[was]->closed(ui);
}

void ui_forget_list(struct ui *ui, enum view v)
{
	unsigned n = 0;

	for (unsigned i = 0; i < ui->nfrom; i++)
		if (ui->from[i] != v)
			ui->from[n++] = ui->from[i];
	ui->nfrom = n;
}

void ui_visit(struct ui *ui)
{
	enum view list = lies_over(ui->view) ? ui->below : ui->view;

	ui_show(ui, VIEW_PANES);
	if (list == VIEW_PANES)
		return;
	ui_forget_list(ui, list);
	if (ui->nfrom == FROM_MAX)
		ui_forget_list(ui, ui->from[0]);
	ui->from[ui->nfrom++] = list;
}

void ui_leave(struct ui *ui)
{
	if (!lies_over(ui->view)) {
		ui_show(ui, VIEW_PANES);
		return;
	}
	ui->view = ui->below;
	ui->below = VIEW_PANES;
}

void ui_say(struct ui *ui, enum role role, const char *fmt, ...)
{
	va_list ap;

	buf_clear(&ui->message);
	if (role == ROLE_ERROR)
		buf_adds(&ui->message, "error: ");
	va_start(ap, fmt);
	buf_addv(&ui->message, fmt, ap);
	va_end(ap);
	ui->message_role = role;
	if (ui->log.n < 1 << 20) {
		buf_adds(&ui->log, "  ");
		utf8_escape(&ui->log, buf_slice(&ui->message), false);
		buf_addc(&ui->log, '\n');
	}
}

/* All are in the log; the screen has room for one. */
void ui_warn(struct ui *ui, const struct diags *ds)
{
	struct buf first = BUF_INIT, key = BUF_INIT;

	for (size_t i = 0; i < ds->n; i++)
		ui_say(ui, ROLE_WARNING, "%s", ds->d[i].text);
	ui->warned += ds->n;
	if (ds->n && ui->warned > 1) {
		ui_key_for(ui, CONTEXT_ALL, CMD_MESSAGES, &key);
		buf_addf(&first, "%zu mistakes in the settings: %s lists them", ui->warned, buf_str(&key));
		buf_clear(&ui->message);
		buf_add_slice(&ui->message, buf_slice(&first));
	}
	buf_release(&first);
	buf_release(&key);
}

void ui_fail(struct ui *ui, const struct err *e)
{
	ui_say(ui, ROLE_ERROR, "%s", e->msg);
}

void ui_key_for(const struct ui *ui, enum context ctx, enum command c, struct buf *out)
{
	const struct binding *b = keymap_of(&ui->keymap, ctx, c);

	if (b)
		key_names(out, b->keys, b->nkeys);
	else
		buf_addf(out, ":%s", commands[c].name);
}

/* ---- a run comes and goes ---- */

static void first_view(struct ui *ui)
{
	ui_focus(ui, session_is_bare(ui->session) ? PANE_REPORT : PANE_TEXT); /* the report is all that there is to read */
	report_build(ui);
	run_build(ui);
	text_answer(ui);
	source_race(ui);
	ui->identified = !session_reading(ui->session);
	follow_begin(ui);
	ui->waiting |= WAIT_EVENTS | WAIT_COUNT | WAIT_IMPORT;
}

bool ui_open(struct ui *ui, struct session *s)
{
	bool queue = ui->view == VIEW_QUEUE;

	for (unsigned i = 0; i < ui->nfrom; i++)
		queue |= ui->from[i] == VIEW_QUEUE;

	if (!ui_save(ui)) {
		session_free(s);
		return false;
	}
	find_forget(ui);
	both_release(&ui->both);
	sift_forget(ui);
	time_release(&ui->timeline);
	claims_release(&ui->claims);
	unread_release(&ui->unread);
	race_release(&ui->race);
	if (ui->app->ask)
		ask_stop(ui->app->ask);
	asking_release(&ui->asking);
	ui->waiting &= ~(unsigned)(WAIT_CLAIMS | WAIT_RACE | WAIT_ASK);
	motion_stop(ui);
	step_forget(ui);
	seek_stop(ui);
	linked_stop(ui);
	jumps_release(&ui->jumps);
	bookmarks_release(&ui->bookmarks);
	session_free(ui->session);
	ui->session = s;
	conf_unset(&ui->app->conf, OPT_COMMIT); /* they were named for the run before */
	conf_unset(&ui->app->conf, OPT_VMLINUX);
	ui->text.shown.n = 0; /* what is unfolded is of a run */
	ui->report.list = (struct list){0};
	ui->report.raw = false;
	ui->decided[0] = '\0';
	ui->report.skip = 0;
	memset(ui->report.unfolded, 0, sizeof ui->report.unfolded);
	ui->run.list = (struct list){0};
	ui->run.nfolded = 0;
	ui_show(ui, VIEW_PANES);
	answers_release(&ui->answers);
	ui->from[0] = VIEW_QUEUE; /* the other lists are of the run that was left */
	ui->nfrom = queue;
	selection_end(ui);
	noted_release(&ui->noted);
	notes_release(&ui->notes);
	notebox_release(&ui->box);
	ui->decide.open = false;
	draft_release(&ui->decide.draft);
	ui->decide.dirty = false;
	first_view(ui);
	return true;
}

void ui_changed(struct ui *ui)
{
	ui->waiting |= WAIT_EVENTS;
}

void ui_draft_changed(struct ui *ui)
{
	ui->decide.dirty = true;
	ui->waiting |= WAIT_DRAFT;
}

void ui_saved(struct ui *ui)
{
	ui->decided[0] = '\0';
	ui->waiting |= WAIT_COUNT;
}

void ui_keep_typed(struct ui *ui)
{
	size_t cursor;

	if (ui->prompting == PROMPT_NOTE) {
		note_typed(ui, prompt_line(ui->prompt, &cursor));
	} else if (ui->prompting == PROMPT_STEER) {
		live_message(ui, prompt_line(ui->prompt, &cursor));
	} else if (ui->prompting == PROMPT_DECIDE_COMMENT) {
		decide_comment(ui, prompt_line(ui->prompt, &cursor));
	}
}

bool ui_save(struct ui *ui)
{
	struct err e = {0};

	ui_keep_typed(ui);
	ui->waiting &= ~(unsigned)WAIT_DRAFT;
	if (!ui->decide.dirty)
		return true;
	if (draft_put(ui->session, &ui->decide.draft, &e) < 0) {
		ui_fail(ui, &e); /* and it stays dirty: the next chance is taken */
		return false;
	}
	ui->decide.dirty = false;
	return true;
}

static void tell_draft(struct ui *ui, const struct draft *d)
{
	struct buf words = BUF_INIT;

	if (d->open) {
		buf_adds(&words, "the key of its decision continues it");
	} else if (draft_has_note(d)) {
		ui_key_for(ui, CONTEXT_ALL, CMD_COMMENT, &words);
		buf_adds(&words, d->note.n ? " continues the note that was begun" : " writes the note on the places that were collected");
	} else if (ui_is_live(ui)) {
		ui_key_for(ui, CONTEXT_LIVE, CMD_STEER, &words);
		buf_adds(&words, " goes on with the message to the agent");
	} else {
		buf_adds(&words, "the agent was never told: ");
		buf_add_slice(&words, buf_slice(&d->steer));
	}
	ui_say(ui, ROLE_NOTE, "a draft was kept: %s", buf_str(&words));
	buf_release(&words);
}

static void read_events(struct ui *ui)
{
	struct draft kept = {0};
	struct err e = {0};
	int notes;

	if (session_reload(ui->session, &e) < 0) {
		ui_fail(ui, &e);
		return;
	}
	notes = draft_recover(ui->session, &e);
	if (notes < 0)
		ui_fail(ui, &e);
	else if (notes > 0)
		ui_say(ui, ROLE_NOTE, "%d note%s came back that waited for the end of the recording", notes, notes == 1 ? "" : "s");
	if (ui->decide.dirty || ui->decide.draft.open || ui->decide.draft.note.n || ui->decide.draft.nplaces || ui->decide.draft.steer.n)
		return;
	if (draft_get(ui->session, &kept, &e) < 0)
		ui_fail(ui, &e);
	if (kept.open || draft_has_note(&kept) || kept.steer.n) {
		tell_draft(ui, &kept);
		draft_release(&ui->decide.draft);
		ui->decide.draft = kept;
	} else {
		draft_release(&kept);
	}
}

void ui_catch_up(struct ui *ui)
{
	if (ui->waiting & WAIT_EVENTS) {
		ui->waiting &= ~(unsigned)WAIT_EVENTS;
		read_events(ui);
	}
}

static void count_runs(struct ui *ui)
{
	struct err e = {0};
	struct store *store = app_store(ui->app, false, &e);

	if (store && store_count(store, &ui->runs, &ui->undecided, &e) < 0)
		ui_fail(ui, &e);
}

bool ui_idle(struct ui *ui)
{
	if (ui->waiting & WAIT_EVENTS) {
		ui_catch_up(ui);
	} else if (ui->waiting & WAIT_COUNT) {
		ui->waiting &= ~(unsigned)WAIT_COUNT;
		count_runs(ui);
	} else if (ui->waiting & WAIT_LIVE) {
		ui->waiting &= ~(unsigned)WAIT_LIVE;
		follow_news(ui);
	} else if (ui->waiting & WAIT_AHEAD) {
		if (!ui->decide.open || !session_ahead(ui->session)) /* given up, it is ended when saving */
			ui->waiting &= ~(unsigned)WAIT_AHEAD;
	} else if (ui->waiting & WAIT_MOTION) {
		motion_more(ui);
	} else if (ui->waiting & WAIT_STEP) {
		step_more(ui);
	} else if (ui->waiting & WAIT_KERNEL) {
		ui->waiting &= ~(unsigned)WAIT_KERNEL;
		placed_news(ui);
		source_again(ui);
		both_again(ui);
		race_again(ui);
		unread_news(ui);
		claims_news(ui);
	} else if (ui->waiting & WAIT_RACE) {
		race_more(ui);
	} else if (ui->waiting & WAIT_ASK) {
		ui->waiting &= ~(unsigned)WAIT_ASK;
		asking_take(ui);
	} else if (ui->waiting & WAIT_LINK) {
		linked_more(ui);
	} else if (ui->waiting & WAIT_SEEK) {
		seek_more(ui);
	} else if (ui->waiting & WAIT_FILTER) {
		sift_more(ui);
	} else if (ui->waiting & WAIT_FIND && !find_waits(ui)) {
		find_more(ui);
	} else if (ui->waiting & WAIT_TALLY) {
		time_step(ui);
	} else if (ui->waiting & WAIT_CLAIMS) {
		claims_more(ui);
	} else if (ui->waiting & WAIT_IMPORT) {
		reading_step(ui);
	} else {
		ui_rest(ui);
	}
	return ui->waiting != 0;
}

void ui_rest(struct ui *ui)
{
	if (!(ui->waiting & WAIT_DRAFT))
		return;
	if (draft_may_put(ui->session))
		ui_save(ui);
	else /* later, or on leaving */
		ui->waiting &= ~(unsigned)WAIT_DRAFT;
}

struct ui *ui_new(struct app *a, struct session *s, unsigned rows, unsigned cols, const struct ui_host *host,
		  struct err *e)
{
	struct ui *ui = xcalloc(1, sizeof *ui);
	struct diags ds = {0};

	ui->app = a;
	ui->session = s;
	ui->host = host ? *host : (struct ui_host){0};
	ui->grid = grid_new(rows, cols);
	ui->text.wrap = strcmp(a->conf.value[OPT_WRAP], "off") != 0;
	ui->text.anchor = SIZE_MAX;
	ui->lettered = COMMANDS;
	ui->prompt = prompt_new(e);
	if (!ui->prompt) {
		ui_free(ui);
		return NULL;
	}
	load_keymap(a, &ui->keymap, &ds);
	ui_warn(ui, &a->conf_diags);
	ui_warn(ui, &ds);
	diags_release(&ds);
	arrange_load(ui);
	ui_tabs(ui);
	first_view(ui);
	return ui;
}

void ui_free(struct ui *ui)
{
	if (!ui)
		return;
	if (ui->prompt)
		ui_save(ui);
	arrange_save(ui);
	find_forget(ui);
	sift_forget(ui);
	jumps_release(&ui->jumps);
	bookmarks_release(&ui->bookmarks);
	session_free(ui->session);
	grid_free(ui->grid);
	keymap_release(&ui->keymap);
	prompt_free(ui->prompt);
	free(ui->report.rows);
	source_release(&ui->source);
	both_release(&ui->both);
	time_release(&ui->timeline);
	claims_release(&ui->claims);
	unread_release(&ui->unread);
	race_release(&ui->race);
	asking_release(&ui->asking);
	answers_release(&ui->answers);
	free(ui->run.rows);
	free(ui->run.folded);
	free(ui->run.last_at);
	doc_release(&ui->text.doc);
	doc_view_release(&ui->text.shown);
	rows_release(&ui->text.rows);
	buf_release(&ui->pager.text);
	rows_release(&ui->pager.rows);
	draft_release(&ui->decide.draft);
	outputs_release(&ui->decide.known);
	noted_release(&ui->noted);
	notes_release(&ui->notes);
	notebox_release(&ui->box);
	search_release(&ui->search);
	queue_release(&ui->queue.queue);
	buf_release(&ui->edited);
	buf_release(&ui->log);
	buf_release(&ui->message);
	free(ui);
}

void ui_resize(struct ui *ui, unsigned rows, unsigned cols)
{
	grid_resize(ui->grid, rows ? rows : 1, cols ? cols : 1);
	arrange_now(ui);
	if (ui->view == VIEW_HELP)
		pager_help(ui); /* its lines are as long as there is room */
}

bool ui_done(const struct ui *ui)
{
	return ui->done;
}

/* ---- drawing ---- */

enum { TITLE_ROOM = 30 }; /* cells of the upper edge that belong to the pane's own title */

/* Where not all panes show, the upper edge tells the key of each: " 2 Source … ─ 1 Report  3 Run ". */
static void add_tabs(const struct ui *ui, struct rect r, struct buf *out)
{
	for (int p = 0; ui->layout.stacked && r.row == 1 && p < PANES; p++)
		if (!ui->layout.visible[p])
			buf_addf(out, " %d %s ", p + 1, pane_name((enum pane_id)p));
	if (out->n + TITLE_ROOM >= r.cols)
		buf_clear(out);
}

static bool is_open(const struct ui *ui, struct rect r)
{
	return r.cols == ui->grid->cols;
}

struct rect ui_inside(const struct ui *ui, struct rect r)
{
	unsigned edges = is_open(ui, r) ? 1 : 2;

	return (struct rect){r.row + 1, r.col + 1, r.rows > edges ? r.rows - edges : 0, r.cols > 2 ? r.cols - 2 : 0};
}

static void draw_frame(struct ui *ui, struct rect r, struct slice title, bool focus)
{
	if (is_open(ui, r))
		grid_edge(ui->grid, r.row, r.col, r.cols, title, focus);
	else
		grid_frame(ui->grid, r, title, focus);
}

/* A frame with its title, cut where the tabs begin. */
static void draw_edge(struct ui *ui, struct rect r, struct slice title, bool focus)
{
	struct buf tabs = BUF_INIT, fit = BUF_INIT;

	add_tabs(ui, r, &tabs);
	utf8_fit(&fit, title, r.cols - (unsigned)tabs.n - 6);
	draw_frame(ui, r, tabs.n ? buf_slice(&fit) : title, focus);
	grid_put(ui->grid, r.row, r.col + r.cols - 2 - (unsigned)tabs.n, (unsigned)tabs.n, buf_slice(&tabs), ROLE_HINT);
	if (focus) /* colour alone does not say which one has the keys */
		grid_fill(ui->grid, r.row, r.col + 1, 1, glyph_cp(GLYPH_HERE), ROLE_FRAME_FOCUS);
	buf_release(&tabs);
	buf_release(&fit);
}

static void draw_pane(struct ui *ui, enum pane_id p)
{
	struct rect r = ui->layout.pane[p];
	struct buf title = BUF_INIT;
	bool focus = p == ui->focus && ui->view == VIEW_PANES && !ui->decide.open && !ui->box.open;

	if (r.rows < 2 || r.cols < 4)
		return;
	if (ui->layout.stacked)
		buf_addf(&title, "%d ", p + 1);
	buf_addf(&title, "%s  ", pane_name(p));
	panes[p]->title(ui, &title);
	draw_edge(ui, r, slice_rtrim(buf_slice(&title)), focus);
	buf_release(&title);
	r = ui_inside(ui, r);
	panes[p]->draw(ui, r, focus);
	if (!panes[p]->line) /* where rows are parts of lines the pane itself knows better */
		seek_mark(ui, r);
}

static void draw_view(struct ui *ui)
{
	struct rect r = {1, 0, ui->grid->rows - 3, ui->grid->cols};
	struct buf title = BUF_INIT;

	ui_pane(ui)->title(ui, &title);
	draw_frame(ui, r, buf_slice(&title), true);
	buf_release(&title);
	r = ui_inside(ui, r);
	ui_pane(ui)->draw(ui, r, true);
	seek_mark(ui, r);
}

const struct grid *ui_draw(struct ui *ui)
{
	grid_clear(ui->grid);
	if (ui->layout.too_small) {
		grid_fit(ui->grid, 0, 0, ui->grid->cols, SLICE("too small: 40x10 is needed"), ROLE_WARNING);
		return ui->grid;
	}
	gate_follow(ui);
	placed_look(ui);
	claims_look(ui);
	if (ui->view != VIEW_PANES)
		draw_view(ui);
	else
		for (int p = 0; p < PANES; p++)
			if (ui->layout.visible[p])
				draw_pane(ui, (enum pane_id)p);
	if (ui->decide.open)
		decide_draw(ui);
	if (ui->box.open)
		notebox_draw(ui);
	status_draw(ui);
	traj_release_bodies(ui->session->run->traj);
	return ui->grid;
}
