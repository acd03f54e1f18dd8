/*
 * Helpers that take or release locks, looked up by name where they are called: in the file itself, then in the headers that it includes
 * and in those that these include, up to a ceiling.  What is met in a text is remembered, and looked up between two looks at it.
 */
#ifndef APP_LENS_HELPER_H
#define APP_LENS_HELPER_H

#include "app/session.h"
#include "race/helper.h"

struct lens_helpers;

/* Of a session that outlives it; `foreign`: what the repository has of files that tools did not read is of another kernel. */
struct lens_helpers *lens_helpers_new(struct session *s, bool foreign);
void lens_helpers_free(struct lens_helpers *h); /* NULL: nothing */

/* For what stands in the file `path`; good until the next call. */
const struct helpers *lens_helpers_of(struct lens_helpers *h, struct slice path);

/* Look for what was asked for and is not known yet: a small step.  False: there is nothing to look for; who asked may ask again then. */
bool lens_helpers_step(struct lens_helpers *h);

#endif
