/*
 * The command table: one row a command.  From it come key bindings, help, the prompt's completion, hints and the
 * manual's table of keys; which keys run what by default stands in keymaps/default.
 */
#ifndef APP_COMMAND_H
#define APP_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "base/slice.h"

/* Where a command applies and keys are looked up, its name, and what it is called.  ALL: everywhere but in dialogs. */
#define APP_CONTEXTS(CONTEXT) \
	CONTEXT(ALL, "all", "all panes and views") \
	CONTEXT(REPORT, "report", "Report") \
	CONTEXT(SOURCE, "source", "Source") \
	CONTEXT(RUN, "run", "Run") \
	CONTEXT(TEXT, "text", "Text") \
	CONTEXT(LIVE, "live", "a run that is under way here") \
	CONTEXT(ASKING, "asking", "a call that waits for you") \
	CONTEXT(DECIDE, "decide", "the form that decides") \
	CONTEXT(NOTE, "note", "the box for a note") \
	CONTEXT(PAGER, "pager", "lists and texts over the panes") \
	CONTEXT(BOTH, "both", "the view of both accesses") \
	CONTEXT(QUEUE, "queue", "the list of stored runs")

enum context {
#define CONTEXT(sym, name, called) CONTEXT_##sym,
	APP_CONTEXTS(CONTEXT)
#undef CONTEXT
	CONTEXTS
};

const char *context_name(enum context c);
const char *context_called(enum context c); /* in a sentence */
bool context_of(struct slice name, enum context *c);

/* A dialog takes all keys: nothing falls through to CONTEXT_ALL. */
bool context_is_dialog(enum context c);

/* It lies over the others while a run is under way (LIVE), or while a call of it waits for an answer (ASKING). */
bool context_is_overlay(enum context c);

