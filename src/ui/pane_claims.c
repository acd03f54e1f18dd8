#include "ui/pane_claims.h"

#include <inttypes.h>
#include <string.h>

#include "app/live.h"
#include "base/mem.h"
#include "ui/list_draw.h"
#include "ui/view.h"

/* What a slice may take: keys are answered between two of them. */
static const int64_t slice_us = 3000;

enum { STATE_COLS = 13, KIND_COLS = 9, SPAN_COLS = 10, PLACE_COLS = 26, WIDE = 110 };

void claims_release(struct claims_pane *p)
{
	claims_free(p->claims);
	claimed_release(&p->claimed);
	*p = (struct claims_pane){0};
}

/* Whether there are claims to look for now: not before all of the run is there, nor while they may not be seen. */
static bool is_time(const struct ui *ui)
{
	const struct session *s = ui->session;

	return s->caught_up && !session_reading(s) && !(s->live && !live_over(s->live)) &&
	       session_may_show(s, SESSION_RUN, PART_CLAIMS);
}

void claims_look(struct ui *ui)
{
	struct claims_pane *p = &ui->claims;
	bool time = is_time(ui);

	if (p->claims && (!time || !claims_are_current(p->claims))) {
		claims_free(p->claims);
		p->claims = NULL;
		ui->waiting &= ~(unsigned)WAIT_CLAIMS;
	}
	if (!p->claims && time) {
		p->claims = claims_new(ui->session);
		ui->waiting |= WAIT_CLAIMS;
	}
	if (p->claims && !claims_asks(p->claims) && claimed_wants(ui))
		ui->waiting |= WAIT_CLAIMS;
}

/* Rows move as more is known of them: the cursor stays on its claim. */
static void follow(struct ui *ui, const struct claim_row *was)
{
	const struct claims *c = ui->claims.claims;
	size_t own = claimed_count(ui);

	for (size_t i = 0; was && i < claims_count(c); i++)
		if (claims_at(c, i) == was) {
			list_count(&ui->claims.list, own + claims_count(c));
			list_go(&ui->claims.list, own + i);
			return;
		}
}

void claims_more(struct ui *ui)
{
	struct claims *c = ui->claims.claims;
	size_t own = claimed_count(ui), cursor = ui->claims.list.cursor;
	const struct claim_row *was;
	bool more;

	if (!c || !claims_are_current(c)) {
		ui->waiting &= ~(unsigned)WAIT_CLAIMS;
		return;
	}
	was = claims_are_found(c) && cursor >= own && cursor - own < claims_count(c) ? claims_at(c, cursor - own) : NULL;
	more = claims_step(c, slice_us);
	if (!more && !claims_asks(c))
		more = claimed_more(ui);
	if (!more)
		ui->waiting &= ~(unsigned)WAIT_CLAIMS;
	follow(ui, was);
}

void claims_news(struct ui *ui)
{
	if (ui->claims.claims && claims_asks(ui->claims.claims))
		ui->waiting |= WAIT_CLAIMS;
}

/* Those that are not there as stated. */
static size_t not_found(const struct claims *c)
{
	return claims_in(c, CLAIM_ABSENT) + claims_in(c, CLAIM_NO_CALL) + claims_in(c, CLAIM_ELSEWHERE);
}

void claims_words(struct ui *ui, struct buf *b)
{
	const struct claims *c = ui->claims.claims;
	size_t n = c && claims_are_found(c) ? not_found(c) : 0;

	if (n)
		buf_addf(b, "%zu claim%s not found", n, n == 1 ? "" : "s");
}

/* ---- rows ---- */

/* Rows that show: what does not hold stands first. */
static size_t count(const struct ui *ui)
{
	const struct claims *c = ui->claims.claims;

	return !c ? 0 : ui->claims.problems ? claims_count(c) - claims_in(c, CLAIM_PRESENT) : claims_count(c);
}

static struct list *list(struct ui *ui)
{
	list_count(&ui->claims.list, claimed_count(ui) + count(ui));
	return &ui->claims.list;
}

/* What stands in a row: a claim that only a reviewer made, else one that was found; the other is NULL. */
static const struct claim_row *row_at(struct ui *ui, size_t i, const struct marked_claim **own)
{
	size_t n = claimed_count(ui);

	*own = i < n ? claimed_at(ui, i) : NULL;
	return i < n ? NULL : claims_at(ui->claims.claims, i - n);
}

/* The first line of it that says something. */
static struct slice excerpt(struct slice rest, bool *more)
{
	struct slice line = {0};

	while (slice_line(&rest, &line) && slice_trim(line).n == 0)
		;
	*more = slice_trim(rest).n > 0;
	return slice_trim(line);
}

static void source_words(struct slice path, uint32_t line, struct buf *out)
{
	buf_add_slice(out, path);
	if (path.n && line)
		buf_addf(out, ":%" PRIu32, line);
}

