#include "app/find_raw.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"

/* A window; a record that is decoded without a look. */
enum { WINDOW = 256 * 1024, RECORD_MAX = 4 << 20 };

/* A longer text is not looked for. */
enum { NEEDS_MAX = 4096 };

struct find_raw {
	const struct traj *t; /* borrowed */
	struct search needed; /* the text that every hit holds, as it may stand in JSON */
	bool wide;            /* it has characters beyond ASCII */
	bool ascii[128];      /* those it has below, in both cases, that `needed` does not look for as \uXXXX */
	struct buf window;
	uint64_t base;        /* place of the window in the recording */
	size_t i, end;        /* spans whose records lie in it, those before `i` looked at */
	size_t ahead;         /* bytes that were read at once, and how many of them were such records' */
	size_t used;
	size_t text, escape;  /* in the window: the next of each, SIZE_MAX: none */
	size_t member;        /* in the record of `i`: before the member that is looked at; 0: none yet */
	bool inside;          /* that is one of arguments or results */
};

/* May stand in the text that is looked for: what is below is escaped by each writer in a way of its own. */
static bool is_known(uint32_t cp)
{
	return cp >= ' ' && cp < UTF8_BROKEN;
}

/* These may stand as they are, behind a backslash, or as \uXXXX: all of it is looked for. */
static bool is_escaped(char c)
{
	return c && strchr("\"\\/<>&'", c) != NULL;
}

/* An expression for the text as it may stand in JSON. */
static void write_raw(struct buf *out, struct slice text)
{
	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];

		if (is_escaped(c))
			buf_addf(out, "(?:\\\\?\\%c|\\\\(?i:u00%02x))", c, (unsigned)c);
		else if (strchr("^$.[]|()?*+{}-", c))
			buf_addf(out, "\\%c", c);
		else
			buf_addc(out, c);
	}
}

/* The characters of the text of which \uXXXX is still to be looked for. */
static void note_characters(struct find_raw *r, struct slice text)
{
	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];
		bool letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z';

		if (c >= 0x80)
			r->wide = true;
		else if (!is_escaped((char)c))
			r->ascii[c] = r->ascii[letter ? c ^ 0x20 : c] = true;
	}
}

struct find_raw *find_raw_new(const struct traj *t, const struct search *s)
{
	struct slice needs = search_needs(s, is_known);
	struct buf b = BUF_INIT;
	struct find_raw *r = NULL;

	if (needs.n && needs.n <= NEEDS_MAX && traj_window(t, 0, 0, &b, NULL) > 0) {
		r = xcalloc(1, sizeof *r);
		r->t = t;
		note_characters(r, needs);
		buf_clear(&b);
		write_raw(&b, needs);
		if (search_set(&r->needed, buf_slice(&b), NULL) < 0) {
			find_raw_free(r);
			r = NULL;
		}
	}
	buf_release(&b);
	return r;
}

void find_raw_free(struct find_raw *r)
{
	if (!r)
		return;
	search_release(&r->needed);
	buf_release(&r->window);
	free(r);
}

void find_raw_forget(struct find_raw *r)
{
	r->i = r->end = 0;
}

/* ---- what may be a hit ---- */

static int hex4(const char *p)
{
	int v = 0;

	for (int i = 0; i < 4; i++) {
		char c = p[i];
		int digit = c >= '0' && c <= '9' ? c - '0' : (c | 0x20) >= 'a' && (c | 0x20) <= 'f' ? (c | 0x20) - 'a' + 10
												    : -1;

		if (digit < 0)
			return -1;
		v = v << 4 | digit;
	}
	return v;
}

/*
 * May it be a character of the text?  Kelvin's sign and the long s are k and s without regard to case; no other letter
 * beyond ASCII is one below.
 */
static bool is_of_text(const struct find_raw *r, int cp)
{
	if (cp < 0)
		return false; /* no escape: the record is not JSON */
	if (cp < 0x80)
		return r->ascii[cp] || (r->wide && strchr("kKsS", cp));
	return r->wide || (cp == 0x212a && r->ascii['k']) || (cp == 0x17f && r->ascii['s']);
}

/* The next \uXXXX at or after `from` that may be one of the text's characters. */
static size_t next_escape(const struct find_raw *r, struct slice w, size_t from)
{
	while ((from = slice_chr(w, '\\', from)) != SLICE_NONE) {
		if (w.n - from >= 6 && w.p[from + 1] == 'u' && is_of_text(r, hex4(w.p + from + 2)))
			return from;
		from += 2; /* what a backslash escapes is no backslash that escapes */
	}
	return SIZE_MAX;
}

/* Look on from byte `from` of the window. */
static void look(struct find_raw *r, size_t from)
{
	struct slice w = buf_slice(&r->window);
	size_t end, gave_up = search_gave_up(&r->needed);

	if (r->text <= from && !search_find(&r->needed, w, from, &r->text, &end))
		r->text = search_gave_up(&r->needed) == gave_up ? SIZE_MAX : from; /* whether there is one is not known */
	if (r->escape <= from)
		r->escape = next_escape(r, w, from);
}

/* ---- members of a record ---- */