/* COMMAND(SYMBOL, name, arguments, context it applies in, one-line help) */
#define APP_COMMANDS(COMMAND) \
	COMMAND(NEXT_LINE, "next-line", "", ALL, "go one line or row down") \
	COMMAND(PREV_LINE, "prev-line", "", ALL, "go one line or row up") \
	COMMAND(PAGE_DOWN, "page-down", "", ALL, "half a page down") \
	COMMAND(PAGE_UP, "page-up", "", ALL, "half a page up") \
	COMMAND(FIRST, "first", "", ALL, "go to the first line") \
	COMMAND(LAST, "last", "", ALL, "go to the last line") \
	COMMAND(LEFT, "left", "", ALL, "left; in Run, to the parent span") \
	COMMAND(RIGHT, "right", "", ALL, "right; in Run, into the span") \
	COMMAND(NEXT_PANE, "next-pane", "", ALL, "focus the next pane") \
	COMMAND(PREV_PANE, "prev-pane", "", ALL, "focus the previous pane") \
	COMMAND(PANE, "pane", "report|source|run|text", ALL, "focus a pane") \
	COMMAND(ZOOM, "zoom", "", ALL, "give the focused pane the whole screen, and back") \
	COMMAND(LAYOUT, "layout", "[wide|tall|focus]", ALL, "where the panes are; without a name, the next layout") \
	COMMAND(SPLIT, "split", "+N|-N|=", ALL, "make the focused pane higher or lower; = as at first") \
	COMMAND(SPLIT_COLUMNS, "split-columns", "+N|-N|=", ALL, "make the focused pane wider or narrower; = as at first") \
	COMMAND(OPEN, "open", "", ALL, "open: a frame's source, a span's text, a note, a link") \
	COMMAND(FOLD, "fold", "", ALL, "fold or unfold") \
	COMMAND(OTHER_ACCESS, "other-access", "", ALL, "go to the other racing access") \
	COMMAND(BOTH, "both", "", ALL, "give both accesses the whole screen, and back") \
	COMMAND(TIMELINE, "timeline", "", ALL, "time and tokens of each step, totals, growth of the context; and back") \
	COMMAND(CLAIMS, "claims", "", ALL, "what the AI states about the source, and whether it is there; and back; a selection in Text becomes one") \
	COMMAND(UNREAD, "unread", "", ALL, "how much of the racing code the agent read, and of what uses the field; and back") \
	COMMAND(RACE, "race", "", ALL, "what is held and marked around both accesses, a list to check; and back") \
	COMMAND(ANSWER, "answer", "", ALL, "the AI's answer and both racing lines") \
	COMMAND(RAW_REPORT, "raw-report", "", ALL, "the report as text, and back") \
	COMMAND(INSTRUCTION, "instruction", "", ALL, "the definition of the verdict that the agent was given") \
	COMMAND(WRAP, "wrap", "", ALL, "wrap long lines, or scroll them sideways") \
	COMMAND(APPROVE, "approve", "", ALL, "approve the AI's verdict") \
	COMMAND(OVERRIDE, "override", "[NAME=VALUE...]", ALL, "override the AI's verdict; judge where it gave none") \
	COMMAND(DEFER, "defer", "[DAY]", ALL, "wait: decide later, perhaps on a day to come") \
	COMMAND(TAKE_OVER, "take-over", "", ALL, "begin the decision that was made on another recording of the job") \
	COMMAND(REVEAL, "reveal", "", ALL, "end a blind review: show what the AI said; recorded, and asked for twice") \
	COMMAND(COMMENT, "comment", "[TEXT]", ALL, "comment on what the cursor is on, or on the selection") \
	COMMAND(SELECT, "select", "", ALL, "begin or end a selection: of text, frames, lines or spans") \
	COMMAND(ADD_PLACE, "add-place", "", ALL, "collect what the cursor is on, or the selection, for a note; again: drop it") \
	COMMAND(FORGET_NOTE, "forget-note", "", ALL, "forget the note that is begun, and the places collected for it") \
	COMMAND(EDIT, "edit", "", ALL, "edit the note at the cursor; in Source, look at the file in the editor") \
	COMMAND(COPY, "copy", "", ALL, "copy the selection, or the line under the cursor, to the terminal's clipboard") \
	COMMAND(NOTES, "notes", "", ALL, "list the notes") \
	COMMAND(UNDO, "undo", "", ALL, "take back your last decision, note or claim") \
	COMMAND(REDO, "redo", "", ALL, "bring back what was undone") \
	COMMAND(NEXT_RUN, "next-run", "", ALL, "open the next run") \
	COMMAND(PREV_RUN, "prev-run", "", ALL, "open the previous run") \
	COMMAND(NEXT_WAITING, "next-waiting", "", ALL, "open the next run that waits for a decision") \
	COMMAND(PREV_WAITING, "prev-waiting", "", ALL, "open the previous run that waits for a decision") \
	COMMAND(QUEUE, "queue", "[FILTER]", ALL, "list the stored runs, and back") \
	COMMAND(FILTER_RUNS, "filter-runs", "[state=WORD] [reviewer=PART] [ai=PART] [TEXT]", ALL, "list and walk only such runs; all again") \
	COMMAND(SORT_RUNS, "sort-runs", "[queue|age|title|state|ai|reviewer]", ALL, "the order of runs; with - before it backwards") \
	COMMAND(SEARCH, "search", "[TEXT]", ALL, "search forward in the focused pane") \
	COMMAND(SEARCH_BACK, "search-back", "[TEXT]", ALL, "search backward in the focused pane") \
	COMMAND(SEARCH_ALL, "search-all", "[TEXT]", ALL, "search all texts of the run and list the hits") \
	COMMAND(SEARCH_WORD, "search-word", "", ALL, "search for the word under the cursor") \
	COMMAND(SEARCH_NEXT, "search-next", "", ALL, "next hit") \
	COMMAND(SEARCH_PREV, "search-prev", "", ALL, "previous hit") \
	COMMAND(GO, "go", "SPAN|FILE|FUNCTION", ALL, "go to a span, to FILE:LINE, or to a function") \
	COMMAND(NEXT, "next", "tool|thought|error|source|read|frame|access|note|claim|link", ALL, "go to the next one, from any pane") \
	COMMAND(PREV, "prev", "tool|thought|error|source|read|frame|access|note|claim|link", ALL, "go to the previous one, from any pane") \
	COMMAND(LINK, "link", "", ALL, "follow the file:line or the function under the cursor to the source") \
	COMMAND(STEP_FORWARD, "step-forward", "[record|span|tool|thought|error|source]", ALL, "walk the run as it happened: to the next one") \
	COMMAND(STEP_BACK, "step-back", "[record|span|tool|thought|error|source]", ALL, "walk back to the one before") \
	COMMAND(PLAY, "play", "", ALL, "play the run as it happened, and stop") \
	COMMAND(SEEK, "seek", "N|P%|+P%|-P%", ALL, "walk straight to a span, or to a part of the run") \
	COMMAND(BACK, "back", "", ALL, "back in the jump list, to where you were before") \
	COMMAND(FORWARD, "forward", "", ALL, "forward in the jump list") \
	COMMAND(RETURN, "return", "", ALL, "back to where the last link was followed") \
	COMMAND(MARK, "mark", "LETTER", ALL, "give the place a letter") \
	COMMAND(GO_MARK, "go-mark", "LETTER", ALL, "go to the place with a letter; to where the last jump was made with '") \
	COMMAND(MARKS, "marks", "", ALL, "list the marks") \
	COMMAND(DEFINITION, "definition", "[WORD]", ALL, "go to where the name under the cursor is defined; asks, where no tool returned it") \
	COMMAND(REFERENCES, "references", "[WORD]", ALL, "list where the name under the cursor is used, and how") \
	COMMAND(STRUCT_LAYOUT, "struct-layout", "[WORD]", ALL, "list the fields of a struct with their offsets and sizes") \
	COMMAND(BLAME, "blame", "", ALL, "who last changed the lines selected in Source, or those around its cursor") \
	COMMAND(LINES_LOG, "lines-log", "", ALL, "the commits that changed the lines selected in Source, or the function around its cursor") \
	COMMAND(CHANGED_SINCE, "changed-since", "[BRANCH] [file]", ALL, "whether a branch has these lines, or the whole file, otherwise, and by which commits") \
	COMMAND(ANSWERS, "code-answers", "", ALL, "the last answer about the code again") \
	COMMAND(FILTER, "filter", "[type=|name=|file=|text=|errors...]", ALL, "show in Run only spans with type= name= file= text= errors; all again") \
	COMMAND(PROMPT, "prompt", "[TEXT]", ALL, "type a command, or the rest of it") \
	COMMAND(SET, "set", "NAME [VALUE]", ALL, "show or change a setting for this session") \
	COMMAND(BIND, "bind", "CONTEXT KEYS COMMAND [ARGUMENT...]", ALL, "bind keys for this session, as a line of a keymap does") \
	COMMAND(UNBIND, "unbind", "CONTEXT KEYS", ALL, "take keys away for this session") \
	COMMAND(HELP, "help", "", ALL, "what the keys do") \
	COMMAND(MESSAGES, "messages", "", ALL, "messages so far, and what was odd about the recording") \
	COMMAND(EXPORT, "export", "json|markdown|spans PATH", ALL, "write the reviewed verdict, or the spans, to a new file") \
	COMMAND(FREEZE, "freeze", "", ALL, "take a recording that grows as it is now, and follow it no longer") \
	COMMAND(REDRAW, "redraw", "", ALL, "paint the screen anew") \
	COMMAND(SUSPEND, "suspend", "", ALL, "stop the program until fg") \
	COMMAND(CANCEL, "cancel", "", ALL, "end a selection or a view; never leaves the program") \
	COMMAND(CLOSE, "close", "", ALL, "leave the view, or go back to the list that led here; leave the program where there is none") \
	COMMAND(QUIT, "quit", "", ALL, "leave the program") \
	COMMAND(PAUSE, "pause", "", LIVE, "pause the run, or go on; after a halt, try again") \
	COMMAND(STEP, "step", "", LIVE, "one request or call, then pause") \
	COMMAND(STEER, "steer", "[TEXT]", LIVE, "say something to the agent before its next turn") \
	COMMAND(CONCLUDE, "conclude", "", LIVE, "have the agent conclude now, from what is known") \
	COMMAND(STOP, "stop", "", LIVE, "end the run for good") \
	COMMAND(ASK, "ask", "TOOL|all [off]", LIVE, "have calls wait until they are allowed") \
	COMMAND(FOLLOW, "follow", "", LIVE, "show the newest again, and follow it") \
	COMMAND(ALLOW, "allow", "", ASKING, "let the call that waits run") \
	COMMAND(EDIT_CALL, "edit-call", "[JSON]", ASKING, "edit the arguments of the call that waits, and let it run") \
	COMMAND(DENY, "deny", "[REASON]", ASKING, "do not let the call run; the agent is told why") \
	COMMAND(DECIDE_SAVE, "decide-save", "", DECIDE, "save the decision as shown") \
	COMMAND(DECIDE_CANCEL, "decide-cancel", "", DECIDE, "close the form; what was entered stays as a draft") \
	COMMAND(DECIDE_DISCARD, "decide-discard", "", DECIDE, "close the form and forget what was entered") \
	COMMAND(DECIDE_NEXT, "decide-next", "", DECIDE, "next row of the form") \
	COMMAND(DECIDE_PREV, "decide-prev", "", DECIDE, "previous row of the form") \
	COMMAND(DECIDE_CHANGE, "decide-change", "[back]", DECIDE, "change the value of the row") \
	COMMAND(DECIDE_REASON, "decide-reason", "NUMBER", DECIDE, "add or remove a reason") \
	COMMAND(DECIDE_COMMENT, "decide-comment", "", DECIDE, "type the comment") \
	COMMAND(DECIDE_EDIT, "decide-edit", "", DECIDE, "write the comment in the editor") \
	COMMAND(SCROLL, "scroll", "[-]LINES|page", BOTH, "scroll the source below the stacks") \
	COMMAND(TOGETHER, "together", "", BOTH, "scroll the source of both sides together, or of one alone") \
	COMMAND(NEXT_STACK, "next-stack", "", BOTH, "show the next stack of a report that has more than two") \
	COMMAND(NOTE_SAVE, "note-save", "", NOTE, "save the note") \
	COMMAND(NOTE_CANCEL, "note-cancel", "", NOTE, "close the box; the note stays as a draft") \
	COMMAND(NOTE_MORE, "note-more", "", NOTE, "more room: from the prompt to the box, from the box to the editor") \
	COMMAND(CLAIM, "claim", "true|false|unverifiable|open", PAGER, "say of the claim under the cursor what it is; lines collected in Source are pinned to it") \
	COMMAND(REMOVE, "remove", "", PAGER, "remove the note under the cursor")

enum command {
#define COMMAND(sym, name, args, ctx, help) CMD_##sym,
	APP_COMMANDS(COMMAND)
#undef COMMAND
	COMMANDS
};

struct command_row {
	const char *name, *args;
	enum context context;
	const char *help;
};
extern const struct command_row commands[COMMANDS];

/* Its argument is a letter: a key without one waits for the next key. */
bool command_takes_letter(enum command c);

bool command_of(struct slice name, enum command *c);

/* The same, or the one command whose name begins so; where there is none, `*fits` is how many begin so. */
bool command_begun(struct slice word, enum command *c, unsigned *fits);

/* May `c` be bound in, and run from, `ctx`? */
bool command_applies(enum command c, enum context ctx);

#endif
