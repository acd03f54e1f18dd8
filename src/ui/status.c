/* The lines around the panes: title bar and hint line, and between them the verdict line (verdict_line.h). */
#include <string.h>

#include "app/decide.h"
#include "app/listing.h"
#include "base/utf8.h"
#include "ui/chord.h"
#include "ui/note.h"
#include "ui/verdict_line.h"
#include "ui/view.h"

enum { TITLE_MIN = 12 }; /* cells of the run's title that are worth showing */

static void state_words(struct ui *ui, struct buf *b)
{
	const struct run *run = ui->session->run;
	bool known = session_may_show(ui->session, SESSION_RUN, PART_STATE);

	if (ui_is_live(ui))
		live_state(ui, b);
	else if (session_reading(ui->session))
		reading_words(ui, b);
	else
		buf_adds(b, known ? run_state_words(run->state) : "walked");
	if (known && run->started != WHEN_NONE && run->finished != WHEN_NONE) {
		buf_addc(b, ' ');
		when_add_duration(b, run->finished - run->started, run->unit);
	}
}

/* Of the store's runs; how many others left undecided would tell a blind reviewer on how many they decided. */
static void add_count(const struct ui *ui, struct buf *b)
{
	if (app_is_blind(ui->app))
		buf_addf(b, "  %zu runs", ui->runs);
	else
		buf_addf(b, "  %zu of %zu undecided", ui->undecided, ui->runs);
}

/* Where not all fits, the workflow goes first, then the count of the store, and then the title is cut. */
static void draw_title(struct ui *ui)
{
	const struct run *run = ui->session->run;
	struct slice title = run->title.n ? run->title : SLICE("(no title)");
	struct slice workflow = run->workflow.n ? run->workflow : slice_str(run->format);
	struct grid *g = ui->grid;
	struct buf state = BUF_INIT, count = BUF_INIT, right = BUF_INIT;
	unsigned cols = g->cols, used, room;

	state_words(ui, &state);
	if (ui->runs > 1)
		add_count(ui, &count);
	buf_addc(&count, ' ');
	grid_fill(g, 0, 0, cols, ' ', ROLE_TITLE);
	used = grid_puts(g, 0, 0, cols, " verdict  ", ROLE_TITLE);
	if (used + title.n + 2 + workflow.n + 2 + state.n + count.n <= cols) {
		buf_add_slice(&right, workflow);
		buf_adds(&right, "  ");
	}
	buf_add_slice(&right, buf_slice(&state));
	if (used + TITLE_MIN + 2 + right.n + count.n <= cols)
		buf_add_slice(&right, buf_slice(&count));
	else
		buf_addc(&right, ' ');
	room = used + TITLE_MIN + 2 + right.n <= cols ? cols - used - (unsigned)right.n - 2 : cols - used;
	grid_fit(g, 0, used, room, title, ROLE_TITLE);
	if (room < cols - used)
		grid_put(g, 0, cols - (unsigned)right.n, (unsigned)right.n, buf_slice(&right), ROLE_TITLE);
	buf_release(&state);
	buf_release(&count);
	buf_release(&right);
}

/* ---- hint line ---- */

static const struct hint hints[] = {
	{CMD_ALLOW, "allow"}, {CMD_EDIT_CALL, "edit"}, {CMD_DENY, "deny"}, {CMD_PAUSE, "pause/go on"}, {CMD_STEP, "step"},
	{CMD_STEER, "steer"}, {CMD_CONCLUDE, "conclude"}, {CMD_STOP, "stop"}, {CMD_FOLLOW, "follow"},
	{CMD_TAKE_OVER, "take over"}, {CMD_APPROVE, "approve"}, {CMD_OVERRIDE, "override"}, {CMD_DEFER, "wait"}, {CMD_COMMENT, "comment"},
	{CMD_OTHER_ACCESS, "other access"}, {CMD_ANSWER, "answer"}, {CMD_BOTH, "both"}, {CMD_NEXT_PANE, "pane"}, {CMD_SEARCH, "search"},
	{CMD_PROMPT, "command"}, {CMD_HELP, "help"}, {CMD_CLOSE, "leave"}, {0, ""},
}, decide_hints[] = {
	{CMD_DECIDE_SAVE, "save"}, {CMD_DECIDE_CANCEL, "back, keep draft"}, {CMD_DECIDE_NEXT, "next"},
	{CMD_DECIDE_CHANGE, "change"}, {CMD_DECIDE_COMMENT, "comment"}, {CMD_DECIDE_EDIT, "editor"},
	{CMD_DECIDE_DISCARD, "forget"}, {0, ""},
}, box_hints[] = {
	{CMD_NOTE_SAVE, "save"}, {CMD_NOTE_CANCEL, "close, keep draft"}, {CMD_NOTE_MORE, "editor"}, {0, ""},
};

const struct hint list_hints[] = {
	{CMD_CLOSE, "close"}, {CMD_OPEN, "go there"}, {CMD_SEARCH, "search"}, {0, ""},
};

