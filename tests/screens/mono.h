/* Screens as a terminal without colours shows them. */
#ifndef TESTS_SCREENS_MONO_H
#define TESTS_SCREENS_MONO_H

#include "base/buf.h"
#include "ui/grid.h"

/*
 * The attributes of theme "mono", a letter a cell: '.' none, b bold, d dim, u underlined, r reverse; B bold and underlined, R bold
 * and reverse, U underlined and reverse, X all three.  What is as usual to the end of a row is left out.
 */
void mono_plane(const struct grid *g, struct buf *out);

/*
 * Is everything that a colour says also said without?  Where a cell has a role that means something, it differs from text;
 * what is found or selected differs from what is not; and of an access the row says which one by a letter or a word.  Else
 * false, with the place in `why`.
 */
bool mono_says_all(const struct grid *g, struct buf *why);

#endif
