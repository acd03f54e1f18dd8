#include "app/scope.h"

#include <string.h>

#include "base/clex.h"
#include "race/declared.h"

/* A statement that begins on the line may go on. */
enum { MORE_LINES = 3, LINE_MAX_BYTES = 2000, FUNCTION_LINES = 1000, HEAD_LINES = 12, COMMENT_LINES = 200 };

/* Does the line begin within a comment, as far as the lines before it are known? */
static bool begins_in_comment(const struct session *s, const struct listing *l, uint32_t line)
{
	const struct evidence_line *read;
	struct slice text;

	for (uint32_t i = line - 1; i > 0 && line - i < COMMENT_LINES && listing_at(s, l, i, &text, &read); i--) {
		size_t open = slice_rfind(text, "/*"), close = slice_rfind(text, "*/");

		if (open != SLICE_NONE || close != SLICE_NONE)
			return open != SLICE_NONE && (close == SLICE_NONE || close < open);
	}
	return false;
}

/* What of the line is code: nothing in the middle of a comment. */
static struct slice code_of(const struct session *s, const struct listing *l, uint32_t line, struct slice text)
{
	size_t close;

	if (!begins_in_comment(s, l, line))
		return text;
	close = slice_find(text, "*/", 0);
	return slice_sub(text, close == SLICE_NONE ? text.n : close + 2, text.n);
}

bool scope_statement(const struct session *s, const struct listing *l, uint32_t line, struct buf *out)
{
	const struct evidence_line *read;
	struct slice text;
	int open = 0;

	for (uint32_t i = 0; i <= MORE_LINES && listing_at(s, l, line + i, &text, &read); i++) {
		text = slice_rtrim(slice_sub(i ? text : code_of(s, l, line, text), 0, LINE_MAX_BYTES));
		buf_add_slice(out, text);
		buf_addc(out, '\n');
		for (size_t k = 0; k < text.n; k++)
			open += (text.p[k] == '(') - (text.p[k] == ')');
		if ((text.n == 0 && i == 0) || (text.n && open <= 0 && strchr(";{})", text.p[text.n - 1])))
			break;
	}
	return out->n > 0;
}

static void add_line(struct buf *out, struct slice text)
{
	buf_add_slice(out, slice_sub(text, 0, LINE_MAX_BYTES));
	buf_addc(out, '\n');
}

/* Lines `from` to `to`, the latter left out. */
static void add_lines(const struct session *s, const struct listing *l, uint32_t from, uint32_t to, struct buf *out)
{
	const struct evidence_line *read;
	struct slice text;

	for (; from < to && listing_at(s, l, from, &text, &read); from++)
		add_line(out, text);
}

/* "static inline int f(struct foo *p) { return p->n; }" */
static bool is_whole_function(struct slice text)
{
	size_t open = slice_chr(text, '{', 0), bracket = slice_chr(text, '(', 0);

	return text.n && clex_is_ident(text.p[0]) && open != SLICE_NONE && bracket < open;
}

void scope_of(const struct session *s, const struct listing *l, uint32_t line, struct scope *out)
{
	const struct evidence_line *read;
	uint32_t brace = 0, first;
	struct slice text;

	*out = (struct scope){.head = BUF_INIT, .body = BUF_INIT};
	if (listing_at(s, l, line, &text, &read) && is_whole_function(text)) {
		add_line(&out->head, slice_sub(text, 0, slice_chr(text, '{', 0)));
		out->head_line = line;
		out->whole = true;
		return;
	}
	for (first = line; first > 1 && line - first < FUNCTION_LINES && listing_at(s, l, first - 1, &text, &read); first--) {
		if (text.n && text.p[0] == '}')
			break; /* of another one: the line lies in none, or its '{' stands elsewhere */
		if (text.n && text.p[0] == '{') {
			brace = first - 1;
			break;
		}
	}
	add_lines(s, l, first, line, &out->body);
	out->body_line = first;
	if (!brace)
		return;
	for (first = brace; first > 1 && brace - first < HEAD_LINES; first--)
		if (!listing_at(s, l, first - 1, &text, &read) || text.n == 0 || strchr("}#/ *", text.p[0]))
			break;
	add_lines(s, l, first, brace, &out->head);
	out->head_line = first;
	out->whole = out->head.n > 0;
}

void scope_release(struct scope *sc)
{
	buf_release(&sc->head);
	buf_release(&sc->body);
}

bool scope_declares(const struct scope *sc, const char *name)
{
	struct slice rest = buf_slice(&sc->body), line;

	while (slice_line(&rest, &line))
		if (declared_is(line, name))
			return true;
	return clex_find_word(buf_slice(&sc->head), slice_str(name), 0) != SLICE_NONE;
}

/* The line of the head that ends a parameter with that name: "struct sock *sk," and not "struct sk *sock"; 0: none. */
static uint32_t parameter(const struct scope *sc, struct slice name)
{
	struct slice rest = buf_slice(&sc->head), line;
	bool within = false; /* behind the '(' of the parameters */

	for (uint32_t n = sc->head_line; slice_line(&rest, &line); n++) {
		size_t from = within ? 0 : slice_chr(line, '(', 0);

		within = within || from != SLICE_NONE;
		for (size_t at = within ? clex_find_word(line, name, from) : SLICE_NONE; at != SLICE_NONE;
		     at = clex_find_word(line, name, at + name.n)) {
			struct slice after = slice_trim(slice_sub(line, at + name.n, line.n));

			if (after.n == 0 || strchr(",)[", after.p[0]))
				return n;
		}
	}
	return 0;
}

/* The first line of the body whose head the line is part of; else the line. */
static uint32_t inside(const struct session *s, const struct listing *l, uint32_t line)
{
	const struct evidence_line *read;
	struct slice text;

	for (uint32_t i = 0; i <= HEAD_LINES && listing_at(s, l, line + i, &text, &read) && text.n && !strchr("}#", text.p[0]); i++)
		if (text.p[0] == '{')
			return line + i + 1;
		else if (slice_chr(text, ';', 0) != SLICE_NONE)
			break;
	return line;
}

uint32_t scope_declared_at(const struct session *s, const struct listing *l, uint32_t line, struct slice name)
{
	struct arena *a = arena_new();
	const char *word = arena_str(a, name);
	const struct evidence_line *read;
	struct slice rest, text;
	uint32_t found = 0;
	struct scope sc;

	scope_of(s, l, inside(s, l, line), &sc);
	rest = buf_slice(&sc.body);
	if (sc.head_line) /* else it may lie in no function */
		found = parameter(&sc, name);
	for (uint32_t n = sc.body_line; sc.head_line && slice_line(&rest, &text); n++)
		if (declared_is(text, word))
			found = n;
	if (sc.head_line && listing_at(s, l, line, &text, &read) && declared_is(text, word))
		found = line;
	scope_release(&sc);
	arena_free(a);
	return found;
}
