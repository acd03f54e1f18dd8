#include "tests/test.h"

#include "base/buf.h"
#include "base/fs.h"
#include "base/mem.h"
#include "report/report.h"

enum { FLOOR = 199 }; /* so many files agree with the index, in every column, at the least */

/* Where index and text disagree, and the text is followed. */
static const struct {
	const char *file, *why;
} known[] = {
	{"016-__debug_object_init-fill_pool.txt", "its footer is another report's: caller C22 and CPU 22, not T616"},
	{"088-intel_pstate_update_util-intel_pstate_update_util.txt",
	 "its footer is another report's: caller C34 and CPU 34, not C41"},
	{"104-next_uptodate_page-unlock_page.txt", "stacks are elided, but title, both accesses and CPU line are there"},
};

/* The columns of index.tsv. */
enum { COL_FILE, COL_SOURCE, COL_ARCH, COL_KINDS, COL_SYMBOLIZED, COL_COMPLETE, COL_FEATURES, COL_TITLE, COLS };

static void split(struct slice row, struct slice col[COLS])
{
	for (int i = 0; i < COLS; i++) {
		size_t tab = slice_chr(row, '\t', 0);

		col[i] = slice_sub(row, 0, tab);
		row = slice_sub(row, tab == SLICE_NONE ? row.n : tab + 1, row.n);
	}
}

static struct crash *parse_file(const char *dir, struct slice file)
{
	struct buf path = BUF_INIT, text = BUF_INIT;
	struct crash *c;
	struct err e;

	buf_addf(&path, "%s/%.*s", dir, (int)file.n, file.p);
	if (fs_read(buf_str(&path), &text, &e) < 0)
		fail_msg("%s", e.msg);
	c = report_parse(buf_slice(&text));
	buf_release(&path);
	buf_release(&text);
	return c;
}

/* The accesses in the words of the index: "write (marked) 8B / read 8B". */
static void kinds(struct buf *b, const struct crash *c)
{
	for (size_t i = 0; i < c->naccesses; i++) {
		const struct access *a = &c->access[i];
		const char *between = " (";

		buf_addf(b, "%s%s%s", i ? " / " : "", a->unknown_origin ? "unknown-origin + " : "",
			 access_kind_name(a->kind));
		for (unsigned m = 0; access_mark_name(m); m++) {
			if (a->marks & 1u << m) {
				buf_addf(b, "%s%s", between, access_mark_name(m));
				between = ", ";
			}
		}
		buf_addf(b, "%s %uB", a->marks ? ")" : "", a->size);
	}
}

/*
 * A title in the index is the report's first line of it: compared where that names two functions without
 * offsets.
 */
static bool title_agrees(const struct crash *c, struct slice title)
{
	if (slice_find(title, " / ", 0) == SLICE_NONE)
		return true;
	return slice_starts(c->title, "KCSAN: ") && slice_eq(slice_sub(c->title, 7, c->title.n), slice_trim(title));
}

/* Each name of the title is the call site of an access that has a stack. */
static bool functions_agree(const struct crash *c)
{
	for (size_t i = 0; i < c->naccesses; i++) {
		const struct access *a = &c->access[i];
		size_t site = crash_call_site(a);
		bool named = site == a->nframes;

		for (size_t f = 0; f < c->nfunctions && !named; f++)
			named = slice_eq(c->functions[f], a->frames[site].function);
		if (!named)
			return false;
	}
	return c->nfunctions > 0;
}

static bool agrees(const struct crash *c, const struct slice col[COLS])
{
	bool complete = slice_is(col[COL_COMPLETE], "yes") || slice_is(col[COL_COMPLETE], "complete"), ok = true;
	struct buf b = BUF_INIT;

	kinds(&b, c);
	if (c->kind != CRASH_KCSAN || !slice_eq(buf_slice(&b), col[COL_KINDS])) {
		print_message("# %.*s: accesses %s\n", (int)col[COL_FILE].n, col[COL_FILE].p, buf_str(&b));
		ok = false;
	}
	if (c->complete != complete) {
		print_message("# %.*s: complete %d\n", (int)col[COL_FILE].n, col[COL_FILE].p, c->complete);
		ok = false;
	}
	if (!title_agrees(c, col[COL_TITLE])) {
		print_message("# %.*s: title %.*s\n", (int)col[COL_FILE].n, col[COL_FILE].p,
			      (int)c->title.n, c->title.p);
		ok = false;
	}
	if (!functions_agree(c)) {
		print_message("# %.*s: functions are not the call sites\n", (int)col[COL_FILE].n, col[COL_FILE].p);
		ok = false;
	}
	buf_release(&b);
	return ok;
}

static bool is_known(struct slice file)
{
	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		if (slice_is(file, known[i].file)) {
			print_message("# known: %s\n", known[i].why);
			return true;
		}
	}
	return false;
}

static void real_reports_agree_with_their_index(void **state)
{
	char *dir = xstrdup(test_data("kcsan-reports/collected")), index[4096];
	struct buf b = BUF_INIT;
	struct slice rest, row, col[COLS];
	unsigned n = 0, agreed = 0, unknown = 0;

	(void)state;
	snprintf(index, sizeof index, "%s/index.tsv", dir);
	assert_int_equal(fs_read(index, &b, NULL), 0);
	rest = buf_slice(&b);
	slice_line(&rest, &row);
	while (slice_line(&rest, &row)) {
		struct crash *c;

		split(row, col);
		c = parse_file(dir, col[COL_FILE]);
		n++;
		if (agrees(c, col))
			agreed++;
		else if (!is_known(col[COL_FILE]))
			unknown++;
		crash_free(c);
	}
	print_message("# %u of %u reports agree\n", agreed, n);
	assert_int_equal(unknown, 0);
	assert_true(agreed + sizeof known / sizeof *known >= n);
	assert_true(agreed >= FLOOR || n < FLOOR);
	buf_release(&b);
	free(dir);
}

/* Files with a head of "KEY: value" lines, the title among them. */
static void assert_titles(const char *dir, const char *const *files)
{
	for (; *files; files++) {
		struct crash *c = parse_file(dir, slice_str(*files));
		struct slice rest = c->text, line;

		assert_int_equal(c->kind, CRASH_KCSAN);
		assert_true(slice_line(&rest, &line) && slice_eat(&line, "TITLE: "));
		assert_true(slice_eq(line, c->title));
		assert_true(c->complete);
		crash_free(c);
	}
}

static void raw_console_logs_give_the_expected_title(void **state)
{
	static const char *const files[] = {"427", "428", "449", "750", NULL};
	char *dir = xstrdup(test_data("kcsan-reports/syzkaller"));

	(void)state;
	assert_titles(dir, files);
	free(dir);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(real_reports_agree_with_their_index),
	cmocka_unit_test(raw_console_logs_give_the_expected_title),
};

TEST_MAIN()
