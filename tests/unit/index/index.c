#define _GNU_SOURCE
#include "index/index.h"

#include "tests/tree.h"

/* An index of a tree with a source and a header that it includes. */
struct known {
	struct test_tree tree;
	struct index *x;
	struct arena *a;
	char path[100];
};

static int setup(void **state)
{
	struct known *k = calloc(1, sizeof *k);
	struct err e;

	test_tree_make(&k->tree);
	snprintf(k->path, sizeof k->path, "%s/index.db", k->tree.top);
	k->a = arena_new();
	k->x = index_open(k->path, k->tree.dir, NULL, &e);
	*state = k;
	return k->x ? 0 : -1;
}

static int teardown(void **state)
{
	struct known *k = *state;

	index_close(k->x);
	arena_free(k->a);
	test_tree_remove(&k->tree);
	free(k);
	return 0;
}

/* What a worker writes of pond_irq.c, which includes pond.h: a function in each, and a reference from one to the other. */
static void fill(struct known *k)
{
	int64_t files[2], def, header;
	bool known;
	struct err e;
	const struct index_ref ref = {.kind = INDEX_FIELD, .name = "pond::flags", .macro = "", .line = 9, .column = 4};
	struct index_ref r = ref;

	assert_int_equal(index_begin(k->x, &e), 0);
	files[0] = index_file(k->x, 0, "drivers/pond/pond_irq.c", &known, &e);
	assert_true(files[0] > 0 && !known);
	files[1] = index_file(k->x, 0, "drivers/pond/pond.h", &known, &e);
	assert_int_equal(index_add_include(k->x, files[0], files[1], &e), 0);
	def = index_add_def(k->x, files[0], &(struct index_def){.name = "pond_irq", .type = "int (void)", .first = 5, .last = 12}, &e);
	header = index_add_def(k->x, files[1], &(struct index_def){.name = "pond_mark", .type = "", .first = 3, .last = 4, .is_static = true},
			       &e);
	assert_true(def > 0 && header > 0 && def != header);
	/* a macro names it twice, once to write and once to read */
	r.access = INDEX_WRITE;
	assert_int_equal(index_add_ref(k->x, files[0], def, 0, &r, &e), 0);
	r.access = INDEX_READ;
	assert_int_equal(index_add_ref(k->x, files[0], def, 0, &r, &e), 0);
	assert_int_equal(index_done(k->x, "drivers/pond/pond_irq.c", files, 2, "flags", NULL, &e), 0);
	assert_int_equal(index_end(k->x, true, &e), 0);
}

static size_t count(struct known *k, const char *name)
{
	struct index_def *defs;
	struct err e;
	size_t n;

	assert_int_equal(index_named(k->x, k->a, slice_str(name), &defs, &n, &e), 0);
	return n;
}

static enum index_state state_of(struct known *k, const char *flags)
{
	return index_state(k->x, "drivers/pond/pond_irq.c", flags, k->a, NULL);
}

static void what_is_written_is_found(void **state)
{
	struct known *k = *state;
	struct index_ref *refs;
	struct index_def *defs;
	bool more;
	size_t n;
	struct err e;

	assert_int_equal(state_of(k, "flags"), INDEX_UNKNOWN);
	assert_false(index_knows(k->x, "drivers/pond/pond.h"));
	fill(k);
	assert_int_equal(state_of(k, "flags"), INDEX_WHOLE);
	assert_int_equal(state_of(k, "other flags"), INDEX_UNKNOWN);
	assert_true(index_knows(k->x, "drivers/pond/pond.h"));
	assert_int_equal(index_in_file(k->x, k->a, SLICE("drivers/pond/pond_irq.c"), &defs, &n, &e), 0);
	assert_int_equal(n, 1);
	assert_string_equal(defs[0].name, "pond_irq");
	assert_string_equal(defs[0].type, "int (void)");
	assert_int_equal(index_refs(k->x, k->a, SLICE("pond::flags"), INDEX_FIELD, NULL, (struct slice){0}, 9, &refs, &n, &more, &e), 0);
	assert_int_equal(n, 1);
	assert_int_equal(refs[0].access, INDEX_READ | INDEX_WRITE);
	assert_string_equal(refs[0].in_name, "pond_irq");
	assert_int_equal(index_refs(k->x, k->a, SLICE("pond::flags"), INDEX_FIELD, NULL, SLICE("arch"), 9, &refs, &n, &more, &e), 0);
	assert_int_equal(n, 0);
}

