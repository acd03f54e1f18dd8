/* The text of a file at a commit, held against what tools returned. */
#define _GNU_SOURCE
#include "app/listing.h"

#include "app/unread.h"
#include "tests/site.h"

#define REPORT(release) "BUG: KCSAN: data-race in fa / fb\\n\\nwrite to 0xffff888100000000 of 4 bytes by task 1 on cpu 0:\\n" \
	" fa+0x1/0x2 net/a.c:8\\n\\nread to 0xffff888100000000 of 4 bytes by task 2 on cpu 1:\\n fb+0x1/0x2 net/a.c:14\\n\\n" \
	"Reported by Kernel Concurrency Sanitizer on:\\nCPU: 1 UID: 0 PID: 2 Comm: a Not tainted " release " #0 PREEMPT(full) \\n"
#define RUN(release, tool) "[{\"Seq\":0,\"Nesting\":0,\"Type\":\"flow\",\"Name\":\"f\",\"Started\":\"2026-05-11T08:00:00Z\"," \
	"\"Finished\":\"2026-05-11T08:00:09Z\"},\n{\"Seq\":1,\"Nesting\":1,\"Type\":\"agent\",\"Name\":\"e\"," \
	"\"Started\":\"2026-05-11T08:00:01Z\",\"Finished\":\"2026-05-11T08:00:08Z\",\"Prompt\":\"" REPORT(release) "\"},\n" \
	"{\"Seq\":2,\"Nesting\":2,\"Type\":\"tool\",\"Started\":\"2026-05-11T08:00:02Z\",\"Finished\":\"2026-05-11T08:00:03Z\"," tool "}]\n"
#define GREP(output) "\"Name\":\"grepper\",\"Args\":{\"Expression\":\"n\"},\"Results\":{\"Output\":\"" output "\"}"

static const char file[] = /* the second line is a long one */
	"struct x { int n; };\n"
	"static const char word[] = \"an \xc3\xa4 and much else\";\n"
	"struct ops { int n; } ops = { .n = 1 };\n"
	"\n"
	"static void fa(struct x *p)\n"
	"{\n"
	"	/* p->n */\n"
	"	p->n = 1;\n"
	"	p->n++;\n"
	"}\n"
	"\n"
	"static int fb(struct x *p)\n"
	"{\n"
	"	return p->n;\n"
	"}\n"
	"\n"
	"static void fc(struct x *p, struct x *q)\n"
	"{\n"
	"	p->n = q->n;\n"
	"	q->n = 0;\n"
	"}\n"
	"\n"
	"int fd(struct x *p)\n"
	"{\n"
	"	return p->n;\n"
	"}\n";

static void news(void *arg)
{
	struct test_site *s = arg;

	loop_stop(s->l, 0);
}

static int setup(void **state)
{
	struct test_site *s = calloc(1, sizeof *s);

	*state = s;
	test_site_make(s);
	s->kernel = kernel_new(&s->app, s->l, news, s);
	test_tree_write(&s->t, "net/a.c", slice_str(file));
	test_tree_commit(&s->t);
	test_site_at(s, "HEAD");
	return 0;
}

static int teardown(void **state)
{
	test_site_remove(*state);
	free(*state);
	return 0;
}

static void open_run(struct test_site *s, const char *recording)
{
	char path[128];

	test_tree_write(&s->t, "../run.json", slice_str(recording));
	snprintf(path, sizeof path, "%s/run.json", s->t.top);
	s->session = test_app_open(&s->app, path);
}

/* The file, once all of it is known. */
static void look(struct test_site *s, struct arena *a, struct listing *l)
{
	for (;;) {
		listing_of(s->session, SLICE("net/a.c"), a, l);
		if (!l->waits)
			return;
		loop_run(s->l);
	}
}

static void what_a_search_showed_is_held_against_it(void **state)
{
	struct test_site *s = *state;
	struct arena *a = arena_new();
	struct listing l;
	bool asks = false;

	open_run(s, RUN("6.18.0-rc4", GREP("net/a.c:8:\\tp->n = 2;\\n")));
	look(s, a, &l);
	assert_int_equal(l.from, LISTING_TOOLS);
	assert_int_equal(l.compared, 1);
	assert_int_equal(l.differing, 1);
	assert_true(listing_is_foreign(s->session, &asks));
	arena_free(a);
}

/* Lines of a search end where they are long; a letter may be cut in two. */
static void a_line_that_a_search_cut_is_no_other_one(void **state)
{
	struct test_site *s = *state;
	struct arena *a = arena_new();
	struct listing l;
	bool asks = false;

	open_run(s, RUN("6.18.0-rc4", GREP("net/a.c:2:static const char word[] = \\\"an \xef\xbf\xbd...\\nnet/a.c:8:\\tp->n = 1;\\n")));
	look(s, a, &l);
	assert_int_equal(l.from, LISTING_COMMIT);
	assert_int_equal(l.compared, 2);
	assert_int_equal(l.differing, 0);
	assert_false(listing_is_foreign(s->session, &asks));
	arena_free(a);
}

/* A release that is a name alone is not that of another kernel. */
static void a_release_without_a_number_says_nothing(void **state)
{
	struct test_site *s = *state;
	struct arena *a = arena_new();
	struct listing l;

	open_run(s, RUN("syzkaller", GREP("")));
	look(s, a, &l);
	assert_int_equal(l.other.n, 0);
	session_free(s->session);
	open_run(s, RUN("6.1.192", GREP("")));
	look(s, a, &l);
	assert_true(slice_is(l.other, "6.1.192"));
	arena_free(a);
}

/* Whoever else uses the racing field in these files, by their text at the commit. */
static void users_that_nobody_read_are_told(void **state)
{
	struct test_site *s = *state;
	struct arena *a = arena_new();
	struct unread_row *r;
	struct listing l;
	size_t n, users = 0;
	bool waits;

	open_run(s, RUN("6.18.0-rc4", GREP("net/a.c:25:\\treturn p->n;\\n")));
	look(s, a, &l);
	n = unread_find(s->session, a, &r, &waits);
	assert_false(waits);
	for (size_t i = 0; i < n; i++) {
		if (r[i].what != UNREAD_USER)
			continue;
		assert_true(slice_is(r[i].of, users ? "fd" : "fc"));
		assert_int_equal(r[i].line, users ? 25 : 19);
		assert_int_equal(r[i].state, users ? UNREAD_GREPPED : UNREAD_NEVER);
		users++;
	}
	assert_int_equal(users, 2);
	arena_free(a);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

static const struct CMUnitTest tests[] = {
	TEST(what_a_search_showed_is_held_against_it),
	TEST(a_line_that_a_search_cut_is_no_other_one),
	TEST(a_release_without_a_number_says_nothing),
	TEST(users_that_nobody_read_are_told),
};

TEST_MAIN()
