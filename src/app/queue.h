/* The stored runs in the order and with the filter that a reviewer works them off in. */
#ifndef APP_QUEUE_H
#define APP_QUEUE_H

#include "app/app.h"
#include "app/session.h"
#include "base/slice.h"

struct queue {
	struct run_filter filter;
	char *title, *reviewer, *ai; /* owned; what the filter's point to */
	struct run_order order;   /* as it was when it was made: what is decided since keeps its place */
	bool made;
	char today[DATE_TEXT + 1];
};
void queue_release(struct queue *q); /* `q` is all zeroes afterwards: all runs, what waits first */

/*
 * Choose an order: queue, age, title, state, ai, reviewer, or an unmistakable beginning; with a '-' before it backwards.
 * "" is queue.  -1 with ERR_USAGE that lists them; then nothing is changed.
 */
int queue_sort(struct queue *q, struct slice word, struct err *e);

/*
 * Choose what is listed: words state=WORD[,WORD...] (unreviewed, approved, overridden, judged, deferred, conflict; waiting:
 * unreviewed, or deferred and due; due), reviewer=PART, ai=PART; all others are a part of the title.  "" lists all.  -1 with
 * ERR_USAGE; then nothing is changed.
 */
int queue_filter(struct queue *q, struct slice words, struct err *e);

/* Both as they would be typed, for people: "title", "-age"; "state=waiting audit"; "" for no filter. */
const char *run_sort_name(enum run_sort s);
void queue_filter_words(const struct queue *q, struct buf *out);

/*
 * May the reviewer have this order?  A blind one (app_is_blind()) not where it tells what is hidden; in the others, too, the
 * runs that this reviewer has not decided on are as if nobody else had.
 */
bool queue_may_sort(const struct app *a, enum run_sort s);

/*
 * Read the order from the store, as it is now.  Without a store it is empty.  -1: ERR_STORE; ERR_USAGE where order or filter
 * would tell a blind reviewer what is hidden.
 */
int queue_make(struct queue *q, struct app *a, struct err *e);

/* Where the run is in it; SIZE_MAX where it is not. */
size_t queue_find(const struct queue *q, struct app *a, const char *id);

/* How many of it waited for a decision when it was made. */
size_t queue_waiting(const struct queue *q);

/*
 * The next run behind `id` (dir 1) or before it (dir -1), around the end once; `waits`: one that waits for a decision still.
 * From a run that is not in it, the first, or the last.  It is made where it is not yet, and anew where none is found.  1 and
 * the row, 0 where there is none other than `id`, or -1.
 */
int queue_next(struct queue *q, struct app *a, const char *id, int dir, bool waits, struct run_row *row, struct err *e);

/*
 * The same, opened as session_begin_row() does.  What cannot be opened, as it is not there any more or was changed, must not
 * hold up those behind it: it is passed over, and counted in `passed` with the reason of the last one in `why`.  1 and `*s`,
 * 0 where there is none, or -1.
 */
struct queue_passed {
	unsigned n;
	struct err why;
};
int queue_open_next(struct queue *q, struct app *a, const char *id, int dir, bool waits, struct session **s,
		    struct queue_passed *passed, struct err *e);

/* Deferred, and its day has come (`today`: date_of()); does it wait for a decision now? */
bool run_row_due(const struct run_row *r, const char *today);
bool run_row_waits(const struct run_row *r, const char *today);

#endif
