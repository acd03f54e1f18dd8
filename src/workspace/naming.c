#define _GNU_SOURCE /* lstat */
#include "workspace/naming.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/clex.h"
#include "base/fs.h"
#include "source/git.h"

enum { TIME_MS = 60000, OUT_MAX = 32 << 20, LINE_MAX_BYTES = 8192 };

bool naming_is_identifier(struct slice s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' || (i && c >= '0' && c <= '9')))
			return false;
	}
	return s.n > 0 && s.n < 256;
}

/*
 * One run of git grep for a word: NUL-ended names, or lines.  More is not asked of it, because a regular expression takes it half
 * a minute on a kernel, where a word takes a second.
 */
struct run {
	const char *options[4];
	const char *word;
};

static int grep(const struct root *r, const struct run *run, bool checkout, struct git *g, struct buf *out, struct git_end *end,
		struct err *e)
{
	const char *args[32] = {"-c", "color.ui=false", "-c", "grep.lineNumber=false", "grep", "--no-color", "--no-recurse-submodules",
				"--no-textconv", "--full-name", "-I", "-z"};
	char *git_dir = fs_join(r->dir, ".git");
	size_t n = 11;
	int rc;

	for (size_t i = 0; run->options[i]; i++)
		args[n++] = run->options[i];
	if (!checkout)
		args[n++] = "--no-index";
	args[n++] = "-F";
	args[n++] = "-w";
	args[n++] = "-e";
	args[n++] = run->word;
	args[n++] = "--";
	args[n++] = "*.c";
	args[n++] = "*.h";
	args[n] = NULL;
	g->dir = r->dir;
	g->git_dir = checkout ? git_dir : NULL;
	g->work_tree = checkout ? r->dir : NULL;
	g->ms = TIME_MS;
	g->max_out = g->data ? SIZE_MAX : OUT_MAX; /* of lines nothing is kept here */
	rc = git_run(g, args, out, end, e);
	free(git_dir);
	return rc;
}

/* In what git tracks, or where the tree is not under git, or only looks so, in all of it. */
static int search(const struct root *r, const struct run *run, struct git *g, struct buf *out, struct err *e)
{
	char *git_dir = fs_join(r->dir, ".git");
	struct stat st;
	bool checkout = lstat(git_dir, &st) == 0;
	struct git_end end;
	int rc = grep(r, run, checkout, g, out, &end, e);

	if (rc == 0 && checkout && end.status > 1 && strstr(end.why, "not a git repository"))
		rc = grep(r, run, false, g, out, &end, e);
	free(git_dir);
	if (rc == 0 && (end.timed_out || end.too_much))
		rc = err_set(e, ERR_NO, "cannot search the tree: %s", end.timed_out ? "it takes too long" : "too many files name it");
	if (rc == 0 && end.status > 1)
		rc = err_set(e, ERR_NO, "cannot search the tree: %s", end.why);
	return rc;
}

/* #include "dir/name" */
static bool includes(struct slice line, const char *name)
{
	size_t n = strlen(name), at;

	line = slice_trim(line);
	if (!slice_eat(&line, "#"))
		return false;
	line = slice_trim(line);
	if (!slice_eat(&line, "include"))
		return false;
	at = slice_rfind(line, name);
	return at != SLICE_NONE && at > 0 && strchr("/<\"", line.p[at - 1]) && at + n < line.n && strchr(">\"", line.p[at + n]);
}

static bool line_fits(enum naming_how how, struct slice line, const char *name)
{
	if (how == NAMING_INCLUDED)
		return includes(line, name);
	return line.n && (line.p[0] == '}' || (clex_is_ident(line.p[0]) && !(line.p[0] >= '0' && line.p[0] <= '9'))) &&
	       clex_find_word(line, slice_str(name), 0) != SLICE_NONE;
}

