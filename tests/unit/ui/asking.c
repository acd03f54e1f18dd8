/* Questions from the screen while they wait: what the bottom line says, how they end, and answers that come at a bad time. */
#define _GNU_SOURCE
#include "ui/asking.h"

#include <locale.h>

#include "app/ask.h"
#include "app/kernel.h"
#include "tests/program.h"
#include "tests/site.h"
#include "ui/view.h"

struct world {
	struct test_site site;
	struct ask *ask;
	struct ui *ui;
};

static int64_t fake_now(void)
{
	return 1772355600000000;
}

static void news(void *arg)
{
	struct world *w = arg;

	w->ui->waiting |= WAIT_ASK;
	loop_stop(w->site.l, 0);
}

/* A program that answers once the file "go" is there. */
static void make_program(struct world *w)
{
	const char *top = w->site.t.top;

	test_program(w->ask, top,
		     "while ! [ -e %s/go ]; do sleep 0.01; done\ncase $2 in\n"
		     "codesearch-definitions) cat %s/go ;;\n"
		     "*) echo '{\"Commits\":[{\"Commit\":\"0123456789abcdef\",\"Date\":\"2026-01-01\",\"Author\":\"A\",\"Subject\":\"a pond\"}]}' ;;\nesac\n",
		     top, top);
}

static int setup(void **state)
{
	struct world *w = calloc(1, sizeof *w);
	struct err e = {0};
	struct session *s;

	*state = w;
	setlocale(LC_ALL, "C.UTF-8");
	test_site_make(&w->site);
	w->site.app.now = fake_now;
	test_app_set(&w->site.app, "reviewer", "R");
	test_app_set(&w->site.app, "kernel", w->site.t.dir);
	test_app_set(&w->site.app, "commit", "cafe");
	w->ask = ask_new(&w->site.app, w->site.l, news, w);
	make_program(w);
	s = test_app_open(&w->site.app, test_src("examples/pond-race.json"));
	w->ui = ui_new(&w->site.app, s, 24, 100, NULL, &e);
	assert_non_null(w->ui);
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;

	ui_free(w->ui);
	ask_free(w->ask);
	test_site_remove(&w->site);
	free(w);
	return 0;
}

static void press(struct world *w, const char *keys)
{
	for (; *keys; keys++)
		ui_press(w->ui, (unsigned char)*keys);
	while (ui_idle(w->ui))
		;
	ui_draw(w->ui);
}

static void answer(struct world *w, const char *text)
{
	FILE *f;
	char path[200];

	snprintf(path, sizeof path, "%s/go.new", w->site.t.top);
	f = fopen(path, "w");
	assert_non_null(f);
	fprintf(f, "%s\n", text);
	assert_int_equal(fclose(f), 0);
	test_tree_run(&w->site.t, "mv ../go.new ../go");
	while (ask_state(w->ask) == ASK_WAITS)
		loop_run(w->site.l);
	press(w, "");
}

static bool shows(struct world *w, const char *words)
{
	struct buf b = BUF_INIT;
	bool there;

	grid_text(ui_draw(w->ui), &b);
	there = slice_find(buf_slice(&b), words, 0) != SLICE_NONE;
	if (!there)
		print_message("# no '%s' in\n%.3000s\n", words, buf_str(&b));
	buf_release(&b);
	return there;
}

static void what_is_asked_shows_and_ends(void **state)
{
	struct world *w = *state;

	press(w, "x2\vl");
	assert_true(shows(w, "asking for the commits of drivers/pond/pond.h lines "));
	assert_true(shows(w, " since 0s: Escape ends it"));
	press(w, "jj1"); /* keys do what they do */
	assert_true(shows(w, "asking for the commits of"));
	press(w, "?q"); /* q leaves what it always leaves */
	assert_int_equal(ask_state(w->ask), ASK_WAITS);
	press(w, "\033");
	assert_true(shows(w, "not asked any more: the commits of drivers/pond/pond.h lines "));
	assert_int_equal(ask_state(w->ask), ASK_IDLE);
	press(w, "\033");
	assert_true(shows(w, "nothing to leave here"));
	/* who waits for a list and leaves it does not leave the program */
	press(w, "2\vlq");
	assert_true(shows(w, "not asked any more"));
	assert_false(w->ui->done);
	assert_int_equal(ask_state(w->ask), ASK_IDLE);
	/* another run ends it, too */
	press(w, "2\vl");
	assert_int_equal(ask_state(w->ask), ASK_WAITS);
	assert_true(ui_open(w->ui, session_open(&w->site.app, test_src("examples/pond-race.json"), NULL)));
	assert_int_equal(ask_state(w->ask), ASK_IDLE);
	press(w, "");
	assert_false(w->ui->waiting & WAIT_ASK);
}

