#include "ui/step.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "ui/glyph.h"
#include "ui/view.h"

/* Headers that are looked at in one slice: a fraction of a millisecond. */
enum { HEADERS = 1 << 16 };

static const struct {
	const char *word, *called;
} kinds[STEPS] = {
#define KIND(sym, word, called) {word, called},
	UI_STEPS(KIND)
#undef KIND
};

static struct traj *traj_of(const struct ui *ui)
{
	return ui->session->run->traj;
}

static struct walk *walk_of(const struct ui *ui)
{
	return &ui->session->walk;
}

static bool may_step(struct ui *ui)
{
	const struct session *s = ui->session;

	if (session_reading(s) || ui_is_live(ui))
		ui_say(ui, ROLE_WARNING, "cannot walk yet: the run is not read to its end");
	else if (traj_count(s->run->traj) == 0)
		ui_say(ui, ROLE_WARNING, "cannot walk: the recording holds no spans");
	else
		return true;
	return false;
}

/* Forward from the beginning, backward from the end. */
static bool begin(struct ui *ui, bool back)
{
	if (walk_of(ui)->on)
		return true;
	if (!may_step(ui))
		return false;
	walk_begin(walk_of(ui));
	if (back)
		walk_end(walk_of(ui), traj_of(ui));
	return true;
}

/* The walk is elsewhere: the panes show what came last. */
static void moved(struct ui *ui)
{
	struct walk *w = walk_of(ui);

	session_walked(ui->session);
	run_more(ui);
	list_count(&ui->run.list, ui->run.list.n);
	if (w->at == SIZE_MAX || walk_is_over(w, traj_of(ui)))
		text_answer(ui);
	if (w->at != SIZE_MAX)
		run_go(ui, w->at);
	if (w->at != SIZE_MAX && !walk_is_over(w, traj_of(ui)))
		run_select(ui, w->at);
	gate_follow(ui);
}

/* ---- typed steps ---- */

static bool step_kind_of(struct slice word, enum step_kind *k)
{
	for (int i = 0; i < STEPS; i++)
		if (slice_is(word, kinds[i].word)) {
			*k = (enum step_kind)i;
			return true;
		}
	return word.n == 0;
}

/* A kind that is seen when a span begins, as against when it ends. */
static bool at_start(enum step_kind k)
{
	return k == STEP_SPAN || k == STEP_TOOL;
}

static bool fits(const struct ui *ui, enum step_kind k, size_t i)
{
	const struct span *s = traj_span(traj_of(ui), i);
	bool ended = s->flags & SPAN_FINISHED;

	switch (k) {
	case STEP_TOOL:
		return s->type == SPAN_TOOL;
	case STEP_THOUGHT:
		return s->type == SPAN_LLM && ended;
	case STEP_ERROR:
		return s->flags & SPAN_ERROR && ended;
	default:
		return true;
	}
}

/* Does what is looked for lie on the way, seen from here? */
static bool is_ahead(const struct ui *ui, enum step_kind k, bool back, size_t i)
{
	const struct walk *w = walk_of(ui);

	if (at_start(k))
		return back ? i < w->begun && i != w->at : i >= w->begun;
	return back ? walk_has_ended(w, i) && walk_finish_position(traj_of(ui), i) < walk_position(w) : !walk_has_ended(w, i);
}

static void go(struct ui *ui, enum step_kind k, size_t i)
{
	if (at_start(k))
		walk_to_start(walk_of(ui), traj_of(ui), i);
	else
		walk_to_finish(walk_of(ui), traj_of(ui), i);
	moved(ui);
}

static void say_none(struct ui *ui, enum step_kind k, bool back)
{
	ui_say(ui, ROLE_WARNING, "no %s %s comes in this run", back ? "earlier" : "further", kinds[k].called);
}

/* Of those that fit and have not ended the one that ends first: a parent ends behind its children. */
static size_t first_to_end(const struct ui *ui, enum step_kind k, size_t i)
{
	const struct walk *w = walk_of(ui);

	for (size_t n = w->nopen; n-- > 0;)
		if (fits(ui, k, w->open[n]) &&
		    (i == SIZE_MAX || walk_finish_position(traj_of(ui), w->open[n]) < walk_finish_position(traj_of(ui), i)))
			return w->open[n];
	return i;
}

/* From span `next` on, for a slice: true where one was found, or none is left. */
static bool look(struct ui *ui)
{
	struct stepper *st = &ui->stepper;
	size_t n = traj_count(traj_of(ui)), found = SIZE_MAX, looked = 0;

	for (; found == SIZE_MAX && (st->back ? st->next != SIZE_MAX : st->next < n); st->next += st->back ? SIZE_MAX : 1) {
		if (fits(ui, st->kind, st->next) && is_ahead(ui, st->kind, st->back, st->next))
			found = st->next;
		else if (++looked == HEADERS)
			return false;
	}
	if (!st->back && !at_start(st->kind))
		found = first_to_end(ui, st->kind, found);
	if (found == SIZE_MAX)
		say_none(ui, st->kind, st->back);
	else
		go(ui, st->kind, found);
	return true;
}

