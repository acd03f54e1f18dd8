/* The provider itself: what it remembers, logs and composes. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "base/buf.h"
#include "base/fs.h"
#include "base/json.h"
#include "tests/provider.h"

/* Send a request with `body` and take the answer until the other side closes. */
static void ask(const struct provider *p, const char *body, struct buf *answer)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct buf rq = BUF_INIT;
	char piece[4096];
	ssize_t n;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	a.sin_port = htons((uint16_t)p->port);
	buf_addf(&rq, "POST /v1 HTTP/1.1\r\nHost: x\r\nX-Api-Key: s3cr3t\r\nContent-Length: %zu\r\n\r\n%s", strlen(body), body);
	assert_int_equal(connect(fd, (struct sockaddr *)&a, sizeof a), 0);
	assert_int_equal(fs_write_all(fd, rq.p, rq.n), 0);
	buf_clear(answer);
	while ((n = recv(fd, piece, sizeof piece, 0)) > 0)
		buf_add(answer, piece, (size_t)n);
	close(fd);
	buf_release(&rq);
}

static void assert_holds(const struct buf *b, const char *words)
{
	if (!strstr(buf_str(b), words))
		fail_msg("'%s' is not in: %s", words, buf_str(b));
}

static void by_content_the_last_block_that_fits_answers_however_often(void **state)
{
	static const char script[] = "by-content\ndialect gemini\nframing close\nlacks other\n"
		"request\ntext begin\nfinish\n"
		"request\ncontains result\ntext middle\nfinish\n"
		"request\nnew late\ntext end\nfinish\n";
	static const char late[] = "[\"late\",{\"role\":\"model\"},\"result\"]";
	struct provider p;
	struct buf b = BUF_INIT;

	(void)state;
	provider_start(&p, script);
	for (int i = 0; i < 2; i++) {
		ask(&p, "[\"result\"]", &b);
		assert_holds(&b, "middle");
		ask(&p, "[]", &b);
		assert_holds(&b, "begin");
		ask(&p, "[\"result\",\"late\"]", &b);
		assert_holds(&b, "end");
		ask(&p, late, &b);
		assert_holds(&b, "middle");
	}
	assert_int_equal(provider_end(&p), 0);
	provider_start(&p, script);
	ask(&p, "[\"other\"]", &b);
	assert_holds(&b, "it fits no block of the script");
	assert_int_equal(provider_end(&p), 1);
	buf_release(&b);
}

static void what_does_not_fit_is_answered_with_500_and_remembered(void **state)
{
	static const char *const wants[] = {
		"method GET", "path /v2", "header X-Other", "no-header x-api-key", "contains zzz", "lacks world",
		"member a.1.b 8", "member a.9 7", "no-member a.0",
	};
	struct provider p;
	struct buf b = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof wants / sizeof *wants; i++) {
		char script[200];

		snprintf(script, sizeof script, "request always\n%s\n", wants[i]);
		provider_start(&p, script);
		ask(&p, "{\"a\": [1, {\"b\": 7}], \"c\": \"world\"}", &b);
		assert_int_equal(provider_end(&p), 1);
		assert_holds(&b, "HTTP/1.1 500 ");
		assert_holds(&b, "(request of line 1)");
		assert_null(strstr(buf_str(&b), "s3cr3t"));
	}
	buf_release(&b);
}

static void what_fits_is_answered(void **state)
{
	struct provider p;
	struct buf b = BUF_INIT;

	(void)state;
	provider_start(&p, "framing close\nrequest\nmethod POST\npath /v1\nheader x-api-key\nno-header x-other\ncontains wor\n"
			   "lacks zzz\nmember a.1 {\"b\":7}\nmember c \"w\\u006frld\"\nno-member d\nraw yes\n");
	ask(&p, "{\"a\": [1, {\"b\": 7}], \"c\": \"world\"}", &b);
	assert_int_equal(provider_end(&p), 0);
	assert_true(slice_ends(buf_slice(&b), "\r\n\r\nyes"));
	buf_release(&b);
}

static void a_request_that_never_came_is_remembered(void **state)
{
	struct provider p;
	struct buf b = BUF_INIT;

	(void)state;
	provider_start(&p, "framing close\nrequest 2\nraw x\n");
	ask(&p, "", &b);
	assert_int_equal(provider_end(&p), 1);
	buf_release(&b);
}

