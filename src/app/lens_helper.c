#include "app/lens_helper.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/kernel.h"
#include "app/lens_text.h"
#include "base/clex.h"
#include "base/mem.h"

enum { HELPERS = 96, DEEPEST = 4, FILES = 120, UNIT = 60, SAME = 4, INCLUDES = 200 };

/* A file that is looked into. */
struct file {
	struct slice path;
	struct arena *a; /* owned: of `l` */
	struct listing l;
	bool usable;
	bool named; /* the report speaks of it */
};

/* What is included by a file, itself first, as far as it was found out. */
struct unit {
	struct slice path;
	size_t file[UNIT]; /* numbers of files */
	size_t n, opened;  /* opened: of which the includes are among them */
};

struct want {
	char name[HELPER_WORD];
	size_t unit, next; /* where it is asked for; the next file of it to look into */
	unsigned depth;
	bool done, known;
	struct helper helper;
};

struct lens_helpers {
	struct session *s;
	bool foreign;
	struct arena *a;
	struct file file[FILES];
	struct unit *unit[FILES]; /* owned */
	struct want want[HELPERS];
	size_t nfiles, nunits, nwants;
	size_t asking;  /* the unit of helpers_of() */
	unsigned depth; /* of what is read now */
	struct helpers find;
};

struct lens_helpers *lens_helpers_new(struct session *s, bool foreign)
{
	struct lens_helpers *h = xcalloc(1, sizeof *h);

	h->s = s;
	h->foreign = foreign;
	h->a = arena_new();
	return h;
}

void lens_helpers_free(struct lens_helpers *h)
{
	if (!h)
		return;
	for (size_t i = 0; i < h->nfiles; i++)
		arena_free(h->file[i].a);
	for (size_t i = 0; i < h->nunits; i++)
		free(h->unit[i]);
	arena_free(h->a);
	free(h);
}

/* ---- files ---- */

/* Its number; FILES: there are too many. */
static size_t file_of(struct lens_helpers *h, struct slice path)
{
	for (size_t i = 0; i < h->nfiles; i++)
		if (slice_eq(h->file[i].path, path))
			return i;
	if (h->nfiles == FILES)
		return FILES;
	h->file[h->nfiles].path = arena_slice(h->a, path);
	return h->nfiles++;
}

/* Does the commit have the file, as far as is known?  What became of one that is not there is looked for in all of the history. */
static bool exists(const struct lens_helpers *h, struct slice path)
{
	struct err e;
	struct repo *r = kernel_repo(h->s->app ? h->s->app->kernel : NULL, &e);
	struct slice commit = session_commit(h->s), id, names, why;
	char full[80], name[260];
	int n;

	if (!r || commit.n == 0 || repo_commit(r, commit, &id, &why) != REPO_HAVE)
		return false;
	snprintf(full, sizeof full, "%.*s", (int)(id.n < sizeof full ? id.n : 0), id.p);
	n = snprintf(name, sizeof name, "%c%.*s", 0, (int)path.n, path.p);
	if (n < 2 || n >= (int)sizeof name - 1 || repo_names(r, slice_str(full), &names, &why) != REPO_HAVE)
		return false;
	return slice_find_slice(names, (struct slice){name, (size_t)n + 1}, 0) != SLICE_NONE ||
	       (names.n > (size_t)n && memcmp(names.p, name + 1, (size_t)n) == 0);
}

static struct lens_lines open_file(struct lens_helpers *h, size_t i)
{
	struct file *f = &h->file[i];

	if (!f->a) {
		f->a = arena_new();
		if (f->named || session_file(h->s, f->path) || exists(h, f->path))
			listing_of(h->s, f->path, f->a, &f->l);
		f->usable = f->l.from == LISTING_TOOLS || (f->l.from == LISTING_COMMIT && (f->l.compared || !h->foreign));
	}
	return (struct lens_lines){h->s, f->usable ? &f->l : NULL};
}

static size_t unit_of(struct lens_helpers *h, struct slice path)
{
	size_t file = file_of(h, path);

	for (size_t i = 0; i < h->nunits; i++)
		if (h->unit[i]->file[0] == file)
			return i;
	if (h->nunits == FILES || file == FILES)
		return FILES;
	h->unit[h->nunits] = xcalloc(1, sizeof *h->unit[0]);
	*h->unit[h->nunits] = (struct unit){.path = h->file[file].path, .file = {file}, .n = 1};
	return h->nunits++;
}

static void add_file(struct lens_helpers *h, struct unit *u, struct slice path)
{
	size_t file = u->n < UNIT ? file_of(h, path) : FILES;

	for (size_t i = 0; i < u->n; i++)
		if (u->file[i] == file)
			return;
	if (file < FILES)
		u->file[u->n++] = file;
}

/* "drivers/a/" and "../b/c.h" as "drivers/b/c.h". */
static bool join(struct slice dir, struct slice name, char out[256])
{
	while (slice_eat(&name, "../")) {
		size_t slash;

		if (dir.n == 0)
			return false;
		slash = slice_rfind(slice_sub(dir, 0, dir.n - 1), "/");
		dir = slice_sub(dir, 0, slash == SLICE_NONE ? 0 : slash + 1);
	}
	return snprintf(out, 256, "%.*s%.*s", (int)dir.n, dir.p, (int)name.n, name.p) < 256;
}

