/* Where the reviewer is: the focused pane, and the place in each of the four.  Jump list and marks keep such spots. */
#ifndef UI_SPOT_H
#define UI_SPOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "ui/layout.h"

struct ui;

enum spot_doc { SPOT_ANSWER, SPOT_SPAN, SPOT_INSTRUCTION };

/* Spans are named by seq: their indexes change while a recording is read.  All zeroes is no spot. */
struct spot {
	bool taken;
	enum pane_id focus;
	/* Report */
	bool raw, on_frame;
	unsigned access; /* where on_frame */
	size_t frame, report_row;
	/* Source */
	bool race;
	char *path;         /* owned; NULL while `race` */
	char *commit;       /* owned, with path: that was asked about, and whose text shows; "": none was */
	unsigned side;      /* access whose frame is shown */
	uint32_t opened, line; /* the file was opened at this line; the cursor is on this one, 0 on none */
	size_t source_row;  /* where `race`, or `line` is 0 */
	/* Run and Text */
	bool has_row;
	uint32_t row, seq;  /* span under the cursor of Run; in Text, where SPOT_SPAN */
	enum spot_doc doc;
	size_t at;          /* byte of the document */
	char *excerpt;      /* owned: what stood under the cursor of the focused pane */
};
void spot_release(struct spot *s);
void spot_copy(struct spot *to, const struct spot *from); /* `to` is not released */

/* Take where the screen stands; released by the caller. */
void spot_take(struct ui *ui, struct spot *out);

/* Go there, as far as it is still there. */
void spot_go(struct ui *ui, const struct spot *s);

/* Is it the same place of the same pane?  Where the others stand does not count. */
bool spot_same(const struct spot *a, const struct spot *b);

/* "Text    span 7", "Source  kernel/audit.c:249" */
void spot_words(const struct spot *s, struct buf *out);

#endif
