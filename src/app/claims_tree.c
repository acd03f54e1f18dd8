#include "app/claims_tree.h"

#include <stdlib.h>
#include <string.h>

#include "app/kernel.h"
#include "app/listing.h"
#include "base/clex.h"
#include "base/mem.h"
#include "source/contents.h"

enum {
	FILES_OF_NAME = 12, /* that are looked at where a name is all that is claimed: one is enough */
	FILES_OF_CODE = 48,
	SEARCHES = 64,      /* of the tree, for one run: each may take some seconds */
};

struct claims_tree {
	struct session *session;
	struct claim_check *check;
	char *kernel, *commit; /* owned; as they were named */
	bool looks;            /* repositories can be looked at */
	struct buf id;         /* of the commit, in full; empty: it is not there */
	bool there, foreign;
	size_t searches;
	struct buf asked;      /* the words of the last one */
	struct buf expected;   /* words that are looked for at once */
	size_t nexpected;
	struct buf spread;     /* what came of it, as of repo_spread() */
	bool spread_asked, has_spread;
};

static const char *setting(const struct session *s, enum option o)
{
	return s->app ? s->app->conf.value[o] : "";
}

struct claims_tree *claims_tree_new(struct session *s, struct claim_check *k)
{
	struct claims_tree *t = xcalloc(1, sizeof *t);
	struct slice commit = session_commit(s);

	*t = (struct claims_tree){.session = s, .check = k, .kernel = xstrdup(setting(s, OPT_KERNEL)),
				  .commit = xstrndup(commit.p, commit.n), .looks = s->app && s->app->kernel};
	return t;
}

void claims_tree_free(struct claims_tree *t)
{
	if (!t)
		return;
	free(t->kernel);
	free(t->commit);
	buf_release(&t->id);
	buf_release(&t->asked);
	buf_release(&t->expected);
	buf_release(&t->spread);
	free(t);
}

bool claims_tree_is_current(const struct claims_tree *t)
{
	const struct session *s = t->session;

	return t->looks == (s->app && s->app->kernel) && strcmp(t->kernel, setting(s, OPT_KERNEL)) == 0 &&
	       slice_is(session_commit(s), t->commit);
}

bool claims_tree_is_there(const struct claims_tree *t)
{
	return t->there;
}

bool claims_tree_is_foreign(const struct claims_tree *t)
{
	return t->foreign;
}

static struct repo *repo_of(const struct claims_tree *t)
{
	struct err e;

	return kernel_repo(t->session->app ? t->session->app->kernel : NULL, &e);
}

/* ---- the files of the run ---- */

bool claims_tree_begin(struct claims_tree *t)
{
	struct repo *r = repo_of(t);
	struct slice text, why, path;
	enum repo_state state = r && t->commit[0] ? repo_commit(r, slice_str(t->commit), &text, &why) : REPO_NONE;
	bool asks = false, waits = false;

	t->there = t->foreign = false;
	buf_clear(&t->id);
	if (state != REPO_HAVE)
		return state == REPO_ASKED;
	buf_add_slice(&t->id, text);
	t->foreign = listing_is_foreign(t->session, &asks);
	for (size_t i = 0; !asks && !t->foreign && i < LISTING_FILES && (path = listing_file_of_run(t->session, i)).n; i++) {
		state = repo_file(r, buf_slice(&t->id), path, &text, &why);
		waits |= state == REPO_ASKED; /* by its id: before it was asked for by the name of the commit */
		if (state == REPO_HAVE)
			claim_check_add(t->check, path, text);
	}
	asks |= waits;
	t->there = !asks && !t->foreign;
	return asks;
}

/* ---- files by name ---- */

static bool next_name(struct slice *rest, struct slice *name)
{
	size_t end = slice_chr(*rest, '\0', 0);

	if (end == SLICE_NONE)
		return false;
	*name = slice_sub(*rest, 0, end);
	*rest = slice_sub(*rest, end + 1, rest->n);
	return true;
}

static bool is_end_of(struct slice asked, struct slice path)
{
	return asked.n < path.n && path.p[path.n - asked.n - 1] == '/' && slice_eq(asked, slice_sub(path, path.n - asked.n, path.n));
}

