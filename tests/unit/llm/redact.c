/* What is taken out of texts before anybody sees them. */
#include "llm/redact.h"

#include "llm/decode.h"
#include "tests/test.h"

/* ---- secrets ---- */

static void takes_secrets_out(void **state)
{
	static const char *const texts[] = {
		"key AIzaSyA1234567890abcdefghijklmnopqrstuv failed", "x-goog-api-key: abc.def-123", "Authorization: Bearer abcdefgh",
		"sk-proj-abcdefghijklmnop1234 is wrong", "GET /v1?key=topsecret&x=1", "https://user:hunter2@host/v1", "my-own-key!",
		"sk-ant-api03-abcdefghijklmnop",
	};
	static const char *const secrets[] = {
		"SyA1234567890abcdefghijklmnopqrstuv", "abc.def-123", "abcdefgh", "abcdefghijklmnop1234", "topsecret", "hunter2",
		"my-own-key!", "abcdefghijklmnop",
	};

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct buf out = BUF_INIT;

		llm_redact(&out, slice_str(texts[i]), SLICE("my-own-key!"));
		if (strstr(buf_str(&out), secrets[i]))
			fail_msg("'%s' is in '%s'", secrets[i], buf_str(&out));
		assert_non_null(strstr(buf_str(&out), "[redacted]"));
		buf_release(&out);
	}
}

static uint32_t next_random(uint32_t *state)
{
	*state = *state * 1664525 + 1013904223;
	return *state >> 8;
}

/* What a veil must come to, by the plainest way. */
static void take_out(struct buf *out, struct slice text, struct slice key)
{
	while (text.n) {
		bool here = text.n >= key.n && memcmp(text.p, key.p, key.n) == 0;

		if (here)
			buf_adds(out, "[redacted]");
		else
			buf_addc(out, text.p[0]);
		text = slice_sub(text, here ? key.n : 1, text.n);
	}
}

/* However a text is cut, no piece and no two together hold the key; a key that begins like its own middle is the hard one. */
static void a_key_in_pieces_is_taken_out(void **state)
{
	static const struct slice keys[] = {{"aabaabaaabaabaab", 16}, {"abababababababab", 16}, {"aaaaaaaaaaaaaaaa", 16}};
	uint32_t seed = 5;
	unsigned found = 0;

	(void)state;
	for (unsigned round = 0; round < 3000; round++) {
		struct slice key = keys[round % 3];
		struct buf text = BUF_INIT, want = BUF_INIT, got = BUF_INIT;
		struct llm_veil v = {.key = key};

		while (text.n < 120) {
			buf_add_slice(&text, slice_sub(key, next_random(&seed) % key.n, key.n));
			buf_add_slice(&text, slice_sub(key, 0, next_random(&seed) % (key.n + 1)));
			if (next_random(&seed) % 4 == 0)
				buf_addc(&text, 'x');
		}
		take_out(&want, buf_slice(&text), key);
		for (size_t at = 0, n; at < text.n; at += n) {
			n = 1 + next_random(&seed) % 20;
			llm_veil_add(&v, &got, slice_sub(buf_slice(&text), at, at + n));
			assert_true(slice_find_slice(buf_slice(&got), key, 0) == SLICE_NONE);
		}
		llm_veil_end(&v, &got);
		assert_string_equal(buf_str(&got), buf_str(&want));
		found += strstr(buf_str(&want), "[redacted]") != NULL;
		buf_release(&text);
		buf_release(&want);
		buf_release(&got);
	}
	assert_true(found > 1000);
}

static void a_short_key_is_a_word(void **state)
{
	struct llm_veil v = {.key = SLICE("ollama")};
	struct buf out = BUF_INIT;

	(void)state;
	llm_veil_add(&v, &out, SLICE("ollama says olla"));
	llm_veil_end(&v, &out);
	assert_string_equal(buf_str(&out), "ollama says olla");
	buf_release(&out);
}

static const char key[] = "k3y-that-nobody-may-see-0123456789";

/* All that a sink is told, so as a screen would show it. */
static void keep(void *arg, const struct llm_event *ev)
{
	buf_add_slice(arg, ev->text);
}

/* A provider that says the key back, in a thought, an answer and arguments: whole, split over events, written with escapes. */
static void what_a_provider_says_of_the_key_is_not_told(void **state)
{
	static const struct {
		const struct llm_dialect *dialect;
		const char *before, *after; /* a piece of the key, in an event */
	} forms[] = {
		{&llm_gemini, "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"", "\",\"thought\":true}],\"role\":\"model\"}}]}\n\n"},
		{&llm_gemini, "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"", "\"}],\"role\":\"model\"}}]}\n\n"},
		{&llm_openai, "data: {\"choices\":[{\"index\":0,\"delta\":{\"reasoning_content\":\"", "\"}}]}\n\n"},
		{&llm_openai, "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"", "\"}}]}\n\n"},
		{&llm_openai, "data: {\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"c\",\"function\":{\"name\":\"t\","
			      "\"arguments\":\"", "\"}}]}}]}\n\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
		for (size_t cut = 0; cut <= strlen(key); cut += 7) {
			struct buf told = BUF_INIT, front = BUF_INIT, body = BUF_INIT;
			struct llm_decoder *d = llm_decoder_new(forms[i].dialect, slice_str(key), keep, &told);
			const struct llm_reply *r;

			for (size_t k = 0; k < cut; k++)
				buf_addf(&front, "\\u%04x", (unsigned)key[k]);
			llm_decoder_head(d, 200, (struct slice){0}, (struct slice){0}, 0);
			buf_addf(&body, "%s%s%s", forms[i].before, buf_str(&front), forms[i].after);
			buf_addf(&body, "%s%s%s", forms[i].before, key + cut, forms[i].after);
			buf_adds(&body, forms[i].dialect == &llm_gemini ? "data: {\"candidates\":[{\"finishReason\":\"STOP\"}]}\n\n"
									: "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n");
			llm_decoder_data(d, buf_slice(&body));
			llm_decoder_end(d, &(struct llm_transfer){.ok = true});
			if (strstr(buf_str(&told), key) || !strstr(buf_str(&told), "[redacted]"))
				fail_msg("form %zu cut at %zu: told '%s'", i, cut, buf_str(&told));
			r = llm_decoder_reply(d);
			assert_non_null(r);
			assert_true(slice_find(r->thoughts, key, 0) == SLICE_NONE);
			assert_true(slice_find(r->text, key, 0) == SLICE_NONE);
			assert_true(slice_find(r->turn, key, 0) == SLICE_NONE);
			if (r->ncalls)
				assert_true(slice_find(r->call[0].args.n > 2 ? r->call[0].args : r->call[0].bad_args, key, 0) == SLICE_NONE);
			llm_decoder_free(d);
			buf_release(&told);
			buf_release(&front);
			buf_release(&body);
		}
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(takes_secrets_out),
	cmocka_unit_test(a_key_in_pieces_is_taken_out),
	cmocka_unit_test(a_short_key_is_a_word),
	cmocka_unit_test(what_a_provider_says_of_the_key_is_not_told),
};

TEST_MAIN()
