#include "ui/doc_field.h"

#include <string.h>

#include "base/json.h"
#include "base/utf8.h"
#include "ui/glyph.h"

/*
 * A string of JSON that is longer is decoded to its first bytes only while it is folded; values of JSON that are shorter stand on one
 * line; names of members are padded to at most so many cells.
 */
enum { DECODE_ALL = 256 << 10, DECODE_HEAD = 64 << 10, JSON_LINE = 60, JSON_WHOLE = 256 << 10, NAME_CELLS = 24, JSON_DEPTH = 24, LOOK = 8192 };

static void end_line(struct doc *d)
{
	if (d->text.n && d->text.p[d->text.n - 1] != '\n')
		doc_say(d, ROLE_NORMAL, SLICE("\n"));
}

void doc_field_heading(struct doc *d, struct slice words)
{
	end_line(d);
	if (d->text.n)
		doc_say(d, ROLE_NORMAL, SLICE("\n"));
	doc_say(d, ROLE_LABEL, words);
	doc_say(d, ROLE_NORMAL, SLICE("\n"));
}

/* ---- folds ---- */

static size_t line_ends(struct slice s)
{
	size_t n = 0;

	for (size_t at = 0; (at = slice_chr(s, '\n', at)) != SLICE_NONE; at++)
		n++;
	return n;
}

static bool is_unfolded(const struct doc *d, const struct doc_text *t)
{
	uint64_t key = doc_fold_key(t);

	for (size_t i = 0; d->view && i < d->view->n; i++)
		if (d->view->unfolded[i] == key)
			return true;
	return false;
}

/* What is shown of a folded text: some lines, in whole characters. */
static struct slice head_of(struct slice text)
{
	size_t at = 0;

	for (unsigned i = 0; i < DOC_FOLD_HEAD && at < text.n; i++) {
		size_t lf = slice_chr(text, '\n', at);

		at = lf == SLICE_NONE ? text.n : lf + 1;
	}
	return utf8_cut(slice_sub(text, 0, at), DOC_FOLD_BYTES);
}

static bool folds(enum doc_form form, struct doc_whole whole)
{
	if (form == DOC_PLAIN || form == DOC_PROSE)
		return whole.bytes > MARKDOWN_MAX;
	return whole.lines > DOC_FOLD_LINES || whole.bytes > DECODE_HEAD;
}

/* "… 1234 more lines, 56 kB: Space unfolds" */
static void fold_row(struct doc *d, struct doc_whole whole, struct slice head)
{
	size_t shown = line_ends(head), lines = whole.lines > shown ? whole.lines - shown : 0; /* not all may have been counted */
	size_t bytes = whole.bytes > head.n ? whole.bytes - head.n : 0;
	struct buf b = BUF_INIT;

	if (d->text.n && d->text.p[d->text.n - 1] != '\n')
		buf_addc(&b, '\n');
	buf_addf(&b, "%s ", glyph(GLYPH_MORE));
	if (lines)
		buf_addf(&b, "%zu more line%s, ", lines, lines == 1 ? "" : "s");
	if (bytes >= 10000)
		buf_addf(&b, "%zu kB%s", (bytes + 500) / 1000, lines ? "" : " more");
	else
		buf_addf(&b, "%zu byte%s%s", bytes, bytes == 1 ? "" : "s", lines ? "" : " more");
	buf_addf(&b, ": %s unfolds\n", d->view && d->view->key ? d->view->key : "Space");
	doc_put(d, &(struct markdown_piece){.shown = buf_slice(&b), .role = ROLE_LABEL});
	buf_release(&b);
}

/* ---- values ---- */

static void made(struct doc *d, struct slice s)
{
	doc_put(d, &(struct markdown_piece){.shown = s, .role = ROLE_NORMAL});
}

static void as_is(struct doc *d, struct slice text, size_t from, size_t to, enum role role, enum code_lang lang)
{
	doc_put(d, &(struct markdown_piece){.shown = slice_sub(text, from, to), .from = from, .n = to - from, .role = role,
					    .lang = lang});
}

static void indented(struct doc *d, struct slice text, enum role role)
{
	for (size_t at = 0; at < text.n;) {
		size_t lf = slice_chr(text, '\n', at), next = lf == SLICE_NONE ? text.n : lf + 1;

		made(d, SLICE("    "));
		as_is(d, text, at, next, role, CODE_NONE);
		at = next;
	}
}

static void json_break(struct doc *d, unsigned depth)
{
	made(d, SLICE("\n    "));
	for (unsigned i = 0; i < depth && i < JSON_DEPTH; i++)
		made(d, SLICE("  "));
}

