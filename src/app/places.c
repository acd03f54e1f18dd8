#include "app/places.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/kernel.h"
#include "app/listing.h"
#include "app/resolve.h"
#include "base/fs.h"
#include "base/mem.h"
#include "source/vmlinux.h"

struct places {
	struct app *app;
	struct loop *l;
	void (*news)(void *arg);
	void *arg;
	const struct crash *of; /* that was asked about, with `text`: another one may get its place in memory; NULL: none */
	const char *text;
	char *file;             /* owned; that was asked */
	struct vmlinux *question; /* under way; or NULL */
	struct arena *arena;    /* of what came */
	struct crash_places *found; /* in the arena */
	size_t n;
	struct buf why;
	bool came; /* and was not taken yet */
	/* functions that were looked up: all is known of this crash's, at this commit */
	const char *looked; /* the text of the crash; NULL: not all is known */
	struct buf looked_at; /* repository and commit */
	bool waits;           /* the repository was asked */
};

struct places *places_new(struct app *a, struct loop *l, void (*news)(void *arg), void *arg)
{
	struct places *p = xcalloc(1, sizeof *p);

	*p = (struct places){.app = a, .l = l, .news = news, .arg = arg};
	return p;
}

static void forget(struct places *p)
{
	vmlinux_stop(p->question);
	p->question = NULL;
	arena_free(p->arena);
	p->arena = NULL;
	free(p->file);
	p->file = NULL;
	buf_clear(&p->why);
	p->of = NULL;
	p->n = 0;
	p->came = false;
}

void places_free(struct places *p)
{
	if (!p)
		return;
	forget(p);
	buf_release(&p->why);
	buf_release(&p->looked_at);
	free(p);
}

/* The file to ask: owned by the caller; NULL: none is named. */
static char *file_of(const struct app *a)
{
	const char *named = a->conf.value[OPT_VMLINUX], *build = a->conf.value[OPT_BUILD];
	char *path;

	if (named[0])
		return xstrdup(named);
	if (!build[0])
		return NULL;
	path = fs_join(build, "vmlinux");
	if (access(path, R_OK) == 0)
		return path;
	free(path);
	return NULL;
}

static bool wants(const struct frame *f)
{
	return f->file.n == 0 && f->has_offset && f->function.n && f->module.n == 0;
}

/* What came is kept until the screen takes it. */
static void on_found(void *arg, const struct vmlinux_found *found, struct slice why)
{
	struct places *p = arg;

	p->question = NULL;
	p->came = true;
	buf_add_slice(&p->why, why);
	for (size_t i = 0; i < p->n; i++) {
		struct crash_places *c = &p->found[i];
		struct crash_place *at = found && found[i].n ? arena_alloc(p->arena, found[i].n * sizeof *at) : NULL;

		c->n = at ? found[i].n : 0;
		c->place = at;
		for (size_t k = 0; k < c->n; k++)
			at[k] = (struct crash_place){arena_slice(p->arena, found[i].place[k].function),
						     arena_slice(p->arena, found[i].place[k].file), found[i].place[k].line};
	}
	p->news(p->arg);
}

static void begin(struct places *p, const struct crash *c)
{
	struct vmlinux_frame *frames;
	struct err e = {0};

	p->of = c;
	p->text = c->text.p;
	p->arena = arena_new();
	frames = arena_alloc(p->arena, VMLINUX_FRAMES * sizeof *frames);
	p->found = arena_alloc(p->arena, VMLINUX_FRAMES * sizeof *p->found);
	for (unsigned s = 0; s < crash_nstacks(c); s++) {
		size_t n;
		const struct frame *f = crash_frames(c, s, &n);

		for (size_t i = 0; i < n && p->n < VMLINUX_FRAMES; i++) {
			struct slice name = f[i].function;

			if (!wants(&f[i]))
				continue;
			frames[p->n] = (struct vmlinux_frame){name, f[i].offset, f[i].length};
			p->found[p->n++] = (struct crash_places){.stack = s, .frame = i};
		}
	}
	if (p->n == 0)
		return;
	p->question = vmlinux_ask(p->l, p->file, c->release, frames, p->n, on_found, p, &e);
	if (p->question)
		return;
	buf_adds(&p->why, e.msg);
	p->n = 0;
	p->came = true;
	p->news(p->arg);
}

void places_look(struct places *p, struct session *s)
{
	const struct crash *c = s->run->crash;
	char *file = p ? file_of(p->app) : NULL;

	if (!p)
		return;
	if (p->file && file && p->of == c && p->text == c->text.p && strcmp(p->file, file) == 0) {
		free(file);
		return;
	}
	forget(p);
	p->file = file;
	if (file)
		begin(p, c);
}

/* Fill what came into the crash; how many places there were. */
static size_t fill(struct places *p, struct crash *c, struct buf *words)
{
	size_t n = 0;

	for (size_t i = 0; i < p->n; i++)
		n += p->found[i].n > 0;
	if (n) {
		crash_give_places(c, p->found, p->n);
		buf_addf(words, "places of %zu of %zu frames are from %s", n, p->n, p->file);
	} else {
		buf_add_slice(words, buf_slice(&p->why));
	}
	p->n = 0;
	return n;
}

