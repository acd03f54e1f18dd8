#define _GNU_SOURCE /* timegm */
#include "llm/fail.h"


#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "base/buf.h"
#include "llm/outcome.h"

/* ---- headers ---- */

/* "Wed, 21 Oct 2015 07:28:00 GMT" (RFC 9110), not by strptime(), whose names hang on the locale. */
static bool http_date(struct slice s, int64_t *us)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	struct tm tm = {0};
	char text[64], month[4];
	const char *m;

	if (s.n >= sizeof text)
		return false;
	memcpy(text, s.p, s.n);
	text[s.n] = '\0';
	if (sscanf(text, "%*3[A-Za-z], %2d %3[A-Za-z] %4d %2d:%2d:%2d GMT", &tm.tm_mday, month, &tm.tm_year, &tm.tm_hour, &tm.tm_min,
		   &tm.tm_sec) != 6)
		return false;
	m = strstr(months, month);
	if (!m || (m - months) % 3 != 0)
		return false;
	tm.tm_mon = (int)(m - months) / 3;
	tm.tm_year -= 1900;
	*us = (int64_t)timegm(&tm) * 1000000;
	return true;
}

static bool named(struct slice s, const char *name)
{
	return s.n == strlen(name) && strncasecmp(s.p, name, s.n) == 0;
}

/* A number of `unit`s, maybe with a fraction, as a duration. */
static bool number_of(struct slice s, const char *unit, int64_t *us)
{
	char text[40];
	struct slice d = {text, 0};

	if (s.n == 0 || s.n > 30)
		return false;
	d.n = (size_t)snprintf(text, sizeof text, "%.*s%s", (int)s.n, s.p, unit);
	return llm_duration(&d, us) && d.n == 0;
}

void llm_hints_header(struct llm_hints *h, struct slice name, struct slice value, int64_t now)
{
	int64_t us;

	value = slice_trim(value);
	if (named(name, "retry-after-ms")) {
		if (number_of(value, "ms", &us))
			h->after_ms_us = us;
	} else if (named(name, "retry-after")) {
		if (number_of(value, "s", &us))
			h->after_us = us;
		else if (http_date(value, &us))
			h->after_us = us > now ? us - now : 0;
	} else if (named(name, "x-should-retry")) {
		h->retry = named(value, "true") ? 1 : named(value, "false") ? 0 : h->retry;
	} else if (named(name, "x-request-id") || named(name, "request-id")) {
		llm_outcome_text(h->request_id, sizeof h->request_id, value, (struct slice){0});
	}
}

/* ---- rules ---- */

/* The first that fits decides; what no word decides is decided by the status. */
static const struct rule {
	short from, to;   /* of the status */
	const char *word; /* in the fault, lower case; NULL: any */
	enum llm_end end;
	const char *code; /* ours, where the provider's words are no name for it */
	const char *advice;
} rules[] = {
	{400, 499, "context_length_exceeded", LLM_END_OVERFLOW, NULL, NULL},
	{400, 499, "exceed_context_size_error", LLM_END_OVERFLOW, NULL, NULL},
	{400, 499, "maximum context length", LLM_END_OVERFLOW, "context_length_exceeded", NULL},
	{400, 499, "exceeds the available context size", LLM_END_OVERFLOW, "context_length_exceeded", NULL},
	{400, 400, "exceeds the maximum number of tokens", LLM_END_OVERFLOW, "context_length_exceeded", NULL},
	{400, 413, "prompt is too long", LLM_END_OVERFLOW, "context_length_exceeded", NULL},
	{400, 403, "api_key_invalid", LLM_END_FATAL, NULL, NULL},
	{407, 407, NULL, LLM_END_FATAL, "proxy", "the proxy wants a name and password"},
	{408, 409, NULL, LLM_END_RETRY, NULL, NULL},
	{425, 425, NULL, LLM_END_RETRY, NULL, NULL},
	{429, 429, "insufficient_quota", LLM_END_FATAL, NULL, NULL},
	{429, 429, "enforced_spend_limit_reached", LLM_END_FATAL, NULL, NULL},
	{429, 429, "model_capacity_exhausted", LLM_END_FATAL, NULL, NULL},
	{429, 429, "quota_exhausted", LLM_END_FATAL, NULL, NULL},
	{429, 429, "limit: 0,", LLM_END_FATAL, "no_quota", "this key has no quota for the model"},
	{429, 429, NULL, LLM_END_RETRY, NULL, NULL},
	{499, 500, NULL, LLM_END_RETRY, NULL, NULL},
	{502, 504, NULL, LLM_END_RETRY, NULL, NULL},
	{520, 524, NULL, LLM_END_RETRY, NULL, NULL},
	{529, 529, NULL, LLM_END_RETRY, NULL, NULL},
	{300, 399, NULL, LLM_END_FATAL, "redirect", "redirects are not followed: give the base URL that it leads to"},
};

