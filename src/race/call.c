#include "race/call.h"

#include <string.h>

#include "base/buf.h"
#include "base/clex.h"
#include "race/token.h"

enum { CODE_MAX = 512 };

/* From behind the opening bracket on; false: it is not closed, or there are too many. */
static bool arguments(struct tokens *t, struct call *c)
{
	size_t from = tokens_from(t);
	unsigned deep = 0;

	for (;; tokens_next(t)) {
		bool ends = deep == 0 && (token_is(&t->now, ",") || token_is(&t->now, ")"));

		if (t->now.kind == TOKEN_END)
			return false;
		if (ends) {
			struct slice arg = slice_trim(slice_sub(t->code, from, tokens_from(t)));

			if (c->n == CALL_ARGS)
				return false;
			if (arg.n || token_is(&t->now, ",") || c->n)
				c->arg[c->n++] = arg;
			from = t->at;
			if (token_is(&t->now, ")"))
				return true;
			continue;
		}
		deep += token_is(&t->now, "(") || token_is(&t->now, "[") || token_is(&t->now, "{");
		deep -= deep && (token_is(&t->now, ")") || token_is(&t->now, "]") || token_is(&t->now, "}"));
	}
}

static bool same(const struct call *a, const struct call *b)
{
	char x[CODE_MAX], y[CODE_MAX];

	return token_squeeze(a->text, x, sizeof x) && token_squeeze(b->text, y, sizeof y) && strcmp(x, y) == 0;
}

bool call_find(struct slice code, struct slice name, struct call *out)
{
	bool found = false;

	for (struct tokens t = tokens_of(code); t.now.kind != TOKEN_END;) {
		bool named = t.now.kind == TOKEN_NAME && slice_eq(t.now.s, name);
		size_t from = tokens_from(&t);
		struct call c = {.n = 0};
		struct tokens in;

		tokens_next(&t);
		if (!named || !token_is(&t.now, "("))
			continue;
		in = t;
		tokens_next(&in);
		if (!arguments(&in, &c))
			return false;
		c.text = slice_sub(code, from, in.at);
		if (found && !same(&c, out))
			return false;
		*out = c;
		found = true;
	}
	return found;
}

/* The name that a parameter's declaration gives it: the last one, in front of "[]"; of a function's pointer none. */
static struct slice parameter(struct slice text)
{
	struct slice name = {0};
	size_t words = 0;

	for (struct tokens t = tokens_of(text); t.now.kind != TOKEN_END && !token_is(&t.now, "["); tokens_next(&t)) {
		if (token_is(&t.now, "("))
			return (struct slice){0};
		if (t.now.kind == TOKEN_NAME) {
			name = t.now.s;
			words++;
		}
	}
	return words > 1 ? name : (struct slice){0};
}

bool call_head(struct slice head, struct slice name, struct call *out)
{
	if (!call_find(head, name, out))
		return false;
	for (size_t i = 0; i < out->n; i++)
		out->arg[i] = parameter(out->arg[i]);
	return true;
}

static const struct slice *argument_of(struct slice name, const struct call *head, const struct call *call)
{
	for (size_t i = 0; i < head->n && i < call->n; i++)
		if (head->arg[i].n && slice_eq(head->arg[i], name))
			return &call->arg[i];
	return NULL;
}

/* Does an index, from its "[" on, hold a name that says something in the helper alone?  Constants are written in capitals. */
static bool is_of_helper(struct tokens t, const struct call *head, const struct call *call)
{
	size_t depth = 0;

	for (; t.now.kind != TOKEN_END; tokens_next(&t)) {
		depth += token_is(&t.now, "[");
		depth -= token_is(&t.now, "]");
		if (depth == 0)
			return false;
		if (t.now.kind != TOKEN_NAME || token_is(&t.before, "->") || token_is(&t.before, ".") || argument_of(t.now.s, head, call))
			continue;
		for (size_t i = 0; i < t.now.s.n; i++)
			if (t.now.s.p[i] >= 'a' && t.now.s.p[i] <= 'z')
				return true;
	}
	return false;
}

/* From its "[" to its "]". */
static void skip_index(struct tokens *t)
{
	tokens_next(t);
	while (t->now.kind != TOKEN_END && !token_is(&t->now, "]"))
		if (tokens_eat(t, "[")) /* one in it */
			tokens_skip_to(t, "]");
		else
			tokens_next(t);
}

/* A word alone needs no brackets in an index. */
static void add_argument(struct buf *b, struct slice arg, bool in_index)
{
	for (size_t i = 0; i < arg.n; i++)
		in_index &= clex_is_ident(arg.p[i]);
	buf_addf(b, in_index ? "%.*s " : "(%.*s)", (int)arg.n, arg.p);
}

enum call_renamed call_rename(const char *lvalue, const struct call *head, const struct call *call, struct lvalue *out)
{
	bool renamed = false, member = false;
	size_t depth = 0;
	struct buf b = BUF_INIT;
	enum call_renamed r;

	for (struct tokens t = tokens_of(slice_str(lvalue)); t.now.kind != TOKEN_END; tokens_next(&t)) {
		const struct slice *arg = t.now.kind == TOKEN_NAME && !member ? argument_of(t.now.s, head, call) : NULL;

		if (token_is(&t.now, "[") && is_of_helper(t, head, call)) {
			buf_addc(&b, '[');
			skip_index(&t);
		}
		depth += token_is(&t.now, "[");
		depth -= token_is(&t.now, "]") && depth > 0;
		member = token_is(&t.now, "->") || token_is(&t.now, ".") || token_is_word(&t.now, "struct") || token_is_word(&t.now, "union");
		if (arg) {
			add_argument(&b, *arg, depth > 0);
			renamed = true;
		} else {
			buf_add_slice(&b, t.now.s);
			buf_addc(&b, ' ');
		}
	}
	r = !renamed ? CALL_SAME : b.n < CODE_MAX && lvalue_name(buf_slice(&b), out) ? CALL_RENAMED : CALL_UNKNOWN;
	if (head->n != call->n && renamed)
		r = CALL_UNKNOWN;
	buf_release(&b);
	return r;
}
