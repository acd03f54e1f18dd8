/* The rules of deciding, the same for keys and for commands (DESIGN §2, §3). */
#ifndef APP_DECIDE_H
#define APP_DECIDE_H

#include "base/err.h"
#include "base/sha256.h"
#include "model/review.h"
#include "model/run.h"

/* Did the run give a verdict: at least one boolean output of a run that did not fail and was not stopped? */
bool decide_has_verdict(const struct run *r);

/*
 * The outputs that a decision on this run is about: those the run gave, else those that its workflow names; of a
 * bare report that is certainly no data race Actionable, else Benign.
 * `os` is released first; values of outputs that the run did not give are false.
 */
void decide_known_outputs(const struct run *r, struct outputs *os);

/*
 * A decision of `kind` as it stands before the person changes anything: an approval holds the AI's outputs, an override
 * those with the one boolean turned round (with several: unchanged), a judgement none.
 */
void decide_start(const struct run *r, enum decision_kind kind, struct decision *d);

/*
 * 0 where `d` may be saved on this run.  Else -1 with ERR_USAGE and a sentence that says what to do: approve and override
 * need a verdict that may be seen, judge needs none or one that is hidden (d->blind), an approval changes nothing, an override must
 * change something, the reason "other" needs a comment.
 */
int decide_check(const struct run *r, const struct decision *d, struct err *e);

/* The hashes of report and instruction that a decision on this run carries; "" where the run has none. */
void decide_hashes(struct run *r, char report[SHA256_HEX + 1], char instruction[SHA256_HEX + 1]);

#endif
