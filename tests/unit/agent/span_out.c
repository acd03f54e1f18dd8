#include "agent/span_out.h"

#include "base/json.h"
#include "tests/test.h"

static void writes_the_keys_in_the_order_of_the_encoder(void **state)
{
	const struct span_out s = {
		.seq = 3, .nesting = 2, .type = SPAN_TOOL, .name = SLICE("read-file"), .model = SLICE("m"), .started = 0,
		.finished = 1500000, .error = SLICE("a\nb"), .args = SLICE(" {\"File\":\n\"x\\ny\"} "), .results = SLICE("{}"),
		.instruction = SLICE("i"), .prompt = SLICE("p"), .reply = SLICE("r\x1b"), .thoughts = SLICE("t"),
		.tokens_in = 1, .tokens_out = 2, .tokens_thought = 3,
	};
	struct buf b = BUF_INIT;

	(void)state;
	assert_int_equal(span_out_json(&b, &s, NULL), 0);
	assert_string_equal(buf_str(&b),
			    "{\"Seq\":3,\"Nesting\":2,\"Type\":\"tool\",\"Name\":\"read-file\",\"Model\":\"m\","
			    "\"Started\":\"1970-01-01T00:00:00Z\",\"Finished\":\"1970-01-01T00:00:01.500000Z\",\"Error\":\"a\\nb\","
			    "\"Args\":{\"File\": \"x\\ny\"},\"Results\":{},\"Instruction\":\"i\",\"Prompt\":\"p\","
			    "\"Reply\":\"r\\u001b\",\"Thoughts\":\"t\",\"InputTokens\":1,\"OutputTokens\":2,"
			    "\"OutputThoughtsTokens\":3}");
	assert_int_equal(json_check(buf_slice(&b), &(struct slice){0}, NULL, NULL), 0);
	buf_release(&b);
}

static void leaves_out_what_there_is_not(void **state)
{
	const struct span_out s = {.type = SPAN_FLOW, .started = 0, .finished = WHEN_NONE};
	struct buf b = BUF_INIT;

	(void)state;
	assert_int_equal(span_out_json(&b, &s, NULL), 0);
	assert_string_equal(buf_str(&b), "{\"Seq\":0,\"Nesting\":0,\"Type\":\"flow\",\"Name\":\"\","
					 "\"Started\":\"1970-01-01T00:00:00Z\"}");
	buf_release(&b);
}

static void refuses_what_is_no_object(void **state)
{
	static const char *const bad[] = {"", "[]", "7", "{", "{\"a\":}", "{} {}"};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		const struct span_out s = {.type = SPAN_TOOL, .started = 0, .finished = WHEN_NONE, .args = slice_str(bad[i])};
		struct buf b = BUF_INIT;
		struct err e = {0};

		assert_int_equal(span_out_json(&b, &s, &e), -1);
		assert_int_equal(e.cls, ERR_INPUT);
		assert_non_null(strstr(e.msg, "Args"));
		buf_release(&b);
	}
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(writes_the_keys_in_the_order_of_the_encoder),
	cmocka_unit_test(leaves_out_what_there_is_not),
	cmocka_unit_test(refuses_what_is_no_object),
};

TEST_MAIN()
