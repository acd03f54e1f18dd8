/* Which files a question is about, and having them indexed before it is answered. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "workspace/code.h"

enum {
	INCLUDERS = 3,    /* files that may tell what a header says */
	FAILED_MAX = 100, /* files that cannot be parsed, of which the text is looked at */
};

/* ---- which files name something ---- */

/*
 * What an answer holds for.  A checkout of ours never changes.  In any other tree whatever is compiled, and what that was seen to
 * include, is looked at: thousands of files, where git grep reads all.  So a file that is neither may come or go unseen; the
 * answer says of those only how many there are.
 */
static void stamp(struct code *c, char word[SHA256_HEX + 1])
{
	word[0] = '\0';
	if (c->exact && !c->g.fixed)
		index_stamp(c->g.index, commands_files(c->g.commands, c->a), word);
}

static void keep_naming(struct code *c, struct slice question, const char *word, const struct naming *found)
{
	struct buf b = BUF_INIT;

	buf_addf(&b, "%s %s\n", found->more ? "more" : "all", word);
	for (size_t i = 0; i < found->n; i++)
		buf_addf(&b, "%s\n", found->path[i]);
	index_keep_answer(c->g.index, question, buf_slice(&b));
	buf_release(&b);
}

/* False: it was kept for a tree that was another then. */
static bool take_naming(struct code *c, struct slice text, const char *word, size_t max, struct naming *out)
{
	struct slice line = {0}, how = {0}, then = {0};

	slice_line(&text, &line);
	slice_word(&line, &how);
	slice_word(&line, &then);
	if (!slice_is(then, word))
		return false;
	*out = (struct naming){.path = arena_alloc(c->a, (max + 1) * sizeof *out->path), .more = slice_is(how, "more")};
	while (out->n < max && slice_line(&text, &line))
		out->path[out->n++] = arena_str(c->a, line);
	return true;
}

int code_naming(struct code *c, enum naming_how how, const char *name, const char *prefix, size_t max, struct naming *out, struct err *e)
{
	struct buf question = BUF_INIT;
	char word[SHA256_HEX + 1];
	struct slice text;
	int rc = 0;

	buf_addf(&question, "%d %zu %s\n%s", (int)how, max, name, prefix);
	stamp(c, word); /* before the files are read: what is changed meanwhile is seen the next time */
	if (!c->exact || !index_answer(c->g.index, c->a, buf_slice(&question), &text) || !take_naming(c, text, word, max, out)) {
		rc = naming_find(c->root, &c->near, c->a, how, name, prefix, max, out, e);
		if (rc == 0 && c->exact)
			keep_naming(c, buf_slice(&question), word, out);
	}
	buf_release(&question);
	return rc;
}

/* ---- having files indexed ---- */

bool code_is_c(const char *file)
{
	return slice_ends(slice_str(file), ".c");
}

void code_note_state(struct code *c, const char *file)
{
	const char *why = NULL;
	enum index_state state = indexing_state(&c->g, file, c->a, &why);
	struct command how;

	if (slice_ends(slice_str(file), ".c") && commands_find(c->g.commands, c->a, slice_str(file), &how) && !how.own)
		code_note(c, "%s is not compiled in this configuration: it was parsed with the flags of another file.", file);

	if (state == INDEX_PARTLY)
		code_note(c, "%s does not compile as it is, so that what is said of it may be incomplete: %s.", file, why);
	else if (state == INDEX_FAILED)
		code_note(c, "%s could not be parsed: %s.", file, why ? why : "it is not said why");
}

struct watching {
	struct code *c;
	struct code_unparsed *un;
};

static void add_failed(struct code *c, struct code_unparsed *un, const char *file, const char *why)
{
	const char **more = arena_alloc(c->a, (un->nfailed + 1) * sizeof *more);

	if (un->nfailed)
		memcpy(more, un->failed, un->nfailed * sizeof *more);
	else
		un->why_failed = arena_str(c->a, slice_str(why ? why : "it is not said why"));
	more[un->nfailed++] = file;
	un->failed = more;
}

static void watch(void *arg, size_t done, size_t total, const char *file, enum index_state state, const char *why)
{
	struct watching *w = arg;

	(void)done;
	(void)total;
	if (state == INDEX_FAILED && w->un->nfailed < FAILED_MAX) {
		add_failed(w->c, w->un, file, why);
	} else if (state == INDEX_PARTLY && w->un->npartly++ == 0) {
		w->un->partly = file;
		w->un->why_partly = arena_str(w->c->a, slice_str(why ? why : "it is not said why"));
	}
}

bool code_is_unparsed(struct code *c, const char *file, struct code_unparsed *un)
{
	const char *why = NULL;

	if (!code_is_c(file) || indexing_state(&c->g, file, c->a, &why) != INDEX_FAILED)
		return false;
	add_failed(c, un, file, why);
	return true;
}

static int index_some(struct code *c, const char *const *files, size_t n, size_t *left, struct code_unparsed *un, struct err *e)
{
	struct watching w = {c, un};
	struct indexing_progress p = {.ms = CODE_MS, .step = un ? watch : NULL, .arg = &w};

	return n ? indexing_run(&c->g, files, n, &p, left, e) : 0;
}

/* A header is best understood where it is included, by a file that is compiled; alone it may miss what comes before. */
static int prepare_header(struct code *c, const char *file, struct err *e)
{
	const char *slash = strrchr(file, '/'), *name = slash ? slash + 1 : file;
	struct naming users;
	size_t tried = 0;

	if (index_knows(c->g.index, file))
		return 0;
	if (naming_is_identifier(slice_sub(slice_str(name), 0, strlen(name) - 2)) &&
	    code_naming(c, NAMING_INCLUDED, name, "", 200, &users, e) == 0)
		for (size_t i = 0; i < users.n && tried < INCLUDERS; i++) {
			struct command how;

			if (!code_is_c(users.path[i]) || !commands_find(c->g.commands, c->a, slice_str(users.path[i]), &how) || !how.own)
				continue;
			tried++;
			if (index_some(c, &users.path[i], 1, NULL, NULL, e) < 0)
				return -1;
			if (index_knows(c->g.index, file))
				return 0;
		}
	if (index_some(c, &file, 1, NULL, NULL, e) < 0)
		return -1;
	code_note_state(c, file);
	return 0;
}

int code_prepare(struct code *c, const char *file, struct err *e)
{
	struct slice name = slice_str(file);

	if (!c->exact)
		return 0;
	if (slice_ends(name, ".h"))
		return prepare_header(c, file, e);
	if (!slice_ends(name, ".c"))
		return 0;
	if (index_some(c, &file, 1, NULL, NULL, e) < 0)
		return -1;
	code_note_state(c, file);
	return 0;
}

int code_prepare_all(struct code *c, const char *const *files, size_t n, size_t *left, struct code_unparsed *un, struct err *e)
{
	const char **sources = xcalloc(n + 1, sizeof *sources);
	size_t k = 0;
	int rc = 0;

	*left = 0;
	for (size_t i = 0; i < n; i++)
		if (code_is_c(files[i]))
			sources[k++] = files[i];
	if (c->exact)
		rc = index_some(c, sources, k, left, un, e);
	for (size_t i = 0; rc == 0 && c->exact && i < n && *left == 0; i++)
		if (!code_is_c(files[i]))
			rc = prepare_header(c, files[i], e);
	free(sources);
	return rc;
}
