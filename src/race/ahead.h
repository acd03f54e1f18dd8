/* What comes next in an expression, told without taking anything of it. */
#ifndef RACE_AHEAD_H
#define RACE_AHEAD_H

#include "race/token.h"

/* Does an expression end before it? */
bool ahead_ends(const struct token *t);

/* A cast: "(type)" before an operand. */
bool ahead_is_cast(struct tokens t);

/* Is what comes up to the next ',' or ')' one operand, without operators between? */
bool ahead_is_operand(struct tokens t);

#endif
