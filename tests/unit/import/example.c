/* The example run agrees with itself: the recording, its report and the source tree beside it. */
#include "base/fs.h"
#include "base/json.h"
#include "base/mem.h"
#include "import/import.h"
#include "tests/test.h"

#define DRIVER "drivers/pond/"

static struct run *run;
static struct buf text[8]; /* of the files that were asked for */
static char *names[8];

static int import_example(void **state)
{
	struct err e;

	(void)state;
	run = import_file(test_src("examples/pond-race.json"), &e);
	if (!run)
		print_message("# %s\n", e.msg);
	return run ? 0 : -1;
}

static int forget_example(void **state)
{
	(void)state;
	run_free(run);
	for (size_t i = 0; i < 8; i++) {
		buf_release(&text[i]);
		free(names[i]);
	}
	return 0;
}

/* Line `n` (from 1) of `path` below examples/tree; the test fails where there is none. */
static struct slice tree_line(struct slice path, uint64_t n)
{
	struct slice rest, line = {0};
	char name[200];
	struct err e;
	size_t i = 0;

	while (names[i] && !slice_is(path, names[i]))
		i++;
	if (!names[i]) {
		snprintf(name, sizeof name, "examples/tree/%.*s", (int)path.n, path.p);
		if (fs_read(test_src(name), &text[i], &e) < 0)
			fail_msg("%s", e.msg);
		names[i] = xstrndup(path.p, path.n);
	}
	rest = buf_slice(&text[i]);
	for (uint64_t k = 0; k < n; k++)
		if (!slice_line(&rest, &line))
			fail_msg("%.*s has no line %llu", (int)path.n, path.p, (unsigned long long)n);
	return line;
}

/* Is `function` what line `n` of `path` stands in?  The nearest line above that begins in column 0 and has a '('. */
static bool inside(struct slice path, uint64_t n, struct slice function)
{
	for (; n > 0; n--) {
		struct slice line = tree_line(path, n);

		if (line.n && line.p[0] != '\t' && line.p[0] != '{' && slice_chr(line, '(', 0) != SLICE_NONE)
			return slice_find_slice(line, function, 0) != SLICE_NONE;
	}
	return false;
}

static void imports_without_a_warning(void **state)
{
	struct traj_totals t = traj_totals(run->traj);
	const struct output *benign = outputs_get(&run->outputs, SLICE("Benign"));
	struct slice *models, text_of;

	(void)state;
	assert_int_equal(diags_count(&run->diags, DIAG_WARNING), 0);
	assert_int_equal(run->state, RUN_DONE);
	assert_slice(run->workflow, "assessment-kcsan");
	assert_int_equal(t.spans, 23);
	assert_int_equal(t.llm_calls, 7);
	assert_int_equal(t.tool_calls, 10);
	assert_int_equal(t.errors, 1);
	assert_int_equal(t.unfinished, 0);
	assert_true(t.tokens_in > 40000 && t.tokens_out > 500 && t.tokens_thought > 1000);
	assert_int_equal(run->outputs.n, 1);
	assert_non_null(benign);
	assert_true(benign->value);
	assert_true(slice_starts(run->explanation, "## Summary\n"));
	assert_int_equal(run_models(run, &models), 1);
	assert_slice(models[0], "example-reasoner-2");
	free(models);
	assert_int_equal(run_instruction(run, &text_of), 1);
	assert_true(slice_find(text_of, "set-results", 0) != SLICE_NONE);
}

