/* What commands do: one function a command, found in one table. */
#include <stdlib.h>
#include <string.h>

#include "ui/chord.h"
#include "ui/copy.h"
#include "ui/exported.h"
#include "ui/go.h"
#include "ui/load.h"
#include "ui/runs.h"
#include "ui/note.h"
#include "ui/view.h"

/* ---- panes ---- */

static void do_next_pane(struct ui *ui, const char *args)
{
	/* from the report, along what a reviewer reads: source, run, text */
	(void)args;
	ui_focus(ui, (enum pane_id)((ui->focus + 1) % PANES));
}

static void do_prev_pane(struct ui *ui, const char *args)
{
	(void)args;
	ui_focus(ui, (enum pane_id)((ui->focus + PANES - 1) % PANES));
}

static void do_pane(struct ui *ui, const char *args)
{
	static const char *const names[PANES] = {"report", "source", "run", "text"};

	for (int p = 0; p < PANES; p++)
		if (strcmp(args, names[p]) == 0) {
			ui_focus(ui, (enum pane_id)p);
			return;
		}
	ui_say(ui, ROLE_WARNING, "pane: one of report, source, run, text is needed");
}

static void do_zoom(struct ui *ui, const char *args)
{
	(void)args;
	ui->zoom = !ui->zoom;
	ui_focus(ui, ui->focus);
}

/* From wherever the reviewer is to the other racing access: its access line in Report and Source. */
static void do_other_access(struct ui *ui, const char *args)
{
	const struct crash *c = ui->session->run->crash;
	unsigned access = 0;
	size_t frame = 0;

	(void)args;
	if (c->naccesses < 2) {
		ui_say(ui, ROLE_WARNING, "the report has no other access");
		return;
	}
	if (ui->source.race && !report_selected(ui, &access, &frame))
		access = 1;
	else if (!ui->source.race)
		access = ui->source.access;
	access = (access + 1) % c->naccesses;
	if (ui->report.raw) {
		ui->report.raw = false;
		report_build(ui);
	}
	report_select(ui, access, 0);
	if (c->access[access].nframes)
		source_frame(ui, access, 0);
}

static void do_answer(struct ui *ui, const char *args)
{
	(void)args;
	text_answer(ui);
	source_race(ui);
	ui_focus(ui, PANE_TEXT);
}

static void do_raw_report(struct ui *ui, const char *args)
{
	(void)args;
	if (crash_nstacks(ui->session->run->crash))
		ui->report.raw = !ui->report.raw;
	ui->report.list = (struct list){0};
	ui->report.skip = 0;
	report_build(ui);
	ui_focus(ui, PANE_REPORT);
}

static void do_instruction(struct ui *ui, const char *args)
{
	(void)args;
	text_instruction(ui);
	ui_focus(ui, PANE_TEXT);
}

static void do_wrap(struct ui *ui, const char *args)
{
	pane_text.command(ui, CMD_WRAP, args);
	if (ui->focus == PANE_SOURCE)
		ui_say(ui, ROLE_NORMAL, "Text alone wraps: lines of Source scroll with h and l");
}

/* ---- deciding ---- */

static void do_approve(struct ui *ui, const char *args)
{
	decide_open(ui, DECIDE_APPROVE, args);
}

static void do_override(struct ui *ui, const char *args)
{
	decide_open(ui, DECIDE_OVERRIDE, args);
}

static void do_defer(struct ui *ui, const char *args)
{
	decide_open(ui, DECIDE_DEFER, args);
}

static void do_take_over(struct ui *ui, const char *args)
{
	(void)args;
	decide_take_over(ui);
}

/* After a decision that opened the next run, undo is about that decision: its run comes back first.  False, with the reason, if not. */
static bool go_back(struct ui *ui)
{
	struct run_row row = {0};
	struct err e = {0};
	struct store *store;
	bool there = false;
	int rc = -1;

	if (!ui->decided[0])
		return true;
	store = app_store(ui->app, false, &e);
	if (store)
		rc = store_get(store, ui->decided, &row, &e);
	if (rc > 0)
		there = runs_open(ui, &row);
	else if (rc < 0)
		ui_fail(ui, &e);
	else
		ui_say(ui, ROLE_ERROR, "the run that was decided before is not stored any more");
	run_row_release(&row);
	if (there)
		ui_catch_up(ui);
	return there;
}

