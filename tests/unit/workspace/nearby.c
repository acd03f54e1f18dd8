#define _GNU_SOURCE
#include "workspace/nearby.h"

#include "tests/tree.h"

static enum nearby_turn turn(const struct nearby *n, const char *path)
{
	return nearby_turn(n, slice_str(path));
}

static void the_likely_come_first(void **state)
{
	struct nearby n = {.context = "net/core/sock.c", .arch = "x86"};

	(void)state;
	assert_int_equal(turn(&n, "net/core/sock.c"), NEARBY_SAME);
	assert_int_equal(turn(&n, "net/core/dev.c"), NEARBY_DIR);
	assert_int_equal(turn(&n, "net/core/deep/dev.c"), NEARBY_REST);
	assert_int_equal(turn(&n, "include/net/sock.h"), NEARBY_INCLUDE);
	assert_int_equal(turn(&n, "arch/x86/include/asm/current.h"), NEARBY_OWN);
	assert_int_equal(turn(&n, "include/asm-generic/current.h"), NEARBY_REST);
	assert_int_equal(turn(&n, "arch/x86/kernel/irq.c"), NEARBY_REST);
	assert_int_equal(turn(&n, "kernel/audit.c"), NEARBY_REST);
	assert_int_equal(turn(&n, "arch/m68k/include/asm/current.h"), NEARBY_ARCH);
	assert_int_equal(turn(&n, "tools/include/linux/spinlock.h"), NEARBY_BESIDE);
	assert_int_equal(turn(&n, "toolshed/x.c"), NEARBY_REST);
}

static void what_is_odd_elsewhere_is_not_where_it_is_asked_from(void **state)
{
	struct nearby n = {.context = "tools/perf/util/mutex.c", .arch = "x86"};

	(void)state;
	assert_int_equal(turn(&n, "tools/perf/util/mutex.h"), NEARBY_DIR);
	assert_int_equal(turn(&n, "tools/include/linux/spinlock.h"), NEARBY_INCLUDE);
	assert_int_equal(turn(&n, "samples/bpf/x.c"), NEARBY_BESIDE);
	n.context = "arch/m68k/kernel/irq.c";
	assert_int_equal(turn(&n, "arch/m68k/include/asm/current.h"), NEARBY_OWN);
	assert_int_equal(turn(&n, "arch/x86/include/asm/current.h"), NEARBY_ARCH);
	n = (struct nearby){.context = "Kconfig.c"}; /* it has no directory */
	assert_int_equal(turn(&n, "main.c"), NEARBY_REST);
	n = (struct nearby){.arch = ""};
	assert_int_equal(turn(&n, "arch/x86/kernel/irq.c"), NEARBY_ARCH);
}

static void paths_are_sorted(void **state)
{
	const struct nearby n = {.context = "net/a.c", .arch = "x86"};
	const char *path[] = {"tools/a.c", "arch/arm/a.c", "drivers/a.c", "include/a.h", "block/a.c", "net/b.c", "net/a.c"};
	const char *const want[] = {"net/a.c", "net/b.c", "include/a.h", "block/a.c", "drivers/a.c", "arch/arm/a.c", "tools/a.c"};

	(void)state;
	nearby_sort(&n, path, 7);
	for (size_t i = 0; i < 7; i++)
		assert_string_equal(path[i], want[i]);
	nearby_sort(&n, path, 0);
}

static void the_architecture_is_that_of_the_configuration(void **state)
{
	struct test_tree t;
	struct root r;
	struct nearby n;
	struct err e;

	(void)state;
	test_tree_make(&t);
	test_tree_write(&t, ".config", SLICE("#\n# Automatically generated file; DO NOT EDIT.\n# Linux/riscv 6.1.0 Kernel Configuration\n"));
	assert_int_equal(root_open(&r, t.dir, &e), 0);
	nearby_init(&n, &r);
	assert_string_equal(n.arch, "riscv");
	root_release(&r);
	test_tree_remove(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_likely_come_first),
		cmocka_unit_test(what_is_odd_elsewhere_is_not_where_it_is_asked_from),
		cmocka_unit_test(paths_are_sorted),
		cmocka_unit_test(the_architecture_is_that_of_the_configuration),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
