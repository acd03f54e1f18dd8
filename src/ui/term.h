/* The terminal.  term.c is the only file that includes curses.h. */
#ifndef UI_TERM_H
#define UI_TERM_H

#include <stdbool.h>

#include "base/err.h"
#include "ui/grid.h"
#include "ui/key.h"
#include "ui/theme.h"

struct term;

/*
 * Take the terminal over (standard input and output, or /dev/tty where standard input is none).  `colour` false: no
 * colour whatever the terminal can do.  NULL: ERR_TOOL in one sentence (no terminal, TERM unknown or without the needed
 * abilities).
 */
struct term *term_open(const struct theme *theme, bool colour, struct err *e);
int term_check(struct err *e); /* would it do, as far as that can be told without taking it? -1: ERR_TOOL */
void term_close(struct term *t); /* restores the terminal */

/* For crash and out-of-memory handlers: restore the terminal of the open term, if any; async-signal safe enough. */
void term_restore(void);

int term_fd(const struct term *t); /* readable when keys wait */
void term_size(struct term *t, unsigned *rows, unsigned *cols); /* asks the kernel; call after SIGWINCH */

/* The next key without waiting, or UI_KEY_NONE.  After POLLIN call until UI_KEY_NONE: curses reads ahead. */
ui_key term_key(struct term *t);

void term_theme(struct term *t, const struct theme *theme);

/* Bring the screen to the state of `g`; only what changed is sent. */
void term_draw(struct term *t, const struct grid *g);
void term_redraw(struct term *t); /* the next term_draw() sends everything */

/*
 * Put `text` into the clipboard of the terminal (OSC 52); whether it takes it cannot be told.  -1, ERR_TOOL: it is none of
 * those that are known to.
 */
int term_copy(struct term *t, struct slice text, struct err *e);

/* Give the terminal back for a while (an editor, Ctrl-Z), and take it again. */
void term_leave(struct term *t);
void term_enter(struct term *t);

#endif
