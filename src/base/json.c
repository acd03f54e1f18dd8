#include "base/json.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "base/utf8.h"

/* ---- scanner ---- */

static size_t skip_blank(struct slice s, size_t i)
{
	while (i < s.n && (s.p[i] == ' ' || s.p[i] == '\t' || s.p[i] == '\n' || s.p[i] == '\r'))
		i++;
	return i;
}

int json_check(struct slice s, struct slice *raw, size_t *at, struct err *e)
{
	const char *end = NULL;
	size_t from = skip_blank(s, slice_starts(s, "\xef\xbb\xbf") ? 3 : 0), stop;
	struct slice body = slice_sub(s, from, s.n);
	cJSON *tree = cJSON_ParseWithLengthOpts(body.p, body.n, &end, false);
	bool ok = tree != NULL;

	cJSON_Delete(tree);
	stop = end ? (size_t)(end - s.p) : from;
	if (ok) {
		size_t next = skip_blank(s, stop);

		if (next == s.n) {
			*raw = slice_sub(s, from, stop);
			return 0;
		}
		stop = next;
	}
	if (at)
		*at = stop;
	return err_set(e, ERR_INPUT, "not JSON at byte %zu: %s", stop,
		       stop + 1 >= s.n ? "the text ends early" : ok ? "more text after the value" : "no value can be read here");
}

enum json_type json_type(struct slice raw)
{
	switch (raw.n ? raw.p[0] : '\0') {
	case '{':
		return JSON_OBJECT;
	case '[':
		return JSON_ARRAY;
	case '"':
		return JSON_STRING;
	case 't':
	case 'f':
		return JSON_BOOL;
	case 'n':
		return JSON_NULL;
	case '-':
	case '0': case '1': case '2': case '3': case '4':
	case '5': case '6': case '7': case '8': case '9':
		return JSON_NUMBER;
	default:
		return JSON_BAD;
	}
}

/* The end of a value in checked JSON: brackets are counted, strings skipped. */
static size_t value_end(struct slice s, size_t i)
{
	size_t depth = 0;

	for (; i < s.n; i++) {
		switch (s.p[i]) {
		case '"':
			for (i++; i < s.n && s.p[i] != '"'; i++)
				i += s.p[i] == '\\';
			if (depth == 0)
				return i + 1;
			break;
		case '{':
		case '[':
			depth++;
			break;
		case '}':
		case ']':
			if (depth == 0)
				return i;
			if (--depth == 0)
				return i + 1;
			break;
		case ',':
		case ':':
		case ' ':
		case '\t':
		case '\r':
		case '\n':
			if (depth == 0)
				return i;
			break;
		default:
			break;
		}
	}
	return s.n;
}

struct json_iter json_iter(struct slice raw)
{
	struct json_iter it = {.object = json_type(raw) == JSON_OBJECT};

	if (it.object || json_type(raw) == JSON_ARRAY)
		it.rest = slice_sub(raw, 1, raw.n - 1);
	return it;
}

bool json_next(struct json_iter *it)
{
	size_t i = skip_blank(it->rest, 0), end;

	if (i < it->rest.n && it->rest.p[i] == ',')
		i = skip_blank(it->rest, i + 1);
	if (i >= it->rest.n)
		return false;
	it->key = slice_sub(it->rest, 0, 0);
	if (it->object) {
		end = value_end(it->rest, i);
		it->key = slice_sub(it->rest, i, end);
		i = skip_blank(it->rest, skip_blank(it->rest, end) + 1);
	}
	end = value_end(it->rest, i);
	it->value = slice_sub(it->rest, i, end);
	it->rest = slice_sub(it->rest, end, it->rest.n);
	return true;
}

struct slice json_member(struct slice raw, const char *key)
{
	struct json_iter it = json_iter(raw);
	struct slice found = {0};

	if (!it.object)
		return found;
	while (json_next(&it))
		if (slice_is(slice_sub(it.key, 1, it.key.n - 1), key))
			found = it.value;
	return found;
}

static uint32_t hex4(struct slice s, size_t i)
{
	uint64_t v = 0;

	return slice_hex(slice_sub(s, i, i + 4), &v) ? (uint32_t)v : 0;
}

/* The character of the \u escape whose 'u' stands at `*i`; `*i` is left at its last hexadecimal digit. */
static uint32_t unescape_u(struct slice s, size_t *i)
{
	uint32_t cp = hex4(s, *i + 1);

	*i += 4;
	if (cp >= 0xd800 && cp < 0xdc00 && slice_starts(slice_sub(s, *i + 1, s.n), "\\u")) {
		uint32_t low = hex4(s, *i + 3);

		if (low >= 0xdc00 && low < 0xe000) {
			*i += 6;
			return 0x10000 + ((cp - 0xd800) << 10) + (low - 0xdc00);
		}
	}
	return cp >= 0xd800 && cp < 0xe000 ? 0xfffd : cp;
}

struct slice json_string(struct arena *a, struct slice raw)
{
	static const char from[] = "bfnrt", to[] = "\b\f\n\r\t";
	struct slice in = slice_sub(raw, 1, raw.n ? raw.n - 1 : 0);
	char *out;
	size_t n = 0;

