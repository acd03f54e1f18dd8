#include "conf/conf.h"

#include "tests/test.h"

static void defaults_satisfy_their_own_choices(void **state)
{
	struct conf c;

	(void)state;
	conf_init(&c);
	for (unsigned o = 0; o < OPTIONS; o++) {
		struct err e = {0};

		assert_non_null(options[o].name);
		assert_true(options[o].help[0] != '\0');
		assert_string_equal(c.value[o], options[o].fallback);
		assert_string_equal(c.origin[o], "default");
		assert_int_equal(conf_set(&c, slice_str(options[o].name), slice_str(options[o].fallback), "set", &e), 0);
		assert_string_equal(c.origin[o], "set");
	}
	conf_release(&c);
}

static void a_value_outside_the_choices_changes_nothing(void **state)
{
	static const struct {
		const char *name, *value;
	} bad[] = {{"color", "sometimes"}, {"color", ""}, {"color", "auto|always"}, {"color", "alway"}, {"wrap", "On"},
		   {"colour", "auto"},	   {"", "x"}};
	struct conf c;

	(void)state;
	conf_init(&c);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct err e = {0};

		assert_int_equal(conf_set(&c, slice_str(bad[i].name), slice_str(bad[i].value), "set", &e), -1);
		assert_int_equal(e.cls, ERR_USAGE);
	}
	for (unsigned o = 0; o < OPTIONS; o++)
		assert_string_equal(c.origin[o], "default");
	assert_int_equal(conf_set(&c, SLICE("color"), SLICE("never"), "command line", NULL), 0);
	assert_string_equal(c.value[OPT_COLOR], "never");
	assert_string_equal(c.origin[OPT_COLOR], "command line");
	conf_release(&c);
}

static void what_was_set_can_be_taken_back(void **state)
{
	struct diags ds = {0};
	struct conf c;

	(void)state;
	conf_init(&c);
	conf_unset(&c, OPT_COMMIT);
	assert_string_equal(c.origin[OPT_COMMIT], "default");
	conf_parse(&c, SLICE("set commit v6.1\nset commit v6.2\n"), "config", &ds);
	assert_int_equal(conf_set(&c, SLICE("commit"), SLICE("HEAD"), "command line", NULL), 0);
	assert_int_equal(conf_set(&c, SLICE("commit"), SLICE("HEAD~1"), "set", NULL), 0);
	assert_string_equal(c.value[OPT_COMMIT], "HEAD~1");
	conf_unset(&c, OPT_COMMIT);
	assert_string_equal(c.value[OPT_COMMIT], "v6.2");
	assert_string_equal(c.origin[OPT_COMMIT], "config:2");
	conf_unset(&c, OPT_COMMIT);
	assert_string_equal(c.value[OPT_COMMIT], "v6.2");
	diags_release(&ds);
	conf_release(&c);
}

static void values_have_a_ceiling_and_no_nul(void **state)
{
	static char long_value[5000];
	struct conf c;
	struct err e;

	(void)state;
	conf_init(&c);
	memset(long_value, 'x', sizeof long_value);
	assert_int_equal(conf_set(&c, SLICE("editor"), (struct slice){long_value, 4096}, "set", &e), 0);
	assert_int_equal(conf_set(&c, SLICE("editor"), (struct slice){long_value, 4097}, "set", &e), -1);
	assert_int_equal(conf_set(&c, SLICE("editor"), (struct slice){"a\0b", 3}, "set", &e), -1);
	assert_int_equal(strlen(c.value[OPT_EDITOR]), 4096);
	conf_release(&c);
}

static void a_settings_file_sets_and_the_later_line_wins(void **state)
{
	struct diags ds = {0};
	struct conf c;

	(void)state;
	conf_init(&c);
	conf_parse(&c, SLICE("# mine\nset reviewer \"A. Reviewer\"\n\nset theme mono\r\nset theme default\nset wrap off"),
		   "config", &ds);
	assert_int_equal(ds.n, 0);
	assert_string_equal(c.value[OPT_REVIEWER], "A. Reviewer");
	assert_string_equal(c.origin[OPT_REVIEWER], "config:2");
	assert_string_equal(c.value[OPT_THEME], "default");
	assert_string_equal(c.origin[OPT_THEME], "config:5");
	assert_string_equal(c.value[OPT_WRAP], "off");
	conf_release(&c);
}

static void what_is_wrong_in_a_settings_file_is_a_warning_with_its_place(void **state)
{
	static const char *const lines[] = {"set", "set theme", "set theme a b", "set colr never", "set color maybe",
					    "bind all x quit", "set reviewer \"x"};
	struct diags ds = {0};
	struct buf text = BUF_INIT;
	struct conf c;
	char place[32];

	(void)state;
	for (size_t i = 0; i < 7; i++) {
		buf_adds(&text, lines[i]);
		buf_addc(&text, '\n');
	}
	buf_adds(&text, "set color never\n");
	conf_init(&c);
	conf_parse(&c, buf_slice(&text), "~/config", &ds);
	assert_int_equal(ds.n, 7);
	for (size_t i = 0; i < 7; i++) {
		snprintf(place, sizeof place, "~/config:%zu: ", i + 1);
		assert_int_equal(ds.d[i].level, DIAG_WARNING);
		assert_int_equal(ds.d[i].line, i + 1);
		assert_true(slice_starts(slice_str(ds.d[i].text), place));
	}
	assert_int_equal(ds.d[1].byte, 4);
	assert_string_equal(c.value[OPT_COLOR], "never");
	diags_release(&ds);
	buf_release(&text);
	conf_release(&c);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(defaults_satisfy_their_own_choices),
	cmocka_unit_test(a_value_outside_the_choices_changes_nothing),
		cmocka_unit_test(what_was_set_can_be_taken_back),
		cmocka_unit_test(values_have_a_ceiling_and_no_nul),
	cmocka_unit_test(a_settings_file_sets_and_the_later_line_wins),
	cmocka_unit_test(what_is_wrong_in_a_settings_file_is_a_warning_with_its_place),
};

TEST_MAIN()