/* Whether it holds, as far as that is known. */
static const char *state_words(const struct claim_row *r, const struct claimed_own *own)
{
	if (r)
		return r->asking ? "asking" : claim_state_name(r->state);
	return own->checkable && own->known ? claim_state_name(own->state) : own->known ? "not checked" : "asking";
}

/* "[false] ": what is said of it. */
static void mark_words(struct ui *ui, const struct marked_claim *m, struct buf *out)
{
	if (!m || (m->mark == CLAIM_MARK_OPEN && m->nplaces < 2))
		return;
	buf_addf(out, "[%s", claim_mark_name(m->mark));
	if (strcmp(m->event->reviewer, app_reviewer(ui->app)) != 0)
		buf_addf(out, ", %s", m->event->reviewer);
	buf_adds(out, "] ");
}

static void own_words(struct ui *ui, const struct marked_claim *m, struct buf *out)
{
	bool more;
	struct slice text = excerpt(slice_str(m->places[0].excerpt), &more);

	mark_words(ui, m, out);
	buf_add_slice(out, text);
	if (more)
		buf_addf(out, " %s", glyph(GLYPH_MORE));
}

static void row_text(struct ui *ui, size_t row, struct buf *out)
{
	const struct marked_claim *own;
	const struct claim_row *r = row_at(ui, row, &own);
	bool more;
	struct slice text;

	if (!r && own) {
		buf_addf(out, "%s ", state_words(NULL, claimed_check(ui, row)));
		own_words(ui, own, out);
		buf_addf(out, " span %" PRIu32, own->places[0].seq);
	}
	if (!r)
		return;
	text = excerpt(r->what, &more);
	buf_addf(out, "%s %s ", state_words(r, NULL), claim_kind_name(r->kind));
	mark_words(ui, claimed_of(ui, r), out);
	buf_addf(out, "%.*s span %" PRIu32 " ", (int)text.n, text.p, r->seq);
	source_words(r->path, r->line, out);
}

static void title(struct ui *ui, struct buf *out)
{
	const struct claims *c = ui->claims.claims;

	buf_adds(out, "Claims  ");
	if (!c)
		return;
	buf_addf(out, "%zu%s", claims_count(c), ui->waiting & WAIT_CLAIMS || claims_are_cut(c) ? glyph(GLYPH_MORE) : "");
	for (int s = 0; s < CLAIM_UNDECIDED; s++)
		if (claims_in(c, (enum claim_state)s))
			buf_addf(out, ", %zu %s", claims_in(c, (enum claim_state)s), claim_state_name((enum claim_state)s));
	if (claims_asks(c))
		buf_adds(out, "  asking the repository");
	else if (claims_are_of_tools(c))
		buf_adds(out, "  the repository has other source: not asked");
	if (ui->claims.problems)
		buf_adds(out, "  only what is not present");
}

static enum role role_of(enum claim_state s)
{
	return s <= CLAIM_ELSEWHERE ? ROLE_ERROR : s == CLAIM_NEVER_READ ? ROLE_WARNING : s == CLAIM_UNDECIDED ? ROLE_NORMAL : ROLE_DIM;
}

/* Where a reviewer pinned it to, else where it was found. */
static void pinned_words(const struct claim_row *r, const struct claimed_own *own, const struct marked_claim *m, struct buf *out)
{
	buf_clear(out);
	if (m && m->nplaces > 1)
		places_words(out, m->places + 1, m->nplaces - 1);
	else if (r)
		source_words(r->path, r->line, out);
	else
		source_words(slice_str(own->path), own->line, out);
}

static void draw_row(struct ui *ui, size_t row, struct rect at)
{
	const struct marked_claim *own, *said;
	const struct claim_row *r = row_at(ui, row, &own);
	const struct claimed_own *check = r ? NULL : claimed_check(ui, row);
	unsigned col = at.col, end = at.col + at.cols, tail = SPAN_COLS + (at.cols >= WIDE ? PLACE_COLS : 0);
	struct grid *g = ui->grid;
	struct buf b = BUF_INIT;
	bool more;

	said = r ? claimed_of(ui, r) : own;
	grid_fit(g, at.row, col, STATE_COLS, slice_str(state_words(r, check)),
		 r ? (r->asking ? ROLE_DIM : role_of(r->state)) : check->known && check->checkable ? role_of(check->state) : ROLE_NORMAL);
	col += STATE_COLS;
	grid_fit(g, at.row, col, KIND_COLS, r ? slice_str(claim_kind_name(r->kind)) : SLICE("marked"), ROLE_DIM);
	col += KIND_COLS;
	if (end < col + tail + 4)
		return;
	if (r) {
		mark_words(ui, said, &b);
		buf_add_slice(&b, excerpt(r->what, &more));
		if (more)
			buf_addf(&b, " %s", glyph(GLYPH_MORE));
		if (r->times > 1)
			buf_addf(&b, "  (%zu times)", r->times);
	} else {
		own_words(ui, own, &b);
	}
	grid_fit(g, at.row, col, end - tail - col - 1, buf_slice(&b), ROLE_NORMAL);
	buf_clear(&b);
	buf_addf(&b, "span %" PRIu32, r ? r->seq : own->places[0].seq);
	grid_fit(g, at.row, end - tail, SPAN_COLS - 1, buf_slice(&b), ROLE_LINE_NUMBER);
	pinned_words(r, check, said, &b);
	if (at.cols >= WIDE)
		grid_fit(g, at.row, end - PLACE_COLS, PLACE_COLS, buf_slice(&b), ROLE_DIM);
	buf_release(&b);
}

