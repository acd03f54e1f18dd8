#include "tests/store.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "tests/test.h"

struct fixture {
	char dir[64];
	struct store *s;
};

static int setup(void **state)
{
	struct fixture *f = xcalloc(1, sizeof *f);

	test_dir(f->dir);
	f->s = store_open(f->dir, NULL);
	*state = f;
	return f->s ? 0 : -1;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	store_close(f->s);
	test_dir_remove(f->dir);
	free(f);
	return 0;
}

static size_t files_in(const char *dir, const char *sub)
{
	char *path = fs_join(dir, sub);
	DIR *d = opendir(path);
	struct dirent *e;
	size_t n = 0;

	assert_non_null(d);
	while ((e = readdir(d)))
		n += e->d_name[0] != '.';
	closedir(d);
	free(path);
	return n;
}

static void a_copy_ahead_is_found_when_the_run_is_taken_and_leaves_nothing_where_it_is_given_up(void **state)
{
	struct fixture *f = *state;
	struct test_run t;
	struct recording_copy *c;
	struct buf big = BUF_INIT;
	char *path;
	int steps = 0;
	bool added;

	for (int i = 0; i < 300000; i++)
		buf_addf(&big, "%08d", i);
	t = test_run(buf_str(&big), "", "big");
	c = recording_copy_begin(f->s, t.run.recording, t.blob, NULL);
	assert_int_equal(recording_copy_step(c, NULL), 1);
	assert_int_equal(files_in(f->dir, "tmp"), 1);
	recording_copy_free(c);
	assert_int_equal(files_in(f->dir, "tmp"), 0);
	assert_int_equal(files_in(f->dir, "runs"), 0);
	c = recording_copy_begin(f->s, t.run.recording, t.blob, NULL);
	while (recording_copy_step(c, NULL) > 0)
		steps++;
	assert_true(steps >= 3); /* windows of a megabyte */
	assert_int_equal(recording_copy_step(c, NULL), 0);
	recording_copy_free(c);
	assert_int_equal(files_in(f->dir, "tmp"), 0);
	path = store_recording_path(f->s, t.run.recording);
	assert_int_equal(access(path, R_OK), 0);
	free(path);
	assert_int_equal(store_take(f->s, &t.run, t.blob, 1, &added, NULL), 0);
	assert_true(added);
	assert_int_equal(files_in(f->dir, "runs"), 1);
	blob_free(t.blob);
	buf_release(&big);
}

static void a_recording_is_kept_byte_for_byte_and_private(void **state)
{
	struct fixture *f = *state;
	struct buf big = BUF_INIT, got = BUF_INIT;
	struct test_run t = test_run("", "", "big");
	struct sha256 *h = sha256_new();
	struct stat st;
	char *path;

	/* more than one window, not a multiple of it, with every byte value in it */
	for (int i = 0; i < 300000; i++)
		buf_add(&big, &(unsigned char[]){(unsigned char)i, (unsigned char)(i >> 8), 0, 10, 13, 255, 7}[i % 3], 5);
	blob_free(t.blob);
	t.blob = blob_memory("big", buf_slice(&big), NULL);
	sha256_add(h, big.p, big.n);
	run_identify(&t.run, h, 0);
	assert_int_equal(store_take(f->s, &t.run, t.blob, 1, NULL, NULL), 0);
	path = store_recording_path(f->s, t.run.recording);
	assert_int_equal(fs_read(path, &got, NULL), 0);
	assert_int_equal(got.n, big.n);
	assert_memory_equal(got.p, big.p, big.n);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(files_in(f->dir, "tmp"), 0);
	free(path);
	sha256_free(h);
	blob_free(t.blob);
	buf_release(&big);
	buf_release(&got);
}

