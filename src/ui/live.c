/* A run that is under way: what the reviewer orders, what it waits for, and how the panes follow it. */
#include <inttypes.h>
#include <string.h>

#include "app/live.h"
#include "base/utf8.h"
#include "ui/view.h"

static struct live *live_of(const struct ui *ui)
{
	return ui->session->live;
}

bool ui_is_live(const struct ui *ui)
{
	return live_of(ui) && !live_over(live_of(ui));
}

bool ui_is_asking(const struct ui *ui)
{
	return ui_is_live(ui) && live_next(live_of(ui))->what == AGENT_ASK;
}

/* ---- orders ---- */

/* Give an order and say so; false, with the reason on the screen, where it makes no sense now. */
static bool order(struct ui *ui, struct journal_control *c, const char *done)
{
	struct err e = {0};

	if (!live_of(ui)) {
		ui_say(ui, ROLE_WARNING, "%s: this run is not under way here", journal_what_name(c->what));
		return false;
	}
	if (live_control(live_of(ui), c, &e) < 0) {
		ui_say(ui, ROLE_WARNING, "%s", e.msg);
		return false;
	}
	ui_say(ui, ROLE_GOOD, "%s", done);
	return true;
}

static void simple(struct ui *ui, enum journal_what what, const char *done)
{
	struct journal_control c = {.what = what};

	order(ui, &c, done);
}

void live_do_pause(struct ui *ui, const char *args)
{
	enum agent_doing now = ui_is_live(ui) ? live_next(live_of(ui))->what : AGENT_DONE;
	bool on = ui_is_live(ui) && (live_status(live_of(ui)).paused || now == AGENT_HALTED);

	(void)args;
	if (on)
		simple(ui, JOURNAL_CONTINUE, now == AGENT_HALTED ? "it tries again" : "it goes on");
	else
		simple(ui, JOURNAL_PAUSE, "it pauses before the next request or call");
}

void live_do_step(struct ui *ui, const char *args)
{
	(void)args;
	simple(ui, JOURNAL_STEP, "one step, then it pauses");
}

void live_do_allow(struct ui *ui, const char *args)
{
	(void)args;
	simple(ui, JOURNAL_ALLOW, "allowed");
}

void live_do_conclude(struct ui *ui, const char *args)
{
	(void)args;
	simple(ui, JOURNAL_CONCLUDE, "it is told to conclude from what is known now");
}

/* A stop cannot be taken back: it is asked for twice. */
void live_do_stop(struct ui *ui, const char *args)
{
	struct buf key = BUF_INIT;

	(void)args;
	if (ui_is_live(ui) && !ui->stopping) {
		ui_key_for(ui, CONTEXT_LIVE, CMD_STOP, &key);
		ui_say(ui, ROLE_WARNING, "%s again ends the run for good; leaving it keeps it, to be resumed", buf_str(&key));
		buf_release(&key);
		ui->stopping = true;
		return;
	}
	simple(ui, JOURNAL_STOP, "stopped");
}

void live_do_steer(struct ui *ui, const char *args)
{
	if (!ui_is_live(ui))
		simple(ui, JOURNAL_STEER, "");
	else if (*args)
		live_typed(ui, PROMPT_STEER, slice_str(args));
	else
		ui_ask(ui, PROMPT_STEER, buf_slice(&ui->steer));
}

/* The arguments on one line, as JSON that can be edited. */
void live_do_edit(struct ui *ui, const char *args)
{
	struct buf line = BUF_INIT;
	struct slice now;

	if (!ui_is_asking(ui)) {
		simple(ui, JOURNAL_EDIT, "");
		return;
	}
	if (*args) {
		live_typed(ui, PROMPT_EDIT_ARGS, slice_str(args));
		return;
	}
	now = live_next(live_of(ui))->args;
	for (size_t i = 0; i < now.n; i++) /* line ends between values are blanks of JSON; in texts they are escaped */
		buf_addc(&line, (unsigned char)now.p[i] < ' ' ? ' ' : now.p[i]);
	ui_ask(ui, PROMPT_EDIT_ARGS, buf_slice(&line));
	buf_release(&line);
}

void live_do_deny(struct ui *ui, const char *args)
{
	if (!ui_is_asking(ui))
		simple(ui, JOURNAL_DENY, "");
	else if (*args)
		live_typed(ui, PROMPT_DENY, slice_str(args));
	else
		ui_ask(ui, PROMPT_DENY, SLICE(""));
}

