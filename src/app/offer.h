/*
 * Recordings of one job are one case (DESIGN §5): what stands decided on another of them is offered on this one.  It is
 * never applied by itself: a reviewer takes it over through the form, and the decision then carries this run's hashes.
 */
#ifndef APP_OFFER_H
#define APP_OFFER_H

#include "app/app.h"
#include "model/decision.h"
#include "model/run.h"

struct offer {
	char run[SHA256_HEX + 1]; /* the other recording's run; "" where nothing is offered */
	char *reviewer;           /* owned; who decided there */
	struct buf words;         /* of the decision: "override: harmful; missed lock" */
	struct decision decision;
	int64_t time;             /* when, µs UTC */
	bool report_differs, instruction_differs; /* from those of this run, byte by byte */
	unsigned contrary;        /* further decisions on recordings of the job, with other outputs than this one */
};
void offer_release(struct offer *o); /* `o` is all zeroes afterwards */

/*
 * Find what stands on other recordings of the job of `r`: the reviewer's own decision before other people's, then the
 * newest.  Deferrals, and what was superseded, are not offered.  `r` must be read to its end.  `o` is released first.
 * 1; 0 where there is none; -1, ERR_STORE.
 */
int offer_find(struct app *a, struct run *r, struct offer *o, struct err *e);

/* One line for people: "decided on another recording (report differs): override: harmful; by Rita". */
void offer_words(struct buf *b, const struct offer *o);

/*
 * The decision as it would be made on `r`: approve where the outputs are those of its AI, judge where it gave none, else
 * override.  `d` is released first.
 */
void offer_decision(const struct offer *o, const struct run *r, struct decision *d);

#endif
