#include "app/race.h"

#include <stdio.h>
#include <string.h>

#include "app/scope.h"
#include "race/call.h"
#include "race/family.h"

/* On 32-bit machines addresses have up to 8 digits behind the 0x. */
static uint32_t pointer_size(const struct access *a)
{
	return a->address_text.n > 10 ? 8 : 4;
}

static size_t narrow(const struct access *a, struct lvalue *l, size_t n)
{
	bool read = a->kind == ACCESS_READ || a->kind == ACCESS_READ_WRITE, write = a->kind == ACCESS_WRITE || a->kind == ACCESS_READ_WRITE;

	return lvalue_narrow(l, n, read || !write, write, a->size, pointer_size(a));
}

/* ---- the access line ---- */

static void drop_locals(const struct scope *sc, struct race_side *r)
{
	size_t n = 0;

	for (size_t i = 0; i < r->n; i++)
		if (!r->candidate[i].plain || !scope_declares(sc, r->candidate[i].text))
			r->candidate[n++] = r->candidate[i];
	r->n = lvalue_drop_lent(r->candidate, n);
	r->local = r->n == 1 && r->candidate[0].plain && !sc->whole;
}

/* Elements of one array that a line names by several indexes are one candidate: which of them it is does not matter to its fields. */
static void join_elements(struct race_side *r)
{
	size_t n = 0;

	for (size_t i = 0; i < r->n; i++) {
		struct lvalue one = r->candidate[i];
		size_t k = 0;

		lvalue_drop_indexes(&one);
		for (; k < n; k++) {
			struct lvalue known = r->candidate[k];

			lvalue_drop_indexes(&known);
			if (strcmp(known.text, one.text) == 0)
				break;
		}
		if (k == n) {
			r->candidate[n++] = r->candidate[i];
			continue;
		}
		one.linked |= r->candidate[k].linked;
		r->candidate[k] = one;
	}
	r->n = n;
}

static void judge(struct race_side *r)
{
	join_elements(r);
	r->known = r->n == 0 ? RACE_NONE : r->n == 1 && !r->local ? RACE_ONE : RACE_SEVERAL;
}

static void look_at_line(struct session *s, const struct access *a, struct race_side *out)
{
	struct arena *arena = arena_new();
	struct buf code = BUF_INIT;
	struct scope sc;
	struct listing l;

	listing_of(s, a->frames[0].file, arena, &l);
	if (scope_statement(s, &l, a->frames[0].line, &code)) {
		out->n = narrow(a, out->candidate, lvalue_find(buf_slice(&code), out->candidate, LVALUES_MAX));
		scope_of(s, &l, a->frames[0].line, &sc);
		drop_locals(&sc, out);
		scope_release(&sc);
		judge(out);
	}
	buf_release(&code);
	arena_free(arena);
}

/* ---- call sites ---- */

/* The call in frame `k` of the function of the frame before; its text is part of `code`. */
static bool call_in(struct session *s, const struct access *a, size_t k, struct buf *code, struct call *c)
{
	struct arena *arena = arena_new();
	struct listing l;
	bool found = false;

	if (a->frames[k].line && a->frames[k - 1].function.n) {
		listing_of(s, a->frames[k].file, arena, &l);
		found = scope_statement(s, &l, a->frames[k].line, code) && call_find(buf_slice(code), a->frames[k - 1].function, c);
	}
	arena_free(arena);
	return found;
}

/* The text of the helper is not known; what its name tells of what it is given may be enough. */
static void look_at_call(struct session *s, const struct access *a, size_t k, struct race_side *out)
{
	struct buf code = BUF_INIT;
	struct family f;
	struct call c;

	if (call_in(s, a, k, &code, &c) && family_of(a->frames[k - 1].function, &f)) {
		out->n = narrow(a, out->candidate, lvalue_find(c.text, out->candidate, LVALUES_MAX));
		out->frame = k;
		if (out->n)
			judge(out);
	}
	buf_release(&code);
}

/* On one line, and cut where it is long. */
static void on_one_line(struct slice text, char *out, size_t size)
{
	struct slice word, rest = text;
	struct buf b = BUF_INIT;

	while (rest.n) {
		size_t n = 0;

		while (n < rest.n && !strchr(" \t\r\n", rest.p[n]))
			n++;
		word = slice_sub(rest, 0, n);
		rest = slice_trim(slice_sub(rest, n, rest.n));
		buf_addf(&b, "%s%.*s", b.n ? " " : "", (int)word.n, word.p);
	}
	snprintf(out, size, "%.*s%s", (int)(b.n < size ? b.n : size - 4), buf_str(&b), b.n < size ? "" : "...");
	buf_release(&b);
}

