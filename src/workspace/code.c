#include "workspace/code.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "sys/loop.h"
#include "workspace/ctags.h"
#include "workspace/macro.h"
#include "workspace/naming.h"
#include "workspace/numbered.h"

enum {
	FILE_MAX = 32 << 20,
	CANDIDATES = 24,      /* files that may hold the definition asked for */
	LINES_MAX = 3000,
};

void code_note(struct code *c, const char *fmt, ...)
{
	struct buf said = BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	buf_addv(&said, fmt, ap);
	va_end(ap);
	if (c->note.n <= 2000 && slice_find(buf_slice(&c->note), buf_str(&said), 0) == SLICE_NONE) {
		if (c->note.n)
			buf_addc(&c->note, ' ');
		buf_add_slice(&c->note, buf_slice(&said));
	}
	buf_release(&said);
}

void code_write_note(struct code *c, struct json_w *w)
{
	if (c->note.n) {
		json_key(w, "Note");
		json_str(w, buf_slice(&c->note));
	}
}

int code_missing(struct err *e)
{
	return err_set(e, ERR_NO, "requested entity does not exist");
}

/* Whatever is wrong with the index, as a disk that is full: there is an answer all the same. */
void code_open(struct code *c, const struct root *r)
{
	*c = (struct code){.root = r, .a = arena_new()};
	nearby_init(&c->near, r);
	c->exact = indexing_open(&c->g, r, &c->why) == 0;
	if (!c->exact)
		code_note(c, "Approximate, by text and not by a compiler: %s.", c->why.msg);
}

void code_release(struct code *c)
{
	if (c->exact)
		indexing_release(&c->g);
	buf_release(&c->note);
	arena_free(c->a);
}

/* ---- files ---- */

const char *code_file(struct code *c, struct slice path, struct buf *text, struct err *e)
{
	struct buf clean = BUF_INIT, own = BUF_INIT;
	struct buf *to = text ? text : &own;
	const char *out = NULL;
	struct err first = {0};

	to->max = FILE_MAX;
	if (root_clean(path, &clean, e) == 0) {
		if (root_read(c->root, path, to, &first) == 0 || (c->root->build && root_read(c->root->build, path, to, e) == 0))
			out = arena_str(c->a, buf_slice(&clean));
		else
			*e = first;
	}
	buf_release(&clean);
	buf_release(&own);
	return out;
}

int code_context(struct code *c, struct slice args, const char **context, struct err *e)
{
	struct slice path = {0};

	*context = NULL;
	if (!json_get_str(c->a, args, "ContextFile", &path) || path.n == 0)
		return 0;
	*context = code_file(c, path, NULL, e);
	return *context ? 0 : -1;
}

int code_lines(struct code *c, const struct index_def *d, uint32_t first, uint32_t last, struct buf *out, struct err *e)
{
	struct buf text = BUF_INIT;
	struct slice rest, line;
	const struct root *r = d->root == 1 ? c->root->build : c->root;
	uint32_t number = 0, most = last - first >= LINES_MAX ? first + LINES_MAX - 1 : last;
	int rc;

	buf_init(&text, FILE_MAX);
	rc = r ? root_read(r, slice_str(d->file), &text, e) : err_set(e, ERR_NO, "the build tree is not known");
	rest = buf_slice(&text);
	while (rc == 0 && number < most && slice_line(&rest, &line))
		if (++number >= first)
			numbered_add(out, number, line);
	if (rc == 0 && most < last)
		code_note(c, "Of the %u lines the first %d are shown.", last - first + 1, LINES_MAX);
	buf_release(&text);
	return rc;
}

/* ---- without an index ---- */

