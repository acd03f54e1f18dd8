/* The screen's parts as they see each other: private to ui/. */
#ifndef UI_VIEW_H
#define UI_VIEW_H

#include "app/command.h"
#include "app/draft.h"
#include "app/find.h"
#include "app/session.h"
#include "base/search.h"
#include "ui/bookmark.h"
#include "ui/arrange.h"
#include "ui/asking.h"
#include "ui/doc.h"
#include "ui/glyph.h"
#include "ui/jump.h"
#include "ui/gate.h"
#include "ui/keymap.h"
#include "ui/linked.h"
#include "ui/list.h"
#include "ui/motion.h"
#include "ui/notebox.h"
#include "ui/noted.h"
#include "ui/pane_both.h"
#include "ui/pane_claims.h"
#include "ui/pane_answers.h"
#include "ui/pane_notes.h"
#include "ui/pane_queue.h"
#include "ui/pane_race.h"
#include "ui/pane_time.h"
#include "ui/pane_unread.h"
#include "ui/placed.h"
#include "ui/prompt.h"
#include "ui/rows.h"
#include "ui/step.h"
#include "ui/selection.h"
#include "ui/seek.h"
#include "ui/sift.h"
#include "ui/theme.h"
#include "ui/ui.h"

/* ---- panes ---- */

/* A command and its word on the hint line; a table of them ends with an empty word. */
struct hint {
	enum command command;
	const char *word;
};

/* What a pane, or a view that lies over all four, is to the rest of the screen. */
struct pane_ops {
	enum context context;
	const struct hint *hints; /* NULL: the panes' own */
	void (*title)(struct ui *ui, struct buf *out);
	void (*draw)(struct ui *ui, struct rect r, bool focus); /* r: inside the frame */
	bool (*command)(struct ui *ui, enum command c, const char *args); /* false: not a command of this pane */
	/* Its rows: motions and searches move the cursor of this list and then say so. */
	struct list *(*list)(struct ui *ui);
	void (*moved)(struct ui *ui); /* may be NULL */
	void (*row_text)(struct ui *ui, size_t row, struct buf *out); /* as a search sees it */
	bool (*is_costly)(struct ui *ui, size_t row); /* does row_text() take long, as much is to be read for it?  May be NULL: none does */
	void (*hit)(struct ui *ui, size_t from); /* a search found byte `from` of the cursor's row, or of its line; may be NULL */
	/* Where rows are parts of longer lines and the cursor stands in them, else all NULL: */
	size_t (*line)(struct ui *ui, size_t row, size_t *end); /* its first row, and the one behind its last */
	void (*line_text)(struct ui *ui, size_t row, struct buf *out); /* from its first row */
	size_t (*at)(struct ui *ui); /* byte of the cursor in its line */
	/* The place under the cursor or in the selection; false where there is none to comment on. */
	bool (*place)(struct ui *ui, struct place *p);
	/* The places of a selection where those may be several: at most `max`; may be NULL. */
	size_t (*places)(struct ui *ui, struct place *p, size_t max);
	void (*closed)(struct ui *ui); /* of a view: it was left; may be NULL */
};
extern const struct pane_ops pane_report, pane_source, pane_run, pane_text, pane_pager, pane_find, pane_bookmark, pane_both,
	pane_answers, pane_queue, pane_time, pane_unread, pane_race;
extern const struct hint list_hints[]; /* of views that list places */

/* What has the screen between title and verdict line: the panes, or one view over them (table in ui.c). */
enum view {
	VIEW_PANES, VIEW_HELP, VIEW_NOTES, VIEW_MESSAGES, VIEW_FIND, VIEW_BOOKMARKS, VIEW_BOTH, VIEW_QUEUE, VIEW_TIME, VIEW_CLAIMS,
	VIEW_UNREAD, VIEW_RACE, VIEW_ANSWERS, VIEWS
};

enum { FROM_MAX = 4 };