static void a_line_tells_whose_field_it_names(void **state)
{
	struct known *k = *state;
	struct index_ref *refs;
	const char *names[2];
	bool more;
	size_t n;
	struct err e;

	fill(k);
	assert_int_equal(index_refs(k->x, k->a, SLICE("pond::flags"), INDEX_FIELD, NULL, (struct slice){0}, 9, &refs, &n, &more, &e), 0);
	assert_int_equal(index_fields_at(k->x, k->a, slice_str(refs[0].file), refs[0].line, SLICE("flags"), names, 2, &n, &e), 0);
	assert_int_equal(n, 1);
	assert_string_equal(names[0], "pond::flags");
	assert_int_equal(index_fields_at(k->x, k->a, slice_str(refs[0].file), 0, SLICE("flags"), names, 2, &n, &e), 0); /* any line */
	assert_int_equal(n, 1);
	assert_int_equal(index_fields_at(k->x, k->a, slice_str(refs[0].file), refs[0].line + 1, SLICE("flags"), names, 2, &n, &e), 0);
	assert_int_equal(n, 0);
	assert_int_equal(index_fields_at(k->x, k->a, slice_str(refs[0].file), refs[0].line, SLICE("lags"), names, 2, &n, &e), 0);
	assert_int_equal(n, 0);
}

static void macros_are_apart_and_go_with_their_file(void **state)
{
	struct known *k = *state;
	struct index_def *macros;
	int64_t id;
	bool known;
	size_t n;
	struct err e;

	test_tree_write(&k->tree, "drivers/pond/pond.h", SLICE("#define pond(x)"));
	test_tree_write(&k->tree, "drivers/pond/pond_irq.c", SLICE(""));
	test_tree_write(&k->tree, "tools/pond.h", SLICE(""));
	fill(k);
	assert_int_equal(index_begin(k->x, &e), 0);
	id = index_file(k->x, 0, "drivers/pond/pond.h", &known, &e);
	assert_true(known);
	assert_int_equal(index_add_macro(k->x, id, "pond", 1, 2, &e), 0);
	assert_int_equal(index_add_macro(k->x, id, "pond", 1, 2, &e), 0); /* once */
	assert_true(index_file(k->x, 0, "tools/pond.h", &known, &e) > 0);
	assert_int_equal(index_end(k->x, true, &e), 0);
	assert_int_equal(count(k, "pond"), 0);
	assert_int_equal(index_macros(k->x, k->a, SLICE("pond"), &macros, &n, &e), 0);
	assert_int_equal(n, 1);
	assert_int_equal(macros[0].kind, INDEX_MACRO);
	assert_string_equal(macros[0].file, "drivers/pond/pond.h");
	assert_int_equal(macros[0].first, 1);
	assert_int_equal(macros[0].last, 2);
	assert_true(index_sees(k->x, "drivers/pond/pond_irq.c", 0, "drivers/pond/pond.h"));
	assert_true(index_sees(k->x, "drivers/pond/pond.h", 0, "drivers/pond/pond_irq.c")); /* it is included by it */
	assert_false(index_sees(k->x, "drivers/pond/pond_irq.c", 1, "drivers/pond/pond.h"));
	assert_false(index_sees(k->x, "drivers/pond/pond_irq.c", 0, "tools/pond.h"));
	assert_false(index_sees(k->x, "tools/pond.h", 0, "drivers/pond/pond.h"));
	test_tree_write(&k->tree, "drivers/pond/pond.h", SLICE("#define pool"));
	assert_false(index_knows(k->x, "drivers/pond/pond.h"));
	assert_int_equal(index_macros(k->x, k->a, SLICE("pond"), &macros, &n, &e), 0);
	assert_int_equal(n, 0);
}

static void what_changed_is_forgotten(void **state)
{
	struct known *k = *state;

	fill(k);
	/* a source that nobody includes takes nothing else along */
	test_tree_write(&k->tree, "drivers/pond/pond_irq.c", SLICE("/* new */\n"));
	assert_int_equal(state_of(k, "flags"), INDEX_UNKNOWN);
	assert_int_equal(count(k, "pond_irq"), 0);
	assert_int_equal(count(k, "pond_mark"), 1);
	fill(k);
	/* a header takes those along that include it */
	test_tree_write(&k->tree, "drivers/pond/pond.h", SLICE("/* new */\n"));
	assert_false(index_knows(k->x, "drivers/pond/pond.h"));
	assert_int_equal(count(k, "pond_irq"), 0);
	assert_int_equal(count(k, "pond_mark"), 0);
	assert_int_equal(state_of(k, "flags"), INDEX_UNKNOWN);
}

static void a_failure_is_kept_until_the_file_changes(void **state)
{
	struct known *k = *state;
	const char *why = NULL;
	struct err e;

	assert_int_equal(index_begin(k->x, &e), 0);
	assert_int_equal(index_done(k->x, "drivers/pond/pond_irq.c", NULL, 0, "flags", "it crashed", &e), 0);
	assert_int_equal(index_end(k->x, true, &e), 0);
	assert_int_equal(index_state(k->x, "drivers/pond/pond_irq.c", "flags", k->a, &why), INDEX_FAILED);
	assert_string_equal(why, "it crashed");
	test_tree_write(&k->tree, "drivers/pond/pond_irq.c", SLICE("/* new */\n"));
	assert_int_equal(state_of(k, "flags"), INDEX_UNKNOWN);
}

