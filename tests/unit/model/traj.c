#include "tests/test.h"

#include "base/buf.h"
#include "base/mem.h"
#include "model/traj.h"

/* A source whose texts tell which span they are of and how often it was asked; span 13 cannot be read. */
struct source {
	unsigned loads;
	bool closed;
};

static int load(void *ctx, const struct span *s, struct body *b, struct err *e)
{
	struct source *src = ctx;
	char text[64];

	src->loads++;
	if (s->seq == 13)
		return err_set(e, ERR_INPUT, "cannot read span 13");
	snprintf(text, sizeof text, "{\"a\":\"x\\ty%u\",\"n\":[1, 2],\"z\":null}", s->seq);
	b->field[FIELD_ARGS] = arena_slice(b->arena, slice_str(text));
	b->field[FIELD_REPLY] = SLICE("");
	b->args = DECODE_SCHEMA;
	if (s->body_len) { /* a large body */
		b->field[FIELD_THOUGHTS].p = arena_alloc(b->arena, s->body_len);
		b->field[FIELD_THOUGHTS].n = s->body_len;
	}
	return 0;
}

static void close_source(void *ctx)
{
	((struct source *)ctx)->closed = true;
}

static const struct traj_source source = {.load = load, .close = close_source};

static void put(struct traj *t, uint32_t seq, uint16_t nesting, enum span_type type, const char *name)
{
	traj_put(t, &(struct span_put){.seq = seq, .nesting = nesting, .type = type, .type_word = SLICE("odd"),
				       .name = slice_str(name), .started = seq, .finished = WHEN_NONE});
}

/* "seq<parent seq": the order and the parents, "-" for a root. */
static void assert_tree(const struct traj *t, const char *want)
{
	struct buf b = BUF_INIT;

	for (size_t i = 0; i < traj_count(t); i++) {
		const struct span *s = traj_span(t, i);

		buf_addf(&b, "%s%u<", i ? " " : "", s->seq);
		if (s->parent == SPAN_NO_PARENT)
			buf_adds(&b, "-");
		else
			buf_addf(&b, "%u", traj_span(t, s->parent)->seq);
	}
	assert_string_equal(buf_str(&b), want);
	buf_release(&b);
}

static void knows_the_words_of_types_and_fields(void **state)
{
	(void)state;
	for (int t = 0; t < SPAN_OTHER; t++)
		assert_int_equal(span_type_of(slice_str(span_type_name((enum span_type)t))), t);
	assert_int_equal(span_type_of(SLICE("zebra")), SPAN_OTHER);
	for (int f = 0; f < FIELD_N; f++)
		assert_int_equal(traj_field_of(slice_str(traj_field_name((enum traj_field)f))), f);
	assert_int_equal(traj_field_of(SLICE("Nothing")), FIELD_N);
}

static void keeps_spans_in_order_with_their_parents(void **state)
{
	struct source src = {0};
	struct traj *t = traj_new(&source, &src);

	(void)state;
	assert_tree(t, "");
	put(t, 0, 0, SPAN_FLOW, "f");
	put(t, 1, 1, SPAN_AGENT, "a");
	put(t, 2, 2, SPAN_LLM, "a");
	put(t, 3, 2, SPAN_TOOL, "t");
	put(t, 4, 3, SPAN_AGENT, "b");
	put(t, 5, 1, SPAN_ACTION, "c");
	put(t, 9, 4, SPAN_OTHER, "gap and too deep");
	put(t, 10, 2, SPAN_OTHER, "");
	assert_tree(t, "0<- 1<0 2<1 3<1 4<3 5<0 9<5 10<5");
	assert_int_equal(traj_find(t, 9), 6);
	assert_int_equal(traj_find(t, 8), traj_count(t));
	assert_int_equal(traj_find(t, UINT32_MAX), traj_count(t));
	assert_slice(traj_name(t, 6), "gap and too deep");
	assert_slice(traj_type_word(t, 6), "odd");
	assert_slice(traj_type_word(t, 0), "flow");
	assert_slice(traj_name(t, 7), "");
	traj_free(t);
	assert_true(src.closed);
}

