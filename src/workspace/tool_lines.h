/* What the tools share that ask where lines of a file come from and what became of them; for people, who see who and when. */
#ifndef WORKSPACE_TOOL_LINES_H
#define WORKSPACE_TOOL_LINES_H

#include "base/arena.h"
#include "base/json.h"
#include "workspace/tool.h"
#include "workspace/tool_git.h"

enum { LINES_MOST = 2000, LINES_COMMITS = 50 };

struct lines_question {
	const char *file;    /* clean; in the arena */
	int64_t start, end;  /* both 0: the whole file */
	struct slice since;
};

/* Read and check File, Start and End, and Since.  -1: ERR_NO. */
int lines_read(struct arena *a, struct slice raw, bool may_be_whole, struct lines_question *q, struct err *e);

/*
 * A tool that asks git one question about lines that stand in a file: `ask` has git say something, `write` makes members of an answer
 * of it and returns what the note is to begin with, "" where that is nothing.
 */
struct lines_tool {
	const char *name;
	int (*ask)(const struct tool_git *g, const struct lines_question *q, struct buf *said, struct err *e);
	const char *(*write)(struct json_w *w, struct slice said);
};
int lines_run(const struct lines_tool *t, const struct root *r, struct slice raw, struct buf *out, struct err *e);
extern const struct tool_field lines_args[]; /* File, Start, End */

/* How git log is told to print commits for lines_write_commits(). */
#define LINES_FORMAT "--format=%H%x00%as%x00%an%x00%s"

/* "Commits": [{Commit, Date, Author, Subject}], of what git log said; `more`: those beyond LINES_COMMITS were left out. */
void lines_write_commits(struct json_w *w, struct slice log, bool *more);

/* "Note", where history is cut. */
void lines_write_note(struct json_w *w, const struct tool_git *g, const char *first);

#endif
