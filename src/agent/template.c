#include "agent/template.h"

#include <stdbool.h>

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_name(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!is_letter(s.p[i]) && (i == 0 || s.p[i] < '0' || s.p[i] > '9'))
			return false;
	return s.n > 0;
}

static int bad(struct slice text, size_t at, const char *what, struct slice name, const char *why, struct err *e)
{
	size_t line = 1;

	for (size_t i = 0; i < at; i++)
		line += text.p[i] == '\n';
	return err_set(e, ERR_INPUT, "cannot fill '%s': line %zu: '{{%.*s' %s", what, line,
		       (int)(name.n < 64 ? name.n : 64), name.n ? name.p : "", why);
}

static const struct template_value *find(struct slice name, const struct template_value *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (slice_eq(v[i].name, name))
			return &v[i];
	return NULL;
}

int template_fill(struct buf *out, struct slice text, const struct template_value *v, size_t n, const char *what,
		  struct err *e)
{
	size_t at = 0, open;

	while ((open = slice_find(text, "{{", at)) != SLICE_NONE) {
		size_t close = slice_find(text, "}}", open + 2);
		size_t eol = slice_chr(text, '\n', open);
		struct slice name = slice_sub(text, open + 2, close < eol ? close : eol);
		const struct template_value *value;

		buf_add_slice(out, slice_sub(text, at, open));
		if (close == SLICE_NONE || close > eol)
			return bad(text, open, what, name, "has no '}}' on its line", e);
		name = slice_trim(name);
		if (!is_name(name))
			return bad(text, open, what, name, "is no name", e);
		value = find(name, v, n);
		if (!value)
			return bad(text, open, what, name, "has no value here", e);
		buf_add_slice(out, value->value);
		at = close + 2;
	}
	if (buf_add_slice(out, slice_sub(text, at, text.n)) < 0 || out->over)
		return err_set(e, ERR_INPUT, "cannot fill '%s': the text becomes longer than %zu bytes", what,
			       out->max ? out->max : BUF_MAX);
	return 0;
}
