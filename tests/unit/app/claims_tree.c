/* Claims held against a repository: what no tool returned exists, is elsewhere, or is nowhere. */
#define _GNU_SOURCE
#include "app/claims_tree.h"

#include <stdio.h>
#include <stdlib.h>

#include "app/claims.h"
#include "app/kernel.h"
#include "tests/site.h"

struct world {
	struct test_site site;
	struct claims *claims;
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
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;

	claims_free(w->claims);
	test_site_remove(&w->site);
	free(w);
	return 0;
}

/* The example, with more in its explanation. */
static void open_run(struct world *w, const char *says)
{
	static const char at[] = "## Proposed annotation";
	struct buf text = BUF_INIT, out = BUF_INIT;
	struct err e = {0};
	size_t from;
	char path[100];

	assert_int_equal(fs_read(test_src("examples/pond-race.json"), &text, &e), 0);
	from = slice_find(buf_slice(&text), at, 0);
	assert_true(from != SLICE_NONE);
	buf_add(&out, text.p, from);
	buf_adds(&out, says);
	buf_add_slice(&out, slice_sub(buf_slice(&text), from, text.n));
	assert_int_equal(fs_write_atomic(w->site.t.top, "run.json", buf_slice(&out), &e), 0);
	snprintf(path, sizeof path, "%s/run.json", w->site.t.top);
	w->site.session = test_app_open(&w->site.app, path);
	buf_release(&text);
	buf_release(&out);
}

/* All is known that will be. */
static void settle(struct world *w)
{
	if (!w->claims)
		w->claims = claims_new(w->site.session);
	for (;;) {
		while (claims_step(w->claims, 1000))
			;
		if (!claims_asks(w->claims))
			return;
		loop_run(w->site.l);
	}
}

static const struct claim_row *find(const struct world *w, const char *what)
{
	for (size_t i = 0; i < claims_count(w->claims); i++)
		if (slice_is(claims_at(w->claims, i)->what, what))
			return claims_at(w->claims, i);
	fail_msg("no claim '%s'", what);
	return NULL;
}

static void assert_claim(const struct world *w, const char *what, enum claim_state state, const char *path, uint32_t line)
{
	const struct claim_row *r = find(w, what);

	assert_false(r->asking);
	if (r->state != state || r->line != line || !slice_is(r->path, path))
		fail_msg("'%s' is %s at %.*s:%u, not %s at %s:%u", what, claim_state_name(r->state), (int)r->path.n, r->path.p, r->line,
			 claim_state_name(state), path, line);
}

static const char says[] =
	"See `stats_show()`, `POND_SHOW()`, `pond_swim()`, `data_race(p->stats.grams)` and `data_race(p->stats.gram)`; `kstrtobool(buf, &open)` at "
	"drivers/pond/pond_irq.c:10, drivers/pond/pond_sysfs.c:30, drivers/pond/pond_sysfs.c:900, drivers/pond/pond_fish.c, "
	"/src/drivers/pond/pond_sysfs.c, drivers/pond/pond_feed.c:75, `pond_show_level()`, `Counted under two different locks`, "
	"`kstrtobool`, `pond_fin_count`, `benign = true`, `struct gone { int x; }`, the `fin` field, and `valve_store(dev)` in "
	"drivers/pond/pond_bus.c. One should add `pond_dive(p);`.\\n\\n";
static const char sysfs[] = "drivers/pond/pond_sysfs.c";

static void begin(struct world *w)
{
	test_tree_write(&w->site.t, "drivers/a.c", SLICE("void first(void)\n{\n\tif (stats_show(0))\n\t\tfirst();\n}\n")); /* uses it */
	test_tree_write(&w->site.t, "drivers/b.c", SLICE("int POND_SHOW(level);\n"));
	test_tree_write(&w->site.t, "show.h", SLICE("#define POND_SHOW(x) int pond_show_##x(void)\n"));
	test_tree_commit(&w->site.t);
	test_site_at(&w->site, "HEAD");
}

