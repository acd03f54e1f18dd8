/* The layout that is shown, and its splits: what the commands do, and what is remembered of it. */
#ifndef UI_ARRANGE_H
#define UI_ARRANGE_H

#include <stdbool.h>

#include "ui/layout.h"

struct ui;

struct arrangement {
	enum layout_kind kind;
	struct splits splits;
	bool moved; /* since they were read: worth writing */
};

void arrange_now(struct ui *ui); /* ui->layout anew: for the grid, the focus, the zoom and the setting as they are */

/*
 * Read what was remembered: $XDG_STATE_HOME/verdict/layout.  What is wrong with the file is told, and the rest counts.  Write it
 * where a split was moved; a failure is told.
 */
void arrange_load(struct ui *ui);
void arrange_save(struct ui *ui);

void arrange_do_layout(struct ui *ui, const char *args);  /* "wide", "tall", "focus"; "": the next one */
void arrange_do_split(struct ui *ui, const char *args);   /* "+N", "-N": the focused pane higher, lower; "=": as at first */
void arrange_do_columns(struct ui *ui, const char *args); /* the same: wider, narrower */

#endif