static void replaces_a_start_record_by_its_finish(void **state)
{
	struct source src = {0};
	struct traj *t = traj_new(&source, &src);
	struct span_put p = {.seq = 1, .nesting = 1, .type = SPAN_LLM, .name = SLICE("x"), .model = SLICE("category"),
			     .started = 5, .finished = WHEN_NONE};
	struct traj_totals sum;
	struct slice s;

	(void)state;
	put(t, 0, 0, SPAN_FLOW, "f");
	traj_put(t, &p);
	assert_int_equal(traj_span(t, 1)->flags, 0);
	assert_int_equal(traj_field(t, 1, FIELD_ARGS, &s, NULL), 1);
	p.finished = 9;
	p.model = SLICE("model");
	p.error = true;
	p.tokens_in = UINT32_MAX;
	traj_put(t, &p);
	assert_int_equal(traj_count(t), 2);
	assert_int_equal(traj_span(t, 1)->flags, SPAN_FINISHED | SPAN_ERROR);
	assert_slice(traj_string(t, traj_span(t, 1)->model), "model");
	assert_int_equal(traj_field(t, 1, FIELD_ARGS, &s, NULL), 1); /* read anew: the old body is not the new one's */
	assert_int_equal(src.loads, 2);
	p.seq = 2;
	p.finished = WHEN_NONE;
	p.closed = true;
	traj_put(t, &p);
	sum = traj_totals(t);
	assert_int_equal(sum.spans, 3);
	assert_int_equal(sum.llm_calls, 2);
	assert_int_equal(sum.unfinished, 1);
	assert_int_equal(sum.errors, 2);
	assert_true(sum.tokens_in == 2 * (uint64_t)UINT32_MAX);
	assert_int_equal(sum.started, 0);
	assert_true(sum.finished == WHEN_NONE);
	traj_free(t);
}

static void puts_late_spans_in_their_places(void **state)
{
	struct source src = {0};
	struct traj *t = traj_new(&source, &src);
	struct slice s;

	(void)state;
	put(t, 4, 2, SPAN_LLM, "four");
	put(t, 6, 2, SPAN_TOOL, "six");
	assert_int_equal(traj_field(t, 0, FIELD_ARGS, &s, NULL), 1);
	assert_slice(slice_sub(s, 0, 10), "{\"a\":\"x\\ty");
	put(t, 0, 0, SPAN_FLOW, "zero");
	put(t, 5, 1, SPAN_ACTION, "old");
	put(t, 5, 1, SPAN_AGENT, "five");
	put(t, 1, 1, SPAN_AGENT, "one");
	assert_tree(t, "0<- 1<0 4<1 5<0 6<5");
	assert_slice(traj_name(t, 3), "five");
	assert_int_equal(traj_field(t, 2, FIELD_ARGS, &s, NULL), 1);
	assert_non_null(strstr(s.p, "y4"));
	put(t, 1, 3, SPAN_AGENT, "one"); /* a changed nesting changes those below, too */
	assert_tree(t, "0<- 1<0 4<0 5<0 6<5");
	put(t, 5, 4, SPAN_AGENT, "five");
	assert_tree(t, "0<- 1<0 4<0 5<4 6<0");
	traj_free(t);
}

/* Backwards, or again and again: no order of arrival takes more than sorting. */
static void takes_many_spans_in_any_order(void **state)
{
	enum { N = 200000 };
	struct source src = {0};
	struct traj *t = traj_new(&source, &src);

	(void)state;
	for (uint32_t i = N; i-- > 0;)
		put(t, i, (uint16_t)(i ? 1 + i % 900 : 0), SPAN_TOOL, i % 2 ? "odd" : "even");
	for (uint32_t i = 0; i < N; i++)
		put(t, 7, 5, SPAN_LLM, "again");
	assert_int_equal(traj_count(t), N);
	for (uint32_t i = 0; i < N; i++)
		assert_int_equal(traj_span(t, i)->seq, i);
	assert_slice(traj_name(t, 7), "again");
	assert_slice(traj_name(t, 8), "even");
	traj_free(t);
}

static void gives_members_of_json_fields(void **state)
{
	struct source src = {0};
	struct traj *t = traj_new(&source, &src);
	struct slice s;
	struct err e = {0};

	(void)state;
	put(t, 0, 0, SPAN_FLOW, "f");
	put(t, 13, 1, SPAN_TOOL, "t");
	assert_int_equal(traj_member(t, 0, FIELD_ARGS, "a", &s), 1);
	assert_slice(s, "x\ty0");
	assert_int_equal(traj_member(t, 0, FIELD_ARGS, "n", &s), 1);
	assert_slice(s, "[1, 2]");
	assert_int_equal(traj_member(t, 0, FIELD_ARGS, "b", &s), 0);
	assert_int_equal(traj_member(t, 0, FIELD_RESULTS, "a", &s), 0);
	assert_int_equal(traj_field(t, 0, FIELD_REPLY, &s, NULL), 1);
	assert_int_equal(s.n, 0);
	assert_int_equal(traj_field(t, 0, FIELD_PROMPT, &s, NULL), 0);
	assert_int_equal(traj_decode_of(t, 0, FIELD_ARGS), DECODE_SCHEMA);
	assert_int_equal(traj_decode_of(t, 0, FIELD_RESULTS), DECODE_NONE);
	assert_int_equal(src.loads, 1);
	assert_int_equal(traj_field(t, 1, FIELD_ARGS, &s, &e), -1);
	assert_string_equal(e.msg, "cannot read span 13");
	assert_int_equal(traj_member(t, 1, FIELD_ARGS, "a", &s), -1);
	assert_int_equal(traj_decode_of(t, 1, FIELD_ARGS), DECODE_NONE);
	traj_free(t);
}

