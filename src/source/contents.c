#include "source/contents.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clex.h"
#include "base/mem.h"

/* A commit of a whole kernel is searched in some ten seconds where nothing of it is in memory yet. */
enum { CONTENTS_MS = 180000, FRAGMENT_MIN = 2 };

struct contents {
	contents_fn *done;
	void *arg;
	struct child *child;
	bool lines;  /* it writes lines instead of names */
	bool spread; /* it writes names with a word behind each */
	size_t head; /* bytes in front of each name, as a search writes them: "COMMIT:"; 0: it is none */
};

void contents_stop(struct contents *c)
{
	if (!c)
		return;
	child_kill(c->child);
	free(c);
}

/* The names alone, without the last one where that was cut. */
static void add_names(const struct contents *c, struct slice out, struct buf *names)
{
	size_t end;

	for (; (end = slice_chr(out, '\0', 0)) != SLICE_NONE; out = slice_sub(out, end + 1, out.n))
		if (end > c->head)
			buf_add_slice(names, slice_sub(out, c->head, end + 1));
}

/* "COMMIT:PATH", NUL, WORD, line end: each path once, with its words. */
static void add_spread(const struct contents *c, struct slice out, struct buf *spread)
{
	struct slice last = {0};
	size_t words = 0; /* where those of the last path begin in `spread` */
	size_t nul, end;

	for (; (nul = slice_chr(out, '\0', 0)) != SLICE_NONE && (end = slice_chr(out, '\n', nul)) != SLICE_NONE; out = slice_sub(out, end + 1, out.n)) {
		struct slice path = slice_sub(out, c->head, nul), word = slice_sub(out, nul + 1, end);

		if (!slice_eq(path, last)) {
			if (last.n)
				buf_addc(spread, '\0');
			buf_add_slice(spread, path);
			buf_addc(spread, '\0');
			words = spread->n;
			last = path;
		}
		if (clex_find_word(slice_sub(buf_slice(spread), words, spread->n), word, 0) != SLICE_NONE)
			continue;
		if (spread->n > words)
			buf_addc(spread, ' ');
		buf_add_slice(spread, word);
	}
	if (last.n)
		buf_addc(spread, '\0');
}

static void on_end(void *arg, const struct child_result *r)
{
	struct contents *c = arg;
	bool none = (c->head || c->lines) && r->exited && r->status == 1 && r->out.n == 0 && r->err.n == 0; /* a search found nothing */
	struct buf names = BUF_INIT;

	if (c->lines)
		buf_add_slice(&names, r->out);
	else if (c->spread)
		add_spread(c, r->out, &names);
	else
		add_names(c, r->out, &names);
	c->done(c->arg, r->too_much || none || (r->exited && r->status == 0), r->too_much, buf_slice(&names));
	buf_release(&names);
	free(c);
}

static struct contents *start(struct loop *l, const char *dir, const char *git_dir, const char *const args[], size_t head, size_t max,
			      contents_fn *done, void *arg, struct err *e)
{
	struct git g = {.dir = dir, .git_dir = git_dir, .max_out = max, .ms = CONTENTS_MS};
	struct contents *c = xcalloc(1, sizeof *c);

	*c = (struct contents){.done = done, .arg = arg, .head = head};
	c->child = git_start(l, &g, args, false, on_end, c, e);
	if (c->child)
		return c;
	free(c);
	return NULL;
}

struct contents *contents_names(struct loop *l, const char *dir, const char *git_dir, struct slice commit, contents_fn *done, void *arg,
				struct err *e)
{
	char *id = xstrndup(commit.p, commit.n);
	const char *const args[] = {"ls-tree", "-r", "-z", "--name-only", "--full-tree", id, NULL};
	struct contents *c = start(l, dir, git_dir, args, 0, CONTENTS_NAMES, done, arg, e);

	free(id);
	return c;
}

