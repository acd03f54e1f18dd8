#include "race/ahead.h"

#include "base/clex.h"

bool ahead_ends(const struct token *t)
{
	return t->kind == TOKEN_END || token_is(t, ")") || token_is(t, "]") || token_is(t, "}") || token_is(t, ";") || token_is(t, ",") ||
	       token_is(t, "{");
}

bool ahead_is_cast(struct tokens t)
{
	bool names = false, type;

	if (!tokens_eat(&t, "("))
		return false;
	while (t.now.kind == TOKEN_NAME || token_is(&t.now, "*")) {
		names |= t.now.kind == TOKEN_NAME;
		tokens_next(&t);
	}
	if (!names || !token_is(&t.now, ")"))
		return false;
	type = token_is(&t.before, "*") || clex_is_keyword(t.before.s);
	tokens_next(&t);
	return t.now.kind == TOKEN_NAME || t.now.kind == TOKEN_NUMBER ||
	       (type && (token_is(&t.now, "(") || token_is(&t.now, "*") || token_is(&t.now, "&")));
}

bool ahead_is_operand(struct tokens t)
{
	while (token_is(&t.now, "*") || token_is(&t.now, "&") || ahead_is_cast(t))
		if (!tokens_eat(&t, "*") && !tokens_eat(&t, "&")) {
			tokens_next(&t);
			tokens_skip_to(&t, ")");
		}
	if (tokens_eat(&t, "("))
		tokens_skip_to(&t, ")");
	else if (token_is_name(&t.now))
		tokens_next(&t);
	else
		return false;
	for (;;) {
		if (tokens_eat(&t, "->") || tokens_eat(&t, "."))
			tokens_next(&t);
		else if (tokens_eat(&t, "["))
			tokens_skip_to(&t, "]");
		else if (tokens_eat(&t, "("))
			tokens_skip_to(&t, ")");
		else
			return t.now.kind == TOKEN_END || token_is(&t.now, ",") || token_is(&t.now, ")");
	}
}
