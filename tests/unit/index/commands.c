#define _GNU_SOURCE
#include "index/commands.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "tests/test.h"

static char dir[64];
static struct index *x;

static int setup(void **state)
{
	char *path;

	(void)state;
	strcpy(dir, "/tmp/verdict-commands-XXXXXX");
	if (!mkdtemp(dir))
		return -1;
	path = fs_join(dir, "index.db");
	x = index_open(path, dir, NULL, NULL);
	free(path);
	return x ? 0 : -1;
}

static int teardown(void **state)
{
	static const char *const names[] = {"list.json", "index.db", "index.db-wal", "index.db-shm"};

	(void)state;
	index_close(x);
	for (size_t i = 0; i < 4; i++) {
		char *path = fs_join(dir, names[i]);

		unlink(path);
		free(path);
	}
	return rmdir(dir);
}

static struct commands *list(const char *text, struct err *e)
{
	char *path = fs_join(dir, "list.json");
	struct commands *c;

	assert_int_equal(fs_write_atomic(dir, "list.json", slice_str(text), e), 0);
	c = commands_open(x, path, "/src/linux", e);
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
	assert_string_equal(commands_files(c, a)[0], "kernel/audit.c");
	assert_string_equal(commands_files(c, a)[1], "drivers/pond/pond.c");
	assert_null(commands_files(c, a)[2]);
	assert_string_equal(flags(c, a, "kernel/audit.c", &out), "[-DKERNEL] [-w]");
	assert_true(out.own);
	/* a file that is in no list has the flags of its nearest neighbour */
	assert_string_equal(flags(c, a, "drivers/pond/off.c", &out), "[-DPOND] [-w]");
	assert_false(out.own);
	assert_string_equal(flags(c, a, "mm/slab.c", &out), "[-DKERNEL] [-w]");
	commands_free(c);
	arena_free(a);
}

/* Lists that cannot be told apart by what the file system says of them are not read again. */
static void a_list_that_has_not_changed_is_not_read_again(void **state)
{
	static const char first[] = "[{\"directory\":\"/src/linux\",\"file\":\"a.c\",\"command\":\"gcc -DA\"}]";
	static const char other[] = "[{\"directory\":\"/src/linux\",\"file\":\"b.c\",\"command\":\"gcc -DB\"}]";
	struct arena *a = arena_new();
	char *path = fs_join(dir, "list.json");
	struct command out;
	struct commands *c, *old;
	struct stat is;
	struct err e;
	FILE *f;

	(void)state;
	old = list(first, &e);
	assert_int_equal(stat(path, &is), 0);
	f = fopen(path, "r+"); /* in place */
	assert_int_equal(fwrite(other, 1, sizeof other - 1, f), sizeof other - 1);
	fclose(f);
	assert_int_equal(utimensat(AT_FDCWD, path, (struct timespec[]){is.st_atim, is.st_mtim}, 0), 0);
	c = commands_open(x, path, "/src/linux", &e);
	assert_true(commands_has(c, SLICE("a.c")));
	assert_false(commands_has(c, SLICE("b.c")));
	commands_free(c);
	assert_int_equal(utimensat(AT_FDCWD, path, (struct timespec[]){is.st_atim, {.tv_sec = is.st_mtim.tv_sec + 1}}, 0), 0);
	c = commands_open(x, path, "/src/linux", &e);
	assert_false(commands_has(c, SLICE("a.c")));
	assert_string_equal(flags(c, a, "b.c", &out), "[-DB] [-w]");
	/* who had it open when it was replaced knows nothing any more, and nothing wrong */
	assert_false(commands_find(old, a, SLICE("b.c"), &out));
	commands_free(old);
	commands_free(c);
	/* another tree may have the same list */
	c = commands_open(x, path, "/src", &e);
	assert_string_equal(commands_files(c, a)[0], "linux/b.c");
	commands_free(c);
	free(path);
	arena_free(a);
}

static void what_is_no_list_is_said(void **state)
{
	struct commands *c;
	struct err e;

	(void)state;
	assert_null(commands_open(x, "/nonexistent/list.json", "/src/linux", &e));
	assert_int_equal(e.cls, ERR_NO);
	assert_null(list("{}", &e));
	assert_int_equal(e.cls, ERR_INPUT);
	assert_null(list("[", &e));
	assert_int_equal(e.cls, ERR_INPUT);
	c = list("[]", &e);
	assert_true(commands_none(c));
	assert_false(commands_find(c, NULL, SLICE("a.c"), &(struct command){0}));
	commands_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_command_is_taken_apart_as_by_a_shell),
		cmocka_unit_test(files_of_the_tree_are_listed_and_others_not),
		cmocka_unit_test(a_list_that_has_not_changed_is_not_read_again),
		cmocka_unit_test(what_is_no_list_is_said),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
