/* Does what a place was kept with still stand there?  Another recording of the job, or a file at another commit, may differ. */
#ifndef APP_EXCERPT_H
#define APP_EXCERPT_H

#include "app/session.h"

enum excerpt_state {
	EXCERPT_SAME,    /* or nothing was kept to compare */
	EXCERPT_DIFFERS, /* something else stands there, or nothing */
	EXCERPT_UNKNOWN, /* source that no tool returned, or what may not be seen yet */
};
enum excerpt_state excerpt_check(struct session *s, const struct place *p);

#endif