static void the_report_is_the_one_beside_it(void **state)
{
	const struct crash *c = run->crash;
	struct buf b = BUF_INIT;
	struct err e;

	(void)state;
	assert_int_equal(fs_read(test_src("examples/report.txt"), &b, &e), 0);
	assert_true(slice_eq(slice_trim(run->report_text), slice_trim(buf_slice(&b))));
	buf_release(&b);
	assert_int_equal(c->kind, CRASH_KCSAN);
	assert_true(c->complete);
	assert_slice(c->title, "KCSAN: data-race in pond_feed_work / pond_irq");
	assert_int_equal(c->naccesses, 2);
	assert_int_equal(c->access[0].kind, ACCESS_READ_WRITE);
	assert_true(c->access[0].interrupt);
	assert_int_equal(c->access[1].kind, ACCESS_READ);
	assert_slice(c->value_old, "0x00000003");
	assert_slice(c->value_new, "0x00000007");
	assert_slice(crash_release_commit(c), "7d21c0b5e9f3");
}

/* The first frame's line holds the access, each further one the call of the frame before it. */
static void every_frame_of_the_driver_is_at_its_line(void **state)
{
	size_t seen = 0;

	(void)state;
	for (size_t k = 0; k < run->crash->naccesses; k++) {
		const struct access *a = &run->crash->access[k];

		assert_true(a->nframes > 3);
		assert_true(a->frames[0].inlined);
		for (size_t i = 0; i < a->nframes; i++) {
			const struct frame *f = &a->frames[i];
			struct slice line;

			if (!slice_starts(f->file, DRIVER))
				continue;
			seen++;
			line = tree_line(f->file, f->line);
			assert_true(inside(f->file, f->line, f->function));
			if (i == 0)
				assert_true(slice_find(line, "p->flags", 0) != SLICE_NONE);
			else if (slice_starts(a->frames[i - 1].file, DRIVER))
				assert_true(slice_find_slice(line, a->frames[i - 1].function, 0) != SLICE_NONE);
			else
				assert_slice(a->frames[i - 1].function, "asm_common_interrupt");
		}
	}
	assert_int_equal(seen, 6);
}

/* "  12:\ttext\n…" of `path`, every line as the tree has it.  Returns the number of lines. */
static size_t check_numbered(struct slice path, struct slice contents)
{
	struct slice line, number;
	size_t lines = 0;
	uint64_t n;

	for (; slice_line(&contents, &line); lines++) {
		size_t colon = slice_chr(line, ':', 0);

		number = slice_trim(slice_sub(line, 0, colon));
		assert_true(slice_u64(number, &n));
		line = slice_sub(line, colon + 1, line.n);
		assert_true(slice_eat(&line, "\t"));
		assert_true(slice_eq(line, tree_line(path, n)));
	}
	return lines;
}

/* The lines of a search: path, one of ":-=", number, the same again, text. */
static size_t check_found(struct slice output)
{
	struct slice line;
	size_t lines = 0;
	uint64_t n;

	while (slice_line(&output, &line)) {
		size_t end = slice_find(line, ".", 0) + 2, next;
		char mark;

		if (slice_is(line, "--"))
			continue;
		mark = line.p[end];
		next = slice_chr(line, mark, end + 1);
		assert_true(slice_u64(slice_sub(line, end + 1, next), &n));
		assert_true(slice_eq(slice_sub(line, next + 1, line.n), tree_line(slice_sub(line, 0, end), n)));
		lines++;
	}
	return lines;
}

static size_t check_references(struct slice list)
{
	struct arena *a = arena_new();
	struct json_iter it = json_iter(list);
	size_t lines = 0;

	while (json_next(&it)) {
		struct slice file, snippet, function;
		int64_t n;

		assert_true(json_get_str(a, it.value, "SourceFile", &file));
		assert_true(json_get_str(a, it.value, "SourceSnippet", &snippet));
		assert_true(json_get_str(a, it.value, "ReferencingEntityName", &function));
		assert_true(json_get_int(it.value, "SourceLine", &n));
		assert_true(slice_find(tree_line(file, (uint64_t)n), "flags", 0) != SLICE_NONE);
		assert_true(inside(file, (uint64_t)n, function));
		lines += check_numbered(file, snippet);
	}
	arena_free(a);
	return lines;
}

