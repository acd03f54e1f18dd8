#include "ui/asking.h"

#include <inttypes.h>
#include <string.h>

#include "app/ask.h"
#include "app/race.h"
#include "app/race_layout.h"
#include "base/json.h"
#include "ui/local.h"
#include "ui/source.h"
#include "ui/view.h"

/* A question that takes longer than this says what may take so long. */
static const int64_t long_us = 4000000;

struct asking_row {
	const char *tool;
	const char *what;  /* "the references of" */
	const char *title; /* of the answer */
	const char *unit;  /* what its items are */
	answer_fn *rows;
	bool files;        /* it needs the files of the commit, not git alone */
};

static const struct asking_row questions[] = {
	[ASK_DEFINITION] = {"codesearch-definitions", "the definition of", "Definitions", "definition", answer_definitions, true},
	[ASK_REFERENCES] = {"codesearch-references", "the references to", "References", "reference", answer_references, true},
	[ASK_LAYOUT] = {"codesearch-layout", "the layout of", "Layout", "field", answer_layout, true},
	[ASK_BLAME] = {"lines-blame", "who changed", "Blame", "commit", answer_blame, false},
	[ASK_LOG] = {"lines-log", "the commits of", "Log", "commit", answer_commits, false},
	[ASK_SINCE] = {"lines-since", "changes of", "Changed", "commit", answer_since, false},
	[ASK_SHOW] = {"git-show", "commit", "Commit", "line", answer_show, false},
};

void asking_release(struct asking *q)
{
	arena_free(q->arena);
	*q = (struct asking){0};
}

/* ---- asking ---- */

/* Keep it: the texts may lie in a pane that is filled anew before the answer comes. */
static void note(struct ui *ui, const struct asking_row *row, const struct asking_about *o, const struct ask_tree *t)
{
	struct asking *q = &ui->asking;
	struct arena *a = arena_new();

	*q = (struct asking){.row = row, .arena = q->arena, .subject = arena_slice(a, o->subject),
			     .file = arena_slice(a, o->file), .commit = arena_slice(a, slice_str(t->commit)), .line = o->line,
			     .view = ui->view, .focus = ui->focus, .followed = o->followed};
	arena_free(q->arena);
	q->arena = a;
}

bool asking_can(const struct ui *ui)
{
	struct arena *a = arena_new();
	struct ask_tree t;
	struct err e;
	bool can = ui->app->ask && ask_tree(ui->session, ui->source.commit, a, &t, &e) == 0;

	arena_free(a);
	return can;
}

void asking_begin(struct ui *ui, enum asking_what which, const struct asking_about *o, struct slice args)
{
	const struct asking_row *row = &questions[which];
	struct arena *a = arena_new();
	struct ask_tree t = {.commit = ""};
	struct err e = {0};
	bool tree = ui->app->ask && ask_tree(ui->session, o->commit, a, &t, &e) == 0;
	int rc = -1;

	if (ui->session->live && row->files) /* with whatever was changed in it: the agent sees it so */
		t.commit = "";
	if (!ui->app->ask)
		ui_say(ui, ROLE_WARNING, "nothing can be asked here");
	else if (!tree)
		ui_say(ui, ROLE_WARNING, "%s", e.msg);
	else if (!row->files && which != ASK_SHOW && !t.commit[0])
		ui_say(ui, ROLE_WARNING, "which commit these lines are of is not known: :set commit COMMIT names it");
	else if ((rc = ask_begin(ui->app->ask, row->tool, &t, args, &e)) < 0)
		ui_fail(ui, &e);
	if (rc >= 0)
		note(ui, row, o, &t);
	arena_free(a);
	if (rc > 0)
		asking_take(ui);
}

bool asking_stop(struct ui *ui)
{
	if (ask_state(ui->app->ask) != ASK_WAITS)
		return false;
	ask_stop(ui->app->ask);
	ui_say(ui, ROLE_NORMAL, "not asked any more: %s %.*s", ui->asking.row->what, (int)ui->asking.subject.n, ui->asking.subject.p);
	return true;
}

