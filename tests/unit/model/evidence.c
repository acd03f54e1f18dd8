#include "tests/test.h"

#include <unistd.h>

#include "base/mem.h"
#include "model/evidence.h"

/* A trajectory whose bodies are C strings: one row a span. */
struct fake {
	const char *tool, *args, *results;
};

static int load(void *ctx, const struct span *s, struct body *b, struct err *e)
{
	const struct fake *f = (const struct fake *)ctx + s->seq;

	(void)e;
	if (f->args)
		b->field[FIELD_ARGS] = slice_str(f->args);
	if (f->results)
		b->field[FIELD_RESULTS] = slice_str(f->results);
	return 0;
}

static const struct traj_source source = {.load = load};

static struct traj *traj_of(struct fake *rows, size_t n)
{
	struct traj *t = traj_new(&source, rows);

	for (size_t i = 0; i < n; i++)
		traj_put(t, &(struct span_put){.seq = (uint32_t)i, .type = SPAN_TOOL, .name = slice_str(rows[i].tool),
					       .closed = true, .started = WHEN_NONE, .finished = WHEN_NONE});
	return t;
}

static void assert_line(const struct evidence *ev, const char *path, uint32_t line, const char *text, uint32_t span)
{
	const struct evidence_file *f = evidence_file(ev, slice_str(path));
	const struct evidence_line *l;

	assert_non_null(f);
	l = evidence_line(f, line);
	assert_non_null(l);
	assert_slice(l->text, text);
	assert_int_equal(l->span, span);
}

static void reads_whole_files_and_numbered_parts(void **state)
{
	struct fake rows[] = {
		{"read-file", "{\"File\":\"a.c\"}", "{\"Contents\":\"one\\n\\n\\tthree\\n\"}"},
		{"read-file", "{\"File\":\"b.c\",\"FirstLine\":7,\"LineCount\":2}", "{\"Contents\":\"   7:\\tseven\\n   8:\\t\\n\"}"},
		{"codesearch-definition-source", "{\"Name\":\"f\"}",
		 "{\"SourceFile\":\"c.c\",\"SourceCode\":\"  41:\\tint f(void)\\n  42:\\t{\\n\"}"},
		{"codesearch-find-references", "{\"Name\":\"f\"}",
		 "{\"References\":[{\"SourceFile\":\"d.c\",\"SourceLine\":3,\"SourceSnippet\":\"   3:\\tf();\\n\"}],"
		 "\"TruncatedOutput\":false}"},
	};
	struct traj *t = traj_of(rows, 4);
	struct evidence *ev = evidence_new(t);

	(void)state;
	evidence_update(ev);
	assert_line(ev, "a.c", 3, "\tthree", 0);
	assert_line(ev, "./a.c", 2, "", 0);
	assert_true(evidence_file(ev, SLICE("a.c"))->whole);
	assert_line(ev, "b.c", 7, "seven", 1);
	assert_line(ev, "b.c", 8, "", 1);
	assert_false(evidence_file(ev, SLICE("b.c"))->whole);
	assert_null(evidence_line(evidence_file(ev, SLICE("b.c")), 9));
	assert_line(ev, "c.c", 42, "{", 2);
	assert_line(ev, "d.c", 3, "f();", 3);
	assert_null(evidence_file(ev, SLICE("e.c")));
	assert_int_equal(evidence_unread(ev), 0);
	evidence_free(ev);
	traj_free(t);
}

static void a_grep_hit_is_not_a_reading(void **state)
{
	struct fake rows[] = {
		{"grepper", "{\"Expression\":\"x\"}",
		 "{\"Output\":\"net/a-b.c=10=int f(void)\\n--\\nnet/a-b.c-12-\\tlock();\\nnet/a-b.c:13:\\tx = 1; /* a:2: */\\n"
		 "net/a-b.c-14-}\\n--\\nc.c:3:x\\nd.c:4:x\\n\"}"},
		{"read-file", "{\"File\":\"c.c\",\"FirstLine\":3}", "{\"Contents\":\"   3:\\tx\\n\"}"},
	};
	struct traj *t = traj_of(rows, 2);
	struct evidence *ev = evidence_new(t);

	(void)state;
	evidence_update(ev);
	assert_line(ev, "net/a-b.c", 10, "int f(void)", 0);
	assert_line(ev, "net/a-b.c", 12, "\tlock();", 0);
	assert_line(ev, "net/a-b.c", 13, "\tx = 1; /* a:2: */", 0);
	assert_line(ev, "net/a-b.c", 14, "}", 0);
	assert_false(evidence_file(ev, SLICE("net/a-b.c"))->read);
	assert_line(ev, "c.c", 3, "x", 1); /* what was read beats what was grepped */
	assert_true(evidence_file(ev, SLICE("c.c"))->read);
	assert_int_equal(evidence_file(ev, SLICE("c.c"))->nspans, 2);
	assert_true(evidence_from(evidence_file(ev, SLICE("c.c")), 0) && evidence_from(evidence_file(ev, SLICE("c.c")), 1));
	assert_false(evidence_from(evidence_file(ev, SLICE("net/a-b.c")), 1) || evidence_from(evidence_file(ev, SLICE("c.c")), 2));
	assert_line(ev, "d.c", 4, "x", 0);
	evidence_free(ev);
	traj_free(t);
}

