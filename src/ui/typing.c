/* What is typed: keys become commands, or text at the prompt. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ui/complete.h"
#include "ui/note.h"
#include "ui/view.h"

/* ---- the prompt ---- */

void ui_ask(struct ui *ui, enum prompt_use use, struct slice text)
{
	ui->prompting = use;
	prompt_start(ui->prompt, text, use == PROMPT_COMMAND,
		     use == PROMPT_COMMAND ? complete_line : NULL, ui);
}

/* What is asked for twice: any other command in between, but for the prompt that it may be typed at, means that it is not meant. */
static void forget_asked(struct ui *ui, enum command c)
{
	ui->stopping = ui->stopping && (c == CMD_STOP || c == CMD_PROMPT);
	ui->gate.asked = ui->gate.asked && (c == CMD_REVEAL || c == CMD_PROMPT);
}

/* Run a command for the reviewer; a big step is kept in the jump list. */
static void run(struct ui *ui, enum command c, const char *args)
{
	struct spot was;

	forget_asked(ui, c);
	jump_begin(ui, c, &was);
	ui_run(ui, c, args);
	jump_end(ui, &was);
	follow_look(ui, c);
}

/* What hands that know vi, less and tig type, though it begins several names. */
static bool short_of(struct slice word, enum command *c)
{
	static const struct {
		const char *word;
		enum command command;
	} shorts[] = {{"q", CMD_CLOSE}, {"qa", CMD_QUIT}, {"h", CMD_HELP}};

	for (size_t i = 0; i < sizeof shorts / sizeof *shorts; i++)
		if (slice_is(word, shorts[i].word)) {
			*c = shorts[i].command;
			return true;
		}
	return false;
}

/* A typed command: its name, or an unmistakable beginning of it; a number is a span to go to. */
static void run_line(struct ui *ui, struct slice line)
{
	struct slice word, rest = slice_trim(line);
	struct buf key = BUF_INIT;
	enum command c = COMMANDS;
	unsigned fits;
	uint64_t number;
	char *args;

	if (!slice_word(&rest, &word))
		return;
	if (slice_u64(word, &number)) {
		args = xstrndup(word.p, word.n);
		run(ui, CMD_GO, args);
		free(args);
		return;
	}
	if (!short_of(word, &c) && !command_begun(word, &c, &fits)) {
		ui_key_for(ui, CONTEXT_ALL, CMD_HELP, &key);
		if (fits)
			ui_say(ui, ROLE_ERROR, "'%.*s' begins several commands; Tab lists them", (int)word.n, word.p);
		else
			ui_say(ui, ROLE_ERROR, "there is no command '%.*s'; %s lists them", (int)word.n, word.p, buf_str(&key));
		buf_release(&key);
		return;
	}
	rest = slice_trim(rest);
	args = xstrndup(rest.p, rest.n);
	run(ui, c, args);
	free(args);
}

static void prompt_done(struct ui *ui, enum prompt_result result)
{
	enum prompt_use use = ui->prompting;
	struct buf line = BUF_INIT, key = BUF_INIT;
	struct spot was;
	size_t cursor;

	buf_add_slice(&line, prompt_line(ui->prompt, &cursor));
	/* words are never lost: what is left stays in the draft */
	if (result == PROMPT_CANCEL && use == PROMPT_NOTE)
		note_kept(ui);
	if (result == PROMPT_CANCEL && use == PROMPT_STEER && ui->decide.draft.steer.n) {
		ui_key_for(ui, CONTEXT_LIVE, CMD_STEER, &key);
		ui_say(ui, ROLE_NORMAL, "the message is kept: %s goes on with it", buf_str(&key));
	}
	if (result == PROMPT_CANCEL && use == PROMPT_EDIT_ARGS)
		live_keep_edited(ui, buf_slice(&line));
	ui->prompting = PROMPT_NONE;
	if (result == PROMPT_DONE) {
		switch (use) {
		case PROMPT_COMMAND:
			run_line(ui, buf_slice(&line));
			break;
		case PROMPT_SEARCH:
			jump_begin(ui, CMD_SEARCH_NEXT, &was);
			seek_for(ui, buf_slice(&line));
			jump_end(ui, &was);
			follow_look(ui, CMD_SEARCH);
			break;
		case PROMPT_SEARCH_ALL:
			find_begin(ui, buf_slice(&line));
			break;
		case PROMPT_NOTE:
			note_save(ui, buf_slice(&line));
			break;
		case PROMPT_STEER:
		case PROMPT_EDIT_ARGS:
		case PROMPT_DENY:
			live_typed(ui, use, buf_slice(&line));
			break;
		case PROMPT_DECIDE_UNTIL:
			decide_until(ui, buf_slice(&line));
			break;
		default:
			decide_comment(ui, buf_slice(&line));
			break;
		}
	}
	buf_release(&line);
	buf_release(&key);
}

/* ---- keys ---- */

static void prompt_press(struct ui *ui, ui_key k)
{
	const struct binding *b;
	size_t cursor;
	enum prompt_result r;

	/* Backspace on an empty command or search leaves it, as in vi */
	if ((k == 127 || k == 8) && prompt_line(ui->prompt, &cursor).n == 0 &&
	    (ui->prompting == PROMPT_COMMAND || ui->prompting == PROMPT_SEARCH ||
	     ui->prompting == PROMPT_SEARCH_ALL)) {
		prompt_stop(ui->prompt);
		ui->prompting = PROMPT_NONE;
		return;
	}
	if (ui->prompting == PROMPT_NOTE && keymap_find(&ui->keymap, CONTEXT_NOTE, &k, 1, &b) == KEYMAP_FOUND &&
	    b->command == CMD_NOTE_MORE) {
		notebox_from_prompt(ui);
		return;
	}
	ui_keep_typed(ui);
	r = prompt_key(ui->prompt, k);
	if (r != PROMPT_MORE)
		prompt_done(ui, r);
}

