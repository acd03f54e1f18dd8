#include "net/sse.h"

#include <dirent.h>

#include "base/buf.h"
#include "base/fs.h"
#include "tests/test.h"

/* Each event as "name|data;" so that two readings compare as strings. */
static void note(void *arg, struct slice name, struct slice data)
{
	struct buf *log = arg;

	buf_add_slice(log, name);
	buf_addc(log, '|');
	buf_add_slice(log, data);
	buf_addc(log, ';');
}

/* Read `s` in pieces of `step` bytes; what came is added to `log`, the end and the rest too. */
static int read_in(struct slice s, size_t step, size_t max, struct buf *log)
{
	struct sse *p = sse_new(note, log, max);
	int rc = 0;

	for (size_t i = 0; i < s.n && rc == 0; i += step) {
		/* A copy of exactly these bytes: the sanitizer sees a look behind them. */
		struct slice piece = slice_sub(s, i, i + step);
		char *copy = malloc(piece.n);

		memcpy(copy, piece.p, piece.n);
		rc = sse_feed(p, (struct slice){copy, piece.n});
		free(copy);
	}
	buf_adds(log, sse_end(p) ? "unfinished " : "");
	buf_add_slice(log, sse_rest(p));
	sse_free(p);
	return rc;
}

static void assert_events(const char *stream, const char *want)
{
	struct slice s = slice_str(stream);

	for (size_t step = 1; step <= s.n + 1; step++) {
		struct buf log = BUF_INIT;

		assert_int_equal(read_in(s, step, 1000, &log), 0);
		assert_string_equal(buf_str(&log), want);
		buf_release(&log);
	}
}

static void each_line_end_closes_a_line(void **state)
{
	(void)state;
	assert_events("data: a\n\ndata: b\r\n\r\ndata: c\r\rdata: d\r\r\n", "|a;|b;|c;|d;");
}

static void a_lone_cr_ends_a_line_before_the_next_byte_comes(void **state)
{
	struct buf log = BUF_INIT;
	struct sse *p = sse_new(note, &log, 100);

	(void)state;
	assert_int_equal(sse_feed(p, SLICE("data: now\r\r")), 0);
	assert_string_equal(buf_str(&log), "|now;");
	assert_int_equal(sse_feed(p, SLICE("\ndata: x\n\n")), 0);
	assert_string_equal(buf_str(&log), "|now;|x;");
	sse_free(p);
	buf_release(&log);
}

static void one_blank_after_the_colon_is_taken_away(void **state)
{
	(void)state;
	assert_events("data:a\n\ndata:  b\n\ndata: c: d\n\n", "|a;| b;|c: d;");
}

static void data_lines_are_joined(void **state)
{
	(void)state;
	assert_events("data: a\ndata\ndata: b\n\n", "|a\n\nb;");
}

static void empty_data_is_an_event_and_no_data_is_none(void **state)
{
	(void)state;
	assert_events("data\n\ndata:\n\nevent: x\n\n: y\n\ndata: z\n\n", "|;|;|z;");
}

static void the_last_name_counts_and_ends_with_its_event(void **state)
{
	(void)state;
	assert_events("event: a\nevent: b\ndata: 1\n\ndata: 2\n\n", "b|1;|2;");
}

static void comments_and_what_a_stream_needs_to_resume_are_skipped(void **state)
{
	(void)state;
	assert_events(": data: x\n:\nid: 7\nretry: 3000\ndata: a\n\n", "|a;");
}

static void a_byte_order_mark_counts_at_the_beginning_only(void **state)
{
	(void)state;
	assert_events("\xef\xbb\xbf" "data: a\n\n", "|a;");
	assert_events("data: a\n\n\xef\xbb\xbf" "data: b\n\n", "|a;\xef\xbb\xbf" "data: b\n");
}

static void what_no_blank_line_closed_is_passed_on_at_the_end(void **state)
{
	(void)state;
	assert_events("data: [DONE]", "|[DONE];unfinished ");
	assert_events("event: e\ndata: {\"a\":\n", "e|{\"a\":;unfinished ");
	assert_events("event: e\n", "");
}

static void lines_that_are_no_fields_are_kept_aside(void **state)
{
	(void)state;
	assert_events("data: a\n\n{\n  \"error\": {\r\n\n}\n}", "|a;{\n  \"error\": {\n}\n}\n");
	assert_events("Data: a\n\n", "Data: a\n");
}

static void a_line_may_hold_any_byte(void **state)
{
	static const char bytes[] = "data: a\0\xff\xc3" "b\n\n";
	struct buf log = BUF_INIT;

	(void)state;
	read_in((struct slice){bytes, sizeof bytes - 1}, 3, 100, &log);
	assert_int_equal(log.n, 7);
	assert_memory_equal(log.p, "|a\0\xff\xc3" "b;", 7);
	buf_release(&log);
}

