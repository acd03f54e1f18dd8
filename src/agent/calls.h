/* Calls that come again: a rolling window over the tool calls of one agent (syzkaller-workflow §3.4). */
#ifndef AGENT_CALLS_H
#define AGENT_CALLS_H

#include "base/slice.h"

enum { CALLS_WINDOW = 20 };

struct calls;

struct calls *calls_new(void);
void calls_free(struct calls *c);

/*
 * Note a call of tool `name` with `args` (a JSON object that passed json_check()).  Returns how many of the last
 * CALLS_WINDOW calls, this one included, are equal to it: the same name, and the same values whatever the order of keys.
 */
unsigned calls_note(struct calls *c, struct slice name, struct slice args);

/* Forget all: after a compression the model cannot know what it asked. */
void calls_clear(struct calls *c);

#endif