/* The end of a string of JSON that begins at `at`. */
static size_t string_end(struct slice s, size_t at)
{
	for (at++; at < s.n && s.p[at] != '"'; at++)
		at += s.p[at] == '\\';
	return at < s.n ? at + 1 : s.n;
}

/* Is it JSON that is better read on several lines?  What is longer than JSON_WHOLE is shown as it came. */
static bool is_structure(struct slice text)
{
	enum json_type type = json_type(text);
	struct slice all;

	return text.n > JSON_LINE && text.n <= JSON_WHOLE && (type == JSON_OBJECT || type == JSON_ARRAY) &&
	       json_check(text, &all, NULL, NULL) == 0;
}

/* A value of JSON, or the head of one, each bracket and comma with a line of its own behind. */
static void pretty(struct doc *d, struct slice text, enum role role)
{
	unsigned depth = 0;

	if (d->text.n && d->text.p[d->text.n - 1] == '\n')
		made(d, SLICE("    "));
	else
		json_break(d, depth);
	for (size_t at = 0; at < text.n;) {
		char c = text.p[at];
		size_t end = c == '"' ? string_end(text, at) : at + 1;

		if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
			at++;
			continue;
		}
		if ((c == '}' || c == ']') && depth && text.p[at - 1] != '{' && text.p[at - 1] != '[')
			json_break(d, depth - 1);
		as_is(d, text, at, end, role, CODE_NONE);
		if (c == '{' || c == '[') {
			depth++;
			if (end < text.n && text.p[end] != '}' && text.p[end] != ']')
				json_break(d, depth);
		} else if (c == '}' || c == ']') {
			depth -= depth > 0;
		} else if (c == ',') {
			json_break(d, depth);
		} else if (c == ':') {
			made(d, SLICE(" "));
		}
		at = end;
	}
	made(d, SLICE("\n"));
}

/* What a result is: a diff says so itself, and what tools number is source. */
static enum code_lang lang_of(struct slice text)
{
	struct slice head = slice_sub(text, 0, LOOK);
	size_t lf = slice_chr(head, '\n', 0), at = 0;

	if (lf == SLICE_NONE)
		return CODE_NONE;
	if (code_lang_of_line(head) == CODE_DIFF || slice_find(head, "\ndiff --git ", 0) != SLICE_NONE ||
	    slice_find(head, "\n@@ -", 0) != SLICE_NONE)
		return CODE_DIFF;
	while (at < head.n && head.p[at] == ' ')
		at++;
	if (at < head.n && head.p[at] >= '0' && head.p[at] <= '9' && slice_find(head, ":\t", at) < at + 9)
		return CODE_C;
	return slice_find(head, "{\n", 0) != SLICE_NONE || slice_find(head, ";\n", 0) != SLICE_NONE ? CODE_C : CODE_NONE;
}

void doc_field_add(struct doc *d, struct slice text, const struct doc_whole *of, enum doc_form form, enum role role, uint32_t seq,
		   enum traj_field f, struct slice member)
{
	struct doc_whole whole = of ? *of : (struct doc_whole){text.n, line_ends(text)};
	struct doc_text probe = {.seq = seq, .field = f}, *t;
	bool foldable = folds(form, whole), folded;
	struct buf name = BUF_INIT;
	struct slice all = text;

	if (text.n == 0)
		return;
	buf_add_slice(&name, member);
	probe.member = name.p;
	folded = foldable && !is_unfolded(d, &probe);
	buf_release(&name);
	if (folded)
		text = head_of(text);
	else if (foldable && form == DOC_PROSE)
		doc_say(d, ROLE_DIM, SLICE("(too long to be laid out: shown as it was written)\n"));
	t = doc_begin(d, seq, f, member, text);
	t->foldable = foldable;
	t->folded = folded;
	if (form == DOC_PROSE && !foldable)
		doc_put_markdown(d, text, role);
	else if (form == DOC_ARGUMENT && slice_chr(text, '\n', 0) != SLICE_NONE)
		indented(d, text, role);
	else if ((form == DOC_ARGUMENT || form == DOC_RESULT) && is_structure(all))
		pretty(d, text, role);
	else
		as_is(d, text, 0, text.n, role, form == DOC_RESULT ? lang_of(text) : CODE_NONE);
	if (folded)
		fold_row(d, whole, text);
	doc_end(d);
}

/* ---- fields ---- */

void doc_field_text(struct doc *d, struct session *s, size_t i, enum traj_field f, enum doc_form form, enum role role)
{
	struct slice text;
	struct err e;
	int rc = session_field(s, i, f, &text, &e);

	if (rc < 0) {
		doc_field_heading(d, slice_str(traj_field_name(f)));
		doc_say(d, ROLE_ERROR, slice_str(e.msg));
		return;
	}
	if (rc == 0)
		return;
	doc_field_heading(d, slice_str(traj_field_name(f)));
	if (text.n == 0)
		doc_say(d, ROLE_DIM, SLICE("(empty)"));
	doc_field_add(d, text, NULL, form, role, traj_span(s->run->traj, i)->seq, f, (struct slice){0});
}