/* The comment that ends in the line before `d`, of the lines of its file. */
static void find_comment(struct slice text, struct index_def *d)
{
	struct slice rest = text, line;
	uint32_t number = 0, begun = 0, from = 0, to = 0;

	while (number + 1 < d->first && slice_line(&rest, &line)) {
		number++;
		line = slice_trim(line);
		if (!begun && slice_starts(line, "/*"))
			begun = number;
		if (begun && slice_ends(line, "*/")) {
			from = begun;
			to = number;
			begun = 0;
		} else if (!begun && line.n) {
			from = to = 0; /* something stands between */
		}
	}
	d->doc_first = from;
	d->doc_last = to;
}

int code_in_file(struct code *c, const char *file, struct index_def **defs, size_t *n, struct err *e)
{
	struct buf text = BUF_INIT;
	int rc;

	if (c->exact) {
		rc = index_in_file(c->g.index, c->a, slice_str(file), defs, n, e);
		if (rc < 0 || *n || indexing_state(&c->g, file, c->a, NULL) != INDEX_FAILED)
			return rc;
	}
	rc = ctags_file(c->root, c->a, file, defs, n, e);
	if (rc == 0 && code_file(c, slice_str(file), &text, e))
		for (size_t i = 0; i < *n; i++)
			find_comment(buf_slice(&text), &(*defs)[i]);
	buf_release(&text);
	return rc;
}

/* ---- finding ---- */

/* What the index knows of that name; `macros`: those too. */
static int gather(struct code *c, struct slice name, bool macros, struct index_def **defs, size_t *n, struct err *e)
{
	struct index_def *own, *others, *all;
	size_t nown, nothers = 0;

	if (index_named(c->g.index, c->a, name, &own, &nown, e) < 0 ||
	    (macros && index_macros(c->g.index, c->a, name, &others, &nothers, e) < 0))
		return -1;
	all = arena_alloc(c->a, (nown + nothers + MACROS_MAX + 2) * sizeof *all); /* room for what may be added */
	if (nown)
		memcpy(all, own, nown * sizeof *all);
	if (nothers)
		memcpy(all + nown, others, nothers * sizeof *all);
	*defs = all;
	*n = nown + nothers;
	return 0;
}

/* Is nothing better to be found in other files? */
static bool is_good(struct code *c, const char *context, const struct index_def *d)
{
	enum code_rank rank = code_rank(c, context, d);

	return rank <= CODE_SEEN || (rank == CODE_OTHER && code_shared(d) && (d->kind != INDEX_MACRO || !context));
}

static int look(struct code *c, const char *context, struct slice name, bool macros, struct index_def *d, bool *good, struct err *e)
{
	struct index_def *defs;
	size_t n;

	for (int tries = 0;; tries++) {
		if (gather(c, name, macros, &defs, &n, e) < 0)
			return -1;
		if (n == 0)
			return 0;
		code_order(c, context, defs, n);
		*d = defs[0];
		if (tries == 3 || index_knows(c->g.index, d->file))
			break;
		/* it has changed since */
		if (code_prepare(c, d->file, e) < 0)
			return -1;
	}
	*good = is_good(c, context, d);
	return 1;
}

int code_find_known(struct code *c, const char *context, struct slice name, struct index_def *d, struct err *e)
{
	bool good = false;
	int found = look(c, context, name, false, d, &good, e);

	return found > 0 && !good ? 0 : found;
}

static bool same(const struct index_def *a, const struct index_def *b)
{
	return a->root == b->root && a->first == b->first && strcmp(a->file, b->file) == 0;
}

/* Add the macros that the text has and that are not among them; there is room. */
static int add_macros(struct code *c, struct slice name, struct index_def *defs, size_t *n, struct err *e)
{
	struct index_def *macros;
	size_t nmacros, had = *n;

	if (macro_find(c->root, c->a, name, &macros, &nmacros, e) < 0)
		return -1;
	for (size_t i = 0; i < nmacros; i++) {
		size_t k = 0;

		while (k < had && !same(&defs[k], &macros[i]))
			k++;
		if (k == had)
			defs[(*n)++] = macros[i];
	}
	return 0;
}

