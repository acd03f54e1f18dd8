/* Names of the function that shows in Source: a variable or parameter is found in its text, and nobody needs to be asked. */
#ifndef UI_LOCAL_H
#define UI_LOCAL_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/slice.h"

struct ui;
struct source_row;

/* Go to where the function around the row of Source declares `name`, which the row uses; false: it does not, as far as its text is known. */
bool local_go(struct ui *ui, const struct source_row *r, struct slice name);

/*
 * The field that a racing access on the row is to, where its text leaves no choice: "struct::field" where declarations tell whose it is.
 * Nothing where the row is not of an access, or calls something.
 */
void local_racing_field(struct ui *ui, const struct source_row *r, struct buf *out);

/* The name of a member that the row uses becomes "struct::field", where declarations tell whose it is. */
void local_field(struct ui *ui, const struct source_row *r, struct buf *name);

#endif
