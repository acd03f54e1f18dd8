#include "app/unread.h"

#include <string.h>

#include "app/listing.h"
#include "app/race.h"
#include "base/clex.h"
#include "workspace/function.h"

/* Lines of source that are looked through for a field. */
enum { LINES_LOOKED = 200000 };

struct finder {
	struct session *s;
	struct arena *a;
	struct unread_row *rows;
	size_t n;
	bool waits;
};

const char *unread_state_name(enum unread_state s)
{
	static const char *const names[] = {
		[UNREAD_NEVER] = "never read", [UNREAD_GREPPED] = "only grepped", [UNREAD_PARTLY] = "partly read", [UNREAD_READ] = "read",
		[UNREAD_OPEN] = "not known",
	};

	return names[s];
}

static struct unread_row *add(struct finder *f, enum unread_what what, struct slice name)
{
	struct unread_row *r;

	if (f->n == UNREAD_ROWS)
		return NULL;
	r = &f->rows[f->n++];
	*r = (struct unread_row){.what = what, .name = arena_slice(f->a, name)};
	return r;
}

/* ---- functions ---- */

static bool is_read(const struct finder *f, const struct listing *l, uint32_t line)
{
	const struct evidence_line *e = l->file ? evidence_line(l->file, line) : NULL;

	return e && e->kind == EVIDENCE_READ && session_shows_line(f->s, e);
}

/* The lines around `line` that follow each other and are known, as a text; `*first`: the number of its first. */
static void block(const struct finder *f, const struct listing *l, uint32_t line, struct buf *text, uint32_t *first)
{
	const struct evidence_line *e;
	struct slice s;
	uint32_t from = line;

	while (from > 1 && listing_at(f->s, l, from - 1, &s, &e))
		from--;
	*first = from;
	for (; listing_at(f->s, l, from, &s, &e); from++) {
		buf_add_slice(text, s);
		buf_addc(text, '\n');
	}
}

static void count(const struct finder *f, const struct listing *l, uint32_t first, uint32_t last, struct unread_row *r)
{
	r->lines = last - first + 1;
	for (uint32_t i = first; i <= last; i++)
		r->got += is_read(f, l, i);
	r->state = r->got == r->lines ? UNREAD_READ : r->got ? UNREAD_PARTLY : UNREAD_NEVER;
}

/* How much of the function around a line was returned. */
static void judge(const struct finder *f, struct unread_row *r)
{
	struct arena *a = arena_new();
	struct buf text = BUF_INIT;
	const struct evidence_line *e;
	struct function fn;
	struct listing l;
	struct slice s;
	uint32_t first;

	listing_of(f->s, r->path, a, &l);
	r->state = UNREAD_NEVER;
	if (r->line && listing_at(f->s, &l, r->line, &s, &e)) {
		block(f, &l, r->line, &text, &first);
		if (function_at(buf_slice(&text), r->line - first + 1, &fn) &&
		    listing_at(f->s, &l, first + fn.last - 1, &s, &e) && slice_starts(s, "}")) {
			count(f, &l, first + fn.first - 1, first + fn.last - 1, r);
		} else if (is_read(f, &l, r->line)) { /* where it begins or ends was not returned */
			r->state = UNREAD_PARTLY;
		}
		if (r->state == UNREAD_NEVER && l.file && (e = evidence_line(l.file, r->line)) && session_shows_line(f->s, e))
			r->state = UNREAD_GREPPED;
	}
	buf_release(&text);
	arena_free(a);
}

static void add_frame(struct finder *f, enum unread_what what, const struct frame *fr, struct slice of)
{
	struct unread_row *r;

	for (size_t i = 0; i < f->n; i++)
		if (slice_eq(f->rows[i].name, fr->function) && slice_eq(f->rows[i].path, fr->file))
			return;
	r = add(f, what, fr->function);
	if (!r)
		return;
	r->path = arena_slice(f->a, fr->file);
	r->line = fr->line;
	r->of = arena_slice(f->a, of);
	if (fr->file.n)
		judge(f, r);
}

/* ---- the field ---- */