static void what_no_tool_returned_is_looked_for(void **state)
{
	struct world *w = *state;

	begin(w);
	open_run(w, says);
	settle(w);
	assert_claim(w, "stats_show", CLAIM_NEVER_READ, sysfs, 29);
	assert_claim(w, "POND_SHOW", CLAIM_NEVER_READ, "show.h", 1);
	assert_claim(w, "pond_swim", CLAIM_ABSENT, "", 0);
	assert_claim(w, "data_race(p->stats.grams)", CLAIM_NEVER_READ, sysfs, 35);
	assert_claim(w, "data_race(p->stats.gram)", CLAIM_ABSENT, "", 0);
	assert_claim(w, "kstrtobool(buf, &open)", CLAIM_ELSEWHERE, sysfs, 47);
	assert_claim(w, "drivers/pond/pond_sysfs.c:30", CLAIM_NEVER_READ, sysfs, 30);
	assert_claim(w, "drivers/pond/pond_sysfs.c:900", CLAIM_ABSENT, sysfs, 72);
	assert_claim(w, "drivers/pond/pond_fish.c", CLAIM_ABSENT, "", 0);
	assert_claim(w, "/src/drivers/pond/pond_sysfs.c", CLAIM_UNDECIDED, "", 0); /* where that is nobody knows */
	assert_claim(w, "drivers/pond/pond_feed.c:75", CLAIM_NEVER_READ, "drivers/pond/pond_feed.c", 75); /* tools returned 60 lines */
	assert_claim(w, "pond_show_level", CLAIM_UNDECIDED, "", 0); /* a macro may make it */
	assert_claim(w, "Counted under two different locks", CLAIM_NEVER_READ, sysfs, 28);
	assert_claim(w, "kstrtobool", CLAIM_NEVER_READ, sysfs, 47);
	assert_claim(w, "pond_fin_count", CLAIM_ABSENT, "", 0);
	assert_claim(w, "struct gone { int x; }", CLAIM_ABSENT, "", 0);
	assert_claim(w, "fin", CLAIM_ABSENT, "", 0);
	assert_claim(w, "pond_dive(p);", CLAIM_UNDECIDED, "", 0); /* it is proposed */
}

/* What is proposed or denied need not be there, and lines may be quoted without those between them. */
static void what_is_not_said_to_be_there_is_not_absent(void **state)
{
	static const char text[] =
		"There is no `pond_core.c`, and no `pond_wade(p)` either; `pond_paddle(p)` is there.\\n\\n"
		"```\\n\\tmutex_lock(&p->feed_mutex);\\n\\tpond_clear(p, POND_F_HUNGRY);\\n```\\n\\n"
		"## Proposed change\\n\\nIt gets\\n\\n```\\n\\tpond_float(p, 1);\\n```\\n\\n## Rest\\n\\n```\\n\\tpond_sink(p, 1);\\n```\\n\\n"
		"Mark it:\\n\\n```\\n\\tpond_drift(p, 1);\\n```\\n\\n";
	struct world *w = *state;

	begin(w);
	open_run(w, text);
	settle(w);
	assert_claim(w, "pond_wade(p)", CLAIM_UNDECIDED, "", 0);
	assert_claim(w, "pond_paddle(p)", CLAIM_ABSENT, "", 0);
	assert_claim(w, "\tmutex_lock(&p->feed_mutex);\n\tpond_clear(p, POND_F_HUNGRY);\n", CLAIM_UNDECIDED, "", 0);
	assert_claim(w, "\tpond_float(p, 1);\n", CLAIM_UNDECIDED, "", 0);
	assert_claim(w, "\tpond_sink(p, 1);\n", CLAIM_ABSENT, "", 0);
	assert_claim(w, "\tpond_drift(p, 1);\n", CLAIM_UNDECIDED, "", 0);
	for (size_t i = 0; i < claims_count(w->claims); i++)
		if (claims_at(w->claims, i)->kind == CLAIM_PLACE && slice_find(claims_at(w->claims, i)->what, "pond_core.c", 0) != SLICE_NONE)
			assert_int_equal(claims_at(w->claims, i)->state, CLAIM_UNDECIDED);
}

