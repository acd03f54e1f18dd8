/* Marks: places of the run that were given a letter each, to jump back to; and the list of them. */
#ifndef UI_BOOKMARK_H
#define UI_BOOKMARK_H

#include "ui/list.h"
#include "ui/spot.h"

enum { BOOKMARKS = 52 }; /* a to z, A to Z */

struct bookmarks {
	struct spot spots[BOOKMARKS]; /* owned; not taken: no place has that letter */
	struct list list;             /* of the view: those that are taken */
};
void bookmarks_release(struct bookmarks *m); /* it is empty then and usable */

struct ui;
void bookmark_do_set(struct ui *ui, const char *args);
void bookmark_do_go(struct ui *ui, const char *args); /* "'": where the last jump was made from */
void bookmark_do_list(struct ui *ui, const char *args);

#endif
