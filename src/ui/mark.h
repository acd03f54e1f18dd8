/* Marks: places of the run that were given a letter each, to jump back to; and the list of them. */
#ifndef UI_MARK_H
#define UI_MARK_H

#include "base/slice.h"
#include "ui/list.h"
#include "ui/spot.h"

enum { MARKS = 52 }; /* a to z, A to Z */

struct marks {
	struct spot spots[MARKS]; /* owned; not taken: no place has that letter */
	struct list list;         /* of the view: those that are taken */
};
void marks_release(struct marks *m); /* it is empty then and usable */

/* The number of a letter, and back; -1: it is none. */
int mark_of(struct slice letter);
char mark_letter(int n);

struct ui;
void mark_do_set(struct ui *ui, const char *args);
void mark_do_go(struct ui *ui, const char *args); /* "'": where the last jump was made from */
void mark_do_list(struct ui *ui, const char *args);

#endif
