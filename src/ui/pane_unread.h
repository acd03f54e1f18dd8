/* The view of what was not read: of the source that a verdict about the race should rest on. */
#ifndef UI_PANE_UNREAD_H
#define UI_PANE_UNREAD_H

#include "app/unread.h"
#include "ui/list.h"

struct buf;
struct ui;

struct unread_pane {
	struct arena *arena; /* owned; NULL: nothing was looked for yet */
	struct unread_row *rows; /* in it */
	size_t n;
	bool waits; /* the repository was asked: there may be more rows soon */
	struct list list;
};

void unread_do_list(struct ui *ui, const char *args);
void unread_again(struct ui *ui); /* more was read, or more or less may be seen */
void unread_news(struct ui *ui);  /* something came from the repository */
void unread_release(struct unread_pane *p); /* it is empty then and usable */

#endif
