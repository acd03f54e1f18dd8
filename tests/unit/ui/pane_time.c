#define _GNU_SOURCE /* mkstemp, mkdtemp, setenv */
#include "tests/app.h"

#include <locale.h>

#include "app/session.h"
#include "base/fs.h"
#include "ui/ui.h"

/* The views over a recording that is read in slices: they are counted and filled on as it comes. */

enum { SPANS = 4000 };

static struct app *app_begin(void)
{
	static struct app a;
	static char home[] = "/tmp/verdict-time-XXXXXX";

	if (strstr(home, "XXXXXX"))
		assert_non_null(mkdtemp(home));
	setlocale(LC_ALL, "C.UTF-8");
	test_app_init(&a, home);
	test_app_set(&a, "reviewer", "Rita Reviewer <rita@example.org>");
	return &a;
}

static const char report[] =
	"BUG: KCSAN: data-race in pond_a / pond_b\\n\\n"
	"write to 0xffff888100000000 of 8 bytes by task 1 on cpu 0:\\n pond_a+0x1/0x20 drivers/pond/pond.c:10\\n\\n"
	"read to 0xffff888100000000 of 8 bytes by task 2 on cpu 1:\\n pond_b+0x1/0x20 drivers/pond/pond.c:20\\n\\n"
	"Reported by Kernel Concurrency Sanitizer on:\\nCPU: 1 PID: 2 Comm: x Not tainted 6.1.0 #1\\n";

/* Larger than what is read before the first screen; the racing lines are read by the last call. */
static void write_file(char *path)
{
	struct buf b = BUF_INIT;
	int fd;

	strcpy(path, "/tmp/verdict-time-XXXXXX");
	fd = mkstemp(path);
	assert_true(fd >= 0);
	buf_addf(&b, "{\"Seq\":0,\"Nesting\":0,\"Type\":\"flow\",\"Name\":\"x\",\"Finished\":\"2026-01-01T00:00:00Z\"}\n"
		 "{\"Seq\":1,\"Nesting\":1,\"Type\":\"agent\",\"Name\":\"expert\",\"Finished\":\"2026-01-01T00:00:00Z\",\"Prompt\":\"%s\"}\n",
		 report);
	for (int i = 2; i < SPANS; i++) {
		bool last = i == SPANS - 1;

		buf_addf(&b, "{\"Seq\":%d,\"Nesting\":2,\"Type\":\"%s\",\"Name\":\"%s\",\"Started\":\"2026-01-01T00:00:00Z\","
			 "\"Finished\":\"2026-01-01T00:00:00.5Z\",", i, last ? "tool" : "llm", last ? "read-file" : "turn");
		if (last)
			buf_adds(&b, "\"Args\":{\"File\":\"drivers/pond/pond.c\",\"FirstLine\":1,\"LineCount\":29},\"Results\":{\"Contents\":\"");
		else
			buf_adds(&b, "\"InputTokens\":7,\"Reply\":\"");
		for (int l = 1; last && l < 30; l++)
			buf_addf(&b, "%4d:\\tline %d of the pond\\n", l, l);
		if (!last)
			buf_pad(&b, 'h', 1000);
		buf_adds(&b, last ? "\"}}\n" : "\"}\n");
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
		ui_draw(ui);
}

static void the_timeline_counts_on_while_a_recording_is_read(void **state)
{
	char path[64];
	struct app *a = app_begin();
	struct ui *ui;

	(void)state;
	write_file(path);
	ui = screen(a, path);
	ui_press(ui, 'T');
	assert_true(shows(ui, "Timeline  steps  1 of "));
	assert_false(shows(ui, "of 4000"));
	settle(ui);
	assert_true(shows(ui, "Timeline  steps  1 of 4000 "));
	assert_true(shows(ui, "3997 turns, most 7, last 7"));
	ui_press(ui, 'G');
	assert_true(shows(ui, "4000 of 4000"));
	ui_press(ui, 'T');
	assert_false(shows(ui, "Timeline"));
	ui_free(ui);
	app_release(a);
	unlink(path);
}

static void both_accesses_show_lines_as_soon_as_a_call_returned_them(void **state)
{
	char path[64];
	struct app *a = app_begin();
	struct ui *ui;

	(void)state;
	write_file(path);
	ui = screen(a, path);
	ui_press(ui, 'D');
	assert_true(shows(ui, "Both accesses"));
	assert_true(shows(ui, "Not read: no tool call that is read so far returned line 10"));
	settle(ui);
	assert_true(shows(ui, "line 10 of the pond"));
	assert_true(shows(ui, "line 20 of the pond"));
	ui_press(ui, 'j');
	assert_true(shows(ui, "drivers/pond/pond.c  as read in span 3999"));
	ui_free(ui);
	app_release(a);
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_timeline_counts_on_while_a_recording_is_read),
		cmocka_unit_test(both_accesses_show_lines_as_soon_as_a_call_returned_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