/* The same, where `asked` has folders too many in front; a file's name alone fits too much. */
static bool is_longer(struct slice asked, struct slice path)
{
	return slice_chr(path, '/', 0) != SLICE_NONE && is_end_of(path, asked);
}

/* Add a file; true: git was asked for it.  `*all` gets false where it cannot be added. */
static bool add(struct claims_tree *t, struct repo *r, struct slice path, bool *all)
{
	struct slice text, why;
	enum repo_state state;

	if (claim_check_has(t->check, path))
		return false;
	state = repo_file(r, buf_slice(&t->id), path, &text, &why);
	if (state == REPO_ASKED)
		return true;
	if (state == REPO_NONE || !claim_check_add(t->check, path, text))
		*all = false;
	return false;
}

/* What is made while a kernel is built is not in its tree. */
static bool may_be_missing(struct slice path)
{
	return slice_starts(path, "/") || slice_find(path, "..", 0) != SLICE_NONE || slice_find(path, "generated", 0) != SLICE_NONE;
}

static bool look_place(struct claims_tree *t, struct repo *r, struct slice asked, enum claim_tree *out)
{
	struct slice names, why, rest, name;
	struct buf path = BUF_INIT;
	enum repo_state state = repo_names(r, buf_slice(&t->id), &names, &why);
	size_t fit = 0;
	bool longer = false, all = true, asks;

	if (state != REPO_HAVE)
		return state == REPO_ASKED;
	while (slice_eat(&asked, "./"))
		;
	for (rest = names; next_name(&rest, &name);) {
		bool same = slice_eq(asked, name);

		longer |= is_longer(asked, name);
		if (!same && !is_end_of(asked, name))
			continue;
		buf_clear(&path);
		buf_add_slice(&path, name);
		fit = same ? 1 : fit + 1;
		if (same)
			break;
	}
	asks = fit == 1 && add(t, r, buf_slice(&path), &all);
	buf_release(&path);
	if (!asks)
		*out = fit == 1 && all				     ? CLAIM_TREE_ADDED
		       : fit == 0 && !longer && !may_be_missing(asked) ? CLAIM_TREE_NAMELESS
								     : CLAIM_TREE_UNKNOWN;
	return asks;
}

/* ---- files by what they hold ---- */

static bool is_source(struct slice path)
{
	return slice_ends(path, ".c") || slice_ends(path, ".h") || slice_ends(path, ".S");
}

/* Names are few or many. */
static bool add_files(struct claims_tree *t, struct repo *r, struct slice names, size_t max, bool *all)
{
	bool asks = false;
	size_t n = 0;

	for (int source = 1; source >= 0; source--) {
		struct slice rest = names, name;

		while (next_name(&rest, &name)) {
			if (is_source(name) != source)
				continue;
			if (n++ < max)
				asks |= add(t, r, name, all);
			else
				*all = false;
		}
	}
	return asks;
}

/* No file has it: may a macro make it?  True: git was asked. */
static bool look_pasted(struct claims_tree *t, struct repo *r, struct slice name, enum claim_tree *out)
{
	struct slice lines, why;
	enum repo_state state = repo_pastes(r, buf_slice(&t->id), &lines, &why);

	*out = state == REPO_HAVE && !contents_may_paste(lines, name) ? CLAIM_TREE_NAMELESS : CLAIM_TREE_UNKNOWN;
	return state == REPO_ASKED;
}

/* ---- many names at once ---- */

/* Words that are in half of all files would make the answer long, and tell little. */
static bool is_rare(struct slice word)
{
	return slice_chr(word, '_', 0) != SLICE_NONE && word.n > 3;
}

static bool is_expected(const struct claims_tree *t, struct slice word)
{
	return is_rare(word) && clex_find_word(buf_slice(&t->expected), word, 0) != SLICE_NONE;
}

void claims_tree_expect(struct claims_tree *t, const struct claim *c)
{
	struct buf words = BUF_INIT;
	struct slice rest, w;

	if (c->kind == CLAIM_PLACE || t->spread_asked)
		return;
	claim_check_names(c, &words);
	for (rest = buf_slice(&words); t->nexpected < CONTENTS_MANY && slice_word(&rest, &w);) {
		if (!is_rare(w) || is_expected(t, w))
			continue;
		buf_addf(&t->expected, "%s%.*s", t->nexpected ? " " : "", (int)w.n, w.p);
		t->nexpected++;
	}
	buf_release(&words);
}

