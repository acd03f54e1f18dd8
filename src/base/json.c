#include "base/json.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "base/mem.h"
#include "base/utf8.h"

/* ---- scanner ---- */

static size_t skip_blank(struct slice s, size_t i)
{
	while (i < s.n && (s.p[i] == ' ' || s.p[i] == '\t' || s.p[i] == '\n' || s.p[i] == '\r'))
		i++;
	return i;
}

static bool is_digit(struct slice s, size_t i)
{
	return i < s.n && s.p[i] >= '0' && s.p[i] <= '9';
}

static size_t skip_digits(struct slice s, size_t i)
{
	while (is_digit(s, i))
		i++;
	return i;
}

/* The end of the number at `i` by RFC 8259; `i` itself where there is none. */
static size_t number_end(struct slice s, size_t i)
{
	size_t from = i, digits;

	i += i < s.n && s.p[i] == '-';
	digits = skip_digits(s, i);
	if (digits == i || (s.p[i] == '0' && digits > i + 1))
		return from;
	i = digits;
	if (i < s.n && s.p[i] == '.') {
		if (!is_digit(s, i + 1))
			return from;
		i = skip_digits(s, i + 1);
	}
	if (i < s.n && (s.p[i] | 0x20) == 'e') {
		i++;
		i += i < s.n && (s.p[i] == '+' || s.p[i] == '-');
		if (!is_digit(s, i))
			return from;
		i = skip_digits(s, i);
	}
	return i;
}

static bool hex4(struct slice s, size_t i, uint32_t *v)
{
	uint64_t u;

	if (i > s.n || s.n - i < 4 || !slice_hex(slice_sub(s, i, i + 4), &u))
		return false;
	*v = (uint32_t)u;
	return true;
}

/*
 * cJSON takes any byte up to a space for a blank, numbers such as 01 and 1., control characters in strings and
 * \u with anything behind it.  What was copied from such a text would not be JSON for others: the first such
 * byte of a text that cJSON accepted, or SLICE_NONE.
 */
static size_t lax_at(struct slice s)
{
	bool string = false;
	uint32_t cp;
	size_t end;

	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c < 0x20 && (string || (c != '\t' && c != '\n' && c != '\r')))
			return i;
		if (c == '"') {
			string = !string;
		} else if (string && c == '\\') {
			i++;
			if (i < s.n && s.p[i] == 'u' && !hex4(s, i + 1, &cp))
				return i;
		} else if (!string && (c == '-' || (c >= '0' && c <= '9'))) {
			end = number_end(s, i);
			if (end == i)
				return i;
			i = end - 1;
		}
	}
	return SLICE_NONE;
}

/*
 * cJSON refuses escaped surrogates that have no partner, RFC 8259 does not: a copy of the same length with \ufffd in
 * their places, freed by the caller; NULL where there are none.
 */
static char *mend_surrogates(struct slice s)
{
	char *copy = NULL;
	uint32_t cp, low;

	for (size_t i = slice_chr(s, '\\', 0); i != SLICE_NONE; i = slice_chr(s, '\\', i)) {
		if (i + 1 >= s.n || s.p[i + 1] != 'u' || !hex4(s, i + 2, &cp)) {
			i += 2;
			continue;
		}
		if (cp >= 0xd800 && cp < 0xdc00 && slice_starts(slice_sub(s, i + 6, s.n), "\\u") &&
		    hex4(s, i + 8, &low) && low >= 0xdc00 && low < 0xe000) {
			i += 12;
			continue;
		}
		if (cp >= 0xd800 && cp < 0xe000) {
			if (!copy)
				copy = xstrndup(s.p, s.n);
			memcpy(copy + i + 2, "fffd", 4);
		}
		i += 6;
	}
	return copy;
}

/* Does cJSON accept `s`?  `*stop` is where its value ends, or where it gave up. */
static bool accepts(struct slice s, size_t *stop)
{
	const char *end = NULL;
	cJSON *tree = cJSON_ParseWithLengthOpts(s.p, s.n, &end, false);

	cJSON_Delete(tree);
	*stop = end ? (size_t)(end - s.p) : 0;
	return tree != NULL;
}

int json_check(struct slice s, struct slice *raw, size_t *at, struct err *e)
{
	const char *why = "no value can be read here";
	static const char bom[] = "\xef\xbb\xbf";
	size_t from = skip_blank(s, slice_starts(s, bom) ? 3 : 0), stop, lax;
	struct slice body = slice_sub(s, from, s.n);
	/* a second mark, which cJSON would pass over, is no value */
	bool marked = slice_starts(body, bom), ok = accepts(body, &stop);
	char *mended = ok ? NULL : mend_surrogates(body);

	if (mended) {
		ok = accepts((struct slice){mended, body.n}, &stop);
		free(mended);
	}
	lax = marked ? 0 : ok ? lax_at(slice_sub(body, 0, stop)) : SLICE_NONE;
	if (lax != SLICE_NONE) {
		stop = lax;
	} else if (ok) {
		size_t next = skip_blank(body, stop);

		if (next == body.n) {
			*raw = slice_sub(body, 0, stop);
			return 0;
		}
		stop = next;
		why = "more text after the value";
	} else if (stop + 1 >= body.n) {
		why = "the text ends early";
	}
	if (at)
		*at = from + stop;
	return err_set(e, ERR_INPUT, "not JSON at byte %zu: %s", from + stop, why);
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

size_t json_depth(struct slice raw)
{
	size_t depth = 0, deepest = 0;
	bool string = false;

	for (size_t i = 0; i < raw.n; i++) {
		char c = raw.p[i];

		if (c == '"')
			string = !string;
		else if (string)
			i += c == '\\';
		else if ((c == '{' || c == '[') && ++depth > deepest)
			deepest = depth;
		else if ((c == '}' || c == ']') && depth)
			depth--;
	}
	return deepest;
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
	if (end == i) /* only in text that json_check() did not see: no value, no progress */
		return false;
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

/* The character of the \u escape whose 'u' stands at `*i`; `*i` is left at its last hexadecimal digit. */
static uint32_t unescape_u(struct slice s, size_t *i)
{
	uint32_t cp = 0, low;

	hex4(s, *i + 1, &cp);
	*i += 4;
	if (cp >= 0xd800 && cp < 0xdc00 && slice_starts(slice_sub(s, *i + 1, s.n), "\\u") &&
	    hex4(s, *i + 3, &low) && low >= 0xdc00 && low < 0xe000) {
		*i += 6;
		return 0x10000 + ((cp - 0xd800) << 10) + (low - 0xdc00);
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

struct slice json_one_line(struct arena *a, struct slice raw)
{
	char *p = arena_alloc(a, raw.n + 1);

	for (size_t i = 0; i < raw.n; i++)
		p[i] = raw.p[i] == '\n' || raw.p[i] == '\r' ? ' ' : raw.p[i];
	p[raw.n] = '\0';
	return (struct slice){p, raw.n};
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

static void quoted(struct buf *b, struct slice s, bool ascii)
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
			buf_adds(b, ascii ? "\\ufffd" : "\xef\xbf\xbd");
		else if (ascii ? cp >= 0x20 && cp < 0x7f : !utf8_hides(cp))
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
	quoted(w->b, key, w->ascii);
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
	quoted(w->b, s, w->ascii);
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
