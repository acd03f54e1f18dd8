/* lines-log: the commits that changed lines of a file, followed back through what they were before. */
#include <stdio.h>

#include "workspace/tool_lines.h"
#include "workspace/tools.h"

enum { TIME_MS = 5 * 60 * 1000 };

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

static int lines_log(const struct root *r, struct slice raw, struct buf *out, struct err *e)
{
	struct arena *a = arena_new();
	struct buf said = BUF_INIT;
	struct lines_question q;
	struct tool_git g;
	struct json_w w;
	bool more;
	int rc = lines_read(a, raw, false, &q, e) < 0 ? -1 : tool_git_open(&g, "lines-log", r, e);

	if (rc == 0) {
		g.ms = TIME_MS;
		g.advice = "Ask for fewer lines.";
		buf_init(&said, TOOL_GIT_BYTES);
		rc = ask(&g, &q, &said, e);
		if (rc == 0) {
			json_w_init(&w, out, false);
			json_open(&w, '{');
			lines_write_commits(&w, buf_slice(&said), &more);
			lines_write_note(&w, &g, more ? "There are older ones." : "");
			json_close(&w, '}');
		}
		tool_git_release(&g);
	}
	buf_release(&said);
	arena_free(a);
	return rc;
}

static const struct tool_field args[] = {
	{"File", TOOL_STRING, false, "path of the file, relative to the root of the source tree", "file", NULL},
	{"Start", TOOL_INTEGER, false, "number of the first line, from 1", "start", NULL},
	{"End", TOOL_INTEGER, false, "number of the last line", "end", NULL},
	{.name = NULL},
};

static const struct tool_field results[] = {
	{"Commits", TOOL_OBJECTS, false, "the newest first, at most 50", NULL, NULL},
	{"Note", TOOL_STRING, true, "what limits this answer", NULL, NULL},
	{.name = NULL},
};

const struct tool tool_lines_log = {
	.name = "lines-log",
	.description = "List the commits that changed lines of a file, wherever those lines were before.",
	.args = args,
	.results = results,
	.history = true,
	.run = lines_log,
};
