#define _GNU_SOURCE /* setenv, tzset */
#include "base/date.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "tests/test.h"

/* 2026-11-25 is a Wednesday. */
static void a_day_is_read_as_people_say_it(void **state)
{
	static const struct {
		const char *in, *want;
	} t[] = {
		{"2026-12-01", "2026-12-01"}, {" 2026-12-01 ", "2026-12-01"}, {"tomorrow", "2026-11-26"}, {"Tomorrow", "2026-11-26"},
		{"thursday", "2026-11-26"}, {"mon", "2026-11-30"}, {"Monday", "2026-11-30"}, {"tues", "2026-12-01"},
		{"wednesday", "2026-12-02"}, {"1d", "2026-11-26"}, {"10d", "2026-12-05"}, {"2w", "2026-12-09"},
		{"60w", "2028-01-19"}, {"2028-02-29", "2028-02-29"}, {"", ""}, {"  ", ""},
	};
	char day[DATE_TEXT + 1];

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		assert_int_equal(date_read(slice_str(t[i].in), "2026-11-25", day, NULL), 0);
		assert_string_equal(day, t[i].want);
	}
}

static void what_is_no_day_to_come_is_refused_with_the_forms(void **state)
{
	static const char *const t[] = {
		"2026-11-25", "2026-11-24", "0001-01-01", "2026-13-01", "2026-02-30", "2026-2-3", "26-12-01", "mo", "mondays", "m",
		"0d", "0w", "d", "-1d", "1001d", "99999999999999999999w", "1x", "yesterday", "2026-12-01T00:00:00Z", "12.12.2026",
	};
	char day[DATE_TEXT + 1];

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct err e = {0};

		assert_int_equal(date_read(slice_str(t[i]), "2026-11-25", day, &e), -1);
		assert_int_equal(e.cls, ERR_USAGE);
		assert_string_equal(day, "");
	}
	assert_true(date_is(SLICE("2024-02-29")));
	assert_false(date_is(SLICE("2023-02-29")));
	assert_false(date_is(SLICE("2023-02-2")));
}

static void a_day_begins_where_the_program_runs(void **state)
{
	const char *was = getenv("TZ");
	char *keep = was ? xstrdup(was) : NULL, day[DATE_TEXT + 1];
	const int64_t evening = INT64_C(1764111600) * 1000000; /* 2025-11-25T23:00:00Z */

	(void)state;
	setenv("TZ", "UTC", 1);
	tzset();
	date_of(evening, day);
	assert_string_equal(day, "2025-11-25");
	setenv("TZ", "UTC-2", 1); /* two hours ahead */
	tzset();
	date_of(evening, day);
	assert_string_equal(day, "2025-11-26");
	setenv("TZ", keep ? keep : "UTC", 1);
	tzset();
	free(keep);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(a_day_is_read_as_people_say_it),
	cmocka_unit_test(what_is_no_day_to_come_is_refused_with_the_forms),
	cmocka_unit_test(a_day_begins_where_the_program_runs),
};

TEST_MAIN()
