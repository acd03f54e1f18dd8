/* The jump list: where the reviewer was before each big step, to go back to and forward again. */
#ifndef UI_JUMP_H
#define UI_JUMP_H

#include "app/command.h"
#include "ui/spot.h"

enum { JUMPS = 100 }; /* the oldest are forgotten */

struct jumps {
	struct spot spots[JUMPS]; /* owned; oldest first */
	bool links[JUMPS];        /* a link was followed from there */
	size_t n, at;             /* at: where one is in the list; n: at its end */
};
void jumps_release(struct jumps *j); /* it is empty then and usable */

/* A step from `s` (copied) is made: what was ahead is forgotten. */
void jumps_push(struct jumps *j, const struct spot *s, bool link);

/*
 * Back, forward, or back to where the last link was followed, from `now` (copied where it is not in the list yet).  NULL where
 * there is nothing further; borrowed until the next call.
 */
const struct spot *jumps_back(struct jumps *j, const struct spot *now);
const struct spot *jumps_forward(struct jumps *j);
const struct spot *jumps_unlink(struct jumps *j, const struct spot *now);

/* ---- on the screen ---- */

struct ui;

/* Before and after a command: was it a big step?  `was` is taken by the first and released by the second. */
void jump_begin(struct ui *ui, enum command c, struct spot *was);
void jump_end(struct ui *ui, struct spot *was);

/* A big step comes now, by a link or otherwise. */
void jump_push(struct ui *ui, bool link);

void jump_do_back(struct ui *ui, const char *args);
void jump_do_forward(struct ui *ui, const char *args);
void jump_do_return(struct ui *ui, const char *args);

#endif
