#define _GNU_SOURCE
#include "workspace/root.h"

#include <errno.h>

#include "tests/tree.h"

static void paths_are_cleaned_and_kept_inside(void **state)
{
	static const struct {
		const char *path, *clean; /* NULL: refused */
	} cases[] = {
		{"", "."}, {".", "."}, {"/", "."}, {"a", "a"}, {"a/b/", "a/b"}, {"./a//b/./c", "a/b/c"},
		{"/etc/passwd", "etc/passwd"}, {"a/../b", "b"}, {"a/b/../../c", "c"}, {"a/..", "."}, {"/../a", "a"},
		{"/../../a/../b", "b"}, {"..", NULL}, {"../a", NULL}, {"a/../../b", NULL}, {"a/../..", NULL}, {"a..b", NULL},
		{"a/...", NULL}, {"-e", "-e"},
	};
	struct buf clean = BUF_INIT;
	struct err e;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int rc = root_clean(slice_str(cases[i].path), &clean, &e);

		assert_int_equal(rc, cases[i].clean ? 0 : -1);
		if (cases[i].clean) {
			assert_string_equal(buf_str(&clean), cases[i].clean);
		} else {
			assert_int_equal(e.cls, ERR_NO);
			assert_string_equal(e.msg, "path is outside of the source tree");
		}
	}
	assert_int_equal(root_clean((struct slice){"a\0b", 3}, &clean, &e), -1);
	buf_release(&clean);
}

static void a_root_is_a_directory(void **state)
{
	struct root r;
	struct err e;

	(void)state;
	assert_int_equal(root_open(&r, "/no/such/tree", &e), -1);
	assert_int_equal(e.cls, ERR_TOOL);
	assert_non_null(strstr(e.msg, "/no/such/tree"));
	root_release(&r);
	assert_int_equal(root_open(&r, test_src("README.md"), &e), -1);
}

/* What `path` gives: "" or the sentence. */
static const char *opened(const struct root *r, const char *path)
{
	static struct err e;
	int fd = root_open_path(r, slice_str(path), "file", &e);

	if (fd < 0)
		return e.msg;
	close(fd);
	return "";
}

static void links_are_followed_inside_only(void **state)
{
	struct test_tree t;
	struct root r;

	(void)state;
	test_tree_make(&t);
	test_tree_run(&t, "echo secret >../secret; ln -s ../secret out; ln -s /etc/passwd abs; ln -s .. up; ln -s Makefile in;"
			  "ln -s loop loop; ln -s drivers/pond pond; mkfifo fifo; ln -s /proc/self/root magic");
	assert_int_equal(root_open(&r, t.dir, NULL), 0);
	for (int walk = 0; walk < 2; walk++) {
		r.walk = walk;
		assert_string_equal(opened(&r, "Makefile"), "");
		assert_string_equal(opened(&r, "/drivers/pond/pond.h"), "");
		assert_string_equal(opened(&r, "fifo"), "");
		assert_string_equal(opened(&r, "out"), "path is outside of the source tree");
		assert_string_equal(opened(&r, "abs"), "path is outside of the source tree");
		assert_string_equal(opened(&r, "up/secret"), "path is outside of the source tree");
		assert_string_equal(opened(&r, "magic/etc/passwd"), "path is outside of the source tree");
		assert_string_equal(opened(&r, "loop"), "path is outside of the source tree");
		assert_string_equal(opened(&r, "in"), walk ? "path is outside of the source tree" : "");
		assert_string_equal(opened(&r, "pond/pond.h"), walk ? "path is outside of the source tree" : "");
		assert_string_equal(opened(&r, "none/at/all"), "the file does not exist");
		assert_string_equal(opened(&r, "Makefile/x"), "the file does not exist");
	}
	root_release(&r);
	test_tree_remove(&t);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(paths_are_cleaned_and_kept_inside),
	cmocka_unit_test(a_root_is_a_directory),
	cmocka_unit_test(links_are_followed_inside_only),
};

TEST_MAIN()