enum report_row_kind { ROW_ACCESS, ROW_FRAME, ROW_FOLD, ROW_VALUE, ROW_FOOTER, ROW_BLANK, ROW_RAW };
struct report_row {
	enum report_row_kind kind;
	unsigned access;
	uint32_t frame;    /* ROW_FRAME; ROW_FOLD: the first hidden one */
	uint32_t hidden;   /* ROW_FOLD */
	bool interrupted;  /* lies beyond an interrupt entry */
	struct slice text; /* ROW_RAW, ROW_VALUE, ROW_FOOTER: as it stands in the report */
};
struct report_pane {
	struct report_row *rows; /* owned */
	size_t cap;
	struct list list;
	bool raw;
	bool unfolded[CRASH_STACKS_MAX];
	unsigned skip; /* cells scrolled to the right */
};

enum source_row_kind { SRC_CODE, SRC_RULE, SRC_TEXT };
struct source_row {
	enum source_row_kind kind;
	char mark;         /* 'W' (writes, also read-write), 'R', 'A' (assertion): access line; lower case: its call site; or 0 */
	bool current;      /* the line of the selected frame */
	bool grepped;      /* tools returned it only as a grep hit */
	bool unread;       /* no tool returned it: it is of the repository */
	bool whole;        /* lines that were not read stand beside it: what was read has a sign */
	uint32_t line;
	uint32_t span;     /* SRC_CODE, not unread: index of the tool span */
	struct slice path;
	struct slice text; /* SRC_CODE: of the evidence, or in the arena; else in the arena */
};
struct source_pane {
	struct source_row *rows; /* owned */
	size_t cap;
	struct arena *arena;
	struct list list;
	bool race;          /* both racing lines; else one file */
	bool waits;         /* the repository was asked for a file of it */
	struct slice commit; /* that rows are of, where all of them are: in the arena; else empty */
	struct slice found;  /* a commit, as none is known, that has a file of it as tools returned it: likewise */
	bool mild;           /* `odd` is no worse than another commit */
	struct slice odd;    /* what is odd about the repository's text, for the verdict line: likewise */
	struct slice path;  /* of the file; in the arena */
	uint32_t line;      /* that the file was opened at */
	char asked[65];     /* a commit that was asked about: its text shows, also where tools returned another; "": as usual */
	struct slice defines; /* the function that is defined there, where that is all that is known of the frame; in the arena; else empty */
	char title[160];
	unsigned access;    /* of the frame that is shown */
	unsigned height;    /* that the race view was built for */
	unsigned width;     /* cells that sentences are wrapped for; 0: they are not */
	unsigned skip;
};

struct outline_row {
	uint32_t span;
	bool last; /* of its siblings */
};
struct run_pane {
	struct outline_row *rows; /* owned */
	size_t cap;
	uint8_t *folded; /* one a span; owned */
	size_t nfolded, cap_folded;
	struct list list;
	size_t made;           /* rows that there are: those of spans that may not be seen yet are behind the list */
	size_t taken;          /* spans that rows were made of */
	uint32_t hidden_below; /* nesting of the folded span that the last one lies below; UINT32_MAX: none */
	size_t *last_at;       /* by nesting: row + 1 of the last span that may have siblings to come; owned */
	size_t deepest, cap_last;
};

struct text_pane {
	struct doc doc;
	struct doc_view shown; /* how: what is unfolded */
	char fold_key[16];
	struct rows rows;
	struct list list;   /* rows; the cursor row holds `at` */
	size_t at;          /* byte of the document */
	unsigned want_col;  /* cell that up and down try to keep */
	size_t anchor;      /* of the selection; SIZE_MAX: none */
	bool wrap;
	unsigned width, skip;
};

/* Rows of text, of one view at a time: help, messages. */
struct pager {
	enum view of;    /* the view that the rows are of */
	struct buf text;
	struct rows rows;
	struct list list;
};

/* The search through the whole run: it stays when its view is left. */
struct find_pane {
	struct find *find; /* owned; NULL: none was made on this run */
	struct list list;  /* of its hits */
	bool walking;      /* n and N go from hit to hit of it: it is the last search that was made */
};

/* ---- the form that decides ---- */

