/* What of a run may be seen: files, while a run is walked. */
#include "tests/app.h"

static int setup(void **state)
{
	struct buf b = BUF_INIT;

	buf_adds(&b, "{\"Seq\":0,\"Nesting\":0,\"Type\":\"flow\",\"Name\":\"x\",\"Finished\":\"2026-01-01T00:00:00Z\"}\n");
	for (int i = 1; i < 4; i++)
		buf_addf(&b, "{\"Seq\":%d,\"Nesting\":%d,\"Type\":\"tool\",\"Name\":\"read-file\",\"Finished\":\"2026-01-01T00:00:00Z\","
			"\"Args\":{\"File\":\"a.c\"},\"Results\":{\"Contents\":\"one\\ntwo\\n\"}}\n", i, i < 3 ? i : 1);
	*state = test_open_text("run.jsonl", buf_slice(&b));
	buf_release(&b);
	return 0;
}

/* Spans 1 and 3 and, within 1, span 2 read the file. */
static void a_file_is_there_when_one_that_read_it_has_ended(void **state)
{
	struct session *s = ((struct test_opened *)*state)->session;

	assert_non_null(session_file(s, SLICE("a.c")));
	walk_begin(&s->walk);
	assert_null(session_file(s, SLICE("a.c")));
	walk_to_start(&s->walk, s->run->traj, 2);
	assert_null(session_file(s, SLICE("a.c")));
	walk_to_finish(&s->walk, s->run->traj, 2); /* the first is open still */
	assert_non_null(session_file(s, SLICE("a.c")));
	assert_null(session_file(s, SLICE("b.c")));
}

/* It is asked for each row that is drawn: of a million spans none is looked at behind the first that has not begun. */
static void what_has_not_begun_is_not_looked_at(void **state)
{
	struct session *s = ((struct test_opened *)*state)->session;
	const struct evidence_file *f;
	uint32_t *spans;

	f = session_evidence_file(s, SLICE("a.c"));
	assert_non_null(f);
	assert_int_equal(f->nspans, 3);
	walk_to_start(&s->walk, s->run->traj, 2);
	assert_int_equal(s->walk.nopen, 3);
	s->walk.nopen = 2; /* 1 and 2 are open; 0 counts as ended */
	s->walk.open[0] = 1;
	s->walk.open[1] = 2;
	assert_true(session_may_show(s, 0, FIELD_RESULTS));
	/* out of order, 0 stands behind 3, which has not begun: only who looks further finds it */
	spans = (uint32_t *)(uintptr_t)f->spans;
	spans[1] = 3;
	spans[2] = 0;
	assert_null(session_file(s, SLICE("a.c")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_file_is_there_when_one_that_read_it_has_ended, setup, test_opened_teardown),
		cmocka_unit_test_setup_teardown(what_has_not_begun_is_not_looked_at, setup, test_opened_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
