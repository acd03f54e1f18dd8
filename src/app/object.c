#include "app/object.h"

#include <stdio.h>
#include <string.h>

#include "app/ask.h"
#include "app/scope.h"
#include "base/json.h"
#include "race/declared.h"

enum { LINES_LOOKED = 200000, BODY_LINES = 3000 };

/* ---- what is declared ---- */

static bool is_tag_line(struct slice line)
{
	return slice_starts(line, "struct ") || slice_starts(line, "union ") || slice_starts(line, "static ") || slice_starts(line, "extern ") ||
	       slice_starts(line, "const ");
}

static uint32_t last_line(const struct listing *l)
{
	uint32_t n = l->n < LINES_LOOKED ? (uint32_t)l->n : LINES_LOOKED;

	if (l->file && l->file->n && l->file->lines[l->file->n - 1].line > n)
		n = l->file->lines[l->file->n - 1].line;
	return n < LINES_LOOKED ? n : LINES_LOOKED;
}

/* A variable of the file: "static struct foo x;", or "} x;" behind "static struct foo {". */
static bool declared_in_file(struct session *s, const struct listing *l, struct slice name, struct arena *a, struct declared *d)
{
	struct buf open = BUF_INIT, text = BUF_INIT;
	const struct evidence_line *read;
	struct slice line;
	bool found = false;

	for (uint32_t i = 1, last = last_line(l); i <= last && !found; i++) {
		if (!listing_at(s, l, i, &line, &read)) {
			buf_clear(&open); /* it may have been closed */
			continue;
		}
		buf_clear(&text);
		if (is_tag_line(line) && slice_ends(slice_rtrim(line), "{")) {
			buf_clear(&open);
			buf_add_slice(&open, slice_rtrim(line));
			continue;
		}
		if (slice_starts(line, "}"))
			buf_add_slice(&text, buf_slice(&open));
		else if (!is_tag_line(line))
			continue;
		buf_add_slice(&text, line);
		if (slice_chr(line, '(', 0) == SLICE_NONE && slice_find_slice(line, name, 0) != SLICE_NONE)
			found = declared_as(buf_slice(&text), name, d);
		if (slice_starts(line, "}"))
			buf_clear(&open);
	}
	if (found)
		d->tag = arena_slice(a, d->tag);
	buf_release(&open);
	buf_release(&text);
	return found;
}

/* As what a name is declared that an lvalue of this line begins with. */
static bool declared_at(struct session *s, struct slice path, uint32_t line, struct slice name, struct arena *a, struct declared *d)
{
	struct arena *lines = arena_new();
	char word[64];
	struct listing l;
	struct scope sc;
	bool found;

	listing_of(s, path, lines, &l);
	scope_of(s, &l, line, &sc);
	found = declared_as(buf_slice(&sc.body), name, d) || declared_as(buf_slice(&sc.head), name, d);
	if (found)
		d->tag = arena_slice(a, d->tag);
	snprintf(word, sizeof word, "%.*s", (int)(name.n < sizeof word - 1 ? name.n : sizeof word - 1), name.p);
	if (!found && sc.whole && !scope_declares(&sc, word))
		found = declared_in_file(s, &l, name, a, d);
	scope_release(&sc);
	arena_free(lines);
	return found;
}

/* ---- definitions ---- */

static bool defines(struct slice line, struct slice tag)
{
	struct tokens t;

	if (line.n == 0 || !strchr("sut", line.p[0])) /* most lines are told so */
		return false;
	t = tokens_of(line);
	if (!token_is_word(&t.now, "struct") && !token_is_word(&t.now, "union") && !token_is_word(&t.now, "static") && !token_is_word(&t.now, "typedef"))
		return false;
	while (t.now.kind == TOKEN_NAME && !slice_eq(t.now.s, tag))
		tokens_next(&t);
	if (t.now.kind != TOKEN_NAME || (!token_is_word(&t.before, "struct") && !token_is_word(&t.before, "union")))
		return false;
	tokens_next(&t);
	return token_is(&t.now, "{");
}

/* The text of the struct from the line on where it begins, as far as it is known without gaps. */
static bool body_at(struct session *s, struct slice path, uint32_t line, struct slice tag, struct buf *text, struct slice *body)
{
	struct arena *a = arena_new();
	const struct evidence_line *read;
	struct listing l;
	struct slice one;
	bool found;

	buf_clear(text);
	listing_of(s, path, a, &l);
	for (uint32_t i = 0; i < BODY_LINES && listing_at(s, &l, line + i, &one, &read); i++) {
		buf_add_slice(text, one);
		buf_addc(text, '\n');
		if (slice_starts(one, "}"))
			break;
	}
	found = declared_body(buf_slice(text), tag, body);
	arena_free(a);
	return found;
}

