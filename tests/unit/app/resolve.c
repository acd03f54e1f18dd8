#define _GNU_SOURCE /* mkdtemp, setenv */
#include "app/resolve.h"

#include "tests/app.h"

static const char report[] = "BUG: KCSAN: data-race in foo / bar\\n\\n"
	"write to 0xffff888100000000 of 8 bytes by task 1 on cpu 0:\\n foo+0x10/0x20 mm/slub.c:12\\n outer.isra.0+0x1/0x2 fs/open.c:7\\n\\n"
	"read to 0xffff888100000000 of 8 bytes by task 2 on cpu 1:\\n bar+0x10/0x20 mm/slub.c:40\\n\\n"
	"Reported by Kernel Concurrency Sanitizer on:\\nCPU: 1 UID: 0 PID: 2 Comm: x Not tainted 6.1.0 #1\\n";

static void tool(struct buf *b, int seq, const char *file, const char *text)
{
	buf_addf(b, "{\"Seq\":%d,\"Nesting\":1,\"Type\":\"tool\",\"Name\":\"read-file\",\"Finished\":\"2026-03-01T09:00:00Z\","
		"\"Args\":{\"File\":\"%s\"},\"Results\":{\"Contents\":\"%s\"}}\n", seq, file, text);
}

static int setup(void **state)
{
	struct buf b = BUF_INIT;
	struct test_opened *o;

	buf_addf(&b, "{\"Seq\":0,\"Nesting\":0,\"Type\":\"agent\",\"Name\":\"expert\",\"Finished\":\"2026-03-01T09:00:00Z\",\"Prompt\":\"%s\"}\n",
		report);
	tool(&b, 1, "mm/slub.c", "  10:\\tint foo(void);\\n  11:\\tstatic int foo(void)\\n  12:\\t{\\n");
	tool(&b, 2, "mm/util.c", "   5:\\t#define twice(x) \\\\\\n   6:\\t\\treturn once(x);\\n");
	tool(&b, 3, "fs/util.c", "  77:\\tvoid *alloc(int n)\\n");
	o = test_open_text("run.jsonl", buf_slice(&b));
	evidence_update(o->session->evidence);
	buf_release(&b);
	*state = o;
	return 0;
}

static void words(const struct target *t, struct buf *out)
{
	buf_clear(out);
	if (!t->found)
		return;
	buf_addf(out, "%.*s:%u%s%s", (int)t->path.n, t->path.p, t->line, t->frame ? " frame" : "", t->by_looks ? " looks" : "");
	if (t->others)
		buf_addf(out, " +%zu", t->others);
}

static void a_file_is_found_by_the_end_of_its_path(void **state)
{
	static const struct {
		const char *path;
		uint32_t line;
		const char *where;
	} cases[] = {
		{"mm/slub.c", 11, "mm/slub.c:11"}, {"slub.c", 11, "mm/slub.c:11"}, {"./mm/slub.c", 12, "mm/slub.c:12"},
		{"mm/slub.c", 0, "mm/slub.c:12"},  {"/usr/src/linux/mm/slub.c", 12, "mm/slub.c:12"}, {"b/mm/slub.c", 12, "mm/slub.c:12"},
		{"lub.c", 11, ""},		   {"mm/none.c", 1, ""},
		{"util.c", 77, "fs/util.c:77 +1"}, {"util.c", 5, "mm/util.c:5 +1"}, {"util.c", 0, "mm/util.c:5 +1"},
		/* what no tool returned, but a frame is in */
		{"open.c", 0, "fs/open.c:7 frame"}, {"fs/open.c", 7, "fs/open.c:7 frame"}, {"fs/open.c", 9, "fs/open.c:9"},
	};
	struct test_opened *o = *state;
	struct buf b = BUF_INIT;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct target t = resolve_file(o->session, slice_str(cases[i].path), cases[i].line);

		words(&t, &b);
		if (strcmp(buf_str(&b), cases[i].where) != 0)
			fail_msg("%s:%u is '%s', not '%s'", cases[i].path, cases[i].line, buf_str(&b), cases[i].where);
	}
	buf_release(&b);
}

