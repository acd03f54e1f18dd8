/* Source code and diffs on the screen: which role each piece of a line has. */
#ifndef UI_CODE_H
#define UI_CODE_H

#include "base/clex.h"
#include "ui/rows.h"

enum code_lang { CODE_NONE, CODE_C, CODE_DIFF };

/* What a code block says it is written in ("c", "diff", …; empty: it says nothing), or what a text looks like by a line of it. */
enum code_lang code_lang_of(struct slice name);
enum code_lang code_lang_of_line(struct slice line);

/*
 * The roles of one line that is drawn in role `base`, as pieces for rows_paint(): what is plain text keeps that role and is left
 * out.  `state` is as the line begins, and as the next one begins afterwards.  Returns how many there are, `max` at most.
 */
size_t code_roles(enum code_lang lang, struct clex *state, struct slice line, enum role base, struct rows_role *out, size_t max);

/*
 * Draw a line of C at (row, col) in `max` cells, `skip` cells of it scrolled out to the left.  With `marked`, all of it stays in
 * role `base` but the primitives, which stand out everywhere.
 */
void code_draw(struct grid *g, unsigned row, unsigned col, unsigned max, unsigned skip, struct slice line, struct clex *state,
	       enum role base, bool marked);

#endif
