/* lines-log: the commits that changed lines of a file, followed back through what they were before. */
#include <stdio.h>

#include "workspace/tool_lines.h"
#include "workspace/tools.h"

static int ask(const struct tool_git *g, const struct lines_question *q, struct buf *said, struct err *e)
{
	const char *args[] = {
		"log", "--no-patch", LINES_FORMAT, "--no-color", "--no-decorate", "--no-ext-diff", "--no-textconv",
		"--no-show-signature", "--no-mailmap", NULL, NULL, NULL, "--", NULL,
	};
	struct buf range = BUF_INIT;
	char count[32];
	int rc;

	snprintf(count, sizeof count, "--max-count=%d", LINES_COMMITS + 1);
	buf_addf(&range, "-L%lld,%lld:%s", (long long)q->start, (long long)q->end, q->file);
	args[9] = count;
	args[10] = buf_str(&range);
	args[11] = g->tree.commit;
	rc = tool_git_read(g, args, said, NULL, e);
	buf_release(&range);
	return rc;
}

static const char *write_commits(struct json_w *w, struct slice said)
{
	bool more;

	lines_write_commits(w, said, &more);
	return more ? "There are older ones." : "";
}

static int lines_log(const struct root *r, struct slice raw, struct buf *out, struct err *e)
{
	return lines_run(&(struct lines_tool){"lines-log", ask, write_commits}, r, raw, out, e);
}

static const struct tool_field results[] = {
	{"Commits", TOOL_OBJECTS, false, "the newest first, at most 50", NULL, NULL},
	{"Note", TOOL_STRING, true, "what limits this answer", NULL, NULL},
	{.name = NULL},
};

const struct tool tool_lines_log = {
	.name = "lines-log",
	.description = "List the commits that changed lines of a file, wherever those lines were before.",
	.args = lines_args,
	.results = results,
	.history = true,
	.run = lines_log,
};
