#include "request.h"

#include <strings.h>

#include "base/json.h"

/* ---- parsing ---- */

/* Take the next header of `*rest`; false at the end. */
static bool next_header(struct slice *rest, struct slice *name, struct slice *value)
{
	struct slice line;
	size_t colon;

	if (!slice_line(rest, &line))
		return false;
	colon = slice_chr(line, ':', 0);
	*name = slice_trim(slice_sub(line, 0, colon));
	*value = colon == SLICE_NONE ? (struct slice){0} : slice_trim(slice_sub(line, colon + 1, line.n));
	return true;
}

static bool same_name(struct slice name, struct slice want)
{
	return name.n == want.n && strncasecmp(name.p, want.p, want.n) == 0;
}

static bool find_header(const struct request *rq, struct slice want, struct slice *value)
{
	struct slice rest = rq->headers, name;

	while (next_header(&rest, &name, value))
		if (same_name(name, want))
			return true;
	return false;
}

int request_parse(struct slice in, struct request *rq, size_t *used)
{
	size_t end = slice_find(in, "\r\n\r\n", 0);
	struct slice head, line, length;
	uint64_t n = 0;

	if (end == SLICE_NONE)
		return 0;
	head = slice_sub(in, 0, end + 2);
	if (!slice_line(&head, &line) || !slice_word(&line, &rq->method) || !slice_word(&line, &rq->path))
		return -1;
	rq->headers = head;
	if (find_header(rq, SLICE("content-length"), &length) && !slice_u64(length, &n))
		return -1;
	if (n > in.n - (end + 4))
		return 0;
	rq->body = slice_sub(in, end + 4, end + 4 + (size_t)n);
	*used = end + 4 + (size_t)n;
	return 1;
}

/* ---- comparing JSON ---- */

static size_t members(struct slice raw)
{
	struct json_iter it = json_iter(raw);
	size_t n = 0;

	while (json_next(&it))
		n++;
	return n;
}

static bool same(struct slice got, struct slice want, bool more_is_fine);

static bool same_object(struct slice got, struct slice want, bool more_is_fine)
{
	struct arena *a = arena_new();
	struct json_iter it = json_iter(want);
	bool ok = more_is_fine || members(got) == members(want);

	while (ok && json_next(&it)) {
		struct slice key = json_string(a, it.key);
		struct slice value = json_member(got, arena_str(a, key));

		ok = value.n && same(value, it.value, more_is_fine);
	}
	arena_free(a);
	return ok;
}

static bool same_array(struct slice got, struct slice want, bool more_is_fine)
{
	struct json_iter g = json_iter(got), w = json_iter(want);

	for (;;) {
		bool is_got = json_next(&g), is_wanted = json_next(&w);

		if (!is_got || !is_wanted)
			return is_got == is_wanted;
		if (!same(g.value, w.value, more_is_fine))
			return false;
	}
}

static bool same_string(struct slice got, struct slice want)
{
	struct arena *a = arena_new();
	bool ok = slice_eq(json_string(a, got), json_string(a, want));

	arena_free(a);
	return ok;
}

static bool same(struct slice got, struct slice want, bool more_is_fine)
{
	enum json_type type = json_type(want);

	if (json_type(got) != type)
		return false;
	if (type == JSON_OBJECT)
		return same_object(got, want, more_is_fine);
	if (type == JSON_ARRAY)
		return same_array(got, want, more_is_fine);
	if (type == JSON_STRING)
		return same_string(got, want);
	return slice_eq(got, want);
}

/* "contents.0.parts.1.text"; empty where there is no such member. */
static struct slice at_path(struct slice raw, struct slice path)
{
	struct arena *a = arena_new();

	while (path.n && raw.n) {
		size_t dot = slice_chr(path, '.', 0);
		struct slice key = slice_sub(path, 0, dot);
		struct json_iter it = json_iter(raw);
		uint64_t index;

		if (json_type(raw) == JSON_OBJECT) {
			raw = json_member(raw, arena_str(a, key));
		} else if (json_type(raw) == JSON_ARRAY && slice_u64(key, &index)) {
			while (json_next(&it) && index > 0)
				index--;
			raw = index == 0 ? it.value : (struct slice){0};
		} else {
			raw = (struct slice){0};
		}
		path = slice_sub(path, dot == SLICE_NONE ? path.n : dot + 1, path.n);
	}
	arena_free(a);
	return raw;
}

