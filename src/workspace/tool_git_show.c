/* git-show: a commit, or a file as it was at one (syzkaller-workflow §4.7). */
#include <string.h>

#include "base/json.h"
#include "workspace/tool_git.h"
#include "workspace/tools.h"

enum { LINES_MAX = 1000, CHECK_MS = 60 * 1000, TIME_MS = 5 * 60 * 1000 };

/* Does the object that `spec` names exist, and of which type is it? */
static int type_of(const struct tool_git *g, const char *spec, struct buf *type, struct err *e)
{
	const char *const args[] = {"cat-file", "-t", spec, NULL};
	struct git git = tool_git(g);
	struct git_end end;

	git.ms = CHECK_MS;
	if (git_run(&git, args, type, &end, e) < 0)
		return -1;
	if (end.timed_out)
		return err_set(e, ERR_NO, "git-show timed out. %s", g->advice);
	buf_cut(type, slice_trim(buf_slice(type)).n);
	return end.status == 0 ? 0 : err_set(e, ERR_NO, "git-show failed: %s", end.why);
}

static int show_commit(const struct tool_git *g, const char *id, struct buf *out, struct err *e)
{
	const char *const args[] = {
		"show", "--format=medium", "--patch", "--stat", "--no-color", "--no-decorate", "--no-notes", "--no-mailmap",
		"--no-ext-diff", "--no-textconv", "--no-show-signature", "--end-of-options", id, "--", NULL,
	};

	return tool_git_answer(g, args, out, e);
}

static int show_file(const struct tool_git *g, const char *id, struct slice path, struct buf *out, struct err *e)
{
	struct buf clean = BUF_INIT, spec = BUF_INIT, type = BUF_INIT;
	const char *args[] = {"cat-file", "blob", NULL, NULL};
	struct err why = {0};
	int rc = root_clean(path, &clean, e);

	if (rc == 0) {
		buf_addf(&spec, "%s:%s", id, slice_is(buf_slice(&clean), ".") ? "" : buf_str(&clean));
		args[2] = buf_str(&spec);
		rc = type_of(g, args[2], &type, &why);
		if (rc < 0 && !strstr(why.msg, "failed"))
			*e = why;
		else if (rc < 0 && !tool_git_elsewhere(g, id, buf_str(&clean), e))
			err_set(e, ERR_NO, "git-show failed: path '%.200s' does not exist in '%.12s'", buf_str(&clean), id);
		else if (rc == 0 && !slice_is(buf_slice(&type), "blob"))
			rc = err_set(e, ERR_NO, "git-show failed: '%.200s' is no file in '%.12s'", buf_str(&clean), id);
		else if (rc == 0)
			rc = tool_git_answer(g, args, out, e);
	}
	buf_release(&clean);
	buf_release(&spec);
	buf_release(&type);
	return rc;
}

static int git_show(const struct root *r, struct slice raw, struct buf *out, struct err *e)
{
	struct arena *a = arena_new();
	struct slice what = {0};
	struct tool_git g;
	char id[TREE_ID];
	const char *name;
	size_t colon;
	int rc;

	json_get_str(a, raw, "Commit", &what);
	colon = slice_chr(what, ':', 0);
	name = arena_str(a, slice_sub(what, 0, colon));
	rc = tool_git_check(what, "Commit", e) < 0 ? -1 : tool_git_open(&g, "git-show", r, e);
	if (rc == 0) {
		g.lines = LINES_MAX;
		g.ms = TIME_MS;
		g.past = colon == SLICE_NONE;
		g.advice = "Ask for a single file with COMMIT:PATH.";
		if (tree_commit(&g.tree, name, id, NULL) < 0)
			rc = err_set(e, ERR_NO, "commit %.100s does not exist", name);
		else if (colon == SLICE_NONE)
			rc = show_commit(&g, id, out, e);
		else
			rc = show_file(&g, id, slice_sub(what, colon + 1, what.n), out, e);
		tool_git_release(&g);
	}
	arena_free(a);
	return rc;
}

static const struct tool_field args[] = {
	{"Commit", TOOL_STRING, false, "id of a commit, to see its message and changes, or ID:PATH, to see that file as it was then",
	 "commit", NULL},
	{.name = NULL},
};

static const struct tool_field results[] = {
	{"Output", TOOL_STRING, false, "what git shows, at most 1000 lines", NULL, NULL},
	{"Note", TOOL_STRING, true, "what limits this answer", NULL, NULL},
	{.name = NULL},
};

const struct tool tool_git_show = {
	.name = "git-show",
	.description = "Show a commit with its message and changes, or a file as it was at a commit.",
	.args = args,
	.results = results,
	.history = true,
	.run = git_show,
};