static void failed_and_strange_results_give_no_lines(void **state)
{
	struct fake rows[] = {
		{"read-file", "{\"File\":\"a.c\"}", NULL},
		{"codesearch-definition-source", "{}", "{\"SourceFile\":\"c.c\",\"SourceCode\":\"no numbers here\"}"},
		{"grepper", "{}", "{\"Output\":\"--\\n--\\nnothing\\n:1:\\n\"}"},
		{"git-log", "{}", "{\"Output\":\"a.c:1:x\"}"},
	};
	struct traj *t = traj_of(rows, 4);
	struct evidence *ev = evidence_new(t);

	(void)state;
	evidence_update(ev);
	assert_null(evidence_file(ev, SLICE("a.c")));
	assert_null(evidence_file(ev, SLICE("c.c")));
	assert_null(evidence_file(ev, SLICE("")));
	assert_int_equal(evidence_unread(ev), 2); /* of the definition and of the search */
	evidence_free(ev);
	traj_free(t);
}

static void blame_is_a_reading_and_other_commits_are_not(void **state)
{
	struct fake rows[] = {
		{"git-blame", "{\"File\":\"a.c\",\"Start\":8,\"End\":11}",
		 "{\"Output\":\"^0123456789a   8) int f(void)\\n0123456789ab old (1) b.c   9) \\tg(10) 3);\\n0123456789ab 10)\\n"
		 "0123456789ab 11) }\\n\"}"},
		{"git-show", "{\"Commit\":\"0123456789ab:a.c\"}", "{\"Output\":\"int other;\\n\"}"},
		{"git-show", "{\"Commit\":\"0123456789ab\"}", "{\"Output\":\"--- a/a.c\\n+++ b/a.c\\n@@ -1 +1 @@\\n+int new;\\n\"}"},
		{"codesearch-definition-comment", "{\"ContextFile\":\"a.c\",\"Name\":\"f\"}",
		 "{\"Comment\":\"   7:\\t/* f */\\n\",\"Kind\":\"function\"}"},
		{"codesearch-definition-comment", "{\"Name\":\"g\"}", "{\"Comment\":\"\",\"Kind\":\"function\"}"},
	};
	struct traj *t = traj_of(rows, 5);
	struct evidence *ev = evidence_new(t);

	(void)state;
	evidence_update(ev);
	assert_line(ev, "a.c", 8, "int f(void)", 0);
	assert_line(ev, "a.c", 9, "\tg(10) 3);", 0);
	assert_line(ev, "a.c", 10, "", 0);
	assert_line(ev, "a.c", 11, "}", 0);
	assert_true(evidence_file(ev, SLICE("a.c"))->read);
	assert_int_equal(evidence_file(ev, SLICE("a.c"))->n, 4);
	assert_int_equal(evidence_files(ev), 1);
	assert_int_equal(evidence_unread(ev), 0);
	assert_int_equal(evidence_unplaced(ev), 1); /* the one that is not empty */
	evidence_free(ev);
	traj_free(t);
}

