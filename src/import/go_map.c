#include "import/go_map.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "import/go_schema.h"

/* Places where a key seems to begin, and steps of the search, past which a map counts as unreadable. */
enum { MARKS_MAX = 1024, STEPS_MAX = 1 << 16 };

/* " Key:" in the text of a map. */
struct mark {
	size_t at; /* of the blank */
	unsigned key;
};

/* The readings of one map by a list of keys. */
struct reading {
	struct slice body;
	const struct go_key *keys;
	struct mark marks[MARKS_MAX];
	size_t nmarks;
	unsigned steps;
	struct slice now[GO_KEYS], best[GO_KEYS]; /* values: of the reading being tried, of the best so far */
	unsigned most; /* keys in the best reading */
	unsigned ways; /* readings that are as good as the best */
};

static bool is_identifier(struct slice s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		bool letter = c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');

		if (!letter && !(i && c >= '0' && c <= '9'))
			return false;
	}
	return s.n > 0;
}

static bool is_word(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (strchr(" \t\r\n[]", s.p[i])) /* finds the NUL too */
			return false;
	return true;
}

static bool is_number(struct slice s)
{
	struct slice raw;

	return s.n < 64 && json_type(s) == JSON_NUMBER && json_check(s, &raw, NULL, NULL) == 0 &&
	       slice_eq(raw, s);
}

static bool is_bool(struct slice s)
{
	return slice_is(s, "true") || slice_is(s, "false");
}

static bool is_nil(struct slice s)
{
	return slice_is(s, "<nil>");
}

/* Can `s` be a value of this type?  Elements of arrays are looked at when they are written. */
static bool fits(enum go_type type, struct slice s)
{
	if (is_nil(s))
		return true;
	switch (type) {
	case GO_TEXT:
		return true;
	case GO_WORD:
		return is_word(s);
	case GO_NUMBER:
		return is_number(s);
	case GO_BOOL:
		return is_bool(s);
	case GO_FILES:
	case GO_DIRS:
	case GO_TEXTS:
	case GO_MAPS:
		break;
	}
	return s.n >= 2 && slice_starts(s, "[") && slice_ends(s, "]");
}

/* Does `key` with its colon stand at `at`?  Gives the place behind the colon, or 0. */
static size_t key_at(struct slice body, size_t at, const char *key)
{
	size_t n = strlen(key);

	if (at > body.n || body.n - at <= n || memcmp(body.p + at, key, n) != 0 || body.p[at + n] != ':')
		return 0;
	return at + n + 1;
}

/* Find all marks of keys behind key `first`; false where they are too many. */
static bool mark(struct reading *r, unsigned first)
{
	if (!r->keys[first + 1].name)
		return true;
	for (size_t at = slice_chr(r->body, ' ', 0); at != SLICE_NONE; at = slice_chr(r->body, ' ', at + 1))
		for (unsigned k = first + 1; r->keys[k].name; k++)
			if (key_at(r->body, at + 1, r->keys[k].name)) {
				if (r->nmarks == MARKS_MAX)
					return false;
				r->marks[r->nmarks++] = (struct mark){at, k};
			}
	return true;
}

static bool all_optional(const struct reading *r, unsigned from, unsigned to)
{
	for (unsigned k = from; k < to && r->keys[k].name; k++)
		if (!r->keys[k].optional)
			return false;
	return true;
}

