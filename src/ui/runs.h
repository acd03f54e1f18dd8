/* From run to run, in the order of the queue. */
#ifndef UI_RUNS_H
#define UI_RUNS_H

#include <stdbool.h>

struct buf;
struct run_row;
struct ui;

/* Put the run in place of the open one.  False where it cannot be, or the open one stays; the message says why. */
bool runs_open(struct ui *ui, const struct run_row *row);

/* After a decision the next run that waits takes the screen; `saved` are the words of what was saved. */
void runs_after(struct ui *ui, const struct buf *saved);

void runs_do_next(struct ui *ui, const char *args);
void runs_do_prev(struct ui *ui, const char *args);
void runs_do_next_waiting(struct ui *ui, const char *args);
void runs_do_prev_waiting(struct ui *ui, const char *args);

#endif