void asking_words(const struct ui *ui, struct buf *out)
{
	const struct asking *q = &ui->asking;
	int64_t since;

	if (ask_state(ui->app->ask) != ASK_WAITS)
		return;
	since = loop_now() - ask_since(ui->app->ask);
	buf_addf(out, "asking for %s %.*s since ", q->row->what, (int)q->subject.n, q->subject.p);
	when_add_duration(out, since, WHEN_SECOND);
	buf_adds(out, ": Escape ends it");
	if (since > long_us && q->row->files)
		buf_adds(out, "; what is asked about for the first time may be checked out and indexed first");
}

/* ---- answers ---- */

/* Is the reviewer busy with something that an answer must not cover? */
static bool busy(const struct ui *ui)
{
	return ui->decide.open || ui->box.open || ui->prompting != PROMPT_NONE || ui->lettered != COMMANDS ||
	       (ui->view != ui->asking.view && ui->view != VIEW_ANSWERS);
}

static void tell_go(struct ui *ui, const struct answer *w)
{
	const struct asking *q = &ui->asking;
	struct buf back = BUF_INIT, list = BUF_INIT;

	ui_key_for(ui, CONTEXT_ALL, CMD_RETURN, &back);
	ui_key_for(ui, CONTEXT_ALL, CMD_ANSWERS, &list);
	if (w->note.n)
		ui_say(ui, ROLE_WARNING, "the definition of %.*s; %s goes back.  %.*s", (int)q->subject.n, q->subject.p, buf_str(&back),
		       (int)w->note.n, w->note.p);
	else if (w->n > 1)
		ui_say(ui, ROLE_NORMAL, "the definition of %.*s; %s goes back; %s lists %zu other%s of that name", (int)q->subject.n,
		       q->subject.p, buf_str(&back), buf_str(&list), w->n - 1, w->n == 2 ? "" : "s");
	else
		ui_say(ui, ROLE_NORMAL, "the definition of %.*s; %s goes back", (int)q->subject.n, q->subject.p, buf_str(&back));
	buf_release(&back);
	buf_release(&list);
}

/* The only thing that can be meant is gone to at once, where the reviewer still is where it was asked. */
static bool go(struct ui *ui, struct answer *w)
{
	const struct asking *q = &ui->asking;
	struct answer_row r;

	if (q->row != &questions[ASK_DEFINITION] || !w->n || !(w->sure || w->n == 1) || ui->view != q->view || ui->focus != (enum pane_id)q->focus)
		return false;
	r = w->rows[0];
	tell_go(ui, w);
	answers_keep(ui, w);
	answers_go(ui, &r, true);
	return true;
}

/* "References  owner  at 1234567890ab" */
static void set_title(const struct asking *q, struct answer *w)
{
	struct buf b = BUF_INIT;

	if (!w->name.n)
		w->name = q->subject;
	buf_addf(&b, "%s  %.*s", q->row->title, (int)w->name.n, w->name.p);
	if (q->row->files)
		buf_addf(&b, "  %s%.*s", q->commit.n ? "at " : "in the tree as it is", (int)(q->commit.n < 12 ? q->commit.n : 12),
			 q->commit.n ? q->commit.p : "");
	if (w->items)
		buf_addf(&b, "  %s%zu %s%s", w->truncated ? "the first " : "", w->items, q->row->unit, w->items == 1 ? "" : "s");
	w->title = arena_slice(w->arena, buf_slice(&b));
	buf_release(&b);
}

static void place_cursor(const struct asking *q, struct answer *w)
{
	for (size_t i = 0; q->line && i < w->n; i++)
		if (w->rows[i].line == q->line) {
			list_go(&w->list, i);
			return;
		}
}

/* A layout that was asked for where the race is drawn, and that fits it or contradicts it, shows there. */
static bool draws(const struct ui *ui, bool *contradicts)
{
	struct race_layout l;
	bool shows;

	*contradicts = false;
	if (ui->asking.row != &questions[ASK_LAYOUT] || ui->asking.view != VIEW_RACE || ui->view != VIEW_RACE)
		return false;
	race_layout_of(ui->session, &l);
	*contradicts = l.contradicts;
	shows = l.picture.members || l.contradicts;
	race_layout_release(&l);
	return shows;
}

