#include "llm/fault.h"

#include <string.h>
#include <strings.h>

#include "base/json.h"

/* ---- words and numbers in a message ---- */

/* As slice_find(), letters of either case. */
static size_t find_word(struct slice s, const char *word)
{
	size_t n = strlen(word);

	for (size_t i = 0; i + n <= s.n; i++)
		if (strncasecmp(s.p + i, word, n) == 0)
			return i;
	return SLICE_NONE;
}

bool llm_fault_has(const struct llm_fault *f, const char *word)
{
	const struct slice where[] = {f->message, f->code, f->type, f->status, f->reason, f->param};

	for (size_t i = 0; i < sizeof where / sizeof *where; i++)
		if (find_word(where[i], word) != SLICE_NONE)
			return true;
	return false;
}

/* A number with a fraction in millionths, from the front of `*s`; what is past a year of seconds is cut there. */
static bool eat_number(struct slice *s, int64_t *millionths)
{
	const int64_t most = INT64_C(366) * 86400;
	int64_t whole = 0, part = 0, unit = 100000;
	size_t i = 0;

	for (; i < s->n && s->p[i] >= '0' && s->p[i] <= '9'; i++)
		whole = whole * 10 + (s->p[i] - '0') > most ? most : whole * 10 + (s->p[i] - '0');
	if (i == 0)
		return false;
	if (i + 1 < s->n && s->p[i] == '.' && s->p[i + 1] >= '0' && s->p[i + 1] <= '9')
		for (i++; i < s->n && s->p[i] >= '0' && s->p[i] <= '9'; i++, unit /= 10)
			part += (s->p[i] - '0') * unit;
	*millionths = whole * 1000000 + part;
	*s = slice_sub(*s, i, s->n);
	return true;
}

bool llm_duration(struct slice *s, int64_t *us)
{
	static const struct {
		const char *name;
		int64_t times, by; /* of a second */
	} units[] = {{"ms", 1, 1000}, {"s", 1, 1}, {"m", 60, 1}, {"h", 3600, 1}};
	struct slice rest = *s;
	int64_t total = 0, n;
	bool any = false;

	while (eat_number(&rest, &n)) {
		size_t u = 0;

		while (u < sizeof units / sizeof *units && !slice_eat(&rest, units[u].name))
			u++;
		if (u == sizeof units / sizeof *units)
			break;
		total += n / units[u].by * units[u].times;
		any = true;
		*s = rest;
	}
	if (any)
		*us = total;
	return any;
}

/* "Please retry in 26.3s.", "Please try again in 1.2s." */
static int64_t wait_in(struct slice message)
{
	static const char *const words[] = {"retry in ", "try again in "};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		size_t at = find_word(message, words[i]);
		struct slice rest = slice_sub(message, at == SLICE_NONE ? message.n : at + strlen(words[i]), message.n);
		int64_t us;

		if (llm_duration(&rest, &us))
			return us;
	}
	return 0;
}

/* The most tokens, as each provider words it: the first number after these words. */
static uint64_t limit_in(struct slice message)
{
	static const char *const words[] = {"tokens allowed", "maximum context length", "available context size", "context length of"};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		size_t at = find_word(message, words[i]), to;
		uint64_t v;

		if (at == SLICE_NONE)
			continue;
		while (at < message.n && (message.p[at] < '0' || message.p[at] > '9'))
			at++;
		for (to = at; to < message.n && message.p[to] >= '0' && message.p[to] <= '9';)
			to++;
		if (slice_u64(slice_sub(message, at, to), &v))
			return v;
	}
	return 0;
}

/* ---- the forms ---- */

/* Google's details[]: why, which quota, how long to wait, which field. */
static void read_detail(struct llm_fault *f, struct arena *a, struct slice detail)
{
	struct slice type = {0}, text;

	json_get_str(a, detail, "@type", &type);
	if (slice_ends(type, ".ErrorInfo")) {
		json_get_str(a, detail, "reason", &f->reason);
	} else if (slice_ends(type, ".RetryInfo")) {
		if (json_get_str(a, detail, "retryDelay", &text))
			llm_duration(&text, &f->wait_us);
	} else if (slice_ends(type, ".QuotaFailure")) {
		struct json_iter it = json_iter(json_member(detail, "violations"));

		while (json_next(&it))
			if (json_get_str(a, it.value, "quotaId", &text)) {
				f->daily |= find_word(text, "perday") != SLICE_NONE || find_word(text, "daily") != SLICE_NONE;
				f->minute |= find_word(text, "perminute") != SLICE_NONE;
			}
	} else if (slice_ends(type, ".BadRequest")) {
		struct json_iter it = json_iter(json_member(detail, "fieldViolations"));

		if (json_next(&it))
			json_get_str(a, it.value, "field", &f->param);
	}
}

