/* Where a stack leaves the code that made the access. */
#ifndef REPORT_CONTEXT_H
#define REPORT_CONTEXT_H

#include "model/crash.h"

/* Is this the way into an interrupt?  The frames behind it belong to what was interrupted. */
bool context_is_interrupt_entry(struct slice function);

/* Is this a function of KCSAN itself, which some builds leave on top of a stack? */
bool context_is_kcsan(struct slice function);

#endif
