/* grepper: git grep in the source tree (syzkaller-workflow §4.6). */
#define _GNU_SOURCE /* lstat */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "source/git.h"
#include "workspace/recheck.h"
#include "workspace/tools.h"

enum {
	LINES_MAX = 500,
	LINE_BYTES = 200,          /* of a line as it is shown, path and number included */
	RAW_BYTES = 8192,          /* of a line as git gives it: the longest path, and all that can be shown */
	EXPRESSION_BYTES = 8192,
	OUTPUT_BYTES = 64 << 20,   /* of git, all in all: past it the lines are not counted any more */
	TIME_MS = 60000,
};

/* A repetition of repetitions takes any amount; threads and files as large as any in a kernel are far below. */
#define MEMORY (UINT64_C(3) << 30)

/*
 * git is asked for a NUL after each name and number (-z), so that a name with colons, or a line end, is not taken for
 * anything else, and so that each line can be checked: a tree that was tampered with can hold a link where its index knows
 * a directory.  What kind of line it is -z does not tell, so that is asked for as a colour: context dim, function bold.
 */
#define COLOUR(part, value) "-c", "color.grep." part "=" value
static const char *const command[] = {
	COLOUR("context", "dim"), COLOUR("function", "bold"), COLOUR("filename", "normal"), COLOUR("lineNumber", "normal"),
	COLOUR("match", "normal"), COLOUR("selected", "normal"), COLOUR("separator", "normal"), COLOUR("column", "normal"),
	"grep", "--color=always", "--no-column", "--no-recurse-submodules", "--no-textconv", "--full-name", "--no-heading",
	"--no-break", "-E", "-n", "-z", "--show-function", "-C1",
};
enum { COMMAND = sizeof command / sizeof *command };

struct listing {
	struct buf raw;  /* the line that is arriving, its beginning */
	struct buf out;
	size_t lines;
	struct recheck check;
};

/* Which kind of line the colour of `text` tells; the colour is taken off. */
static char sign_of(struct slice *text)
{
	char sign = slice_eat(text, "\x1b[2m") ? '-' : slice_eat(text, "\x1b[1m") ? '=' : ':';

	if (sign != ':' && slice_ends(*text, "\x1b[m"))
		text->n -= 3;
	return sign;
}

/* "NAME NUL NUMBER NUL TEXT" becomes "NAME SIGN NUMBER SIGN TEXT"; a line of another form stays.  False: not to be shown. */
static bool put_line(struct listing *l, struct slice raw, struct buf *line)
{
	size_t nul = slice_chr(raw, '\0', 0), end = nul == SLICE_NONE ? nul : slice_chr(raw, '\0', nul + 1);
	struct slice name = slice_sub(raw, 0, nul), number, text;
	uint64_t at;
	char sign;

	if (end == SLICE_NONE)
		return nul == SLICE_NONE && buf_add_slice(line, raw) == 0;
	number = slice_sub(raw, nul + 1, end);
	text = slice_sub(raw, end + 1, raw.n);
	sign = sign_of(&text);
	if (!slice_u64(number, &at) || !recheck_line(&l->check, name, at, text))
		return false;
	buf_add_slice(line, name);
	buf_addc(line, sign);
	buf_add_slice(line, number);
	buf_addc(line, sign);
	buf_add_slice(line, text);
	return true;
}

static void add_line(struct listing *l, struct slice raw)
{
	struct buf line = BUF_INIT;
	struct slice shown;

	if (l->lines >= LINES_MAX) {
		l->lines++;
		return;
	}
	if (put_line(l, raw, &line)) {
		shown = utf8_cut(buf_slice(&line), LINE_BYTES);
		buf_add_slice(&l->out, shown);
		buf_adds(&l->out, shown.n < line.n ? "...\n" : "\n");
		l->lines++;
	}
	buf_release(&line);
}

static void take(void *arg, struct slice piece)
{
	struct listing *l = arg;

	while (piece.n) {
		size_t end = slice_chr(piece, '\n', 0), room = RAW_BYTES - l->raw.n;

		buf_add_slice(&l->raw, slice_sub(slice_sub(piece, 0, end), 0, room));
		if (end == SLICE_NONE)
			return;
		add_line(l, buf_slice(&l->raw));
		buf_clear(&l->raw);
		piece = slice_sub(piece, end + 1, piece.n);
	}
}

/* Is what stands in front of the first wildcard below the root, as far as it exists? */
static int check_prefix(const struct root *r, struct slice path, struct err *e)
{
	size_t glob = 0, slash;
	char *literal;
	int fd;

	while (glob < path.n && !strchr("*?[\\", path.p[glob]))
		glob++;
	if (glob < path.n) {
		slash = slice_rfind(slice_sub(path, 0, glob), "/");
		glob = slash == SLICE_NONE ? 0 : slash;
	}
	if (glob == 0)
		return 0;
	literal = xstrndup(path.p, glob);
	fd = root_open_path(r, slice_str(literal), "path", e);
	free(literal);
	if (fd >= 0)
		close(fd);
	/* what does not exist matches nothing, which git says */
	return fd < 0 && strstr(e->msg, "outside") ? -1 : 0;
}

