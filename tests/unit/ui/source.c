/* Source over a repository: the file at the kernel's commit, compared with what tools returned. */
#define _GNU_SOURCE
#include "ui/source.h"

#include <locale.h>

#include "app/app.h"
#include "app/kernel.h"
#include "app/listing.h"
#include "base/mem.h"
#include "tests/site.h"
#include "ui/both_side.h"
#include "ui/view.h"

/* A repository whose commit A has what the run's tools read, and commit B three lines more at the beginning of one file. */
struct world {
	struct test_site site;
	char a[65], b[65];
	struct ui *ui;
};

static int64_t fake_now(void)
{
	return 1772355600000000;
}

static void news(void *arg)
{
	struct world *w = arg;

	w->ui->waiting |= WAIT_KERNEL;
	loop_stop(w->site.l, 0);
}

static void commit_of(struct world *w, char id[65])
{
	snprintf(id, 65, "%s", test_tree_run(&w->site.t, "git rev-parse HEAD"));
}

/* Both commits, of a tree that lies there; `file` gets the lines. */
static void commits(struct world *w, const char *file)
{
	char script[300];

	test_tree_commit(&w->site.t);
	commit_of(w, w->a);
	snprintf(script, sizeof script, "sed -i '1i /* one */\\n/* two */\\n/* three */' %s", file);
	test_tree_run(&w->site.t, script);
	test_tree_run(&w->site.t, "git commit -qam B");
	commit_of(w, w->b);
}

static int setup(void **state)
{
	struct world *w = calloc(1, sizeof *w);

	*state = w;
	setlocale(LC_ALL, "C.UTF-8");
	test_site_make(&w->site);
	w->site.app.now = fake_now;
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;

	ui_free(w->ui);
	test_site_remove(&w->site);
	free(w);
	return 0;
}

/* All that is to be known is known. */
static void settle(struct world *w)
{
	for (;;) {
		while (ui_idle(w->ui))
			;
		ui_draw(w->ui);
		if (!w->ui->source.waits && !(w->ui->view == VIEW_BOTH && w->ui->both.side[0]->source.waits))
			return;
		loop_run(w->site.l);
	}
}

static void open_run(struct world *w, const char *file)
{
	static const struct ui_host host;
	struct err e = {0};
	struct session *s = session_begin(&w->site.app, file, false, &e);

	if (!s)
		fail_msg("%s", e.msg);
	w->ui = ui_new(&w->site.app, s, 45, 160, &host, &e);
	assert_non_null(w->ui);
	ui_draw(w->ui);
	w->site.kernel = kernel_new(&w->site.app, w->site.l, news, w);
	w->ui->waiting |= WAIT_KERNEL;
	settle(w);
}

static void type(struct world *w, const char *keys)
{
	for (; *keys; keys++)
		ui_press(w->ui, (unsigned char)*keys);
	settle(w);
}