/* A long string of JSON decoded to a line end somewhere behind its head, where it will be folded anyway; else all of it. */
static struct slice decode(struct doc *d, struct arena *a, struct slice raw, uint32_t seq, enum traj_field f, struct slice name,
			   struct doc_whole *whole)
{
	struct doc_text probe = {.seq = seq, .field = f, .member = arena_str(a, name)};
	struct buf b = BUF_INIT;
	struct slice s;
	size_t end = DECODE_HEAD;

	if (raw.n > DECODE_ALL && !is_unfolded(d, &probe))
		while (end > DECODE_HEAD / 2 && (raw.p[end] != '\\' || raw.p[end + 1] != 'n' || raw.p[end - 1] == '\\'))
			end--;
	if (raw.n <= DECODE_ALL || end <= DECODE_HEAD / 2 || is_unfolded(d, &probe)) {
		s = json_string(a, raw);
		*whole = (struct doc_whole){s.n, line_ends(s)};
		return s;
	}
	*whole = (struct doc_whole){raw.n, 0};
	for (size_t at = 1; (at = slice_chr(raw, '\\', at)) != SLICE_NONE && at + 1 < raw.n; at += 2)
		whole->lines += raw.p[at + 1] == 'n';
	whole->bytes -= whole->lines;
	buf_add_slice(&b, slice_sub(raw, 0, end));
	buf_addc(&b, '"');
	s = json_string(a, arena_slice(a, buf_slice(&b)));
	buf_release(&b);
	return s;
}

/* The longest name of a member that stands on one line with its value. */
static size_t name_cells(struct slice object)
{
	struct json_iter it = json_iter(object);
	size_t cells = 0;

	while (json_next(&it))
		if (it.key.n >= 2 && it.key.n - 2 > cells && it.value.n < 512)
			cells = it.key.n - 2;
	return cells < NAME_CELLS ? cells : NAME_CELLS;
}

static bool is_prose(struct slice name)
{
	return slice_is(name, "Explanation") || slice_is(name, "Answer");
}

static void member(struct doc *d, struct arena *a, const struct json_iter *it, uint32_t seq, enum traj_field f, size_t cells)
{
	struct doc_whole whole = {it->value.n, 0};
	struct slice name = json_string(a, it->key), value = it->value;
	bool args = f == FIELD_ARGS;
	enum doc_form form = args ? DOC_ARGUMENT : is_prose(name) ? DOC_PROSE : DOC_RESULT;

	if (json_type(value) == JSON_STRING)
		value = decode(d, a, value, seq, f, name, &whole);
	else
		whole.lines = line_ends(value);
	end_line(d);
	doc_say(d, ROLE_LABEL, arena_slice(a, name));
	doc_say(d, ROLE_LABEL, SLICE(":"));
	if (slice_chr(value, '\n', 0) != SLICE_NONE)
		doc_say(d, ROLE_LABEL, SLICE("\n"));
	else
		for (size_t i = name.n; i <= (name.n < cells ? cells : name.n); i++)
			doc_say(d, ROLE_LABEL, SLICE(" "));
	doc_field_add(d, value, &whole, form, ROLE_NORMAL, seq, f, name);
	end_line(d);
}

void doc_field_members(struct doc *d, struct session *s, size_t i, enum traj_field f, enum traj_field raw_field)
{
	uint32_t seq = traj_span(s->run->traj, i)->seq;
	struct slice object;
	struct json_iter it;
	struct arena *a;
	size_t cells;

	if (session_field(s, i, f, &object, NULL) <= 0) {
		if (session_field(s, i, raw_field, &object, NULL) > 0) {
			doc_field_heading(d, f == FIELD_ARGS ? SLICE("Args (as rendered, not decoded)")
							     : SLICE("Results (as rendered, not decoded)"));
			doc_field_add(d, object, NULL, DOC_RESULT, ROLE_NORMAL, seq, raw_field, (struct slice){0});
		}
		return;
	}
	doc_field_heading(d, slice_str(traj_field_name(f)));
	a = arena_new();
	cells = name_cells(object);
	for (it = json_iter(object); json_next(&it);)
		member(d, a, &it, seq, f, cells);
	if (!it.object)
		doc_field_add(d, object, NULL, DOC_RESULT, ROLE_NORMAL, seq, f, (struct slice){0});
	else if (json_type(object) == JSON_OBJECT && d->text.n && slice_is(slice_trim(object), "{}"))
		doc_say(d, ROLE_DIM, SLICE("(none)"));
	arena_free(a);
}