/* The tool spans that returned some of the file stand in a list, in order; they hold no others. */
static void along_source(struct ui *ui, bool back)
{
	const struct evidence_file *f = session_evidence_file(ui->session, source_path(ui));
	size_t lo = 0, hi = f ? f->nspans : 0;

	while (lo < hi) { /* the first one that is not passed */
		size_t mid = lo + (hi - lo) / 2;

		if (walk_has_ended(walk_of(ui), f->spans[mid]))
			lo = mid + 1;
		else
			hi = mid;
	}
	if (back)
		lo -= lo && !is_ahead(ui, STEP_SOURCE, true, f->spans[lo - 1]) ? 2 : 1;
	if (f && lo < f->nspans)
		go(ui, STEP_SOURCE, f->spans[lo]);
	else
		say_none(ui, STEP_SOURCE, back);
}

void step_stop(struct ui *ui)
{
	ui->waiting &= ~(unsigned)WAIT_STEP;
}

void step_more(struct ui *ui)
{
	if (look(ui))
		step_stop(ui);
}

static void step(struct ui *ui, const char *args, bool back)
{
	struct stepper *st = &ui->stepper;
	enum step_kind k = STEP_RECORD;

	if (!step_kind_of(slice_trim(slice_str(args)), &k)) {
		ui_say(ui, ROLE_WARNING, "step: to what? %s", commands[CMD_STEP_FORWARD].args);
		return;
	}
	st->playing = false;
	if (!begin(ui, back))
		return;
	if (k == STEP_SOURCE) {
		along_source(ui, back);
	} else if (k != STEP_RECORD) {
		st->kind = k;
		st->back = back;
		st->next = back ? walk_of(ui)->begun - 1 : walk_of(ui)->begun; /* SIZE_MAX before the first one */
		if (!look(ui))
			ui->waiting |= WAIT_STEP;
	} else if (back ? walk_back(walk_of(ui), traj_of(ui)) : walk_forward(walk_of(ui), traj_of(ui))) {
		moved(ui);
	} else {
		ui_say(ui, ROLE_NORMAL, "the walk is at its %s", back ? "beginning" : "end");
	}
}

void step_do_forward(struct ui *ui, const char *args)
{
	step(ui, args, false);
}

void step_do_back(struct ui *ui, const char *args)
{
	step(ui, args, true);
}

/* ---- by the clock ---- */

static const int64_t second = 1000000, longest_wait = 3000000;

/* How long the next record waits: at the fixed pace, or as long as it did, but never long. */
static int64_t wait_of(struct ui *ui)
{
	const char *pace = ui->app->conf.value[OPT_PACE];
	struct walk *w = walk_of(ui);
	int64_t was = walk_time(w, traj_of(ui)), next = WHEN_NONE;

	if (strcmp(pace, "recorded") != 0)
		return (int64_t)(strtod(pace, NULL) * (double)second);
	if (ui->session->run->unit == WHEN_MINUTE)
		return second;
	if (walk_forward(w, traj_of(ui))) {
		next = walk_time(w, traj_of(ui));
		walk_back(w, traj_of(ui));
	}
	if (was == WHEN_NONE || next == WHEN_NONE)
		return second;
	return next <= was ? second / 20 : next - was < longest_wait ? next - was : longest_wait;
}

void step_do_play(struct ui *ui, const char *args)
{
	struct stepper *st = &ui->stepper;
	struct walk *w = walk_of(ui);

	(void)args;
	if (st->playing) {
		st->playing = false;
		return;
	}
	if (!begin(ui, false))
		return;
	if (walk_is_over(w, traj_of(ui)))
		walk_begin(w);
	st->playing = true;
	st->due = ui->app->now();
	if (strcmp(ui->app->conf.value[OPT_PACE], "recorded") == 0 && ui->session->run->unit == WHEN_MINUTE)
		ui_say(ui, ROLE_NOTE, "the recording tells no seconds: it plays one record a second");
	moved(ui);
}

int64_t ui_due(const struct ui *ui)
{
	int64_t left = ui->stepper.due - ui->app->now();

	return !ui->stepper.playing ? -1 : left > 0 ? left : 0;
}

void ui_tick(struct ui *ui)
{
	struct stepper *st = &ui->stepper;

	if (ui_due(ui) != 0)
		return;
	/* under a form, a prompt or a note nothing moves: its words are about what is seen */
	if (!ui->decide.open && !ui->box.open && ui->prompting == PROMPT_NONE && walk_forward(walk_of(ui), traj_of(ui)))
		moved(ui);
	st->playing = !walk_is_over(walk_of(ui), traj_of(ui));
	st->due = ui->app->now() + wait_of(ui);
}