static bool shows(struct world *w, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static bool shows(struct world *w, const char *fmt, ...)
{
	struct buf b = BUF_INIT, words = BUF_INIT;
	bool there;
	va_list ap;

	va_start(ap, fmt);
	buf_addv(&words, fmt, ap);
	va_end(ap);
	grid_text(ui_draw(w->ui), &b);
	there = slice_find(buf_slice(&b), buf_str(&words), 0) != SLICE_NONE;
	if (!there)
		print_message("# no '%s' in\n%.600s\n", buf_str(&words), buf_str(&b)); /* longer ones are cut, and the line end with it */
	buf_release(&b);
	buf_release(&words);
	return there;
}

static void open_example(struct world *w, const char *commit)
{
	commits(w, "drivers/pond/pond_irq.c");
	test_site_at(&w->site, commit ? commit : w->b);
	open_run(w, test_src("examples/pond-race.json"));
}

static void the_whole_file_is_shown_at_its_commit(void **state)
{
	struct world *w = *state;

	commits(w, "drivers/pond/pond_irq.c");
	test_site_at(&w->site, w->a);
	open_run(w, test_src("examples/pond-race.json"));
	assert_true(shows(w, "at %.12s, read in span", w->a));
	type(w, "2j\r");
	assert_false(w->ui->source.race);
	assert_true(shows(w, "drivers/pond/pond.h  at %.12s", w->a));
	assert_int_equal(w->ui->source.rows[0].line, 1);
	for (size_t i = 0; i < w->ui->source.list.n; i++)
		assert_int_equal(w->ui->source.rows[i].line, i + 1);
	assert_true(slice_is(w->ui->source.commit, w->a));
	type(w, ":go drivers/pond/pond_bus.c:3\r"); /* no tool returned a line of it */
	assert_true(shows(w, "drivers/pond/pond_bus.c  at %.12s, not read", w->a));
	assert_true(w->ui->source.rows[2].unread);
	type(w, "2\r");
	assert_true(shows(w, "no tool returned this line"));
	type(w, "D");
	assert_true(shows(w, "at %.12s, read in span", w->a));
}

static void other_text_is_said_and_theirs_is_shown(void **state)
{
	struct world *w = *state;

	open_example(w, NULL);
	assert_true(shows(w, "tools read other source than that of %.12s", w->b));
	type(w, ":go drivers/pond/pond_irq.c:37\r");
	assert_true(shows(w, "not of %.12s", w->b));
	type(w, "2g");
	assert_true(shows(w, "At %.12s", w->b));
	assert_true(shows(w, "theirs are shown"));
	assert_int_equal(w->ui->source.commit.n, 0);
	type(w, ":set commit HEAD~1\r");
	assert_true(shows(w, "drivers/pond/pond_irq.c  at %.12s", w->a));
}

/* Whoever sets a commit means it, but must not take its lines for those that crashed. */
static void a_commit_that_did_not_crash_is_told_from_the_one_that_did(void **state)
{
	struct world *w = *state;
	char own[200];

	open_example(w, "HEAD~1");
	assert_true(shows(w, "source of %.12s, not of 7d21c0b5e9f3 that crashed", w->a));
	buf_cut(&w->ui->message, 0);
	snprintf(own, sizeof own, "%s", w->a);
	w->ui->session->run->kernel_commit = slice_sub(slice_str(own), 0, 12);
	type(w, ":set commit HEAD\r");
	assert_true(shows(w, "tools read other source"));
	type(w, ":set commit HEAD~1\r");
	assert_false(shows(w, "that crashed"));
}

/* Where no agent was there to read it, that nobody did is nothing to say. */
static void source_of_a_bare_report_is_not_called_unread(void **state)
{
	struct world *w = *state;

	test_tree_commit(&w->site.t);
	test_site_at(&w->site, "HEAD");
	open_run(w, test_src("examples/report.txt"));
	assert_true(shows(w, "drivers/pond/pond.h:67  at "));
	assert_false(shows(w, "not read"));
}

static void what_is_missing_is_a_sentence(void **state)
{
	struct world *w = *state;

	open_example(w, "0123456789012345678901234567890123456789");
	assert_true(shows(w, "commit 0123456789012345678901234567890123456789 is not in"));
	type(w, "2j\r2g");
	assert_true(shows(w, "fetch"));
	assert_true(shows(w, "0123456789012345678901234567890123456789 brings it"));
	type(w, ":set kernel /\r");
	assert_true(shows(w, "is not under git"));
	type(w, ":set kernel /nowhere/at/all\r");
	assert_true(shows(w, "cannot open the source tree"));
}

/* The cursor stays at its line when a part of a file becomes the whole of it. */
static void the_cursor_stays_at_its_line(void **state)
{
	struct world *w = *state;
	uint32_t line;

	open_example(w, NULL);
	type(w, ":go drivers/pond/pond_irq.c:37\r2jj");
	line = w->ui->source.rows[w->ui->source.list.cursor].line;
	type(w, ":set commit HEAD~1\r");
	assert_int_equal(w->ui->source.rows[w->ui->source.list.cursor].line, line);
}

/* A report in which both accesses are in one file, the first of them further down; its text is at `path`. */
static void write_report(struct world *w, struct buf *path)
{
	static const char report[] =
		"BUG: KCSAN: data-race in pond_test / pond_mark\n\n"
		"read to 0xffff888104a3e03c of 4 bytes by task 412 on cpu 0:\n pond_test+0x4f/0x140 drivers/pond/pond.h:79\n"
		" kthread+0x493/0x520 kernel/kthread.c:471\n\n"
		"read-write to 0xffff888104a3e03c of 4 bytes by interrupt on cpu 1:\n pond_mark+0x71/0x130 drivers/pond/pond.h:67\n"
		" kthread+0x493/0x520 kernel/kthread.c:471\n\n";

	test_tree_write(&w->site.t, "../report.txt", slice_str(report));
	buf_addf(path, "%s/report.txt", w->site.t.top);
}

/* Is it in the sentences of Source, which wrap? */
static bool says(const struct world *w, const char *words)
{
	const struct source_pane *p = &w->ui->source;
	struct buf b = BUF_INIT;
	bool there;

	for (size_t i = 0; i < p->list.n; i++)
		if (p->rows[i].kind == SRC_TEXT)
			buf_add_slice(&b, p->rows[i].text);
	there = slice_find(buf_slice(&b), words, 0) != SLICE_NONE;
	if (!there)
		print_message("# no '%s' in: %s\n", words, buf_str(&b));
	buf_release(&b);
	return there;
}

/* Where only the release is known, what the repository has of that release is named. */
static void a_release_leads_to_a_commit(void **state)
{
	struct world *w = *state;
	struct buf path = BUF_INIT;

	test_tree_write(&w->site.t, "../report.txt",
			SLICE("BUG: KCSAN: data-race in pond_mark / pond_test\n\n"
			      "write to 0xffff888104a3e03c of 4 bytes by task 412 on cpu 0:\n pond_mark+0x4f/0x140 drivers/pond/pond.h:67\n\n"
			      "CPU: 0 UID: 0 PID: 412 Comm: a Not tainted 6.18.0-rc4-kcsan #0\n"));
	buf_addf(&path, "%s/report.txt", w->site.t.top);
	commits(w, "drivers/pond/pond_irq.c");
	test_app_set(&w->site.app, "kernel", w->site.t.dir);
	open_run(w, buf_str(&path));
	type(w, "1j\r2g");
	assert_true(says(w, "what is checked out is of its release 6.18.0-rc4-kcsan: :set commit HEAD"));
	test_tree_run(&w->site.t, "git tag v6.18-rc4; sed -i 's/-rc4/-rc5/' Makefile; git commit -qam C");
	kernel_free(w->site.kernel);
	w->site.kernel = kernel_new(&w->site.app, w->site.l, news, w);
	type(w, ":set kernel /nowhere\r");
	type(w, ":set kernel ");
	type(w, w->site.t.dir);
	type(w, "\r");
	assert_true(says(w, "its release is 6.18.0-rc4-kcsan: :set commit v6.18-rc4"));
	test_tree_run(&w->site.t, "git tag -d v6.18-rc4");
	type(w, ":set kernel /nowhere\r");
	type(w, ":set kernel ");
	type(w, w->site.t.dir);
	type(w, "\r");
	assert_true(says(w, "is of another release than its 6.18.0-rc4-kcsan"));
	type(w, ":set commit HEAD~1\r");
	assert_true(shows(w, "drivers/pond/pond.h  at "));
	buf_release(&path);
}

/* The same while several parts of one file show. */
static void the_cursor_stays_at_its_line_of_both_places(void **state)
{
	struct world *w = *state;
	struct buf path = BUF_INIT;

	write_report(w, &path);
	commits(w, "drivers/pond/pond_irq.c");
	test_site_at(&w->site, w->a);
	open_run(w, buf_str(&path));
	type(w, "2");
	while (w->ui->source.rows[w->ui->source.list.cursor].line != 79)
		type(w, "j");
	news(w);
	settle(w);
	assert_int_equal(w->ui->source.rows[w->ui->source.list.cursor].line, 79);
	ui_resize(w->ui, 40, 140);
	settle(w);
	assert_int_equal(w->ui->source.rows[w->ui->source.list.cursor].line, 79);
	buf_release(&path);
}

/* Also where the room changes, and in the view of both accesses. */
static void a_definition_is_not_taken_for_the_frames_line(void **state)
{
	struct world *w = *state;
	struct buf path = BUF_INIT;
	struct frame *f;

	write_report(w, &path);
	commits(w, "drivers/pond/pond_irq.c");
	test_site_at(&w->site, w->a);
	open_run(w, buf_str(&path));
	f = &w->ui->session->run->crash->access[0].frames[0];
	f->defined_in = f->file;
	f->defined = 77;
	f->file = SLICE("");
	f->line = 0;
	type(w, "1gj");
	assert_true(shows(w, "drivers/pond/pond.h  line unknown: where pond_test is defined"));
	ui_resize(w->ui, 45, 150);
	assert_true(shows(w, "drivers/pond/pond.h  line unknown: where pond_test is defined"));
	type(w, "D");
	assert_true(shows(w, "drivers/pond/pond.h  line unknown: where pond_test is defined"));
	buf_release(&path);
}

/* What comes while help lies over a view is there when help is left. */
static void a_view_below_help_learns_what_is_new(void **state)
{
	struct world *w = *state;

	open_example(w, NULL);
	type(w, "D");
	assert_false(shows(w, "at %.12s, read in span", w->a));
	type(w, "?:set commit HEAD~1\r");
	type(w, "q");
	assert_true(w->ui->view == VIEW_BOTH);
	assert_true(shows(w, "at %.12s, read in span", w->a));
}

/* The page's own file at commit A, three lines inserted above at B. */
static void the_page_fits_the_commit_that_its_agent_read(void **state)
{
	struct world *w = *state;
	struct buf text = BUF_INIT, path = BUF_INIT;
	const struct evidence_file *f;
	struct session *s;
	bool asks = true;

	buf_adds(&path, test_data("syzbot-assessment-kcsan-audit.txt"));
	s = test_app_open(&w->site.app, buf_str(&path));
	f = evidence_file(s->evidence, SLICE("kernel/audit.c"));
	assert_non_null(f);
	assert_true(f->whole);
	for (size_t i = 0; i < f->n; i++)
		buf_addf(&text, "%.*s\n", (int)f->lines[i].text.n, f->lines[i].text.p);
	test_tree_write(&w->site.t, "kernel/audit.c", buf_slice(&text));
	session_free(s);
	commits(w, "kernel/audit.c");
	test_site_at(&w->site, w->b);
	open_run(w, buf_str(&path));
	assert_true(shows(w, "kernel/audit.c:249  as read in span 6: of %.12s, not of %.12s", w->a, w->b));
	assert_true(shows(w, "tools read other source than that of %.12s", w->b));
	assert_true(shows(w, "W    249         audit_cmd_mutex.owner = current;"));
	assert_true(shows(w, "R    270         return (current == audit_cmd_mutex.owner);"));
	type(w, "2j\r");
	assert_true(shows(w, "W    249         audit_cmd_mutex.owner = current;"));
	type(w, "g");
	assert_true(shows(w, "those of commit %.12s", w->a));
	type(w, ":set commit HEAD~1\r");
	assert_true(shows(w, "kernel/audit.c  at %.12s, read in span 6", w->a));
	/* nor is it there any more; then nothing is said of other files by that commit */
	test_tree_run(&w->site.t, "git mv kernel/audit.c kernel/log.c; git commit -qm C; git tag c");
	type(w, ":set commit c\r");
	assert_true(shows(w, "kernel/audit.c  as read in span 6: of %.12s, not of c", w->a));
	for (bool foreign = false; asks; assert_true(asks || foreign)) { /* what became of it takes git some time */
		asks = false;
		foreign = listing_is_foreign(w->ui->session, &asks);
		if (asks)
			loop_run(w->site.l);
	}
	settle(w);
	type(w, "g");
	assert_true(shows(w, "renamed it to"));
	assert_true(shows(w, "Tools returned"));
	buf_release(&text);
	buf_release(&path);
}

/* Without a commit, the one that fits what was read is taken, and said. */
static void a_commit_that_is_not_named_is_found(void **state)
{
	struct world *w = *state;
	struct buf path = BUF_INIT;
	static const char recording[] =
		"[{\"Seq\":0,\"Nesting\":0,\"Type\":\"flow\",\"Name\":\"f\",\"Started\":\"2026-05-11T08:00:00Z\",\"Finished\":\"2026-05-11T08:00:09Z\"},\n"
		"{\"Seq\":1,\"Nesting\":1,\"Type\":\"tool\",\"Name\":\"read-file\",\"Started\":\"2026-05-11T08:00:03Z\","
		"\"Finished\":\"2026-05-11T08:00:04Z\",\"Args\":{\"File\":\"arch/x86/one.c\"},\"Results\":{\"Contents\":\"int one;\\n\"}}]\n";

	test_tree_write(&w->site.t, "../run.json", slice_str(recording));
	test_tree_write(&w->site.t, "arch/x86/one.c", SLICE("int one;\n"));
	buf_addf(&path, "%s/run.json", w->site.t.top);
	commits(w, "arch/x86/one.c");
	test_app_set(&w->site.app, "kernel", w->site.t.dir);
	open_run(w, buf_str(&path));
	type(w, ":go arch/x86/one.c:1\r");
	assert_true(shows(w, "arch/x86/one.c  at "));
	assert_true(slice_eq(w->ui->source.rows[0].text, SLICE("int one;")));
	assert_true(shows(w, "arch/x86/one.c  at %.12s", w->a));
	type(w, ":go drivers/pond/pond_irq.c:5\r"); /* for another file it is proposed only */
	assert_true(shows(w, "arch/x86/one.c is as in %.12s", w->a));
	buf_release(&path);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

static const struct CMUnitTest tests[] = {
	TEST(the_whole_file_is_shown_at_its_commit),
	TEST(other_text_is_said_and_theirs_is_shown),
	TEST(a_commit_that_did_not_crash_is_told_from_the_one_that_did),
	TEST(source_of_a_bare_report_is_not_called_unread),
	TEST(what_is_missing_is_a_sentence),
	TEST(the_cursor_stays_at_its_line),
	TEST(the_cursor_stays_at_its_line_of_both_places),
	TEST(a_definition_is_not_taken_for_the_frames_line),
	TEST(a_view_below_help_learns_what_is_new),
	TEST(the_page_fits_the_commit_that_its_agent_read),
	TEST(a_commit_that_is_not_named_is_found),
	TEST(a_release_leads_to_a_commit),
};

TEST_MAIN()
