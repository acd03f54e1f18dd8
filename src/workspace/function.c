#include "workspace/function.h"

#include <string.h>

enum { CONDITIONS = 64 };

/*
 * An item is what stands at the outermost level between two ends (';' or '}'): a declaration or a function.  Of it is known
 * where it began and which names were followed by parentheses.
 */
struct item {
	uint32_t first;     /* its first line; 0: nothing of it yet */
	struct slice name;  /* the last name before parentheses that is no attribute */
	bool macro;
	bool assigned;      /* '=' at the outermost level: what follows is an initialiser */
	char last;          /* its last character */
};

struct scan {
	struct slice s;
	size_t at;
	uint32_t line;
	bool bol;            /* only blanks so far in this line */
	bool blank;          /* nothing at all in this line, neither code nor comment */
	unsigned depth;      /* braces */
	unsigned parens;     /* at the outermost level only */
	struct slice word;   /* the last name at the outermost level */
	struct slice called; /* the name before the parentheses that are open */
	struct item item;
	struct item old;     /* the item before, where it may be the head of a K&R function: "int f(a) int a; {" */
	struct item body;    /* whose braces are open */
	bool in_function;
	struct { unsigned depth, parens; } condition[CONDITIONS]; /* at the #if */
	unsigned conditions;
};

static char peek(const struct scan *c, size_t ahead)
{
	return c->at + ahead < c->s.n ? c->s.p[c->at + ahead] : '\0';
}

static bool is_word(char ch)
{
	return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9') || ch == '_' || ch == '$';
}

static void next(struct scan *c)
{
	if (c->s.p[c->at++] == '\n')
		c->line++;
}

/* ---- what is no code ---- */

static void skip_comment(struct scan *c)
{
	bool block = peek(c, 1) == '*';

	c->at += 2;
	while (c->at < c->s.n) {
		if (block ? peek(c, 0) == '*' && peek(c, 1) == '/' : peek(c, 0) == '\n')
			break;
		next(c);
	}
	if (block && c->at < c->s.n)
		c->at += 2;
}

static bool at_comment(const struct scan *c)
{
	return peek(c, 0) == '/' && (peek(c, 1) == '*' || peek(c, 1) == '/');
}

/* A string or character constant; a line end ends it, so that a stray quote costs one line. */
static void skip_quoted(struct scan *c)
{
	char quote = c->s.p[c->at++];

	while (c->at < c->s.n && peek(c, 0) != quote && peek(c, 0) != '\n') {
		if (peek(c, 0) == '\\' && c->at + 1 < c->s.n)
			next(c);
		next(c);
	}
	if (peek(c, 0) == quote)
		c->at++;
}

/*
 * Both branches of a condition are read, each from the state at its #if: "if (a) {" in one and "if (b) {" in the other are
 * one open brace, not two.
 */
static void condition(struct scan *c, struct slice word)
{
	unsigned top = c->conditions - 1;

	if (slice_starts(word, "if")) {
		if (c->conditions < CONDITIONS) {
			c->condition[c->conditions].depth = c->depth;
			c->condition[c->conditions].parens = c->parens;
		}
		c->conditions++;
	} else if (c->conditions && slice_starts(word, "el")) {
		if (top < CONDITIONS) {
			c->depth = c->condition[top].depth;
			c->parens = c->condition[top].parens;
		}
	} else if (c->conditions && slice_is(word, "endif")) {
		c->conditions--;
	}
}

static void skip_directive(struct scan *c)
{
	size_t from = ++c->at, to;

	while (peek(c, 0) == ' ' || peek(c, 0) == '\t')
		from = ++c->at;
	for (to = from; to < c->s.n && is_word(c->s.p[to]); to++)
		;
	condition(c, slice_sub(c->s, from, to));
	while (c->at < c->s.n && peek(c, 0) != '\n') {
		if (at_comment(c)) {
			skip_comment(c);
			continue;
		}
		if (peek(c, 0) == '\\' && peek(c, 1) == '\r')
			c->at++;
		if (peek(c, 0) == '\\' && c->at + 1 < c->s.n)
			next(c);
		next(c);
	}
}

/* ---- names ---- */

/* Attributes with arguments stand before and after the name of a function. */
static bool is_attribute(struct slice name)
{
	static const char *const names[] = {
		"__attribute__", "__attribute", "__printf", "__scanf", "__acquires", "__releases", "__must_hold", "__cond_acquires",
		"__cond_releases", "__acquires_shared", "__releases_shared", "__must_hold_shared", "__cond_acquires_shared",
		"__no_context_analysis", "__section", "__aligned", "__alias", "__no_sanitize", "__alloc_size", "__assume_aligned",
		"__realloc_size", "__diagnose_as", "__nonnull", "__malloc", "__guarded_by", "__counted_by", "__error", "__warning",
		"__declspec", "_Static_assert", "static_assert", "__typeof__", "typeof", "_Alignas", "asm", "__asm__",
	};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (slice_is(name, names[i]))
			return true;
	return false;
}

