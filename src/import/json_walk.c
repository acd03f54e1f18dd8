#include "import/json_walk.h"

#include <string.h>

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static size_t skip_blanks(struct slice s, size_t i)
{
	if (i == 0 && slice_starts(s, "\xef\xbb\xbf"))
		i = 3;
	while (i < s.n && is_blank(s.p[i]))
		i++;
	return i;
}

bool json_walk_opens(struct slice text, char bracket)
{
	size_t i = skip_blanks(text, 0);

	return i < text.n && text.p[i] == bracket;
}

struct json_walk json_walk(struct slice text)
{
	size_t i = skip_blanks(text, 0);

	return (struct json_walk){.text = text, .i = i < text.n ? i + 1 : i, .object = i < text.n && text.p[i] == '{'};
}

/* The byte behind the string that begins at `i`; 0 where it has no end. */
static size_t string_end(struct slice s, size_t i)
{
	while (++i < s.n) {
		if (s.p[i] == '"')
			return i + 1;
		if (s.p[i] == '\\')
			i++;
	}
	return 0;
}

/* Take the value at `i`. */
static void take_value(struct json_walk *w)
{
	struct slice s = w->text;
	size_t from = w->i, i = from, deep = 0;

	w->whole = false;
	w->depth = 0;
	while (i < s.n) {
		char c = s.p[i];

		if (c == '"') {
			size_t end = string_end(s, i);

			i = end ? end : s.n;
			if (!end || deep == 0) {
				w->whole = end > 0;
				break;
			}
			continue;
		}
		if (c == '[' || c == '{') {
			deep++;
			if (deep > w->depth)
				w->depth = (uint32_t)deep;
		} else if (deep && (c == ']' || c == '}')) {
			if (--deep == 0) {
				w->whole = true;
				i++;
				break;
			}
		} else if (deep == 0 && (c == ',' || c == ']' || c == '}' || is_blank(c))) {
			w->whole = true;
			break;
		}
		i++;
	}
	w->value = slice_sub(s, from, i);
	w->i = i;
}

/* The key and its colon.  False where they are not there. */
static bool take_key(struct json_walk *w)
{
	size_t end = w->i < w->text.n && w->text.p[w->i] == '"' ? string_end(w->text, w->i) : 0;

	if (!end)
		return false;
	w->key = slice_sub(w->text, w->i, end);
	end = skip_blanks(w->text, end);
	if (end >= w->text.n || w->text.p[end] != ':')
		return false;
	w->i = skip_blanks(w->text, end + 1);
	return true;
}

bool json_walk_next(struct json_walk *w)
{
	struct slice s = w->text;

	if (w->closed)
		return false;
	w->i = skip_blanks(s, w->i);
	while (w->i < s.n && s.p[w->i] == ',')
		w->i = skip_blanks(s, w->i + 1);
	if (w->i < s.n && s.p[w->i] == (w->object ? '}' : ']')) {
		w->closed = true;
		w->i++;
		return false;
	}
	w->key = w->value = (struct slice){0};
	if (w->i >= s.n || (w->object && !take_key(w)))
		return false;
	take_value(w);
	return w->value.n > 0;
}

struct slice json_walk_member(struct slice text, const char *key)
{
	struct json_walk w = json_walk(text);
	struct slice found = {0};
	size_t n = strlen(key);

	if (!w.object)
		return found;
	while (json_walk_next(&w))
		if (w.key.n == n + 2 && memcmp(w.key.p + 1, key, n) == 0)
			found = w.value;
	return found;
}
