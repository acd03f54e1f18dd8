#define _GNU_SOURCE /* mkstemp, mkdtemp, setenv */
#include "tests/app.h"

#include <fcntl.h>
#include <locale.h>
#include <sys/stat.h>

#include "app/session.h"
#include "base/fs.h"
#include "base/json.h"
#include "export/export.h"
#include "ui/ui.h"

/*
 * One recording in three ways: whole, as JSON lines, and followed while it is written byte by byte.  What a reviewer sees
 * must not tell them apart.
 */

static int64_t fake_now(void)
{
	static int64_t t = 1772355600000000;

	return t += 1000000;
}

static struct app *app_begin(void)
{
	static struct app a;
	static char home[] = "/tmp/verdict-reading-XXXXXX";

	if (strstr(home, "XXXXXX"))
		assert_non_null(mkdtemp(home));
	setlocale(LC_ALL, "C.UTF-8");
	test_app_init(&a, home);
	a.now = fake_now;
	test_app_set(&a, "reviewer", "Rita Reviewer <rita@example.org>");
	return &a;
}

/* ---- the recording ---- */

/* Without blanks between the values: a record must fit in a line. */
static void squeeze(struct buf *out, struct slice s)
{
	bool string = false;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"')
			string = !string;
		if (string || !strchr(" \t\r\n", s.p[i]))
			buf_addc(out, s.p[i]);
		if (string && s.p[i] == '\\')
			buf_addc(out, s.p[++i]);
	}
}

static void example(struct buf *array, struct buf *lines)
{
	struct buf file = BUF_INIT;
	struct json_iter it;

	assert_int_equal(fs_read(test_src("examples/pond-race.json"), &file, NULL), 0);
	squeeze(array, buf_slice(&file));
	it = json_iter(buf_slice(array));
	while (json_next(&it)) {
		buf_add_slice(lines, it.value);
		buf_addc(lines, '\n');
	}
	buf_release(&file);
}

struct grown {
	char path[32];
	int fd;
};

static void grown_open(struct grown *g)
{
	strcpy(g->path, "/tmp/verdict-grown-XXXXXX");
	g->fd = mkstemp(g->path);
	assert_true(g->fd >= 0);
}

static void grown_close(struct grown *g)
{
	close(g->fd);
	unlink(g->path);
}

static void settle(struct ui *ui)
{
	while (ui_idle(ui))
		;
}

static void grow(struct grown *g, struct ui *ui, struct slice bytes)
{
	assert_int_equal(write(g->fd, bytes.p, bytes.n), (ssize_t)bytes.n);
	ui_watch(ui);
	settle(ui);
}

static struct ui *open_screen(struct app *a, const char *path, bool follow, struct session **s)
{
	struct err e = {0};
	struct ui *ui;

	*s = session_begin(a, path, follow, &e);
	if (!*s)
		fail_msg("%s", e.msg);
	ui = ui_new(a, *s, 40, 140, NULL, &e);
	assert_non_null(ui);
	settle(ui);
	return ui;
}

/* ---- what is compared ---- */

static void add_screen(struct ui *ui, struct buf *out)
{
	const struct grid *g;

	settle(ui);
	g = ui_draw(ui);
	grid_text(g, out);
	grid_roles(g, out);
}

/* All that a walk through the panes shows. */
static void add_screens(struct ui *ui, struct buf *out)
{
	static const char keys[] = "1jjj\t2j\t3jjjjjjjj jjG4jjA";

	add_screen(ui, out);
	for (size_t i = 0; i < sizeof keys - 1; i++) {
		ui_press(ui, (ui_key)(unsigned char)keys[i]);
		add_screen(ui, out);
	}
}

/* show --json without what names the bytes themselves. */
static void add_show(struct session *s, struct buf *out)
{
	struct buf all = BUF_INIT;
	struct slice rest, line;

	export_show_json(&all, &(struct export_in){.run = s->run, .events = &s->events, .review = s->review});
	rest = buf_slice(&all);
	while (slice_line(&rest, &line))
		if (!slice_starts(line, "  \"id\":") && !slice_starts(line, "  \"recording\":") &&
		    !slice_starts(line, "  \"format\":")) {
			buf_add_slice(out, line);
			buf_addc(out, '\n');
		}
	buf_release(&all);
}

static void add_all(struct ui *ui, struct session *s, struct buf *out)
{
	assert_false(session_reading(s));
	assert_int_equal(strlen(s->run->id), SHA256_HEX);
	add_show(s, out);
	add_screens(ui, out);
}

