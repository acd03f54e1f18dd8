#include <sys/wait.h>

#include "base/mem.h"
#include "tests/test.h"

static void nothing_asked_is_still_something(void **state)
{
	void *p = xmalloc(0), *q = xcalloc(0, 0);

	(void)state;
	assert_non_null(p);
	assert_non_null(q);
	p = xrealloc(p, 0);
	assert_non_null(p);
	free(p);
	free(q);
}

static void copies_end_with_nul(void **state)
{
	char *s = xstrndup("abc\0def", 5), *t = xstrdup(""), *u = xstrndup(NULL, 0);

	(void)state;
	assert_memory_equal(s, "abc\0d", 6);
	assert_string_equal(t, "");
	assert_string_equal(u, "");
	free(s);
	free(t);
	free(u);
}

static void an_array_grows_by_doubling_and_keeps_its_items(void **state)
{
	uint32_t *a = NULL;
	size_t cap = 0, moves = 0;

	(void)state;
	for (uint32_t i = 0; i < 100000; i++) {
		size_t before = cap;

		a = mem_grow(a, &cap, i + 1, sizeof *a);
		assert_true(cap > i);
		a[i] = i;
		moves += cap != before;
	}
	assert_in_range(moves, 1, 20);
	for (uint32_t i = 0; i < 100000; i++)
		assert_int_equal(a[i], i);
	assert_ptr_equal(mem_grow(a, &cap, 5, sizeof *a), a);
	free(a);
}

/* Writes to standard error, which the parent reads; with an argument it runs out of memory itself. */
static void tell(void *arg)
{
	if (write(STDERR_FILENO, "hook. ", 6) != 6)
		_exit(1);
	if (arg)
		xreallocarray(NULL, SIZE_MAX / 2, 3);
}

/* Run out of memory in a child: its exit status, and what it wrote to standard error. */
static int exhaust(void *arg, char said[100])
{
	int fd[2], status;
	ssize_t n, all = 0;
	pid_t pid;

	assert_int_equal(pipe(fd), 0);
	pid = fork();
	if (pid == 0) {
		dup2(fd[1], STDERR_FILENO);
		mem_on_exhausted(tell, arg);
		xreallocarray(NULL, SIZE_MAX / 2, 3);
		_exit(0);
	}
	close(fd[1]);
	while ((n = read(fd[0], said + all, (size_t)(99 - all))) > 0)
		all += n;
	said[all] = '\0';
	close(fd[0]);
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void exhaustion_runs_the_hook_once_and_ends_the_program(void **state)
{
	char said[100], arg;

	(void)state;
	assert_int_equal(exhaust(NULL, said), 70);
	assert_string_equal(said, "hook. verdict: out of memory\n");
	assert_int_equal(exhaust(&arg, said), 70);
	assert_string_equal(said, "hook. verdict: out of memory\n");
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(nothing_asked_is_still_something),
	cmocka_unit_test(copies_end_with_nul),
	cmocka_unit_test(an_array_grows_by_doubling_and_keeps_its_items),
	cmocka_unit_test(exhaustion_runs_the_hook_once_and_ends_the_program),
};

TEST_MAIN()
