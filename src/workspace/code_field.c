/* Fields of structs: whose a name is that a line uses, and where it is declared. */
#include <string.h>

#include "base/clex.h"
#include "workspace/code.h"

enum { STRUCT_LINES = 5000 };

/* ---- whose it is ---- */

/* The one field of that name on the line, or 0: on any, as "struct::field" in `name`; false: there is none, or several. */
static bool field_on(struct code *c, const char *context, uint32_t line, struct slice *name, struct err *e, int *rc)
{
	const char *names[2];
	size_t n = 0;

	*rc = index_fields_at(c->g.index, c->a, slice_str(context), line, *name, names, 2, &n, e);
	if (*rc == 0 && n == 1)
		*name = slice_str(names[0]);
	return n > 0;
}

static bool has_line(struct slice args, uint32_t *line)
{
	int64_t n = 0;

	if (!json_get_int(args, "Line", &n) || n < 1 || n > UINT32_MAX)
		return false;
	*line = (uint32_t)n;
	return true;
}

int code_field_at(struct code *c, struct slice args, struct slice *name, struct err *e)
{
	const char *context;
	uint32_t line;
	int rc;

	if (code_context(c, args, &context, e) < 0)
		return -1;
	if (!c->exact || !context || !has_line(args, &line))
		return 0;
	if (code_prepare(c, context, e) < 0)
		return -1;
	if (!field_on(c, context, line, name, e, &rc) && rc == 0)
		field_on(c, context, 0, name, e, &rc);
	return rc;
}

/* Does the line name it only behind "->" or "."? */
static bool is_member(struct slice line, struct slice name)
{
	size_t at = clex_find_word(line, name, 0);
	bool member = at != SLICE_NONE;

	for (; member && at != SLICE_NONE; at = clex_find_word(line, name, at + name.n)) {
		struct slice before = slice_rtrim(slice_sub(line, 0, at));

		member = slice_ends(before, "->") || (slice_ends(before, ".") && !slice_ends(before, ".."));
	}
	return member;
}

int code_member_at(struct code *c, struct slice args, struct slice *name, struct err *e)
{
	struct buf text = BUF_INIT;
	struct slice rest, one = {0};
	const char *context;
	uint32_t line;
	bool member;
	int rc;

	if (code_context(c, args, &context, e) < 0)
		return -1;
	if (!c->exact || !context || !has_line(args, &line))
		return 0;
	rest = code_file(c, slice_str(context), &text, NULL) ? buf_slice(&text) : (struct slice){0};
	for (uint32_t i = 0; i < line && slice_line(&rest, &one); i++)
		if (i + 1 < line)
			one = (struct slice){0};
	member = is_member(one, *name);
	buf_release(&text);
	if (!member)
		return 0;
	if (code_prepare(c, context, e) < 0)
		return -1;
	field_on(c, context, line, name, e, &rc);
	return rc;
}

/* ---- where it is declared ---- */

/* The line without what is comment in it; `in` carries a comment over lines. */
static struct slice code_part(struct slice line, bool *in)
{
	size_t end, open;

	if (*in) {
		end = slice_find(line, "*/", 0);
		if (end == SLICE_NONE)
			return (struct slice){0};
		*in = false;
		line = slice_sub(line, end + 2, line.n);
	}
	open = slice_find(line, "/*", 0);
	if (open != SLICE_NONE)
		*in = slice_find(line, "*/", open + 2) == SLICE_NONE;
	line = slice_sub(line, 0, open);
	return slice_sub(line, 0, slice_find(line, "//", 0));
}

/* "u32 fish;", "a, fish : 3", "(*open)(…)", "x ____cacheline_aligned;": a word that something stands in front of, and that ends there. */
static bool declares(struct slice line, struct slice field)
{
	for (size_t at = clex_find_word(line, field, 0); at != SLICE_NONE; at = clex_find_word(line, field, at + field.n)) {
		struct slice before = slice_trim(slice_sub(line, 0, at)), after = slice_trim(slice_sub(line, at + field.n, line.n));

		if (slice_starts(slice_trim(line), "#") || slice_ends(before, "struct") || slice_ends(before, "union") || slice_ends(before, "enum"))
			continue;
		if (after.n == 0 || strchr(";,[:)", after.p[0]) || (before.n && after.p[0] != '*' && after.p[0] != '('))
			return true;
	}
	return false;
}

/* The line of `d`, a struct, that declares the field; 0: none does by its looks. */
static uint32_t line_of(struct code *c, const struct index_def *d, struct slice field)
{
	const struct root *r = d->root == 1 ? c->root->build : c->root;
	struct buf text = BUF_INIT;
	struct slice rest, line;
	uint32_t number = 0, found = 0;
	bool in = false;

	buf_init(&text, 32 << 20);
	rest = r && root_read(r, slice_str(d->file), &text, NULL) == 0 ? buf_slice(&text) : (struct slice){0};
	while (!found && number < d->last && slice_line(&rest, &line) && number < d->first + STRUCT_LINES) {
		struct slice code = ++number < d->first ? (struct slice){0} : code_part(line, &in);

		if (number > d->first && slice_starts(line, "}"))
			break;
		if (number > d->first && declares(code, field))
			found = number;
	}
	buf_release(&text);
	return found;
}

/* Without an index: where "struct NAME {" stands, as its name alone is in more lines than can be looked at. */
struct opening {
	struct code *c;
	struct nearby near;
	struct slice name;
	struct index_def *d;
	enum nearby_turn turn;
};

static bool look(void *arg, struct slice path, uint32_t number, struct slice line)
{
	struct opening *o = arg;
	enum nearby_turn turn;

	line = slice_trim(line);
	if ((!slice_eat(&line, "struct ") && !slice_eat(&line, "union ")) || !slice_eq(slice_sub(line, 0, o->name.n), o->name) ||
	    !slice_is(slice_trim(slice_sub(line, o->name.n, line.n)), "{"))
		return true;
	turn = nearby_turn(&o->near, path);
	if (turn < o->turn) {
		o->turn = turn;
		*o->d = (struct index_def){.file = arena_str(o->c->a, path), .first = number, .last = number + STRUCT_LINES};
	}
	return true;
}

static int by_text(struct code *c, const char *context, struct slice record, struct index_def *d, struct err *e)
{
	struct opening o = {.c = c, .near = c->near, .name = record, .d = d, .turn = NEARBY_TURNS};

	o.near.context = context;
	return naming_lines(c->root, arena_str(c->a, record), look, &o, e) < 0 ? -1 : o.turn < NEARBY_TURNS;
}

int code_find_field(struct code *c, const char *context, struct slice record, struct slice field, struct index_def *d, struct err *e)
{
	int found = c->exact ? code_find(c, context, record, d, e) : by_text(c, context, record, d, e);
	uint32_t line;

	if (found <= 0)
		return found;
	if ((line = line_of(c, d, field)) == 0)
		return 0;
	*d = (struct index_def){.kind = INDEX_FIELD, .name = arena_str(c->a, field), .type = "", .file = d->file, .root = d->root,
				.first = line, .last = line};
	return 1;
}