static void read_whole(struct app *a, struct slice bytes, const char *format, struct buf *out)
{
	struct grown g;
	struct session *s;
	struct ui *ui;

	grown_open(&g);
	assert_int_equal(fs_write_all(g.fd, bytes.p, bytes.n), 0);
	ui = open_screen(a, g.path, false, &s);
	assert_string_equal(s->run->format, format);
	add_all(ui, s, out);
	ui_free(ui);
	grown_close(&g);
}

static void follow(struct app *a, struct slice bytes, const char *format, struct buf *out)
{
	struct grown g;
	struct session *s;
	struct ui *ui;

	grown_open(&g);
	ui = open_screen(a, g.path, true, &s);
	for (size_t i = 0; i < bytes.n; i++) {
		grow(&g, ui, slice_sub(bytes, i, i + 1));
		if (i % 4096 == 0)
			ui_draw(ui);
		assert_true(s->following || i + 2 >= bytes.n); /* a last newline belongs to nothing */
	}
	assert_string_equal(s->run->format, format);
	add_all(ui, s, out);
	ui_free(ui);
	grown_close(&g);
}

static void the_same_spans_look_the_same_however_they_came(void **state)
{
	struct buf array = BUF_INIT, lines = BUF_INIT, want = BUF_INIT, got[3] = {0};
	struct app *a = app_begin();

	(void)state;
	example(&array, &lines);
	read_whole(a, buf_slice(&array), "span JSON", &want);
	assert_true(want.n > 20000);
	read_whole(a, buf_slice(&lines), "span JSON lines", &got[0]);
	follow(a, buf_slice(&array), "span JSON", &got[1]);
	follow(a, buf_slice(&lines), "span JSON lines", &got[2]);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(got[i].n, want.n);
		assert_memory_equal(got[i].p, want.p, want.n);
		buf_release(&got[i]);
	}
	buf_release(&want);
	buf_release(&array);
	buf_release(&lines);
	app_release(a);
}

/* ---- while it grows ---- */

static bool shows(struct ui *ui, const char *text)
{
	struct buf b = BUF_INIT;
	bool found;

	grid_text(ui_draw(ui), &b);
	found = slice_find(buf_slice(&b), text, 0) != SLICE_NONE;
	buf_release(&b);
	return found;
}

static void type(struct ui *ui, const char *text)
{
	for (; *text; text++)
		ui_press(ui, (ui_key)(unsigned char)*text);
	settle(ui);
}

/* The example, all but its last record, followed; `rest` is that record. */
static struct ui *half(struct app *a, struct grown *g, struct session **s, struct buf *lines, struct slice *rest)
{
	struct buf array = BUF_INIT;
	struct slice all;
	struct ui *ui;
	size_t at;

	example(&array, lines);
	all = buf_slice(lines);
	at = slice_rfind(slice_sub(all, 0, all.n - 1), "\n") + 1;
	grown_open(g);
	ui = open_screen(a, g->path, true, s);
	grow(g, ui, slice_sub(all, 0, at));
	*rest = slice_sub(all, at, all.n);
	buf_release(&array);
	return ui;
}

static void what_grows_can_be_annotated_and_is_decided_when_it_ends(void **state)
{
	struct app *a = app_begin();
	struct buf lines = BUF_INIT;
	struct slice rest;
	struct grown g;
	struct session *s;
	struct ui *ui = half(a, &g, &s, &lines, &rest);

	(void)state;
	assert_true(s->following);
	assert_true(shows(ui, "growing"));
	type(ui, "a");
	assert_true(shows(ui, "the recording still grows"));
	type(ui, "3jjcgood so far\r");
	assert_int_equal(s->review->nannotations, 1);
	assert_string_equal(s->run->id, "");
	grow(&g, ui, rest);
	assert_false(s->following);
	assert_true(s->stored);
	assert_int_equal(s->review->nannotations, 1);
	assert_string_equal(s->review->annotations[0].text, "good so far");
	type(ui, "a");
	assert_true(shows(ui, "approve"));
	type(ui, "\r");
	ui_free(ui);
	grown_close(&g);
	buf_release(&lines);
	app_release(a);
}

static void freezing_takes_it_as_it_is(void **state)
{
	struct app *a = app_begin();
	struct buf lines = BUF_INIT;
	struct slice rest;
	struct grown g;
	struct session *s;
	struct ui *ui = half(a, &g, &s, &lines, &rest);

	(void)state;
	assert_int_equal(write(g.fd, rest.p, 20), 20);
	ui_watch(ui);
	settle(ui);
	type(ui, ":freeze\r");
	assert_false(session_reading(s));
	assert_int_equal(strlen(s->run->id), SHA256_HEX);
	assert_int_equal(s->run->state, RUN_RUNNING);
	assert_true(s->run->cut);
	assert_int_equal(write(g.fd, rest.p + 20, rest.n - 20), (ssize_t)rest.n - 20);
	assert_false(ui_watch(ui));
	assert_int_equal(session_take(s, NULL, &(struct err){0}), 0); /* the bytes of then, not those of now */
	ui_free(ui);
	grown_close(&g);
	buf_release(&lines);
	app_release(a);
}