static void arrived(void *arg)
{
	loop_stop(arg, 0);
}

int places_find(struct app *a, struct crash *c, struct buf *words, struct err *e)
{
	struct loop *l = loop_new(e);
	struct places *p = l ? places_new(a, l, arrived, l) : NULL;
	size_t n = 0;

	if (!l)
		return -1;
	p->file = file_of(a);
	if (p->file)
		begin(p, c);
	if (p->question)
		loop_run(l);
	if (p->came)
		n = fill(p, c, words);
	places_free(p);
	loop_free(l);
	return n > 0;
}

bool places_take(struct places *p, struct session *s, struct buf *words, bool *filled)
{
	if (!p || !p->came || p->of != s->run->crash || p->text != s->run->crash->text.p)
		return false;
	p->came = false;
	*filled = fill(p, s->run->crash, words) > 0;
	s->shown += *filled;
	return true;
}

/* ---- by the name of the function ---- */

enum { FILES = 16 }; /* that hold the name, and are looked through for its definition */

/* The line of `text` that defines it; 0: none. */
static uint32_t defined_at(struct slice text, struct slice name)
{
	for (size_t at = 0; (at = slice_find_slice(text, name, at)) != SLICE_NONE; at += name.n) {
		size_t from = at, to = slice_chr(text, '\n', at);
		uint32_t line = 1;

		while (from > 0 && text.p[from - 1] != '\n')
			from--;
		if (!resolve_defines(slice_sub(text, from, to), name) || slice_ends(slice_rtrim(slice_sub(text, from, to)), ";"))
			continue;
		for (size_t i = 0; i < from; i++)
			line += text.p[i] == '\n';
		return line;
	}
	return 0;
}

/* The one C file of a commit that defines it; 0 where none, several, or it is not known yet. */
static uint32_t definition(struct repo *r, struct slice id, struct slice name, struct buf *path, bool *waits)
{
	struct slice names, why, text;
	struct buf copy = BUF_INIT;
	size_t looked = 0, end, at = 0, found = 0;
	uint32_t line = 0;
	bool cut, asks = false;

	enum repo_state known = repo_holding(r, id, name, &names, &cut, &why);

	*waits |= known == REPO_ASKED;
	if (known != REPO_HAVE || cut)
		return 0;
	buf_add_slice(&copy, names); /* it is borrowed until the next question */
	for (; (end = slice_chr(buf_slice(&copy), '\0', at)) != SLICE_NONE; at = end + 1) {
		struct slice file = slice_sub(buf_slice(&copy), at, end);
		enum repo_state state;
		uint32_t n;

		if (!slice_ends(file, ".c") || ++looked > FILES)
			continue;
		state = repo_file(r, id, file, &text, &why);
		asks |= state == REPO_ASKED;
		n = state == REPO_HAVE ? defined_at(text, name) : 0;
		if (n && found++ == 0) {
			buf_clear(path);
			buf_add_slice(path, file);
			line = n;
		}
	}
	buf_release(&copy);
	*waits |= asks;
	return !asks && looked <= FILES && found == 1 ? line : 0;
}

bool places_asks(const struct places *p)
{
	return p && (p->question || p->waits);
}

bool places_define(struct places *p, struct session *s)
{
	struct crash *c = s->run->crash;
	struct err e;
	struct repo *r = kernel_repo(p->app->kernel, &e);
	struct slice id, why;
	struct buf path = BUF_INIT, commit = BUF_INIT, at = BUF_INIT;
	bool filled = false, waits = false, known;

	if (p->question || !r || session_commit(s).n == 0 || repo_commit(r, session_commit(s), &id, &why) != REPO_HAVE)
		return false;
	buf_add_slice(&commit, id);
	buf_addf(&at, "%s %s", repo_dir(r), buf_str(&commit));
	known = p->looked == c->text.p && slice_eq(buf_slice(&p->looked_at), buf_slice(&at));
	for (unsigned a = 0; a < c->naccesses && !known; a++)
		for (size_t i = 0; i < c->access[a].nframes && i <= crash_call_site(&c->access[a]); i++) {
			const struct frame *f = &c->access[a].frames[i];
			struct slice name = slice_sub(f->function, 0, slice_chr(f->function, '.', 0));
			uint32_t line = f->file.n == 0 && f->defined == 0 && name.n ? definition(r, buf_slice(&commit), name, &path, &waits) : 0;

			if (line)
				crash_give_definition(c, a, i, buf_slice(&path), line);
			filled |= line > 0;
		}
	s->shown += filled;
	p->waits = waits;
	p->looked = waits ? NULL : c->text.p;
	buf_clear(&p->looked_at);
	buf_add_slice(&p->looked_at, buf_slice(&at));
	buf_release(&at);
	buf_release(&path);
	buf_release(&commit);
	return filled;
}
