/* A report without places gets them from a vmlinux that is compiled here. */
#define _GNU_SOURCE
#include "app/places.h"

#include <stdio.h>
#include <stdlib.h>

#include "app/kernel.h"
#include "app/session_export.h"
#include "tests/site.h"

struct world {
	struct test_site site;
	struct places *places;
	unsigned news;
};

static void news(void *arg)
{
	struct world *w = arg;

	w->news++;
	loop_stop(w->site.l, 0);
}

static const char code[] =
	"volatile int level;\n"
	"static inline __attribute__((always_inline)) void pond_mark(int n)\n"
	"{\n"
	"	level = n;\n" /* 4 */
	"}\n"
	"void pond_fill(int n)\n"
	"{\n"
	"	pond_mark(n);\n" /* 8 */
	"}\n"
	"int pond_level(void)\n"
	"{\n"
	"	return level + 1;\n" /* 12 */
	"}\n"
	"int main(void)\n"
	"{\n"
	"	pond_fill(level);\n"
	"	return pond_level();\n"
	"}\n";

static int setup(void **state)
{
	struct world *w = calloc(1, sizeof *w);

	*state = w;
	test_site_make(&w->site);
	w->places = places_new(&w->site.app, w->site.l, news, w);
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;

	places_free(w->places);
	test_site_remove(&w->site);
	free(w);
	return 0;
}

/* The report, as of the vmlinux in "build", or of one whose functions are `more` bytes longer. */
static void open_report(struct world *w, unsigned more)
{
	static const char script[] =
		"length() { nm -n build/vmlinux | awk -v f=$1 '$3 == f {a = $1; next} a {print \"0x\" $1, \"0x\" a; exit}' |"
		" while read e b; do printf '0x%%x' $((e - b + %u)); done; };"
		"mkdir -p build; cc -g -O1 -o build/vmlinux \"$PWD\"/drivers/pond/level.c;"
		"{ echo 'BUG: KCSAN: data-race in pond_fill / pond_level'; echo;"
		" echo 'write to 0xffff888100a10040 of 4 bytes by task 71 on cpu 0:'; echo \" pond_fill+0x1/$(length pond_fill)\"; echo ' ksys_x+0x33/0x80'; echo;"
		" echo 'read to 0xffff888100a10040 of 4 bytes by task 72 on cpu 1:'; echo \" pond_level+0x1/$(length pond_level)\"; echo;"
		" echo 'Reported by Kernel Concurrency Sanitizer on:'; echo 'CPU: 1 PID: 72 Comm: fisher Not tainted 6.1.0 #7'; } >report.txt";
	const char *const have[] = {"sh", "-c", "command -v cc && command -v nm && command -v addr2line", NULL};
	struct buf out = BUF_INIT, line = BUF_INIT;
	char path[200];

	if (proc_capture(have, &out, 4096, 10000, NULL) != 0) {
		print_message("# no compiler: skipped\n");
		skip();
	}
	test_tree_write(&w->site.t, "drivers/pond/level.c", slice_str(code));
	buf_addf(&line, script, more);
	test_tree_run(&w->site.t, buf_str(&line));
	snprintf(path, sizeof path, "%s/report.txt", w->site.t.dir);
	w->site.session = test_app_open(&w->site.app, path);
	buf_release(&out);
	buf_release(&line);
}

/* What is said once an answer came. */
static const char *wait(struct world *w, bool *filled)
{
	static struct buf words;

	buf_clear(&words);
	places_look(w->places, w->site.session);
	while (!places_take(w->places, w->site.session, &words, filled))
		loop_run(w->site.l);
	return buf_str(&words);
}

static void frames_get_their_places(void **state)
{
	struct world *w = *state;
	const struct access *a;
	uint64_t shown;
	char build[120];
	bool filled;

	open_report(w, 0);
	snprintf(build, sizeof build, "%s/build", w->site.t.dir);
	test_app_set(&w->site.app, "build", build);
	shown = w->site.session->shown;
	assert_non_null(strstr(wait(w, &filled), "places of 2 of 3 frames are from "));
	assert_true(filled);
	assert_int_not_equal(w->site.session->shown, shown);
	a = &w->site.session->run->crash->access[0];
	assert_int_equal(a->nframes, 3); /* one was inlined */
	assert_slice(a->frames[0].function, "pond_mark");
	assert_slice(a->frames[0].file, "drivers/pond/level.c");
	assert_true(a->frames[0].inlined && a->frames[0].line == 4);
	assert_slice(a->frames[1].function, "pond_fill");
	assert_true(!a->frames[1].inlined && a->frames[1].has_offset && a->frames[1].line == 8);
	assert_int_equal(crash_call_site(a), 1);
	assert_slice(a->frames[2].function, "ksys_x"); /* which it has not */
	assert_int_equal(a->frames[2].file.n, 0);
	assert_int_equal(w->site.session->run->crash->access[1].frames[0].line, 12);
	places_look(w->places, w->site.session); /* it is not asked again */
	assert_int_equal(w->news, 1);
}

