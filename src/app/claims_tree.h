/*
 * What the repository at the commit that crashed has of a claim: the files that may hold it are added to the check (model/claim_check.h).
 * Nobody waits: git is asked, and app/kernel tells when something came.
 */
#ifndef APP_CLAIMS_TREE_H
#define APP_CLAIMS_TREE_H

#include "app/session.h"
#include "model/claim_check.h"

struct claims_tree;

/* Both must outlive it. */
struct claims_tree *claims_tree_new(struct session *s, struct claim_check *k);
void claims_tree_free(struct claims_tree *t); /* NULL: nothing */

/* Are repository and commit named as they were when it was made? */
bool claims_tree_is_current(const struct claims_tree *t);

/*
 * The files that tools returned some of, and those of the report: most of what is claimed is in them.  True: git was asked, and
 * this is to be called again when something came.
 */
bool claims_tree_begin(struct claims_tree *t);
/* Is there a tree at all?  Not where its files are other than tools returned them.  After claims_tree_begin(). */
bool claims_tree_is_there(const struct claims_tree *t);
bool claims_tree_is_foreign(const struct claims_tree *t); /* for that reason */

/* This one will be asked about: what it names is looked for together with what others name, which takes git hardly longer than one. */
void claims_tree_expect(struct claims_tree *t, const struct claim *c);

/* The files that may hold this one; likewise.  Where they were added, `out` says whether those are all. */
bool claims_tree_look(struct claims_tree *t, const struct claim *c, const struct claim *beside, enum claim_tree *out);

#endif
