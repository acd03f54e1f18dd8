/* The view of what was answered about the code: the last answer, and those that it was opened from. */
#ifndef UI_PANE_ANSWERS_H
#define UI_PANE_ANSWERS_H

#include "ui/answer.h"

struct ui;

enum { ANSWERS_DEPTH = 8 };

struct answers_pane {
	struct answer stack[ANSWERS_DEPTH]; /* owned; the one that shows is the last */
	unsigned n;
};
void answers_release(struct answers_pane *p); /* it is empty then and usable */

/* Show an answer (taken over), over those that show now; else in place of all. */
void answers_show(struct ui *ui, struct answer *w);

/* Keep it for later; what shows goes on to. */
void answers_keep(struct ui *ui, struct answer *w);

void answers_do_show(struct ui *ui, const char *args); /* the last answers again */

/* To the source that a row leads to, with a step in the jump list; `link`: as of a link. */
void answers_go(struct ui *ui, const struct answer_row *r, bool link);

#endif
