#define _GNU_SOURCE /* mkdtemp, setenv */
#include "app/filter.h"

#include "model/evidence_read.h"
#include "tests/app.h"

/* A run of a few spans, told in JSON lines. */

#define SPAN(seq, nesting, type, name) "{\"Seq\":" seq ",\"Nesting\":" nesting ",\"Type\":\"" type "\",\"Name\":\"" name "\"," \
	"\"Finished\":\"2026-03-01T09:00:00Z\""
static const char results_only[] =
	SPAN("0", "0", "flow", "job") "}\n"
	SPAN("1", "1", "tool", "codesearch-definition-source") ",\"Args\":{\"Name\":\"f\"},\"Results\":{\"SourceFile\":\"net/a.c\","
	"\"SourceCode\":\"   1:\\tint f;\\n\"}}\n"
	SPAN("2", "1", "tool", "codesearch-definition-source") ",\"Args\":{\"Name\":\"g\"},\"Results\":{\"SourceFile\":\"net/b.c\","
	"\"SourceCode\":\"   1:\\tint g;\\n\"}}\n";
static const char lines[] =
	SPAN("0", "0", "flow", "job") "}\n"
	SPAN("1", "1", "llm", "expert") ",\"Thoughts\":\"The owner of the l\\u006fck is read.\",\"Reply\":\"A wolf.\"}\n"
	SPAN("2", "1", "tool", "read-file") ",\"Args\":{\"File\":\"kernel/audit.c\"},\"Results\":{\"Contents\":\"   1:\\tint lock;\\n\"}}\n"
	SPAN("3", "1", "tool", "grepper") ",\"Args\":{\"Expression\":\"wolf\"},\"Error\":\"no such tree\"}\n"
	SPAN("4", "1", "tool", "read-file") ",\"Args\":{\"File\":\"mm/slub.c\"}}\n"
	SPAN("5", "1", "loop", "again") "}\n";

static int setup_of(void **state, const char *text, size_t spans)
{
	struct test_opened *o = test_open_text("run.jsonl", slice_str(text));

	assert_int_equal(traj_count(o->session->run->traj), spans);
	*state = o;
	return 0;
}

static int setup(void **state)
{
	return setup_of(state, lines, 6);
}

static int setup_results(void **state)
{
	return setup_of(state, results_only, 3);
}

/* "2 4": the spans that are kept. */
static void assert_keeps(struct test_opened *o, const char *words, const char *kept)
{
	struct err e = {0};
	struct filter *f = filter_new(o->session, slice_str(words), &e);
	struct buf b = BUF_INIT;
	size_t n = 0;

	if (!f)
		fail_msg("%s: %s", words, e.msg);
	assert_int_equal(filter_done(f), 0);
	while (filter_step(f, 0))
		;
	assert_int_equal(filter_done(f), traj_count(o->session->run->traj));
	for (size_t i = 0; i < filter_done(f); i++)
		if (filter_keeps(f, i)) {
			buf_addf(&b, "%s%zu", b.n ? " " : "", i);
			n++;
		}
	if (strcmp(buf_str(&b), kept) != 0)
		fail_msg("%s: keeps '%s', not '%s'", words, buf_str(&b), kept);
	assert_int_equal(filter_kept(f), n);
	assert_slice(filter_words(f), words);
	buf_release(&b);
	filter_free(f);
}