/* What stands before the patterns of a search; two threads: twice as fast as one, while the machine has other things to do. */
#define GREP "grep", "-l", "-z", "-I", "--threads=2", "--no-color", "--full-name"
enum { GREP_ARGS = 7 };

struct contents *contents_holding(struct loop *l, const char *dir, const char *git_dir, struct slice commit, struct slice words,
				  contents_fn *done, void *arg, struct err *e)
{
	const char *args[GREP_ARGS + 3 + 2 * CONTENTS_WORDS + 3] = {GREP, "-F", "-w", "--all-match"};
	char *id = xstrndup(commit.p, commit.n), *word[CONTENTS_WORDS];
	size_t n = GREP_ARGS + 3, nwords = 0;
	struct contents *c;
	struct slice w;

	while (nwords < CONTENTS_WORDS && slice_word(&words, &w)) {
		word[nwords] = xstrndup(w.p, w.n);
		args[n++] = "-e";
		args[n++] = word[nwords++];
	}
	args[n++] = id;
	args[n++] = "--";
	c = start(l, dir, git_dir, args, commit.n + 1, CONTENTS_HITS, done, arg, e);
	while (nwords)
		free(word[--nwords]);
	free(id);
	return c;
}

struct contents *contents_spread(struct loop *l, const char *dir, const char *git_dir, struct slice commit, struct slice words,
				 contents_fn *done, void *arg, struct err *e)
{
	static const char *const head[] = {"grep", "-o", "-z", "-I", "--threads=2", "--no-color", "--full-name", "-F", "-w"};
	enum { HEAD = sizeof head / sizeof *head };
	const char *args[HEAD + 2 * CONTENTS_MANY + 3];
	char *id = xstrndup(commit.p, commit.n), *word[CONTENTS_MANY];
	size_t n = HEAD, nwords = 0;
	struct contents *c;
	struct slice w;

	memcpy(args, head, sizeof head);
	while (nwords < CONTENTS_MANY && slice_word(&words, &w)) {
		word[nwords] = xstrndup(w.p, w.n);
		args[n++] = "-e";
		args[n++] = word[nwords++];
	}
	args[n++] = id;
	args[n++] = "--";
	args[n] = NULL;
	c = start(l, dir, git_dir, args, commit.n + 1, CONTENTS_MATCHES, done, arg, e);
	if (c)
		c->spread = true;
	while (nwords)
		free(word[--nwords]);
	free(id);
	return c;
}

struct contents *contents_pastes(struct loop *l, const char *dir, const char *git_dir, struct slice commit, contents_fn *done, void *arg,
				 struct err *e)
{
	char *id = xstrndup(commit.p, commit.n);
	const char *const args[] = {"grep", "-h", "-I", "--threads=2", "--no-color", "-F", "-e", "##", id, "--", "*.c", "*.h", "*.S", NULL};
	struct contents *c = start(l, dir, git_dir, args, 0, CONTENTS_PASTES, done, arg, e);

	free(id);
	if (c)
		c->lines = true;
	return c;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

bool contents_may_paste(struct slice lines, struct slice name)
{
	for (size_t at = 0; (at = slice_find(lines, "##", at)) != SLICE_NONE; at += 2) {
		size_t end = at, from, to, begin = at + 2;
		struct slice before, behind;

		while (end > 0 && is_blank(lines.p[end - 1]))
			end--;
		for (from = end; from > 0 && clex_is_ident(lines.p[from - 1]); from--)
			;
		while (begin < lines.n && is_blank(lines.p[begin]))
			begin++;
		for (to = begin; to < lines.n && clex_is_ident(lines.p[to]); to++)
			;
		before = slice_sub(lines, from, end);
		behind = slice_sub(lines, begin, to);
		if (before.n >= FRAGMENT_MIN && before.n < name.n && slice_eq(before, slice_sub(name, 0, before.n)))
			return true;
		if (behind.n >= FRAGMENT_MIN && behind.n < name.n && slice_eq(behind, slice_sub(name, name.n - behind.n, name.n)))
			return true;
	}
	return false;
}