/* Does a line of the file name it in that way?  What cannot be read does not. */
static bool fits(const struct root *r, enum naming_how how, struct slice path, const char *name)
{
	struct buf text = BUF_INIT;
	struct slice rest, line;
	bool found = how == NAMING_WORD;

	if (found)
		return true;
	buf_init(&text, OUT_MAX);
	if (root_read(r, path, &text, NULL) == 0) {
		rest = buf_slice(&text);
		while (!found && slice_line(&rest, &line))
			found = line_fits(how, line, name);
	}
	buf_release(&text);
	return found;
}

/* Of the NUL-ended names that git grep gave those that begin so, in `a`. */
static const char **paths_of(struct slice rest, const char *prefix, struct arena *a, size_t *n)
{
	const char **path;
	size_t most = 1;

	for (size_t i = 0; i < rest.n; i++)
		most += rest.p[i] == '\0';
	path = arena_alloc(a, (most + 1) * sizeof *path);
	*n = 0;
	while (rest.n) {
		size_t end = slice_chr(rest, '\0', 0);
		struct slice one = slice_sub(rest, 0, end);

		rest = slice_sub(rest, end == SLICE_NONE ? rest.n : end + 1, rest.n);
		if (one.n && slice_starts(one, prefix))
			path[(*n)++] = arena_str(a, one);
	}
	return path;
}

int naming_find(const struct root *r, const struct nearby *near, struct arena *a, enum naming_how how, const char *name, const char *prefix,
		size_t max, struct naming *out, struct err *e)
{
	struct run run = {.options = {"-l"}, .word = name};
	struct buf found = BUF_INIT;
	struct git g = {0};
	const char **path;
	size_t n = 0;
	int rc = search(r, &run, &g, &found, e);

	*out = (struct naming){.path = arena_alloc(a, (max + 1) * sizeof *out->path)};
	path = paths_of(rc == 0 ? buf_slice(&found) : (struct slice){0}, prefix, a, &n);
	nearby_sort(near, path, n);
	for (size_t i = 0; i < n && !out->more; i++) {
		if (!fits(r, how, slice_str(path[i]), name))
			continue;
		if (out->n == max)
			out->more = true;
		else
			out->path[out->n++] = path[i];
	}
	buf_release(&found);
	return rc;
}

/* ---- lines ---- */

struct lines {
	bool (*line)(void *arg, struct slice path, uint32_t number, struct slice text);
	void *arg;
	struct buf raw;
	bool enough;
};

static void add_line(struct lines *l)
{
	struct slice raw = buf_slice(&l->raw);
	size_t nul = slice_chr(raw, '\0', 0), end = nul == SLICE_NONE ? nul : slice_chr(raw, '\0', nul + 1);
	uint64_t number;

	if (end != SLICE_NONE && slice_u64(slice_sub(raw, nul + 1, end), &number) && !l->enough)
		l->enough = !l->line(l->arg, slice_sub(raw, 0, nul), (uint32_t)number, slice_sub(raw, end + 1, raw.n));
	buf_clear(&l->raw);
}

static void take(void *arg, struct slice piece)
{
	struct lines *l = arg;

	while (piece.n) {
		size_t end = slice_chr(piece, '\n', 0), room = LINE_MAX_BYTES - l->raw.n;

		buf_add_slice(&l->raw, slice_sub(slice_sub(piece, 0, end), 0, room));
		if (end == SLICE_NONE)
			return;
		add_line(l);
		piece = slice_sub(piece, end + 1, piece.n);
	}
}

int naming_lines(const struct root *r, const char *name, bool (*line)(void *arg, struct slice path, uint32_t number, struct slice text),
		 void *arg, struct err *e)
{
	struct run run = {.options = {"-n"}, .word = name};
	struct lines l = {.line = line, .arg = arg};
	struct git g = {.data = take, .arg = &l};
	int rc = search(r, &run, &g, NULL, e);

	if (rc == 0 && l.raw.n)
		add_line(&l);
	buf_release(&l.raw);
	return rc;
}