/* By ctags, in the context and in files that name it where definitions begin, one of each file; and macros. */
static int approximate_all(struct code *c, const char *context, struct slice name, struct index_def **defs, size_t *count, struct err *e)
{
	struct index_def *found = arena_alloc(c->a, (CANDIDATES + 1 + MACROS_MAX) * sizeof *found);
	struct naming where = {0};
	const char *files[CANDIDATES + 1];
	size_t n = 0, k = 0;

	*defs = found;
	*count = 0;
	if (context)
		files[n++] = context;
	if (naming_find(c->root, &c->near, c->a, NAMING_OUTSIDE, arena_str(c->a, name), "", CANDIDATES, &where, e) < 0)
		return -1;
	for (size_t i = 0; i < where.n; i++)
		if (!context || strcmp(where.path[i], context) != 0)
			files[n++] = where.path[i];
	for (size_t i = 0; i < n; i++) {
		struct index_def *in;
		size_t nin;

		if (ctags_file(c->root, c->a, files[i], &in, &nin, e) < 0)
			return -1;
		for (size_t j = 0; j < nin && k <= CANDIDATES; j++)
			if (slice_is(name, in[j].name)) {
				found[k++] = in[j];
				break;
			}
	}
	if (add_macros(c, name, found, &k, e) < 0)
		return -1;
	code_order(c, context, found, k);
	*count = k;
	return 0;
}

static void add_comment(struct code *c, struct index_def *d)
{
	struct buf text = BUF_INIT;

	if (d->doc_first == 0 && d->root == 0 && code_file(c, slice_str(d->file), &text, NULL))
		find_comment(buf_slice(&text), d);
	buf_release(&text);
}

static int approximate(struct code *c, const char *context, struct slice name, struct index_def *d, struct err *e)
{
	struct index_def *found;
	size_t k;

	if (approximate_all(c, context, name, &found, &k, e) < 0)
		return -1;
	if (k == 0)
		return 0;
	*d = found[0];
	add_comment(c, d);
	return 1;
}

/* What was found, with what limits it; of the context that is said already. */
static int noted(struct code *c, const char *context, const struct index_def *d)
{
	if (code_is_c(d->file) && d->root == 0 && !(context && strcmp(context, d->file) == 0))
		code_note_state(c, d->file);
	return 1;
}

/*
 * Compiled files are the likeliest, and tell of the headers that they include; then those headers that remain; then the rest, and at last
 * what is of another architecture or of no kernel.
 */
static unsigned turn_of(struct code *c, const char *file)
{
	if (code_is_c(file) && commands_has(c->g.commands, slice_str(file)))
		return 0;
	return nearby_turn(&c->near, slice_str(file)) >= NEARBY_ARCH ? 3 : code_is_c(file) ? 2 : 1;
}

/* Is there more in it than the index knows? */
static bool is_misunderstood(struct code *c, const char *file)
{
	enum index_state state = code_is_c(file) ? indexing_state(&c->g, file, c->a, NULL) : INDEX_WHOLE;

	return state == INDEX_FAILED || state == INDEX_PARTLY;
}

/* Of what the index could not know.  Without ctags there is nothing to be said. */
static int approximate_instead(struct code *c, const char *context, struct slice name, struct index_def *d)
{
	int found = approximate(c, context, name, d, NULL);

	if (found <= 0)
		return 0;
	code_note(c, "Approximate, by text and not by a compiler.");
	return 1;
}

/* The same for a context that cannot be parsed at all: what it has of that name is meant. */
static bool in_context(struct code *c, const char *context, struct slice name, struct index_def *d)
{
	return context && code_is_c(context) && indexing_state(&c->g, context, c->a, NULL) == INDEX_FAILED &&
	       approximate(c, context, name, d, NULL) > 0 && strcmp(d->file, context) == 0;
}

