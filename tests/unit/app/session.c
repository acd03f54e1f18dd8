#include "tests/app.h"

#include "agent/journal.h"
#include "app/decide.h"
#include "app/session.h"
#include "base/mem.h"
#include "import/import.h"

/* A store with one live run in it, and the journal that writes it. */
struct fixture {
	char dir[64];
	struct app app;
	struct journal *j;
	char id[SHA256_HEX + 1];
	char *path;
};

static const struct span_out flow = {.seq = 0, .type = SPAN_FLOW, .name = {"assessment-kcsan", 16}, .started = 1000000,
				     .finished = WHEN_NONE};
static const struct span_out flow_done = {.seq = 0, .type = SPAN_FLOW, .name = {"assessment-kcsan", 16}, .started = 1000000,
					  .finished = 2000000, .results = {"{\"Benign\":true}", 15}};

static int64_t fake_now(void)
{
	return 5000000;
}

static int setup(void **state)
{
	static const struct journal_head head = {.time = 1000000, .workflow = {"assessment-kcsan", 16}, .model = {"m", 1}};
	struct fixture *f = xcalloc(1, sizeof *f);
	struct buf line = BUF_INIT;
	struct store *store;
	struct run *r = NULL;
	struct import *im;
	struct err e = {0};

	test_dir(f->dir);
	test_app_init(&f->app, f->dir);
	f->app.now = fake_now;
	test_app_set(&f->app, "reviewer", "Rita");
	store = app_store(&f->app, true, &e);
	assert_int_equal(journal_first(&head, &line, f->id, &e), 0);
	f->path = store_journal_path(store, f->id);
	f->j = journal_new(f->path, buf_slice(&line), &e);
	assert_non_null(f->j);
	im = import_begin(blob_open(f->path, NULL), true, &r, &e);
	assert_non_null(im);
	assert_string_equal(r->id, f->id);
	assert_int_equal(store_begin_live(store, r, 7, &e), 0);
	import_free(im);
	run_free(r);
	buf_release(&line);
	assert_int_equal(journal_span(f->j, &flow, &e), 0);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	journal_close(f->j);
	app_release(&f->app);
	test_dir_remove(f->dir);
	free(f->path);
	free(f);
	return 0;
}

/* As the screen opens it. */
static struct session *open_run(struct fixture *f)
{
	struct err e = {0};
	struct session *s = session_begin(&f->app, f->id, false, &e);

	if (!s)
		fail_msg("%s", e.msg);
	assert_int_equal(session_reload(s, &e), 0);
	return s;
}

/* What the screen's timer does, until nothing is left to do now. */
static void watch(struct session *s)
{
	if (session_watch(s, NULL) > 0)
		while (session_step(s, NULL) > 0)
			;
}

static void end_run(struct fixture *f)
{
	static const struct journal_end end = {.time = 3000000, .state = JOURNAL_DONE};

	assert_int_equal(journal_span(f->j, &flow_done, NULL), 0);
	assert_int_equal(journal_finish(f->j, &end, NULL), 0);
}

static void close_journal(struct fixture *f)
{
	journal_close(f->j);
	f->j = NULL;
}

static void decide(struct session *s, enum decision_kind kind, int want)
{
	struct decision d = {0};
	struct err e = {0};

	decide_start(s->run, kind, &d);
	if (kind == DECIDE_JUDGE)
		outputs_set(&d.outputs, SLICE("Benign"), true);
	if (session_decide(s, &d, false, VIA_SCREEN, &e) != want)
		fail_msg("%s", e.msg);
	decision_release(&d);
}

static void assert_recording(struct fixture *f, bool sealed)
{
	struct run_row row;

	assert_int_equal(store_get(f->app.store, f->id, &row, NULL), 1);
	assert_int_equal(row.recording[0] != '\0', sealed);
	assert_int_equal(access(f->path, F_OK) == 0, !sealed);
	run_row_release(&row);
}

static void a_live_run_is_followed_to_its_end_and_sealed(void **state)
{
	struct fixture *f = *state;
	struct session *s = open_run(f);

	assert_true(s->following);
	assert_int_equal(s->run->state, RUN_RUNNING);
	decide(s, DECIDE_DEFER, -1);
	assert_int_equal(session_annotate(s, NULL, 0, SLICE("look there"), VIA_SCREEN, NULL), 0);
	assert_int_equal(s->review->nannotations, 1);
	end_run(f);
	close_journal(f);
	watch(s);
	assert_false(session_reading(s));
	assert_int_equal(s->run->state, RUN_DONE);
	assert_recording(f, true);
	decide(s, DECIDE_APPROVE, 0);
	session_free(s);
	s = open_run(f); /* from its recording */
	assert_int_equal(s->review->state, REVIEW_APPROVED);
	assert_int_equal(s->review->nannotations, 1);
	session_free(s);
}

