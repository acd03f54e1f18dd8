#include "base/when.h"
#include "tests/test.h"

#define US INT64_C(1000000)

static void reads_rfc_3339(void **state)
{
	static const struct {
		const char *in;
		int64_t us;
		enum when_unit unit;
	} t[] = {
		{"1970-01-01T00:00:00Z", 0, WHEN_SECOND},
		{"1969-12-31T23:59:59.999999Z", -1, WHEN_MICRO},
		{"2026-02-24T17:03:05Z", 1771952585 * US, WHEN_SECOND},
		{"2026-02-24T17:03:05z", 1771952585 * US, WHEN_SECOND},
		{"2026-02-24T17:03:05.25Z", 1771952585 * US + 250000, WHEN_MICRO},
		{"2026-02-24T17:03:05.123456789Z", 1771952585 * US + 123456, WHEN_MICRO},
		{"2026-02-24T17:03:05.0000009Z", 1771952585 * US, WHEN_MICRO},
		{"2026-02-24T18:03:05+01:00", 1771952585 * US, WHEN_SECOND},
		{"2026-02-24T11:33:05.5-05:30", 1771952585 * US + 500000, WHEN_MICRO},
		{"2026-02-24T17:03:05-00:00", 1771952585 * US, WHEN_SECOND},
		{"2024-02-29T00:00:00Z", 1709164800 * US, WHEN_SECOND},
		{"2000-02-29T00:00:00Z", 951782400 * US, WHEN_SECOND},
		{"0001-01-01T00:00:00Z", -62135596800 * US, WHEN_SECOND},
		{"0001-01-01T00:16:50Z", -62135595790 * US, WHEN_SECOND},
		{"9999-12-31T23:59:59.999999Z", 253402300799 * US + 999999, WHEN_MICRO},
		{"2016-12-31T23:59:60Z", 1483228800 * US, WHEN_SECOND}, /* a leap second */
		{"2016-06-30T23:59:60.5Z", 1467331200 * US + 500000, WHEN_MICRO},
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		enum when_unit unit = WHEN_MINUTE;
		int64_t us = 7;

		assert_true(when_parse(slice_str(t[i].in), &us, &unit));
		assert_true(us == t[i].us);
		assert_int_equal(unit, t[i].unit);
		assert_true(when_parse(slice_str(t[i].in), &us, NULL));
	}
}

static void refuses_what_is_no_time(void **state)
{
	static const char *const t[] = {
		"", "2026", "2026-02-24", "2026-02-24T17:03:05", "2026-02-24 17:03:05Z", "2026-02-24T17:03Z",
		"2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-02-30T00:00:00Z", "2025-02-29T00:00:00Z",
		"2100-02-29T00:00:00Z", "2026-01-32T00:00:00Z", "2026-01-00T00:00:00Z", "2026-01-01T24:00:00Z",
		"2026-01-01T00:60:00Z", "2026-01-01T00:00:61Z", "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00.5",
		"2026-01-01T00:00:00Zx", "2026-01-01T00:00:00+1:00", "2026-01-01T00:00:00+24:00",
		"2026-01-01T00:00:00+01:60", "2026-01-01T00:00:00+0100", "0000-01-01T00:00:00Z",
		"-001-01-01T00:00:00Z", "2026-+1-01T00:00:00Z", "2026-01-01T00:00:0 Z", "12026-01-01T00:00:00Z",
	};
	int64_t us = 7;
	enum when_unit unit = WHEN_MINUTE;

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++)
		assert_false(when_parse(slice_str(t[i]), &us, &unit));
	assert_true(us == 7);
	assert_int_equal(unit, WHEN_MINUTE);
}

static void reads_the_minutes_of_a_page(void **state)
{
	static const char *const bad[] = {"2026/02/24", "2026/02/24 17:03:05", "2026-02-24 17:03", "2026/02/30 00:00",
					  "2026/02/24 24:00", " 2026/02/24 17:03", "2026/02/24  7:03"};
	int64_t us = 7;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(when_parse_page(slice_str(bad[i]), &us));
	assert_true(us == 7);
	assert_true(when_parse_page(SLICE("2026/02/24 17:03"), &us));
	assert_true(us == 1771952580 * US);
}

static void writes_what_it_reads(void **state)
{
	static const struct {
		int64_t us;
		enum when_unit unit;
		const char *out;
	} t[] = {
		{1771952585 * US + 250000, WHEN_MICRO, "2026-02-24T17:03:05.250000Z"},
		{1771952585 * US, WHEN_MICRO, "2026-02-24T17:03:05Z"},
		{1771952585 * US + 250000, WHEN_SECOND, "2026-02-24T17:03:05Z"},
		{1771952585 * US, WHEN_MINUTE, "2026-02-24T17:03Z"},
		{-1, WHEN_MICRO, "1969-12-31T23:59:59.999999Z"},
		{-62135596800 * US, WHEN_SECOND, "0001-01-01T00:00:00Z"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct buf b = BUF_INIT;
		int64_t back;

		when_add(&b, t[i].us, t[i].unit);
		assert_string_equal(buf_str(&b), t[i].out);
		if (t[i].unit == WHEN_MICRO)
			assert_true(when_parse(buf_slice(&b), &back, NULL) && back == t[i].us);
		buf_release(&b);
	}
}

static void durations_are_short_words(void **state)
{
	static const struct {
		int64_t seconds;
		enum when_unit unit;
		const char *out;
	} t[] = {
		{0, WHEN_SECOND, "0s"}, {59, WHEN_MICRO, "59s"}, {59, WHEN_MINUTE, "<1m"}, {60, WHEN_SECOND, "1m"},
		{3599, WHEN_SECOND, "59m"}, {3600, WHEN_MINUTE, "1h00m"}, {3900, WHEN_SECOND, "1h05m"},
		{86399, WHEN_SECOND, "23h59m"}, {86400, WHEN_SECOND, "1d00h"}, {183600, WHEN_SECOND, "2d03h"},
		{864000, WHEN_SECOND, "10d"}, {315360000000, WHEN_SECOND, "10000y"}, {-1, WHEN_SECOND, "?"},
		{INT64_MAX / US, WHEN_MINUTE, "292471y"}, {INT64_MIN / US, WHEN_MINUTE, "?"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct buf b = BUF_INIT;

		when_add_duration(&b, t[i].seconds * US, t[i].unit);
		assert_string_equal(buf_str(&b), t[i].out);
		assert_true(b.n <= 7);
		buf_release(&b);
	}
}

static void the_clock_is_after_this_was_written(void **state)
{
	(void)state;
	assert_true(when_now() > 1771952585 * US);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(reads_rfc_3339),
	cmocka_unit_test(refuses_what_is_no_time),
	cmocka_unit_test(reads_the_minutes_of_a_page),
	cmocka_unit_test(writes_what_it_reads),
	cmocka_unit_test(durations_are_short_words),
	cmocka_unit_test(the_clock_is_after_this_was_written),
};

TEST_MAIN()