static size_t certain(const struct world *w, enum claim_state state)
{
	size_t n = 0;

	for (size_t i = 0; i < claims_count(w->claims); i++)
		n += claims_at(w->claims, i)->state == state && !claims_at(w->claims, i)->asking;
	return n;
}

/* Nothing is certain while git is asked, and nobody waits for it. */
static void while_git_is_asked_nothing_is_certain(void **state)
{
	struct world *w = *state;
	bool asking = false;

	begin(w);
	open_run(w, says);
	w->claims = claims_new(w->site.session);
	for (;;) {
		while (claims_step(w->claims, 1000))
			;
		if (!claims_asks(w->claims))
			break;
		if (claims_are_found(w->claims) && find(w, "pond_fin_count")->asking) {
			asking = true;
			assert_int_equal(claims_in(w->claims, CLAIM_ABSENT), certain(w, CLAIM_ABSENT));
		}
		loop_run(w->site.l);
	}
	assert_true(asking);
	assert_true(claims_are_current(w->claims));
	test_app_set(&w->site.app, "commit", "HEAD~1");
	assert_false(claims_are_current(w->claims));
}

/* What is in the files of the run is known before anything is searched for, whatever the commit was called. */
static void files_of_the_run_come_first(void **state)
{
	struct world *w = *state;

	begin(w);
	open_run(w, "It calls `pond_feed_init()` and `pond_fin_count()`.\\n\\n"); /* in lines of a file that no tool returned */
	w->claims = claims_new(w->site.session);
	for (;;) {
		while (claims_step(w->claims, 1000))
			;
		if (!claims_asks(w->claims) || claims_are_found(w->claims))
			break;
		loop_run(w->site.l);
	}
	assert_true(claims_asks(w->claims)); /* for the other one */
	assert_true(find(w, "pond_fin_count")->asking);
	assert_claim(w, "pond_feed_init", CLAIM_NEVER_READ, "drivers/pond/pond_feed.c", 74);
}

/* A tree that has not what tools returned is another one. */
static void another_tree_tells_nothing(void **state)
{
	struct world *w = *state;

	begin(w);
	test_tree_run(&w->site.t, "sed -i '1i /* one */' drivers/pond/pond_irq.c; git commit -qam B");
	open_run(w, says);
	settle(w);
	assert_true(claims_are_of_tools(w->claims));
	assert_claim(w, "pond_swim", CLAIM_UNDECIDED, "", 0);
	assert_claim(w, "stats_show", CLAIM_UNDECIDED, "", 0);
	assert_claim(w, "drivers/pond/pond_fish.c", CLAIM_UNDECIDED, "", 0);
}

static void any_text_can_be_asked_about(void **state)
{
	struct world *w = *state;
	struct claim_answer a;
	bool asking;

	begin(w);
	open_run(w, "");
	settle(w);
	assert_true(claims_ask(w->claims, SLICE("The word is set by `pond_mark()`."), 5, &a, &asking));
	assert_int_equal(a.state, CLAIM_PRESENT);
	assert_true(claims_ask(w->claims, SLICE("p->flags |= bits"), 5, &a, &asking)); /* without backticks */
	assert_int_equal(a.state, CLAIM_PRESENT);
	assert_false(claims_ask(w->claims, SLICE("That is harmless."), 5, &a, &asking));
	do {
		assert_true(claims_ask(w->claims, SLICE("`pond_mark()` calls `pond_swim()`."), 5, &a, &asking));
		if (asking && claims_asks(w->claims))
			loop_run(w->site.l);
		settle(w);
	} while (asking);
	assert_int_equal(a.state, CLAIM_ABSENT); /* what holds least */
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

static const struct CMUnitTest tests[] = {
	TEST(what_no_tool_returned_is_looked_for),
	TEST(what_is_not_said_to_be_there_is_not_absent),
	TEST(while_git_is_asked_nothing_is_certain),
	TEST(files_of_the_run_come_first),
	TEST(another_tree_tells_nothing),
	TEST(any_text_can_be_asked_about),
};

TEST_MAIN()