static void take_back(struct ui *ui, int (*fn)(struct session *, enum event_via, struct buf *, struct err *),
		      const char *word, enum command back)
{
	struct buf words = BUF_INIT, key = BUF_INIT;
	struct err e = {0};

	if (fn(ui->session, VIA_SCREEN, &words, &e) < 0) {
		ui_say(ui, e.cls == ERR_NO ? ROLE_WARNING : ROLE_ERROR, "%s%s", e.msg,
		       e.cls == ERR_NO && ui_is_live(ui) ? "; what the agent was told cannot be taken back" : "");
	} else {
		ui_saved(ui);
		ui_key_for(ui, CONTEXT_ALL, back, &key);
		ui_say(ui, ROLE_GOOD, "%s: %s; %s %s", word, buf_str(&words), buf_str(&key),
		       back == CMD_REDO ? "brings it back" : "takes it back");
	}
	buf_release(&words);
	buf_release(&key);
}

static void do_undo(struct ui *ui, const char *args)
{
	(void)args;
	if (go_back(ui))
		take_back(ui, session_undo, "undone", CMD_REDO);
}

static void do_redo(struct ui *ui, const char *args)
{
	(void)args;
	take_back(ui, session_redo, "redone", CMD_UNDO);
}

/* ---- search ---- */

static void do_search_all(struct ui *ui, const char *args)
{
	if (*args)
		find_begin(ui, slice_str(args));
	else
		ui_ask(ui, PROMPT_SEARCH_ALL, SLICE(""));
}

/* ---- the program ---- */

static void do_prompt(struct ui *ui, const char *args)
{
	struct buf text = BUF_INIT;

	buf_addf(&text, "%s%s", args, *args ? " " : "");
	ui_ask(ui, PROMPT_COMMAND, buf_slice(&text));
	buf_release(&text);
}

/* What a changed setting does at once. */
static void apply(struct ui *ui, enum option o)
{
	struct diags ds = {0};

	switch (o) {
	case OPT_REVIEWER: /* from now on someone else decides */
		draft_release(&ui->decide.draft);
		ui->decide.dirty = false;
		free(ui->app->reviewer);
		ui->app->reviewer = NULL;
		ui_changed(ui);
		break;
	case OPT_KEYMAP:
		keymap_release(&ui->keymap);
		load_keymap(ui->app, &ui->keymap, &ds);
		break;
	case OPT_THEME:
	case OPT_COLOR:
		if (ui->host.restyle)
			ui->host.restyle(ui->host.arg, &ds);
		break;
	case OPT_KERNEL:
	case OPT_COMMIT:
		source_again(ui);
		both_again(ui);
		race_again(ui);
		break;
	case OPT_TAB_WIDTH:
		ui_tabs(ui);
		break;
	case OPT_LAYOUT:
		arrange_now(ui);
		break;
	case OPT_WRAP:
		ui->text.wrap = strcmp(ui->app->conf.value[OPT_WRAP], "off") != 0;
		ui->text.rows.n = 0;
		break;
	default:
		break;
	}
	ui_warn(ui, &ds);
	diags_release(&ds);
}

static void do_set(struct ui *ui, const char *args)
{
	struct slice rest = slice_str(args), name;
	struct err e = {0};
	bool changed;

	if (!slice_word(&rest, &name)) {
		ui_say(ui, ROLE_WARNING, "set: which setting? verdict(1) lists them");
		return;
	}
	rest = slice_trim(rest);
	changed = rest.n > 0;
	if (changed && slice_is(name, options[OPT_REVIEWER].name) && !ui_save(ui)) /* what was begun is the one's before */
		return;
	if (changed && conf_set(&ui->app->conf, name, rest, "set", &e) < 0) {
		ui_fail(ui, &e);
		return;
	}
	for (int o = 0; o < OPTIONS; o++)
		if (slice_is(name, options[o].name)) {
			ui_say(ui, ROLE_NORMAL, "%s = '%s' (%s)", options[o].name, ui->app->conf.value[o],
			       ui->app->conf.origin[o]);
			if (changed)
				apply(ui, (enum option)o);
			return;
		}
	ui_say(ui, ROLE_WARNING, "set: there is no setting '%.*s'", (int)name.n, name.p);
}

static void do_help(struct ui *ui, const char *args)
{
	(void)args;
	pager_help(ui);
}