static const struct rule *find_rule(long status, const struct llm_fault *f)
{
	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
		if (status >= rules[i].from && status <= rules[i].to && (!rules[i].word || llm_fault_has(f, rules[i].word)))
			return &rules[i];
	return NULL;
}

/* The status of an error that came inside an answer of 200. */
static long inner_status(const struct llm_fault *f)
{
	static const struct {
		const char *word;
		long status;
	} words[] = {
		{"context_length", 400}, {"exceed_context_size", 400}, {"maximum context length", 400}, {"invalid_request", 400},
		{"invalid_argument", 400}, {"authentication", 401}, {"permission", 403}, {"not_found", 404},
		{"insufficient_quota", 429}, {"rate_limit", 429}, {"resource_exhausted", 429}, {"overloaded", 529},
	};

	if (f->http)
		return f->http;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (llm_fault_has(f, words[i].word))
			return words[i].status;
	return 500;
}

static int64_t hinted(const struct llm_fault *f, const struct llm_hints *h)
{
	if (h && h->after_ms_us >= 0)
		return h->after_ms_us;
	if (h && h->after_us >= 0)
		return h->after_us;
	if (f->wait_us)
		return f->wait_us;
	return f->minute ? INT64_C(60) * 1000000 : 0;
}

static struct slice code_of(const struct llm_fault *f, const struct rule *r)
{
	const struct slice words[] = {f->code, slice_str(r ? r->code : NULL), f->reason, f->status, f->type};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (words[i].n)
			return words[i];
	return (struct slice){0};
}

static void say(struct buf *b, long status, const struct llm_fault *f, const struct rule *r)
{
	if (f->html)
		buf_addf(b, "HTTP %ld with a page instead of an answer", status);
	else
		buf_addf(b, "HTTP %ld", status);
	if (f->message.n) {
		buf_adds(b, ": ");
		buf_add_slice(b, slice_sub(f->message, 0, 1000));
	}
	if (f->param.n && slice_find_slice(f->message, f->param, 0) == SLICE_NONE) {
		buf_adds(b, " (");
		buf_add_slice(b, slice_sub(f->param, 0, 100));
		buf_addc(b, ')');
	}
	if (r && r->advice)
		buf_addf(b, "; %s", r->advice);
}

void llm_fail(struct llm_outcome *o, long status, const struct llm_fault *f, const struct llm_hints *h, struct slice key)
{
	const struct rule *r;
	enum llm_end end;
	struct buf b = BUF_INIT;

	if (status >= 200 && status <= 299)
		status = inner_status(f);
	r = find_rule(status, f);
	end = r ? r->end : LLM_END_FATAL;
	if (end == LLM_END_RETRY && f->daily) /* a wait is named for these too, and is of no use */
		end = LLM_END_FATAL;
	if (h && h->retry == 0 && end == LLM_END_RETRY)
		end = LLM_END_FATAL;
	if (h && h->retry == 1 && end == LLM_END_FATAL)
		end = LLM_END_RETRY;
	say(&b, status, f, r);
	if (f->daily && end == LLM_END_FATAL)
		buf_adds(&b, "; the quota of the day is used up");
	o->http = status;
	o->wait_us = end == LLM_END_RETRY ? hinted(f, h) : 0;
	o->limit = end == LLM_END_OVERFLOW ? f->limit : 0;
	llm_outcome_set(o, end, code_of(f, r), buf_slice(&b), key);
	if (h)
		memcpy(o->request_id, h->request_id, sizeof o->request_id);
	buf_release(&b);
}

void llm_fail_transfer(struct llm_outcome *o, long status, bool fatal, struct slice message, struct slice key)
{
	struct buf b = BUF_INIT;

	buf_add_slice(&b, message);
	if (fatal)
		buf_adds(&b, "; a certificate authority of your own is named by setting ca-file or by SSL_CERT_FILE");
	o->http = status;
	llm_outcome_set(o, fatal ? LLM_END_FATAL : LLM_END_RETRY, fatal ? SLICE("certificate") : SLICE("network"), buf_slice(&b), key);
	buf_release(&b);
}
