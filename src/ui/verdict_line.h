/*
 * The verdict line below the panes: what the AI said, what the reviewer decided, and what is wrong with what either rests on.
 * Where it does not all fit, parts are said in brief, those at the end first.
 */
#ifndef UI_VERDICT_LINE_H
#define UI_VERDICT_LINE_H

struct ui;

void verdict_line_draw(struct ui *ui);

#endif