/* "	void *owner;", "	u32 owner : 3;", "	int owner[4];": a member declared. */
static bool declares(struct slice line, struct slice name)
{
	size_t at = clex_find_word(line, name, 0), end = at + name.n;

	if (at == SLICE_NONE || at < 2 || (line.p[0] != '\t' && line.p[0] != ' ') || slice_chr(line, '=', 0) != SLICE_NONE ||
	    slice_chr(line, '(', 0) != SLICE_NONE || line.p[at - 1] == '.' || line.p[at - 1] == '>' || slice_starts(slice_trim(line), "return"))
		return false;
	while (end < line.n && (line.p[end] == ' ' || line.p[end] == '[' || line.p[end] == ']' || line.p[end] == ':' || clex_is_ident(line.p[end])))
		end++;
	return end < line.n && (line.p[end] == ';' || line.p[end] == ',') && clex_is_ident(slice_trim(line).p[0]) &&
	       slice_trim(slice_sub(line, 0, at)).n > 0;
}

/* What is raced for. */
struct field {
	struct slice name;
	bool alone; /* it is no member of anything */
};

static bool is_comment(struct slice code)
{
	return slice_starts(code, "/*") || slice_starts(code, "//") || slice_starts(code, "* ") || slice_starts(code, "*/") || slice_is(code, "*");
}

/* "p->owner", "x.owner"; not ".owner = x", which begins one of whatever struct. */
static bool uses(struct slice line, const struct field *d)
{
	struct slice code = slice_trim(line);

	for (size_t at = 0; !is_comment(code) && (at = clex_find_word(code, d->name, at)) != SLICE_NONE; at++) {
		bool dot = at > 0 && code.p[at - 1] == '.', arrow = at > 1 && code.p[at - 1] == '>' && code.p[at - 2] == '-';

		if (d->alone ? !dot && !arrow : arrow || (dot && at > 1 && (clex_is_ident(code.p[at - 2]) || strchr(")]", code.p[at - 2]))))
			return true;
	}
	return false;
}

/* Was the structure asked for by a tool, or was the line read that declares the field? */
static void add_struct(struct finder *f, struct slice field)
{
	struct unread_row *r = add(f, UNREAD_STRUCT, field);
	const struct evidence *ev = f->s->evidence;
	size_t looked = 0;

	if (!r)
		return;
	for (size_t i = 0; i < evidence_files(ev) && r->state != UNREAD_READ; i++) {
		const struct evidence_file *file = evidence_at(ev, i);

		for (size_t k = 0; k < file->n && looked++ < LINES_LOOKED && r->state != UNREAD_READ; k++) {
			const struct evidence_line *l = &file->lines[k];

			if (!declares(l->text, field) || !session_shows_line(f->s, l))
				continue;
			r->state = l->kind == EVIDENCE_READ ? UNREAD_READ : UNREAD_GREPPED;
			r->path = arena_slice(f->a, file->path);
			r->line = l->line;
		}
	}
	if (r->state == UNREAD_NEVER && looked >= LINES_LOOKED)
		r->state = UNREAD_OPEN;
}

/* A line with the field that was not read; a function that is listed is not told again. */
static void add_user(struct finder *f, const struct field *d, struct slice path, uint32_t line, bool grepped, struct slice function)
{
	struct unread_row *r;

	for (size_t i = 0; i < f->n; i++)
		if (f->rows[i].what <= UNREAD_CALLER && slice_eq(f->rows[i].path, path) &&
		    (f->rows[i].line == line || (function.n && slice_eq(f->rows[i].name, function))))
			return;
	r = add(f, UNREAD_USER, d->name);
	if (!r)
		return;
	r->state = grepped ? UNREAD_GREPPED : UNREAD_NEVER;
	r->path = arena_slice(f->a, path);
	r->line = line;
	r->of = arena_slice(f->a, function);
}

/* By what tools returned: lines that a search showed and that nothing read around. */
static void users_returned(struct finder *f, const struct evidence_file *file, const struct field *d, size_t *looked)
{
	for (size_t k = 0; k < file->n && (*looked)++ < LINES_LOOKED; k++) {
		const struct evidence_line *l = &file->lines[k];

		if (l->kind == EVIDENCE_GREP && uses(l->text, d) && session_shows_line(f->s, l))
			add_user(f, d, file->path, l->line, true, SLICE(""));
	}
}

