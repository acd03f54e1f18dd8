#include "tests/test.h"

#include "base/mem.h"
#include "export/export.h"
#include "tests/events.h"
#include "tests/run.h"
#include "tests/words.h"

struct fixture {
	struct run *run;
	struct events events;
	struct review *review;
};

static int setup(void **state)
{
	struct fixture *f = xcalloc(1, sizeof *f);

	f->run = test_run_new();
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	review_free(f->review);
	events_release(&f->events);
	run_free(f->run);
	free(f);
	return 0;
}

static int take(void *arg, struct slice piece)
{
	return buf_add_slice(arg, piece);
}

static int refuse(void *arg, struct slice piece)
{
	(void)arg;
	(void)piece;
	return 1;
}

static struct export_in input(struct fixture *f)
{
	review_free(f->review);
	f->review = review_fold(&f->events, NULL);
	return (struct export_in){.run = f->run, .events = &f->events, .review = f->review};
}

/* The raw value at a path of keys such as "tokens.input". */
static struct slice at(struct slice raw, const char *path)
{
	struct slice rest = slice_str(path);
	char key[64];

	while (rest.n) {
		size_t dot = slice_chr(rest, '.', 0);
		struct slice word = slice_sub(rest, 0, dot);

		snprintf(key, sizeof key, "%.*s", (int)word.n, word.p);
		raw = json_member(raw, key);
		rest = slice_sub(rest, dot == SLICE_NONE ? rest.n : dot + 1, rest.n);
	}
	return raw;
}

static void assert_keys(struct slice object, const char *want)
{
	struct buf keys = BUF_INIT;
	struct json_iter it = json_iter(object);

	while (json_next(&it)) {
		buf_add(&keys, it.key.p + 1, it.key.n - 2);
		buf_addc(&keys, ' ');
	}
	assert_string_equal(buf_str(&keys), want);
	buf_release(&keys);
}

static void json_has_its_keys_in_order(void **state)
{
	struct fixture *f = *state;
	struct export_in in = input(f);
	struct buf b = BUF_INIT;
	struct slice raw;

	export_show_json(&b, &in);
	assert_int_equal(json_check(buf_slice(&b), &raw, NULL, NULL), 0);
	assert_keys(raw, "id job workflow title state outputs explanation spans llm_calls tool_calls tokens models "
		    "kernel_commit started finished warnings review format recording member ");
	assert_keys(at(raw, "review"), "state outputs argument remedy reviewer decided reasons comment annotations confidence until ");
	assert_slice(at(raw, "outputs.Benign"), "true");
	assert_slice(at(raw, "spans"), "5");
	assert_slice(at(raw, "llm_calls"), "1");
	assert_slice(at(raw, "tool_calls"), "2");
	assert_slice(at(raw, "tokens.input"), "100");
	assert_slice(at(raw, "tokens.thoughts"), "3");
	assert_slice(at(raw, "workflow"), "\"assessment-kcsan\"");
	assert_slice(at(raw, "kernel_commit"), "\"0123456789ab\"");
	assert_slice(at(raw, "started"), "\"2026-01-01T00:00:00Z\"");
	assert_slice(at(raw, "state"), "\"done\"");
	assert_slice(at(raw, "review.state"), "\"unreviewed\"");
	assert_slice(at(raw, "review.outputs"), "null");
	assert_slice(at(raw, "review.comment"), "null");
	assert_non_null(strstr(buf_str(&b), "\"line 12: odd \\u001b[1m line\"\n"));
	assert_null(strstr(buf_str(&b), "only a note"));
	buf_release(&b);
}

static void json_tells_the_standing_review(void **state)
{
	struct fixture *f = *state;
	struct export_in in;
	struct buf b = BUF_INIT;
	struct slice raw;

	events_decide(&f->events, "ann", 1767225600000000, DECIDE_OVERRIDE, false, NULL);
	in = input(f);
	export_show_json(&b, &in);
	assert_int_equal(json_check(buf_slice(&b), &raw, NULL, NULL), 0);
	assert_slice(at(raw, "review.state"), "\"overridden\"");
	assert_slice(at(raw, "review.outputs.Benign"), "false");
	assert_slice(at(raw, "review.reviewer"), "\"ann\"");
	assert_slice(at(raw, "review.argument"), "\"not judged\"");
	assert_slice(at(raw, "review.decided"), "\"2026-01-01T00:00:00Z\"");
	events_decide(&f->events, "bob", 1767225600000000, DECIDE_APPROVE, true, NULL);
	in = input(f);
	buf_clear(&b);
	export_show_json(&b, &in);
	assert_int_equal(json_check(buf_slice(&b), &raw, NULL, NULL), 0);
	assert_slice(at(raw, "review.state"), "\"conflict\"");
	assert_slice(at(raw, "review.outputs"), "null");
	buf_release(&b);
}