/* Each of these names source; what of it is not understood is counted, what is understood is taken. */
static void what_is_not_understood_is_counted(void **state)
{
	struct fake rows[] = {
		{"read-file", "{\"File\":\"a.c\"}", "{\"Contents\":\"   9:\\tnine\\n   3:\\tthree\\n   9:\\tagain\\n\"}"},
		{"read-file", "{}", "{\"Contents\":\"x\\n\"}"},
		{"read-file", "{\"File\":\"b.c\"}", "{\"Content\":\"x\\n\"}"},
		{"codesearch-definition-source", "{}", "{\"SourceFile\":\"\",\"SourceCode\":\"   1:\\tx\\n\"}"},
		{"codesearch-find-references", "{}", "{\"References\":7}"},
		{"codesearch-find-references", "{}",
		 "{\"References\":[{\"SourceFile\":\"d.c\",\"SourceLine\":4},{\"SourceSnippet\":\"   3:\\tf();\\n\"}]}"},
		{"git-blame", "{\"File\":\"c.c\"}", "{\"Output\":\"[0123456789ab 1) x ]\\n\"}"},
		{"git-blame", "{\"File\":\"c.c\"}",
		 "{\"Output\":\"0123456789ab 4294967296) x\\n0123456789ab 0) x\\n0123456789ab 5) five\\n\"}"},
		{"grepper", "{}", "{\"Output\":\"Binary file x.o matches\\n\"}"}, /* this one is understood */
		{"read-file", "{\"File\":\"e.c\"}", "{\"Contents\":\"nul\\u0000in it\\n\"}"}, /* and this one */
	};
	struct traj *t = traj_of(rows, 10);
	struct evidence *ev = evidence_new(t);

	(void)state;
	evidence_update(ev);
	assert_int_equal(evidence_unread(ev), 8);
	assert_line(ev, "a.c", 9, "nine", 0);
	assert_null(evidence_line(evidence_file(ev, SLICE("a.c")), 3));
	assert_false(evidence_file(ev, SLICE("a.c"))->contradicted);
	assert_line(ev, "c.c", 5, "five", 7);
	assert_int_equal(evidence_file(ev, SLICE("c.c"))->n, 1);
	assert_int_equal(evidence_line(evidence_file(ev, SLICE("e.c")), 1)->text.n, 9);
	evidence_free(ev);
	traj_free(t);
}

static uint32_t other_of(const struct evidence *ev, const char *path, uint32_t line)
{
	return evidence_line(evidence_file(ev, slice_str(path)), line)->other;
}

static void what_contradicts_is_kept(void **state)
{
	struct fake rows[] = {
		{"grepper", "{}", "{\"Output\":\"a.c:1:one\\na.c:2:a long li...\\na.c:3:three  \\n\"}"},
		{"read-file", "{\"File\":\"a.c\"}", "{\"Contents\":\"   1:\\tONE\\n   2:\\ta long line\\n   3:\\tthree\\n   4:\\tfour\\n\"}"},
		{"read-file", "{\"File\":\"a.c\"}", "{\"Contents\":\"   2:\\ta long line\\n   4:\\tFOUR\\n\"}"},
		{"read-file", "{\"File\":\"a.c\"}", "{\"Contents\":\"   4:\\tfour!\\n\"}"},
		{"read-file", "{\"File\":\"b.c\"}", "{\"Contents\":\"   4:\\tx...\\n\"}"},
		{"read-file", "{\"File\":\"b.c\"}", "{\"Contents\":\"   4:\\txyz\\n\"}"}, /* only searches cut */
	};
	struct traj *t = traj_of(rows, 6);
	struct evidence *ev = evidence_new(t);

	(void)state;
	evidence_update(ev);
	assert_line(ev, "a.c", 1, "ONE", 1); /* to read is stronger than to search */
	assert_int_equal(other_of(ev, "a.c", 1), 0);
	assert_int_equal(other_of(ev, "a.c", 2), EVIDENCE_NO_SPAN); /* a search had cut it */
	assert_int_equal(other_of(ev, "a.c", 3), EVIDENCE_NO_SPAN);
	assert_line(ev, "a.c", 4, "four", 1); /* the first one */
	assert_int_equal(other_of(ev, "a.c", 4), 2);
	assert_true(evidence_file(ev, SLICE("a.c"))->contradicted);
	assert_int_equal(other_of(ev, "b.c", 4), 5);
	evidence_free(ev);
	traj_free(t);
}

