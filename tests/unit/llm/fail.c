/* What a failure means and how long it asks to wait, by its status, its words and its headers. */
#include "base/buf.h"
#include "llm/fail.h"
#include "tests/test.h"

enum { S = 1000000 };

/* 2015-10-21 07:28:00 UTC, the date of the header's example. */
#define NOW (INT64_C(1445412480) * S)

static const struct row {
	long status;
	const char *body, *header; /* "name: value" */
	enum llm_end end;
	int64_t wait;
	const char *says;
} rows[] = {
	{400, "{\"error\":{\"message\":\"nonsense\"}}", NULL, LLM_END_FATAL, 0, "HTTP 400: nonsense"},
	{401, "{\"error\":{\"message\":\"no\",\"code\":\"invalid_api_key\"}}", NULL, LLM_END_FATAL, 0, "no"},
	{402, "{}", NULL, LLM_END_FATAL, 0, "HTTP 402"},
	{403, "", NULL, LLM_END_FATAL, 0, "HTTP 403"},
	{404, "{\"error\":\"model 'x' not found\"}", NULL, LLM_END_FATAL, 0, "model 'x' not found"},
	{405, "", NULL, LLM_END_FATAL, 0, ""},
	{407, "", NULL, LLM_END_FATAL, 0, "proxy"},
	{413, "{\"error\":{\"message\":\"too big\"}}", NULL, LLM_END_FATAL, 0, "too big"},
	{415, "", NULL, LLM_END_FATAL, 0, ""},
	{422, "{\"detail\":\"bad field\"}", NULL, LLM_END_FATAL, 0, "bad field"},
	{301, "", NULL, LLM_END_FATAL, 0, "redirects are not followed"},
	{501, "", NULL, LLM_END_FATAL, 0, ""},
	{408, "", NULL, LLM_END_RETRY, 0, ""}, {409, "", NULL, LLM_END_RETRY, 0, ""}, {425, "", NULL, LLM_END_RETRY, 0, ""},
	{499, "", NULL, LLM_END_RETRY, 0, ""}, {500, "", NULL, LLM_END_RETRY, 0, ""}, {502, "", NULL, LLM_END_RETRY, 0, ""},
	{503, "", NULL, LLM_END_RETRY, 0, ""}, {504, "", NULL, LLM_END_RETRY, 0, ""}, {520, "", NULL, LLM_END_RETRY, 0, ""},
	{524, "", NULL, LLM_END_RETRY, 0, ""}, {529, "", NULL, LLM_END_RETRY, 0, ""}, {429, "", NULL, LLM_END_RETRY, 0, ""},
	/* hints */
	{429, "", "Retry-After: 2", LLM_END_RETRY, 2 * S, ""},
	{429, "", "retry-after: 0.5", LLM_END_RETRY, S / 2, ""},
	{429, "", "Retry-After: Wed, 21 Oct 2015 07:28:30 GMT", LLM_END_RETRY, 30 * S, ""},
	{429, "", "Retry-After: Wed, 21 Oct 2015 07:27:00 GMT", LLM_END_RETRY, 0, ""},
	{429, "", "Retry-After: soon", LLM_END_RETRY, 0, ""},
	{503, "", "retry-after-ms: 1500", LLM_END_RETRY, 1500000, ""},
	{429, "{\"error\":{\"message\":\"Please try again in 1.2s.\"}}", NULL, LLM_END_RETRY, 1200000, ""},
	{429, "{\"error\":{\"message\":\"Please retry in 500ms\"}}", NULL, LLM_END_RETRY, 500000, ""},
	{429, "{\"error\":{\"message\":\"retry in 1m30s\"}}", NULL, LLM_END_RETRY, 90 * S, ""},
	{429, "{\"error\":{\"details\":[{\"@type\":\"t/google.rpc.QuotaFailure\",\"violations\":[{\"quotaId\":\"RequestsPerMinute\"}]}]}}",
	 NULL, LLM_END_RETRY, 60 * S, ""},
	/* quotas that no wait fills */
	{429, "{\"error\":{\"message\":\"quota, limit: 0, model: m\\nPlease retry in 3s.\"}}", NULL, LLM_END_FATAL, 0, "no quota"},
	{429, "{\"error\":{\"message\":\"quota, limit: 0\\nPlease retry in 3s.\"}}", NULL, LLM_END_FATAL, 0, "no quota"},
	{429, "{\"error\":{\"message\":\"quota, limit: 0.\"}}", NULL, LLM_END_FATAL, 0, "no quota"},
	{429, "{\"error\":{\"message\":\"limit: 05, limit: 0.5, limit: 10\"}}", NULL, LLM_END_RETRY, 0, ""},
	{429, "{\"error\":{\"code\":\"insufficient_quota\"}}", NULL, LLM_END_FATAL, 0, ""},
	{429, "{\"error\":{\"details\":{\"error_code\":1},\"message\":\"enforced_spend_limit_reached\"}}", NULL, LLM_END_FATAL, 0, ""},
	{429, "{\"error\":{\"details\":[{\"@type\":\"t/google.rpc.ErrorInfo\",\"reason\":\"MODEL_CAPACITY_EXHAUSTED\"}]}}", NULL,
	 LLM_END_FATAL, 0, ""},
	/* the server's own word on it */
	{500, "", "x-should-retry: false", LLM_END_FATAL, 0, ""},
	{400, "{\"error\":{\"message\":\"busy\"}}", "X-Should-Retry: true", LLM_END_RETRY, 0, ""},
	/* too long */
	{400, "{\"error\":{\"message\":\"This model's maximum context length is 4096 tokens. However, you requested 5000\"}}", NULL,
	 LLM_END_OVERFLOW, 0, ""},
	{400, "{\"error\":{\"message\":\"prompt is too long: 9 tokens > 8 maximum\"}}", NULL, LLM_END_OVERFLOW, 0, ""},
	/* forms */
	{503, "[{\n \"error\": {\"code\": 503, \"message\": \"overloaded\", \"status\": \"UNAVAILABLE\"}}]", NULL, LLM_END_RETRY, 0,
	 "overloaded"},
	{400, "{\"error\":{\"message\":\"{\\\"error\\\":{\\\"message\\\":\\\"inner\\\"}}\"}}", NULL, LLM_END_FATAL, 0, "HTTP 400: inner"},
	{400, "{\"error\":{\"message\":\"Provider returned error\",\"metadata\":{\"raw\":\"{\\\"error\\\":{\\\"message\\\":\\\"deep\\\"}}\"}}}",
	 NULL, LLM_END_FATAL, 0, "deep"},
	{502, "<!DOCTYPE html><html><title>Bad gateway</title>", NULL, LLM_END_RETRY, 0, "page instead of an answer: Bad gateway"},
	{400, "plain words", NULL, LLM_END_FATAL, 0, "plain words"},
	{400, "{\"error\":[]}", NULL, LLM_END_FATAL, 0, "HTTP 400"}, {400, "[]", NULL, LLM_END_FATAL, 0, "HTTP 400"},
	{400, "\"x\"", NULL, LLM_END_FATAL, 0, "HTTP 400"}, {400, "{\"error\":{\"message\":5,\"code\":{}}}", NULL, LLM_END_FATAL, 0, ""},
	/* inside an answer of 200: the status that the error names, or its words */
	{200, "{\"error\":{\"code\":503,\"message\":\"overloaded\"}}", NULL, LLM_END_RETRY, 0, "HTTP 503"},
	{200, "{\"error\":{\"code\":\"502\",\"message\":\"gateway\"}}", NULL, LLM_END_RETRY, 0, "HTTP 502"},
	{200, "{\"error\":{\"type\":\"authentication_error\"}}", NULL, LLM_END_FATAL, 0, "HTTP 401"},
	{200, "{\"error\":{\"type\":\"exceed_context_size_error\",\"n_ctx\":10}}", NULL, LLM_END_OVERFLOW, 0, ""},
	{200, "{\"error\":\"something\"}", NULL, LLM_END_RETRY, 0, "something"},
};