/* Parse the files that name it where definitions begin, until it is found. */
static int search(struct code *c, const char *context, struct slice name, struct index_def *d, struct err *e)
{
	int64_t end = loop_now() + (int64_t)CODE_MS * 1000;
	size_t said = c->note.n;
	struct naming where;
	bool good = false;
	int found = 0;

	if (code_naming(c, NAMING_OUTSIDE, arena_str(c->a, name), "", CANDIDATES, &where, e) < 0)
		return -1;
	for (unsigned turn = 0; turn < 4; turn++)
		for (size_t i = 0; i < where.n; i++) {
			if (turn_of(c, where.path[i]) != turn)
				continue;
			if (loop_now() > end) {
				code_note(c, "There was no time for all files that name it: give ContextFile.");
				return found;
			}
			if (code_prepare(c, where.path[i], e) < 0)
				return -1;
			if (c->note.n > said) /* what limits files on the way does not limit the answer */
				buf_cut(&c->note, said);
			if ((found = look(c, context, name, true, d, &good, e)) < 0)
				return -1;
			if (found && good)
				return 1;
		}
	if (where.more && !good)
		code_note(c, "Not all files that name it were looked at: give ContextFile.");
	for (size_t i = 0; i < where.n && !found; i++)
		if (is_misunderstood(c, where.path[i]))
			return approximate_instead(c, context, name, d);
	return found;
}

/* What the index does not have, or only where it is hardly meant, may be a macro that no file defines which was parsed. */
static int or_macro(struct code *c, const char *context, struct slice name, int found, struct index_def *d, struct err *e)
{
	struct index_def defs[MACROS_MAX + 1];
	size_t n = 0;

	if (found < 0 || (found && code_rank(c, context, d) < CODE_ODD))
		return found;
	if (found)
		defs[n++] = *d;
	if (add_macros(c, name, defs, &n, e) < 0)
		return -1;
	code_order(c, context, defs, n);
	if (n)
		*d = defs[0];
	return n > 0;
}

int code_find(struct code *c, const char *context, struct slice name, struct index_def *d, struct err *e)
{
	bool good = false;
	int found;

	if (!naming_is_identifier(name))
		return 0;
	if (!c->exact)
		return approximate(c, context, name, d, e);
	if (context && code_prepare(c, context, e) < 0)
		return -1;
	if (in_context(c, context, name, d)) {
		code_note(c, "Approximate, by text and not by a compiler.");
		return 1;
	}
	found = look(c, context, name, true, d, &good, e);
	if (found >= 0 && !good)
		found = or_macro(c, context, name, search(c, context, name, d, e), d, e);
	if (found > 0 && d->kind == INDEX_MACRO)
		add_comment(c, d);
	return found > 0 ? noted(c, context, d) : found;
}

/* Whether a macro may be meant is to be told by the text, where it is not known what the context sees. */
static bool needs_text(struct code *c, const char *context, const struct index_def *best)
{
	if (code_rank(c, context, best) <= CODE_SEEN || (context && indexing_state(&c->g, context, c->a, NULL) == INDEX_WHOLE))
		return false;
	return !is_good(c, NULL, best) || best->kind == INDEX_MACRO;
}

int code_find_all(struct code *c, const char *context, struct slice name, struct index_def **defs, size_t *n, bool *sure, struct err *e)
{
	struct index_def *all, best;
	size_t k = 0;
	int found = code_find(c, context, name, &best, e);

	*n = 0;
	if (found <= 0)
		return found;
	if (c->exact ? gather(c, name, true, &all, n, e) < 0 : approximate_all(c, context, name, &all, n, e) < 0)
		return -1;
	if (c->exact && needs_text(c, context, &best) && add_macros(c, name, all, n, e) < 0)
		return -1;
	while (k < *n && !same(&all[k], &best))
		k++;
	if (k == *n)
		all[(*n)++] = best;
	code_order(c, context, all, *n);
	*defs = all;
	*sure = code_is_sure(c, context, all, *n);
	return 1;
}
