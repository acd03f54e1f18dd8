#define _GNU_SOURCE
#include "index/commands.h"

#include <unistd.h>

#include "base/fs.h"
#include "tests/test.h"

static char dir[64];

static int setup(void **state)
{
	(void)state;
	strcpy(dir, "/tmp/verdict-commands-XXXXXX");
	return mkdtemp(dir) ? 0 : -1;
}

static int teardown(void **state)
{
	char *path = fs_join(dir, "list.json");

	(void)state;
	unlink(path);
	free(path);
	return rmdir(dir);
}

static struct commands *list(const char *text, struct err *e)
{
	char *path = fs_join(dir, "list.json");
	struct commands *c;

	assert_int_equal(fs_write_atomic(dir, "list.json", slice_str(text), e), 0);
	c = commands_read(path, "/src/linux", e);
	free(path);
	return c;
}

/* The flags of a file as one string. */
static const char *flags(struct commands *c, struct arena *a, const char *file, struct command *out)
{
	struct buf b = BUF_INIT;
	const char *all;

	assert_true(commands_find(c, a, slice_str(file), out));
	for (char **f = out->flags; *f; f++)
		buf_addf(&b, "%s[%s]", f == out->flags ? "" : " ", *f);
	all = arena_str(a, buf_slice(&b));
	buf_release(&b);
	return all;
}

static void a_command_is_taken_apart_as_by_a_shell(void **state)
{
	static const struct {
		const char *command, *want;
	} cases[] = {
		{"gcc -Wp,-MMD,x -nostdinc -I./include -c -o a.o a.c", "[-nostdinc] [-I./include] [-w]"},
		{"gcc -I ./a -isystem /b -include ./c.h -D X=1 -UY", "[-I] [./a] [-isystem] [/b] [-include] [./c.h] [-D] [X=1] [-UY] [-w]"},
		{"gcc -DKBUILD_BASENAME='\\\"audit\\\"' '-DA=b c'", "[-DKBUILD_BASENAME=\"audit\"] [-DA=b c] [-w]"},
		{"gcc -DA=\\\"x\\\\ y\\\" -DB=\\\\\\\"z\\\\\\\"", "[-DA=x y] [-DB=\"z\"] [-w]"},
		{"gcc -O2 -mpreferred-stack-boundary=3 -fno-allow-store-data-races -Wall -g", "[-w]"},
		{"gcc -std=gnu11 -m64 -fshort-wchar -funsigned-char -fms-extensions -fsanitize=thread --target=arm64",
		 "[-std=gnu11] [-m64] [-fshort-wchar] [-funsigned-char] [-fms-extensions] [-fsanitize=thread] [--target=arm64] [-w]"},
		{"gcc -o /etc/passwd -fplugin=evil.so -wrapper x -specs=y -B/z @file -MF out", "[-w]"},
		{"gcc -DX -I", "[-DX] [-I] [-w]"},
		{"", "[-w]"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf b = BUF_INIT;
		struct arena *a = arena_new();
		struct command out;
		struct commands *c;
		struct err e;

		buf_addf(&b, "[{\"directory\":\"/obj\",\"file\":\"/src/linux/a.c\",\"command\":\"%s\"}]", cases[i].command);
		c = list(buf_str(&b), &e);
		assert_non_null(c);
		assert_string_equal(flags(c, a, "a.c", &out), cases[i].want);
		assert_string_equal(out.dir, "/obj");
		commands_free(c);
		arena_free(a);
		buf_release(&b);
	}
}

static void files_of_the_tree_are_listed_and_others_not(void **state)
{
	struct arena *a = arena_new();
	struct command out;
	struct commands *c;
	struct err e;

	(void)state;
	c = list("[{\"directory\":\"/src/linux\",\"file\":\"kernel/audit.c\",\"arguments\":[\"gcc\",\"-DKERNEL\",5]},"
		 "{\"directory\":\"/src/linux/obj\",\"file\":\"../drivers/./pond//pond.c\",\"arguments\":[\"gcc\",\"-DPOND\"]},"
		 "{\"directory\":\"/src/linux\",\"file\":\"../elsewhere.c\",\"command\":\"gcc\"},"
		 "{\"directory\":\"/src/linux2\",\"file\":\"x.c\",\"command\":\"gcc\"},"
		 "{\"directory\":\"/src/linux\",\"file\":\"entry.S\",\"command\":\"gcc\"},"
		 "{\"directory\":\"relative\",\"file\":\"/src/linux/y.c\",\"command\":\"gcc\"}, 7, {}]",
		 &e);
	assert_non_null(c);
	assert_int_equal(commands_count(c), 2);
	assert_string_equal(commands_file(c, 0), "kernel/audit.c");
	assert_string_equal(commands_file(c, 1), "drivers/pond/pond.c");
	assert_string_equal(flags(c, a, "kernel/audit.c", &out), "[-DKERNEL] [-w]");
	assert_true(out.own);
	/* a file that is in no list has the flags of its nearest neighbour */
	assert_string_equal(flags(c, a, "drivers/pond/off.c", &out), "[-DPOND] [-w]");
	assert_false(out.own);
	assert_string_equal(flags(c, a, "mm/slab.c", &out), "[-DKERNEL] [-w]");
	commands_free(c);
	arena_free(a);
}

static void what_is_no_list_is_said(void **state)
{
	struct commands *c;
	struct err e;

	(void)state;
	assert_null(commands_read("/nonexistent/list.json", "/src/linux", &e));
	assert_int_equal(e.cls, ERR_NO);
	assert_null(list("{}", &e));
	assert_int_equal(e.cls, ERR_INPUT);
	assert_null(list("[", &e));
	assert_int_equal(e.cls, ERR_INPUT);
	c = list("[]", &e);
	assert_int_equal(commands_count(c), 0);
	assert_false(commands_find(c, NULL, SLICE("a.c"), &(struct command){0}));
	commands_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_command_is_taken_apart_as_by_a_shell),
		cmocka_unit_test(files_of_the_tree_are_listed_and_others_not),
		cmocka_unit_test(what_is_no_list_is_said),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
