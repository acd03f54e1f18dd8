/*
 * Typed motions: to the next or previous tool call, thought, error, …, from any pane.  They end at the first and the last one
 * and say so; notes, which stand in several panes, go round.  Spans are looked through in slices: a run may have a million, and
 * the next error be the last of them.
 */
#ifndef UI_MOTION_H
#define UI_MOTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"

/* KIND(SYMBOL, word, what it is called in a message) */
#define UI_MOTIONS(KIND) \
	KIND(TOOL, "tool", "tool call") \
	KIND(THOUGHT, "thought", "thought") \
	KIND(ERROR, "error", "error") \
	KIND(SOURCE, "source", "tool call that returned some of the file in Source") \
	KIND(READ, "read", "tool call that returned the line under the cursor of Source") \
	KIND(FRAME, "frame", "frame") \
	KIND(ACCESS, "access", "access") \
	KIND(NOTE, "note", "note") \
	KIND(CLAIM, "claim", "claim that is not present") \
	KIND(LINK, "link", "link in Text")

enum motion_kind {
#define KIND(sym, word, called) MOTION_##sym,
	UI_MOTIONS(KIND)
#undef KIND
	MOTIONS
};

/* The kind that a word names; false for others. */
bool motion_of(struct slice word, enum motion_kind *k);

/* One that looks through spans, or through the lines of Text. */
struct motion {
	enum motion_kind kind;
	bool back;
	uint32_t seq;     /* of the span that was looked at last */
	size_t from, end; /* bytes of Text: the line, or part of one, that is looked at next */
	size_t at;        /* the cursor */
};

struct ui;
void motion_do_next(struct ui *ui, const char *args);
void motion_do_prev(struct ui *ui, const char *args);

/* While WAIT_MOTION: look on for a slice. */
void motion_more(struct ui *ui);
void motion_stop(struct ui *ui);

#endif