/* New spans of a file that was asked for already take another way into it. */
static void what_contradicts_later_is_kept(void **state)
{
	struct fake rows[] = {
		{"read-file", "{\"File\":\"a.c\"}", "{\"Contents\":\"   1:\\tone\\n\"}"},
		{"read-file", "{\"File\":\"a.c\"}", "{\"Contents\":\"   1:\\ttwo\\n\"}"},
	};
	struct traj *t = traj_of(rows, 1);
	struct evidence *ev = evidence_new(t);

	(void)state;
	evidence_update(ev);
	assert_int_equal(other_of(ev, "a.c", 1), EVIDENCE_NO_SPAN);
	assert_false(evidence_file(ev, SLICE("a.c"))->contradicted);
	traj_put(t, &(struct span_put){.seq = 1, .type = SPAN_TOOL, .name = SLICE("read-file"), .closed = true,
				       .started = WHEN_NONE, .finished = WHEN_NONE});
	evidence_update(ev);
	assert_line(ev, "a.c", 1, "one", 0);
	assert_int_equal(other_of(ev, "a.c", 1), 1);
	assert_true(evidence_file(ev, SLICE("a.c"))->contradicted);
	evidence_free(ev);
	traj_free(t);
}

static void new_spans_are_read_by_the_next_update(void **state)
{
	struct fake rows[] = {
		{"read-file", "{\"File\":\"a.c\",\"FirstLine\":5}", "{\"Contents\":\"   5:\\tfive\\n\"}"},
		{"read-file", "{\"File\":\"a.c\",\"FirstLine\":2}", "{\"Contents\":\"   2:\\ttwo\\n   5:\\tfive again\\n\"}"},
	};
	struct traj *t = traj_of(rows, 1);
	struct evidence *ev = evidence_new(t);

	(void)state;
	evidence_update(ev);
	assert_line(ev, "a.c", 5, "five", 0);
	traj_put(t, &(struct span_put){.seq = 1, .type = SPAN_TOOL, .name = SLICE("read-file"), .started = WHEN_NONE,
				       .finished = WHEN_NONE});
	evidence_update(ev); /* a call that still runs has no results yet */
	assert_null(evidence_line(evidence_file(ev, SLICE("a.c")), 2));
	traj_put(t, &(struct span_put){.seq = 1, .type = SPAN_TOOL, .name = SLICE("read-file"), .closed = true,
				       .started = WHEN_NONE, .finished = WHEN_NONE});
	evidence_update(ev);
	assert_line(ev, "a.c", 2, "two", 1);
	assert_line(ev, "a.c", 5, "five", 0);
	assert_int_equal(evidence_file(ev, SLICE("a.c"))->n, 2);
	evidence_free(ev);
	traj_free(t);
}

/* With a look at every other file for each line this would take minutes. */
static void many_files_are_found_in_linear_time(void **state)
{
	enum { FILES = 200000 };
	struct fake row = {"grepper", "{\"Expression\":\"x\"}", NULL};
	struct buf results = BUF_INIT;
	struct evidence *ev;
	struct traj *t;

	(void)state;
	buf_adds(&results, "{\"Output\":\"");
	for (int i = 0; i < FILES; i++)
		buf_addf(&results, "%d.c:%d:x\\n", i, i + 1);
	buf_adds(&results, "\"}");
	row.results = buf_str(&results);
	t = traj_of(&row, 1);
	ev = evidence_new(t);
	alarm(30);
	evidence_update(ev);
	alarm(0);
	assert_line(ev, "0.c", 1, "x", 0);
	assert_line(ev, "199999.c", FILES, "x", 0);
	assert_null(evidence_file(ev, SLICE("200000.c")));
	evidence_free(ev);
	traj_free(t);
	buf_release(&results);
}

static void who_returned_a_line_is_known(void **state)
{
	struct fake rows[] = {
		{"read-file", "{\"File\":\"a.c\",\"FirstLine\":1,\"LineCount\":3}", "{\"Contents\":\"   1:\\tone\\n   2:\\ttwo\\n   3:\\tthree\\n\"}"},
		{"read-file", "{\"File\":\"b.c\",\"FirstLine\":7,\"LineCount\":1}", "{\"Contents\":\"   7:\\tseven\\n\"}"},
		{"codesearch-find-references", "{\"Name\":\"f\"}",
		 "{\"References\":[{\"SourceFile\":\"b.c\",\"SourceLine\":7,\"SourceSnippet\":\"   7:\\tseven\\n\"},"
		 "{\"SourceFile\":\"a.c\",\"SourceLine\":2,\"SourceSnippet\":\"   2:\\ttwo\\n\"}],\"TruncatedOutput\":false}"},
		{"read-file", "{\"File\":\"a.c\",\"FirstLine\":2,\"LineCount\":2}", "{\"Contents\":\"   2:\\ttwo\\n   3:\\tthree\\n\"}"},
	};
	struct traj *t = traj_of(rows, 4);
	struct evidence *ev = evidence_new(t);
	const struct evidence_file *f;
	const struct evidence_range *r;

	(void)state;
	evidence_update(ev);
	f = evidence_file(ev, SLICE("a.c"));
	assert_int_equal(f->nranges, 3);
	r = evidence_range_of(f, 0, 0);
	assert_true(r && r->first == 1 && r->last == 3);
	assert_null(evidence_range_of(f, 3, 1));
	r = evidence_range_next(f, 2, 0, false);
	assert_true(r && r->span == 2 && r->first == 2 && r->last == 2);
	r = evidence_range_next(f, 2, 2, false);
	assert_true(r && r->span == 3);
	assert_null(evidence_range_next(f, 2, 3, false));
	r = evidence_range_next(f, 1, 3, true);
	assert_true(r && r->span == 0);
	assert_slice(evidence_of_span(ev, 2, 0)->path, "b.c");
	assert_slice(evidence_of_span(ev, 2, 1)->path, "a.c");
	assert_null(evidence_of_span(ev, 2, 2));
	assert_null(evidence_of_span(ev, 9, 0));
	evidence_free(ev);
	traj_free(t);
}