static void show(struct ui *ui)
{
	const struct asking *q = &ui->asking;
	struct answer w = {.arena = arena_new()};
	struct buf key = BUF_INIT;
	bool contradicts;

	q->row->rows(&w, arena_slice(w.arena, ask_answer(ui->app->ask)), arena_slice(w.arena, q->file));
	w.commit = arena_slice(w.arena, q->commit);
	set_title(q, &w);
	place_cursor(q, &w);
	if (draws(ui, &contradicts)) {
		ui_key_for(ui, CONTEXT_ALL, CMD_ANSWERS, &key);
		if (contradicts)
			ui_say(ui, ROLE_WARNING, "the layout of %.*s does not fit the accesses, and is not drawn; %s shows it", (int)w.name.n, w.name.p, buf_str(&key));
		else
			ui_say(ui, ROLE_NORMAL, "the layout of %.*s is drawn", (int)w.name.n, w.name.p);
		answers_keep(ui, &w);
		race_again(ui);
	} else if (busy(ui)) {
		ui_key_for(ui, CONTEXT_ALL, CMD_ANSWERS, &key);
		ui_say(ui, ROLE_NOTE, "answered: %s %.*s; %s shows it", q->row->what, (int)q->subject.n, q->subject.p, buf_str(&key));
		answers_keep(ui, &w);
	} else if (!go(ui, &w)) {
		answers_show(ui, &w);
	}
	buf_release(&key);
}

static void tell_failure(struct ui *ui)
{
	const struct asking *q = &ui->asking;
	const char *why = ask_why(ui->app->ask);

	if (strstr(why, "requested entity does not exist"))
		ui_say(ui, ROLE_WARNING, "no definition of %.*s was found in %s%.*s", (int)q->subject.n, q->subject.p,
		       q->commit.n ? "commit " : "the tree", (int)(q->commit.n < 12 ? q->commit.n : 12), q->commit.n ? q->commit.p : "");
	else
		ui_say(ui, ROLE_WARNING, "%s %.*s: %s", q->row->what, (int)q->subject.n, q->subject.p, why);
}

void asking_take(struct ui *ui)
{
	struct asking *q = &ui->asking;

	if (!q->row)
		return;
	if (ask_state(ui->app->ask) == ASK_ANSWERED) {
		show(ui);
	} else if (ask_state(ui->app->ask) == ASK_FAILED) {
		tell_failure(ui);
		if (q->followed && !busy(ui))
			linked_alone(ui, q->subject);
	}
}

/* ---- about a name ---- */

/* What the racing access is to, where the text of its line leaves no choice. */
static void racing_field(struct ui *ui, char mark, struct buf *out)
{
	struct race_side side;

	for (unsigned i = 0; i < ui->session->run->crash->naccesses; i++)
		if (source_access_mark(&ui->session->run->crash->access[i], false) == mark) {
			race_look(ui->session, i, &side);
			if (race_is_one(&side))
				buf_adds(out, side.candidate[side.which].field);
			return;
		}
}

const struct source_row *asking_row_here(const struct ui *ui)
{
	const struct source_pane *p = &ui->source;

	for (size_t i = p->list.cursor; i < p->list.n; i++)
		if (p->rows[i].kind != SRC_RULE)
			return p->rows[i].kind == SRC_CODE ? &p->rows[i] : NULL;
	return NULL;
}

/* The name that is typed, or is under the cursor; `data`: rather what is read and written than what is called. */
static void find_name(struct ui *ui, const char *args, bool data, struct buf *out)
{
	const struct source_row *r = ui->view == VIEW_PANES && ui->focus == PANE_SOURCE ? asking_row_here(ui) : NULL;

	buf_add_slice(out, slice_trim(slice_str(args)));
	if (!out->n && r && data && r->mark && !linked_marked(ui, r->text).n)
		racing_field(ui, r->mark, out);
	if (!out->n)
		linked_name(ui, out);
}

