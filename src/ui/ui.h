/*
 * The review screen.  It draws on a grid and takes keys, and knows no terminal: ui_main() joins it to one, tests feed it
 * keys and read the grid.
 */
#ifndef UI_UI_H
#define UI_UI_H

#include "app/session.h"
#include "base/err.h"
#include "ui/grid.h"
#include "ui/key.h"

struct ui;

/* What the screen asks of whoever runs it; any function may be NULL: the screen then says that it cannot be done. */
struct ui_host {
	void *arg;
	/* Run the editor on a file, at `line` where that is not 0, and wait. */
	int (*edit)(void *arg, const char *path, uint32_t line, struct err *e);
	void (*suspend)(void *arg);
	int (*copy)(void *arg, struct slice text, struct err *e); /* to the terminal's clipboard */
	void (*redraw)(void *arg); /* the next frame is sent whole */
	void (*restyle)(void *arg, struct diags *ds); /* theme and colours as the settings say now */
};

/*
 * A screen of `rows` × `cols` over `s`, which it owns from now on.  Settings, keymap and theme come from `a`.  NULL:
 * ERR_TOOL.  Nothing is read from the store before ui_idle().
 */
struct ui *ui_new(struct app *a, struct session *s, unsigned rows, unsigned cols, const struct ui_host *host,
		  struct err *e);
void ui_free(struct ui *ui); /* drafts are saved */

void ui_resize(struct ui *ui, unsigned rows, unsigned cols);
void ui_press(struct ui *ui, ui_key k);

/* Do one piece of what waits (read the store, save a draft); false when nothing is left: the screen is idle. */
bool ui_idle(struct ui *ui);

/* The keys have rested a little: save what was begun. */
void ui_rest(struct ui *ui);

/*
 * A recording that is followed: look whether there is more of it.  True where it is still followed and should be looked
 * at again in a while.
 */
bool ui_watch(struct ui *ui);

/* A run is played by the program's clock: microseconds until ui_tick() does the next step, 0: now; -1: none is played. */
int64_t ui_due(const struct ui *ui);
void ui_tick(struct ui *ui);

/* Save what must not be lost, now: before the program may be stopped.  False, with a message, where that failed. */
bool ui_save(struct ui *ui);

/* Draw what changed; the grid is borrowed and valid until the next call. */
const struct grid *ui_draw(struct ui *ui);

bool ui_done(const struct ui *ui); /* the reviewer has left */

/* Show the list of the stored runs over the one that is open. */
void ui_queue(struct ui *ui);

/*
 * Review `s` (owned from now on) on the terminal until the reviewer leaves; `queue`: begin with the list of the stored runs.
 * Returns 0, or -1 with ERR_TOOL where there is no usable terminal.
 */
int ui_main(struct app *a, struct session *s, bool queue, struct err *e);

/* Is there a terminal for ui_main()?  Asked before anything is begun that only makes sense on one.  -1: ERR_TOOL. */
int ui_check(struct err *e);

#endif
