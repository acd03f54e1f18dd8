#include "workspace/tool_git.h"

#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "workspace/numbered.h"
#include "workspace/scratch.h"

enum {
	OUTPUT_BYTES = 64 << 20, /* of git, all in all: past it the lines are not counted any more */
	TEXT_BYTES = 4096,
	SHOWN_BYTES = 1 << 20,   /* of an answer */
};

/* What git prints, as far as it is shown. */
struct shown {
	size_t most, lines, shown;
	struct buf line, out;
};

/* Where history ends in a shallow repository is written beside its objects. */
static int copy_shallow(const struct tree *t, const char *scratch, struct err *e)
{
	size_t end = slice_rfind(slice_str(t->objects), "/");
	char *dir = xstrndup(t->objects, end == SLICE_NONE ? 0 : end), *from = fs_join(dir, "shallow");
	struct buf text = BUF_INIT;
	int rc = fs_read_regular(from, &text, e) < 0 ? -1 : fs_write_atomic(scratch, "shallow", buf_slice(&text), e);

	free(dir);
	free(from);
	buf_release(&text);
	return rc;
}

/*
 * The configuration of the tree can have these commands read any file (blame.ignoreRevsFile, and its first line comes back as
 * an error), check signatures, convert what they compare: so they run in a repository that has none.
 */
static int borrow(struct tool_git *g, struct err *e)
{
	g->scratch = scratch_new(e);
	if (!g->scratch || scratch_init(g->scratch, &g->tree, e) < 0)
		return -1;
	return g->tree.shallow ? copy_shallow(&g->tree, g->scratch, e) : 0;
}

struct git tool_git(const struct tool_git *g)
{
	struct git git = tree_git(&g->tree);

	git.git_dir = g->scratch;
	return git;
}

int tool_git_open(struct tool_git *g, const char *name, const struct root *r, struct err *e)
{
	*g = (struct tool_git){.name = name};
	if (tree_open(&g->tree, r->dir, e) < 0) {
		e->cls = ERR_NO;
		return -1;
	}
	if (r->commit && tree_commit(&g->tree, r->commit, g->tree.commit, e) < 0) {
		e->cls = ERR_NO;
		tool_git_release(g);
		return -1;
	}
	if (g->tree.commit[0]) {
		if (borrow(g, e) == 0)
			return 0;
		tool_git_release(g);
		return -1;
	}
	tool_git_release(g);
	return err_set(e, ERR_NO, "%s failed: the source tree is not under git, so that it has no history", name);
}

void tool_git_release(struct tool_git *g)
{
	scratch_remove(g->scratch);
	free(g->scratch);
	g->scratch = NULL;
	tree_release(&g->tree);
}

int tool_git_check(struct slice text, const char *what, struct err *e)
{
	if (text.n > TEXT_BYTES || slice_chr(text, '\0', 0) != SLICE_NONE)
		return err_set(e, ERR_NO, "%s is longer than %d bytes or holds a NUL", what, TEXT_BYTES);
	return 0;
}

static void end_line(struct shown *s)
{
	struct slice cut = utf8_cut(buf_slice(&s->line), NUMBERED_MAX);

	if (s->shown == s->lines && s->shown < s->most && s->out.n < SHOWN_BYTES) {
		buf_add_slice(&s->out, cut);
		buf_adds(&s->out, cut.n < s->line.n ? "...\n" : "\n");
		s->shown++;
	}
	s->lines++;
	buf_clear(&s->line);
}

static void take(void *arg, struct slice piece)
{
	struct shown *s = arg;

	while (piece.n) {
		size_t end = slice_chr(piece, '\n', 0), room = NUMBERED_MAX + 4 - s->line.n;

		buf_add_slice(&s->line, slice_sub(slice_sub(piece, 0, end), 0, room));
		if (end == SLICE_NONE)
			return;
		end_line(s);
		piece = slice_sub(piece, end + 1, piece.n);
	}
}

const char *tool_git_limit(const struct tool_git *g)
{
	return g->tree.shallow ? "The history of this repository is cut (shallow): its oldest commit stands for all before it." : "";
}