static void do_messages(struct ui *ui, const char *args)
{
	(void)args;
	pager_messages(ui);
}

static void do_follow(struct ui *ui, const char *args)
{
	(void)args;
	follow_again(ui);
}

static void do_freeze(struct ui *ui, const char *args)
{
	(void)args;
	reading_freeze(ui);
}

static void do_redraw(struct ui *ui, const char *args)
{
	(void)args;
	if (ui->host.redraw)
		ui->host.redraw(ui->host.arg);
}

static void do_suspend(struct ui *ui, const char *args)
{
	(void)args;
	if (ui->host.suspend)
		ui->host.suspend(ui->host.arg);
	else
		ui_say(ui, ROLE_WARNING, "cannot be suspended here");
}

static void do_quit(struct ui *ui, const char *args)
{
	(void)args;
	/* words that cannot be kept hold the reviewer once, so that the reason is read */
	ui->done = ui_save(ui) || ui->unkept;
	ui->unkept = !ui->done;
}

static void do_hits(struct ui *ui, const char *args)
{
	(void)args;
	find_begin(ui, SLICE("")); /* those of the last search */
}

/* Back to the list that led here, as it is now; false where none did. */
static bool back_to_list(struct ui *ui)
{
	static void (*const lists[VIEWS])(struct ui *ui, const char *args) = {
		[VIEW_NOTES] = notes_do_list, [VIEW_FIND] = do_hits, [VIEW_BOOKMARKS] = bookmark_do_list, [VIEW_BOTH] = both_do_open,
		[VIEW_QUEUE] = queue_do_show, [VIEW_TIME] = time_do_open, [VIEW_CLAIMS] = claims_do_list, [VIEW_UNREAD] = unread_do_list,
		[VIEW_RACE] = race_do_open,
		[VIEW_ANSWERS] = answers_do_show,
	};

	if (ui->nfrom == 0)
		return false;
	lists[ui->from[--ui->nfrom]](ui, "");
	return true;
}

/* Out of the innermost thing that was begun; false where there is none. */
static bool step_out(struct ui *ui)
{
	if (ui->view != VIEW_PANES)
		ui_leave(ui);
	else if (selection_end(ui))
		return true;
	else if (ui->zoom)
		do_zoom(ui, "");
	else if (ui->report.raw)
		do_raw_report(ui, "");
	else if (ui->text.doc.instruction)
		do_answer(ui, "");
	else if (!step_leave(ui))
		return back_to_list(ui);
	return true;
}

static void do_cancel(struct ui *ui, const char *args)
{
	struct buf key = BUF_INIT;

	(void)args;
	if (asking_stop(ui) || step_out(ui))
		return;
	ui_key_for(ui, CONTEXT_ALL, CMD_QUIT, &key);
	ui_say(ui, ROLE_NORMAL, "nothing to leave here; %s leaves the program", buf_str(&key));
	buf_release(&key);
}

static void do_close(struct ui *ui, const char *args)
{
	if (!step_out(ui) && !asking_stop(ui)) /* who waits for a list means to close that */
		do_quit(ui, args);
}