/*
 * Pasted text is text for the prompt, on one line, and never a command: what a reviewer copied must not decide anything.
 * False where there is no key to obey.
 */
static bool typed(struct ui *ui, ui_key *k)
{
	if (*k == UI_KEY_PASTE || *k == UI_KEY_PASTE_END) {
		ui->pasting = *k == UI_KEY_PASTE;
		if (ui->pasting && ui->prompting == PROMPT_NONE && !ui->box.open)
			ui_say(ui, ROLE_WARNING, "pasted text is taken at a prompt only");
		return false;
	}
	if (!ui->pasting)
		return true;
	if ((*k == '\n' || *k == '\r') && ui->prompting == PROMPT_NOTE) /* lines are kept where there is room for them */
		notebox_from_prompt(ui);
	if (ui->box.open) {
		if ((*k >= ' ' && *k != 127 && *k < UI_KEY_UP) || *k == '\t' || *k == '\n' || *k == '\r')
			notebox_key(ui, *k);
		return false;
	}
	if (*k == '\t' || *k == '\n' || *k == '\r')
		*k = ' ';
	return ui->prompting != PROMPT_NONE && *k >= ' ' && *k != 127 && *k < UI_KEY_UP;
}

/* What the keys mean: what waits for an answer first, then a run that is under way, then what has the keys. */
static enum keymap_result look_up(const struct ui *ui, const struct binding **b)
{
	enum keymap_result r = KEYMAP_NONE;
	enum context ctx = ui_context(ui);

	if (!context_is_dialog(ctx) && ui->view == VIEW_PANES && ui_is_asking(ui))
		r = keymap_find(&ui->keymap, CONTEXT_ASKING, ui->keys, ui->nkeys, b);
	if (r == KEYMAP_NONE && !context_is_dialog(ctx) && ui->view == VIEW_PANES && ui_is_live(ui))
		r = keymap_find(&ui->keymap, CONTEXT_LIVE, ui->keys, ui->nkeys, b);
	return r != KEYMAP_NONE ? r : keymap_find(&ui->keymap, ctx, ui->keys, ui->nkeys, b);
}

/* A key that works on a live run only says so on others. */
static void not_bound(struct ui *ui)
{
	const struct binding *b;
	struct buf name = BUF_INIT, help = BUF_INIT;
	bool asking = keymap_find(&ui->keymap, CONTEXT_ASKING, ui->keys, ui->nkeys, &b) == KEYMAP_FOUND &&
		      b->context == CONTEXT_ASKING;
	bool live = keymap_find(&ui->keymap, CONTEXT_LIVE, ui->keys, ui->nkeys, &b) == KEYMAP_FOUND &&
		    b->context == CONTEXT_LIVE;

	key_names(&name, ui->keys, ui->nkeys);
	ui_key_for(ui, CONTEXT_ALL, CMD_HELP, &help);
	if (live)
		ui_say(ui, ROLE_WARNING, "%s (%s) is for a run that is under way here; this one is not", buf_str(&name),
		       commands[b->command].name);
	else if (asking)
		ui_say(ui, ROLE_WARNING, "%s answers a call that waits for you; none does", buf_str(&name));
	else if (context_is_dialog(ui_context(ui)))
		ui_say(ui, ROLE_WARNING, "%s is not bound here; Escape leaves, and what was entered stays", buf_str(&name));
	else
		ui_say(ui, ROLE_WARNING, "%s is not bound here; %s lists the keys", buf_str(&name), buf_str(&help));
	buf_release(&name);
	buf_release(&help);
}

/* The letter that a command waits for; any other key takes the command back. */
static void letter_press(struct ui *ui, ui_key k)
{
	enum command c = ui->lettered;
	char letter[2] = {0};

	ui->lettered = COMMANDS;
	if (k < ' ' || k >= 127)
		return;
	letter[0] = (char)k;
	run(ui, c, letter);
}

void ui_press(struct ui *ui, ui_key k)
{
	const struct binding *b;

	if (k == UI_KEY_NONE || !typed(ui, &k) || ui->layout.too_small)
		return;
	buf_clear(&ui->message);
	ui->warned = 0;
	motion_stop(ui);
	step_stop(ui);
	seek_stop(ui);
	linked_stop(ui);
	if (ui->prompting != PROMPT_NONE) {
		prompt_press(ui, k);
		return;
	}
	if (ui->lettered != COMMANDS) {
		letter_press(ui, k);
		return;
	}
	ui->keys[ui->nkeys++] = k;
	switch (look_up(ui, &b)) {
	case KEYMAP_FOUND:
		ui->nkeys = 0;
		if (!*b->args && command_takes_letter(b->command))
			ui->lettered = b->command;
		else
			run(ui, b->command, b->args);
		break;
	case KEYMAP_MORE:
		if (ui->nkeys == KEY_SEQUENCE)
			ui->nkeys = 0;
		break;
	default:
		if (ui->box.open && ui->nkeys == 1)
			notebox_key(ui, k);
		else if (ui->nkeys == 1 && decide_types(ui, k))
			;
		else if (k != 27 || ui->nkeys == 1) /* Escape takes back what was begun */
			not_bound(ui);
		ui->nkeys = 0;
		break;
	}
}