/* ---- straight to a place ---- */

/* So many percent of the records; none is none, but a small part of a short run is one. */
static uint64_t part_of(uint64_t all, uint64_t percent)
{
	percent = percent < 100 ? percent : 100;
	all = all / 100 * percent + all % 100 * percent / 100;
	return all || !percent ? all : 1;
}

static void to_percent(struct ui *ui, uint64_t percent, char sign)
{
	uint64_t all = walk_length(traj_of(ui)), here = walk_position(walk_of(ui)), part = part_of(all, percent);

	if (sign == '-')
		part = part < here ? here - part : 0;
	else if (sign == '+')
		part = part < all - here ? here + part : all;
	walk_seek(walk_of(ui), traj_of(ui), part);
	moved(ui);
}

/* "N" is a span, "P%" a part of the run, "+P%" and "-P%" so much from here. */
void step_do_seek(struct ui *ui, const char *args)
{
	struct slice word = slice_trim(slice_str(args));
	bool percent = word.n && word.p[word.n - 1] == '%', sign = word.n && (*word.p == '+' || *word.p == '-');
	uint64_t n = 0;

	if (!slice_u64(slice_sub(word, sign, word.n - percent), &n) || (sign && !percent) || n > UINT32_MAX) {
		ui_say(ui, ROLE_WARNING, "seek: to the number of a span, or to a part of the run such as 50%%");
		return;
	}
	if (percent && !sign && n > 100) {
		ui_say(ui, ROLE_WARNING, "seek: 100%% is the end of the run");
		return;
	}
	if (!begin(ui, sign && *word.p == '-'))
		return;
	step_stop(ui);
	if (percent) {
		to_percent(ui, n, sign ? *word.p : '=');
		return;
	}
	n = traj_find(traj_of(ui), (uint32_t)n);
	if (n >= traj_count(traj_of(ui)))
		ui_say(ui, ROLE_WARNING, "seek: there is no such span");
	else
		go(ui, STEP_SPAN, n);
}

void step_forget(struct ui *ui)
{
	ui->stepper = (struct stepper){0};
	step_stop(ui);
}

bool step_leave(struct ui *ui)
{
	if (!walk_of(ui)->on)
		return false;
	step_forget(ui);
	walk_release(walk_of(ui));
	session_walked(ui->session);
	run_more(ui);
	gate_follow(ui);
	return true;
}

/* ---- the bar ---- */

static void add_key(const struct ui *ui, struct buf *b, enum command c, const char *word)
{
	buf_adds(b, "  ");
	ui_key_for(ui, CONTEXT_ALL, c, b);
	buf_addf(b, " %s", word);
}

static void where_words(struct ui *ui, struct buf *b)
{
	const struct walk *w = walk_of(ui);
	int64_t time = walk_time(w, traj_of(ui)), began = ui->session->run->started;

	buf_addf(b, "%s span %zu of %zu", ui->stepper.playing ? "plays" : "walk", w->begun, traj_count(traj_of(ui)));
	if (time == WHEN_NONE || began == WHEN_NONE)
		return;
	buf_adds(b, " +");
	when_add_duration(b, time - began, ui->session->run->unit);
}

void step_bar(struct ui *ui, unsigned row)
{
	struct grid *g = ui->grid;
	struct buf place = BUF_INIT, keys = BUF_INIT;
	uint64_t all = walk_length(traj_of(ui)), at = walk_position(walk_of(ui));
	unsigned col = 1, cells, full;

	where_words(ui, &place);
	add_key(ui, &keys, CMD_STEP_FORWARD, "step");
	add_key(ui, &keys, CMD_STEP_BACK, "back");
	add_key(ui, &keys, CMD_PLAY, ui->stepper.playing ? "stop" : "play");
	add_key(ui, &keys, CMD_CANCEL, "all");
	col += grid_fit(g, row, col, g->cols - col, buf_slice(&place), ROLE_LABEL) + 1;
	cells = g->cols > col + keys.n + 11 ? g->cols - col - (unsigned)keys.n - 1 : 0;
	full = all ? (unsigned)(at * cells / all) : 0;
	for (unsigned i = 0; i < cells; i++)
		grid_puts(g, row, col + i, 1, glyph(i < full ? GLYPH_BAR : GLYPH_ACROSS), i < full ? ROLE_LABEL : ROLE_FRAME);
	if (g->cols > col + cells)
		grid_fit(g, row, col + cells, g->cols - col - cells, buf_slice(&keys), ROLE_HINT);
	buf_release(&place);
	buf_release(&keys);
}
