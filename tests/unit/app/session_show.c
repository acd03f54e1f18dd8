/* What of a run may be seen: files, while a run is walked. */
#include "tests/app.h"

#include <stdio.h>
#include <stdlib.h>

#include "app/session.h"

static struct session *open_run(struct app *a, const char *dir)
{
	struct buf path = BUF_INIT;
	struct session *s;
	FILE *f;

	buf_addf(&path, "%s/run.jsonl", dir);
	f = fopen(buf_str(&path), "w");
	assert_non_null(f);
	fputs("{\"Seq\":0,\"Nesting\":0,\"Type\":\"flow\",\"Name\":\"x\",\"Finished\":\"2026-01-01T00:00:00Z\"}\n", f);
	for (int i = 1; i < 4; i++)
		fprintf(f, "{\"Seq\":%d,\"Nesting\":%d,\"Type\":\"tool\",\"Name\":\"read-file\",\"Finished\":\"2026-01-01T00:00:00Z\","
			"\"Args\":{\"File\":\"a.c\"},\"Results\":{\"Contents\":\"one\\ntwo\\n\"}}\n", i, i < 3 ? i : 1);
	fclose(f);
	test_app_init(a, dir);
	s = test_app_open(a, buf_str(&path));
	buf_release(&path);
	return s;
}

/* Spans 1 and 3 and, within 1, span 2 read the file. */
static void a_file_is_there_when_one_that_read_it_has_ended(void **state)
{
	struct session *s;
	struct app a;
	char dir[64];

	(void)state;
	test_dir(dir);
	s = open_run(&a, dir);
	assert_non_null(session_file(s, SLICE("a.c")));
	walk_begin(&s->walk);
	assert_null(session_file(s, SLICE("a.c")));
	walk_to_start(&s->walk, s->run->traj, 2);
	assert_null(session_file(s, SLICE("a.c")));
	walk_to_finish(&s->walk, s->run->traj, 2); /* the first is open still */
	assert_non_null(session_file(s, SLICE("a.c")));
	assert_null(session_file(s, SLICE("b.c")));
	session_free(s);
	app_release(&a);
	test_dir_remove(dir);
}

/* It is asked for each row that is drawn: of a million spans none is looked at behind the first that has not begun. */
static void what_has_not_begun_is_not_looked_at(void **state)
{
	const struct evidence_file *f;
	struct session *s;
	uint32_t *spans;
	struct app a;
	char dir[64];

	(void)state;
	test_dir(dir);
	s = open_run(&a, dir);
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
	session_free(s);
	app_release(&a);
	test_dir_remove(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_is_there_when_one_that_read_it_has_ended),
		cmocka_unit_test(what_has_not_begun_is_not_looked_at),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
