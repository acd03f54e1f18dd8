#include "model/claim.h"

#include "base/clex.h"

enum { NAME_MAX_BYTES = 200, SENTENCE_LOOK = 400, HEADING_LOOK = 8192, INLINE_MAX = 2000, OBJECT_NEAR = 40 };

const char *claim_kind_name(enum claim_kind k)
{
	static const char *const names[CLAIM_KINDS] = {
		[CLAIM_PLACE] = "place", [CLAIM_FUNCTION] = "function", [CLAIM_FIELD] = "field", [CLAIM_CODE] = "code",
		[CLAIM_SEARCHED] = "search", [CLAIM_CHECKED] = "check",
	};

	return names[k];
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static struct slice rest_of(struct slice s, size_t at)
{
	return slice_sub(s, at < s.n ? at : s.n, s.n);
}

/* ---- names ---- */

static bool is_constant(struct slice w)
{
	static const char *const words[] = {"NULL", "true", "false", "u8", "u16", "u32", "u64", "s8", "s16", "s32", "s64", "bool",
					    "size_t", "ssize_t", "pid_t", "uintptr_t", "void", "int", "char", "long", "short",
					    "unsigned", "signed", "float", "double"};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (slice_is(w, words[i]))
			return true;
	return false;
}

bool claim_has_name(struct slice code)
{
	for (size_t at = 0; at < code.n;) {
		size_t end = at;
		struct slice w;

		while (end < code.n && clex_is_ident(code.p[end]))
			end++;
		w = slice_sub(code, at, end);
		if (w.n && !is_digit(w.p[0]) && !clex_is_keyword(w) && !is_constant(w))
			return true;
		at = end + (end == at);
	}
	return false;
}

/* An identifier as a whole. */
static bool is_name(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!clex_is_ident(s.p[i]))
			return false;
	return s.n > 0 && s.n <= NAME_MAX_BYTES && !is_digit(s.p[0]) && claim_has_name(s);
}

/* ---- places ---- */

static uint32_t number(struct slice s, size_t *at)
{
	uint64_t v = 0;
	size_t from = *at;

	while (*at < s.n && is_digit(s.p[*at]) && *at - from < 8)
		v = v * 10 + (uint64_t)(s.p[(*at)++] - '0');
	return *at < s.n && is_digit(s.p[*at]) ? 0 : (uint32_t)v;
}

/* "249", "249-260", "249 to 260", "249 and 260" at `*at`, which goes behind them. */
static bool lines(struct slice s, size_t *at, struct claim *c)
{
	static const char *const dashes[] = {"-L", "-", "–", " - ", " to ", " through ", " and "};
	size_t end;

	c->first = c->last = number(s, at);
	if (!c->first)
		return false;
	for (size_t i = 0; i < sizeof dashes / sizeof *dashes; i++) {
		uint32_t to;

		if (!slice_starts(rest_of(s, *at), dashes[i]))
			continue;
		end = *at + slice_str(dashes[i]).n;
		to = number(s, &end);
		if (to > c->first) {
			c->last = to;
			*at = end;
		}
		break;
	}
	return true;
}

static bool is_path(char c)
{
	return clex_is_ident(c) || c == '.' || c == '/' || c == '-' || c == '+';
}

static bool is_source(struct slice path)
{
	return path.n > 2 && path.n <= NAME_MAX_BYTES && clex_is_ident(path.p[path.n - 3]) &&
	       (slice_ends(path, ".c") || slice_ends(path, ".h") || slice_ends(path, ".S"));
}

/* A path with or without a line at `at`. */
static bool place_at(struct slice s, size_t at, struct claim *c)
{
	size_t end = at, from;

	while (end < s.n && is_path(s.p[end]))
		end++;
	while (end > at && !clex_is_ident(s.p[end - 1]))
		end--;
	from = at;
	if (!is_source(slice_sub(s, from, end)) || slice_starts(slice_sub(s, from, end), "//"))
		return false;
	*c = (struct claim){.kind = CLAIM_PLACE, .from = at, .to = end, .file = slice_sub(s, from, end)};
	c->what = c->file;
	if (end + 1 < s.n && (s.p[end] == ':' || slice_starts(rest_of(s, end), "#L"))) {
		size_t behind = end + (s.p[end] == ':' ? 1 : 2);

		if (lines(s, &behind, c))
			c->to = behind;
	}
	return true;
}