static void text_is_calm_and_hides_nothing_hostile(void **state)
{
	struct fixture *f = *state;
	struct place place = {.kind = PLACE_SPAN, .seq = 2, .field = FIELD_THOUGHTS, .from = 0, .to = 8,
			      .excerpt = xstrdup("think\x1b[0m")};
	struct buf b = BUF_INIT;
	struct export_in in;

	events_decide(&f->events, "ann\x1b[2J", 1767225600000000, DECIDE_OVERRIDE, false, NULL);
	events_note(&f->events, "bob", 1767225600000001, &place, 1, "look\xe2\x80\xae here");
	place_release(&place);
	in = input(f);
	assert_int_equal(export_show_text(&in, false, take, &b, NULL), 0);
	assert_memory_equal(buf_str(&b), "KCSAN: data-race in pond_fill / pond_level\n\n", 44);
	assert_non_null(strstr(buf_str(&b), "\nAI verdict   benign\n"));
	assert_non_null(strstr(buf_str(&b), "\nreview       overridden: harmful; by ann^[[2J, 2026-01-01T00:00:00Z\n"));
	assert_non_null(strstr(buf_str(&b), "\nspans        5, 1 llm calls, 2 tool calls, 1 with errors\n"));
	assert_non_null(strstr(buf_str(&b), "\ntokens       100 in, 20 out, 3 thoughts\n"));
	assert_non_null(strstr(buf_str(&b), "  line 12: odd ^[[1m line\n"));
	assert_null(strstr(buf_str(&b), "thinking"));
	buf_clear(&b);
	assert_int_equal(export_show_text(&in, true, take, &b, NULL), 0);
	assert_non_null(strstr(buf_str(&b), "thinking \"hard\""));
	assert_non_null(strstr(buf_str(&b), "map[Output:a b]"));
	assert_non_null(strstr(buf_str(&b), "BUG: KCSAN"));
	assert_non_null(strstr(buf_str(&b), "at span 2 Thoughts\n    | think^[[0m\n"));
	assert_non_null(strstr(buf_str(&b), "look<U+202E> here"));
	assert_non_null(strstr(buf_str(&b), "override: harmful"));
	for (size_t i = 0; i < b.n; i++)
		assert_true((unsigned char)b.p[i] >= 0x20 || b.p[i] == '\n' || b.p[i] == '\t');
	assert_null(strstr(buf_str(&b), "\xe2\x80\xae"));
	buf_release(&b);
}

static void a_sink_that_fails_ends_every_export(void **state)
{
	struct fixture *f = *state;
	struct export_in in = input(f);
	struct err e;

	for (const struct exporter *x = exporters; x->name; x++) {
		e = (struct err){0};
		assert_int_equal(x->write(&in, refuse, NULL, &e), -1);
		assert_int_equal(e.cls, ERR_NO);
	}
	assert_int_equal(export_show_text(&in, true, refuse, NULL, &e), -1);
}

static void exporters_are_found_by_name(void **state)
{
	(void)state;
	assert_string_equal(exporter_find("json")->name, "json");
	assert_true(exporter_find("markdown")->reading);
	assert_false(exporter_find("spans")->reading);
	assert_null(exporter_find("xml"));
}

#define RUN_TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

static const struct CMUnitTest tests[] = {
	RUN_TEST(json_has_its_keys_in_order),
	RUN_TEST(json_tells_the_standing_review),
	RUN_TEST(text_is_calm_and_hides_nothing_hostile),
	RUN_TEST(a_sink_that_fails_ends_every_export),
	RUN_TEST(exporters_are_found_by_name),
};

TEST_MAIN_WORDS()