static void fail_of(struct llm_outcome *o, const struct row *r, struct slice key)
{
	struct llm_hints h = LLM_HINTS_INIT;
	struct slice header = slice_str(r->header);
	size_t colon = slice_chr(header, ':', 0);
	struct arena *a = arena_new();
	struct llm_fault f;

	*o = (struct llm_outcome){0};
	if (header.n)
		llm_hints_header(&h, slice_sub(header, 0, colon), slice_sub(header, colon + 1, header.n), NOW);
	llm_fault_read(&f, a, slice_str(r->body));
	llm_fail(o, r->status, &f, &h, key);
	arena_free(a);
}

static void each_failure_means_what_it_must(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct row *r = &rows[i];
		struct llm_outcome o;

		fail_of(&o, r, (struct slice){0});
		if (o.end != r->end || o.wait_us != r->wait || !strstr(o.message, r->says))
			fail_msg("%ld %s %s: %s, wait %lld us, '%s'", r->status, r->body, r->header ? r->header : "",
				 llm_end_name(o.end), (long long)o.wait_us, o.message);
	}
}

static void milliseconds_count_before_seconds(void **state)
{
	struct llm_hints h = LLM_HINTS_INIT;
	struct llm_fault f = {.wait_us = 9 * S};
	struct llm_outcome o = {0};

	(void)state;
	llm_hints_header(&h, SLICE("Retry-After-Ms"), SLICE("1200"), NOW);
	llm_hints_header(&h, SLICE("retry-after"), SLICE("2"), NOW);
	llm_hints_header(&h, SLICE("X-Request-Id"), SLICE(" req\x1b-1 "), NOW);
	llm_fail(&o, 429, &f, &h, (struct slice){0});
	assert_int_equal(o.wait_us, 1200000);
	assert_string_equal(o.request_id, "req -1");
}