struct decide_form {
	bool open;
	struct outputs known; /* what may be judged */
	struct draft draft; /* draft.open: a decision is begun; draft.note: the text of a note that was begun */
	bool settle;
	size_t row;
	bool changed; /* something was entered: worth keeping as a draft */
	bool dirty; /* the draft is not saved yet */
};
void decide_open(struct ui *ui, enum decision_kind kind, const char *args);
void decide_take_over(struct ui *ui); /* the same, filled with what is offered (app/offer.h) */
void decide_draw(struct ui *ui);
void decide_comment(struct ui *ui, struct slice text); /* the comment of the decision that is begun; trimmed, may be empty */
bool decide_command(struct ui *ui, enum command c, const char *args);
bool decide_types(struct ui *ui, ui_key k); /* a key that no command has begins what is typed on the row of the day */
void decide_until(struct ui *ui, struct slice words);  /* the day until which it waits, as typed; says what is wrong with it */
void decide_words(struct ui *ui, struct buf *out); /* "override: harmful, confident; missed lock" */

/* ---- following a run that is under way ---- */

struct follow {
	bool on;           /* Run and Text show the newest */
	size_t spans;      /* there were when following ended */
	size_t doc, bytes; /* span in Text then, and how long its text was */
	uint64_t streamed; /* traj_streamed() of what is shown */
	bool over;         /* the end was shown, or told */
};
void follow_begin(struct ui *ui); /* a run is opened */
void follow_news(struct ui *ui);  /* records came, or text streamed in */
void follow_read(struct ui *ui);  /* a slice of the recording was read */
void follow_look(struct ui *ui, enum command c); /* after each command: moving away lets go */
void follow_again(struct ui *ui);
void follow_words(struct ui *ui, struct buf *b); /* what came since following ended; nothing where it has not */

/* ---- the screen ---- */

enum prompt_use {
	PROMPT_NONE, PROMPT_COMMAND, PROMPT_SEARCH, PROMPT_SEARCH_ALL, PROMPT_NOTE, PROMPT_DECIDE_COMMENT, PROMPT_STEER,
	PROMPT_EDIT_ARGS, PROMPT_DENY, PROMPT_DECIDE_UNTIL
};

enum wait_for {
	WAIT_EVENTS = 1, WAIT_DRAFT = 2, WAIT_COUNT = 4, WAIT_IMPORT = 8, WAIT_FIND = 16, WAIT_LIVE = 32, WAIT_MOTION = 64,
	WAIT_SEEK = 128, WAIT_FILTER = 256, WAIT_TALLY = 512, WAIT_LINK = 1024, WAIT_AHEAD = 2048,
	WAIT_STEP = 4096, WAIT_KERNEL = 8192, WAIT_CLAIMS = 16384, WAIT_RACE = 32768,
	WAIT_ASK = 65536
};
struct ui {
	struct app *app; /* borrowed */
	struct session *session;
	struct ui_host host;
	struct grid *grid;
	struct layout layout;
	struct arrangement arranged;
	enum pane_id focus;
	enum view view, below; /* below: the view that help or messages lie over, which is not left; VIEW_PANES: none */
	enum view from[FROM_MAX]; /* the lists that rows were opened from, the last one last: leaving the panes leads back to it */
	unsigned nfrom;
	bool zoom, done;
	char decided[SHA256_HEX + 1]; /* the run whose decision was saved last, while nothing was saved on the one that is open; or "" */
	bool unkept; /* leaving was refused once, as the draft could not be kept */
	unsigned waiting; /* enum wait_for */
	bool identified;  /* the recording was read to its end, or as far as can be: its events were asked for */

	struct keymap keymap;
	ui_key keys[KEY_SEQUENCE]; /* typed so far */
	unsigned nkeys;
	enum command lettered; /* it waits for a letter, its argument; COMMANDS: none does */
	bool pasting;

	struct report_pane report;
	struct source_pane source;
	struct run_pane run;
	struct text_pane text;
	struct pager pager;
	struct find_pane find;
	struct both_pane both;
	struct sift sift; /* the filter of Run */
	struct queue_pane queue;
	struct time_pane timeline;
	struct claims_pane claims;
	struct unread_pane unread;
	struct race_pane race;
	struct asking asking; /* what is asked about the code */
	struct answers_pane answers; /* what was answered */
	struct jumps jumps;
	struct bookmarks bookmarks;
	struct motion motion; /* valid while WAIT_MOTION */
	struct linked linked;
	struct placed_by placed;
	struct decide_form decide;
	struct gate gate;
	struct stepper stepper;