	if (slice_chr(in, '\\', 0) == SLICE_NONE)
		return in;
	out = arena_alloc(a, in.n + 1); /* an escape is never shorter than what it stands for */
	for (size_t i = 0; i < in.n; i++) {
		const char *hit;

		if (in.p[i] != '\\') {
			out[n++] = in.p[i];
			continue;
		}
		i++;
		if (in.p[i] == 'u')
			n += utf8_encode(unescape_u(in, &i), out + n);
		else if ((hit = strchr(from, in.p[i])))
			out[n++] = to[hit - from];
		else
			out[n++] = in.p[i];
	}
	out[n] = '\0';
	return (struct slice){out, n};
}

bool json_get_str(struct arena *a, struct slice raw, const char *key, struct slice *v)
{
	struct slice m = json_member(raw, key);

	if (json_type(m) != JSON_STRING)
		return false;
	*v = json_string(a, m);
	return true;
}

bool json_get_int(struct slice raw, const char *key, int64_t *v)
{
	return slice_i64(json_member(raw, key), v);
}

bool json_get_bool(struct slice raw, const char *key, bool *v)
{
	struct slice m = json_member(raw, key);

	if (json_type(m) != JSON_BOOL)
		return false;
	*v = m.p[0] == 't';
	return true;
}

/* ---- writer ---- */

void json_w_init(struct json_w *w, struct buf *b, bool indent)
{
	*w = (struct json_w){.b = b, .indent = indent};
}

static void newline(struct json_w *w)
{
	if (w->indent) {
		buf_addc(w->b, '\n');
		buf_pad(w->b, ' ', (size_t)w->depth * 2);
	}
}

/* What stands between two values of one container. */
static void before(struct json_w *w)
{
	if (w->after_key) {
		w->after_key = false;
		return;
	}
	if (w->need_comma)
		buf_addc(w->b, ',');
	if (w->depth)
		newline(w);
}

void json_open(struct json_w *w, char bracket)
{
	before(w);
	buf_addc(w->b, bracket);
	w->depth++;
	w->need_comma = false;
}

void json_close(struct json_w *w, char bracket)
{
	w->depth--;
	if (w->need_comma)
		newline(w);
	buf_addc(w->b, bracket);
	w->need_comma = true;
}

static void quoted(struct buf *b, struct slice s)
{
	static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";
	uint32_t cp;

	buf_addc(b, '"');
	for (size_t i = 0, n; i < s.n; i += n) {
		const char *hit;

		n = utf8_decode(slice_sub(s, i, s.n), &cp);
		if (cp && cp < 0x80 && (hit = strchr(from, (int)cp)))
			buf_addf(b, "\\%c", to[hit - from]);
		else if (cp >= UTF8_BROKEN)
			buf_adds(b, "\xef\xbf\xbd");
		else if (utf8_shows(cp))
			buf_add(b, s.p + i, n);
		else if (cp < 0x10000)
			buf_addf(b, "\\u%04x", cp);
		else
			buf_addf(b, "\\u%04x\\u%04x", 0xd800 + ((cp - 0x10000) >> 10),
				 0xdc00 + ((cp - 0x10000) & 0x3ff));
	}
	buf_addc(b, '"');
}

void json_key_slice(struct json_w *w, struct slice key)
{
	before(w);
	quoted(w->b, key);
	buf_adds(w->b, w->indent ? ": " : ":");
	w->after_key = true;
}

void json_key(struct json_w *w, const char *key)
{
	json_key_slice(w, slice_str(key));
}

void json_str(struct json_w *w, struct slice s)
{
	before(w);
	quoted(w->b, s);
	w->need_comma = true;
}

void json_raw(struct json_w *w, struct slice raw)
{
	before(w);
	buf_add_slice(w->b, raw);
	w->need_comma = true;
}

void json_null(struct json_w *w)
{
	json_raw(w, SLICE("null"));
}

void json_cstr(struct json_w *w, const char *s)
{
	if (s)
		json_str(w, slice_str(s));
	else
		json_null(w);
}

void json_int(struct json_w *w, int64_t v)
{
	char s[32];

	snprintf(s, sizeof s, "%" PRId64, v);
	json_raw(w, slice_str(s));
}

void json_uint(struct json_w *w, uint64_t v)
{
	char s[32];

	snprintf(s, sizeof s, "%" PRIu64, v);
	json_raw(w, slice_str(s));
}

void json_bool(struct json_w *w, bool v)
{
	json_raw(w, slice_str(v ? "true" : "false"));
}

void json_kstr(struct json_w *w, const char *key, struct slice s)
{
	json_key(w, key);
	if (s.n)
		json_str(w, s);
	else
		json_null(w);
}

void json_kcstr(struct json_w *w, const char *key, const char *s)
{
	json_kstr(w, key, slice_str(s));
}

void json_kint(struct json_w *w, const char *key, int64_t v)
{
	json_key(w, key);
	json_int(w, v);
}

void json_kbool(struct json_w *w, const char *key, bool v)
{
	json_key(w, key);
	json_bool(w, v);
}

void json_khex(struct json_w *w, const char *key, uint64_t v)
{
	char s[32];

	snprintf(s, sizeof s, "0x%" PRIx64, v);
	json_key(w, key);
	json_str(w, slice_str(s));
}