/* Of the view of both accesses, or of two stacks. */
static size_t sides(const struct ui *ui)
{
	const struct crash *c = ui->session->run->crash;

	return c->naccesses ? c->naccesses : c->nstacks;
}

/* Would the key only say why it does nothing? */
static bool idle_now(const struct ui *ui, enum command c)
{
	switch (c) {
	case CMD_TAKE_OVER:
		return !ui->session->offer.run[0];
	case CMD_FOLLOW:
		return ui->follow.on;
	case CMD_BOTH:
		return ui->session->run->crash->naccesses == 0;
	case CMD_NEXT_STACK:
		return ui->session->run->crash->nstacks < 3;
	case CMD_APPROVE:
		return ui_is_live(ui) || session_outputs(ui->session)->n == 0;
	case CMD_OTHER_ACCESS:
		return ui->view == VIEW_PANES ? ui->session->run->crash->naccesses < 2 : sides(ui) < 2;
	case CMD_TOGETHER:
		return sides(ui) < 2;
	case CMD_OVERRIDE:
	case CMD_DEFER:
		return ui_is_live(ui);
	default:
		return false;
	}
}

/* Where there is no verdict to override, the same key judges; from the panes the same key leads to the list that led there. */
static const char *hint_word(const struct ui *ui, const struct hint *h)
{
	if (h->command == CMD_OVERRIDE && session_outputs(ui->session)->n == 0)
		return "judge";
	return h->command == CMD_CLOSE && ui->view == VIEW_PANES && ui->nfrom ? "to list" : h->word;
}

/* Key and word of each hint, as many as fit; "? help" always does. */
static void draw_hints(struct ui *ui)
{
	enum context ctx = ui_context(ui);
	const struct hint *own_hints = ui_pane(ui)->hints;
	const struct hint *h = ui->decide.open ? decide_hints : ui->box.open ? box_hints : own_hints ? own_hints : hints;
	unsigned row = ui->layout.hint_row, col = 1, cols = ui->grid->cols, keep = h == hints ? 8 : 0;

	for (; *h->word; h++) {
		enum context own = commands[h->command].context;
		const struct binding *b = keymap_of(&ui->keymap, context_is_overlay(own) ? own : ctx, h->command);
		struct buf key = BUF_INIT;
		unsigned need;

		if (!b || (own == CONTEXT_ASKING && !ui_is_asking(ui)) || (own == CONTEXT_LIVE && !ui_is_live(ui)) ||
		    idle_now(ui, h->command))
			continue;
		key_names(&key, b->keys, b->nkeys);
		need = (unsigned)(key.n + strlen(hint_word(ui, h))) + 3;
		if (h->command == CMD_HELP)
			keep = 0;
		if (col + need + keep <= cols) {
			col += grid_put(ui->grid, row, col, cols - col, buf_slice(&key), ROLE_KEY);
			col += 1 + grid_puts(ui->grid, row, col + 1, cols - col - 1, hint_word(ui, h), ROLE_HINT);
			col += 2;
		}
		buf_release(&key);
	}
}

/* What stands in front of the line that is typed. */
static void prompt_label(const struct ui *ui, struct buf *out)
{
	static const char *const signs[] = {
		[PROMPT_COMMAND] = ":", [PROMPT_SEARCH] = "/", [PROMPT_SEARCH_ALL] = "search all: ",
		[PROMPT_DECIDE_COMMENT] = "comment: ", [PROMPT_STEER] = "to the agent: ",
		[PROMPT_EDIT_ARGS] = "arguments: ", [PROMPT_DENY] = "why not: ",
		[PROMPT_DECIDE_UNTIL] = "until (monday, 2w, 2026-12-01): ",
	};

	if (ui->prompting == PROMPT_NOTE)
		note_label(ui, ui->grid->cols / 2, out);
	else
		buf_adds(out, ui->prompting == PROMPT_SEARCH && ui->search_back ? "\\" : signs[ui->prompting]);
}

/* The line from cell `col` on, scrolled so that its cursor shows, which is put there. */
static void draw_typed(struct ui *ui, unsigned col)
{
	struct grid *g = ui->grid;
	unsigned row = ui->layout.hint_row, room = g->cols - col - 1, cell, skip;
	struct rows one = {0};
	size_t cursor;
	struct slice line = prompt_line(ui->prompt, &cursor);

	rows_layout(&one, line, 1000000, false);
	cell = rows_col(&one, line, 0, cursor);
	skip = cell >= room ? cell - room + 1 : 0;
	rows_draw(&one, line, 0, g, row, col, room, skip, ROLE_PROMPT);
	if (skip && room > 1)
		grid_puts(g, row, col, 1, glyph(GLYPH_CUT), ROLE_PROMPT);
	g->cursor_row = (int)row;
	g->cursor_col = (int)(col + cell - skip);
	rows_release(&one);
}

