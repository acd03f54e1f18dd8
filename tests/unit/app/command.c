#include "app/command.h"

#include "tests/test.h"

static void every_command_is_found_by_its_name_and_names_are_unique(void **state)
{
	(void)state;
	for (unsigned i = 0; i < COMMANDS; i++) {
		enum command c = COMMANDS;

		assert_true(command_of(slice_str(commands[i].name), &c));
		assert_int_equal(c, i);
		for (const char *p = commands[i].name; *p; p++)
			assert_true((*p >= 'a' && *p <= 'z') || *p == '-');
		assert_true(commands[i].help[0] != '\0');
	}
}

static void every_context_is_found_by_its_name(void **state)
{
	(void)state;
	for (unsigned i = 0; i < CONTEXTS; i++) {
		enum context c = CONTEXTS;

		assert_true(context_of(slice_str(context_name((enum context)i)), &c));
		assert_int_equal(c, i);
	}
}

static void unknown_names_are_refused(void **state)
{
	enum command c = CMD_QUIT;
	enum context ctx = CONTEXT_RUN;

	(void)state;
	assert_false(command_of(SLICE("next-"), &c));
	assert_false(command_of(SLICE(""), &c));
	assert_false(command_of(SLICE("next-line "), &c));
	assert_false(context_of(SLICE("ALL"), &ctx));
	assert_false(context_of(SLICE(""), &ctx));
	assert_int_equal(c, CMD_QUIT);
	assert_int_equal(ctx, CONTEXT_RUN);
}

static void commands_apply_where_the_table_says(void **state)
{
	static const struct {
		enum command c;
		enum context ctx;
		bool applies;
	} cases[] = {
		{CMD_NEXT_LINE, CONTEXT_ALL, true},	{CMD_NEXT_LINE, CONTEXT_REPORT, true},
		{CMD_NEXT_LINE, CONTEXT_PAGER, true},	{CMD_NEXT_LINE, CONTEXT_DECIDE, false},
		{CMD_QUIT, CONTEXT_DECIDE, false},	{CMD_SELECT, CONTEXT_TEXT, true},
		{CMD_SELECT, CONTEXT_DECIDE, false},	{CMD_SELECT, CONTEXT_RUN, true},
		{CMD_DECIDE_SAVE, CONTEXT_DECIDE, true}, {CMD_DECIDE_SAVE, CONTEXT_ALL, false},
		{CMD_REMOVE, CONTEXT_PAGER, true},	{CMD_REMOVE, CONTEXT_TEXT, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_int_equal(command_applies(cases[i].c, cases[i].ctx), cases[i].applies);
}

static void the_form_and_the_box_are_the_only_dialogs(void **state)
{
	(void)state;
	for (unsigned i = 0; i < CONTEXTS; i++)
		assert_int_equal(context_is_dialog((enum context)i), i == CONTEXT_DECIDE || i == CONTEXT_NOTE);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(every_command_is_found_by_its_name_and_names_are_unique),
	cmocka_unit_test(every_context_is_found_by_its_name),
	cmocka_unit_test(unknown_names_are_refused),
	cmocka_unit_test(commands_apply_where_the_table_says),
	cmocka_unit_test(the_form_and_the_box_are_the_only_dialogs),
};

TEST_MAIN()
