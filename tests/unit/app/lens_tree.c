/* What is held around accesses by the text of a repository: of the kernel that crashed, or of another one. */
#define _GNU_SOURCE
#include "app/lens.h"

#include "app/listing.h"
#include "tests/site.h"

struct world {
	struct test_site site;
	const char *const *headers; /* that are asked for, too; NULL: none */
};

static void news(void *arg)
{
	struct world *w = arg;

	loop_stop(w->site.l, 0);
}

static int setup(void **state)
{
	struct world *w = calloc(1, sizeof *w);

	*state = w;
	test_site_make(&w->site);
	w->site.kernel = kernel_new(&w->site.app, w->site.l, news, w);
	test_tree_commit(&w->site.t);
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;

	test_site_remove(&w->site);
	free(w);
	return 0;
}

/* All that is asked of the repository is answered. */
static void settle(struct world *w)
{
	struct session *s = w->site.session;
	bool waits = true;

	while (waits) {
		struct arena *a = arena_new();
		struct listing l;

		waits = false;
		listing_is_foreign(s, &waits);
		for (size_t i = 0; listing_file_of_run(s, i).n; i++) {
			listing_of(s, listing_file_of_run(s, i), a, &l);
			waits |= l.waits;
		}
		if (w->headers) {
			struct slice commit = session_commit(s), id, names, why;
			struct err e;
			struct repo *r = kernel_repo(w->site.kernel, &e);
			char full[80];

			waits |= repo_commit(r, commit, &id, &why) == REPO_ASKED;
			snprintf(full, sizeof full, "%.*s", (int)id.n, id.p ? id.p : "");
			waits |= !waits && repo_names(r, slice_str(full), &names, &why) == REPO_ASKED;
		}
		for (const char *const *h = w->headers; h && *h; h++) {
			listing_of(s, slice_str(*h), a, &l);
			waits |= l.waits;
		}
		arena_free(a);
		if (waits)
			loop_run(w->site.l);
	}
}

/* Its rows, a line each. */
static const char *rows(struct world *w, const char *recording, const char *commit)
{
	static struct buf b;
	const struct lens_row *r;
	struct lens *l;
	size_t n;

	test_site_at(&w->site, commit);
	w->site.session = test_app_open(&w->site.app, recording);
	settle(w);
	l = lens_new(w->site.session);
	while (lens_step(l, 1000000))
		;
	n = lens_rows(l, &r);
	buf_clear(&b);
	for (size_t i = 0; i < n; i++)
		buf_addf(&b, "%s %.*s\n", r[i].label, (int)r[i].words.n, r[i].words.p);
	lens_free(l);
	return buf_str(&b);
}

static void assert_told(const char *text, const char *words)
{
	if (!strstr(text, words))
		fail_msg("no '%s' in\n%s", words, text);
}

static void assert_untold(const char *text, const char *words)
{
	if (strstr(text, words))
		fail_msg("'%s' in\n%s", words, text);
}

static void text_that_agrees_with_what_tools_read_counts(void **state)
{
	const char *said = rows(*state, test_src("examples/pond-race.json"), "HEAD");

	assert_told(said, "p->lock");
	assert_untold(said, "other source");
	assert_untold(said, "the line is another");
}

/* What the repository has of files that nobody read is of another kernel, too, then. */
static void where_tools_read_other_source_no_other_file_counts(void **state)
{
	struct world *w = *state;
	const char *said;

	test_tree_run(&w->site.t, "sed -i '1i /* one */' drivers/pond/pond_feed.c; git commit -qam B");
	said = rows(w, test_src("examples/pond-race.json"), "HEAD");
	assert_told(said, "pond_bus_irq(): the repository has other source than tools read");
	assert_told(said, "p->lock"); /* as tools read it */
}

/* The report of the example, but of a release that the tree is not. */
static const char *of_another_release(struct world *w)
{
	static char path[100];
	struct buf text = BUF_INIT, out = BUF_INIT;
	struct err e = {0};
	size_t at;

	assert_int_equal(fs_read(test_src("examples/report.txt"), &text, &e), 0);
	at = slice_find(buf_slice(&text), "tainted 6.", 0) + strlen("tainted ");
	buf_add(&out, text.p, at);
	buf_adds(&out, "5.0.0-rc1 #1");
	buf_add_slice(&out, slice_sub(buf_slice(&text), slice_chr(buf_slice(&text), '\n', at), text.n));
	assert_int_equal(fs_write_atomic(w->site.t.top, "report.txt", buf_slice(&out), &e), 0);
	snprintf(path, sizeof path, "%s/report.txt", w->site.t.top);
	buf_release(&text);
	buf_release(&out);
	return path;
}