/* "line 249", "Lines 247-250" at `at`, of the file that follows ("of kernel/audit.c", "in `kernel/audit.c`") or was named before. */
static bool line_words_at(struct slice s, size_t at, struct slice named, struct claim *c)
{
	static const char *const words[] = {"lines ", "Lines ", "line ", "Line "};
	static const char *const joins[] = {" of `", " in `", " of ", " in "};
	struct claim file;
	size_t end;

	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (!slice_starts(rest_of(s, at), words[i]))
			continue;
		*c = (struct claim){.kind = CLAIM_PLACE, .from = at, .file = named, .spoken_of = true};
		end = at + slice_str(words[i]).n;
		if (!lines(s, &end, c))
			return false;
		c->to = end;
		c->what = slice_sub(s, at, end);
		for (size_t k = 0; k < sizeof joins / sizeof *joins; k++)
			if (slice_starts(rest_of(s, end), joins[k]) && place_at(s, end + slice_str(joins[k]).n, &file) && !file.first) {
				c->file = file.file;
				c->spoken_of = false;
				c->to = file.to;
				break;
			}
		return true;
	}
	return false;
}

/* ---- sentences ---- */

static bool ends_sentence(struct slice s, size_t at)
{
	return s.p[at] == '\n' || ((s.p[at] == '.' || s.p[at] == '?' || s.p[at] == '!') && (at + 1 >= s.n || s.p[at + 1] == ' ' || s.p[at + 1] == '\n'));
}

static size_t sentence_end(struct slice s, size_t at)
{
	size_t most = at + SENTENCE_LOOK;

	while (at < s.n && at < most && !ends_sentence(s, at))
		at++;
	return at;
}

/* "Who writes `x`?" takes for granted that it is written; "Is `x` written?" does not. */
static bool asks_whether(struct slice sentence)
{
	static const char *const words[] = {"Who", "Where", "Which", "Why", "When", "How"};
	struct slice word;

	if (!slice_word(&sentence, &word))
		return true;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (slice_is(word, words[i]))
			return false;
	return true;
}

/* Is what ends at `end`, with its backtick, said to be what could be, or is its sentence a question? */
static bool is_supposed_behind(const struct claim_reader *r, size_t end)
{
	static const char *const words[] = {"would", "could", "should", "might", "may", "will"};
	struct slice s = r->text, rest = slice_sub(s, end, sentence_end(s, end)), word;
	size_t stop = end + rest.n;

	if (stop < s.n && s.p[stop] == '?' && asks_whether(slice_sub(s, r->sentence, stop)))
		return true;
	if (!rest.n || rest.p[0] != ' ' || !slice_word(&rest, &word))
		return false;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (slice_is(word, words[i]))
			return true;
	return false;
}

/*
 * "owner == current": such a one tells how values are to each other as often as it quotes a condition; inside of "if (...)" or of a call
 * it is a quote.
 */
static bool is_comparison(struct slice s)
{
	unsigned depth = 0;
	bool compares = false;

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i], next = i + 1 < s.n ? s.p[i + 1] : '\0';

		if (c == ';' || c == '{' || c == '\n')
			return false;
		depth += c == '(' || c == '[';
		depth -= (c == ')' || c == ']') && depth > 0;
		if (depth || (c != '=' && c != '!' && c != '<' && c != '>'))
			continue;
		if (next == '=') {
			compares = true;
			i++;
		} else if (c != '=' && next == c) {
			i++; /* a shift */
		} else if (c == '=') {
			return false; /* it assigns */
		} else if ((c == '<' || c == '>') && i > 0 && s.p[i - 1] == ' ' && next == ' ') {
			compares = true;
		}
	}
	return compares && clex_find_word(s, SLICE("return"), 0) == SLICE_NONE;
}

/* Does the sentence around speak of what could be? */
static bool is_proposal(const struct claim_reader *r, size_t at)
{
	static const char *const words[] = {"would", "could", "should", "instead", "suggest", "adding", "Adding", "recommend", "might",
					    "fix", "replace", "using", "Using", "if", "If", "when", "will", "suppose", "Suppose",
					    "supposing", "Supposing", "assume", "Assume", "assuming", "Assuming", "imagine", "Imagine",
					    "hypothetical", "hypothetically", "unless", "Unless", "whether"};
	size_t from = r->sentence;
	struct slice s;

	if (at - from > SENTENCE_LOOK)
		from = at - SENTENCE_LOOK;
	s = slice_sub(r->text, from, at);
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (clex_find_word(s, slice_str(words[i]), 0) != SLICE_NONE)
			return true;
	return false;
}