static void several_runs_of_one_recording_share_its_file(void **state)
{
	struct fixture *f = *state;
	struct test_run t = test_run("two runs", "", "x");
	struct sha256 *h = sha256_new();
	size_t runs, undecided;

	assert_int_equal(store_take(f->s, &t.run, t.blob, 1, NULL, NULL), 0);
	sha256_add(h, "two runs", 8);
	run_identify(&t.run, h, 1);
	assert_int_equal(store_take(f->s, &t.run, t.blob, 2, NULL, NULL), 0);
	store_count(f->s, &runs, &undecided, NULL);
	assert_int_equal(runs, 2);
	assert_int_equal(files_in(f->dir, "runs"), 1);
	sha256_free(h);
	blob_free(t.blob);
}

static void a_whole_recording_is_not_written_again_and_a_broken_one_is_replaced(void **state)
{
	struct fixture *f = *state;
	struct test_run t = test_run("the bytes", "", "x");
	struct buf got = BUF_INIT;
	struct stat before, after;
	char *path = store_recording_path(f->s, t.run.recording);

	assert_int_equal(store_take(f->s, &t.run, t.blob, 1, NULL, NULL), 0);
	assert_int_equal(stat(path, &before), 0);
	assert_int_equal(store_take(f->s, &t.run, t.blob, 1, NULL, NULL), 0);
	assert_int_equal(stat(path, &after), 0);
	assert_int_equal(before.st_ino, after.st_ino);
	assert_int_equal(truncate(path, 3), 0);
	assert_int_equal(store_take(f->s, &t.run, t.blob, 1, NULL, NULL), 0);
	assert_int_equal(fs_read(path, &got, NULL), 0);
	assert_string_equal(buf_str(&got), "the bytes");
	buf_release(&got);
	free(path);
	blob_free(t.blob);
}

static void a_recording_that_changed_since_it_was_read_is_not_taken(void **state)
{
	struct fixture *f = *state;
	struct test_run t = test_run("as it was", "", "x");
	struct err e = {0};
	struct run_row row;

	blob_free(t.blob);
	t.blob = blob_memory("page.txt", SLICE("as it is!"), NULL);
	assert_int_equal(store_take(f->s, &t.run, t.blob, 1, NULL, &e), -1);
	assert_int_equal(e.cls, ERR_INPUT);
	assert_non_null(strstr(e.msg, "changed"));
	assert_int_equal(store_get(f->s, t.run.id, &row, NULL), 0);
	assert_int_equal(files_in(f->dir, "runs"), 0);
	assert_int_equal(files_in(f->dir, "tmp"), 0);
	blob_free(t.blob);
}

static void left_overs_of_the_dead_go_and_those_of_the_living_stay(void **state)
{
	struct fixture *f = *state;
	char live[64], *tmp = fs_join(f->dir, "tmp");

	snprintf(live, sizeof live, "%ld-abc", (long)getppid());
	assert_int_equal(fs_write_atomic(tmp, "999999999-abc", SLICE("x"), NULL), 0);
	assert_int_equal(fs_write_atomic(tmp, live, SLICE("x"), NULL), 0);
	assert_int_equal(fs_write_atomic(tmp, "notes", SLICE("x"), NULL), 0);
	store_close(f->s);
	f->s = store_open(f->dir, NULL);
	assert_int_equal(files_in(f->dir, "tmp"), 2);
	free(tmp);
}

#define RUN_TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

static const struct CMUnitTest tests[] = {
	RUN_TEST(a_copy_ahead_is_found_when_the_run_is_taken_and_leaves_nothing_where_it_is_given_up),
	RUN_TEST(a_recording_is_kept_byte_for_byte_and_private),
	RUN_TEST(several_runs_of_one_recording_share_its_file),
	RUN_TEST(a_whole_recording_is_not_written_again_and_a_broken_one_is_replaced),
	RUN_TEST(a_recording_that_changed_since_it_was_read_is_not_taken),
	RUN_TEST(left_overs_of_the_dead_go_and_those_of_the_living_stay),
};

TEST_MAIN()