/* ---- conditions ---- */

/* What stands behind the last turn of the model, or everything where it has had none. */
static struct slice newest(struct slice body)
{
	static const char *const roles[] = {"\"role\":\"model\"", "\"role\":\"assistant\""};
	size_t from = 0;

	for (size_t i = 0; i < sizeof roles / sizeof *roles; i++) {
		size_t at = slice_rfind(body, roles[i]);

		if (at != SLICE_NONE && at > from)
			from = at;
	}
	return slice_sub(body, from, body.n);
}

static bool fits(const struct request *rq, struct slice json, const struct cond *c)
{
	struct slice value;

	switch (c->kind) {
	case METHOD:
		return slice_eq(rq->method, c->what);
	case PATH:
		return slice_eq(rq->path, c->what);
	case HEADER:
		return find_header(rq, c->what, &value) && value.n;
	case NO_HEADER:
		return !find_header(rq, c->what, &value);
	case CONTAINS:
		return slice_find_slice(rq->body, c->what, 0) != SLICE_NONE;
	case LACKS:
		return slice_find_slice(rq->body, c->what, 0) == SLICE_NONE;
	case NEW:
		return slice_find_slice(newest(rq->body), c->what, 0) != SLICE_NONE;
	case JSON_IS:
		return json.n && same(json, c->what, false);
	case JSON_HAS:
		return json.n && same(json, c->what, true);
	case MEMBER:
		value = at_path(json, c->what);
		return value.n && same(value, c->value, false);
	case NO_MEMBER:
		return json.n && at_path(json, c->what).n == 0;
	}
	return false;
}

bool request_fits(const struct request *rq, const struct block *b, struct buf *why)
{
	static const char *const sentence[] = {
		[METHOD] = "the method is not", [PATH] = "the path is not", [HEADER] = "there is no header",
		[NO_HEADER] = "there is a header", [CONTAINS] = "the body does not contain",
		[LACKS] = "the body contains", [NEW] = "the body does not contain, behind the model's last turn,",
		[JSON_IS] = "the body is not", [JSON_HAS] = "the body lacks parts of",
		[MEMBER] = "the body's member is not as wanted:", [NO_MEMBER] = "the body has the member",
	};
	struct slice json;

	if (json_check(rq->body, &json, NULL, NULL) < 0)
		json = (struct slice){0};
	for (size_t i = 0; i < b->nconds; i++) {
		const struct cond *c = &b->cond[i];
		bool file = c->kind == JSON_IS || c->kind == JSON_HAS;
		struct slice what = file ? c->value : c->what;

		if (fits(rq, json, c))
			continue;
		buf_addf(why, "%s '%.*s' (request of line %u)", sentence[c->kind], (int)what.n, what.p, b->line);
		return false;
	}
	return true;
}

/* ---- log ---- */

/* Everything else may be a key. */
static bool may_be_shown(struct slice name)
{
	static const char *const open[] = {"accept", "content-length", "content-type", "host", "user-agent",
					   "anthropic-version"};

	for (size_t i = 0; i < sizeof open / sizeof *open; i++)
		if (same_name(name, slice_str(open[i])))
			return true;
	return false;
}

static void log_headers(const struct request *rq, struct json_w *w)
{
	struct slice rest = rq->headers, name, value;

	json_key(w, "headers");
	json_open(w, '{');
	while (next_header(&rest, &name, &value)) {
		json_key_slice(w, name);
		json_str(w, may_be_shown(name) ? value : SLICE("present"));
	}
	json_close(w, '}');
}

void request_log(const struct request *rq, unsigned n, struct slice why, struct buf *out)
{
	struct slice raw;
	struct json_w w;

	json_w_init(&w, out, false);
	json_open(&w, '{');
	json_kint(&w, "n", n);
	json_kstr(&w, "method", rq->method);
	json_kstr(&w, "path", rq->path);
	log_headers(rq, &w);
	json_key(&w, "body");
	/* One line a request: JSON of several lines is kept as a string. */
	if (json_check(rq->body, &raw, NULL, NULL) == 0 && slice_chr(raw, '\n', 0) == SLICE_NONE)
		json_raw(&w, raw);
	else
		json_str(&w, rq->body);
	json_kstr(&w, "mismatch", why);
	json_close(&w, '}');
	buf_addc(out, '\n');
}