static bool is_upper(struct slice name)
{
	for (size_t i = 0; i < name.n; i++)
		if (name.p[i] >= 'a' && name.p[i] <= 'z')
			return false;
	return name.n > 0;
}

/* The parentheses after `called` have closed. */
static void take_name(struct scan *c)
{
	size_t from, to;

	if (!c->called.n || is_attribute(c->called) || c->item.assigned)
		return;
	c->item.name = c->called;
	c->item.macro = is_upper(c->called);
	if (!c->item.macro)
		return;
	from = (size_t)(c->called.p - c->s.p);
	for (to = from; to < c->at && c->s.p[to] != ',' && c->s.p[to] != ')' && c->s.p[to] != '\n'; to++)
		;
	c->item.name = slice_rtrim(slice_sub(c->s, from, to));
}

static void take_word(struct scan *c)
{
	size_t from = c->at;

	while (c->at < c->s.n && is_word(c->s.p[c->at]))
		c->at++;
	if (c->depth || c->parens)
		return;
	c->word = slice_sub(c->s, from, c->at);
	if (!c->item.first)
		c->item.first = c->line;
	c->item.last = 'x';
}

/* ---- structure ---- */

static void end_item(struct scan *c)
{
	c->item = (struct item){0};
	c->word = (struct slice){0};
}

static void open_brace(struct scan *c)
{
	if (c->depth++)
		return;
	c->body = c->item.first ? c->item : c->old;
	c->in_function = c->body.name.n && !c->body.assigned;
}

/* True where a function has ended. */
static bool close_brace(struct scan *c)
{
	bool ended;

	/* the last brace of a function is the only one that stands in the first column */
	if (c->depth > 1 && c->in_function && (c->at == 0 || c->s.p[c->at - 1] == '\n'))
		c->depth = 1;
	if (c->depth == 0 || --c->depth)
		return false;
	ended = c->in_function;
	c->in_function = false;
	c->old = (struct item){0};
	end_item(c);
	return ended;
}

/* A character at the outermost level that is neither blank nor part of a name. */
static void outer(struct scan *c, char ch)
{
	if (ch == '(') {
		if (c->parens++ == 0)
			c->called = c->item.last == 'x' ? c->word : (struct slice){0};
	} else if (ch == ')' && c->parens) {
		if (--c->parens == 0)
			take_name(c);
	} else if (ch == '=' && !c->parens) {
		c->item.assigned = true;
	} else if (ch == ';' && !c->parens) {
		if (c->item.name.n && c->item.last != ')')
			c->old = c->item;
		else if (c->item.name.n)
			c->old = (struct item){0};
		end_item(c);
		return;
	}
	if (!c->item.first)
		c->item.first = c->line;
	if (!c->parens)
		c->item.last = ch;
}

/* One step; true where a function has just ended, whose last line is the current one. */
static bool step(struct scan *c)
{
	char ch = peek(c, 0);
	bool ended = false;

	if (ch == '\n') {
		/* nobody leaves a line free between the head and the body of a function */
		if (c->blank && !c->depth && !c->parens) {
			c->old = (struct item){0};
			end_item(c);
		}
		c->bol = c->blank = true;
		next(c);
		return false;
	}
	if (ch == ' ' || ch == '\t' || ch == '\r' || ch == '\f') {
		c->at++;
		return false;
	}
	c->blank = false;
	if (ch == '#' && c->bol) {
		skip_directive(c);
		return false;
	}
	if (at_comment(c)) {
		skip_comment(c);
		return false;
	}
	c->bol = false;
	if (ch == '"' || ch == '\'') {
		skip_quoted(c);
		return false;
	}
	if (is_word(ch)) {
		take_word(c);
		return false;
	}
	if (ch == '{' && (c->depth || !c->parens))
		open_brace(c);
	else if (ch == '}' && (c->depth || !c->parens))
		ended = close_brace(c);
	else if (!c->depth)
		outer(c, ch);
	c->at++;
	return ended;
}

bool function_at(struct slice text, uint32_t line, struct function *f)
{
	struct scan c = {.s = text, .line = 1, .bol = true, .blank = true};

	while (c.at < text.n) {
		bool ended = step(&c);

		if (ended || (c.at == text.n && c.in_function)) {
			/* cut off: the line after the last line end is none */
			uint32_t last = c.line - (!ended && slice_ends(text, "\n"));

			*f = (struct function){c.body.name, c.body.macro, c.body.first, last};
			if (line >= f->first && line <= f->last)
				return true;
		}
		if (!c.in_function && c.line > line && !c.item.first && !c.old.first)
			return false;
	}
	return false;
}

void function_name(struct buf *b, const struct function *f)
{
	buf_add_slice(b, f->name);
	buf_adds(b, f->macro ? ")" : "()");
}