/* The file in which the name is used, whose own definition of it comes first; and the line, where that is known. */
static struct slice file_of(struct ui *ui, uint32_t *line)
{
	const struct source_row *r = asking_row_here(ui);
	unsigned access;
	size_t frame, n;

	if (ui->focus == PANE_SOURCE && r) {
		*line = r->line;
		return r->path;
	}
	if (ui->focus == PANE_REPORT && !ui->report.raw && report_selected(ui, &access, &frame)) {
		const struct frame *f = crash_frames(ui->session->run->crash, access, &n);

		return frame < n ? f[frame].file : SLICE("");
	}
	return SLICE("");
}

static void ask_about(struct ui *ui, enum asking_what which, const struct asking_about *o)
{
	struct buf args = BUF_INIT;
	struct json_w w;

	json_w_init(&w, &args, false);
	json_open(&w, '{');
	json_key(&w, "Name");
	json_str(&w, o->subject);
	if (o->file.n) {
		json_key(&w, "ContextFile");
		json_str(&w, o->file);
		if (o->line)
			json_kint(&w, "Line", o->line);
	}
	if (which == ASK_REFERENCES)
		json_kint(&w, "IncludeSnippetLines", 1);
	json_close(&w, '}');
	asking_begin(ui, which, o, buf_slice(&args));
	buf_release(&args);
}

static void ask_name(struct ui *ui, enum asking_what which, struct slice name, bool followed)
{
	struct asking_about o = {.subject = name, .commit = ui->source.commit, .followed = followed};
	uint32_t line = 0;

	o.file = file_of(ui, &line);
	o.line = line;
	ask_about(ui, which, &o);
}

static void about_name(struct ui *ui, enum asking_what which, const char *args, bool data)
{
	struct buf name = BUF_INIT;

	find_name(ui, args, data, &name);
	if (name.n)
		ask_name(ui, which, buf_slice(&name), false);
	else
		ui_say(ui, ROLE_WARNING, "no name under the cursor to ask about");
	buf_release(&name);
}

/* On a racing access what it is to; and what the function that shows declares nobody is asked for. */
void asking_do_definition(struct ui *ui, const char *args)
{
	const struct source_row *r = ui->view == VIEW_PANES && ui->focus == PANE_SOURCE && !*args ? asking_row_here(ui) : NULL;
	struct buf name = BUF_INIT;

	if (r && !linked_marked(ui, r->text).n)
		local_racing_field(ui, r, &name);
	if (!name.n)
		find_name(ui, args, false, &name);
	if (r && name.n)
		local_field(ui, r, &name);
	if (!r || !name.n || !local_go(ui, r, buf_slice(&name)))
		about_name(ui, ASK_DEFINITION, buf_str(&name), false);
	buf_release(&name);
}

void asking_do_references(struct ui *ui, const char *args)
{
	about_name(ui, ASK_REFERENCES, args, true);
}

void asking_do_layout(struct ui *ui, const char *args)
{
	about_name(ui, ASK_LAYOUT, args, true);
}

void asking_racing_layout(struct ui *ui)
{
	struct asking_about o = {.commit = ui->source.commit};
	struct race_layout l;

	race_layout_of(ui->session, &l);
	o.subject = l.wanted;
	o.file = l.user;
	if (l.wanted.n)
		ask_about(ui, ASK_LAYOUT, &o);
	else
		ui_say(ui, ROLE_WARNING, "of which struct the accesses are to a field is not known, or its layout is");
	race_layout_release(&l);
}

bool asking_link(struct ui *ui, struct slice name)
{
	bool can = asking_can(ui);

	if (can)
		ask_name(ui, ASK_DEFINITION, name, true);
	return can;
}

/* ---- about a commit ---- */

void asking_commit(struct ui *ui, struct slice commit)
{
	struct buf args = BUF_INIT;
	struct json_w w;

	json_w_init(&w, &args, false);
	json_open(&w, '{');
	json_key(&w, "Commit");
	json_str(&w, commit);
	json_close(&w, '}');
	asking_begin(ui, ASK_SHOW, &(struct asking_about){.subject = slice_sub(commit, 0, 12), .commit = commit}, buf_slice(&args));
	buf_release(&args);
}