static void what_the_tools_returned_is_what_the_tree_has(void **state)
{
	size_t lines = 0, tools = 0;

	(void)state;
	for (size_t i = 0; i < traj_count(run->traj); i++) {
		struct slice name = traj_name(run->traj, i), file, out;

		if (traj_span(run->traj, i)->type != SPAN_TOOL)
			continue;
		tools++;
		if (traj_member(run->traj, i, FIELD_RESULTS, "Contents", &out) == 1 && out.n) {
			assert_int_equal(traj_member(run->traj, i, FIELD_ARGS, "File", &file), 1);
			lines += check_numbered(file, out);
		} else if (traj_member(run->traj, i, FIELD_RESULTS, "SourceCode", &out) == 1) {
			assert_int_equal(traj_member(run->traj, i, FIELD_RESULTS, "SourceFile", &file), 1);
			lines += check_numbered(file, out);
		} else if (traj_member(run->traj, i, FIELD_RESULTS, "Output", &out) == 1) {
			lines += check_found(out);
		} else if (traj_member(run->traj, i, FIELD_RESULTS, "References", &out) == 1) {
			lines += check_references(out);
		} else {
			assert_true(slice_is(name, "set-results") || slice_is(name, "codesearch-struct-layout") ||
				    traj_span(run->traj, i)->flags & SPAN_ERROR);
		}
	}
	assert_int_equal(tools, 10);
	assert_true(lines > 200);
}

static void one_file_of_the_stack_was_never_read(void **state)
{
	struct slice out;

	(void)state;
	for (size_t i = 0; i < traj_count(run->traj); i++)
		if (traj_span(run->traj, i)->type == SPAN_TOOL &&
		    traj_field(run->traj, i, FIELD_RESULTS, &out, NULL) == 1)
			assert_true(slice_find(out, "pond_bus.c", 0) == SLICE_NONE);
	assert_slice(run->crash->access[0].frames[2].file, DRIVER "pond_bus.c");
	assert_true(slice_find(run->explanation, DRIVER "pond_bus.c:", 0) != SLICE_NONE);
}

/* The places that the explanation names, in its order, and what it says stands there. */
static void the_explanation_cites_the_lines_that_it_means(void **state)
{
	static const char *const want[] = {
		"pond_mark(p, POND_F_LEAK)", "spin_lock(&p->lock)", "p->flags |= bits", "pond_test(p, POND_F_HUNGRY)",
		"return p->flags & bits", "schedule_work(", "lockdep_assert_held(&p->lock)",
		"lockdep_assert_held(&p->feed_mutex)", "pond_irq(p, status)",
	};
	struct slice all = run->explanation;
	size_t n = 0;

	(void)state;
	for (size_t at = slice_find(all, DRIVER, 0); at != SLICE_NONE; at = slice_find(all, DRIVER, at + 1), n++) {
		size_t colon = slice_chr(all, ':', at), end = colon + 1;
		uint64_t line;

		while (end < all.n && all.p[end] >= '0' && all.p[end] <= '9')
			end++;
		assert_true(slice_u64(slice_sub(all, colon + 1, end), &line));
		assert_true(n < sizeof want / sizeof *want);
		assert_true(slice_find(tree_line(slice_sub(all, at, colon), line), want[n], 0) != SLICE_NONE);
	}
	assert_int_equal(n, sizeof want / sizeof *want);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(imports_without_a_warning),
	cmocka_unit_test(the_report_is_the_one_beside_it),
	cmocka_unit_test(every_frame_of_the_driver_is_at_its_line),
	cmocka_unit_test(what_the_tools_returned_is_what_the_tree_has),
	cmocka_unit_test(one_file_of_the_stack_was_never_read),
	cmocka_unit_test(the_explanation_cites_the_lines_that_it_means),
};

int main(void)
{
	return cmocka_run_group_tests(tests, import_example, forget_example);
}