static void each_condition_keeps_what_it_says(void **state)
{
	static const char *const cases[][2] = {
		{"type=tool", "2 3 4"},		 {"type=tool,llm", "1 2 3 4"},	 {"type=t*", "2 3 4"},
		{"type=loop", "5"},		 {"type=nothing", ""},		 {"name=read*", "2 4"},
		{"name=grepper,again", "3 5"},	 {"name=?ob", "0"},		 {"errors", "3"},
		{"text=wolf", "1 3"},		 {"wolf", "1 3"},		 {"\"The owner\"", "1"},
		{"text=lock", "1 2"},		 {"file=audit.c", "2"},		 {"file=kernel/audit.c", "2"},
		{"file=kernel/*", "2"},		 {"file=*.c", "2 4"},		 {"file=udit.c", ""},
		{"file=audit.c,slub.c", "2 4"},	 {"type=tool wolf", "3"},	 {"errors type=llm", ""},
		{"no.such", "3"},		 {"text=read-file", "" /* names are no texts */},
		{"read-file", "2 4"},		 {"READ-FILE", ""},		 {"tool", "2 3 4"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_keeps(*state, cases[i][0], cases[i][1]);
}

static void what_is_wrong_is_said(void **state)
{
	static const char *const cases[][2] = {
		{"", "nothing to filter by"},	     {"  ", "nothing to filter by"},
		{"type=", "'type=' needs something"}, {"kind=tool", "'kind=' is none of type= name="},
		{"text=(", "cannot search for '('"},  {"a b c d e f g h i", "more than 8 conditions"},
		{"\"a", "quote"},
	};
	struct test_opened *o = *state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct err e = {0};

		assert_null(filter_new(o->session, slice_str(cases[i][0]), &e));
		assert_int_equal(e.cls, ERR_USAGE);
		if (!strstr(e.msg, cases[i][1]))
			fail_msg("%s: %s", cases[i][0], e.msg);
	}
	assert_keeps(o, "text=a=b", ""); /* but this can be looked for */
}

static void stars_stand_for_anything(void **state)
{
	static const struct {
		const char *glob, *s;
		bool fits;
	} cases[] = {
		{"*", "", true}, {"*", "abc", true}, {"a*c", "abc", true}, {"a*c", "ac", true}, {"a*c", "ab", false},
		{"a*b*c", "aXbXbXc", true}, {"?", "", false}, {"?", "a", true}, {"", "", false}, {"", "a", false}, {"a,b", "b", true},
		{"a,", "a", true}, {"**a", "bca", true}, {"a", "aa", false}, {"[ab]", "a", false},
		{"*a*a*a*a*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		if (filter_glob(slice_str(cases[i].glob), slice_str(cases[i].s)) != cases[i].fits)
			fail_msg("%s against %s", cases[i].glob, cases[i].s);
}

/* As a run goes on, spans come and come to their end. */
static void a_span_that_was_open_is_tried_again_at_its_end(void **state)
{
	struct test_opened *o = *state;
	struct traj *t = o->session->run->traj;
	struct span_put put = {.seq = 6, .nesting = 1, .type = SPAN_TOOL, .name = SLICE("late"), .started = 1,
			       .finished = WHEN_NONE};
	struct filter *f = filter_new(o->session, SLICE("errors"), NULL);

	traj_put(t, &put);
	while (filter_step(f, 0))
		;
	assert_false(filter_keeps(f, 6));
	assert_int_equal(filter_rounds(f), 0);
	put.closed = put.error = true;
	traj_put(t, &put);
	while (filter_step(f, 0))
		;
	assert_true(filter_keeps(f, 6));
	assert_int_equal(filter_rounds(f), 1);
	put.seq = 7;
	traj_put(t, &put);
	assert_false(filter_keeps(f, 7)); /* not tried yet */
	while (filter_step(f, 0))
		;
	assert_true(filter_keeps(f, 7));
	assert_int_equal(filter_rounds(f), 1);
	filter_free(f);
}

static void step_all(struct filter *f)
{
	while (filter_step(f, 0))
		;
}

/* A walk that has not come to the end of a call does not tell which file it will return. */
static void what_a_call_returned_is_not_told_before_its_end(void **state)
{
	struct test_opened *o = *state;
	struct session *s = o->session;
	struct filter *f;

	s->walk.on = true;
	walk_begin(&s->walk);
	walk_to_start(&s->walk, s->run->traj, 1);
	session_walked(s);
	f = filter_new(s, SLICE("file=a.c"), NULL);
	step_all(f);
	assert_int_equal(filter_done(f), 2);
	assert_false(filter_keeps(f, 1));
	walk_to_finish(&s->walk, s->run->traj, 1);
	session_walked(s);
	assert_true(filter_waits(f));
	step_all(f);
	assert_true(filter_keeps(f, 1));
	assert_int_equal(filter_kept(f), 1);
	filter_free(f);
}

/* Evidence comes after the spans: what it does not know yet is not tried, and not left out for good. */
static void files_wait_for_the_evidence(void **state)
{
	struct test_opened *o = *state;
	struct session *s = o->session;
	struct filter *f;

	evidence_free(s->evidence);
	s->evidence = evidence_new(s->run->traj);
	f = filter_new(s, SLICE("file=net/*"), NULL);
	assert_false(filter_waits(f));
	step_all(f);
	assert_int_equal(filter_done(f), 0);
	while (evidence_step(s->evidence, 1)) {
		assert_true(filter_waits(f));
		step_all(f);
		assert_int_equal(filter_done(f), evidence_next(s->evidence));
	}
	step_all(f);
	assert_int_equal(filter_kept(f), 2);
	filter_free(f);
}

/* A span that was open returns a file before those that came behind it did, and results are not known at once. */
static void what_ends_late_is_found_by_its_file(void **state)
{
	struct test_opened *o = *state;
	struct session *s = o->session;
	struct traj *t = s->run->traj;
	struct span_put put = {.seq = 1, .nesting = 1, .type = SPAN_TOOL, .name = SLICE("codesearch-definition-source"),
			       .started = 1, .finished = WHEN_NONE};
	struct filter *f;

	traj_put(t, &put);
	assert_false(traj_span(t, 1)->flags & SPAN_FINISHED);
	evidence_free(s->evidence);
	s->evidence = evidence_new(t);
	evidence_update(s->evidence);
	f = filter_new(s, SLICE("file=net/*.c"), NULL);
	step_all(f);
	assert_true(filter_keeps(f, 2));
	assert_int_equal(filter_kept(f), 1);
	put.closed = true;
	traj_put(t, &put);
	assert_false(filter_waits(f)); /* what it returned is not read yet */
	evidence_add(s->evidence, SLICE("net/b.c"), &(struct evidence_line){SLICE("x"), 9, 1, EVIDENCE_NO_SPAN, EVIDENCE_READ});
	evidence_update(s->evidence);
	assert_true(filter_waits(f));
	step_all(f);
	assert_true(filter_keeps(f, 1));
	assert_int_equal(filter_kept(f), 2);
	filter_free(f);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test_setup_teardown(what_a_call_returned_is_not_told_before_its_end, setup_results, test_opened_teardown),
	cmocka_unit_test_setup_teardown(files_wait_for_the_evidence, setup_results, test_opened_teardown),
	cmocka_unit_test_setup_teardown(what_ends_late_is_found_by_its_file, setup_results, test_opened_teardown),
	cmocka_unit_test_setup_teardown(each_condition_keeps_what_it_says, setup, test_opened_teardown),
	cmocka_unit_test_setup_teardown(what_is_wrong_is_said, setup, test_opened_teardown),
	cmocka_unit_test(stars_stand_for_anything),
	cmocka_unit_test_setup_teardown(a_span_that_was_open_is_tried_again_at_its_end, setup, test_opened_teardown),
};

TEST_MAIN()
