/* A run that is under way: what the reviewer orders, and what it waits for. */
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
	ui->stopping = false;
	simple(ui, JOURNAL_STOP, "stopped");
}

void live_do_steer(struct ui *ui, const char *args)
{
	if (!ui_is_live(ui))
		simple(ui, JOURNAL_STEER, "");
	else if (*args)
		live_typed(ui, PROMPT_STEER, slice_str(args));
	else
		ui_ask(ui, PROMPT_STEER, buf_slice(&ui->decide.draft.steer));
}

void live_message(struct ui *ui, struct slice text)
{
	struct buf *b = &ui->decide.draft.steer;

	if (slice_eq(buf_slice(b), text))
		return;
	buf_clear(b);
	buf_add_slice(b, text);
	ui_draft_changed(ui);
}

/* The arguments on one line: line ends between values are blanks of JSON; in its texts they are escaped. */
static void add_line(struct buf *b, struct slice args)
{
	for (size_t i = 0; i < args.n; i++)
		buf_addc(b, (unsigned char)args.p[i] < ' ' ? ' ' : args.p[i]);
}

/* What is more than the prompt takes has the editor. */
static void edit_long(struct ui *ui, struct slice args)
{
	struct buf text = BUF_INIT;

	if (ui_edit(ui, "arguments", args, &text))
		live_typed(ui, PROMPT_EDIT_ARGS, buf_slice(&text));
	buf_release(&text);
}

/* The call that waits may be the verdict itself. */
static bool shows_args(const struct ui *ui, const struct agent_next *n)
{
	return !session_is_blind(ui->session) || !session_tool_is_verdict(n->tool);
}

void live_do_edit(struct ui *ui, const char *args)
{
	const struct agent_next *n = ui_is_asking(ui) ? live_next(live_of(ui)) : NULL;
	struct buf line = BUF_INIT;

	if (!n) {
		simple(ui, JOURNAL_EDIT, "");
	} else if (!shows_args(ui, n)) {
		ui_say(ui, ROLE_WARNING, "the arguments are the AI's verdict, which is hidden until you decide: allow the call, or deny it");
	} else if (*args) {
		live_typed(ui, PROMPT_EDIT_ARGS, slice_str(args));
	} else {
		if (ui->edited.n && ui->edited_seq == n->seq)
			buf_add_slice(&line, buf_slice(&ui->edited));
		else
			add_line(&line, n->args);
		if (line.n > PROMPT_LINE)
			edit_long(ui, buf_slice(&line));
		else
			ui_ask(ui, PROMPT_EDIT_ARGS, buf_slice(&line));
	}
	buf_release(&line);
}

/* Words are never lost: the key goes on with them while the call waits. */
void live_keep_edited(struct ui *ui, struct slice args)
{
	buf_clear(&ui->edited);
	if (!ui_is_asking(ui))
		return;
	buf_add_slice(&ui->edited, args);
	ui->edited_seq = live_next(live_of(ui))->seq;
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

static void add_key(const struct ui *ui, struct buf *b, enum context ctx, enum command c, const char *behind)
{
	ui_key_for(ui, ctx, c, b);
	buf_adds(b, behind);
}

/* "TOOL [off]", "all [off]". */
void live_do_ask(struct ui *ui, const char *args)
{
	struct slice rest = slice_str(args), tool, off = {0};
	struct buf done = BUF_INIT;
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
	buf_adds(&done, off.n ? "its calls run again without being asked for" : "its calls wait for ");
	if (!off.n) {
		add_key(ui, &done, CONTEXT_ASKING, CMD_ALLOW, ", ");
		add_key(ui, &done, CONTEXT_ASKING, CMD_EDIT_CALL, " or ");
		add_key(ui, &done, CONTEXT_ASKING, CMD_DENY, "");
	}
	order(ui, &c, buf_str(&done));
	buf_release(&done);
}

/* What was typed for one of the orders above. */
void live_typed(struct ui *ui, enum prompt_use use, struct slice text)
{
	struct journal_control c = {.what = JOURNAL_DENY, .reason = slice_trim(text)};

	if (use == PROMPT_STEER) {
		c = (struct journal_control){.what = JOURNAL_STEER, .text = text};
		if (order(ui, &c, "said before its next turn"))
			live_message(ui, SLICE(""));
	} else if (use == PROMPT_EDIT_ARGS) {
		c = (struct journal_control){.what = JOURNAL_EDIT, .args = slice_trim(text)};
		if (order(ui, &c, "runs as edited"))
			buf_clear(&ui->edited);
		else
			live_keep_edited(ui, text);
	} else {
		order(ui, &c, "denied");
	}
}

/* ---- what it waits for ---- */

static void add_since(struct ui *ui, struct buf *b, const struct agent_next *n)
{
	buf_addc(b, ' ');
	when_add_duration(b, ui->app->now() - n->since, WHEN_SECOND);
}

static void add_tool(const struct ui *ui, struct buf *b, const struct agent_next *n, unsigned cells)
{
	buf_add_slice(b, slice_sub(n->tool, 0, 60));
	buf_addc(b, ' ');
	if (shows_args(ui, n))
		utf8_fit(b, n->args, cells);
	else
		buf_adds(b, "(hidden until you decide)");
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
		buf_adds(b, " (");
		add_key(ui, b, CONTEXT_ASKING, CMD_ALLOW, " ");
		add_key(ui, b, CONTEXT_ASKING, CMD_EDIT_CALL, " ");
		add_key(ui, b, CONTEXT_ASKING, CMD_DENY, "): ");
		add_tool(ui, b, n, 60);
		break;
	case AGENT_PAUSED:
		buf_adds(b, "paused");
		add_since(ui, b, n);
		break;
	case AGENT_HALTED:
		buf_adds(b, "halted (");
		add_key(ui, b, CONTEXT_LIVE, CMD_PAUSE, " tries again, ");
		add_key(ui, b, CONTEXT_LIVE, CMD_STOP, " stops): ");
		buf_adds(b, n->why);
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

void live_state(const struct ui *ui, struct buf *b)
{
	static const char *const words[] = {
		[AGENT_SEND] = "running", [AGENT_TOOL] = "running", [AGENT_WAIT] = "retrying", [AGENT_ASK] = "asking",
		[AGENT_PAUSED] = "paused", [AGENT_HALTED] = "halted", [AGENT_DONE] = "ended",
	};
	struct agent_status st = live_status(live_of(ui));
	int64_t began = ui->session->run->started;

	buf_adds(b, words[live_next(live_of(ui))->what]);
	if (began != WHEN_NONE) {
		buf_addc(b, ' ');
		when_add_duration(b, ui->app->now() - began, WHEN_SECOND);
	}
	buf_addf(b, "  %s%sturn %u  ", st.sub ? live_next(live_of(ui))->who : "", st.sub ? " " : "", st.turns + 1);
	run_add_count(b, st.tokens);
	buf_adds(b, " tokens");
}

/* Once, when its records can no longer be written. */
void live_tell_failure(struct ui *ui)
{
	const char *failure = live_of(ui) ? live_failure(live_of(ui)) : "";

	if (!failure[0] || ui->broken)
		return;
	ui->broken = true;
	ui_say(ui, ROLE_ERROR, "verdict resume %.12s goes on when this is mended: %s", live_id(live_of(ui)), failure);
}
