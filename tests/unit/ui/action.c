/* Commands whose functions stand in ui/action.c. */
#include "tests/app.h"

#include <locale.h>
#include <stdlib.h>

#include "base/mem.h"
#include "tests/store.h"
#include "ui/view.h"

static void type(struct ui *ui, const char *keys)
{
	for (; *keys; keys++)
		ui_press(ui, (ui_key)(unsigned char)*keys);
	while (ui_idle(ui))
		;
}

/* Someone else does not get the place of whose words cannot be kept. */
static void words_that_cannot_be_kept_keep_their_reviewer(void **state)
{
	struct err e = {0};
	char home[64];
	struct app a;
	struct ui *ui;

	(void)state;
	setlocale(LC_ALL, "C.UTF-8");
	test_dir(home);
	test_app_init(&a, home);
	test_app_set(&a, "reviewer", "Rita");
	ui = ui_new(&a, test_app_open(&a, test_src("examples/pond-race.json")), 24, 80, NULL, &e);
	assert_non_null(ui);
	free(a.data_dir);
	a.data_dir = xstrdup("/dev/null");
	type(ui, "3cwords\x07:set reviewer Otto\r");
	assert_int_equal(ui->message_role, ROLE_ERROR);
	assert_string_equal(app_reviewer(&a), "Rita");
	assert_slice(buf_slice(&ui->decide.draft.note), "words");
	ui_free(ui);
	app_release(&a);
	test_dir_remove(home);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(words_that_cannot_be_kept_keep_their_reviewer),
};

TEST_MAIN()