/* Has it the same name everywhere: is what it begins with neither declared nor a parameter in the function? */
static bool is_global(const struct scope *sc, const struct lvalue *l)
{
	char first[LVALUE_MAX];

	snprintf(first, sizeof first, "%s", l->text + strspn(l->text, "*("));
	first[strcspn(first, "-.[)")] = '\0';
	return sc->whole && !strpbrk(first, " *(") && !scope_declares(sc, first);
}

/* From the names of frame `at` to those of the next one; false: not all are known.  `global` is kept from frame to frame. */
static bool rename_all(struct session *s, const struct access *a, struct race_side *r, bool *global)
{
	const struct frame *f = &a->frames[r->at];
	struct lvalue next[LVALUES_MAX];
	struct arena *arena = arena_new();
	struct buf code = BUF_INIT;
	struct call head, c;
	struct listing l;
	struct scope sc;
	bool calls, known = true;

	listing_of(s, f->file, arena, &l);
	scope_of(s, &l, f->line, &sc);
	calls = call_in(s, a, r->at + 1, &code, &c) && call_head(buf_slice(&sc.head), f->function, &head);
	for (size_t i = 0; i < r->n && known; i++) {
		next[i] = r->site[i];
		global[i] |= is_global(&sc, &r->site[i]);
		if (global[i])
			continue;
		known = calls && call_rename(r->site[i].text, &head, &c, &next[i]) == CALL_RENAMED;
		next[i].read = r->site[i].read;
		next[i].write = r->site[i].write;
		next[i].linked = r->site[i].linked;
	}
	if (known)
		memcpy(r->site, next, r->n * sizeof *next);
	scope_release(&sc);
	buf_release(&code);
	arena_free(arena);
	return known;
}

static void look_at_sites(struct session *s, const struct access *a, struct race_side *r)
{
	bool global[LVALUES_MAX] = {false};

	memcpy(r->site, r->candidate, sizeof r->site);
	r->at = r->frame;
	while (r->n && r->at < r->called && rename_all(s, a, r, global))
		r->at++;
	if (r->at < r->called) {
		struct buf code = BUF_INIT;
		struct call c;

		if (call_in(s, a, r->called, &code, &c))
			on_one_line(c.text, r->call, sizeof r->call);
		buf_release(&code);
	}
}

static void look(struct session *s, unsigned i, struct race_side *out)
{
	const struct access *a = &s->run->crash->access[i];
	size_t site = crash_call_site(a);

	*out = (struct race_side){.known = RACE_NO_LINE, .called = site < a->nframes ? site : 0};
	if (a->nframes && a->frames[0].line)
		look_at_line(s, a, out);
	for (size_t k = 1; k <= out->called && out->known == RACE_NO_LINE; k++)
		look_at_call(s, a, k, out);
	look_at_sites(s, a, out);
}

/* ---- what the other side tells ---- */

/* The same field, by the names of both lines or of both call sites: of one object, as the bytes are the same. */
static bool names_too(const struct race_side *one, const struct race_side *r, size_t i)
{
	const struct lvalue *l = &r->candidate[i], *o = &one->candidate[0];

	return strcmp(l->text, o->text) == 0 || strcmp(r->site[i].text, one->site[0].text) == 0 ||
	       (!l->plain && !o->plain && strcmp(l->field, o->field) == 0);
}

/* Of several candidates the one that the other side names, which leaves no choice by its own line. */
static void ask_other(const struct race_side *one, struct race_side *r)
{
	size_t n = 0;

	for (size_t i = 0; i < r->n; i++)
		if (names_too(one, r, i)) {
			r->which = i;
			n++;
		}
	r->told = n == 1 && !r->candidate[r->which].linked;
	r->which = r->told ? r->which : 0;
	snprintf(r->told_by, sizeof r->told_by, "%s", one->candidate[0].text);
}