static void says_that_the_file_was_cut_or_removed_and_stays(void **state)
{
	struct app *a = app_begin();

	(void)state;
	for (int removed = 0; removed < 2; removed++) {
		struct buf lines = BUF_INIT;
		struct slice rest, text;
		struct grown g;
		struct session *s;
		struct ui *ui = half(a, &g, &s, &lines, &rest);
		size_t n = traj_count(s->run->traj), cursor = 0;
		struct err e = {0};

		if (removed)
			unlink(g.path);
		else
			assert_int_equal(ftruncate(g.fd, 5000), 0);
		assert_false(ui_watch(ui));
		settle(ui);
		assert_true(shows(ui, removed ? "was removed" : "was cut from"));
		assert_true(shows(ui, "not read to its end"));
		assert_int_equal(traj_count(s->run->traj), n);
		type(ui, "3Gkkk");
		assert_true(shows(ui, removed ? "llm" : "llm"));
		traj_release_bodies(s->run->traj);
		for (size_t i = 0; i < n; i++)
			cursor += traj_field(s->run->traj, i, FIELD_RECORD, &text, &e) < 0;
		assert_int_equal(cursor > 0, !removed || cursor > 0);
		type(ui, "a");
		assert_true(shows(ui, "cannot decide"));
		ui_free(ui);
		grown_close(&g);
		buf_release(&lines);
	}
	app_release(a);
}

/* The cursor, the focus and a selection are where they were, whatever comes. */
static void the_position_stays_while_spans_come(void **state)
{
	struct app *a = app_begin();
	struct buf lines = BUF_INIT, before = BUF_INIT, after = BUF_INIT;
	struct slice rest;
	struct grown g;
	struct session *s;
	struct ui *ui = half(a, &g, &s, &lines, &rest);
	struct slice was, is;
	size_t at;

	(void)state;
	type(ui, "3gjjjj4jjv");
	grid_text(ui_draw(ui), &before);
	grow(&g, ui, SLICE("{\"Seq\":23,\"Nesting\":1,\"Type\":\"tool\",\"Name\":\"grepper\"}\n"));
	grid_text(ui_draw(ui), &after);
	assert_int_equal(traj_count(s->run->traj), 24);
	/* only the totals in the frame of Run, and nothing in Text, tell that something came */
	was = buf_slice(&before);
	is = buf_slice(&after);
	at = slice_find(was, "23… spans", 0);
	assert_true(at != SLICE_NONE);
	assert_true(slice_find(is, "24… spans", 0) != SLICE_NONE);
	assert_memory_equal(was.p, is.p, at);
	ui_free(ui);
	grown_close(&g);
	buf_release(&before);
	buf_release(&after);
	buf_release(&lines);
	app_release(a);
}

/* What is listed as not read is read meanwhile. */
static void what_was_not_read_is_looked_for_again(void **state)
{
	struct app *a = app_begin();
	struct buf array = BUF_INIT, lines = BUF_INIT;
	struct session *s;
	struct grown g;
	struct ui *ui;
	size_t cut;

	(void)state;
	example(&array, &lines);
	cut = slice_find(buf_slice(&lines), "\"codesearch-definition-source\"", 0);
	while (lines.p[cut - 1] != '\n')
		cut--;
	grown_open(&g);
	ui = open_screen(a, g.path, true, &s);
	grow(&g, ui, slice_sub(buf_slice(&lines), 0, cut));
	type(ui, "U");
	assert_true(shows(ui, "never read   pond_mark()"));
	type(ui, "?");
	grow(&g, ui, slice_sub(buf_slice(&lines), cut, lines.n));
	type(ui, "q");
	assert_true(shows(ui, "read         pond_mark()"));
	ui_free(ui);
	grown_close(&g);
	buf_release(&array);
	buf_release(&lines);
	app_release(a);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(what_was_not_read_is_looked_for_again),
	cmocka_unit_test(the_same_spans_look_the_same_however_they_came),
	cmocka_unit_test(what_grows_can_be_annotated_and_is_decided_when_it_ends),
	cmocka_unit_test(freezing_takes_it_as_it_is),
	cmocka_unit_test(says_that_the_file_was_cut_or_removed_and_stays),
	cmocka_unit_test(the_position_stays_while_spans_come),
};

TEST_MAIN()