static void a_function_is_found_by_the_looks_of_its_definition(void **state)
{
	static const char *const cases[][2] = {
		{"foo", "mm/slub.c:11 looks"}, {"twice", "mm/util.c:5 looks"}, {"alloc", "fs/util.c:77 looks"},
		{"bar", "mm/slub.c:40 frame"}, {"outer", "fs/open.c:7 frame"}, {"once", ""}, {"none", ""},
	};
	struct test_opened *o = *state;
	struct buf b = BUF_INIT;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct resolve r;

		resolve_begin(&r, slice_str(cases[i][0]));
		while (resolve_step(o->session, &r, 0))
			;
		words(&r.target, &b);
		if (strcmp(buf_str(&b), cases[i][1]) != 0)
			fail_msg("%s is '%s', not '%s'", cases[i][0], buf_str(&b), cases[i][1]);
	}
	buf_release(&b);
}

static void looks_of_definitions(void **state)
{
	static const struct {
		const char *line;
		bool yes;
	} cases[] = {
		{"void foo(int a)", true}, {"static inline struct x *foo(int a) {", true}, {"foo(a, b)", true},
		{"#define foo(x) (x)", true}, {"#define foo 1", true}, {"# define foo 1", false},
		{"void foo(int a);", false}, {"\tfoo(a);", false}, {"  foo(a)", false}, {"x = foo(a)", false}, {"void foobar(int a)", false},
		{"void bar_foo(int a)", false}, {"int a(foo(b))", false}, {" * foo(a) does", false}, {"#define bar foo(x)", false},
		{"foo", false}, {"foo:", false}, {"", false}, {"if (foo(x))", false}, {"struct foo {", true}, {"struct foo", false},
		{"struct foo;", false}, {"struct foo *x;", false}, {"enum foo {", true}, {"static struct x foo;", true},
		{"} foo;", true}, {"\t} foo;", false}, {"int foo = 1;", true}, {"int foo[3] = {", true}, {"extern int foo;", false},
		{"foo = 1;", false}, {"foo;", false}, {"return foo;", false}, {"goto foo;", false}, {"static DEFINE_MUTEX(foo);", true},
		{"DEFINE_PER_CPU(int, foo);", true}, {"SYSCALL_DEFINE2(foo, int, a,", true}, {"EXPORT_SYMBOL(foo);", false},
		{"\tDEFINE_X(foo);", false}, {"struct foo bar(int x)", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		if (resolve_defines(slice_str(cases[i].line), SLICE("foo")) != cases[i].yes)
			fail_msg("%s", cases[i].line);
	assert_false(resolve_defines(SLICE("void foo(int a)"), SLICE("")));
}

/* Spans got other indexes between two slices, and the evidence begins again: what was found in its files is looked for anew. */
static void what_moved_is_looked_for_again(void **state)
{
	struct test_opened *o = *state;
	struct session *s = o->session;
	struct span_put put = {.seq = 9, .nesting = 1, .type = SPAN_TOOL, .name = SLICE("grepper"), .started = WHEN_NONE,
			       .finished = WHEN_NONE};
	struct resolve r;

	resolve_begin(&r, SLICE("nobody_has_it"));
	assert_false(resolve_step(s, &r, 1000000));
	r.have = true; /* as a slice leaves it that met a line which was only grepped, in the last file */
	r.grepped_file = evidence_files(s->evidence) - 1;
	r.grepped_line = 77;
	traj_put(s->run->traj, &put);
	put.seq = 8;
	traj_put(s->run->traj, &put);
	evidence_free(s->evidence);
	s->evidence = evidence_new(s->run->traj);
	while (resolve_step(s, &r, 1000000))
		;
	assert_false(r.target.found);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test_setup_teardown(what_moved_is_looked_for_again, setup, test_opened_teardown),
	cmocka_unit_test_setup_teardown(a_file_is_found_by_the_end_of_its_path, setup, test_opened_teardown),
	cmocka_unit_test_setup_teardown(a_function_is_found_by_the_looks_of_its_definition, setup, test_opened_teardown),
	cmocka_unit_test(looks_of_definitions),
};

TEST_MAIN()