/* Commands without a row here belong to panes and to the form, which are asked first. */
static void (*const actions[COMMANDS])(struct ui *ui, const char *args) = {
	[CMD_NEXT_PANE] = do_next_pane, [CMD_PREV_PANE] = do_prev_pane, [CMD_PANE] = do_pane, [CMD_ZOOM] = do_zoom, [CMD_LAYOUT] = arrange_do_layout,
	[CMD_SPLIT] = arrange_do_split, [CMD_SPLIT_COLUMNS] = arrange_do_columns,
	[CMD_OTHER_ACCESS] = do_other_access, [CMD_BOTH] = both_do_open, [CMD_TIMELINE] = time_do_open, [CMD_ANSWER] = do_answer, [CMD_RAW_REPORT] = do_raw_report,
	[CMD_INSTRUCTION] = do_instruction, [CMD_WRAP] = do_wrap, [CMD_APPROVE] = do_approve, [CMD_OVERRIDE] = do_override,
	[CMD_DEFER] = do_defer, [CMD_TAKE_OVER] = do_take_over, [CMD_REVEAL] = gate_do_reveal,
	[CMD_STEP_FORWARD] = step_do_forward, [CMD_STEP_BACK] = step_do_back, [CMD_PLAY] = step_do_play, [CMD_SEEK] = step_do_seek,
	[CMD_COMMENT] = note_do_comment, [CMD_ADD_PLACE] = note_do_add_place, [CMD_FORGET_NOTE] = note_do_forget,
	[CMD_NOTE_SAVE] = notebox_do_save, [CMD_NOTE_CANCEL] = notebox_do_cancel, [CMD_NOTE_MORE] = notebox_do_editor,
	[CMD_EDIT] = note_do_edit, [CMD_SELECT] = selection_do_select, [CMD_NOTES] = notes_do_list, [CMD_COPY] = copy_do, [CMD_UNDO] = do_undo,
	[CMD_REDO] = do_redo, [CMD_NEXT_RUN] = runs_do_next, [CMD_PREV_RUN] = runs_do_prev,
	[CMD_NEXT_WAITING] = runs_do_next_waiting, [CMD_PREV_WAITING] = runs_do_prev_waiting, [CMD_QUEUE] = queue_do_show,
	[CMD_FILTER_RUNS] = queue_do_filter, [CMD_SORT_RUNS] = queue_do_sort, [CMD_SEARCH] = seek_do_search,
	[CMD_SEARCH_BACK] = seek_do_search_back, [CMD_SEARCH_ALL] = do_search_all, [CMD_SEARCH_WORD] = seek_do_word,
	[CMD_SEARCH_NEXT] = seek_do_next, [CMD_SEARCH_PREV] = seek_do_prev,
	[CMD_OPEN] = linked_do_open, [CMD_LINK] = linked_do_follow, [CMD_FILTER] = sift_do_filter,
	[CMD_NEXT] = motion_do_next, [CMD_PREV] = motion_do_prev,
	[CMD_GO] = go_do, [CMD_BACK] = jump_do_back, [CMD_FORWARD] = jump_do_forward, [CMD_RETURN] = jump_do_return,
	[CMD_MARK] = bookmark_do_set, [CMD_GO_MARK] = bookmark_do_go, [CMD_MARKS] = bookmark_do_list, [CMD_CLAIMS] = claims_do_list, [CMD_UNREAD] = unread_do_list, [CMD_RACE] = race_do_open,
	[CMD_DEFINITION] = asking_do_definition, [CMD_REFERENCES] = asking_do_references, [CMD_STRUCT_LAYOUT] = asking_do_layout,
	[CMD_BLAME] = asking_do_blame, [CMD_LINES_LOG] = asking_do_log, [CMD_CHANGED_SINCE] = asking_do_since, [CMD_ANSWERS] = answers_do_show,
	[CMD_PROMPT] = do_prompt, [CMD_SET] = do_set, [CMD_BIND] = chord_do_bind, [CMD_UNBIND] = chord_do_unbind, [CMD_HELP] = do_help, [CMD_MESSAGES] = do_messages,
	[CMD_PAUSE] = live_do_pause, [CMD_STEP] = live_do_step, [CMD_STEER] = live_do_steer,
	[CMD_CONCLUDE] = live_do_conclude, [CMD_STOP] = live_do_stop, [CMD_ASK] = live_do_ask,
	[CMD_FOLLOW] = do_follow, [CMD_ALLOW] = live_do_allow, [CMD_EDIT_CALL] = live_do_edit, [CMD_DENY] = live_do_deny,
	[CMD_EXPORT] = exported_do, [CMD_FREEZE] = do_freeze, [CMD_REDRAW] = do_redraw, [CMD_SUSPEND] = do_suspend, [CMD_CANCEL] = do_cancel, [CMD_CLOSE] = do_close, [CMD_QUIT] = do_quit,
};

/* Commands of panes that a view over them covers: they must not act on what is not seen. */
static bool pane_only(const struct ui *ui, enum command c)
{
	if ((c == CMD_COMMENT || c == CMD_ADD_PLACE || c == CMD_EDIT) && ui_pane(ui)->place)
		return false;
	if (c == CMD_COMMENT && ui->decide.draft.note.n) /* what was begun goes on from everywhere */
		return false;
	switch (c) {
	case CMD_OPEN:
	case CMD_LINK:
	case CMD_FOLD:
	case CMD_OTHER_ACCESS:
	case CMD_WRAP:
	case CMD_ZOOM:
	case CMD_SPLIT:
	case CMD_SPLIT_COLUMNS:
	case CMD_COMMENT:
	case CMD_ADD_PLACE:
	case CMD_EDIT:
	case CMD_SELECT:
		return true;
	default:
		return false;
	}
}