/* A wait without end stays a number. */
static void durations_do_not_run_over(void **state)
{
	struct buf text = BUF_INIT;
	struct slice s;
	int64_t us = 0;

	(void)state;
	for (int i = 0; i < 1000; i++)
		buf_adds(&text, "99999999999999999999h");
	s = buf_slice(&text);
	assert_true(llm_duration(&s, &us));
	assert_int_equal(s.n, 0);
	assert_true(us > 300 * (int64_t)S);
	buf_release(&text);
	s = SLICE("26s.");
	assert_true(llm_duration(&s, &us));
	assert_int_equal(us, 26 * S);
	assert_slice(s, ".");
	s = SLICE("6 m");
	assert_false(llm_duration(&s, &us));
}

static void a_key_is_in_no_text_of_it(void **state)
{
	static const struct row r = {401, "{\"error\":{\"message\":\"bad key hush-hush\",\"code\":\"hush-hush\"}}", "x-request-id: hush-hush",
				     LLM_END_FATAL, 0, ""};
	struct llm_outcome o;

	(void)state;
	fail_of(&o, &r, SLICE("hush-hush"));
	assert_null(strstr(o.message, "hush-hush"));
	assert_null(strstr(o.code, "hush-hush"));
	assert_non_null(strstr(o.message, "[redacted]"));
}

static void a_transfer_that_failed(void **state)
{
	struct llm_outcome o = {0};

	(void)state;
	llm_fail_transfer(&o, 0, false, SLICE("cannot reach 'h:1'"), (struct slice){0});
	assert_int_equal(o.end, LLM_END_RETRY);
	assert_string_equal(o.code, "network");
	llm_fail_transfer(&o, 0, true, SLICE("cannot trust 'h:1'"), (struct slice){0});
	assert_int_equal(o.end, LLM_END_FATAL);
	assert_string_equal(o.code, "certificate");
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(each_failure_means_what_it_must),
	cmocka_unit_test(milliseconds_count_before_seconds),
	cmocka_unit_test(durations_do_not_run_over),
	cmocka_unit_test(a_key_is_in_no_text_of_it),
	cmocka_unit_test(a_transfer_that_failed),
};

TEST_MAIN()
