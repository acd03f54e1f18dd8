#define _GNU_SOURCE /* setenv, mkdtemp */
#include <sys/stat.h>

#include "base/fs.h"
#include "llm/endpoint.h"
#include "llm/learn.h"
#include "llm/retry.h"
#include "tests/test.h"

static char dir[] = "/tmp/verdict-keys-XXXXXX";

static int setup(void **state)
{
	(void)state;
	return mkdtemp(dir) ? 0 : -1;
}

static int teardown(void **state)
{
	char path[128];

	(void)state;
	snprintf(path, sizeof path, "%s/gemini", dir);
	unlink(path);
	return rmdir(dir);
}

static void no_keys(void)
{
	static const char *const names[] = {"VERDICT_GEMINI_API_KEY", "GEMINI_API_KEY", "GOOGLE_API_KEY", "VERDICT_OPENAI_API_KEY",
					    "OPENAI_API_KEY"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		unsetenv(names[i]);
}

static void key_file(const char *text, unsigned mode)
{
	char path[128];
	struct err e;

	assert_int_equal(fs_write_atomic(dir, "gemini", slice_str(text), &e), 0);
	snprintf(path, sizeof path, "%s/gemini", dir);
	assert_int_equal(chmod(path, mode), 0);
}

/* The key that is found, or the reason why none is. */
static const char *key(const char *provider, const char *url)
{
	static char out[600];
	struct llm_endpoint_spec spec = {.provider = provider, .base_url = url, .key_dir = dir};
	struct err e = {0};
	struct llm_endpoint *ep = llm_endpoint_new(&spec, &e);

	if (ep)
		snprintf(out, sizeof out, "%.*s", (int)llm_endpoint_key(ep).n, llm_endpoint_key(ep).n ? llm_endpoint_key(ep).p : "");
	else
		snprintf(out, sizeof out, "%s", e.msg);
	llm_endpoint_free(ep);
	return out;
}

static void finds_keys_in_their_order(void **state)
{
	(void)state;
	no_keys();
	key_file("from-file\n", 0600);
	assert_string_equal(key("gemini", NULL), "from-file");
	setenv("GOOGLE_API_KEY", "google", 1);
	assert_string_equal(key("gemini", NULL), "google");
	setenv("GEMINI_API_KEY", " gemini\n", 1); /* blanks around it are not the key's */
	assert_string_equal(key("gemini", NULL), "gemini");
	setenv("VERDICT_GEMINI_API_KEY", "own", 1);
	assert_string_equal(key("gemini", NULL), "own");
	setenv("VERDICT_GEMINI_API_KEY", "", 1); /* set to nothing is not set */
	assert_string_equal(key("gemini", NULL), "gemini");
	no_keys();
}

static void refuses_keys_that_are_none(void **state)
{
	(void)state;
	no_keys();
	key_file("secret", 0640);
	assert_non_null(strstr(key("gemini", NULL), "others can read it; chmod 600"));
	assert_null(strstr(key("gemini", NULL), "secret"));
	key_file("two words", 0600);
	assert_non_null(strstr(key("gemini", NULL), "holds blanks or control characters"));
	setenv("GEMINI_API_KEY", "a\r\nX-Evil: 1", 1);
	assert_non_null(strstr(key("gemini", NULL), "holds blanks or control characters"));
	no_keys();
	key_file("", 0600);
	assert_non_null(strstr(key("gemini", NULL), "no key for"));
	assert_non_null(strstr(key("openai", NULL), "OPENAI_API_KEY"));
}

static void says_what_is_wrong_with_a_key_file(void **state)
{
	char path[128], long_key[5000];

	(void)state;
	no_keys();
	memset(long_key, 'k', sizeof long_key - 1);
	long_key[sizeof long_key - 1] = '\0';
	key_file(long_key, 0600);
	assert_non_null(strstr(key("gemini", NULL), "it is no key"));
	snprintf(path, sizeof path, "%s/gemini", dir);
	unlink(path);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_non_null(strstr(key("gemini", NULL), "it is no file"));
	assert_int_equal(rmdir(path), 0);
	assert_int_equal(mkfifo(path, 0600), 0); /* which would be waited for */
	assert_non_null(strstr(key("gemini", NULL), "it is no file"));
	unlink(path);
}

static void needs_no_key_on_this_machine(void **state)
{
	static const char *const local[] = {"http://127.0.0.1:8080/v1", "http://localhost:11434/v1/", "http://[::1]:8000"};

	(void)state;
	no_keys();
	key_file("", 0600);
	for (size_t i = 0; i < 3; i++)
		assert_string_equal(key("openai", local[i]), "");
	assert_non_null(strstr(key("openai", "https://127.0.0.1.example.org/v1"), "no key"));
}

static void refuses_base_urls_that_could_leak(void **state)
{
	static const char *const bad[] = {"ftp://x", "file:///etc/passwd", "https://user:pw@host/v1", "https://host/v1?key=1",
					  "https://host/#x", "host/v1"};

	(void)state;
	setenv("OPENAI_API_KEY", "k", 1);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_non_null(strstr(key("openai", bad[i]), "base URL"));
	assert_non_null(strstr(key("claude", NULL), "there is no provider 'claude'"));
	no_keys();
}

/* ---- waits ---- */

static struct llm_outcome failed(enum llm_end end, long http, int64_t wait)
{
	return (struct llm_outcome){.end = end, .http = http, .wait_us = wait};
}

static void waits_as_long_as_the_provider_says_and_gives_up_in_time(void **state)
{
	struct llm_outcome o = failed(LLM_END_RETRY, 429, 26000000);

	(void)state;
	assert_int_equal(llm_retry_wait(&o, 1, 0), 26000000);
	assert_true(llm_retry_wait(&o, 1, 1) <= 28600000);
	o.wait_us = LLM_WAIT_MAX + 1;
	assert_int_equal(llm_retry_wait(&o, 1, 0), -1);
	o = failed(LLM_END_RETRY, 503, 0);
	for (unsigned n = 1, last = 0; n <= 5; n++) {
		int64_t wait = llm_retry_wait(&o, n, 1);

		assert_true(wait >= (int64_t)last && wait <= 30000000);
		last = (unsigned)wait;
	}
	assert_int_equal(llm_retry_wait(&o, 6, 1), -1);
	o = failed(LLM_END_FATAL, 401, 0);
	assert_int_equal(llm_retry_wait(&o, 1, 0), -1);
	o = failed(LLM_END_EMPTY, 200, 0);
	assert_true(llm_retry_wait(&o, 1, 0) > 0);
	assert_int_equal(llm_retry_wait(&o, 4, 0), -1);
}

/* ---- lessons ---- */

static bool learns(struct llm_learnt *l, const struct llm_dialect *d, const char *message, const char *param)
{
	struct llm_fault f = {.message = slice_str(message), .param = slice_str(param)};

	return llm_learn(l, d, ~0u, 400, &f);
}

static void says_what_helps_where_no_lesson_does(void **state)
{
	const struct llm_fault f = {.message = SLICE("Unsupported value: 'reasoning_effort' does not support 'none'")};

	(void)state;
	assert_non_null(strstr(llm_learnt_advice(&(struct llm_learnt){.effort_none = true}, &f), "Responses API"));
	assert_null(llm_learnt_advice(&(struct llm_learnt){0}, &f));
	assert_null(llm_learnt_advice(&(struct llm_learnt){.effort_none = true}, &(struct llm_fault){.message = SLICE("no")}));
}

static void learns_each_lesson_once(void **state)
{
	struct llm_learnt l = {0};

	(void)state;
	assert_true(learns(&l, &llm_openai, "Unsupported parameter: 'max_tokens' is not supported with this model.", "max_tokens"));
	assert_int_equal(l.dropped, LLM_KNOB_MAX);
	assert_true(learns(&l, &llm_openai, "Unsupported value: 'temperature' does not support 0.3", "temperature"));
	assert_true(learns(&l, &llm_openai, "Function tools with reasoning_effort are not supported for m", "reasoning_effort"));
	assert_true(l.effort_none);
	assert_false(learns(&l, &llm_openai, "Function tools with reasoning_effort are not supported for m", "none of ours"));
	assert_false(learns(&l, &llm_openai, "The model is not here", ""));
	/* what was left out already teaches nothing, and "none" cannot be left out */
	assert_false(learns(&l, &llm_openai, "Unsupported value: 'temperature' does not support 0.3", "temperature"));
	assert_false(learns(&l, &llm_openai, "Unsupported value: 'reasoning_effort' does not support 'none'", "reasoning_effort"));
	assert_true(learns(&l, &llm_openai, "Unsupported parameter: 'max_completion_tokens'", ""));
	assert_false(learns(&l, &llm_openai, "Unsupported parameter: 'max_completion_tokens'", ""));
	l = (struct llm_learnt){0};
	/* named as the member that it is about, whatever the words */
	assert_true(learns(&l, &llm_openai, "max_tokens is too large: 100000. At most 16384 are possible.", "max_tokens"));
	assert_int_equal(l.dropped, LLM_KNOB_MAX);
	assert_false(learns(&l, &llm_openai, "messages[3] mentions temperature", "messages"));
	l = (struct llm_learnt){0};
	assert_true(learns(&l, &llm_gemini, "Function call is missing a thought_signature in functionCall parts.", ""));
	assert_true(l.dummy);
	assert_false(learns(&l, &llm_gemini, "Function call is missing a thought_signature in functionCall parts.", ""));
	l = (struct llm_learnt){0};
	assert_true(learns(&l, &llm_gemini, "Thinking level MINIMAL is not supported for this model.", ""));
	assert_int_equal(l.dropped, LLM_KNOB_MINIMAL);
	assert_true(learns(&l, &llm_gemini, "Thinking is not supported for this model.", ""));
	assert_int_equal(l.dropped, LLM_KNOB_MINIMAL | LLM_KNOB_THINKING);
	assert_false(learns(&l, &llm_gemini, "Thinking is not supported for this model.", ""));
	l = (struct llm_learnt){0};
	assert_true(learns(&l, &llm_gemini, "Corrupted thought signature.", "")); /* the same once more */
	assert_true(learns(&l, &llm_gemini, "Corrupted thought signature.", "")); /* then without */
	assert_true(l.strip && l.dummy);
	l = (struct llm_learnt){0};
	assert_true(llm_learn(&l, &llm_gemini, ~0u, 200, &(struct llm_fault){.message = SLICE("MISSING_THOUGHT_SIGNATURE")}));
	assert_true(l.dummy);
	l = (struct llm_learnt){.strip = true, .dummy = true, .resent = true};
	assert_false(learns(&l, &llm_gemini, "Corrupted thought signature.", ""));
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(finds_keys_in_their_order),
	cmocka_unit_test(refuses_keys_that_are_none),
	cmocka_unit_test(says_what_is_wrong_with_a_key_file),
	cmocka_unit_test(needs_no_key_on_this_machine),
	cmocka_unit_test(refuses_base_urls_that_could_leak),
	cmocka_unit_test(waits_as_long_as_the_provider_says_and_gives_up_in_time),
	cmocka_unit_test(learns_each_lesson_once),
	cmocka_unit_test(says_what_helps_where_no_lesson_does),
};

int main(void)
{
	return cmocka_run_group_tests(tests, setup, teardown);
}
