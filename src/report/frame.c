#include "report/frame.h"

#include <string.h>

static bool is_symbol_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
	       c == '.' || c == '$' || c == '@';
}

static bool is_hex_digit(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* The symbol at the front of `*s`; empty where there is none. */
static struct slice take_symbol(struct slice *s)
{
	struct slice sym;
	size_t n = 0;
	bool letter = false;

	while (n < s->n && is_symbol_char(s->p[n])) {
		letter |= !(s->p[n] >= '0' && s->p[n] <= '9') && s->p[n] != '.';
		n++;
	}
	if (!letter || (*s->p >= '0' && *s->p <= '9'))
		n = 0;
	sym = slice_sub(*s, 0, n);
	*s = slice_sub(*s, n, s->n);
	return sym;
}

/* "0x1a" at the front of `*s`, of at most 16 digits. */
static bool take_hex(struct slice *s, uint64_t *v)
{
	struct slice t = *s;
	size_t n = 0;

	if (!slice_eat(&t, "0x"))
		return false;
	while (n < t.n && n <= 16 && is_hex_digit(t.p[n]))
		n++;
	if (!slice_hex(slice_sub(t, 0, n), v))
		return false;
	*s = slice_sub(t, n, t.n);
	return true;
}

static bool ends_here(struct slice s)
{
	return s.n == 0 || *s.p == ' ' || *s.p == '\t';
}

/* "net/core/dev.c:12", ":?" and ":-1" where the line is unknown, ":12:5" where a column follows. */
static bool parse_place(struct slice w, struct slice *file, uint32_t *line)
{
	size_t colon = w.n, slash;
	struct slice path, number;
	uint64_t n = 0;

	for (slash = w.n; slash && w.p[slash - 1] != '/'; slash--)
		;
	colon = slice_chr(w, ':', slash);
	if (colon == SLICE_NONE || colon == 0)
		return false;
	path = slice_sub(w, 0, colon);
	if (slice_chr(path, '/', 0) == SLICE_NONE && slice_chr(path, '.', 0) == SLICE_NONE)
		return false;
	number = slice_sub(w, colon + 1, w.n);
	number = slice_sub(number, 0, slice_chr(number, ':', 0));
	if (!slice_is(number, "?") && !slice_is(number, "-1") && !slice_u64(number, &n))
		return false;
	*file = path;
	*line = n <= UINT32_MAX ? (uint32_t)n : 0;
	return true;
}

/* The first word of a bracket: a module may have its build id behind its name. */
static bool take_bracket(struct slice *s, struct slice *word)
{
	size_t end;
	struct slice inner;

	if (s->n == 0 || *s->p != '[')
		return false;
	end = slice_chr(*s, ']', 0);
	if (end == SLICE_NONE)
		return false;
	inner = slice_sub(*s, 1, end);
	if (!slice_word(&inner, word))
		return false;
	*s = slice_sub(*s, end + 1, s->n);
	return true;
}

/* Does a list of places begin here?  Only then is "f (…" a decoded frame and not a sentence. */
static bool opens_places(struct slice s)
{
	struct slice word, file;
	uint32_t line;

	if (!slice_eat(&s, "("))
		return false;
	slice_word(&s, &word);
	return parse_place(slice_sub(word, 0, slice_chr(word, ')', 0)), &file, &line);
}

/* A note that somebody wrote behind a frame: it must not read like the rest of a sentence. */
static bool is_note(struct slice s)
{
	return strchr("<#/-^;*=!(\xe2", *s.p) != NULL && *s.p;
}

/* What follows the name: place, module, [inline], in any order.  False where it is something else. */
static bool parse_tail(struct slice s, struct frame_line *fl, bool notes)
{
	struct slice word;

	for (s = slice_trim(s); s.n; s = slice_trim(s)) {
		struct slice t = s;

		if (opens_places(s) && !fl->f.file.n) {
			fl->places = slice_sub(s, 1, s.n);
			return true;
		}
		if (take_bracket(&t, &word)) {
			if (slice_is(word, "inline"))
				fl->f.inlined = true;
			else if (!fl->f.module.n)
				fl->f.module = word;
		} else if (!fl->f.file.n && slice_word(&t, &word) &&
			   parse_place(word, &fl->f.file, &fl->f.line)) {
			;
		} else {
			return (notes || fl->f.inlined) && is_note(s);
		}
		s = t;
	}
	return true;
}

static enum frame_form parse_named(struct slice s, struct frame_line *fl, bool by)
{
	struct slice word;

	if (slice_eat(&s, "+")) {
		if (!take_hex(&s, &fl->f.offset) || !slice_eat(&s, "/") || !take_hex(&s, &fl->f.length) ||
		    !ends_here(s))
			return FRAME_NONE;
		fl->f.has_offset = true;
		if (!parse_tail(s, fl, true))
			return FRAME_NONE;
		return fl->places.n ? FRAME_DECODED : FRAME_OFFSET;
	}
	slice_eat(&s, "()");
	if (!ends_here(s))
		return FRAME_NONE;
	s = slice_trim(s);
	if (slice_eat(&s, "at ")) {
		if (!slice_word(&s, &word) || !parse_place(word, &fl->f.file, &fl->f.line))
			return FRAME_NONE;
		s = slice_trim(s);
		if (s.n && *s.p != '(')
			return FRAME_NONE;
		return by ? FRAME_BY : FRAME_AT;
	}
	if (!parse_tail(s, fl, false))
		return FRAME_NONE;
	if (fl->places.n)
		return FRAME_DECODED;
	if (fl->f.inlined)
		return FRAME_INLINE;
	return fl->f.file.n ? FRAME_PLACE : FRAME_BARE;
}

static enum frame_form parse_address(struct slice s, struct frame_line *fl)
{
	struct slice whole = s;
	uint64_t v;

	if (!take_hex(&s, &v) || !ends_here(s))
		return FRAME_NONE;
	fl->f.function = slice_sub(whole, 0, whole.n - s.n);
	return parse_tail(s, fl, true) && !fl->places.n ? FRAME_ADDRESS : FRAME_NONE;
}

static enum frame_form parse(struct slice s, struct frame_line *fl)
{
	struct slice word, rest;
	size_t end;
	bool by;

	fl->f.unreliable = slice_eat(&s, "? ");
	if (slice_starts(s, "[<") && (end = slice_find(s, ">]", 0)) != SLICE_NONE)
		s = slice_trim(slice_sub(s, end + 2, s.n));
	if (slice_starts(s, "0x"))
		return parse_address(s, fl);
	rest = s;
	if (slice_word(&rest, &word) && parse_place(word, &fl->f.file, &fl->f.line)) {
		rest = slice_trim(rest);
		fl->f.inlined = slice_is(rest, "[inline]");
		return rest.n == 0 || fl->f.inlined ? FRAME_TAIL : FRAME_NONE;
	}
	if (slice_is(s, "[inline]")) {
		fl->f.inlined = true;
		return FRAME_TAIL;
	}
	by = slice_eat(&s, "(inlined by) ");
	s = slice_trim(s);
	fl->f.function = take_symbol(&s);
	return fl->f.function.n ? parse_named(s, fl, by) : FRAME_NONE;
}

enum frame_form frame_parse(struct slice s, struct frame_line *fl)
{
	memset(fl, 0, sizeof *fl);
	s = slice_trim(s);
	fl->form = s.n ? parse(s, fl) : FRAME_NONE;
	fl->f.text = s;
	return fl->form;
}

/* After the closing parenthesis the script puts the module, with or without brackets. */
static struct slice module_after(struct slice s)
{
	struct slice word = {0};

	s = slice_trim(s);
	if (!take_bracket(&s, &word))
		word = take_symbol(&s);
	return word;
}

int frame_next_place(struct slice *places, struct slice *file, uint32_t *line, struct slice *module)
{
	for (;;) {
		struct slice s = slice_trim(*places);
		size_t n = 0;

		if (s.n == 0)
			return 0;
		if (*s.p == ')') {
			*module = module_after(slice_sub(s, 1, s.n));
			*places = slice_sub(s, s.n, s.n);
			return -1;
		}
		if (*s.p == '(') {
			/* "(discriminator 2)" says nothing about the place */
			size_t end = slice_chr(s, ')', 0);

			*places = slice_sub(s, end == SLICE_NONE ? s.n : end + 1, s.n);
			continue;
		}
		while (n < s.n && s.p[n] != ' ' && s.p[n] != '\t' && s.p[n] != ')' && s.p[n] != '(')
			n++;
		if (!parse_place(slice_sub(s, 0, n), file, line))
			return -1;
		*places = slice_sub(s, n, s.n);
		return 1;
	}
}

bool frame_is_strong(enum frame_form form)
{
	return form == FRAME_OFFSET || form == FRAME_INLINE || form == FRAME_DECODED;
}
