/* The timeline: what each step took, what all steps of a kind took, and how the context grew. */
#ifndef UI_PANE_TIME_H
#define UI_PANE_TIME_H

#include <stdbool.h>
#include <stdint.h>

#include "app/tally.h"
#include "ui/list.h"

struct ui;

struct time_pane {
	struct tally *tally; /* owned; NULL: the view is not shown */
	struct list steps;   /* a row a span, by index */
	struct list totals;  /* rows of the tally */
	bool at_totals;      /* these have the keys */
};
void time_release(struct time_pane *p); /* it is empty then and usable */

void time_do_open(struct ui *ui, const char *args);
void time_again(struct ui *ui); /* spans came, or ended */
void time_step(struct ui *ui);  /* a slice of what is left to count, while WAIT_TALLY */

#endif