/* A form that is open is not covered: the answer waits for its key. */
static void an_answer_covers_nothing_that_was_begun(void **state)
{
	struct world *w = *state;

	press(w, "x2\vl");
	press(w, "o");
	answer(w, "");
	assert_true(w->ui->decide.open);
	assert_int_equal(w->ui->view, VIEW_PANES);
	assert_true(shows(w, "answered: the commits of drivers/pond/pond.h lines "));
	press(w, "\033");
	press(w, "\va");
	assert_true(shows(w, "Log  drivers/pond/pond.h lines "));
	assert_true(shows(w, "0123456789ab 2026-01-01  A  a pond"));
	/* what was answered of a commit is there at once */
	press(w, "q");
	test_tree_run(&w->site.t, "rm ../go");
	press(w, "\vl");
	assert_int_equal(ask_state(w->ask), ASK_ANSWERED);
	assert_true(shows(w, "0123456789ab 2026-01-01  A  a pond"));
}

/* Source goes to the definition only as long as the reviewer is where it was asked. */
static void a_definition_leads_away_only_from_where_it_was_asked(void **state)
{
	static const char one[] = "{\"Definitions\":[{\"Kind\":\"function\",\"SourceFile\":\"drivers/pond/pond_bus.c\",\"SourceLine\":12,"
				  "\"LastLine\":20,\"Static\":false}],\"Sure\":true}";
	struct world *w = *state;

	press(w, "x2:definition pond_bus_scan\r");
	answer(w, one);
	assert_true(shows(w, "Source  drivers/pond/pond_bus.c"));
	assert_true(shows(w, "the definition of pond_bus_scan; ^T goes back"));
	press(w, "\024");
	assert_true(shows(w, "Source  drivers/pond/pond.h"));
	test_tree_run(&w->site.t, "rm ../go");
	press(w, "2:definition pond_bus_stop\r");
	press(w, "3");
	answer(w, one);
	assert_int_equal(w->ui->view, VIEW_ANSWERS);
	assert_true(shows(w, "Definitions  pond_bus_stop  at cafe  1 definition"));
	/* and a link that nobody knows leads to the frame of the report */
	press(w, "q");
	test_tree_run(&w->site.t, "rm ../go");
	press(w, "1");
	list_go(&w->ui->report.list, 4); /* asm_common_interrupt */
	press(w, "\035");
	assert_true(shows(w, "asking for the definition of asm_common_interrupt"));
	answer(w, "{\"error\":\"requested entity does not exist\"}");
	assert_true(shows(w, "the definition of asm_common_interrupt is not known: this is its frame in the report"));
}

/* A question that was asked in a list leads back to it, also where nobody knows an answer. */
static void a_list_is_not_lost_for_a_question(void **state)
{
	struct world *w = *state;

	press(w, "C:definition nobody\r");
	answer(w, "{\"error\":\"requested entity does not exist\"}");
	assert_true(shows(w, "no definition of nobody was found"));
	press(w, "q");
	assert_int_equal(w->ui->view, VIEW_CLAIMS);
	press(w, "?:definition nobody\r");
	press(w, "\033q");
	assert_int_equal(w->ui->view, VIEW_CLAIMS);
	press(w, "q?:definition nobody\rq");
	assert_int_equal(w->ui->view, VIEW_PANES);
	assert_false(ui_done(w->ui));
}

static void kernel_news(void *arg)
{
	struct world *w = arg;

	w->ui->waiting |= WAIT_KERNEL;
	loop_stop(w->site.l, 0);
}

static void settle(struct world *w)
{
	press(w, "");
	while (w->ui->source.waits) {
		loop_run(w->site.l);
		press(w, "");
	}
}

/* Show the file around an access line, with all that the repository has to say about it. */
static void look(struct world *w, unsigned access)
{
	source_frame(w->ui, access, 0);
	ui_focus(w->ui, PANE_SOURCE);
	settle(w);
}

