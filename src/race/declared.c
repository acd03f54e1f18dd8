#include "race/declared.h"

bool declared_begins(struct tokens t)
{
	static const char *const begins[] = {"struct", "union", "enum", "const", "static", "unsigned", "signed", "int", "char", "long", "short", "bool",
					     "u8", "u16", "u32", "u64", "s8", "s16", "s32", "s64", "size_t", "ssize_t", "void", "volatile", "float", "double"};

	for (size_t i = 0; i < sizeof begins / sizeof *begins; i++)
		if (token_is_word(&t.now, begins[i]))
			return true;
	if (!token_is_name(&t.now))
		return false;
	tokens_next(&t); /* "pid_t pid", "foo_t *x =" */
	return token_is_name(&t.now);
}

void declared_skip(struct tokens *t)
{
	while (t->now.kind != TOKEN_END && !token_is(&t->now, "=") && !token_is(&t->now, ";") && !token_is(&t->now, ",") && !token_is(&t->now, "{"))
		if (tokens_eat(t, "("))
			tokens_skip_to(t, ")");
		else
			tokens_next(t);
	tokens_eat(t, "=");
}

bool declared_is(struct slice line, const char *name)
{
	struct tokens t = tokens_of(line);
	struct token before;

	if (!declared_begins(t))
		return false;
	while (t.now.kind != TOKEN_END) {
		before = t.now;
		tokens_next(&t);
		if (!token_is_word(&t.now, name) || (before.kind != TOKEN_NAME && !token_is(&before, "*") && !token_is(&before, ",")))
			continue;
		tokens_next(&t);
		if (t.now.kind == TOKEN_END || token_is(&t.now, "=") || token_is(&t.now, ";") || token_is(&t.now, ",") || token_is(&t.now, "[") ||
		    token_is(&t.now, ":"))
			return true;
	}
	return false;
}

/* ---- as what ---- */

static bool ends_declarator(const struct token *t)
{
	return t->kind == TOKEN_END || token_is(t, ",") || token_is(t, ";") || token_is(t, "=") || token_is(t, ")") || token_is(t, "[") ||
	       token_is(t, ":");
}

/*
 * Declarators behind a type: "*a, b[2];".  Words before a name are qualifiers, words behind it attributes; behind a ',' of a list
 * of parameters there is another type.
 */
static bool declarators(struct tokens *t, struct slice name, struct declared *d)
{
	for (;;) {
		d->stars = 0;
		for (; token_is(&t->now, "*") || t->now.kind == TOKEN_NAME; tokens_next(t)) {
			struct tokens next = *t;

			d->stars += token_is(&t->now, "*");
			tokens_next(&next);
			if (t->now.kind == TOKEN_NAME && slice_eq(t->now.s, name) && (ends_declarator(&next.now) || next.now.kind == TOKEN_NAME)) {
				d->array = token_is(&next.now, "[");
				return true;
			}
		}
		while (token_is(&t->now, "[") || token_is(&t->now, "=") || token_is(&t->now, ":"))
			if (tokens_eat(t, "["))
				tokens_skip_to(t, "]");
			else /* a value, or how many bits */
				while (t->now.kind != TOKEN_END && !token_is(&t->now, ",") && !token_is(&t->now, ";") && !token_is(&t->now, ")"))
					if (tokens_eat(t, "("))
						tokens_skip_to(t, ")");
					else if (tokens_eat(t, "{"))
						tokens_skip_to(t, "}");
					else
						tokens_next(t);
		if (!tokens_eat(t, ","))
			return false;
		if (t->now.kind == TOKEN_NAME) { /* "a, b" goes on; "a, u32 b" is another type */
			struct tokens next = *t;

			tokens_next(&next);
			if (!ends_declarator(&next.now))
				return false;
		}
	}
}

static bool is_tagged(const struct token *t)
{
	return token_is_word(t, "struct") || token_is_word(t, "union");
}

/* What may be looked at behind a type, in bytes: text without an end is no declaration, and looked at again and again. */
enum { DECLARATION_MAX = 512, NESTED_MAX = 64 };

/* Behind the type `tag`, or the brace that closes it. */
static bool declares(struct tokens t, struct slice tag, struct slice name, struct declared *d)
{
	*d = (struct declared){.tag = tag};
	t.code = slice_sub(t.code, 0, t.at + DECLARATION_MAX);
	return declarators(&t, name, d);
}

bool declared_as(struct slice text, struct slice name, struct declared *d)
{
	struct slice around[NESTED_MAX]; /* the tags of the braces that are open; empty: it is none of a type */
	struct tokens t = tokens_of(text);
	size_t deep = 0;

	while (t.now.kind != TOKEN_END) {
		bool tagged = is_tagged(&t.now);
		struct slice tag = {0};

		if (tagged)
			tokens_next(&t);
		if (tagged && token_is_name(&t.now)) {
			tag = t.now.s;
			tokens_next(&t);
		}
		if (tokens_eat(&t, "{")) {
			if (deep < NESTED_MAX)
				around[deep] = tag;
			deep++;
			continue;
		}
		if (tokens_eat(&t, "}")) {
			if (deep && --deep < NESTED_MAX)
				tag = around[deep];
		} else if (!tagged) {
			tokens_next(&t);
		}
		if (tag.n && declares(t, tag, name, d))
			return true;
	}
	return false;
}

bool declared_cast(struct slice cast, struct slice *tag)
{
	struct tokens t = tokens_of(cast);

	if (!tokens_eat(&t, "("))
		return false;
	while (token_is_word(&t.now, "const") || token_is_word(&t.now, "volatile"))
		tokens_next(&t);
	if (!is_tagged(&t.now))
		return false;
	tokens_next(&t);
	*tag = t.now.s;
	if (!token_is_name(&t.now))
		return false;
	tokens_next(&t);
	if (!tokens_eat(&t, "*"))
		return false;
	return token_is(&t.now, ")");
}

bool declared_body(struct slice text, struct slice tag, struct slice *body)
{
	struct tokens t = tokens_of(text);

	while (t.now.kind != TOKEN_END) {
		bool tagged = is_tagged(&t.now);
		size_t from;

		tokens_next(&t);
		if (!tagged || !slice_eq(t.now.s, tag))
			continue;
		tokens_next(&t);
		if (!tokens_eat(&t, "{"))
			continue;
		from = tokens_from(&t);
		tokens_skip_to(&t, "}");
		if (!token_is(&t.before, "}"))
			return false;
		*body = slice_sub(text, from, (size_t)(t.before.s.p - text.p));
		return true;
	}
	return false;
}
