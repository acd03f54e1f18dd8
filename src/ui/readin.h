/* Between lines of source and the tool calls that returned them, both ways. */
#ifndef UI_READIN_H
#define UI_READIN_H

#include <stdbool.h>

struct ui;

/*
 * To the next tool call that returned the line under the cursor of Source, or the one before, as Run stands; Text goes to that line
 * of its result.  They go round.  False where there is none.
 */
bool readin_next(struct ui *ui, bool back);

/*
 * From a tool call to the source that it returned: from Run to its first line, from a line of its result in Text to that very line.
 * False where the cursor is on no such call or line.
 */
bool readin_follow(struct ui *ui);

#endif
