#include "ui/answer.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "ui/grid.h"

enum { ID_SHOWN = 12 };

void answer_release(struct answer *w)
{
	arena_free(w->arena);
	free(w->rows);
	*w = (struct answer){0};
}

/* ---- rows ---- */

static struct answer_row *add(struct answer *w)
{
	static struct answer_row spare; /* beyond the ceiling */

	if (w->n == ANSWER_ROWS) {
		w->truncated = true;
		return &spare;
	}
	w->rows = mem_grow(w->rows, &w->cap, w->n + 1, sizeof *w->rows);
	w->rows[w->n] = (struct answer_row){.role = ROLE_NORMAL};
	return &w->rows[w->n++];
}

static struct slice words(struct answer *w, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static struct slice words(struct answer *w, const char *fmt, ...)
{
	struct buf b = BUF_INIT;
	struct slice s;
	va_list ap;

	va_start(ap, fmt);
	buf_addv(&b, fmt, ap);
	va_end(ap);
	s = arena_slice(w->arena, buf_slice(&b));
	buf_release(&b);
	return s;
}

static struct slice text_of(struct answer *w, struct slice raw, const char *key)
{
	struct slice s = SLICE("");

	json_get_str(w->arena, raw, key, &s);
	return s;
}

static uint32_t number_of(struct slice raw, const char *key)
{
	int64_t v = 0;

	json_get_int(raw, key, &v);
	return v > 0 && v <= UINT32_MAX ? (uint32_t)v : 0;
}

static void take_place(struct answer *w, struct answer_row *r, struct slice path, uint32_t line)
{
	r->path = path;
	r->line = line;
	r->where = words(w, "%.*s:%" PRIu32, (int)path.n, path.p, line);
}

static unsigned longer(unsigned cols, struct slice s)
{
	unsigned n = 0;
	uint32_t cp;

	while (s.n && n < GRID_COLS) {
		s = slice_sub(s, utf8_decode(s, &cp), s.n);
		n += utf8_width(cp);
	}
	return n > cols ? n : cols;
}

static struct slice short_id(struct slice id)
{
	return slice_sub(id, 0, ID_SHOWN);
}

/* The widths of the columns, and what was said beside the rows. */
static void finish(struct answer *w, struct slice raw)
{
	for (size_t i = 0; i < w->n; i++) {
		w->what_cols = longer(w->what_cols, w->rows[i].what);
		w->where_cols = longer(w->where_cols, w->rows[i].where);
	}
	w->note = text_of(w, raw, "Note");
	list_count(&w->list, w->n);
}

/* ---- one for each question ---- */

void answer_definitions(struct answer *w, struct slice raw, struct slice file)
{
	struct json_iter it = json_iter(json_member(raw, "Definitions"));
	bool is_static;

	(void)file;
	while (json_next(&it)) {
		struct answer_row *r = add(w);
		struct slice kind = text_of(w, it.value, "Kind");
		uint32_t first = number_of(it.value, "SourceLine"), last = number_of(it.value, "LastLine");

		is_static = false;
		json_get_bool(it.value, "Static", &is_static);
		r->what = words(w, "%s%.*s", is_static ? "static " : "", (int)kind.n, kind.p);
		take_place(w, r, text_of(w, it.value, "SourceFile"), first);
		if (last > first)
			r->text = words(w, "%" PRIu32 " lines", last - first + 1);
		w->items++;
	}
	json_get_bool(raw, "Sure", &w->sure);
	finish(w, raw);
}

/* The code of a snippet of one line: " 249:\t\tmutex_lock(…)". */
static struct slice code_of(struct slice snippet)
{
	size_t tab = slice_chr(snippet, '\t', 0);

	return slice_trim(slice_sub(snippet, tab == SLICE_NONE ? 0 : tab + 1, slice_chr(snippet, '\n', 0)));
}

/* "writes WRITE_ONCE", "reads plain": what no macro marks matters where memory is accessed. */
static struct slice access_words(struct answer *w, struct slice raw)
{
	struct slice kind = text_of(w, raw, "ReferenceKind"), macro = text_of(w, raw, "Macro");
	bool access = slice_find(kind, "reads", 0) != SLICE_NONE || slice_find(kind, "writes", 0) != SLICE_NONE;

	return words(w, "%.*s%s%.*s", (int)kind.n, kind.p, macro.n ? " " : access ? " plain" : "", (int)macro.n, macro.n ? macro.p : "");
}

void answer_references(struct answer *w, struct slice raw, struct slice file)
{
	struct json_iter it = json_iter(json_member(raw, "References"));

	(void)file;
	while (json_next(&it)) {
		struct answer_row *r = add(w);
		struct slice in = text_of(w, it.value, "ReferencingEntityName"), code = code_of(text_of(w, it.value, "SourceSnippet"));

		r->what = access_words(w, it.value);
		take_place(w, r, text_of(w, it.value, "SourceFile"), number_of(it.value, "SourceLine"));
		r->text = words(w, "%.*s%s%.*s", (int)in.n, in.p, in.n && code.n ? ": " : "", (int)code.n, code.n ? code.p : "");
		w->items++;
	}
	json_get_bool(raw, "TruncatedOutput", &w->truncated);
	w->name = text_of(w, raw, "Name");
	finish(w, raw);
}

static void bits_words(struct buf *b, uint64_t bits)
{
	if (bits % 8 || bits == 0)
		buf_addf(b, "%" PRIu64 " bit%s", bits, bits == 1 ? "" : "s");
	else
		buf_addf(b, "%" PRIu64 " byte%s", bits / 8, bits == 8 ? "" : "s");
}

void answer_layout(struct answer *w, struct slice raw, struct slice file)
{
	struct json_iter it = json_iter(json_member(raw, "Fields"));
	struct slice field = text_of(w, raw, "Field");
	struct buf b = BUF_INIT;

	(void)file;
	w->name = text_of(w, raw, "Name");
	while (json_next(&it)) {
		struct answer_row *r = add(w);
		int64_t offset = 0, size = 0;
		struct slice name = text_of(w, it.value, "Name");

		json_get_int(it.value, "OffsetBits", &offset);
		json_get_int(it.value, "SizeBits", &size);
		r->what = offset % 8 ? words(w, "%" PRId64 " bit %" PRId64, offset / 8, offset % 8) : words(w, "%" PRId64, offset / 8);
		buf_clear(&b);
		bits_words(&b, size > 0 ? (uint64_t)size : 0);
		r->where = arena_slice(w->arena, buf_slice(&b));
		r->text = name.n ? name : SLICE("(anonymous: what follows and lies within is its own)");
		r->role = name.n ? ROLE_NORMAL : ROLE_DIM;
		if (name.n && slice_eq(name, field)) { /* the one that was asked about */
			r->role = ROLE_STRONG;
			w->list.cursor = w->n - 1;
		}
		w->items++;
	}
	buf_release(&b);
	finish(w, raw);
}

/* Does a row lead to that commit already? */
static bool has_commit(const struct answer *w, struct slice commit)
{
	for (size_t i = 0; i < w->n; i++)
		if (slice_eq(w->rows[i].commit, commit))
			return true;
	return false;
}

/* Who and why stands once over lines that follow each other. */
void answer_blame(struct answer *w, struct slice raw, struct slice file)
{
	struct json_iter it = json_iter(json_member(raw, "Lines"));
	struct slice before = SLICE("");

	while (json_next(&it)) {
		struct slice commit = text_of(w, it.value, "Commit"), author = text_of(w, it.value, "Author"),
			     subject = text_of(w, it.value, "Subject"), date = text_of(w, it.value, "Date");
		uint32_t line = number_of(it.value, "Line");
		struct slice code = text_of(w, it.value, "Text");
		struct answer_row *r;

		if (!slice_eq(commit, before)) {
			w->items += !has_commit(w, commit);
			r = add(w);
			r->text = words(w, "%.*s  %.*s  %.*s  %.*s", (int)short_id(commit).n, commit.p, (int)date.n, date.p,
					(int)author.n, author.p, (int)subject.n, subject.p);
			r->commit = commit;
			r->path = file;
			r->line = line;
			r->role = ROLE_LABEL;
		}
		r = add(w);
		r->text = words(w, "%7" PRIu32 " %.*s", line, (int)code.n, code.p);
		r->commit = commit;
		r->path = file;
		r->line = line;
		before = commit;
	}
	finish(w, raw);
}

static void add_commits(struct answer *w, struct slice raw)
{
	struct json_iter it = json_iter(json_member(raw, "Commits"));

	while (json_next(&it)) {
		struct answer_row *r = add(w);
		struct slice date = text_of(w, it.value, "Date");

		r->commit = text_of(w, it.value, "Commit");
		r->what = words(w, "%.*s %.*s", (int)short_id(r->commit).n, r->commit.p, (int)date.n, date.p);
		r->where = text_of(w, it.value, "Author");
		r->text = text_of(w, it.value, "Subject");
		w->items++;
	}
}

void answer_commits(struct answer *w, struct slice raw, struct slice file)
{
	(void)file;
	add_commits(w, raw);
	finish(w, raw);
}

static enum role diff_role(struct slice line)
{
	if (slice_starts(line, "+++ ") || slice_starts(line, "--- ") || slice_starts(line, "diff "))
		return ROLE_LABEL;
	return slice_starts(line, "@@") ? ROLE_DIFF_HUNK : slice_starts(line, "+") ? ROLE_DIFF_ADD :
	       slice_starts(line, "-") ? ROLE_DIFF_DEL : ROLE_NORMAL;
}

static void add_diff(struct answer *w, struct slice text)
{
	struct slice line;

	while (slice_line(&text, &line)) {
		struct answer_row *r = add(w);

		r->text = line;
		r->role = diff_role(line);
	}
}

static void add_sentence(struct answer *w, enum role role, struct slice text)
{
	struct answer_row *r = add(w);

	r->text = text;
	r->role = role;
}

/* What became of the file and of the lines. */
static void add_state(struct answer *w, struct slice raw, struct slice file)
{
	struct slice state = text_of(w, raw, "State"), there = text_of(w, raw, "File"), gone = text_of(w, raw, "Gone");
	uint32_t first = number_of(raw, "Start"), last = number_of(raw, "End");
	bool left;

	if (slice_is(state, "unchanged"))
		add_sentence(w, ROLE_GOOD, SLICE("Unchanged."));
	else if (slice_is(state, "elsewhere"))
		add_sentence(w, ROLE_GOOD, SLICE("Unchanged: the file is another there, these lines are the same."));
	else if (slice_is(state, "gone"))
		add_sentence(w, ROLE_STRONG, SLICE("Gone: there is no such file there, and no new name of it is known."));
	else
		add_sentence(w, ROLE_STRONG, SLICE("Changed."));
	if (gone.n) {
		add_sentence(w, ROLE_NORMAL, words(w, "Commit %.*s took it away.", (int)short_id(gone).n, gone.p));
		w->rows[w->n - 1].commit = gone;
	}
	if (there.n && !slice_eq(there, file))
		add_sentence(w, ROLE_NORMAL, words(w, "The file is called %.*s there.", (int)there.n, there.p));
	if (first && last)
		add_sentence(w, ROLE_NORMAL, words(w, "The lines are %" PRIu32 " to %" PRIu32 " there.", first, last));
	else if (json_get_bool(raw, "LinesLeft", &left) && !left)
		add_sentence(w, ROLE_NORMAL, SLICE("None of the lines is left."));
}

void answer_since(struct answer *w, struct slice raw, struct slice file)
{
	bool before = true;
	struct slice diff = text_of(w, raw, "Diff");

	add_state(w, raw, file);
	json_get_bool(raw, "Before", &before);
	if (!before) {
		add_sentence(w, ROLE_WARNING, SLICE("That commit is not made of this one: each may have changes of its own."));
		add_sentence(w, ROLE_WARNING, SLICE("The commits below are those of that one."));
	}
	add_commits(w, raw);
	if (diff.n)
		add(w);
	add_diff(w, diff);
	finish(w, raw);
}

void answer_show(struct answer *w, struct slice raw, struct slice file)
{
	(void)file;
	add_diff(w, text_of(w, raw, "Output"));
	finish(w, raw);
}