/* A run waits for them, before anything is sent. */
static void a_run_finds_them_at_once(void **state)
{
	struct world *w = *state;
	struct crash *c;
	struct buf words = BUF_INIT;
	struct err e;
	char file[120];

	open_report(w, 0);
	c = w->site.session->run->crash;
	assert_int_equal(places_find(&w->site.app, c, &words, &e), 0);
	assert_int_equal(words.n, 0); /* nobody was asked */
	test_app_set(&w->site.app, "vmlinux", "/nowhere/vmlinux");
	assert_int_equal(places_find(&w->site.app, c, &words, &e), 0);
	assert_non_null(strstr(buf_str(&words), "cannot open '/nowhere/vmlinux'"));
	buf_clear(&words);
	snprintf(file, sizeof file, "%s/build/vmlinux", w->site.t.dir);
	test_app_set(&w->site.app, "vmlinux", file);
	assert_int_equal(places_find(&w->site.app, c, &words, &e), 1);
	assert_non_null(strstr(buf_str(&words), "places of 2 of 3 frames are from "));
	assert_int_equal(c->access[0].frames[0].line, 4);
	buf_release(&words);
}

static int to_buf(void *arg, struct slice piece)
{
	return buf_add_slice(arg, piece);
}

/* What is written of the report is what was recorded, whatever the screen knows besides. */
static void places_are_not_exported(void **state)
{
	struct world *w = *state;
	struct buf text = BUF_INIT;
	struct err e;
	char build[120];
	bool filled;

	open_report(w, 0);
	snprintf(build, sizeof build, "%s/build", w->site.t.dir);
	test_app_set(&w->site.app, "build", build);
	wait(w, &filled);
	assert_true(filled);
	assert_int_equal(session_export(w->site.session, exporter_find("json"), to_buf, &text, &e), 0);
	assert_true(slice_find(buf_slice(&text), "pond_fill", 0) != SLICE_NONE);
	assert_true(slice_find(buf_slice(&text), "level.c", 0) == SLICE_NONE);
	assert_int_equal(w->site.session->run->crash->access[0].nframes, 3);
	buf_release(&text);
}

static void another_build_is_told(void **state)
{
	struct world *w = *state;
	char file[120];
	bool filled;

	open_report(w, 16);
	snprintf(file, sizeof file, "%s/build/vmlinux", w->site.t.dir);
	test_app_set(&w->site.app, "vmlinux", file);
	assert_non_null(strstr(wait(w, &filled), "is of another build: pond_fill has 0x"));
	assert_false(filled);
	assert_int_equal(w->site.session->run->crash->access[0].nframes, 2);
	test_app_set(&w->site.app, "vmlinux", "/nowhere/vmlinux");
	assert_non_null(strstr(wait(w, &filled), "cannot open '/nowhere/vmlinux'"));
	assert_false(filled);
}

/* Without a vmlinux the repository tells where the function is, and no line of the access. */
static void functions_are_looked_up_by_their_name(void **state)
{
	struct world *w = *state;
	const struct frame *f;
	bool asked = false;

	open_report(w, 0);
	test_tree_write(&w->site.t, "drivers/pond/use.c", SLICE("void pond_fill(int n);\nvoid other(void)\n{\n\tpond_fill(2);\n}\n"));
	test_tree_write(&w->site.t, "drivers/pond/a.c", SLICE("int pond_level(void)\n{\n\treturn 0;\n}\n")); /* a second one of that name */
	test_tree_commit(&w->site.t);
	w->site.kernel = kernel_new(&w->site.app, w->site.l, news, w);
	test_app_set(&w->site.app, "kernel", w->site.t.dir);
	assert_false(places_define(w->places, w->site.session)); /* of which commit is not known */
	test_app_set(&w->site.app, "commit", "HEAD");
	assert_false(places_asks(w->places));
	while (!places_define(w->places, w->site.session)) {
		loop_run(w->site.l);
		asked |= places_asks(w->places);
	}
	assert_true(asked);
	f = &w->site.session->run->crash->access[0].frames[0];
	assert_slice(f->defined_in, "drivers/pond/level.c");
	assert_int_equal(f->defined, 6);
	assert_int_equal(f->line, 0);
	assert_int_equal(f->file.n, 0);
	for (places_define(w->places, w->site.session); places_asks(w->places); places_define(w->places, w->site.session))
		loop_run(w->site.l); /* its files may be on their way */
	assert_int_equal(w->site.session->run->crash->access[1].frames[0].defined, 0); /* which of the two is not certain */
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

static const struct CMUnitTest tests[] = {
	TEST(frames_get_their_places),
	TEST(a_run_finds_them_at_once),
	TEST(places_are_not_exported),
	TEST(another_build_is_told),
	TEST(functions_are_looked_up_by_their_name),
};

TEST_MAIN()