	struct prompt *prompt;
	enum prompt_use prompting;
	struct selection selection;
	struct noted noted; /* where notes stand */
	struct notes_pane notes;
	struct notebox box;
	struct search search;
	bool search_back;
	struct seek seek; /* valid while WAIT_SEEK */

	struct buf log;     /* all messages */
	struct buf message; /* the one that shows; empty: the hints show */
	enum role message_role;
	size_t warned;      /* about settings, since the last key */
	size_t runs, undecided; /* in the store */

	/* a run that is under way */
	struct follow follow;
	bool stopping;       /* a stop was asked for once */
	bool broken;         /* it was said that its records cannot be written */
	struct buf edited;   /* arguments that were edited and did not come to run */
	uint32_t edited_seq; /* of the call that they are for */
};

/*
 * The room inside of a pane's frame.  One as wide as the screen has an upper edge only: its text can be copied with the terminal's
 * mouse, and the terminal scrolls it without an edge to draw again.
 */
struct rect ui_inside(const struct ui *ui, struct rect r);

const struct pane_ops *ui_pane(const struct ui *ui); /* the one that has the keys: the view, or the focused pane */
enum context ui_context(const struct ui *ui);
void ui_tabs(struct ui *ui); /* as wide as the setting says */
void ui_focus(struct ui *ui, enum pane_id p);
void ui_show(struct ui *ui, enum view v); /* leaves the one before, which help and messages do not; VIEW_PANES: the panes again */
void ui_leave(struct ui *ui); /* the view: to what it lies over */
void ui_visit(struct ui *ui); /* the panes, for a row of the list that is shown: leaving them leads back to it */
void ui_forget_list(struct ui *ui, enum view v); /* leaving the panes does not lead back to it any more */