/* "#include <linux/a.h>", "#include \"b.h\"". */
static void add_include(struct lens_helpers *h, struct unit *u, struct slice dir, struct slice line)
{
	char path[256];
	bool system;
	size_t end;

	if (!slice_eat(&line, "#"))
		return;
	line = slice_trim(line);
	if (!slice_eat(&line, "include"))
		return;
	line = slice_trim(line);
	system = line.n && line.p[0] == '<';
	if (line.n < 2 || (!system && line.p[0] != '"') || (end = slice_chr(line, system ? '>' : '"', 1)) == SLICE_NONE)
		return;
	if (join(system ? SLICE("include/") : dir, slice_sub(line, 1, end), path))
		add_file(h, u, slice_str(path));
}

/* The includes of its next file. */
static void open_unit(struct lens_helpers *h, struct unit *u)
{
	size_t file = u->file[u->opened++];
	struct lens_lines t = open_file(h, file);
	size_t slash = slice_rfind(h->file[file].path, "/");
	struct slice dir = slice_sub(h->file[file].path, 0, slash == SLICE_NONE ? 0 : slash + 1), s;

	for (uint32_t i = 1, last = t.l ? lens_last_line(&t) : 0; i <= last && i <= INCLUDES; i++)
		if (lens_line(&t, i, &s))
			add_include(h, u, dir, s);
}

/* ---- what is wanted ---- */

static const struct helper *find(void *arg, struct slice name)
{
	struct lens_helpers *h = arg;
	struct want *w;

	for (size_t i = 0; i < h->nwants; i++)
		if (h->want[i].unit == h->asking && slice_is(name, h->want[i].name))
			return h->want[i].done && h->want[i].known ? &h->want[i].helper : NULL;
	if (h->nwants == HELPERS || h->depth == DEEPEST || name.n >= HELPER_WORD || h->asking == FILES)
		return NULL;
	w = &h->want[h->nwants++];
	*w = (struct want){.unit = h->asking, .depth = h->depth + 1};
	memcpy(w->name, name.p, name.n);
	return NULL;
}

const struct helpers *lens_helpers_of(struct lens_helpers *h, struct slice path)
{
	h->asking = unit_of(h, path);
	if (h->asking < FILES)
		h->file[h->unit[h->asking]->file[0]].named = true;
	h->depth = 0;
	h->find = (struct helpers){find, h};
	return &h->find;
}

/* One of its definitions; several must leave the same behind. */
static void take(struct want *w, const struct helper *p, bool known, size_t nth)
{
	if (nth == 0)
		w->helper = *p;
	w->known = known && (nth == 0 || (w->known && helper_same(&w->helper, p)));
}

/* Read what the file defines by that name; false: nothing. */
static bool read_from(struct lens_helpers *h, struct want *w, size_t file)
{
	struct lens_lines t = open_file(h, file);
	struct slice name = slice_str(w->name);
	struct helper p;
	uint32_t open, at;
	size_t nth = 0;

	if (!t.l)
		return false;
	h->asking = unit_of(h, h->file[file].path);
	h->depth = w->depth;
	h->find = (struct helpers){find, h};
	for (at = 0; (at = lens_definition(&t, name, at + 1, &open)) && nth < SAME; nth++) {
		struct buf text = BUF_INIT;
		bool cut, known = lens_function(&t, at, open, open, &text, &cut) && !cut && helper_read(buf_slice(&text), name, &h->find, &p);

		take(w, &p, known, nth);
		buf_release(&text);
	}
	for (at = 0; nth < SAME; nth++) {
		struct buf text = BUF_INIT;

		at = lens_macro(&t, name, at + 1, &text);
		if (at)
			take(w, &p, helper_read_macro(buf_slice(&text), name, &h->find, &p), nth);
		buf_release(&text);
		if (!at)
			break;
	}
	if (nth && slice_ends(h->file[file].path, ".h") && lens_is_declared(&t, name))
		w->known = false;
	return nth > 0;
}

static bool holds(const struct lens_lines *t, struct slice name)
{
	const struct listing *l = t->l;
	struct slice last;

	if (!l || l->from != LISTING_COMMIT)
		return l != NULL;
	if (l->n == 0)
		return false;
	last = l->line[l->n - 1];
	return clex_find_word((struct slice){l->line[0].p, (size_t)(last.p + last.n - l->line[0].p)}, name, 0) != SLICE_NONE;
}

bool lens_helpers_step(struct lens_helpers *h)
{
	struct want *w = NULL;
	struct unit *u;
	size_t was = h->nwants;
	struct lens_lines t;

	for (size_t i = h->nwants; i-- > 0 && !w;) /* what others wait for came last */
		w = h->want[i].done ? NULL : &h->want[i];
	if (!w)
		return false;
	u = h->unit[w->unit];
	if (w->next == u->n && u->opened < u->n) {
		open_unit(h, u);
		return true;
	}
	if (w->next == u->n) {
		w->done = true;
		return true;
	}
	t = open_file(h, u->file[w->next]);
	if (!holds(&t, slice_str(w->name)) || !read_from(h, w, u->file[w->next]))
		w->next++;
	else
		w->done = h->nwants == was; /* else once more is known of what it calls itself */
	return true;
}