/* "TOOL [off]", "all [off]". */
void live_do_ask(struct ui *ui, const char *args)
{
	struct slice rest = slice_str(args), tool, off = {0};
	struct journal_control c = {.what = JOURNAL_ASK};

	if (!slice_word(&rest, &tool)) {
		ui_say(ui, ROLE_WARNING, "ask: which tool? 'all' is every one; 'off' behind it ends it");
		return;
	}
	slice_word(&rest, &off);
	if (!slice_is(tool, "all"))
		c.tool = tool;
	if (off.n && !slice_is(off, "off")) {
		ui_say(ui, ROLE_WARNING, "ask: 'off' or nothing may stand behind the tool");
		return;
	}
	c.text = off;
	order(ui, &c, off.n ? "its calls run again without being asked for" : "its calls wait for y, E or N");
}

/* What was typed for one of the orders above. */
void live_typed(struct ui *ui, enum prompt_use use, struct slice text)
{
	struct journal_control c = {.what = JOURNAL_DENY, .reason = slice_trim(text)};
	const char *done = "denied";

	if (use == PROMPT_STEER) {
		c = (struct journal_control){.what = JOURNAL_STEER, .text = text};
		done = "said before its next turn";
	} else if (use == PROMPT_EDIT_ARGS) {
		c = (struct journal_control){.what = JOURNAL_EDIT, .args = slice_trim(text)};
		done = "runs as edited";
	}
	if (order(ui, &c, done) && use == PROMPT_STEER)
		buf_clear(&ui->steer);
}

/* ---- what it waits for ---- */

static void add_since(struct ui *ui, struct buf *b, const struct agent_next *n)
{
	buf_addc(b, ' ');
	when_add_duration(b, ui->app->now() - n->since, WHEN_SECOND);
}

static void add_tool(struct buf *b, const struct agent_next *n, unsigned cells)
{
	buf_add_slice(b, slice_sub(n->tool, 0, 60));
	buf_addc(b, ' ');
	utf8_fit(b, n->args, cells);
}

static void wait_words(struct ui *ui, const struct agent_next *n, struct buf *b)
{
	int64_t left = n->since + n->wait_us - ui->app->now();

	switch (n->what) {
	case AGENT_SEND:
		buf_adds(b, "waits for the provider");
		if (n->tries > 1)
			buf_addf(b, ", try %u,", n->tries);
		add_since(ui, b, n);
		break;
	case AGENT_TOOL:
		buf_adds(b, "waits for ");
		buf_add_slice(b, slice_sub(n->tool, 0, 60));
		add_since(ui, b, n);
		break;
	case AGENT_WAIT:
		buf_adds(b, "tries again in ");
		when_add_duration(b, left > 0 ? left : 0, WHEN_SECOND);
		buf_addf(b, ": %s", n->why);
		break;
	case AGENT_ASK:
		buf_adds(b, "waits for you");
		add_since(ui, b, n);
		buf_adds(b, ": ");
		add_tool(b, n, 60);
		break;
	case AGENT_PAUSED:
		buf_adds(b, "paused");
		add_since(ui, b, n);
		break;
	case AGENT_HALTED:
		buf_addf(b, "halted: %s", n->why);
		break;
	case AGENT_DONE:
		break;
	}
}

/* The cause, which stands last; the path before it is long, and all of it among the messages. */
static void failure_words(const char *failure, struct buf *b)
{
	size_t at = slice_rfind(slice_str(failure), ": ");

	buf_addf(b, "the run cannot go on here: %s", at == SLICE_NONE ? failure : failure + at + 2);
}

void live_words(struct ui *ui, struct buf *b)
{
	struct agent_status st;

	if (!ui_is_live(ui)) {
		if (live_of(ui) && live_failure(live_of(ui))[0])
			failure_words(live_failure(live_of(ui)), b);
		return;
	}
	st = live_status(live_of(ui));
	wait_words(ui, live_next(live_of(ui)), b);
	if (st.paused && live_next(live_of(ui))->what != AGENT_PAUSED)
		buf_adds(b, ", then pauses");
	if (st.steers)
		buf_addf(b, ", %zu message%s to be said", st.steers, st.steers == 1 ? "" : "s");
	if (st.concluding)
		buf_adds(b, ", concluding");
}