/* Ask for all that is expected; true: git was asked. */
static bool ask_spread(struct claims_tree *t, struct repo *r)
{
	struct slice spread, why;
	enum repo_state state;

	if (t->has_spread || t->nexpected < 2)
		return false;
	t->spread_asked = true;
	state = repo_spread(r, buf_slice(&t->id), buf_slice(&t->expected), &spread, &why);
	if (state == REPO_ASKED)
		return true;
	t->has_spread = state == REPO_HAVE;
	if (t->has_spread)
		buf_add_slice(&t->spread, spread);
	else
		t->nexpected = 0; /* one by one, then */
	return false;
}

/*
 * The files that hold all of the words that were looked for, as repo_holding() has them; false where none of the words was, or what is
 * left may be in too many others.
 */
static bool spread_holding(const struct claims_tree *t, struct slice words, size_t max, struct buf *names)
{
	struct slice rest = buf_slice(&t->spread), path, have, w;
	bool any = false, all = true;
	size_t n = 0;

	for (struct slice left = words; slice_word(&left, &w);) {
		any |= is_expected(t, w);
		all &= is_expected(t, w);
	}
	while (t->has_spread && any && next_name(&rest, &path) && next_name(&rest, &have)) {
		bool holds = true;

		for (struct slice left = words; holds && slice_word(&left, &w);)
			holds = !is_expected(t, w) || clex_find_word(have, w, 0) != SLICE_NONE;
		if (!holds)
			continue;
		buf_add_slice(names, path);
		buf_addc(names, '\0');
		n++;
	}
	return t->has_spread && any && (all || n <= max);
}

/* The files that hold all the words, from one search for many, or from one of their own.  The state as of repo_holding(). */
static enum repo_state holding(struct claims_tree *t, struct repo *r, struct slice words, size_t max, struct buf *names, bool *cut)
{
	enum repo_state state;
	struct slice found, why;

	*cut = false;
	if (ask_spread(t, r))
		return REPO_ASKED;
	if (spread_holding(t, words, max, names))
		return REPO_HAVE;
	buf_clear(names);
	if (!slice_eq(words, buf_slice(&t->asked))) {
		if (t->searches == SEARCHES)
			return REPO_NONE;
		t->searches++;
		buf_clear(&t->asked);
		buf_add_slice(&t->asked, words);
	}
	state = repo_holding(r, buf_slice(&t->id), words, &found, cut, &why);
	buf_add_slice(names, found); /* which is borrowed until the next question */
	return state;
}

static bool look_names(struct claims_tree *t, struct repo *r, const struct claim *c, struct slice words, enum claim_tree *out)
{
	bool alone = slice_chr(words, ' ', 0) == SLICE_NONE, cut, all, asks = false;
	size_t max = alone && c->kind != CLAIM_CODE ? FILES_OF_NAME : FILES_OF_CODE;
	struct buf names = BUF_INIT;
	enum repo_state state = holding(t, r, words, max, &names, &cut);

	if (state != REPO_HAVE) {
		asks = state == REPO_ASKED;
	} else if (names.n == 0 && alone) {
		asks = look_pasted(t, r, words, out);
	} else {
		all = !cut;
		asks = add_files(t, r, buf_slice(&names), max, &all);
		if (!asks)
			*out = names.n == 0 ? CLAIM_TREE_NAMELESS : all ? CLAIM_TREE_ADDED : CLAIM_TREE_UNKNOWN;
	}
	buf_release(&names);
	return asks;
}

bool claims_tree_look(struct claims_tree *t, const struct claim *c, const struct claim *beside, enum claim_tree *out)
{
	struct repo *r = repo_of(t);
	struct buf words = BUF_INIT;
	bool asks = false;

	*out = CLAIM_TREE_UNKNOWN;
	if (!r || !t->there)
		return false;
	if (c->kind == CLAIM_PLACE) {
		struct slice file = claim_check_file(t->check, c, beside);

		return file.n && look_place(t, r, file, out);
	}
	claim_check_names(c, &words);
	if (words.n)
		asks = look_names(t, r, c, buf_slice(&words), out);
	buf_release(&words);
	return asks;
}