/* That a layout was returned is kept; of a call that failed nothing was. */
static void layouts_are_known_by_their_spans(void **state)
{
	struct fake rows[] = {
		{"read-file", "{\"File\":\"a.c\"}", "{\"Contents\":\"x\\n\"}"},
		{"codesearch-struct-layout", "{\"Name\":\"a\"}", "{\"Fields\":[]}"},
		{"codesearch-struct-layout", "{\"Name\":\"b\"}", "{\"Fields\":[]}"},
	};
	struct traj *t = traj_of(rows, 3);
	struct evidence *ev = evidence_new(t);
	const uint32_t *spans;

	(void)state;
	assert_int_equal(evidence_layouts(ev, &spans), 0);
	traj_put(t, &(struct span_put){.seq = 2, .type = SPAN_TOOL, .name = SLICE("codesearch-struct-layout"), .closed = true, .error = true,
				       .started = WHEN_NONE, .finished = WHEN_NONE});
	evidence_update(ev);
	assert_int_equal(evidence_layouts(ev, &spans), 1);
	assert_int_equal(spans[0], 1);
	assert_int_equal(evidence_unread(ev), 0);
	evidence_free(ev);
	traj_free(t);
}

/* Who counts on from a line would come round to 0. */
static void numbers_that_no_file_has_are_no_lines(void **state)
{
	struct fake rows[] = {
		{"read-file", "{\"File\":\"a.c\",\"FirstLine\":4294967290}", "{\"Contents\":\"4294967290:\tx\\n4294967291:\ty\\n\"}"},
		{"read-file", "{\"File\":\"b.c\",\"FirstLine\":4294967290}", "{\"Contents\":\"x\\ny\\n\"}"},
		{"read-file", "{\"File\":\"c.c\",\"FirstLine\":1073741824}", "{\"Contents\":\"x\\ny\\n\"}"},
		{"grepper", "{\"Expression\":\"x\"}", "{\"Output\":\"d.c:4294967295:x\\n\"}"},
	};
	struct traj *t = traj_of(rows, 4);
	struct evidence *ev = evidence_new(t);

	(void)state;
	evidence_update(ev);
	for (size_t i = 0; i < evidence_files(ev); i++)
		for (size_t k = 0; k < evidence_at(ev, i)->n; k++)
			assert_true(evidence_at(ev, i)->lines[k].line <= EVIDENCE_LINE_MAX);
	assert_line(ev, "c.c", 1073741824, "x", 2);
	evidence_free(ev);
	traj_free(t);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(numbers_that_no_file_has_are_no_lines),
	cmocka_unit_test(layouts_are_known_by_their_spans),
	cmocka_unit_test(reads_whole_files_and_numbered_parts),
	cmocka_unit_test(a_grep_hit_is_not_a_reading),
	cmocka_unit_test(failed_and_strange_results_give_no_lines),
	cmocka_unit_test(blame_is_a_reading_and_other_commits_are_not),
	cmocka_unit_test(what_is_not_understood_is_counted),
	cmocka_unit_test(what_contradicts_is_kept),
	cmocka_unit_test(what_contradicts_later_is_kept),
	cmocka_unit_test(new_spans_are_read_by_the_next_update),
	cmocka_unit_test(many_files_are_found_in_linear_time),
	cmocka_unit_test(who_returned_a_line_is_known),
};

TEST_MAIN()