/* As what a field is declared in the struct's definition, where one was returned whole. */
static bool declared_field(struct session *s, struct slice tag, struct slice field, struct arena *a, struct declared *d)
{
	const struct evidence *ev = s->evidence;
	struct buf text = BUF_INIT;
	struct slice body;
	bool found = false, seen = false;
	size_t looked = 0;

	for (size_t i = 0; i < evidence_files(ev) && !seen; i++) {
		const struct evidence_file *f = evidence_at(ev, i);

		for (size_t k = 0; k < f->n && looked++ < LINES_LOOKED && !seen; k++) {
			if (!defines(f->lines[k].text, tag) || !session_shows_line(s, &f->lines[k]))
				continue;
			seen = body_at(s, f->path, f->lines[k].line, tag, &text, &body);
			found = seen && declared_as(body, field, d);
		}
	}
	if (found)
		d->tag = arena_slice(a, d->tag);
	buf_release(&text);
	return found;
}

/* ---- layouts ---- */

static bool is_of(struct slice name, struct slice tag)
{
	if (!slice_eat(&name, "struct "))
		slice_eat(&name, "union ");
	return slice_eq(name, tag);
}

/* Is this array the layout of the struct? */
static bool take(struct slice fields, struct arena *a, struct object *o, uint32_t span)
{
	if (!members_read(fields, a, &o->members))
		return false;
	o->member = members_find(&o->members, o->field);
	o->span = span;
	o->laid_out = o->member != NULL;
	return o->laid_out;
}

/* What the reviewer asked about the code of this commit. */
static void lay_out_asked(struct session *s, struct arena *a, struct object *o)
{
	struct ask_tree t;
	struct slice answer, name;
	size_t at = 0;

	if (!s->app->ask || ask_tree(s, SLICE(""), a, &t, NULL) < 0)
		return;
	while (!o->laid_out && ask_kept(s->app->ask, "codesearch-layout", &t, &at, &answer))
		if (json_get_str(a, answer, "Name", &name) && is_of(name, o->tag))
			take(json_member(answer, "Fields"), a, o, EVIDENCE_NO_SPAN);
}

/* Of the struct, from the first of the tool's spans that tells its field. */
static void lay_out(struct session *s, struct arena *a, struct object *o)
{
	const uint32_t *spans;
	size_t n = evidence_layouts(s->evidence, &spans);

	for (size_t i = 0; i < n && !o->laid_out; i++) {
		struct slice name, fields;

		if (session_member(s, spans[i], FIELD_ARGS, "Name", &name) > 0 && is_of(name, o->tag) &&
		    session_member(s, spans[i], FIELD_RESULTS, "Fields", &fields) > 0)
			take(fields, a, o, spans[i]);
	}
	if (!o->laid_out)
		lay_out_asked(s, a, o);
}

/* ---- the way to the field ---- */

/* What an lvalue begins with: a name, or a cast of anything. */
static bool begin(struct session *s, struct tokens *t, struct slice path, uint32_t line, struct arena *a, struct declared *d)
{
	struct tokens in = *t;

	if (token_is_name(&t->now)) {
		struct slice name = t->now.s;

		tokens_next(t);
		return declared_at(s, path, line, name, a, d);
	}
	*d = (struct declared){.stars = 1};
	if (!tokens_eat(&in, "(") || !token_is(&in.now, "(") || !declared_cast(slice_sub(in.code, tokens_from(&in), in.code.n), &d->tag))
		return false;
	tokens_next(t);
	tokens_skip_to(t, ")");
	d->tag = arena_slice(a, d->tag);
	return true;
}

/* An element of it. */
static bool index_one(struct tokens *t, struct declared *d)
{
	tokens_skip_to(t, "]");
	if (d->array)
		d->array = false;
	else if (d->stars)
		d->stars--;
	else
		return false;
	return true;
}

bool object_of(struct session *s, const char *lvalue, struct slice path, uint32_t line, struct arena *a, struct object *out)
{
	struct slice code = arena_slice(a, slice_str(lvalue));
	struct tokens t = tokens_of(code);
	struct declared d;

	*out = (struct object){0};
	if (!begin(s, &t, path, line, a, &d))
		return false;
	while (t.now.kind != TOKEN_END) {
		bool arrow = token_is(&t.now, "->");

		if (tokens_eat(&t, "[")) {
			if (!index_one(&t, &d))
				return false;
			continue;
		}
		if ((!arrow && !token_is(&t.now, ".")) || d.stars != (arrow ? 1 : 0) || d.array)
			return false;
		tokens_next(&t);
		if (t.now.kind != TOKEN_NAME)
			return false;
		out->tag = d.tag;
		out->field = t.now.s;
		tokens_next(&t);
		if (t.now.kind == TOKEN_END)
			break;
		if (token_is(&t.now, "[")) {
			struct tokens rest = t;

			tokens_next(&rest);
			tokens_skip_to(&rest, "]");
			out->element = rest.now.kind == TOKEN_END;
			if (out->element)
				break;
		}
		if (!declared_field(s, out->tag, out->field, a, &d))
			return false;
	}
	if (out->tag.n == 0 || out->field.n == 0)
		return false;
	lay_out(s, a, out);
	return true;
}
