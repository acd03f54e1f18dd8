/* How Run and Text follow a run that is under way, and when they let go of it. */
#include "app/live.h"
#include "ui/view.h"

static struct traj *traj_of(const struct ui *ui)
{
	return ui->session->run->traj;
}

/* The newest span, its text at the end. */
static void show_newest(struct ui *ui)
{
	size_t n = traj_count(traj_of(ui));

	if (n == 0)
		return;
	run_select(ui, n - 1);
	text_to_end(ui);
}

void follow_again(struct ui *ui)
{
	if (!ui_is_live(ui)) {
		ui_say(ui, ROLE_WARNING, "follow: this run is not under way here");
		return;
	}
	ui->text.anchor = SIZE_MAX;
	ui->follow.on = true;
	show_newest(ui);
}

/* Does the screen stand where the run goes on?  Who selects wants the text to stay. */
static bool at_newest(struct ui *ui)
{
	const struct run_pane *p = &ui->run;

	return p->list.n && p->list.cursor + 1 == p->list.n && ui->text.doc.span == p->rows[p->list.n - 1].span &&
	       ui->text.anchor == SIZE_MAX && text_at_end(ui);
}

/* Commands after which Run or Text may stand somewhere else. */
static const bool moves[COMMANDS] = {
	[CMD_NEXT_LINE] = true, [CMD_PREV_LINE] = true, [CMD_PAGE_DOWN] = true, [CMD_PAGE_UP] = true, [CMD_FIRST] = true,
	[CMD_LAST] = true, [CMD_LEFT] = true, [CMD_RIGHT] = true, [CMD_OPEN] = true, [CMD_ANSWER] = true,
	[CMD_INSTRUCTION] = true, [CMD_SEARCH] = true, [CMD_SEARCH_BACK] = true, [CMD_SEARCH_NEXT] = true,
	[CMD_SEARCH_PREV] = true, [CMD_SELECT] = true, [CMD_BACK] = true, [CMD_FORWARD] = true, [CMD_RETURN] = true,
	[CMD_GO_MARK] = true, [CMD_LINK] = true, [CMD_NEXT] = true, [CMD_PREV] = true,
};

/* After each command: moving away lets go, going to the end takes hold again. */
void follow_look(struct ui *ui, enum command c)
{
	struct follow *f = &ui->follow;
	size_t spans = traj_count(traj_of(ui));
	bool was = f->on;

	if (!ui_is_live(ui) || !moves[c] || ui->prompting != PROMPT_NONE || ui->view != VIEW_PANES)
		return;
	if (c == CMD_LAST && ui->focus == PANE_RUN) {
		follow_again(ui);
		return;
	}
	f->on = at_newest(ui) || (was && spans == 0);
	if (was && !f->on) {
		f->spans = spans;
		f->doc = ui->text.doc.span;
		f->bytes = ui->text.doc.text.n;
	}
}

void follow_words(struct ui *ui, struct buf *b)
{
	const struct follow *f = &ui->follow;
	size_t n = traj_count(traj_of(ui)), spans = n > f->spans ? n - f->spans : 0, rows = 0;

	if (!ui_is_live(ui) || f->on)
		return;
	if (ui->text.doc.span != SIZE_MAX && ui->text.doc.span == f->doc && ui->text.doc.text.n > f->bytes)
		rows = text_rows_behind(ui, f->bytes ? f->bytes - 1 : 0);
	if (spans)
		buf_addf(b, "%zu new span%s", spans, spans == 1 ? "" : "s");
	if (rows)
		buf_addf(b, "%s%zu new line%s here", spans ? ", " : "", rows, rows == 1 ? "" : "s");
	if (b->n) {
		buf_adds(b, ": ");
		ui_key_for(ui, CONTEXT_LIVE, CMD_FOLLOW, b);
		buf_adds(b, " follows");
	}
}

void follow_begin(struct ui *ui)
{
	ui->follow = (struct follow){.on = ui_is_live(ui)};
	ui->stopping = ui->broken = false;
	buf_clear(&ui->edited);
}

void follow_news(struct ui *ui)
{
	uint64_t now = traj_streamed(traj_of(ui));

	ui_watch(ui);
	if (now != ui->follow.streamed) {
		ui->follow.streamed = now;
		text_more(ui);
	}
	if (ui->follow.on)
		show_newest(ui);
	live_tell_failure(ui);
}

/* The run has come to its end: what an easy case needs, unless the reviewer is somewhere else. */
static void show_end(struct ui *ui)
{
	struct follow *f = &ui->follow;
	struct buf key = BUF_INIT;

	if (f->on) {
		text_answer(ui);
		source_race(ui);
		ui_focus(ui, PANE_TEXT);
	} else {
		ui_key_for(ui, CONTEXT_ALL, CMD_ANSWER, &key);
		ui_say(ui, ROLE_GOOD, "the run has its end, %s: %s shows its answer", run_state_name(ui->session->run->state),
		       buf_str(&key));
	}
	f->on = false;
	f->over = true;
	buf_release(&key);
}

void follow_read(struct ui *ui)
{
	if (!ui->session->live || ui->follow.over)
		return;
	if (!session_reading(ui->session))
		show_end(ui);
	else if (ui->follow.on)
		show_newest(ui);
}