static void drops_the_bodies_that_were_used_least(void **state)
{
	struct source src = {0};
	struct traj *t = traj_new(&source, &src);
	struct slice s;

	(void)state;
	for (uint32_t i = 0; i < 100; i++)
		put(t, i == 13 ? 200 : i, 0, SPAN_TOOL, "t");
	for (size_t i = 0; i < 100; i++)
		traj_field(t, i, FIELD_ARGS, &s, NULL);
	assert_int_equal(src.loads, 100);
	traj_field(t, 0, FIELD_ARGS, &s, NULL);
	assert_int_equal(src.loads, 100); /* nothing goes within a turn */
	traj_release_bodies(t);
	traj_field(t, 0, FIELD_ARGS, &s, NULL);
	traj_field(t, 99, FIELD_ARGS, &s, NULL);
	assert_int_equal(src.loads, 100);
	traj_field(t, 1, FIELD_ARGS, &s, NULL);
	assert_int_equal(src.loads, 101);
	traj_free(t);
}

static void keeps_the_newest_body_however_large(void **state)
{
	struct source src = {0};
	struct traj *t = traj_new(&source, &src);
	struct slice s;

	(void)state;
	for (uint32_t i = 0; i < 3; i++)
		traj_put(t, &(struct span_put){.seq = i, .type = SPAN_TOOL, .finished = WHEN_NONE, .body_len = 20u << 20});
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(traj_field(t, i, FIELD_THOUGHTS, &s, NULL), 1);
		traj_release_bodies(t);
	}
	traj_field(t, 2, FIELD_ARGS, &s, NULL);
	assert_int_equal(src.loads, 3);
	traj_field(t, 1, FIELD_ARGS, &s, NULL);
	assert_int_equal(src.loads, 4);
	traj_free(t);
}

static void finds_who_asked_for_a_tool_call_and_who_used_it(void **state)
{
	struct source src = {0};
	struct traj *t = traj_new(&source, &src);

	(void)state;
	put(t, 0, 1, SPAN_AGENT, "a");
	put(t, 1, 2, SPAN_LLM, "a");
	put(t, 2, 2, SPAN_TOOL, "expert");
	put(t, 3, 3, SPAN_AGENT, "expert");
	put(t, 4, 4, SPAN_LLM, "expert");
	put(t, 5, 2, SPAN_TOOL, "t");
	put(t, 6, 2, SPAN_LLM, "a");
	put(t, 7, 2, SPAN_TOOL, "last");
	put(t, 8, 1, SPAN_AGENT, "b");
	put(t, 9, 2, SPAN_LLM, "b");
	assert_int_equal(traj_asked_by(t, 2), 1);
	assert_int_equal(traj_asked_by(t, 5), 1);
	assert_int_equal(traj_used_by(t, 2), 6);
	assert_int_equal(traj_asked_by(t, 7), 6);
	assert_int_equal(traj_used_by(t, 7), traj_count(t));
	assert_int_equal(traj_asked_by(t, 1), traj_count(t));
	traj_free(t);
}

static void tells_where_a_message_must_have_been_put_in(void **state)
{
	struct source src = {0};
	struct traj *t = traj_new(&source, &src);

	(void)state;
	put(t, 0, 1, SPAN_AGENT, "a");
	put(t, 1, 2, SPAN_LLM, "a");
	put(t, 2, 2, SPAN_LLM, "a"); /* here */
	put(t, 3, 2, SPAN_TOOL, "expert");
	put(t, 4, 3, SPAN_AGENT, "expert");
	put(t, 5, 4, SPAN_LLM, "expert");
	put(t, 6, 4, SPAN_LLM, "expert"); /* and here */
	put(t, 7, 2, SPAN_LLM, "a");
	put(t, 8, 2, SPAN_LLM, "a-compressor");
	put(t, 9, 2, SPAN_LLM, "a");
	put(t, 10, 1, SPAN_AGENT, "b");
	put(t, 11, 2, SPAN_LLM, "b");
	for (size_t i = 0; i < traj_count(t); i++)
		assert_int_equal(traj_injected(t, i), i == 2 || i == 6);
	traj_free(t);
}

