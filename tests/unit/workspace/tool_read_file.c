#define _GNU_SOURCE
#include "tests/unit/workspace/answer.h"

#include <fcntl.h>

#include "base/utf8.h"

static struct slice contents(struct asked *k, const char *args)
{
	return ask(k, "read-file", args, "Contents");
}

static struct slice error(struct asked *k, const char *args)
{
	return ask(k, "read-file", args, "error");
}

static void lines_come_with_their_numbers(void **state)
{
	struct asked *k = *state;

	test_tree_write(&k->tree, "a.c", SLICE("one\n\ttwo\n\nfour"));
	assert_slice(contents(k, "{\"File\":\"a.c\",\"FirstLine\":1,\"LineCount\":100}"), "   1:\tone\n   2:\t\ttwo\n   3:\t\n   4:\tfour\n");
	assert_slice(contents(k, "{\"File\":\"/a.c\",\"FirstLine\":2,\"LineCount\":1}"), "   2:\t\ttwo\n");
	assert_slice(contents(k, "{\"File\":\"./a.c\",\"FirstLine\":-5,\"LineCount\":0}"), "   1:\tone\n");
	assert_slice(contents(k, "{\"File\":\"a.c\",\"FirstLine\":4,\"LineCount\":9223372036854775807}"), "   4:\tfour\n");
	/* a last line end does not make a line */
	test_tree_write(&k->tree, "b.c", SLICE("one\n"));
	assert_slice(contents(k, "{\"File\":\"b.c\",\"FirstLine\":1,\"LineCount\":9}"), "   1:\tone\n");
	assert_slice(error(k, "{\"File\":\"b.c\",\"FirstLine\":2,\"LineCount\":9}"), "file b.c does not have line 2, it has only 1 lines");
}

static void at_most_a_hundred_lines_come(void **state)
{
	struct asked *k = *state;
	struct buf b = BUF_INIT;
	struct slice s, line;
	size_t n = 0;

	for (int i = 1; i <= 20000; i++)
		buf_addf(&b, "line %d\n", i);
	test_tree_write(&k->tree, "long.c", buf_slice(&b));
	s = contents(k, "{\"File\":\"long.c\",\"FirstLine\":12345,\"LineCount\":5000}");
	assert_true(slice_starts(s, "12345:\tline 12345\n"));
	while (slice_line(&s, &line))
		n++;
	assert_int_equal(n, 100);
	assert_slice(error(k, "{\"File\":\"long.c\",\"FirstLine\":9223372036854775807,\"LineCount\":100}"),
		     "file long.c does not have line 9223372036854775807, it has only 20000 lines");
	buf_release(&b);
}

static void what_cannot_be_read_is_said(void **state)
{
	struct asked *k = *state;

	test_tree_run(&k->tree, "mkfifo fifo; ln -s /etc/passwd link; touch empty -- -e");
	assert_slice(error(k, "{\"File\":\"none.c\",\"FirstLine\":1,\"LineCount\":1}"), "the file does not exist");
	assert_slice(error(k, "{\"File\":\"Makefile/x\",\"FirstLine\":1,\"LineCount\":1}"), "the file does not exist");
	assert_slice(error(k, "{\"File\":\"drivers\",\"FirstLine\":1,\"LineCount\":1}"), "the file is a directory");
	assert_slice(error(k, "{\"File\":\"\",\"FirstLine\":1,\"LineCount\":1}"), "the file is a directory");
	assert_slice(error(k, "{\"File\":\"../x\",\"FirstLine\":1,\"LineCount\":1}"), "path is outside of the source tree");
	assert_slice(error(k, "{\"File\":\"link\",\"FirstLine\":1,\"LineCount\":1}"), "path is outside of the source tree");
	assert_slice(error(k, "{\"File\":\"Makefile\\u0000.c\",\"FirstLine\":1,\"LineCount\":1}"), "path is outside of the source tree");
	assert_slice(error(k, "{\"File\":\"fifo\",\"FirstLine\":1,\"LineCount\":1}"),
		     "the file is neither a regular file nor a directory");
	assert_slice(error(k, "{\"File\":\"empty\",\"FirstLine\":1,\"LineCount\":1}"),
		     "file empty does not have line 1, it has only 0 lines");
	assert_slice(error(k, "{\"File\":\"-e\",\"FirstLine\":1,\"LineCount\":1}"), "file -e does not have line 1, it has only 0 lines");
	assert_slice(error(k, "{\"File\":\"Makefile\"}"), "missing argument \"FirstLine\"");
	assert_slice(error(k, "{\"File\":\"Makefile\",\"FirstLine\":1}"), "missing argument \"LineCount\"");
}

static void a_line_of_a_hundred_megabytes_is_cut(void **state)
{
	struct asked *k = *state;
	char path[200];
	struct slice s;
	int fd;

	snprintf(path, sizeof path, "%s/big", k->tree.dir);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, "\nend\n", 5, 100 << 20), 5);
	/* "é" over the cut, and the rest zeroes of a hole */
	assert_int_equal(pwrite(fd, "\xc3\xa9", 2, 4095), 2);
	s = contents(k, "{\"File\":\"big\",\"FirstLine\":1,\"LineCount\":100}");
	assert_true(slice_ends(s, "...\n   2:\tend\n"));
	assert_true(s.n < 4200);
	assert_true(utf8_valid(s));
	assert_int_equal(ftruncate(fd, (off_t)2 << 30), 0);
	close(fd);
	assert_slice(error(k, "{\"File\":\"big\",\"FirstLine\":1,\"LineCount\":100}"), "the file is larger than 1073741824 bytes");
}

static void any_bytes_are_an_answer(void **state)
{
	struct asked *k = *state;
	char all[256];

	for (int i = 0; i < 256; i++)
		all[i] = (char)i;
	test_tree_write(&k->tree, "bin", (struct slice){all, sizeof all});
	assert_true(utf8_valid(contents(k, "{\"File\":\"bin\",\"FirstLine\":1,\"LineCount\":100}")));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, asked_setup, asked_teardown)

static const struct CMUnitTest tests[] = {
	TEST(lines_come_with_their_numbers),
	TEST(at_most_a_hundred_lines_come),
	TEST(what_cannot_be_read_is_said),
	TEST(a_line_of_a_hundred_megabytes_is_cut),
	TEST(any_bytes_are_an_answer),
};

TEST_MAIN()