/* Is a block of code one that is proposed, by the line in front of it or the heading that it stands below? */
static bool is_proposed_block(const struct claim_reader *r, size_t at)
{
	static const char *const lines[] = {"Mark", "Add", "Use", "Change", "Wrap", "Annotate", "Replace", "Remove"};
	static const char *const headings[] = {"ropos", "uggest", "ecommend", "emedy", "atch", "Fix", "fix", "nnotation"};
	struct slice before = slice_sub(r->text, at > HEADING_LOOK ? at - HEADING_LOOK : 0, at), line = slice_rtrim(before);
	size_t from = slice_rfind(line, "\n"), head = slice_rfind(before, "\n#");

	line = slice_trim(slice_sub(line, from == SLICE_NONE ? 0 : from + 1, line.n));
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
		if (slice_starts(line, lines[i]))
			return true;
	if (head == SLICE_NONE)
		return false;
	head++;
	line = slice_sub(before, head, slice_chr(before, '\n', head));
	for (size_t i = 0; i < sizeof headings / sizeof *headings; i++)
		if (slice_find(line, headings[i], 0) != SLICE_NONE)
			return true;
	return false;
}

/* "There is no `x`" does not claim that there is one. */
static bool is_denied(const struct claim_reader *r, size_t quote)
{
	struct slice before = slice_rtrim(slice_sub(r->text, 0, quote));

	return before.n < quote && (slice_ends(before, " no") || slice_ends(before, "No"));
}

/* ---- between backticks ---- */

/* "`owner` field", "field `owner`". */
static bool is_called_field(struct slice s, size_t from, size_t behind)
{
	static const char *const after[] = {" field", " member", "'s field"};
	struct slice before = slice_rtrim(slice_sub(s, 0, from));

	for (size_t i = 0; i < sizeof after / sizeof *after; i++)
		if (slice_starts(rest_of(s, behind), after[i]))
			return true;
	return slice_ends(before, " field") || slice_ends(before, " member");
}

/* What stands from `from` to `to`, without its backticks; false where it claims nothing. */
static bool quoted(const struct claim_reader *r, size_t from, size_t to, size_t behind, struct claim *c)
{
	struct slice s = slice_sub(r->text, from, to), name = s;
	struct claim place;

	if (place_at(r->text, from, &place) && place.to == to) {
		*c = place;
		c->proposed = is_denied(r, from - 1);
		return true;
	}
	if (!claim_has_name(s))
		return false;
	*c = (struct claim){.kind = CLAIM_CODE, .from = from, .to = to, .what = s,
			    .proposed = is_proposal(r, from) || is_denied(r, from - 1) || is_supposed_behind(r, behind) || is_comparison(s)};
	if (slice_ends(s, "()"))
		name = slice_sub(s, 0, s.n - 2);
	if (!is_name(name)) {
		size_t colons = slice_find(s, "::", 0);

		if (colons != SLICE_NONE && is_name(slice_sub(s, 0, colons)) && is_name(rest_of(s, colons + 2))) {
			c->kind = CLAIM_FIELD;
			c->what = rest_of(s, colons + 2);
		}
		return true;
	}
	c->what = name;
	if (name.n < s.n)
		c->kind = CLAIM_FUNCTION;
	else if (is_called_field(r->text, from - 1, behind))
		c->kind = CLAIM_FIELD;
	return true;
}

/* The code of a block that begins at `at` with a fence; `*behind` goes behind it.  False: it has no other end than the text's. */
static bool fenced(const struct claim_reader *r, size_t at, size_t *behind, struct claim *c)
{
	size_t from = slice_chr(r->text, '\n', at), to;

	if (from == SLICE_NONE) {
		*behind = r->text.n;
		return false;
	}
	from++;
	to = slice_find(r->text, "```", from);
	*behind = to == SLICE_NONE ? r->text.n : to + 3;
	if (to == SLICE_NONE)
		to = r->text.n;
	*c = (struct claim){.kind = CLAIM_CODE, .from = from, .to = to, .what = slice_sub(r->text, from, to),
			    .proposed = is_proposal(r, at) || is_proposed_block(r, at)};
	return claim_has_name(c->what);
}

/* ---- what it says that it did ---- */

static bool eat_any(struct slice s, size_t *at, const char *const words[], size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (slice_starts(rest_of(s, *at), words[i])) {
			*at += slice_str(words[i]).n;
			return true;
		}
	return false;
}

/* What stands between the first backticks in `s`. */
static bool first_quote(struct slice s, struct slice *out)
{
	size_t from = slice_chr(s, '`', 0), to = from == SLICE_NONE ? SLICE_NONE : slice_chr(s, '`', from + 1);

	if (to == SLICE_NONE || to == from + 1 || !claim_has_name(slice_sub(s, from + 1, to)))
		return false;
	*out = slice_sub(s, from + 1, to);
	return true;
}