static void a_note_is_edited_by_its_writer_only(void **state)
{
	struct fixture *f = *state;
	struct session *s = open_run(f);
	struct buf words = BUF_INIT;
	struct err e = {0};
	uint64_t folds;
	char hash[SHA256_HEX + 1];

	close_journal(f);
	watch(s);
	assert_int_equal(session_annotate(s, NULL, 0, SLICE("look there"), VIA_SCREEN, NULL), 0);
	memcpy(hash, s->review->annotations[0].event->hash, sizeof hash);
	folds = s->folds;
	assert_int_equal(session_edit(s, hash, SLICE(" look there "), VIA_SCREEN, &e), 0);
	assert_int_equal(s->events.n, 1); /* nothing changed, nothing is written */
	assert_int_equal(s->folds, folds);
	assert_int_equal(session_edit(s, hash, SLICE(" "), VIA_SCREEN, &e), -1);
	assert_int_equal(session_edit(s, hash, SLICE("look here"), VIA_SCREEN, &e), 0);
	assert_true(s->folds > folds);
	assert_string_equal(s->review->annotations[0].text, "look here");
	assert_string_equal(s->review->annotations[0].event->hash, hash);
	assert_int_equal(session_undo(s, VIA_SCREEN, &words, &e), 0);
	assert_true(slice_find(buf_slice(&words), "edit note", 0) != SLICE_NONE);
	assert_string_equal(s->review->annotations[0].text, "look there");
	assert_int_equal(session_redo(s, VIA_SCREEN, NULL, &e), 0);
	assert_string_equal(s->review->annotations[0].text, "look here");
	free(f->app.reviewer);
	f->app.reviewer = xstrdup("someone else");
	assert_int_equal(session_edit(s, hash, SLICE("not mine"), VIA_SCREEN, &e), -1);
	assert_int_equal(e.cls, ERR_NO);
	assert_string_equal(s->review->annotations[0].text, "look here");
	assert_int_equal(session_edit(s, "no such note", SLICE("x"), VIA_SCREEN, &e), -1);
	buf_release(&words);
	session_free(s);
}

static void who_looks_does_not_seal_under_the_writer(void **state)
{
	struct fixture *f = *state;
	struct session *s = open_run(f);

	end_run(f);
	watch(s);
	assert_false(session_reading(s));
	assert_recording(f, false);
	decide(s, DECIDE_APPROVE, 0);
	assert_recording(f, false); /* but what was decided on is kept */
	session_free(s);
	close_journal(f);
	s = open_run(f);
	assert_recording(f, true);
	assert_int_equal(s->review->state, REVIEW_APPROVED);
	session_free(s);
}

static void a_killed_run_is_decided_on_as_it_is_and_can_go_on(void **state)
{
	struct fixture *f = *state;
	struct session *s = open_run(f);
	char id[SHA256_HEX + 1], *kept;
	bool told = false;

	close_journal(f); /* as a killed program's */
	watch(s);
	assert_false(s->following);
	assert_false(session_reading(s));
	for (size_t i = 0; i < s->run->diags.n; i++)
		told |= strstr(s->run->diags.d[i].text, "interrupted") != NULL;
	assert_true(told);
	decide(s, DECIDE_JUDGE, 0);
	kept = store_recording_path(f->app.store, s->run->recording);
	assert_int_equal(access(kept, F_OK), 0);
	assert_recording(f, false);
	session_free(s);
	f->j = journal_resume(f->path, id, NULL, NULL);
	assert_non_null(f->j);
	assert_string_equal(id, f->id);
	end_run(f);
	close_journal(f);
	s = open_run(f);
	assert_recording(f, true);
	assert_int_equal(access(kept, F_OK), 0);
	assert_int_equal(s->review->state, REVIEW_JUDGED);
	session_free(s);
	free(kept);
}

static void a_command_does_not_decide_while_it_goes_on(void **state)
{
	struct fixture *f = *state;
	struct err e = {0};
	struct session *s = session_open(&f->app, f->id, &e);

	assert_non_null(s);
	assert_false(session_reading(s));
	assert_int_equal(session_may_decide(s, &e), -1);
	assert_int_equal(e.cls, ERR_NO);
	assert_non_null(strstr(e.msg, "still goes on"));
	session_free(s);
}

static void a_recording_that_was_changed_on_disk_is_refused(void **state)
{
	struct fixture *f = *state;
	struct session *s;
	struct err e = {0};
	char *path;
	FILE *file;

	end_run(f);
	close_journal(f);
	s = open_run(f);
	path = store_recording_path(f->app.store, s->run->recording);
	session_free(s);
	file = fopen(path, "a"); /* its first line, so its id, stays */
	fputs("{\"later\":1}\n", file);
	fclose(file);
	assert_null(session_open(&f->app, f->id, &e));
	assert_int_equal(e.cls, ERR_STORE);
	assert_non_null(strstr(e.msg, "changed on disk"));
	free(path);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
static const struct CMUnitTest tests[] = {
	TEST(a_live_run_is_followed_to_its_end_and_sealed),
	TEST(a_note_is_edited_by_its_writer_only),
	TEST(who_looks_does_not_seal_under_the_writer),
	TEST(a_killed_run_is_decided_on_as_it_is_and_can_go_on),
	TEST(a_command_does_not_decide_while_it_goes_on),
	TEST(a_recording_that_was_changed_on_disk_is_refused),
};

TEST_MAIN()