static void the_log_has_the_body_and_no_secret(void **state)
{
	struct provider p;
	struct buf b = BUF_INIT, log = BUF_INIT;

	(void)state;
	provider_start(&p, "framing close\nrequest\nraw x\n");
	ask(&p, "{\"a\":1}", &b);
	assert_int_equal(fs_read(p.log, &log, NULL), 0);
	assert_holds(&log, "\"body\":{\"a\":1}");
	assert_holds(&log, "\"X-Api-Key\":\"present\"");
	assert_null(strstr(buf_str(&log), "s3cr3t"));
	assert_int_equal(provider_end(&p), 0);
	buf_release(&b);
	buf_release(&log);
}

/* Each "data: " line of an answer is JSON (or the end mark); returns their number. */
static unsigned assert_data_is_json(struct slice answer)
{
	struct slice line;
	unsigned n = 0;

	while (slice_line(&answer, &line)) {
		struct slice raw;
		struct err e = {0};

		if (!slice_eat(&line, "data: ") || slice_starts(line, "[DONE]"))
			continue;
		if (json_check(line, &raw, NULL, &e) < 0)
			fail_msg("%s", e.msg);
		n++;
	}
	return n;
}

static void each_dialect_composes_json(void **state)
{
	static const struct {
		const char *name, *holds[4];
		unsigned events;
	} cases[] = {
		{"gemini", {"\"thought\":true", "\"functionCall\":{\"name\":\"grepper\"", "\"finishReason\":\"STOP\"",
			    "\"thoughtSignature\""}, 4},
		{"openai", {"\"reasoning_content\"", "\"finish_reason\":\"tool_calls\"", "\"usage\"", "data: [DONE]"}, 7},
		{"anthropic", {"\"thinking_delta\"", "\"partial_json\"", "\"stop_reason\":\"tool_use\"", "message_stop"}, 14},
	};
	struct buf b = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct provider p;
		char script[300];

		snprintf(script, sizeof script,
			 "framing close\ndialect %s\nrequest\nthought hm \\x1b\ntext one\ncall grepper {\"q\":\"\xc3\xa9\xc3\xa9\"}\n"
			 "finish\n", cases[i].name);
		provider_start(&p, script);
		ask(&p, "{}", &b);
		assert_int_equal(provider_end(&p), 0);
		assert_int_equal(assert_data_is_json(buf_slice(&b)), cases[i].events);
		for (size_t k = 0; k < 4; k++)
			assert_holds(&b, cases[i].holds[k]);
		assert_null(strstr(buf_str(&b), "\xef\xbf\xbd"));
	}
	buf_release(&b);
}

static void words_go_piece_by_piece_and_are_stamped(void **state)
{
	struct provider p;
	struct buf b = BUF_INIT;

	(void)state;
	provider_start(&p, "framing close\ndialect openai\nwords\nstamp\nrequest\ntext one two three\nflood-text 40 1000\nfinish\n");
	ask(&p, "{}", &b);
	assert_int_equal(provider_end(&p), 0);
	assert_int_equal(assert_data_is_json(buf_slice(&b)), 3 + 40 + 2);
	assert_holds(&b, "{\"content\":\"@");
	assert_holds(&b, " two \"}");
	assert_holds(&b, " w39 \"}");
	buf_release(&b);
}

static void a_length_is_sent_where_it_is_wanted(void **state)
{
	struct provider p;
	struct buf b = BUF_INIT;

	(void)state;
	provider_start(&p, "request\nframing length\nstatus 429\ntype text/plain\nanswer Retry-After: 2\nanswer Connection: close\n"
			   "raw hel\nraw lo\nat 4 close\n");
	ask(&p, "{}", &b);
	assert_int_equal(provider_end(&p), 0);
	assert_string_equal(buf_str(&b), "HTTP/1.1 429 Not Good\r\nContent-Type: text/plain\r\nRetry-After: 2\r\n"
					 "Connection: close\r\nContent-Length: 5\r\n\r\nhell");
	buf_release(&b);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(by_content_the_last_block_that_fits_answers_however_often),
	cmocka_unit_test(what_does_not_fit_is_answered_with_500_and_remembered),
	cmocka_unit_test(what_fits_is_answered),
	cmocka_unit_test(a_request_that_never_came_is_remembered),
	cmocka_unit_test(the_log_has_the_body_and_no_secret),
	cmocka_unit_test(each_dialect_composes_json),
	cmocka_unit_test(words_go_piece_by_piece_and_are_stamped),
	cmocka_unit_test(a_length_is_sent_where_it_is_wanted),
};

TEST_MAIN()
