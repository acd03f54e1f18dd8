/*
 * Places of frames that the report has none for (DESIGN §7): from the vmlinux that setting "vmlinux" names, else from the one in the
 * directory of setting "build".  It is asked once a screen shows the run, and nobody waits.  What is left is looked up by the name of
 * the function alone: its line is not known then.
 */
#ifndef APP_PLACES_H
#define APP_PLACES_H

#include "app/session.h"
#include "sys/loop.h"

struct places;

/* On a loop, for `a`; `news` is called from the loop when something came. */
struct places *places_new(struct app *a, struct loop *l, void (*news)(void *arg), void *arg);
void places_free(struct places *p); /* NULL: nothing */

/*
 * For the accesses' frames without a place: where their functions are defined in the repository at the commit that crashed (app/kernel.h).
 * Asked on the way; true where something was found and filled into the session's crash.
 */
bool places_define(struct places *p, struct session *s);

/* Is something asked that may tell more?  `p` may be NULL. */
bool places_asks(const struct places *p);

/*
 * Ask now, and wait: for the report of a run that is about to begin.  1: there were places, which are filled in; 0: none.  `words` gets
 * what is to be said, nothing where nothing had to be asked.  -1: ERR_TOOL.
 */
int places_find(struct app *a, struct crash *c, struct buf *words, struct err *e);

/* Before a frame: is there something to ask for?  `p` may be NULL. */
void places_look(struct places *p, struct session *s);

/*
 * Fill what came into the session's crash: its frames are others then, and all that was made of them is to be made anew (s->shown
 * changes).  True once for each answer, with what to say of it in `words`; `*filled`: there were places.
 */
bool places_take(struct places *p, struct session *s, struct buf *words, bool *filled);

#endif