static const char meaning[] = "Present: that text or line is there, not that the sentence is true.";

/* Why no row is there. */
static struct slice none_words(const struct ui *ui)
{
	if (session_is_blind(ui->session))
		return SLICE("Claims are hidden until you have decided.");
	if (session_is_walking(ui->session))
		return SLICE("While a run is walked its claims are hidden: Escape shows all.");
	if (ui->claims.problems)
		return SLICE("All claims are present: Space shows them.");
	return ui->waiting & WAIT_CLAIMS || !ui->claims.claims ? SLICE("The run is still being read.")
							       : SLICE("No claims about the source were found in the AI's texts.");
}

static void draw(struct ui *ui, struct rect r, bool focus)
{
	struct rect rows = {r.row, r.col, r.rows > 2 ? r.rows - 2 : r.rows, r.cols};

	list_draw(ui, list(ui), rows, focus, 1, none_words(ui), draw_row);
	if (r.rows > 2)
		grid_fit(ui->grid, r.row + r.rows - 1, r.col + 1, r.cols - 2, slice_str(meaning), ROLE_DIM);
}

/* ---- going there ---- */

static void go_to_text(struct ui *ui, const struct claim_row *r, const struct marked_claim *own)
{
	struct place at;

	if (r)
		at = claimed_place(r);
	else
		place_copy(&at, &own->places[0]);
	ui_visit(ui);
	jump_push(ui, false);
	run_select(ui, traj_find(ui->session->run->traj, at.seq));
	ui_focus(ui, PANE_TEXT);
	text_go_place(ui, &at);
	place_release(&at);
}

static void go_to_source(struct ui *ui, const struct claim_row *r, const struct claimed_own *own, const struct marked_claim *said)
{
	const struct place *pinned = said && said->nplaces > 1 && said->places[1].kind == PLACE_SOURCE ? &said->places[1] : NULL;
	struct slice path = pinned ? slice_str(pinned->path) : r ? r->path : slice_str(own->path);
	uint32_t line = pinned ? pinned->line_first : r ? r->line : own->line;

	if (path.n == 0) {
		ui_say(ui, ROLE_NORMAL, "where in the source that is is not known");
		return;
	}
	ui_visit(ui);
	jump_push(ui, false);
	source_file(ui, path, line ? line : 1);
	ui_focus(ui, PANE_SOURCE);
}

static bool command(struct ui *ui, enum command c, const char *args)
{
	struct list *l = list(ui);
	const struct marked_claim *own = NULL;
	const struct claim_row *r = l->n ? row_at(ui, l->cursor, &own) : NULL;

	switch (c) {
	case CMD_OPEN:
		if (r || own)
			go_to_text(ui, r, own);
		return true;
	case CMD_LINK:
		if (r || own)
			go_to_source(ui, r, r ? NULL : claimed_check(ui, l->cursor), r ? claimed_of(ui, r) : own);
		return true;
	case CMD_CLAIM:
		if (r || own)
			claimed_mark(ui, r, own, args);
		return true;
	case CMD_CLAIMS:
		ui_show(ui, VIEW_PANES);
		return true;
	case CMD_FOLD:
		ui->claims.problems = !ui->claims.problems;
		list(ui);
		return true;
	default:
		return false;
	}
}

void claims_do_list(struct ui *ui, const char *args)
{
	(void)args;
	claims_look(ui);
	if (!claimed_select(ui))
		ui_show(ui, VIEW_CLAIMS);
}

static const struct hint claims_hints[] = {
	{CMD_CLOSE, "close"}, {CMD_OPEN, "text"}, {CMD_LINK, "source"}, {CMD_CLAIM, "mark"}, {CMD_FOLD, "all/not present"}, {CMD_SEARCH, "search"}, {0, ""},
};

const struct pane_ops pane_claims = {
	.context = CONTEXT_PAGER,
	.hints = claims_hints,
	.title = title,
	.draw = draw,
	.command = command,
	.list = list,
	.row_text = row_text,
};