/* Show a message; it stays until the next key and in the log.  One in ROLE_ERROR begins with "error: ". */
void ui_say(struct ui *ui, enum role role, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
void ui_fail(struct ui *ui, const struct err *e);
void ui_warn(struct ui *ui, const struct diags *ds); /* of what was read of the settings; several are counted */

/* Run a command; `args` is never NULL. */
void ui_run(struct ui *ui, enum command c, const char *args);

/* The name of the key that runs `c` in `ctx`; ":NAME" where none does. */
void ui_key_for(const struct ui *ui, enum context ctx, enum command c, struct buf *out);

/*
 * Have `text` edited in the reviewer's editor, in a private file that is called after `what`.  True, with what came of it in
 * `out`; false, with the reason on the screen.
 */
bool ui_edit(struct ui *ui, const char *what, struct slice text, struct buf *out);

/* Have `text`, of a file called `name`, looked at in the editor at a line: in a private file that cannot be written. */
bool ui_look(struct ui *ui, struct slice name, struct slice text, uint32_t line);

/* Ask for a line on the hint row. */
void ui_ask(struct ui *ui, enum prompt_use use, struct slice text);

/*
 * Put another session, owned from now on, in place of the open one.  False where what was begun on the open one cannot be
 * kept: then that one stays, `s` is freed, and the message says why.
 */
bool ui_open(struct ui *ui, struct session *s);

/* What is typed at the prompt becomes the draft's. */
void ui_keep_typed(struct ui *ui);

/* What was begun is to be kept, when the keys have rested a little. */
void ui_draft_changed(struct ui *ui);

/* The store changed under the screen: read the events again, soon. */
void ui_changed(struct ui *ui);
/* Read them now if that still waits: before anything that builds on them or on the draft kept with them. */
void ui_catch_up(struct ui *ui);
/* Something was saved on this run: undo means that now, and no decision that was made on another one before. */
void ui_saved(struct ui *ui);

/* ---- links between panes ---- */

void report_build(struct ui *ui);
/* The access and frame under the cursor of Report; false where it is on neither.  A frame of nframes is the access line. */
bool report_selected(const struct ui *ui, unsigned *access, size_t *frame);
void report_select(struct ui *ui, unsigned access, size_t frame);
void report_go(struct ui *ui, uint64_t from); /* to the row of a byte of the report, unfolded, else in the raw text */

void source_race(struct ui *ui);                              /* both racing lines */
void source_frame(struct ui *ui, unsigned access, size_t frame); /* the file around a frame */
void source_file(struct ui *ui, struct slice path, uint32_t line);
/* The file as a commit has it, whatever tools returned; empty: as source_file(). */
void source_file_at(struct ui *ui, struct slice path, uint32_t line, struct slice commit);
void source_again(struct ui *ui); /* more is known, or less may be seen: the same, the cursor at the line where it was */
struct slice source_path(const struct ui *ui); /* of the file that is shown; that of the first access while both are */
bool source_mentions(const struct ui *ui, uint32_t span); /* did this tool span return the file that is shown? */

void run_build(struct ui *ui);
void run_more(struct ui *ui); /* add the spans that have come; what is there stays as it is */
void run_select(struct ui *ui, size_t span);
void run_go(struct ui *ui, size_t span); /* the cursor alone */
void run_label(struct ui *ui, size_t span, struct buf *out); /* one line for a span: "read-file kernel/audit.c" */
void run_add_count(struct buf *b, uint64_t v); /* "212k": thousands from ten thousand on */

void text_answer(struct ui *ui);
void text_span(struct ui *ui, size_t span);
void text_instruction(struct ui *ui);
void text_again(struct ui *ui); /* what is shown, as it is now, the cursor where it was */
void text_more(struct ui *ui); /* the text of the span that is shown grew at its end */
void text_to_end(struct ui *ui);
bool text_at_end(struct ui *ui);
size_t text_rows_behind(struct ui *ui, size_t at); /* rows behind the one that holds byte `at` */
void text_go_byte(struct ui *ui, size_t at); /* of the document */
void text_selected(struct ui *ui, struct buf *out); /* what is selected, as it shows */
void text_go_place(struct ui *ui, const struct place *p); /* a place of a span that is shown */

void pager_help(struct ui *ui);
void pager_messages(struct ui *ui);

/* Search the whole run and show the hits; an empty pattern shows those of the last search, which goes on. */
void find_begin(struct ui *ui, struct slice pattern);
bool find_waits(const struct ui *ui);          /* for the recording, that is being read */
void find_more(struct ui *ui);                 /* a slice of it */
void find_walk(struct ui *ui, bool back);      /* to the next hit or the one before */
void find_forget(struct ui *ui);

/* ---- a recording that is still read ---- */

void reading_step(struct ui *ui);
void reading_freeze(struct ui *ui);
void reading_words(struct ui *ui, struct buf *out); /* "reading 43 %", "growing"; nothing once all was read */

/* ---- a run that is under way ---- */

bool ui_is_live(const struct ui *ui);
bool ui_is_asking(const struct ui *ui); /* a call waits for an answer */
void live_tell_failure(struct ui *ui);               /* once, where its records cannot be written */
void live_words(struct ui *ui, struct buf *b); /* what it waits for, and since when; nothing where it is over */
void live_state(const struct ui *ui, struct buf *b); /* "running 2m, turn 3, 12k tokens" */
void live_message(struct ui *ui, struct slice text);  /* what is typed to the agent becomes the draft's */
void live_keep_edited(struct ui *ui, struct slice args);
void live_typed(struct ui *ui, enum prompt_use use, struct slice text);
void live_do_pause(struct ui *ui, const char *args);
void live_do_step(struct ui *ui, const char *args);
void live_do_steer(struct ui *ui, const char *args);
void live_do_conclude(struct ui *ui, const char *args);
void live_do_stop(struct ui *ui, const char *args);
void live_do_ask(struct ui *ui, const char *args);
void live_do_allow(struct ui *ui, const char *args);
void live_do_edit(struct ui *ui, const char *args);
void live_do_deny(struct ui *ui, const char *args);

/* Title bar, verdict line and hint line. */
void status_draw(struct ui *ui);

#endif
