/* Following what a text names (ui/link.h) to where it is (app/resolve.h): to Source, and in Report to the frame. */
#ifndef UI_LINKED_H
#define UI_LINKED_H

#include "app/resolve.h"
#include "ui/grid.h"
#include "ui/link.h"

struct ui;

/* A name that is looked for; valid while WAIT_LINK. */
struct linked {
	struct resolve resolve;
	bool alone;    /* those who could be asked do not know it: what the run knows of it has to do */
	bool any_word; /* it is whatever word the cursor is on: nothing is missing where it leads nowhere */
};

/* Follow what the cursor is on. */
void linked_do_follow(struct ui *ui, const char *args);

/* The word that the search marks in a row of Source: so any word of a row can be meant.  Empty: none. */
struct slice linked_marked(const struct ui *ui, struct slice row);

/* The name under the cursor, as it would be followed; nothing where there is none, or it is of a file. */
void linked_name(struct ui *ui, struct buf *out);

/* Follow a name to what the run knows of it, and say nothing where it knows nothing. */
void linked_alone(struct ui *ui, struct slice name);

/* Go to what is typed: PATH[:LINE] or a function. */
void linked_go(struct ui *ui, struct slice typed);

/* Enter, where the pane has nothing else to open. */
void linked_do_open(struct ui *ui, const char *args);

/* While WAIT_LINK: look on for the definition for a slice. */
void linked_more(struct ui *ui);
void linked_stop(struct ui *ui);

/* Underline the link that the cursor of Text is on, where row `row` of it, drawn at `at`, shows it. */
void linked_draw(struct ui *ui, size_t row, struct rect at);

#endif