static void say_covered(struct ui *ui, enum command c)
{
	struct buf key = BUF_INIT;

	ui_key_for(ui, ui_context(ui), CMD_CLOSE, &key);
	ui_say(ui, ROLE_WARNING, "%s does nothing in this view; %s leaves it", commands[c].name, buf_str(&key));
	buf_release(&key);
}

/* Motions, the same in every pane; false where `c` is none. */
static bool move(struct ui *ui, enum command c)
{
	const struct pane_ops *pane = ui_pane(ui);
	unsigned high = ui->view != VIEW_PANES ? ui->grid->rows : ui->layout.pane[ui->focus].rows;
	long page = high > 4 ? (long)(high - 2) / 2 : 1;
	struct list *l = pane->list(ui);

	switch (c) {
	case CMD_NEXT_LINE:
	case CMD_PREV_LINE:
		list_move(l, c == CMD_NEXT_LINE ? 1 : -1);
		break;
	case CMD_PAGE_DOWN:
	case CMD_PAGE_UP:
		list_move(l, c == CMD_PAGE_DOWN ? page : -page);
		break;
	case CMD_FIRST:
	case CMD_LAST:
		list_go(l, c == CMD_FIRST ? 0 : SIZE_MAX);
		break;
	default:
		return false;
	}
	if (pane->moved)
		pane->moved(ui);
	return true;
}

/* Commands that work in a view over the panes; any other one leaves the view first. */
static const bool keeps_view[COMMANDS] = {
	[CMD_SEARCH_ALL] = true, [CMD_SEARCH] = true, [CMD_SEARCH_BACK] = true, [CMD_SEARCH_NEXT] = true, [CMD_SEARCH_PREV] = true,
	[CMD_SEARCH_WORD] = true,	[CMD_CLOSE] = true, [CMD_CANCEL] = true, [CMD_PROMPT] = true, [CMD_SET] = true, [CMD_REDRAW] = true,
	[CMD_SUSPEND] = true, [CMD_UNDO] = true, [CMD_REDO] = true, [CMD_COMMENT] = true,
	[CMD_ADD_PLACE] = true, [CMD_EDIT] = true, [CMD_FORGET_NOTE] = true, [CMD_QUEUE] = true, [CMD_HELP] = true, [CMD_MESSAGES] = true,
	[CMD_FILTER_RUNS] = true, [CMD_SORT_RUNS] = true, [CMD_COPY] = true, [CMD_EXPORT] = true,
};

/* Those that leave it, but lead back to it: there may be no answer. */
static const bool visits[COMMANDS] = {
	[CMD_DEFINITION] = true, [CMD_REFERENCES] = true, [CMD_STRUCT_LAYOUT] = true, [CMD_BLAME] = true, [CMD_LINES_LOG] = true,
	[CMD_CHANGED_SINCE] = true,
};

/* Commands of the box for notes, while it is open and only then; false for others. */
static bool run_in_box(struct ui *ui, enum command c, const char *args)
{
	if (commands[c].context != CONTEXT_NOTE)
		return false;
	if (ui->box.open)
		actions[c](ui, args);
	else
		ui_say(ui, ROLE_WARNING, "%s is for a note that is being written", commands[c].name);
	return true;
}

void ui_run(struct ui *ui, enum command c, const char *args)
{
	if (run_in_box(ui, c, args))
		return;
	if (ui->decide.open && decide_command(ui, c, args))
		return;
	if (!ui->decide.open && (move(ui, c) || ui_pane(ui)->command(ui, c, args)))
		return;
	if (ui->view != VIEW_PANES && (pane_only(ui, c) || !actions[c])) {
		say_covered(ui, c);
		return;
	}
	if (visits[c])
		ui_visit(ui);
	else if (ui->view != VIEW_PANES && !keeps_view[c])
		ui_show(ui, VIEW_PANES);
	if (actions[c])
		actions[c](ui, args);
	else if (commands[c].context != CONTEXT_ALL)
		ui_say(ui, ROLE_WARNING, "%s is for %s", commands[c].name, context_called(commands[c].context));
	else
		ui_say(ui, ROLE_NORMAL, "%s: nothing to do here", commands[c].name);
}