/* Past the newest few hundred names one may be stored again: what is read is the same. */
static void keeps_any_number_of_names(void **state)
{
	struct source src = {0};
	struct traj *t = traj_new(&source, &src);
	char name[32];

	(void)state;
	for (uint32_t i = 0; i < 3000; i++) {
		snprintf(name, sizeof name, "name-%u", i % 1000);
		put(t, i, 0, SPAN_OTHER, name);
	}
	for (uint32_t i = 0; i < 3000; i++) {
		snprintf(name, sizeof name, "name-%u", i % 1000);
		assert_slice(traj_name(t, i), name);
	}
	assert_slice(traj_string(t, 0), "");
	assert_slice(traj_string(t, UINT32_MAX), "");
	traj_free(t);
}

static void put_done(struct traj *t, uint32_t seq)
{
	traj_put(t, &(struct span_put){.seq = seq, .type = SPAN_LLM, .started = 1, .finished = 2});
}

static void a_text_that_streams_is_seen_until_its_record_is_there(void **state)
{
	static struct source src;
	struct traj *t = traj_new(&source, &src);
	uint64_t before = traj_streamed(t);
	struct slice text;

	(void)state;
	traj_stream(t, 2, FIELD_THOUGHTS, SLICE("early ")); /* before the span's start record was read */
	put(t, 1, 0, SPAN_AGENT, "a");
	put(t, 2, 1, SPAN_LLM, "l");
	traj_stream(t, 2, FIELD_THOUGHTS, SLICE("and late"));
	traj_stream(t, 2, FIELD_REPLY, SLICE("hidden by the record's own"));
	traj_stream(t, 2, FIELD_ARGS, SLICE("no such text streams"));
	assert_true(traj_streamed(t) > before);
	assert_int_equal(traj_field(t, 1, FIELD_THOUGHTS, &text, NULL), 1);
	assert_slice(text, "early and late");
	assert_int_equal(traj_field(t, 1, FIELD_REPLY, &text, NULL), 1);
	assert_slice(text, "");
	assert_int_equal(traj_field(t, 0, FIELD_THOUGHTS, &text, NULL), 0);
	traj_stream_drop(t, 2);
	assert_int_equal(traj_field(t, 1, FIELD_THOUGHTS, &text, NULL), 0);
	traj_stream(t, 2, FIELD_THOUGHTS, SLICE("again"));
	assert_int_equal(traj_field(t, 1, FIELD_THOUGHTS, &text, NULL), 1);
	put_done(t, 2);
	assert_int_equal(traj_field(t, 1, FIELD_THOUGHTS, &text, NULL), 0);
	traj_stream(t, 2, FIELD_THOUGHTS, SLICE("too late"));
	assert_int_equal(traj_field(t, 1, FIELD_THOUGHTS, &text, NULL), 0);
	traj_free(t);
}

static void streaming_texts_have_a_ceiling(void **state)
{
	static struct source src;
	struct traj *t = traj_new(&source, &src);
	char *mega = xcalloc(1, 1 << 20);
	struct slice text;

	(void)state;
	for (uint32_t seq = 0; seq <= TRAJ_STREAMS; seq++) {
		put(t, seq, 0, SPAN_LLM, "l");
		traj_stream(t, seq, FIELD_THOUGHTS, SLICE("x"));
	}
	assert_int_equal(traj_field(t, 0, FIELD_THOUGHTS, &text, NULL), 0); /* the oldest made room */
	assert_int_equal(traj_field(t, 1, FIELD_THOUGHTS, &text, NULL), 1);
	for (int i = 0; i < 8; i++)
		traj_stream(t, 1, FIELD_THOUGHTS, (struct slice){mega, 1 << 20});
	assert_int_equal(traj_field(t, 1, FIELD_THOUGHTS, &text, NULL), 1);
	assert_true(text.n <= TRAJ_STREAM_MAX && text.n > TRAJ_STREAM_MAX / 2);
	free(mega);
	traj_free(t);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(a_text_that_streams_is_seen_until_its_record_is_there),
	cmocka_unit_test(streaming_texts_have_a_ceiling),
	cmocka_unit_test(knows_the_words_of_types_and_fields),
	cmocka_unit_test(keeps_spans_in_order_with_their_parents),
	cmocka_unit_test(replaces_a_start_record_by_its_finish),
	cmocka_unit_test(puts_late_spans_in_their_places),
	cmocka_unit_test(takes_many_spans_in_any_order),
	cmocka_unit_test(gives_members_of_json_fields),
	cmocka_unit_test(drops_the_bodies_that_were_used_least),
	cmocka_unit_test(keeps_the_newest_body_however_large),
	cmocka_unit_test(finds_who_asked_for_a_tool_call_and_who_used_it),
	cmocka_unit_test(tells_where_a_message_must_have_been_put_in),
	cmocka_unit_test(keeps_any_number_of_names),
};

TEST_MAIN()
