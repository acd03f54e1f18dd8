/* Claims where they are made, in Text: a sign at the rows of those that do not hold, the walk from one to the next, the way to the source. */
#ifndef UI_CLAIMSPOT_H
#define UI_CLAIMSPOT_H

#include <stdbool.h>

#include "ui/grid.h"

struct ui;

/* The signs of rows of Text, in the last column of `r`: A absent, C no such call, E elsewhere, N never read. */
void claimspot_draw(struct ui *ui, struct rect r);

/* To the next claim that is not present, or the one before, of this text or of another span's; false where there is none. */
bool claimspot_next(struct ui *ui, bool back);

/* To the source of what the cursor of Text is on, where that is a claim whose place is known. */
bool claimspot_follow(struct ui *ui);

#endif