static size_t past_blanks(struct slice s, size_t i)
{
	while (i < s.n && strchr(" \t\r\n,:", s.p[i]) && s.p[i])
		i++;
	return i;
}

/* Behind the string that begins at `i`. */
static size_t past_string(struct slice s, size_t i)
{
	for (i++; i < s.n && s.p[i] != '"'; i++)
		i += s.p[i] == '\\';
	return i < s.n ? i + 1 : s.n;
}

/* Behind the value that begins at `i`. */
static size_t past_value(struct slice s, size_t i)
{
	size_t depth = 0;

	while (i < s.n) {
		char c = s.p[i];

		if (c == '"') {
			i = past_string(s, i);
		} else {
			if (depth == 0 && (c == ',' || c == '}' || c == ']'))
				break;
			depth += c == '{' || c == '[';
			depth -= c == '}' || c == ']';
			i++;
		}
		if (depth == 0 && (c == '"' || c == '}' || c == ']'))
			break;
	}
	return i;
}

/*
 * Byte `at` of a record: does it stand in one of the texts of the span?  If not, `*next` is where to look on.  Members are
 * walked over once, from where the last question ended; arguments and results are walked into.
 */
static bool in_text(struct find_raw *r, struct slice record, size_t at, size_t *next)
{
	size_t key = past_blanks(record, r->member ? r->member : 1), value, end;

	for (;; key = past_blanks(record, end)) {
		struct slice name;
		enum traj_field f;

		r->member = key;
		if (r->inside && key < record.n && record.p[key] == '}') {
			r->inside = false;
			end = key + 1;
			continue;
		}
		if (key >= record.n || record.p[key] != '"')
			return true; /* it is not what it was: whoever decodes it will say so */
		value = past_string(record, key);
		name = slice_sub(record, key + 1, value - 1);
		value = past_blanks(record, value);
		f = slice_chr(name, '\\', 0) == SLICE_NONE ? traj_field_of(name) : FIELD_ERROR; /* whatever it says */
		if (!r->inside && (f == FIELD_ARGS || f == FIELD_RESULTS) && value < record.n && record.p[value] == '{') {
			r->inside = true;
			end = value + 1;
			continue;
		}
		end = past_value(record, value);
		if (at >= end)
			continue;
		*next = r->inside ? value : end;
		return r->inside ? at >= value : f != FIELD_N;
	}
}

/* ---- windows ---- */

static void begin_record(struct find_raw *r)
{
	r->member = 0;
	r->inside = false;
}

/* Read the record of span `i` and those behind it that lie behind it in the recording, too.  -1: not to be had. */
static int read_window(struct find_raw *r, size_t i)
{
	const struct span *s = traj_span(r->t, i);
	size_t n = s->body_len, count = traj_count(r->t);
	uint64_t behind = s->body_at;

	r->i = r->end = i;
	if (n == 0 || n > RECORD_MAX)
		return -1;
	/* more at once only where it pays: records may lie in any order, and what is read must not grow beyond them all */
	r->ahead = s->body_at >= r->base && r->used >= r->ahead / 8 ? r->ahead * 2 : 0;
	if (r->ahead > WINDOW)
		r->ahead = WINDOW;
	if (r->ahead < n)
		r->ahead = n;
	if (traj_window(r->t, s->body_at, r->ahead, &r->window, NULL) <= 0 || r->window.n < n)
		return -1;
	r->base = s->body_at;
	r->used = 0;
	for (; r->end < count; r->end++) {
		s = traj_span(r->t, r->end);
		if (s->body_at < behind || s->body_at - r->base > r->window.n ||
		    s->body_len > r->window.n - (s->body_at - r->base) || s->body_len == 0)
			break;
		behind = s->body_at + s->body_len;
		r->used += s->body_len;
	}
	r->text = r->escape = 0;
	begin_record(r);
	return 0;
}

/* From byte `from` of the window on, the first span in it that may hold a hit; r->end where there is none. */
static void pass_over(struct find_raw *r, size_t from)
{
	for (;;) {
		size_t at, begin = 0, next, len = 0;

		look(r, from);
		at = r->text < r->escape ? r->text : r->escape;
		for (; r->i < r->end; r->i++, begin_record(r)) {
			begin = (size_t)(traj_span(r->t, r->i)->body_at - r->base);
			len = traj_span(r->t, r->i)->body_len;
			if (at < begin + len)
				break;
		}
		if (r->i == r->end || at == SIZE_MAX) {
			r->i = r->end;
			return;
		}
		if (at < begin) { /* between records: it may be one that another took the place of */
			from = begin;
			continue;
		}
		if (in_text(r, slice_sub(buf_slice(&r->window), begin, begin + len), at - begin, &next))
			return;
		from = begin + next;
	}
}

bool find_raw_step(struct find_raw *r, size_t *i)
{
	size_t from = 0;

	if (*i < r->i || *i >= r->end) {
		if (read_window(r, *i) < 0)
			return true;
	} else if (*i > r->i) { /* what was handed out was searched */
		const struct span *s = traj_span(r->t, r->i);

		from = (size_t)(s->body_at - r->base) + s->body_len;
		r->i++;
		begin_record(r);
	}
	pass_over(r, from);
	*i = r->i;
	return r->i < r->end;
}
