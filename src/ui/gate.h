/* What may be seen of the run changes: the panes show it anew; and the way past what is hidden. */
#ifndef UI_GATE_H
#define UI_GATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct session;
struct ui;

struct gate {
	const struct session *of; /* whose parts are shown */
	uint64_t shown;           /* its session->shown then */
	bool asked;               /* to reveal was asked for once; the next key forgets it */
};

/* Make anew what shows texts, where what may be seen has changed since the last call. */
void gate_follow(struct ui *ui);

/* Why span `i` shows less than there is; nothing where it shows all.  For Text; a row has less room. */
void gate_row_words(const struct session *s, size_t i, struct buf *out);
void gate_span_words(const struct session *s, size_t i, struct buf *out);
void gate_answer_words(const struct session *s, struct buf *out);

void gate_do_reveal(struct ui *ui, const char *args);

#endif