static void read_code(struct llm_fault *f, struct arena *a, struct slice error)
{
	int64_t n;
	uint64_t u;

	if (json_get_int(error, "code", &n)) {
		if (n >= 100 && n <= 599)
			f->http = (long)n;
	} else if (json_get_str(a, error, "code", &f->code) && slice_u64(f->code, &u) && u >= 100 && u <= 599) {
		f->http = (long)u;
		f->code = (struct slice){0};
	}
}

/* Gateways put the provider's own answer, as text, into the message, or beside it. */
static void unwrap(struct llm_fault *f, struct arena *a, struct slice error)
{
	struct slice inner = f->message, raw, nested;
	struct slice quoted;

	if (!slice_starts(slice_trim(inner), "{") && json_get_str(a, json_member(error, "metadata"), "raw", &quoted))
		inner = quoted;
	if (!slice_starts(slice_trim(inner), "{") || json_check(inner, &raw, NULL, NULL) < 0)
		return;
	nested = json_member(raw, "error");
	if (json_type(nested) != JSON_OBJECT)
		nested = raw;
	json_get_str(a, nested, "message", &f->message);
	json_get_str(a, nested, "status", &f->status);
	json_get_str(a, nested, "type", &f->type);
	read_code(f, a, nested);
	for (struct json_iter it = json_iter(json_member(nested, "details")); json_next(&it);)
		read_detail(f, a, it.value);
}

static void read_object(struct llm_fault *f, struct arena *a, struct slice error)
{
	int64_t n;

	if (!json_get_str(a, error, "message", &f->message))
		json_get_str(a, error, "detail", &f->message);
	json_get_str(a, error, "type", &f->type);
	json_get_str(a, error, "status", &f->status);
	json_get_str(a, error, "param", &f->param);
	read_code(f, a, error);
	for (struct json_iter it = json_iter(json_member(error, "details")); json_next(&it);)
		read_detail(f, a, it.value);
	unwrap(f, a, error);
	if (json_get_int(error, "n_ctx", &n) && n > 0)
		f->limit = (uint64_t)n;
}

/* What the words of the message say beside the members; a hint in members and words counts at its longest. */
static void read_words(struct llm_fault *f)
{
	int64_t us = wait_in(f->message);

	if (us > f->wait_us)
		f->wait_us = us;
	if (!f->limit)
		f->limit = limit_in(f->message);
	f->daily |= find_word(f->message, "perday") != SLICE_NONE;
}

static bool read_error(struct llm_fault *f, struct arena *a, struct slice error)
{
	enum json_type t = json_type(error);

	if (t == JSON_STRING)
		f->message = json_string(a, error);
	else if (t == JSON_OBJECT)
		read_object(f, a, error);
	else if (t != JSON_ARRAY && t != JSON_NUMBER && !slice_is(error, "true"))
		return false;
	read_words(f);
	return t != JSON_STRING || f->message.n;
}

bool llm_fault_in(struct llm_fault *f, struct arena *a, struct slice object)
{
	*f = (struct llm_fault){0};
	return read_error(f, a, json_member(object, "error"));
}

/* A proxy's page: its title says most. */
static void read_page(struct llm_fault *f, struct slice body)
{
	size_t from = find_word(body, "<title>"), to;

	f->html = find_word(slice_sub(body, 0, 1024), "<html") != SLICE_NONE || find_word(slice_sub(body, 0, 1024), "<!doctype") == 0;
	if (!f->html) {
		f->message = slice_sub(body, 0, 400);
		return;
	}
	if (from == SLICE_NONE)
		return;
	body = slice_sub(body, from + strlen("<title>"), body.n);
	to = slice_chr(body, '<', 0);
	f->message = slice_trim(slice_sub(body, 0, to));
}

void llm_fault_read(struct llm_fault *f, struct arena *a, struct slice body)
{
	struct slice raw;

	*f = (struct llm_fault){0};
	if (json_check(body, &raw, NULL, NULL) < 0) {
		read_page(f, slice_trim(body));
		read_words(f);
		return;
	}
	if (json_type(raw) == JSON_ARRAY) {
		struct json_iter it = json_iter(raw);

		if (!json_next(&it))
			return;
		raw = it.value;
	}
	if (!llm_fault_in(f, a, raw)) {
		read_object(f, a, raw);
		read_words(f);
	}
}
