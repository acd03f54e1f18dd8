#define _GNU_SOURCE /* mkdtemp, ftw */
#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>

#include "base/fs.h"
#include "tests/test.h"

static char dir[64];

static char *in_dir(const char *name)
{
	return fs_join(dir, name);
}

static int make_dir(void **state)
{
	(void)state;
	strcpy(dir, "/tmp/verdict-fs-XXXXXX");
	return mkdtemp(dir) ? 0 : -1;
}

static int drop(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st;
	(void)flag;
	(void)ftw;
	return remove(path);
}

static int remove_dir(void **state)
{
	(void)state;
	return nftw(dir, drop, 8, FTW_DEPTH | FTW_PHYS);
}

static size_t entries(void)
{
	DIR *d = opendir(dir);
	size_t n = 0;

	while (readdir(d))
		n++;
	closedir(d);
	return n - 2;
}

static void write_file(const char *path, struct slice s)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(fs_write_all(fd, s.p, s.n), 0);
	close(fd);
}

static void a_file_is_read_up_to_the_ceiling_and_not_a_byte_more(void **state)
{
	char *path = in_dir("f"), *big = calloc(1, 200000);
	static const struct {
		size_t size, max;
		int rc;
	} t[] = {
		{0, 1, 0}, {10, 100, 0}, {100, 100, 0}, {101, 100, -1}, {65536, 65536, 0}, {65537, 65536, -1},
		{200000, 200000, 0}, {200000, 199999, -1}, {200000, 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct err e = {0};
		struct buf b;

		write_file(path, (struct slice){big, t[i].size});
		buf_init(&b, t[i].max);
		buf_addc(&b, '!');
		assert_int_equal(fs_read(path, &b, &e), t[i].rc);
		assert_int_equal(b.n, t[i].rc ? 0 : t[i].size);
		assert_int_equal(e.cls, t[i].rc ? ERR_INPUT : ERR_NONE);
		if (t[i].rc)
			assert_non_null(strstr(e.msg, "larger than"));
		buf_release(&b);
	}
	free(big);
	free(path);
}

static void what_cannot_be_read_is_named(void **state)
{
	char *path = in_dir("absent");
	struct buf b = BUF_INIT;
	struct err e;

	(void)state;
	assert_int_equal(fs_read(path, &b, &e), -1);
	assert_int_equal(e.cls, ERR_INPUT);
	assert_non_null(strstr(e.msg, path));
	assert_non_null(strstr(e.msg, "No such file"));
	assert_int_equal(fs_read(dir, &b, &e), -1);
	assert_non_null(strstr(e.msg, "it is a directory"));
	buf_release(&b);
	free(path);
}

static void directories_are_made_with_their_parents(void **state)
{
	char *path = in_dir("a/b//c/"), *file = in_dir("file"), *below = in_dir("file/x");
	struct stat st;
	struct err e;

	(void)state;
	assert_int_equal(fs_mkdirs(path, &e), 0);
	assert_int_equal(fs_mkdirs(path, &e), 0);
	assert_int_equal(stat(path, &st), 0);
	assert_true(S_ISDIR(st.st_mode));
	assert_int_equal(st.st_mode & 077, 0);
	assert_int_equal(fs_mkdirs("/", &e), 0);
	write_file(file, SLICE("x"));
	assert_int_equal(fs_mkdirs(file, &e), -1);
	assert_int_equal(e.cls, ERR_STORE);
	assert_int_equal(fs_mkdirs(below, &e), -1);
	assert_int_equal(fs_mkdirs("", &e), -1);
	free(path);
	free(file);
	free(below);
}

static void an_atomic_write_replaces_all_or_nothing(void **state)
{
	char *path = in_dir("data"), *sub = in_dir("taken");
	struct buf b = BUF_INIT;
	struct stat st;
	struct err e;

	(void)state;
	assert_int_equal(fs_write_atomic(dir, "data", SLICE("old content"), &e), 0);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(fs_write_atomic(dir, "data", SLICE("new\0"), &e), 0);
	assert_int_equal(fs_read(path, &b, &e), 0);
	assert_int_equal(b.n, 4);
	assert_memory_equal(b.p, "new", 4);
	assert_int_equal(fs_write_atomic(dir, "data", (struct slice){0}, &e), 0);
	assert_int_equal(fs_read(path, &b, &e), 0);
	assert_int_equal(b.n, 0);
	assert_int_equal(entries(), 1);

	/* a directory stands where the file should go: the error names it, and no temporary file is left */
	assert_int_equal(fs_mkdirs(sub, &e), 0);
	assert_int_equal(fs_write_atomic(dir, "taken", SLICE("x"), &e), -1);
	assert_int_equal(e.cls, ERR_STORE);
	assert_non_null(strstr(e.msg, sub));
	assert_int_equal(entries(), 2);
	assert_int_equal(fs_write_atomic(path, "x", SLICE("x"), &e), -1);
	buf_release(&b);
	free(path);
	free(sub);
}

static void pread_tells_a_short_file(void **state)
{
	char *path = in_dir("p"), out[16];
	int fd;

	(void)state;
	write_file(path, SLICE("0123456789"));
	fd = open(path, O_RDONLY);
	assert_int_equal(fs_pread(fd, out, 4, 3), 4);
	assert_memory_equal(out, "3456", 4);
	assert_int_equal(fs_pread(fd, out, 16, 8), 2);
	assert_int_equal(fs_pread(fd, out, 16, 99), 0);
	assert_int_equal(fs_pread(fd, out, 16, -1), -1);
	close(fd);
	assert_int_equal(fs_pread(fd, out, 1, 0), -1);
	free(path);
}

static void user_directories_come_from_absolute_variables_only(void **state)
{
	static const struct {
		const char *xdg, *home, *want;
	} t[] = {
		{"/x/data", "/home/u", "/x/data/verdict"},
		{"relative", "/home/u", "/home/u/.local/share/verdict"},
		{"", "/home/u", "/home/u/.local/share/verdict"},
		{NULL, "/home/u", "/home/u/.local/share/verdict"},
		{NULL, "u", NULL},
		{NULL, NULL, NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		char *got;

		unsetenv("XDG_DATA_HOME");
		unsetenv("HOME");
		if (t[i].xdg)
			setenv("XDG_DATA_HOME", t[i].xdg, 1);
		if (t[i].home)
			setenv("HOME", t[i].home, 1);
		got = fs_user_dir(FS_DATA);
		if (t[i].want)
			assert_string_equal(got, t[i].want);
		else
			assert_null(got);
		free(got);
	}
}

#define in_a_dir(f) cmocka_unit_test_setup_teardown(f, make_dir, remove_dir)

static const struct CMUnitTest tests[] = {
	in_a_dir(a_file_is_read_up_to_the_ceiling_and_not_a_byte_more),
	in_a_dir(what_cannot_be_read_is_named),
	in_a_dir(directories_are_made_with_their_parents),
	in_a_dir(an_atomic_write_replaces_all_or_nothing),
	in_a_dir(pread_tells_a_short_file),
	cmocka_unit_test(user_directories_come_from_absolute_variables_only),
};

TEST_MAIN()
