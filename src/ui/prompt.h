/*
 * One line of input, edited by libedit on a private pty (reference/feasibility §4): keys go in, text and cursor come out.
 * Knows no curses and no grid.  libedit runs on a coroutine of its own, so that a key is just a function call.
 */
#ifndef UI_PROMPT_H
#define UI_PROMPT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "ui/key.h"

struct prompt;

enum { PROMPT_LINE = 4096 }; /* characters of a line, at most; longer texts have the editor */

enum prompt_result { PROMPT_MORE, PROMPT_DONE, PROMPT_CANCEL };

/*
 * Completion: the words that may stand at the cursor of `line` (bytes up to the cursor).  Add each with its end of line
 * to `out`; `*from` is where the completed word begins.  What all words have in common is inserted; of a single word all,
 * so one that is always followed by another may end with a blank.  Behind a TAB stands what is said of a word, for the list.
 */
typedef void (*prompt_complete)(void *arg, struct slice line, size_t *from, struct buf *out);

/* A prompt: editor keys as the user's .editrc says (emacs else).  NULL where no pty is to be had (ERR_TOOL). */
struct prompt *prompt_new(struct err *e);
void prompt_free(struct prompt *p);

/* Start a line with `text` in it; `history` says whether it takes part in the history. */
void prompt_start(struct prompt *p, struct slice text, bool history, prompt_complete complete, void *arg);

/*
 * One key.  PROMPT_DONE: Enter.  PROMPT_CANCEL: ^C, ^G, ^D on an empty line, Escape unless the editor is vi; or no line was
 * started.  Not to be called from the completion.
 */
enum prompt_result prompt_key(struct prompt *p, ui_key k);

/*
 * The line as it is now (UTF-8, no line end; after PROMPT_DONE the one that was entered) and the cursor in bytes; the
 * candidates of the last Tab, a line each, or empty.  During a search in the history (^R) the candidates are one line that
 * says what is searched for.  All borrowed until the next call.
 */
struct slice prompt_line(const struct prompt *p, size_t *cursor);
struct slice prompt_candidates(const struct prompt *p);

/* Leave without a result. */
void prompt_stop(struct prompt *p);

/*
 * The history of file `path`, whose folder is there: its last lines are read, and each line that is entered from then on is
 * added to it at once (mode 0600), but for those that begin with a blank or hold an address with a password.  One that has
 * grown long is shortened to PROMPT_HISTORY lines.  Failures are not told.
 */
enum { PROMPT_HISTORY = 500 };
void prompt_load_history(struct prompt *p, const char *path);

#endif