static void a_long_line_or_event_is_over(void **state)
{
	static const struct {
		const char *stream;
		int rc;
	} cases[] = {
		{"data:45678\n\n", 0},
		{"data:456789\n\n", -1},
		{"0123456789", 0},
		{"0123456789a", -1},
		{"data:45678\ndata:23456\n\n", -1},
		{"data:45678\ndata:2345\n\n", 0},
		{"data:45678\n\ndata:45678\n\n", 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		for (size_t step = 1; step < 30; step++) {
			struct buf log = BUF_INIT;

			/* 10 bytes a line, "data:" counted; 10 bytes an event, without. */
			assert_int_equal(read_in(slice_str(cases[i].stream), step, 10, &log), cases[i].rc);
			buf_release(&log);
		}
}

static void past_the_ceiling_nothing_is_read_any_more(void **state)
{
	struct buf log = BUF_INIT;
	struct sse *p = sse_new(note, &log, 10);

	(void)state;
	assert_int_equal(sse_feed(p, SLICE("data: much too long\n\ndata:a\n\n")), -1);
	assert_int_equal(sse_feed(p, SLICE("data:b\n\n")), -1);
	assert_false(sse_end(p));
	assert_int_equal(log.n, 0);
	sse_free(p);
	buf_release(&log);
}

static void the_rest_has_a_ceiling_of_its_own(void **state)
{
	struct buf log = BUF_INIT;
	struct sse *p = sse_new(note, &log, 100);

	(void)state;
	for (unsigned i = 0; i < 20000; i++)
		assert_int_equal(sse_feed(p, SLICE("<p>some page</p>\n")), 0);
	assert_in_range(sse_rest(p).n, 60000, 65536);
	assert_int_equal(sse_rest(p).n % 17, 0);
	sse_free(p);
	buf_release(&log);
}

/* ---- the composed streams ---- */

static void load(const char *name, struct buf *b)
{
	char path[300];

	snprintf(path, sizeof path, "llm-streams/%s", name);
	assert_int_equal(fs_read(test_data(path), b, NULL), 0);
}

static void every_framing_of_the_torture_file_is_read(void **state)
{
	struct buf file = BUF_INIT, log = BUF_INIT;
	struct slice s;
	size_t events = 0, at = 0;

	(void)state;
	load("openai-framing-torture.sse", &file);
	assert_int_equal(read_in(buf_slice(&file), file.n, 1 << 20, &log), 0);
	s = buf_slice(&log);
	while ((at = slice_find(s, "chat.completion.chunk", at)) != SLICE_NONE)
		events++, at++;
	assert_int_equal(events, 5);
	assert_int_not_equal(slice_find(s, "\"content\":\"A\"", 0), SLICE_NONE);
	assert_int_not_equal(slice_find(s, "message|{", 0), SLICE_NONE);
	assert_int_not_equal(slice_find(s, "chunk\",\n\"choices\":[{\"index\":0,\"delta\":{\"content\":\"C\"}", 0), SLICE_NONE);
	assert_int_not_equal(slice_find(s, ";|;|", 0), SLICE_NONE);
	assert_int_not_equal(slice_find(s, "D \\ud83e\\udd99", 0), SLICE_NONE);
	assert_true(slice_ends(s, "|[DONE];"));
	buf_release(&file);
	buf_release(&log);
}

/* At every offset in two, and in pieces of 1 to 20 bytes. */
static void assert_cuts_do_not_matter(const char *name)
{
	struct buf file = BUF_INIT, whole = BUF_INIT, log = BUF_INIT;
	struct slice s;

	load(name, &file);
	s = buf_slice(&file);
	read_in(s, s.n, 1 << 20, &whole);
	assert_true(whole.n > 0);
	for (size_t cut = 1; cut < s.n; cut++) {
		struct sse *p = sse_new(note, &log, 1 << 20);

		buf_clear(&log);
		assert_int_equal(sse_feed(p, slice_sub(s, 0, cut)), 0);
		assert_int_equal(sse_feed(p, slice_sub(s, cut, s.n)), 0);
		buf_adds(&log, sse_end(p) ? "unfinished " : "");
		buf_add_slice(&log, sse_rest(p));
		sse_free(p);
		assert_string_equal(buf_str(&log), buf_str(&whole));
	}
	for (size_t step = 1; step <= 20; step++) {
		buf_clear(&log);
		assert_int_equal(read_in(s, step, 1 << 20, &log), 0);
		assert_string_equal(buf_str(&log), buf_str(&whole));
	}
	buf_release(&file);
	buf_release(&whole);
	buf_release(&log);
}

static void every_stream_reads_the_same_at_every_cut(void **state)
{
	DIR *dir = opendir(test_data("llm-streams"));
	const struct dirent *d;
	unsigned n = 0;

	(void)state;
	assert_non_null(dir);
	while ((d = readdir(dir)))
		if (slice_ends(slice_str(d->d_name), ".sse")) {
			assert_cuts_do_not_matter(d->d_name);
			n++;
		}
	closedir(dir);
	assert_true(n >= 25);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(each_line_end_closes_a_line),
	cmocka_unit_test(a_lone_cr_ends_a_line_before_the_next_byte_comes),
	cmocka_unit_test(one_blank_after_the_colon_is_taken_away),
	cmocka_unit_test(data_lines_are_joined),
	cmocka_unit_test(empty_data_is_an_event_and_no_data_is_none),
	cmocka_unit_test(the_last_name_counts_and_ends_with_its_event),
	cmocka_unit_test(comments_and_what_a_stream_needs_to_resume_are_skipped),
	cmocka_unit_test(a_byte_order_mark_counts_at_the_beginning_only),
	cmocka_unit_test(what_no_blank_line_closed_is_passed_on_at_the_end),
	cmocka_unit_test(lines_that_are_no_fields_are_kept_aside),
	cmocka_unit_test(a_line_may_hold_any_byte),
	cmocka_unit_test(a_long_line_or_event_is_over),
	cmocka_unit_test(past_the_ceiling_nothing_is_read_any_more),
	cmocka_unit_test(the_rest_has_a_ceiling_of_its_own),
	cmocka_unit_test(every_framing_of_the_torture_file_is_read),
	cmocka_unit_test(every_stream_reads_the_same_at_every_cut),
};

TEST_MAIN()