static void what_is_broken_is_made_anew(void **state)
{
	struct known *k = *state;
	struct err e;

	fill(k);
	index_close(k->x);
	test_tree_run(&k->tree, "rm -f ../index.db-*; echo no database at all, but long enough to be read as one >../index.db");
	k->x = index_open(k->path, k->tree.dir, NULL, &e);
	assert_non_null(k->x);
	assert_int_equal(count(k, "pond_irq"), 0);
	fill(k);
	assert_int_equal(count(k, "pond_irq"), 1);
}

/* As while another program changes the journal of the same one. */
static void what_cannot_be_read_just_now_is_left_alone(void **state)
{
	struct known *k = *state;
	struct err e;

	fill(k);
	index_close(k->x);
	test_tree_run(&k->tree, "rm -f ../index.db-*; mkdir ../index.db-wal");
	k->x = index_open(k->path, k->tree.dir, NULL, &e);
	assert_null(k->x);
	test_tree_run(&k->tree, "rmdir ../index.db-wal");
	k->x = index_open(k->path, k->tree.dir, NULL, &e);
	assert_non_null(k->x);
	assert_int_equal(count(k, "pond_irq"), 1);
}

static void what_was_looked_at_is_trusted_for_a_while(void **state)
{
	struct known *k = *state;

	fill(k);
	index_trust(k->x, INT64_C(3600) * 1000000);
	assert_true(index_knows(k->x, "drivers/pond/pond_irq.c"));
	test_tree_write(&k->tree, "drivers/pond/pond.h", SLICE("another one, which is longer or shorter\n"));
	assert_true(index_knows(k->x, "drivers/pond/pond_irq.c"));
	index_trust(k->x, 0);
	assert_false(index_knows(k->x, "drivers/pond/pond_irq.c"));
}

static void what_never_changes_is_not_looked_at(void **state)
{
	struct known *k = *state;

	fill(k);
	index_fixed(k->x);
	test_tree_write(&k->tree, "drivers/pond/pond.h", SLICE("another one, which is longer or shorter\n"));
	assert_true(index_knows(k->x, "drivers/pond/pond_irq.c"));
	assert_false(index_knows(k->x, "drivers/pond/other.c"));
}

/* The whole of it, for what is remembered of a tree that may change. */
static void a_change_anywhere_changes_the_stamp(void **state)
{
	static const char *const files[] = {"drivers/pond/pond_feed.c", "drivers/pond/none.c", NULL}, *const none[] = {NULL};
	char was[SHA256_HEX + 1], is[SHA256_HEX + 1];
	struct known *k = *state;

	fill(k);
	index_stamp(k->x, files, was);
	index_stamp(k->x, files, is);
	assert_string_equal(was, is);
	index_stamp(k->x, none, is);
	assert_string_not_equal(was, is);
	for (unsigned i = 0; i < 3; i++) {
		static const char *const changed[] = {"drivers/pond/pond.h", "drivers/pond/pond_feed.c", "drivers/pond/none.c"};

		test_tree_write(&k->tree, changed[i], SLICE("int x;\n"));
		index_stamp(k->x, files, is);
		assert_string_not_equal(was, is);
		memcpy(was, is, sizeof was);
	}
	test_tree_write(&k->tree, "drivers/pond/pond_bus.c", SLICE("int x;\n")); /* nobody knows it */
	index_stamp(k->x, files, is);
	assert_string_equal(was, is);
}

static void a_file_stands_until_it_is_changed_itself(void **state)
{
	struct known *k = *state;

	fill(k);
	assert_true(index_stands(k->x, "drivers/pond/pond_irq.c"));
	test_tree_write(&k->tree, "drivers/pond/pond.h", SLICE("int x;\n"));
	assert_true(index_stands(k->x, "drivers/pond/pond_irq.c"));
	assert_false(index_stands(k->x, "drivers/pond/pond.h"));
	assert_int_equal(count(k, "pond_mark"), 0);
	assert_true(index_stands(k->x, "drivers/pond/pond.h")); /* nothing is known of it any more */
}

static void an_answer_is_kept(void **state)
{
	struct known *k = *state;
	struct slice text = {0};

	assert_false(index_answer(k->x, k->a, SLICE("who names x?"), &text));
	index_keep_answer(k->x, SLICE("who names x?"), SLICE("all\na.c\n"));
	index_keep_answer(k->x, SLICE("who names y?"), SLICE(""));
	assert_true(index_answer(k->x, k->a, SLICE("who names x?"), &text));
	assert_true(slice_is(text, "all\na.c\n"));
	assert_true(index_answer(k->x, k->a, SLICE("who names y?"), &text));
	assert_int_equal(text.n, 0);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(what_is_written_is_found),
		TEST(a_line_tells_whose_field_it_names),
		TEST(macros_are_apart_and_go_with_their_file),
		TEST(what_changed_is_forgotten),
		TEST(a_failure_is_kept_until_the_file_changes),
		TEST(what_is_broken_is_made_anew),
		TEST(what_cannot_be_read_just_now_is_left_alone),
		TEST(what_was_looked_at_is_trusted_for_a_while),
		TEST(what_never_changes_is_not_looked_at),
		TEST(a_change_anywhere_changes_the_stamp),
		TEST(a_file_stands_until_it_is_changed_itself),
		TEST(an_answer_is_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