/* By the file as the repository has it: functions that use it at lines that were not read, each once. */
static void users_there(struct finder *f, struct slice path, const struct listing *l, const struct field *d)
{
	const char *end = l->n ? l->line[l->n - 1].p + l->line[l->n - 1].n : NULL;
	uint32_t from = 1;

	for (uint32_t i = 1; i <= l->n; i++) {
		const char *p = l->line[from - 1].p;
		const struct evidence_line *e;
		struct function fn;

		if (!uses(l->line[i - 1], d) || is_read(f, l, i) || !function_at((struct slice){p, (size_t)(end - p)}, i - from + 1, &fn))
			continue;
		e = l->file ? evidence_line(l->file, i) : NULL;
		add_user(f, d, path, i, e && session_shows_line(f->s, e), fn.name);
		i = from - 1 + fn.last;
		from = i < l->n ? i + 1 : i;
	}
}

/* Is it one of the files that the rows so far are in?  Of these the repository's text is looked at. */
static bool is_near(const struct finder *f, size_t n, struct slice path)
{
	for (size_t i = 0; i < n; i++)
		if (slice_eq(f->rows[i].path, path))
			return true;
	return false;
}

static void add_users(struct finder *f, const struct field *d)
{
	const struct evidence *ev = f->s->evidence;
	size_t near = f->n, looked = 0;
	bool asks = false, foreign = listing_is_foreign(f->s, &asks);
	struct arena *a = arena_new();

	for (size_t i = 0; i < near; i++) {
		struct slice path = f->rows[i].path;
		struct listing l;

		if (path.n == 0 || is_near(f, i, path))
			continue;
		listing_of(f->s, path, a, &l);
		f->waits |= l.waits;
		if (l.from == LISTING_COMMIT && (l.compared || !foreign))
			users_there(f, path, &l, d);
		else if (l.file)
			users_returned(f, l.file, d, &looked);
	}
	for (size_t i = 0; i < evidence_files(ev); i++)
		if (!is_near(f, near, evidence_at(ev, i)->path))
			users_returned(f, evidence_at(ev, i), d, &looked);
	arena_free(a);
}

static void add_field(struct finder *f)
{
	const struct crash *c = f->s->run->crash;
	struct field done = {0};

	for (unsigned i = 0; i < c->naccesses && i < 2; i++) {
		struct race_side side;
		struct field d = {0};

		race_look(f->s, i, &side);
		if (race_is_one(&side))
			d = (struct field){slice_str(side.candidate[side.which].field), side.candidate[side.which].plain};
		if (d.name.n == 0 || (slice_eq(d.name, done.name) && d.alone == done.alone))
			continue;
		done = (struct field){arena_slice(f->a, d.name), d.alone};
		if (!done.alone)
			add_struct(f, done.name);
		add_users(f, &done);
	}
}

size_t unread_find(struct session *s, struct arena *a, struct unread_row **rows, bool *waits)
{
	const struct crash *c = s->run->crash;
	struct finder f = {.s = s, .a = a, .rows = arena_alloc(a, UNREAD_ROWS * sizeof **rows)};

	for (unsigned i = 0; i < c->naccesses; i++) {
		const struct access *acc = &c->access[i];
		size_t site = crash_call_site(acc);

		for (size_t k = 0; k <= site && k < acc->nframes; k++)
			add_frame(&f, UNREAD_FUNCTION, &acc->frames[k], SLICE(""));
	}
	for (unsigned i = 0; i < c->naccesses; i++) { /* after these: what calls one racing function may be another */
		const struct access *acc = &c->access[i];
		size_t site = crash_call_site(acc);

		if (site + 1 < acc->nframes)
			add_frame(&f, UNREAD_CALLER, &acc->frames[site + 1], acc->frames[site].function);
	}
	add_field(&f);
	*rows = f.rows;
	*waits = f.waits;
	return f.n;
}
