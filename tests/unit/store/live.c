#define _GNU_SOURCE /* flock */
#include "tests/store.h"

#include <fcntl.h>
#include <sys/file.h>

#include "base/mem.h"
#include "tests/test.h"
#include "tests/words.h"

struct fixture {
	char dir[64];
	struct store *s;
	struct test_run t;
	char *path; /* of the journal */
};

static int setup(void **state)
{
	struct fixture *f = xcalloc(1, sizeof *f);

	test_dir(f->dir);
	f->s = store_open(f->dir, NULL);
	f->t = test_journal(TEST_JOURNAL);
	f->path = store_journal_path(f->s, f->t.run.id);
	*state = f;
	return test_journal_put(f->s, &f->t, TEST_JOURNAL);
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	blob_free(f->t.blob);
	free(f->path);
	store_close(f->s);
	test_dir_remove(f->dir);
	free(f);
	return 0;
}

static void assert_row(struct store *s, const char *id, const char *recording, enum run_state run_state)
{
	struct run_row row;

	assert_int_equal(store_get(s, id, &row, NULL), 1);
	assert_string_equal(row.recording, recording);
	assert_int_equal(row.state, run_state);
	assert_string_equal(row.format, "journal");
	run_row_release(&row);
}

static void a_live_run_has_a_row_and_becomes_a_recording(void **state)
{
	struct fixture *f = *state;
	char *path = store_recording_path(f->s, f->t.run.recording);
	struct buf bytes = BUF_INIT;
	struct err e = {0};

	f->t.run.state = RUN_RUNNING;
	assert_int_equal(store_begin_live(f->s, &f->t.run, 7, &e), 0);
	assert_row(f->s, f->t.run.id, "", RUN_RUNNING);
	f->t.run.state = RUN_STOPPED;
	outputs_set(&f->t.run.outputs, SLICE("Benign"), false);
	for (int i = 0; i < 2; i++) { /* a second time changes nothing */
		if (store_seal(f->s, &f->t.run, f->t.blob, &e) < 0)
			fail_msg("%s", e.msg);
		assert_row(f->s, f->t.run.id, f->t.run.recording, RUN_STOPPED);
		assert_int_equal(access(f->path, F_OK), -1);
		assert_int_equal(fs_read(path, &bytes, NULL), 0);
		assert_string_equal(buf_str(&bytes), TEST_JOURNAL);
	}
	outputs_release(&f->t.run.outputs);
	buf_release(&bytes);
	free(path);
}

static void what_a_killed_program_began_is_ended(void **state)
{
	struct fixture *f = *state;
	char *path = store_recording_path(f->s, f->t.run.recording);
	struct err e = {0};

	assert_int_equal(store_begin_live(f->s, &f->t.run, 7, &e), 0);
	assert_int_equal(link(f->path, path), 0); /* killed before the row was changed */
	assert_int_equal(store_seal(f->s, &f->t.run, f->t.blob, &e), 0);
	assert_row(f->s, f->t.run.id, f->t.run.recording, RUN_DONE);
	assert_int_equal(link(path, f->path), 0); /* killed before the journal's name was removed */
	assert_int_equal(store_seal(f->s, &f->t.run, f->t.blob, &e), 0);
	assert_int_equal(access(f->path, F_OK), -1);
	assert_int_equal(access(path, F_OK), 0);
	free(path);
}

static void nothing_is_sealed_while_a_program_writes(void **state)
{
	struct fixture *f = *state;
	int fd = open(f->path, O_RDWR | O_APPEND);
	struct err e = {0};

	assert_int_equal(store_writer(f->s, f->t.run.id, &e), 0);
	assert_int_equal(store_begin_live(f->s, &f->t.run, 7, &e), 0);
	assert_int_equal(flock(fd, LOCK_EX), 0);
	assert_int_equal(store_writer(f->s, f->t.run.id, &e), 1);
	assert_int_equal(store_seal(f->s, &f->t.run, f->t.blob, &e), -1);
	assert_int_equal(e.cls, ERR_NO);
	assert_row(f->s, f->t.run.id, "", RUN_DONE);
	assert_int_equal(write(fd, "x", 1), 1);
	close(fd);
	assert_int_equal(store_seal(f->s, &f->t.run, f->t.blob, &e), -1); /* it grew behind what was read */
	assert_int_equal(e.cls, ERR_INPUT);
	assert_row(f->s, f->t.run.id, "", RUN_DONE);
	assert_int_equal(access(f->path, F_OK), 0);
}

static void bytes_are_kept_beside_a_journal_that_goes_on(void **state)
{
	struct fixture *f = *state;
	char *path = store_recording_path(f->s, f->t.run.recording);
	struct err e = {0};

	assert_int_equal(store_begin_live(f->s, &f->t.run, 7, &e), 0);
	assert_int_equal(store_keep(f->s, &f->t.run, f->t.blob, &e), 0);
	assert_row(f->s, f->t.run.id, "", RUN_DONE);
	assert_int_equal(access(path, F_OK), 0);
	assert_int_equal(access(f->path, F_OK), 0);
	free(path);
}

static void a_run_that_is_not_there_cannot_be_sealed(void **state)
{
	struct fixture *f = *state;
	struct err e = {0};

	assert_int_equal(store_seal(f->s, &f->t.run, f->t.blob, &e), -1);
	assert_int_equal(e.cls, ERR_STORE);
	assert_int_equal(access(f->path, F_OK), 0);
	assert_int_equal(store_writer(f->s, "0000", &e), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
static const struct CMUnitTest tests[] = {
	TEST(a_live_run_has_a_row_and_becomes_a_recording),
	TEST(what_a_killed_program_began_is_ended),
	TEST(nothing_is_sealed_while_a_program_writes),
	TEST(bytes_are_kept_beside_a_journal_that_goes_on),
	TEST(a_run_that_is_not_there_cannot_be_sealed),
};

TEST_MAIN_WORDS()