/* What a completion has to offer, from cell `at` on. */
static void draw_candidates(struct ui *ui, unsigned at)
{
	struct slice more = prompt_candidates(ui->prompt), word;
	struct grid *g = ui->grid;
	unsigned row = ui->layout.hint_row;

	while (at + 2 < g->cols && slice_line(&more, &word)) {
		size_t tab = slice_chr(word, '\t', 0);

		at += 1 + grid_fit(g, row, at, g->cols - at, slice_sub(word, 0, tab), ROLE_LABEL);
		if (tab != SLICE_NONE && at < g->cols)
			at += 1 + grid_fit(g, row, at, g->cols - at, slice_sub(word, tab + 1, word.n), ROLE_DIM);
		at++;
	}
}

/* What a line is too short for. */
static void draw_more_room(struct ui *ui, unsigned room)
{
	struct buf words = BUF_INIT;

	ui_key_for(ui, CONTEXT_NOTE, CMD_NOTE_MORE, &words);
	buf_adds(&words, " more room");
	if (words.n + 8 < room)
		grid_put(ui->grid, ui->layout.hint_row, ui->grid->cols - (unsigned)words.n - 1, (unsigned)words.n, buf_slice(&words), ROLE_HINT);
	buf_release(&words);
}

static void draw_prompt(struct ui *ui)
{
	struct grid *g = ui->grid;
	struct buf label = BUF_INIT;
	unsigned col;

	prompt_label(ui, &label);
	col = grid_fit(g, ui->layout.hint_row, 0, g->cols / 2, buf_slice(&label), ROLE_PROMPT);
	buf_release(&label);
	draw_typed(ui, col);
	draw_candidates(ui, (unsigned)g->cursor_col + 3);
	if (ui->prompting == PROMPT_NOTE && prompt_line(ui->prompt, NULL).n == 0)
		draw_more_room(ui, g->cols - col - 1);
}

/* A command waits for its letter: what it does with it. */
static void draw_letter(struct ui *ui)
{
	unsigned row = ui->layout.hint_row, col = 1, cols = ui->grid->cols;

	col += grid_puts(ui->grid, row, col, cols - col, "a letter: ", ROLE_KEY);
	grid_fit(ui->grid, row, col, cols - col, slice_str(commands[ui->lettered].help), ROLE_HINT);
}

/* The note that the cursor is on, in place of the hints; false where it is on none. */
static bool draw_note(struct ui *ui)
{
	struct buf note = BUF_INIT;
	bool there;

	if (!ui->decide.open && !ui->box.open && !ui_is_asking(ui))
		note_hint(ui, &note);
	there = note.n > 0;
	if (there)
		grid_fit(ui->grid, ui->layout.hint_row, 1, ui->grid->cols - 1, buf_slice(&note), ROLE_NOTE);
	buf_release(&note);
	return there;
}

enum { MESSAGE_MAX = 8000 }; /* bytes of one that are looked at: more than two lines ever show */

/* In place of the hints; what needs more room takes the verdict line, too, until the next key. */
static void draw_message(struct ui *ui)
{
	unsigned cols = ui->grid->cols - 1;
	struct buf line = BUF_INIT; /* what is quoted in it may hold anything */
	struct rows rs = {0};
	struct slice text;

	utf8_escape(&line, slice_sub(buf_slice(&ui->message), 0, MESSAGE_MAX), false);
	text = buf_slice(&line);
	rows_layout(&rs, text, cols, true);
	if (rs.n > 1) {
		grid_fill(ui->grid, ui->layout.verdict_row, 0, cols + 1, ' ', ROLE_NORMAL);
		rows_draw(&rs, text, 0, ui->grid, ui->layout.verdict_row, 1, cols, 0, ui->message_role);
		text = slice_sub(text, rs.r[1].from, text.n);
	}
	grid_fit(ui->grid, ui->layout.hint_row, 1, cols, text, ui->message_role);
	rows_release(&rs);
	buf_release(&line);
}

/* What is asked about the code, in place of the hints; false where nothing is. */
static bool draw_asked(struct ui *ui)
{
	struct buf words = BUF_INIT;
	bool asked;

	asking_words(ui, &words);
	asked = words.n > 0;
	if (asked)
		grid_fit(ui->grid, ui->layout.hint_row, 1, ui->grid->cols - 1, buf_slice(&words), ROLE_LABEL);
	buf_release(&words);
	return asked;
}

void status_draw(struct ui *ui)
{
	draw_title(ui);
	verdict_line_draw(ui);
	if (ui->prompting != PROMPT_NONE)
		draw_prompt(ui);
	else if (ui->lettered != COMMANDS)
		draw_letter(ui);
	else if (ui->nkeys)
		chord_draw(ui);
	else if (ui->waiting & (WAIT_MOTION | WAIT_SEEK | WAIT_LINK | WAIT_STEP) && !ui->message.n)
		grid_fit(ui->grid, ui->layout.hint_row, 1, ui->grid->cols - 1, SLICE("searching: any key ends it"), ROLE_HINT);
	else if (ui->message.n)
		draw_message(ui);
	else if (draw_asked(ui))
		;
	else if (ui->session->walk.on && !ui->decide.open)
		step_bar(ui, ui->layout.hint_row);
	else if (!draw_note(ui))
		draw_hints(ui);
}
