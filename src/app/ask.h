/*
 * What the reviewer asks about the code: one question at a time, a call of a tool (workspace/tool.h) in a child, so that the screen
 * never waits and whatever happens to the child, or to the git or the workers that it starts, ends with it.
 */
#ifndef APP_ASK_H
#define APP_ASK_H

#include "app/session.h"
#include "sys/loop.h"

enum {
	ASK_MS = 5 * 60 * 1000,    /* then the child is ended */
	ASK_OUT = 8 << 20,         /* bytes of an answer; with one more it is ended */
	ASK_KEPT = 64,             /* answers that are kept, */
	ASK_KEPT_BYTES = 16 << 20, /* and what they may take */
};

enum ask_state { ASK_IDLE, ASK_WAITS, ASK_ANSWERED, ASK_FAILED };

struct ask;

/* On a loop, for `a`, where the screen finds it; `news` is called from the loop when the answer is there, or will not come. */
struct ask *ask_new(struct app *a, struct loop *l, void (*news)(void *arg), void *arg);
void ask_free(struct ask *k); /* no callback comes after; NULL: nothing */

/* The program that is asked, instead of this one: a test is another. */
void ask_use(struct ask *k, const char *program);

/* The tree that is asked about.  Borrowed from the settings and the session. */
struct ask_tree {
	const char *dir, *build; /* build: "": in the tree */
	const char *commit;      /* "": as it is */
};

/*
 * What the settings name: the kernel, where it is built, the commit; of a run that is under way here the tree that its agent reads.
 * `commit`: that the shown text is of, where that is known; else the session's.  -1: ERR_TOOL, and what to set.
 */
int ask_tree(const struct session *s, struct slice commit, struct arena *a, struct ask_tree *out, struct err *e);

/*
 * Ask tool `tool`, `args` being one JSON object; what was asked before is ended.  1: it is known already, as the files of a commit
 * never change; 0: it was asked; -1: ERR_TOOL, it cannot be.  Nothing of the arguments is needed later.
 */
int ask_begin(struct ask *k, const char *tool, const struct ask_tree *t, struct slice args, struct err *e);

/*
 * What tool `tool` answered before about that tree and commit, which either side may have abbreviated: the answer behind number `*at`,
 * 0 for the first, which goes on; borrowed until the next question.  False: there is no more.  `k` may be NULL.
 */
bool ask_kept(const struct ask *k, const char *tool, const struct ask_tree *t, size_t *at, struct slice *answer);

/* End what is asked; nothing where nothing is. */
void ask_stop(struct ask *k);

enum ask_state ask_state(const struct ask *k); /* NULL: ASK_IDLE */
struct slice ask_answer(const struct ask *k);  /* ASK_ANSWERED: one JSON object; borrowed until the next question */
const char *ask_why(const struct ask *k);      /* ASK_FAILED: a sentence; likewise */
int64_t ask_since(const struct ask *k);        /* ASK_WAITS: when it was asked, by loop_now() */

#endif