/* There a line that does not call what the stack says tells nothing. */
static void in_another_kernel_a_frame_must_be_the_call(void **state)
{
	struct world *w = *state;
	const char *said = rows(w, of_another_release(w), "HEAD");
	struct arena *a = arena_new();
	struct listing l;

	listing_of(w->site.session, SLICE("drivers/pond/pond_bus.c"), a, &l);
	assert_slice(l.other, "5.0.0-rc1");
	arena_free(a);
	assert_told(said, "process_one_work()");
	assert_untold(said, "pond_bus_irq"); /* it does call it there */
	session_free(w->site.session);
	w->site.session = NULL;
	test_tree_run(&w->site.t, "sed -i '1i /* 1 */\\n/* 2 */\\n/* 3 */\\n/* 4 */\\n/* 5 */\\n/* 6 */' drivers/pond/pond_bus.c; git commit -qam B");
	said = rows(w, of_another_release(w), test_tree_run(&w->site.t, "git rev-parse HEAD"));
	assert_told(said, "pond_bus_irq(): in the source of this commit the line is another");
}

/* Helpers that are functions and macros of headers, of headers that those include, and what no header has. */
static void helpers_of_headers(void **state)
{
	static const char *const headers[] = {"include/linux/near.h", "include/linux/far.h", "drivers/pond/own.h", "drivers/own2.h", NULL};
	struct world *w = *state;
	const char *said;
	struct err e = {0};
	char path[100];
	bool asks = false;

	test_tree_write(&w->site.t, headers[0], SLICE("#include <linux/far.h>\nstatic inline void near_lock(struct s *p)\n{\n	far_lock(&p->f);\n}\n"));
	test_tree_write(&w->site.t, headers[1], SLICE("#define far_lock(f) \\\n	spin_lock(&(f)->lock)\nstatic inline void far_unlock(struct f *f)\n{\n	spin_unlock(&f->lock);\n}\n"
						      "#ifdef A\nstatic inline void two_lock(struct s *p)\n{\n	spin_lock(&p->a);\n}\n#else\n"
						      "static inline void two_lock(struct s *p)\n{\n	spin_lock(&p->b);\n}\n#endif\n"));
	test_tree_write(&w->site.t, headers[2], SLICE("#include \"../own2.h\"\nvoid nowhere_lock(struct s *p);\n#ifdef A\nvoid some_lock(struct s *p,\n	       int n);\n#else\n"
						      "static inline void some_lock(struct s *p, int n) { spin_lock(&p->b); }\n#endif\n"));
	test_tree_write(&w->site.t, headers[3], SLICE("static inline bool own_trylock(struct s *p)\n{\n	return mutex_trylock(&p->own);\n}\n"));
	test_tree_write(&w->site.t, "drivers/pond/race.c", SLICE("#include <linux/near.h>\n#include <linux/gone.h>\n# include \"own.h\"\nvoid fa(struct s *q)\n{\n	near_lock(q);\n	two_lock(q); some_lock(q, 1);\n	q->n = 1;\n}\n"
								"int fb(struct s *q)\n{\n	near_lock(q);\n	far_unlock(&q->f);\n	nowhere_lock(q);\n	if (own_trylock(q))\n		return q->n;\n	return 0;\n}\n"));
	test_tree_run(&w->site.t, "touch include/linux/gone.h f1 f2 f3; git add .; git commit -qm H; git rm -q include/linux/gone.h; git commit -qm I");
	assert_int_equal(fs_write_atomic(w->site.t.top, "race.txt", SLICE("BUG: KCSAN: data-race in fa / fb\n\nwrite to 0xffff888100000000 of 4 bytes by task 1 on cpu 0:\n"
					 " fa+0x1/0x2 drivers/pond/race.c:8\n\nread to 0xffff888100000000 of 4 bytes by task 2 on cpu 1:\n fb+0x1/0x2 drivers/pond/race.c:16\n"), &e), 0);
	snprintf(path, sizeof path, "%s/race.txt", w->site.t.top);
	w->headers = headers;
	said = rows(w, path, "HEAD");
	assert_told(said, "held q->f.lock, by near_lock() in fa()");
	assert_told(said, "undecided two_lock(q), in fa(): it is called like a lock, and what it takes is not known"); /* one of two: #if chooses */
	assert_told(said, "undecided some_lock(q,1), in fa(): it is called like a lock"); /* the other one is of another file */
	assert_told(said, "released q->f.lock, taken by near_lock() in fb() and released before the line");
	assert_told(said, "held q->own, by own_trylock() in fb()");
	/* what became of a header that is not there nobody asks: that takes long.  Answers to it would come before these. */
	for (size_t i = 0; i < 3; i++) {
		w->headers = (const char *const[]){(const char *const[]){"f1", "f2", "f3"}[i], NULL};
		settle(w);
	}
	assert_false(repo_is_gone(kernel_repo(w->site.kernel, &e), SLICE("HEAD"), SLICE("include/linux/gone.h"), &asks));
	assert_false(asks);
	assert_told(said, "undecided nowhere_lock(q), in fb(): it is called like a lock, and what it takes is not known");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

static const struct CMUnitTest tests[] = {
	TEST(text_that_agrees_with_what_tools_read_counts),
	TEST(where_tools_read_other_source_no_other_file_counts),
	TEST(helpers_of_headers),
	TEST(in_another_kernel_a_frame_must_be_the_call),
};

TEST_MAIN()