static void write_output(const struct shown *s, bool all, const char *note, struct buf *out)
{
	struct buf text = BUF_INIT;
	struct json_w w;

	if (s->lines > s->shown || !all)
		buf_addf(&text, "The output is too long: it has %s%zu lines, of which the first %zu are shown.\n\n",
			 all ? "" : "more than ", s->lines, s->shown);
	buf_add_slice(&text, buf_slice(&s->out));
	json_w_init(&w, out, false);
	json_open(&w, '{');
	json_key(&w, "Output");
	json_str(&w, buf_slice(&text));
	if (*note)
		json_kcstr(&w, "Note", note);
	json_close(&w, '}');
	buf_release(&text);
}

bool tool_git_elsewhere(const struct tool_git *g, const char *id, const char *path, struct err *e)
{
	const char *known[] = {"rev-parse", "--verify", "--quiet", NULL, NULL}, *here[] = {"cat-file", "-e", NULL, NULL};
	struct git git = tool_git(g);
	struct git_end in_tree = {0}, there = {0};
	struct buf spec = BUF_INIT;
	bool elsewhere;

	buf_addf(&spec, "%s:%s", id, path);
	known[3] = here[2] = buf_str(&spec);
	elsewhere = git_run(&git, known, NULL, &in_tree, NULL) == 0 && in_tree.status == 0 && git_run(&git, here, NULL, &there, NULL) == 0 &&
		    there.status != 0;
	if (elsewhere)
		err_set(e, ERR_NO, "%s failed: '%.200s' is in '%.12s', but its content is not in the repository, which is a partial clone: "
			"git -C %.200s show %.12s:%.200s brings it", g->name, path, id, g->tree.dir, id, path);
	buf_release(&spec);
	return elsewhere;
}

/* Why git failed, in its words or in better ones. */
static int failed(const struct tool_git *g, const struct git_end *end, struct err *e)
{
	if (strncmp(end->why, "unable to read ", 15) == 0)
		return err_set(e, ERR_NO, "%s failed: what is needed is not in the repository, which is a partial clone; the same in git there "
			       "brings it: git -C %.200s %s", g->name, g->tree.dir, g->name + (strncmp(g->name, "git-", 4) == 0 ? 4 : 0));
	return err_set(e, ERR_NO, "%s failed: %s", g->name, end->why[0] ? end->why : "git does not say why");
}

int tool_git_read(const struct tool_git *g, const char *const args[], struct buf *out, int *status, struct err *e)
{
	static const char *const env[] = {"GIT_LITERAL_PATHSPECS=1", NULL};
	struct git git = tool_git(g);
	struct git_end end;

	git.env = env;
	git.max_out = TOOL_GIT_BYTES;
	git.ms = g->ms;
	if (git_run(&git, args, out, &end, e) < 0)
		return -1;
	if (end.timed_out)
		return err_set(e, ERR_NO, "%s timed out. %s", g->name, g->advice);
	if (end.too_much)
		return err_set(e, ERR_NO, "%s: git says more than %d MiB. %s", g->name, TOOL_GIT_BYTES >> 20, g->advice);
	if (status)
		*status = end.status;
	else if (end.status != 0)
		return failed(g, &end, e);
	return 0;
}

int tool_git_answer(const struct tool_git *g, const char *const args[], struct buf *out, struct err *e)
{
	static const char *const env[] = {"GIT_LITERAL_PATHSPECS=1", NULL};
	struct shown s = {.most = g->lines};
	struct git git = tool_git(g);
	struct git_end end;
	int rc;

	git.env = env;
	git.max_out = OUTPUT_BYTES;
	git.ms = g->ms;
	git.data = take;
	git.arg = &s;
	rc = git_run(&git, args, NULL, &end, e);
	if (s.line.n)
		end_line(&s);
	if (rc == 0 && end.timed_out)
		rc = err_set(e, ERR_NO, "%s timed out. %s", g->name, g->advice);
	else if (rc == 0 && !end.too_much && end.status != 0 && (end.status != 1 || s.lines))
		rc = failed(g, &end, e);
	else if (rc == 0)
		write_output(&s, !end.too_much, g->past ? tool_git_limit(g) : "", out);
	buf_release(&s.line);
	buf_release(&s.out);
	return rc;
}
