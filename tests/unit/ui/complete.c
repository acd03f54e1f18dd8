#define _GNU_SOURCE /* mkdtemp, setenv */
#include "ui/complete.h"

#include <locale.h>
#include <unistd.h>

#include "app/session.h"
#include "tests/app.h"
#include "ui/go.h"
#include "ui/view.h"

static struct ui *open_example(struct app *a)
{
	static char home[] = "/tmp/verdict-complete-XXXXXX";
	struct err e = {0};
	struct session *s;
	struct ui *ui;

	if (strstr(home, "XXXXXX"))
		assert_non_null(mkdtemp(home));
	setlocale(LC_ALL, "C.UTF-8");
	test_app_init(a, home);
	test_app_set(a, "reviewer", "Rita");
	s = session_open(a, test_src("examples/pond-race.json"), &e);
	assert_non_null(s);
	ui = ui_new(a, s, 24, 80, NULL, &e);
	assert_non_null(ui);
	while (ui_idle(ui))
		;
	return ui;
}

/* What Tab offers at the end of `line`, each with a blank behind, what is said of it left out. */
static void assert_offers(struct ui *ui, const char *line, const char *want)
{
	struct buf out = BUF_INIT, got = BUF_INIT;
	struct slice rest, word;
	size_t from = SIZE_MAX;

	complete_line(ui, slice_str(line), &from, &out);
	assert_true(from <= strlen(line));
	rest = buf_slice(&out);
	while (slice_line(&rest, &word)) {
		buf_add_slice(&got, slice_sub(word, 0, slice_chr(word, '\t', 0)));
		buf_addc(&got, ' ');
	}
	assert_string_equal(buf_str(&got), want);
	buf_release(&out);
	buf_release(&got);
}

static void the_table_says_what_is_offered(void **state)
{
	struct app a;
	struct ui *ui = open_example(&a);

	(void)state;
	assert_offers(ui, "spl", "split split-columns ");
	assert_offers(ui, "decide-s", ""); /* the form is not open */
	assert_offers(ui, "pane ", "report source run text ");
	assert_offers(ui, "pane r", "report run ");
	assert_offers(ui, "pane run ", "");
	assert_offers(ui, "layout t", "tall ");
	assert_offers(ui, "set wr", "wrap ");
	assert_offers(ui, "set layout ", "wide tall focus ");
	assert_offers(ui, "set theme ", "default light high-contrast mono ");
	assert_offers(ui, "set keymap v", "vi ");
	assert_offers(ui, "set editor ", "");
	assert_offers(ui, "bind li", "live ");
	assert_offers(ui, "bind all x zo", "zoom ");
	assert_offers(ui, "override B", "Benign=true Benign=false ");
	assert_offers(ui, "ask grep", "grepper ");
	assert_offers(ui, "ask grepper o", "off ");
	assert_offers(ui, "nonsense ", "");
	ui_free(ui);
	app_release(&a);
}

static void spans_files_and_functions_are_offered_to_go(void **state)
{
	struct app a;
	struct ui *ui = open_example(&a);
	struct buf out = BUF_INIT;
	size_t from;

	(void)state;
	assert_offers(ui, "2", "2 20 21 22 ");
	assert_offers(ui, "go 1", "1 10 11 12 13 14 15 16 17 18 19 ");
	assert_offers(ui, "go 99", "");
	assert_offers(ui, "go drivers/pond/pond_f", "drivers/pond/pond_feed.c ");
	assert_offers(ui, "go pond_irq", "pond_irq ");
	assert_offers(ui, "go pond_d", "pond_drop "); /* in no frame: the agent read it */
	complete_line(ui, SLICE("go 14"), &from, &out);
	assert_slice(buf_slice(&out), "14\tgrepper pond_(mark|clear|test)\\(\n");
	buf_release(&out);
	ui_free(ui);
	app_release(&a);
}

/* Numbers may be far from each other: nothing counts from one to the next. */
static void spans_with_any_numbers_are_offered(void **state)
{
	static const char recording[] = "[{\"Seq\":0,\"Nesting\":0,\"Type\":\"flow\",\"Name\":\"f\"},\n"
					"{\"Seq\":39,\"Nesting\":1,\"Type\":\"llm\",\"Name\":\"e\"},\n"
					"{\"Seq\":4000000000,\"Nesting\":1,\"Type\":\"llm\",\"Name\":\"e\"}]\n";
	char path[] = "/tmp/verdict-numbers-XXXXXX";
	struct app a;
	struct ui *ui = open_example(&a);
	struct err e = {0};
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0 && write(fd, recording, sizeof recording - 1) == (ssize_t)sizeof recording - 1);
	close(fd);
	assert_true(ui_open(ui, session_open(&a, path, &e)));
	assert_offers(ui, "go 3", "39 ");
	assert_offers(ui, "go 4", "4000000000 ");
	unlink(path);
	ui_free(ui);
	app_release(&a);
}

static void arguments_are_taken_apart(void **state)
{
	(void)state;
	assert_slice(complete_argument("TOOL|all [off]", 0), "TOOL|all");
	assert_slice(complete_argument("TOOL|all [off]", 1), "off");
	assert_slice(complete_argument("TOOL|all [off]", 2), "");
	assert_slice(complete_argument("[NAME=VALUE...]", 0), "NAME=VALUE");
	assert_slice(complete_argument("[NAME=VALUE...]", 7), "NAME=VALUE");
	assert_slice(complete_argument("", 0), "");
}

static void lines_that_define_functions_are_known(void **state)
{
	static const struct {
		const char *line, *name;
	} cases[] = {
		{"static void audit_ctl_lock(void)", "audit_ctl_lock"},
		{"int f(struct x *p,", "f"},
		{"struct pond *pond_get(int n)", "pond_get"},
		{"\treturn f(x);", ""},
		{"int f(void);", ""},
		{"EXPORT_SYMBOL(f);", ""},
		{"DEFINE_MUTEX(lock)", ""},
		{"#define f(x) g(x)", ""},
		{"out(x):", ""},
		{"", ""},
		{"(", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_slice(go_defines(slice_str(cases[i].line)), cases[i].name);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(the_table_says_what_is_offered),
	cmocka_unit_test(spans_files_and_functions_are_offered_to_go),
	cmocka_unit_test(spans_with_any_numbers_are_offered),
	cmocka_unit_test(arguments_are_taken_apart),
	cmocka_unit_test(lines_that_define_functions_are_known),
};

TEST_MAIN()
