#include "tests/store.h"

#include "agent/record.h"
#include "base/fs.h"
#include "tests/test.h"

static void a_broken_line_is_named_and_a_torn_one_told(void **state)
{
	static const struct {
		const char *text, *says;
	} rows[] = {
		{"{\"journal\":{}}\nnonsense\n", "line 2, byte 15: it is not JSON here"},
		{"{\"span\":{\"Seq\":0}}\n", "line 1, byte 0: it does not begin as a journal does"},
		{"{\"journal\":{}}\n\n{\"journal\":{}}\n", "line 3, byte 16: it is a second head"},
		{"{\"journal\":{}}\n{\"span\":{}}\n", "a field of the record is missing"},
		{"{\"journal\":{}}\n{\"end\":{\"state\":\"gone\"}}\n", "a field of the record is missing"},
		{"{\"journal\":{}}\n[]\n", "it is no record"},
		{"{\"journal\":{}}\n{\"later\":7}\n{\"torn\":", NULL},
	};
	char dir[64], *path;

	(void)state;
	test_dir(dir);
	path = fs_join(dir, "x.journal");
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct err e = {0};
		struct record r;
		struct records *rs;
		int rc;

		assert_int_equal(fs_write_atomic(dir, "x.journal", slice_str(rows[i].text), NULL), 0);
		rs = records_open(path, &e);
		assert_non_null(rs);
		while ((rc = records_next(rs, &r, &e)) > 0)
			;
		assert_int_equal(rc, rows[i].says ? -1 : 0);
		if (rows[i].says && !strstr(e.msg, rows[i].says))
			fail_msg("%s", e.msg);
		assert_int_equal(records_torn(rs), !rows[i].says);
		records_close(rs);
	}
	free(path);
	test_dir_remove(dir);
}

/* More than one window, lines of all lengths. */
static void every_record_of_a_long_journal_comes_once(void **state)
{
	struct buf text = BUF_INIT;
	struct records *rs;
	struct record r;
	struct err e = {0};
	char dir[64], *path;
	uint32_t n = 0;

	(void)state;
	test_dir(dir);
	path = fs_join(dir, "x.journal");
	buf_adds(&text, "{\"journal\":{}}\n");
	for (uint32_t i = 0; i < 3000; i++) {
		buf_addf(&text, "{\"span\":{\"Seq\":%u,\"Type\":\"odd\",\"Name\":\"", i);
		buf_pad(&text, 'x', i % 500 == 0 ? 300000 : i % 700);
		buf_adds(&text, "\"}}\n");
	}
	assert_int_equal(fs_write_atomic(dir, "x.journal", buf_slice(&text), NULL), 0);
	rs = records_open(path, &e);
	assert_int_equal(records_next(rs, &r, &e), 1);
	for (; records_next(rs, &r, &e) > 0; n++) {
		assert_int_equal(r.span.seq, n);
		assert_int_equal(r.span.name.n, n % 500 == 0 ? 300000 : n % 700);
		assert_int_equal(r.span.type, SPAN_OTHER);
		assert_slice(r.span_type, "odd");
	}
	assert_int_equal(n, 3000);
	records_close(rs);
	buf_release(&text);
	free(path);
	test_dir_remove(dir);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(a_broken_line_is_named_and_a_torn_one_told),
	cmocka_unit_test(every_record_of_a_long_journal_comes_once),
};

TEST_MAIN()