static size_t first_mark(const struct reading *r, size_t at)
{
	size_t lo = 0, hi = r->nmarks;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (r->marks[mid].at < at)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* A whole reading stands in r->now: keep it where it has more keys than those before. */
static void compare(struct reading *r)
{
	unsigned n = 0;

	for (unsigned k = 0; k < GO_KEYS; k++)
		n += r->now[k].p != NULL;
	if (n > r->most) {
		r->most = n;
		r->ways = 0;
		memcpy(r->best, r->now, sizeof r->now);
	}
	r->ways += n == r->most;
}

/*
 * Try all readings in which the value of key `k` begins at `at`: it ends at the mark of a later key, or at
 * the end.
 */
static void try_from(struct reading *r, unsigned k, size_t at)
{
	enum go_type type = r->keys[k].type;
	bool one_word = type == GO_WORD || type == GO_NUMBER || type == GO_BOOL;

	for (size_t m = first_mark(r, at); m < r->nmarks; m++) {
		const struct mark *next = &r->marks[m];

		if (++r->steps > STEPS_MAX)
			return;
		if (next->key <= k)
			continue;
		r->now[k] = slice_sub(r->body, at, next->at);
		if (fits(type, r->now[k])) {
			if (all_optional(r, k + 1, next->key))
				try_from(r, next->key, next->at + 1 + strlen(r->keys[next->key].name) + 1);
		} else if (one_word) { /* it will not be one by growing */
			break;
		}
	}
	r->now[k] = slice_sub(r->body, at, r->body.n);
	if (all_optional(r, k + 1, GO_KEYS) && fits(type, r->now[k]))
		compare(r);
	r->now[k] = (struct slice){0};
}

/*
 * The reading of `body` with the most keys, in r->best.  False where there is none, more than one, or one
 * that takes the mark of a key it lacks for text: then the key's value may be what is wrong.
 */
static bool read_keys(struct reading *r, struct slice body, const struct go_key *keys)
{
	size_t at = 0;
	unsigned k = 0;

	r->body = body;
	r->keys = keys;
	r->nmarks = 0;
	r->steps = r->most = r->ways = 0;
	memset(r->now, 0, sizeof r->now);
	memset(r->best, 0, sizeof r->best);
	while (keys[k].name && !(at = key_at(body, 0, keys[k].name)))
		k++;
	if (!keys[k].name || !all_optional(r, 0, k) || !mark(r, k))
		return false;
	try_from(r, k, at);
	for (size_t m = 0; m < r->nmarks; m++)
		if (!r->best[r->marks[m].key].p)
			return false;
	return r->ways == 1 && r->steps <= STEPS_MAX;
}

/* What stands in "map[…]" or "[…]". */
static bool unwrap(struct slice s, const char *open, struct slice *inner)
{
	if (!slice_eat(&s, open) || !slice_ends(s, "]"))
		return false;
	*inner = slice_sub(s, 0, s.n - 1);
	return true;
}

/* ---- writing ---- */

static bool write_map(struct json_w *w, struct slice body, const struct go_key *keys);

static bool is_listed_file(struct slice s)
{
	static const char *const endings[] = {".c", ".h", ".S", ".rs", ".txt", ".rst", ".md"};

	for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
		if (slice_ends(s, endings[i]))
			return true;
	return false;
}

static bool write_names(struct json_w *w, struct slice inner, bool files)
{
	struct slice rest = inner;

	while (inner.n) {
		size_t blank = slice_chr(rest, ' ', 0);
		struct slice name = slice_sub(rest, 0, blank);

		if (name.n == 0 || !is_word(name) || (files && !is_listed_file(name)))
			return false;
		json_str(w, name);
		if (blank == SLICE_NONE)
			break;
		rest = slice_sub(rest, blank + 1, rest.n);
	}
	return true;
}

static bool write_text(struct json_w *w, struct slice inner)
{
	if (slice_chr(inner, ' ', 0) != SLICE_NONE)
		return false;
	if (inner.n)
		json_str(w, inner);
	return true;
}

/* Maps one behind the other: each begins like the first, with the first of its keys. */
static bool write_maps(struct json_w *w, struct slice inner, const struct go_key *keys)
{
	char between[64];
	struct slice map;

	snprintf(between, sizeof between, " map[%s:", keys[0].name);
	for (size_t at = 0, end; at < inner.n; at = end + 1) {
		end = slice_find(inner, between, at);
		if (end == SLICE_NONE)
			end = inner.n;
		if (!unwrap(slice_sub(inner, at, end), "map[", &map) || !write_map(w, map, keys))
			return false;
	}
	return true;
}

static bool write_array(struct json_w *w, struct slice value, const struct go_key *key)
{
	struct slice inner = slice_sub(value, 1, value.n - 1);
	bool ok;

	json_open(w, '[');
	if (key->type == GO_MAPS)
		ok = write_maps(w, inner, key->of);
	else if (key->type == GO_TEXTS)
		ok = write_text(w, inner);
	else
		ok = write_names(w, inner, key->type == GO_FILES);
	json_close(w, ']');
	return ok;
}

static bool write_value(struct json_w *w, struct slice value, const struct go_key *key)
{
	if (is_nil(value)) {
		json_null(w);
		return true;
	}
	switch (key->type) {
	case GO_TEXT:
	case GO_WORD:
		json_str(w, value);
		return true;
	case GO_NUMBER:
	case GO_BOOL:
		json_raw(w, value);
		return true;
	case GO_FILES:
	case GO_DIRS:
	case GO_TEXTS:
	case GO_MAPS:
		break;
	}
	return write_array(w, value, key);
}

static bool write_map(struct json_w *w, struct slice body, const struct go_key *keys)
{
	struct reading *r = xmalloc(sizeof *r);
	bool ok = read_keys(r, body, keys);

	json_open(w, '{');
	for (unsigned k = 0; ok && keys[k].name; k++)
		if (r->best[k].p) {
			json_key(w, keys[k].name);
			ok = write_value(w, r->best[k], &keys[k]);
		}
	json_close(w, '}');
	free(r);
	return ok;
}

/*
 * Take "Name:true" or "Name:false", ended by a blank or the end, from the front of `*rest`; names must
 * ascend.  False, with `*rest` as it was, where no such thing stands there.
 */
static bool take_boolean(struct slice *rest, struct slice *name, struct slice *value)
{
	size_t colon = slice_chr(slice_sub(*rest, 0, 256), ':', 0), end;
	struct slice key = slice_sub(*rest, 0, colon), v;

	if (colon == SLICE_NONE || !is_identifier(key) || (name->p && slice_cmp(*name, key) >= 0))
		return false;
	end = slice_chr(slice_sub(*rest, 0, colon + 8), ' ', colon);
	v = slice_sub(*rest, colon + 1, end);
	if (!is_bool(v) || (end != SLICE_NONE && end + 1 == rest->n))
		return false;
	*name = key;
	*value = v;
	*rest = slice_sub(*rest, end == SLICE_NONE ? rest->n : end + 1, rest->n);
	return true;
}

/* Booleans from the front; what is left stays in `*rest`. */
static void write_booleans(struct json_w *w, struct slice *rest)
{
	struct slice name = {0}, value;

	while (take_boolean(rest, &name, &value)) {
		json_key_slice(w, name);
		json_raw(w, value);
	}
}

static bool write_only_booleans(struct json_w *w, struct slice body)
{
	json_open(w, '{');
	write_booleans(w, &body);
	json_close(w, '}');
	return body.n == 0;
}

/* Does the text end in " Name:true" with a name that could be a key behind Explanation? */
static bool ends_like_boolean(struct slice text)
{
	size_t from = text.n > 256 ? text.n - 256 : 0;
	struct slice end = slice_sub(text, from, text.n), name = SLICE("Explanation"), value;
	size_t blank = slice_rfind(end, " ");

	if (blank == SLICE_NONE)
		return false;
	end = slice_sub(end, blank + 1, end.n);
	return take_boolean(&end, &name, &value);
}

/* Take " Key:bool" of each key from the end of `*text`, last key first; values by key. */
static bool take_tail(struct slice *text, const struct go_key *keys, struct slice values[])
{
	size_t n = 0;

	while (keys[n].name)
		n++;
	while (n-- > 0) {
		size_t end = text->n > 64 ? text->n - 64 : 0, from; /* no key is longer */
		size_t blank = slice_rfind(slice_sub(*text, end, text->n), " ");

		if (blank == SLICE_NONE)
			return false;
		blank += end;
		from = key_at(*text, blank + 1, keys[n].name);
		if (!from || !is_bool(slice_sub(*text, from, text->n)))
			return false;
		values[n] = slice_sub(*text, from, text->n);
		*text = slice_sub(*text, 0, blank);
	}
	return true;
}

static bool write_flow(struct json_w *w, struct slice body, const struct go_key *tail)
{
	struct slice values[GO_KEYS];
	bool ok;

	json_open(w, '{');
	write_booleans(w, &body);
	ok = body.n == 0;
	if (slice_eat(&body, "Explanation:")) {
		ok = tail ? take_tail(&body, tail, values) : !ends_like_boolean(body);
		json_key(w, "Explanation");
		json_str(w, body);
		for (size_t i = 0; ok && tail && tail[i].name; i++) {
			json_key(w, tail[i].name);
			json_raw(w, values[i]);
		}
	}
	json_close(w, '}');
	return ok;
}

static bool write_form(struct json_w *w, struct slice body, struct go_schema schema)
{
	if (body.n == 0) { /* no keys, whatever the schema */
		json_open(w, '{');
		json_close(w, '}');
		return true;
	}
	switch (schema.form) {
	case GO_UNKNOWN:
		break;
	case GO_KEYED:
		return write_map(w, body, schema.keys);
	case GO_BOOLEANS:
		return write_only_booleans(w, body);
	case GO_FLOW:
		return write_flow(w, body, schema.keys);
	}
	return false;
}

enum traj_decode go_map_decode(struct arena *a, enum span_type type, struct slice name, enum traj_field f,
			       struct slice raw, struct slice *json)
{
	struct go_schema schema = go_schema(type, name, f);
	struct buf out = BUF_INIT;
	struct json_w w;
	struct slice body;
	enum traj_decode how = DECODE_RAW;

	*json = (struct slice){0};
	if (slice_is(slice_trim(raw), "null"))
		return DECODE_NONE;
	if (slice_starts(raw, "{"))
		return json_check(raw, json, NULL, NULL) == 0 ? DECODE_JSON : DECODE_RAW;
	if (!unwrap(raw, "map[", &body))
		return DECODE_RAW;
	if (type == SPAN_TOOL && f == FIELD_RESULTS && slice_starts(body, "error:"))
		schema = (struct go_schema){GO_KEYED, go_error_keys};
	if (type == SPAN_TOOL && schema.form == GO_BOOLEANS && slice_starts(body, "Answer:"))
		schema = (struct go_schema){GO_KEYED, go_answer_keys};
	json_w_init(&w, &out, false);
	if (write_form(&w, body, schema) && !out.over) {
		*json = arena_slice(a, buf_slice(&out));
		how = DECODE_SCHEMA;
	}
	buf_release(&out);
	return how;
}
