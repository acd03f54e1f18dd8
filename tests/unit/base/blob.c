#define _GNU_SOURCE /* mkdtemp, pipe2 */
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "base/blob.h"
#include "base/fs.h"
#include "tests/test.h"

static char dir[64];
static char *path;

static int make_file(void **state)
{
	struct err e;

	(void)state;
	strcpy(dir, "/tmp/verdict-blob-XXXXXX");
	if (!mkdtemp(dir))
		return -1;
	path = fs_join(dir, "f");
	return fs_write_atomic(dir, "f", SLICE("0123456789"), &e);
}

static int remove_file(void **state)
{
	(void)state;
	unlink(path);
	free(path);
	return rmdir(dir);
}

static void windows_of_a_file_are_read_in_any_order(void **state)
{
	struct buf b = BUF_INIT;
	struct err e;
	struct blob *blob = blob_open(path, &e);

	(void)state;
	assert_non_null(blob);
	assert_string_equal(blob_name(blob), path);
	assert_int_equal(blob_size(blob), 10);
	assert_int_equal(blob_read(blob, 7, 3, &b, &e), 0);
	assert_string_equal(buf_str(&b), "789");
	assert_int_equal(blob_read(blob, 0, 2, &b, &e), 0);
	assert_string_equal(buf_str(&b), "01");
	assert_int_equal(blob_read(blob, 10, 0, &b, &e), 0);
	assert_int_equal(b.n, 0);
	buf_release(&b);
	blob_free(blob);
	blob_free(NULL);
}

static void a_read_past_the_end_or_the_ceiling_fails_empty(void **state)
{
	static const struct {
		uint64_t at;
		size_t n;
	} t[] = {{8, 3}, {10, 1}, {UINT64_MAX, 1}, {UINT64_C(1) << 63, 1}, {0, 65}};
	struct err e;
	struct blob *blob = blob_open(path, &e);

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct buf b;

		buf_init(&b, 64);
		buf_adds(&b, "before");
		assert_int_equal(blob_read(blob, t[i].at, t[i].n, &b, &e), -1);
		assert_int_equal(e.cls, ERR_INPUT);
		assert_non_null(strstr(e.msg, path));
		assert_int_equal(b.n, 0);
		buf_release(&b);
	}
	blob_free(blob);
}

static void a_file_that_shrinks_is_an_error_and_one_that_vanishes_is_not(void **state)
{
	struct buf b = BUF_INIT;
	struct err e;
	struct blob *blob = blob_open(path, &e);

	(void)state;
	assert_int_equal(unlink(path), 0);
	assert_int_equal(blob_read(blob, 0, 10, &b, &e), 0);
	assert_string_equal(buf_str(&b), "0123456789");
	blob_free(blob);

	assert_int_equal(fs_write_atomic(dir, "f", SLICE("0123456789"), &e), 0);
	blob = blob_open(path, &e);
	assert_int_equal(truncate(path, 4), 0);
	assert_int_equal(blob_read(blob, 2, 6, &b, &e), -1);
	assert_non_null(strstr(e.msg, "it ends at byte 4"));
	assert_int_equal(blob_read(blob, 0, 4, &b, &e), 0);
	buf_release(&b);
	blob_free(blob);
}

static void what_cannot_be_opened_is_named(void **state)
{
	struct err e;

	(void)state;
	assert_null(blob_open(dir, &e));
	assert_non_null(strstr(e.msg, "it is a directory"));
	unlink(path);
	assert_null(blob_open(path, &e));
	assert_int_equal(e.cls, ERR_INPUT);
	assert_non_null(strstr(e.msg, path));
}

/* A pipe that a child fills with `n` bytes counting up modulo 251. */
static int counting_pipe(size_t n, pid_t *child)
{
	int fd[2];

	assert_int_equal(pipe2(fd, O_CLOEXEC), 0);
	*child = fork();
	if (*child == 0) {
		for (size_t i = 0; i < n; i++) {
			char c = (char)(i % 251);

			if (write(fd[1], &c, 1) != 1)
				_exit(1);
		}
		_exit(0);
	}
	close(fd[1]);
	return fd[0];
}

static void a_pipe_is_spooled_whole_and_can_be_sought(void **state)
{
	size_t n = 150000;
	struct buf b = BUF_INIT;
	struct blob *blob;
	struct err e;
	char name[64];
	pid_t child;
	int fd = counting_pipe(n, &child), saved;

	(void)state;
	snprintf(name, sizeof name, "/dev/fd/%d", fd);
	blob = blob_open(name, &e);
	assert_non_null(blob);
	close(fd);
	waitpid(child, NULL, 0);
	assert_int_equal(blob_size(blob), n);
	assert_int_equal(blob_read(blob, n - 3, 3, &b, &e), 0);
	assert_int_equal((unsigned char)b.p[0], (n - 3) % 251);
	assert_int_equal(blob_read(blob, 65536, 1, &b, &e), 0);
	assert_int_equal((unsigned char)b.p[0], 65536 % 251);
	blob_free(blob);

	fd = counting_pipe(5, &child);
	saved = dup(STDIN_FILENO);
	dup2(fd, STDIN_FILENO);
	close(fd);
	blob = blob_open("-", &e);
	dup2(saved, STDIN_FILENO);
	close(saved);
	waitpid(child, NULL, 0);
	assert_non_null(blob);
	assert_string_equal(blob_name(blob), "standard input");
	assert_int_equal(blob_size(blob), 5);
	buf_release(&b);
	blob_free(blob);
}

static void a_full_disk_while_spooling_is_an_error(void **state)
{
	struct rlimit was, limit;
	struct err e = {0};
	struct blob *blob;

	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &was);
	limit = was;
	limit.rlim_cur = 1 << 20;
	setrlimit(RLIMIT_FSIZE, &limit);
	blob = blob_open("/dev/zero", &e);
	setrlimit(RLIMIT_FSIZE, &was);
	assert_null(blob);
	assert_int_equal(e.cls, ERR_INPUT);
	assert_non_null(strstr(e.msg, "cannot spool /dev/zero"));
}

static void memory_is_copied(void **state)
{
	char text[] = "a\0b";
	struct buf b = BUF_INIT;
	struct err e;
	struct blob *blob = blob_memory("the test", (struct slice){text, 3}, &e), *none;

	(void)state;
	memset(text, 'x', 3);
	assert_int_equal(blob_read(blob, 0, 3, &b, &e), 0);
	assert_memory_equal(b.p, "a\0b", 3);
	assert_string_equal(blob_name(blob), "the test");
	none = blob_memory("nothing", (struct slice){0}, &e);
	assert_int_equal(blob_size(none), 0);
	blob_free(none);
	blob_free(blob);
	buf_release(&b);
}

#define on_a_file(f) cmocka_unit_test_setup_teardown(f, make_file, remove_file)

static int remove_dir(void **state)
{
	(void)state;
	free(path);
	return rmdir(dir);
}

static const struct CMUnitTest tests[] = {
	on_a_file(windows_of_a_file_are_read_in_any_order),
	on_a_file(a_read_past_the_end_or_the_ceiling_fails_empty),
	on_a_file(a_file_that_shrinks_is_an_error_and_one_that_vanishes_is_not),
	cmocka_unit_test_setup_teardown(what_cannot_be_opened_is_named, make_file, remove_dir),
	cmocka_unit_test(a_pipe_is_spooled_whole_and_can_be_sought),
	cmocka_unit_test(a_full_disk_while_spooling_is_an_error),
	cmocka_unit_test(memory_is_copied),
};

TEST_MAIN()