const char *live_state(const struct ui *ui)
{
	static const char *const words[] = {
		[AGENT_SEND] = "running", [AGENT_TOOL] = "running", [AGENT_WAIT] = "retrying", [AGENT_ASK] = "asking",
		[AGENT_PAUSED] = "paused", [AGENT_HALTED] = "halted", [AGENT_DONE] = "ended",
	};

	return words[live_next(live_of(ui))->what];
}

/* ---- following ---- */

/* The newest span, its text at the end. */
static void show_newest(struct ui *ui)
{
	size_t n = traj_count(ui->session->run->traj);

	if (n == 0)
		return;
	run_select(ui, n - 1);
	text_to_end(ui);
}

void live_follow(struct ui *ui)
{
	if (!ui_is_live(ui)) {
		ui_say(ui, ROLE_WARNING, "follow: this run is not under way here");
		return;
	}
	ui->follow = true;
	show_newest(ui);
}

void live_do_follow(struct ui *ui, const char *args)
{
	(void)args;
	live_follow(ui);
}

/* Does the screen stand where the run goes on? */
static bool at_newest(struct ui *ui)
{
	const struct run_pane *p = &ui->run;

	return p->list.n && p->list.cursor + 1 == p->list.n && ui->text.doc.span == p->rows[p->list.n - 1].span &&
	       text_at_end(ui);
}

/* Commands after which Run or Text may stand somewhere else. */
static const bool moves[COMMANDS] = {
	[CMD_NEXT_LINE] = true, [CMD_PREV_LINE] = true, [CMD_PAGE_DOWN] = true, [CMD_PAGE_UP] = true, [CMD_FIRST] = true,
	[CMD_LAST] = true, [CMD_LEFT] = true, [CMD_RIGHT] = true, [CMD_OPEN] = true, [CMD_ANSWER] = true,
	[CMD_INSTRUCTION] = true, [CMD_SEARCH] = true, [CMD_SEARCH_BACK] = true, [CMD_SEARCH_NEXT] = true,
	[CMD_SEARCH_PREV] = true, [CMD_SELECT] = true, [CMD_PROMPT] = true,
};

/* After each command: moving away lets go, going to the end takes hold again. */
void live_look(struct ui *ui, enum command c)
{
	bool was = ui->follow;

	if (!ui_is_live(ui) || !moves[c] || ui->prompting != PROMPT_NONE || ui->pager.kind != PAGER_NONE)
		return;
	if (c == CMD_LAST && ui->focus == PANE_RUN) {
		live_follow(ui);
		return;
	}
	if (ui->focus == PANE_RUN || ui->focus == PANE_TEXT)
		ui->follow = at_newest(ui) || (was && traj_count(ui->session->run->traj) == 0);
	if (was && !ui->follow)
		ui->let_go = traj_count(ui->session->run->traj);
}

size_t live_unseen(const struct ui *ui)
{
	size_t n = traj_count(ui->session->run->traj);

	return ui_is_live(ui) && !ui->follow && n > ui->let_go ? n - ui->let_go : 0;
}

void live_begin(struct ui *ui)
{
	ui->follow = ui_is_live(ui);
	ui->let_go = 0;
	ui->streamed = 0;
	ui->stopping = ui->broken = false;
}

static void tell_failure(struct ui *ui)
{
	const char *failure = live_of(ui) ? live_failure(live_of(ui)) : "";

	if (!failure[0] || ui->broken)
		return;
	ui->broken = true;
	ui_say(ui, ROLE_ERROR, "verdict resume %.12s goes on when this is mended: %s", live_id(live_of(ui)), failure);
}

/* Records came, or text streamed in: what is shown of it. */
void live_news(struct ui *ui)
{
	uint64_t now = traj_streamed(ui->session->run->traj);

	ui_watch(ui);
	if (now != ui->streamed) {
		ui->streamed = now;
		text_more(ui);
	}
	if (ui->follow)
		show_newest(ui);
	tell_failure(ui);
}

/* Behind a slice of the journal: the newest span, or, when the run has ended, what an easy case needs. */
void live_read(struct ui *ui)
{
	if (!live_of(ui) || !ui->follow)
		return;
	if (session_reading(ui->session)) {
		show_newest(ui);
	} else {
		ui->follow = false;
		text_answer(ui);
		source_race(ui);
		ui_focus(ui, PANE_TEXT);
	}
}
