#define _GNU_SOURCE /* mkstemp, mkdtemp, setenv */
#include "tests/app.h"

#include <locale.h>

#include "app/session.h"
#include "base/fs.h"
#include "ui/ui.h"

/* A search of a recording that is read in slices. */

enum { SPANS = 4000 };

static struct app *app_begin(void)
{
	static struct app a;
	static char home[] = "/tmp/verdict-find-XXXXXX";

	if (strstr(home, "XXXXXX"))
		assert_non_null(mkdtemp(home));
	setlocale(LC_ALL, "C.UTF-8");
	test_app_init(&a, home);
	test_app_set(&a, "reviewer", "Rita Reviewer <rita@example.org>");
	return &a;
}

/* Larger than what is read before the first screen; the word to find stands in the first and in the last span. */
static void write_file(char *path)
{
	struct buf b = BUF_INIT;
	int fd;

	strcpy(path, "/tmp/verdict-find-XXXXXX");
	fd = mkstemp(path);
	assert_true(fd >= 0);
	for (int i = 0; i < SPANS; i++) {
		buf_addf(&b, "{\"Seq\":%d,\"Nesting\":%d,\"Type\":\"%s\",\"Name\":\"x\",\"Finished\":\"2026-01-01T00:00:00Z\",\"Reply\":\"",
			 i, i > 0, i ? "llm" : "flow");
		buf_pad(&b, 'h', 1000);
		buf_adds(&b, i == 0 || i == SPANS - 1 ? " Needle\"}\n" : "\"}\n");
	}
	assert_int_equal(fs_write_all(fd, b.p, b.n), 0);
	close(fd);
	buf_release(&b);
}

static struct ui *screen(struct app *a, const char *path)
{
	struct err e = {0};
	struct session *s = session_begin(a, path, false, &e);
	struct ui *ui;

	if (!s)
		fail_msg("%s", e.msg);
	assert_true(session_reading(s));
	ui = ui_new(a, s, 40, 140, NULL, &e);
	assert_non_null(ui);
	return ui;
}

static void type(struct ui *ui, const char *keys)
{
	for (; *keys; keys++)
		ui_press(ui, (ui_key)(unsigned char)*keys);
}

static bool shows(struct ui *ui, const char *text)
{
	struct buf b = BUF_INIT;
	bool yes;

	grid_text(ui_draw(ui), &b);
	yes = slice_find(buf_slice(&b), text, 0) != SLICE_NONE;
	buf_release(&b);
	return yes;
}

static void settle(struct ui *ui)
{
	while (ui_idle(ui))
		;
}

static void the_search_waits_for_the_recording(void **state)
{
	struct app *a = app_begin();
	char path[64];
	struct ui *ui;

	(void)state;
	write_file(path);
	ui = screen(a, path);
	type(ui, "SNeedle\r");
	assert_true(shows(ui, "0 hits, waits until all is read: reading"));
	settle(ui);
	assert_true(shows(ui, "Search  Needle  2 hits, at 1"));
	type(ui, "\r");
	assert_true(shows(ui, "Text  0 flow x"));
	type(ui, "n");
	assert_true(shows(ui, "Text  3999 llm x"));
	assert_true(shows(ui, "hit 2 of 2"));
	type(ui, "n");
	assert_true(shows(ui, "search went round the end"));
	ui_free(ui);
	app_release(a);
	unlink(path);
}

static void leaving_ends_it_and_coming_back_goes_on(void **state)
{
	struct app *a = app_begin();
	char path[64];
	struct ui *ui;

	(void)state;
	write_file(path);
	ui = screen(a, path);
	type(ui, "SNeedle\rq");
	settle(ui);
	type(ui, "S\r");
	assert_true(shows(ui, "0 hits, 0 % searched"));
	settle(ui);
	assert_true(shows(ui, "2 hits"));
	type(ui, "Snot there\r"); /* another search takes its place */
	assert_true(shows(ui, "Search  not there  0 hits"));
	settle(ui);
	assert_true(shows(ui, "not found in the run: not there"));
	ui_free(ui);
	app_release(a);
	unlink(path);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(the_search_waits_for_the_recording),
	cmocka_unit_test(leaving_ends_it_and_coming_back_goes_on),
};

TEST_MAIN()