/* A commit that has the file otherwise than tools returned it: its numbers of lines are not those that show. */
static void lines_of_another_text_are_not_asked_about(void **state)
{
	struct world *w = *state;

	test_tree_commit(&w->site.t);
	test_tree_run(&w->site.t, "sed -i '1i /* one */' drivers/pond/pond.h; git commit -qam B");
	test_app_set(&w->site.app, "commit", "HEAD");
	w->site.kernel = kernel_new(&w->site.app, w->site.l, kernel_news, w);
	look(w, 0);
	press(w, "\vb");
	assert_true(shows(w, "these lines are not those of"));
	assert_int_equal(ask_state(w->ask), ASK_IDLE);
	/* an answer is of the commit, and so is the text that it leads to */
	press(w, ":definition pond_test\r");
	answer(w, "{\"Definitions\":[{\"Kind\":\"function\",\"SourceFile\":\"drivers/pond/pond.h\",\"SourceLine\":78,\"LastLine\":81,"
		  "\"Static\":true}],\"Sure\":true}");
	settle(w);
	assert_int_equal(w->ui->source.rows[w->ui->source.list.cursor].line, 78);
	assert_int_equal(w->ui->source.rows[w->ui->source.list.cursor].mark, 0);
	assert_true(shows(w, "static inline bool pond_test"));
	assert_true(shows(w, ": tools read"));
	/* back at the frame it is theirs again, and forward again the commit's */
	press(w, "\024");
	assert_true(shows(w, "not of "));
	assert_int_equal(w->ui->source.rows[w->ui->source.list.cursor].line, 67);
	press(w, ":forward\r");
	settle(w);
	assert_int_equal(w->ui->source.rows[w->ui->source.list.cursor].line, 78);
	press(w, "\024");
	/* what the repository has of the frame's file, and of the one that shows, needs no question */
	test_app_set(&w->site.app, "commit", "HEAD~1");
	report_select(w->ui, 0, 2);
	source_frame(w->ui, 0, 2);
	look(w, 0);
	source_file(w->ui, SLICE("drivers/pond/pond_bus.c"), 94);
	settle(w);
	ui_focus(w->ui, PANE_REPORT);
	press(w, "\035");
	assert_true(shows(w, "this line looks like the definition of pond_bus_irq"));
	assert_int_equal(w->ui->source.rows[w->ui->source.list.cursor].line, 33);
	source_file(w->ui, SLICE("drivers/pond/pond_bus.c"), 94);
	press(w, "\035");
	assert_true(shows(w, "this line looks like the definition of pond_add"));
	press(w, "2/devm_kzalloc\r\013d"); /* of several words of the line the one that the search marks */
	assert_true(shows(w, "asking for the definition of devm_kzalloc"));
	press(w, "\033\033");
	press(w, "/pond_drain\r\035");
	assert_true(shows(w, "this line looks like the definition of pond_drain"));
	assert_int_equal(ask_state(w->ask), ASK_IDLE); /* the question before: none was asked since */
	/* nor for what the function declares */
	source_file(w->ui, SLICE("drivers/pond/pond_bus.c"), 52);
	settle(w);
	press(w, "/parent\r\013d");
	assert_true(shows(w, "parent is declared here, in the function; ^T goes back"));
	assert_int_equal(w->ui->source.rows[w->ui->source.list.cursor].line, 50);
	press(w, "\013d"); /* also in its head */
	assert_true(shows(w, "parent is declared here"));
	assert_int_equal(ask_state(w->ask), ASK_IDLE);
	press(w, "\033");
	source_file(w->ui, SLICE("drivers/pond/pond_bus.c"), 54);
	settle(w);
	press(w, "\013d");
	assert_true(shows(w, "p is declared here"));
	assert_int_equal(w->ui->source.rows[w->ui->source.list.cursor].line, 52);
	press(w, "\024");
	assert_int_equal(w->ui->source.rows[w->ui->source.list.cursor].line, 54);
	/* a commit that has it so is asked about */
	test_app_set(&w->site.app, "commit", "HEAD~1");
	test_tree_run(&w->site.t, "rm ../go");
	look(w, 0);
	press(w, "\013d"); /* of the racing access its field, with the struct that the text tells */
	assert_true(shows(w, "asking for the definition of pond::flags"));
	press(w, "\033\033/flags\r\013d"); /* and of whatever else it uses as a member */
	assert_true(shows(w, "asking for the definition of pond::flags"));
	press(w, "\033\033\vb");
	assert_int_equal(ask_state(w->ask), ASK_WAITS);
	assert_true(shows(w, "asking for who changed drivers/pond/pond.h lines"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_is_asked_shows_and_ends, setup, teardown),
		cmocka_unit_test_setup_teardown(an_answer_covers_nothing_that_was_begun, setup, teardown),
		cmocka_unit_test_setup_teardown(lines_of_another_text_are_not_asked_about, setup, teardown),
		cmocka_unit_test_setup_teardown(a_list_is_not_lost_for_a_question, setup, teardown),
		cmocka_unit_test_setup_teardown(a_definition_leads_away_only_from_where_it_was_asked, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