static bool last_quote(struct slice s, struct slice *out)
{
	struct slice found;
	bool any = false;

	while (first_quote(s, &found)) {
		*out = found;
		any = true;
		s = rest_of(s, (size_t)(found.p + found.n + 1 - s.p));
	}
	return any;
}

/*
 * "I grepped for `x`", "I've checked `x`": what for is named right behind.  "I grepped and found", "I already checked" speak of what
 * was named just before.
 */
static bool deed_at(const struct claim_reader *r, size_t at, struct claim *c)
{
	static const char *const begins[] = {"I've ", "I have ", "I "};
	static const char *const fillers[] = {"already ", "also ", "then ", "immediately ", "just ", "carefully ", "have ", "even "};
	static const char *const searched[] = {"grepped", "searched", "looked for", "looked up"};
	static const char *const checked[] = {"double-checked", "checked", "verified", "confirmed", "looked at", "looked into", "examined", "reviewed",
					      "inspected", "read "};
	struct slice s = r->text;
	size_t end = at, stop, fill;
	bool before;

	if ((at > 0 && clex_is_ident(s.p[at - 1])) || !eat_any(s, &end, begins, sizeof begins / sizeof *begins))
		return false;
	fill = end;
	while (eat_any(s, &end, fillers, sizeof fillers / sizeof *fillers))
		;
	before = slice_find(slice_sub(s, fill, end), "already ", 0) != SLICE_NONE;
	*c = (struct claim){.from = at};
	if (eat_any(s, &end, searched, sizeof searched / sizeof *searched))
		c->kind = CLAIM_SEARCHED;
	else if (eat_any(s, &end, checked, sizeof checked / sizeof *checked))
		c->kind = CLAIM_CHECKED;
	else
		return false;
	stop = sentence_end(s, end);
	c->to = end;
	if (!before && first_quote(slice_sub(s, end, stop), &c->what) && (size_t)(c->what.p - s.p) - end <= OBJECT_NEAR)
		return true;
	return (before || c->kind == CLAIM_SEARCHED) &&
	       last_quote(slice_sub(s, at > SENTENCE_LOOK / 2 ? at - SENTENCE_LOOK / 2 : 0, at), &c->what);
}

/* ---- along the text ---- */

static bool take_quote(struct claim_reader *r, struct claim *out)
{
	size_t behind, to;
	bool found;

	if (slice_starts(rest_of(r->text, r->at), "```")) {
		found = fenced(r, r->at, &behind, out);
		r->at = r->sentence = behind;
		return found;
	}
	to = slice_chr(r->text, '`', r->at + 1);
	if (to == SLICE_NONE || to - r->at > INLINE_MAX) {
		r->at++;
		return false;
	}
	found = quoted(r, r->at + 1, to, to + 1, out);
	r->at = to + 1;
	return found;
}

/* A word of prose at r->at: a path, a call, "line 12", or what was done; r->at goes behind the word at least. */
static bool take_word(struct claim_reader *r, struct claim *out)
{
	size_t from = r->at, end = from;

	if (deed_at(r, from, out)) { /* what follows in the sentence is claimed, too */
		r->at = out->to;
		return true;
	}
	if (place_at(r->text, from, out) || line_words_at(r->text, from, r->file, out)) {
		r->at = out->to;
		return true;
	}
	while (end < r->text.n && clex_is_ident(r->text.p[end]))
		end++;
	r->at = end;
	if (!slice_starts(rest_of(r->text, end), "()") || !is_name(slice_sub(r->text, from, end)))
		return false;
	*out = (struct claim){.kind = CLAIM_FUNCTION, .from = from, .to = end + 2, .what = slice_sub(r->text, from, end)};
	r->at = end + 2;
	return true;
}

bool claim_next(struct claim_reader *r, struct claim *out)
{
	while (r->at < r->text.n) {
		char c = r->text.p[r->at];
		bool found = false;

		if (c == '`') {
			found = take_quote(r, out);
		} else if (clex_is_ident(c) || c == '/') {
			found = take_word(r, out);
			if (!found)
				while (r->at < r->text.n && (is_path(r->text.p[r->at])) && !ends_sentence(r->text, r->at))
					r->at++;
		} else {
			if (ends_sentence(r->text, r->at))
				r->sentence = r->at + 1;
			r->at++;
		}
		if (found && out->kind == CLAIM_PLACE)
			r->file = out->file.n ? out->file : r->file;
		if (found)
			return true;
	}
	return false;
}