void race_look(struct session *s, unsigned i, struct race_side *out)
{
	const struct crash *c = s->run->crash;
	struct race_side other;

	look(s, i, out);
	if (out->known != RACE_SEVERAL || out->local || c->naccesses != 2 || c->access[0].address != c->access[1].address ||
	    c->access[0].size != c->access[1].size)
		return;
	look(s, !i, &other);
	if (other.known == RACE_ONE && !other.candidate[0].linked)
		ask_other(&other, out);
}

bool race_is_one(const struct race_side *r)
{
	return r->known == RACE_ONE || r->told;
}

/* ---- in words ---- */

static void add_candidate(const struct race_side *r, size_t i, struct buf *out)
{
	buf_adds(out, r->candidate[i].text);
	if (r->candidate[i].linked)
		buf_adds(out, " or what it is linked with");
}

static bool is_renamed(const struct race_side *r, size_t i)
{
	return strcmp(r->site[i].text, r->candidate[i].text) != 0;
}

static void add_names(const struct access *a, const struct race_side *r, struct buf *out)
{
	const struct frame *at = &a->frames[r->at];

	if (r->known == RACE_ONE || r->local) {
		add_candidate(r, 0, out);
		buf_adds(out, r->frame ? ", by what is called" : ", by the text of its line");
		buf_adds(out, r->local ? ", where that is no local variable" : "");
		if (is_renamed(r, 0))
			buf_addf(out, "; in %.*s that is %s", (int)at->function.n, at->function.p, r->site[0].text);
		return;
	}
	buf_adds(out, "one of these: ");
	for (size_t i = 0; i < r->n; i++) {
		buf_adds(out, i ? ", " : "");
		add_candidate(r, i, out);
		if (is_renamed(r, i))
			buf_addf(out, " (%s)", r->site[i].text);
	}
	if (r->told && strcmp(r->told_by, r->candidate[r->which].text) == 0)
		buf_addf(out, "; of them the other side's line names %s alone, for the same bytes", r->told_by);
	else if (r->told)
		buf_addf(out, "; the other side's line names %s, for the same bytes, which of them can be %s alone", r->told_by, r->candidate[r->which].text);
}

static void add_side(const struct access *a, const char *which, const struct race_side *r, struct buf *out)
{
	buf_addf(out, "%sThe %s %s ", out->n ? " " : "", which, access_kind_name(a->kind));
	switch (r->known) {
	case RACE_NO_LINE:
		buf_adds(out, "is to a line whose text is not known");
		break;
	case RACE_NONE:
		buf_adds(out, "is not to be told from the text of its line");
		break;
	case RACE_ONE:
	case RACE_SEVERAL:
		buf_adds(out, "is to ");
		add_names(a, r, out);
	}
	if (r->call[0])
		buf_addf(out, "; %.*s calls %s", (int)a->frames[r->called].function.n, a->frames[r->called].function.p, r->call);
	buf_addc(out, '.');
}

/* Do both sides have one name, and the same? */
static bool is_same(const struct race_side *a, const struct race_side *b)
{
	return a->known == RACE_ONE && b->known == RACE_ONE && strcmp(a->site[0].text, b->site[0].text) == 0 && !a->candidate[0].linked &&
	       !b->candidate[0].linked;
}

/* Is it the name that stands in its line? */
static bool is_of_line(const struct race_side *r)
{
	return r->frame == 0 && !is_renamed(r, 0);
}

void race_words(struct session *s, struct buf *out)
{
	static const char *const which[] = {"first", "second"};
	const struct crash *c = s->run->crash;
	struct race_side side[2];
	struct buf b = BUF_INIT;

	for (unsigned i = 0; i < c->naccesses && i < 2; i++)
		race_look(s, i, &side[i]);
	if (c->naccesses == 2 && is_same(&side[0], &side[1])) {
		bool lines = is_of_line(&side[0]) && is_of_line(&side[1]);

		buf_addf(&b, lines ? "Both lines name %s." : "Both sides name %s, by what is called.", side[0].site[0].text);
	} else {
		bool known = false;

		for (unsigned i = 0; i < c->naccesses && i < 2; i++)
			known |= side[i].known != RACE_NO_LINE || side[i].call[0];
		for (unsigned i = 0; known && i < c->naccesses && i < 2; i++)
			add_side(&c->access[i], which[i], &side[i], &b);
	}
	if (b.n) {
		buf_addf(out, "%s", out->n ? " " : "");
		buf_add_slice(out, buf_slice(&b));
	}
	buf_release(&b);
}
