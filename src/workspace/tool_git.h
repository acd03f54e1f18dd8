/* What the tools that ask a tree's history share (syzkaller-workflow §4.7): its repository at its commit, and bounded answers. */
#ifndef WORKSPACE_TOOL_GIT_H
#define WORKSPACE_TOOL_GIT_H

#include "workspace/root.h"
#include "workspace/tree.h"

struct tool_git {
	const char *name;   /* of the tool, for sentences */
	struct tree tree;
	char *scratch;      /* owned; a repository with the same objects that git is run on: its configuration is not theirs */
	size_t lines;       /* as many are shown */
	unsigned ms;        /* as long it may take */
	const char *advice; /* what to do where it takes longer: a sentence */
	bool past;          /* the answer is about what was before: a note says where that is not all there */
};

/* Open the repository of `r`; lines, ms and advice are the caller's to set.  -1: ERR_NO, the tree is not under git. */
int tool_git_open(struct tool_git *g, const char *name, const struct root *r, struct err *e);
void tool_git_release(struct tool_git *g);

/*
 * Run "git ARGS" (ended by NULL) and append {"Output": …, "Note": …} to `out`: the first lines of what it says, each as far as
 * NUMBERED_MAX bytes, and where there are more a sentence in front.  -1: ERR_NO and the sentence of the reference.
 */
int tool_git_answer(const struct tool_git *g, const char *const args[], struct buf *out, struct err *e);

/*
 * Run "git ARGS" for what this program reads itself: `out` (cleared first) gets what it says, at most TOOL_GIT_BYTES.  -1: ERR_NO
 * and a sentence; with `status` (may be NULL), which gets it, only where git could not run to its end.
 */
enum { TOOL_GIT_BYTES = 16 << 20 };
int tool_git_read(const struct tool_git *g, const char *const args[], struct buf *out, int *status, struct err *e);

/* Has commit `id` that path, and the repository not its content?  Then `e` gets ERR_NO and what brings it. */
bool tool_git_elsewhere(const struct tool_git *g, const char *id, const char *path, struct err *e);

/* What must be known of a history that is cut; "" where it is not. */
const char *tool_git_limit(const struct tool_git *g);

/* How git is run for them. */
struct git tool_git(const struct tool_git *g);

/* A text that git gets as part of an option: -1, ERR_NO, where it is too long for that, or holds a NUL. */
int tool_git_check(struct slice text, const char *what, struct err *e);

#endif
