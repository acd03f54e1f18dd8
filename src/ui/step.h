/*
 * Stepping: a recorded run is walked as it happened (model/walk.h), by steps, by typed steps, or played by the clock.  What
 * lies behind the cursor of the walk is hidden by the gate; a bar on the last line shows where it is.
 */
#ifndef UI_STEP_H
#define UI_STEP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/slice.h"

/* KIND(SYMBOL, word, what it is called in a message) */
#define UI_STEPS(KIND) \
	KIND(RECORD, "record", "record") \
	KIND(SPAN, "span", "span") \
	KIND(TOOL, "tool", "tool call") \
	KIND(THOUGHT, "thought", "thought") \
	KIND(ERROR, "error", "error") \
	KIND(SOURCE, "source", "tool call that returned some of the file in Source")

enum step_kind {
#define KIND(sym, word, called) STEP_##sym,
	UI_STEPS(KIND)
#undef KIND
	STEPS
};

struct stepper {
	bool playing;
	int64_t due;         /* when the next record comes, by the program's clock */
	enum step_kind kind; /* what is looked for, while WAIT_STEP */
	bool back;
	size_t next;         /* span that is looked at next */
};

struct ui;
void step_do_forward(struct ui *ui, const char *args);
void step_do_back(struct ui *ui, const char *args);
void step_do_play(struct ui *ui, const char *args);
void step_do_seek(struct ui *ui, const char *args);

bool step_leave(struct ui *ui); /* all shows again; false: no run is walked */
void step_more(struct ui *ui);  /* while WAIT_STEP: look on for a slice */
void step_stop(struct ui *ui);  /* and no longer; what plays goes on */
void step_forget(struct ui *ui); /* another run comes */

/* The bar, on one row. */
void step_bar(struct ui *ui, unsigned row);

#endif