/* One run of git on the tree, which is a checkout or not. */
static int grep(const struct root *r, const char *git_dir, const char *expression, const char *path, struct listing *l,
		struct git_end *end, struct err *e)
{
	const char *args[COMMAND + 8];
	struct git g = {.dir = r->dir, .git_dir = git_dir, .work_tree = git_dir ? r->dir : NULL, .max_out = OUTPUT_BYTES,
			.max_memory = MEMORY, .ms = TIME_MS, .data = take, .arg = l};
	size_t n = COMMAND;

	memcpy(args, command, sizeof command);
	if (!git_dir) { /* a tree without git holds what was built, too */
		args[n++] = "--no-index";
		args[n++] = "-I";
	}
	args[n++] = "-e";
	args[n++] = expression;
	args[n++] = "--";
	if (path)
		args[n++] = path;
	args[n] = NULL;
	return git_run(&g, args, NULL, end, e);
}

static void write_output(const struct listing *l, bool all, struct buf *out)
{
	struct buf text = BUF_INIT;
	struct json_w w;

	if (l->lines > LINES_MAX)
		buf_addf(&text, "\nThe output is too long: it has %s%zu lines, of which the first %d are shown.\n"
				"Make the expression more precise, or give PathPrefix.\n\n",
			 all ? "" : "more than ", l->lines, LINES_MAX);
	buf_add_slice(&text, buf_slice(&l->out));
	if (l->lines > LINES_MAX)
		buf_addc(&text, '\n');
	json_w_init(&w, out, false);
	json_open(&w, '{');
	json_key(&w, "Output");
	json_str(&w, buf_slice(&text));
	json_close(&w, '}');
	buf_release(&text);
}

static int conclude(struct listing *l, const struct git_end *end, struct buf *out, struct err *e)
{
	if (end->timed_out && l->lines <= LINES_MAX)
		return err_set(e, ERR_NO, "grepper timed out after %d seconds: make the expression simpler, or give PathPrefix",
			       TIME_MS / 1000);
	if (end->status > 1)
		return err_set(e, ERR_NO, "bad expression: %s", end->why);
	if (l->raw.n)
		add_line(l, buf_slice(&l->raw));
	if (l->lines == 0)
		return err_set(e, ERR_NO, "no matches");
	write_output(l, !end->too_much && !end->timed_out, out);
	return 0;
}

static int search(const struct root *r, const char *expression, const char *path, struct buf *out, struct err *e)
{
	struct listing l = {.lines = 0};
	struct git_end end = {0};
	char *git_dir = fs_join(r->dir, ".git");
	struct stat st;
	bool checkout = lstat(git_dir, &st) == 0;
	int rc;

	recheck_init(&l.check, r);
	rc = grep(r, checkout ? git_dir : NULL, expression, path, &l, &end, e);

	/* a .git that is none, as in an unpacked archive of a worktree */
	if (rc == 0 && checkout && end.status > 1 && strstr(end.why, "not a git repository"))
		rc = grep(r, NULL, expression, path, &l, &end, e);
	if (rc == 0)
		rc = conclude(&l, &end, out, e);
	free(git_dir);
	buf_release(&l.raw);
	buf_release(&l.out);
	recheck_release(&l.check);
	return rc;
}

static int grepper(const struct root *r, struct slice args, struct buf *out, struct err *e)
{
	struct arena *a = arena_new();
	struct slice expression = {0}, prefix = {0};
	struct buf clean = BUF_INIT, path = BUF_INIT;
	int rc = 0;

	json_get_str(a, args, "Expression", &expression);
	json_get_str(a, args, "PathPrefix", &prefix);
	if (expression.n > EXPRESSION_BYTES || slice_chr(expression, '\0', 0) != SLICE_NONE)
		rc = err_set(e, ERR_NO, "bad expression: it is longer than %d bytes or holds a NUL", EXPRESSION_BYTES);
	if (rc == 0 && prefix.n) {
		rc = root_clean(prefix, &clean, e) < 0 || check_prefix(r, buf_slice(&clean), e) < 0 ? -1 : 0;
		buf_addf(&path, "./%s", buf_str(&clean)); /* the dot keeps git from reading magic words in it */
	}
	if (rc == 0)
		rc = search(r, arena_str(a, expression), prefix.n ? buf_str(&path) : NULL, out, e);
	buf_release(&clean);
	buf_release(&path);
	arena_free(a);
	return rc;
}

static const struct tool_field args[] = {
	{"Expression", TOOL_STRING, false, "what to search for: an extended POSIX regular expression, matched within a line",
	 "expression", NULL},
	{"PathPrefix", TOOL_STRING, true, "search only in this file or directory, relative to the root of the source tree",
	 "path-prefix", NULL},
	{.name = NULL},
};

static const struct tool_field results[] = {
	{"Output", TOOL_STRING, false,
	 "PATH:LINE:TEXT of matching lines, PATH-LINE-TEXT of their neighbours, PATH=LINE=TEXT of the function around", NULL, NULL},
	{.name = NULL},
};

const struct tool tool_grepper = {
	.name = "grepper",
	.description = "Search the source tree with git grep. Finds any text: macros, Kconfig symbols, comments and C code.",
	.args = args,
	.results = results,
	.run = grepper,
};
