/*
 * The view of the race: what both accesses are to, what is held and marked around each, and what that comes to as a list to check.
 * The sides stand beside each other where there is room.  A further subject of the view adds its rows where fill() in pane_race.c
 * says so, by race_row().
 */
#ifndef UI_PANE_RACE_H
#define UI_PANE_RACE_H

#include <stdint.h>

#include "app/lens.h"
#include "ui/grid.h"
#include "ui/list.h"

struct ui;

enum race_column { RACE_LEFT, RACE_RIGHT, RACE_ACROSS }; /* LEFT, RIGHT: of the first and the second side */

struct race_row {
	enum race_column column;
	enum role role;
	struct slice label; /* a word in front, or empty; this and what follows in the arena of the pane */
	struct slice words; /* wrapped */
	bool figure;        /* words are a picture: neither wrapped nor indented by the label's width */
	struct slice path;  /* where Enter goes to; empty: nowhere */
	uint32_t line;
};

struct race_pane {
	struct lens *lens;   /* owned; NULL: nothing is looked for */
	struct arena *arena; /* owned */
	struct race_row *rows; /* owned */
	size_t n, cap;
	struct list list;    /* of rows */
	size_t top;          /* line of the screen that is shown first */
};

/* Add a row, whose texts are copied.  Rows of LEFT and RIGHT come before those of ACROSS that they are to stand above. */
void race_row(struct race_pane *p, const struct race_row *r);

void race_do_open(struct ui *ui, const char *args);
void race_again(struct ui *ui); /* more is known, or less may be seen */
void race_more(struct ui *ui);  /* while WAIT_RACE: a slice of it */
void race_release(struct race_pane *p); /* it is empty then and usable */

#endif
