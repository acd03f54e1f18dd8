/* One line of a log → what it is, with the parts that matter. */
#ifndef REPORT_LINE_H
#define REPORT_LINE_H

#include "base/slice.h"
#include "model/crash.h"
#include "report/frame.h"
#include "report/prefix.h"

enum line_kind {
	LINE_OTHER,       /* foreign, or prose */
	LINE_BLANK,
	LINE_RULER,       /* a line of = */
	LINE_TITLE,       /* rest: from "KCSAN: " on */
	LINE_ACCESS,
	LINE_ACCESS_PART, /* the first part of an access line that was wrapped */
	LINE_FRAME,
	LINE_ELIDED,      /* "...", "<snip>" */
	LINE_REORDER,     /* rest: what follows "reordered to: " */
	LINE_VERBOSE,     /* locks held, interrupt events: report/verbose.h */
	LINE_VALUE,       /* rest: what follows "value changed:" */
	LINE_BITS,        /* rest: what follows "bits changed:" */
	LINE_REPORTED,    /* the heading of the footer */
	LINE_CPU,         /* rest: what follows "CPU: " */
	LINE_HARDWARE, LINE_WORKQUEUE, /* rest: what follows the colon */
	LINE_TAINT,
	LINE_END,         /* an ordinary crash dump begins */
};

struct line {
	enum line_kind kind;
	struct slice whole;  /* the line as it stands in the text, without its end */
	struct slice text;   /* without prefix and blanks around it */
	struct slice caller; /* "T4926", or empty */
	struct slice rest;
	bool strong;          /* TITLE: the line begins with it */
	struct access access; /* ACCESS: its line's fields */
	struct frame_line frame; /* FRAME */
};

/* Take the next line from the front of `*rest` and classify it; false when there is none. */
bool line_next(struct prefix *p, struct slice *rest, struct line *l);

/*
 * The two numbers of a VALUE or BITS line, "0x… -> 0x…"; people write notes behind them.  False where one is
 * missing.
 */
bool line_pair(enum line_kind kind, struct slice rest, struct slice *first, struct slice *second);

#endif
