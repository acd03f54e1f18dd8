/* Places by a small ELF that is compiled here. */
#define _GNU_SOURCE
#include "source/vmlinux.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/buf.h"
#include "tests/tree.h"

struct world {
	struct test_tree t;
	struct loop *l;
	struct buf places, why;
	uint64_t length;
};

static const char code[] =
	"const char linux_banner[] = \"Linux version 6.1.7-pond+ (a@b) (gcc 12) #1\"; volatile int level;\n"
	"static inline __attribute__((always_inline)) void pond_mark(int n)\n"
	"{\n"
	"	level = n;\n" /* 4 */
	"	level += n;\n"
	"}\n"
	"__attribute__((noinline)) void pond_irq(int n)\n"
	"{\n"
	"	if (n)\n"
	"		pond_mark(n);\n" /* 10 */
	"	level++;\n"
	"}\n"
	"int main(void)\n"
	"{\n"
	"	pond_irq(level);\n"
	"	return 0;\n"
	"}\n";

static int setup(void **state)
{
	struct world *w = calloc(1, sizeof *w);
	const char *const have[] = {"sh", "-c", "command -v cc && command -v nm && command -v addr2line", NULL};

	*state = w;
	test_tree_make(&w->t);
	w->l = loop_new(NULL);
	if (proc_capture(have, &w->why, 4096, 10000, NULL) == 0) {
		test_tree_write(&w->t, "drivers/pond/irq.c", slice_str(code));
		test_tree_run(&w->t, "cc -g -O1 -o vmlinux \"$PWD\"/drivers/pond/irq.c; cc -O1 -o stripped drivers/pond/irq.c");
		w->length = strtoull(test_tree_run(&w->t, "nm -n vmlinux | awk '$3 == \"pond_irq\" {a = $1; next} a {print \"0x\" $1, \"0x\" a; exit}' | "
						   "while read e b; do echo $((e - b)); done"), NULL, 10);
	}
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;

	loop_free(w->l);
	test_tree_remove(&w->t);
	buf_release(&w->places);
	buf_release(&w->why);
	free(w);
	return 0;
}

static void on_done(void *arg, const struct vmlinux_found *found, struct slice why)
{
	struct world *w = arg;

	buf_clear(&w->places);
	buf_clear(&w->why);
	buf_add_slice(&w->why, why);
	for (size_t i = 0; found && i < found->n; i++)
		buf_addf(&w->places, "%.*s %.*s:%u;", (int)found->place[i].function.n, found->place[i].function.p, (int)found->place[i].file.n,
			 found->place[i].file.p, found->place[i].line);
	loop_stop(w->l, 0);
}

static void ask_of(struct world *w, const char *kernel, const char *file, const char *function, uint64_t offset, uint64_t length)
{
	struct vmlinux_frame f = {slice_str(function), offset, length};
	char path[200];
	struct err e = {0};

	if (!w->length) {
		print_message("# no compiler: skipped\n");
		skip();
	}
	snprintf(path, sizeof path, "%s/%s", w->t.dir, file);
	if (!vmlinux_ask(w->l, path, slice_str(kernel), &f, 1, on_done, w, &e))
		fail_msg("%s", e.msg);
	loop_run(w->l);
}

static void ask(struct world *w, const char *file, const char *function, uint64_t offset, uint64_t length)
{
	ask_of(w, "", file, function, offset, length);
}

/* Some offset is in the inlined function, and is shown with both places. */
static void inlined_functions_have_their_places(void **state)
{
	struct world *w = *state;
	bool inlined = false;

	for (uint64_t at = 1; !inlined && at < (w->length ? w->length : 2); at++) {
		ask(w, "vmlinux", "pond_irq", at, w->length);
		assert_int_equal(w->why.n, 0);
		inlined = strcmp(buf_str(&w->places), "pond_mark drivers/pond/irq.c:5;pond_irq drivers/pond/irq.c:10;") == 0;
	}
	assert_true(inlined);
}

static void what_does_not_fit_is_said(void **state)
{
	struct world *w = *state;
	struct vmlinux_frame f = {SLICE("x"), 1, 1};
	struct err e = {0};

	ask(w, "vmlinux", "pond_irq", 4, w->length + 16);
	assert_non_null(strstr(buf_str(&w->why), "is of another build: pond_irq has 0x"));
	assert_int_equal(w->places.n, 0);
	ask(w, "vmlinux", "pond_swim", 4, 16);
	assert_non_null(strstr(buf_str(&w->why), "has none of the report's functions"));
	ask(w, "stripped", "pond_irq", 4, w->length);
	assert_non_null(strstr(buf_str(&w->why), "without debug information"));
	ask(w, "Makefile", "pond_irq", 4, 0);
	assert_non_null(strstr(buf_str(&w->why), "nm cannot read"));
	assert_null(vmlinux_ask(w->l, "/nowhere", SLICE(""), &f, 1, on_done, w, &e));
	assert_non_null(strstr(e.msg, "cannot open '/nowhere'"));
	assert_null(vmlinux_ask(w->l, "/tmp", SLICE(""), &f, 1, on_done, w, &e));
}

/* By its release, where both tell one: functions may be as long in two kernels, and their lines others. */
static void another_kernel_is_said(void **state)
{
	struct world *w = *state;

	ask_of(w, "6.1.7-pond+", "vmlinux", "pond_irq", 4, w->length);
	assert_int_equal(w->why.n, 0);
	assert_int_not_equal(w->places.n, 0);
	ask_of(w, "6.1.7-pond+ PREEMPT", "vmlinux", "pond_irq", 4, w->length);
	assert_int_not_equal(w->places.n, 0);
	ask_of(w, "6.1.7-pond", "vmlinux", "pond_irq", 4, w->length);
	assert_int_equal(w->places.n, 0);
	assert_non_null(strstr(buf_str(&w->why), "vmlinux is of kernel 6.1.7-pond+, and the report of 6.1.7-pond: it gives no places"));
}

static void a_question_can_be_taken_back(void **state)
{
	struct world *w = *state;
	struct vmlinux_frame f = {SLICE("pond_irq"), 4, 0};
	char path[200];
	struct err e = {0};

	snprintf(path, sizeof path, "%s/Makefile", w->t.dir);
	vmlinux_stop(vmlinux_ask(w->l, path, SLICE(""), &f, 1, on_done, w, &e));
	vmlinux_stop(NULL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

static const struct CMUnitTest tests[] = {
	TEST(inlined_functions_have_their_places),
	TEST(what_does_not_fit_is_said),
	TEST(another_kernel_is_said),
	TEST(a_question_can_be_taken_back),
};

TEST_MAIN()
