/* What the parts of session share: private to session*.c. */
#ifndef APP_SESSION_PARTS_H
#define APP_SESSION_PARTS_H

#include "app/session.h"

/*
 * Fold the events anew.  Whose undo it is (NULL: nobody's) matters only where there is something to undo: finding the reviewer
 * may run git.
 */
void session_fold(struct session *s, const char *reviewer);

/* What was kept is saved in the order in which it was said, where the run has its id.  -1: what is not saved stays kept. */
int session_save_kept(struct session *s, struct err *e);

#endif
