#include "workspace/reading.h"

static int open_commit(struct reading *r, const char *commit, struct err *e)
{
	char id[TREE_ID];

	if (tree_commit(&r->named, commit, id, e) < 0 || worktree_open(&r->w, &r->named, id, e) < 0 ||
	    tree_open(&r->made, r->w.dir, e) < 0 || tree_snapshot(&r->made, e) < 0)
		return -1;
	r->read = &r->made;
	return 0;
}

static int open_as_it_is(struct reading *r, struct err *e)
{
	r->read = &r->named;
	return r->named.git_dir ? tree_snapshot(&r->named, e) : 0;
}

int reading_open(struct reading *r, const char *dir, const char *commit, struct err *e)
{
	int rc;

	*r = (struct reading){.w.lock = -1};
	rc = tree_open(&r->named, dir, e);
	if (rc == 0)
		rc = commit ? open_commit(r, commit, e) : open_as_it_is(r, e);
	if (rc < 0)
		reading_release(r);
	return rc;
}

void reading_release(struct reading *r)
{
	tree_release(&r->named);
	tree_release(&r->made);
	worktree_release(&r->w);
	r->read = NULL;
}
