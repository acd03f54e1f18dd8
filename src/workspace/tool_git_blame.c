/* git-blame: which commits the lines of a file come from (syzkaller-workflow §4.7). */
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "workspace/tool_git.h"
#include "workspace/tools.h"

enum { LINES_MAX = 1001, TIME_MS = 5 * 60 * 1000 };

static int check(int64_t start, int64_t end, struct err *e)
{
	if (start < 1)
		return err_set(e, ERR_NO, "Start must be at least 1");
	if (end < start)
		return err_set(e, ERR_NO, "End must not be less than Start");
	if (end - start >= LINES_MAX)
		return err_set(e, ERR_NO, "at most %d lines can be asked for at once", LINES_MAX);
	return 0;
}

static int git_blame(const struct root *r, struct slice raw, struct buf *out, struct err *e)
{
	const char *args[] = {"blame", "-s", "--abbrev=11", "--root", "--no-textconv", NULL, NULL, "--", NULL, NULL};
	struct arena *a = arena_new();
	struct buf clean = BUF_INIT;
	struct slice file = {0};
	struct tool_git g;
	int64_t start = 0, end = 0;
	char range[64];
	int rc;

	json_get_str(a, raw, "File", &file);
	json_get_int(raw, "Start", &start);
	json_get_int(raw, "End", &end);
	rc = check(start, end, e) < 0 || root_clean(file, &clean, e) < 0 ? -1 : tool_git_open(&g, "git-blame", r, e);
	if (rc == 0) {
		g.lines = LINES_MAX;
		g.ms = TIME_MS;
		g.past = true;
		g.advice = "Ask for fewer lines.";
		snprintf(range, sizeof range, "-L%lld,%lld", (long long)start, (long long)end);
		args[5] = range;
		args[6] = g.tree.commit;
		args[8] = buf_str(&clean);
		rc = tool_git_answer(&g, args, out, e);
		if (rc < 0 && strstr(e->msg, "no such path"))
			tool_git_elsewhere(&g, g.tree.commit, buf_str(&clean), e);
		tool_git_release(&g);
	}
	buf_release(&clean);
	arena_free(a);
	return rc;
}

static const struct tool_field args[] = {
	{"File", TOOL_STRING, false, "path of the file, relative to the root of the source tree", "file", NULL},
	{"Start", TOOL_INTEGER, false, "number of the first line, from 1", "start", NULL},
	{"End", TOOL_INTEGER, false, "number of the last line, at most 1000 after the first", "end", NULL},
	{.name = NULL},
};

static const struct tool_field results[] = {
	{"Output", TOOL_STRING, false, "each line with the id of the commit that made it so, and its number", NULL, NULL},
	{"Note", TOOL_STRING, true, "what limits this answer", NULL, NULL},
	{.name = NULL},
};

const struct tool tool_git_blame = {
	.name = "git-blame",
	.description = "Say for each line of a part of a file which commit it comes from.",
	.args = args,
	.results = results,
	.history = true,
	.run = git_blame,
};
