#include "sys/coro.h"

#include "tests/test.h"

struct log {
	char text[64];
	struct coro *other;
};

static void note(struct log *l, char c)
{
	size_t n = strlen(l->text);

	assert_true(n + 1 < sizeof l->text);
	l->text[n] = c;
	l->text[n + 1] = '\0';
}

static void three_steps(struct coro *self, void *arg)
{
	/* Something on the stack that has to be there again after each return. */
	char letters[] = "abc";

	for (int i = 0; letters[i]; i++) {
		note(arg, letters[i]);
		coro_leave(self);
	}
}

static void control_goes_back_and_forth(void **state)
{
	struct log l = {0};
	struct coro *c = coro_new(three_steps, &l, NULL);

	(void)state;
	assert_string_equal(l.text, "");
	for (int i = 0; i < 3; i++) {
		note(&l, '>');
		assert_true(coro_enter(c));
	}
	assert_false(coro_enter(c));
	assert_false(coro_enter(c));
	assert_string_equal(l.text, ">a>b>c");
	coro_free(c);
}

static void one_can_be_freed_where_it_left(void **state)
{
	struct log l = {0};
	struct coro *c;

	(void)state;
	coro_free(NULL);
	coro_free(coro_new(three_steps, &l, NULL));
	for (int i = 0; i < 50; i++) {
		memset(&l, 0, sizeof l);
		c = coro_new(three_steps, &l, NULL);
		coro_enter(c);
		coro_free(c);
		assert_string_equal(l.text, "a");
	}
}

static void enter_other(struct coro *self, void *arg)
{
	struct log *l = arg;

	for (;;) {
		note(l, '(');
		coro_enter(l->other);
		note(l, ')');
		coro_leave(self);
	}
}

static void one_can_enter_another(void **state)
{
	struct log l = {0};
	struct coro *c = coro_new(enter_other, &l, NULL);

	(void)state;
	l.other = coro_new(three_steps, &l, NULL);
	coro_enter(c);
	coro_enter(l.other);
	coro_enter(c);
	assert_string_equal(l.text, "(a)b(c)");
	coro_free(c);
	coro_free(l.other);
}

static void use_stack(struct coro *self, void *arg)
{
	volatile char big[150 * 1024];

	memset((char *)(uintptr_t)big, 1, sizeof big);
	coro_leave(self);
	for (size_t i = 0; i < sizeof big; i++)
		*(size_t *)arg += (size_t)big[i];
}

static void the_stack_is_as_large_as_promised(void **state)
{
	size_t sum = 0;
	struct coro *c = coro_new(use_stack, &sum, NULL);

	(void)state;
	assert_true(coro_enter(c));
	assert_false(coro_enter(c));
	assert_int_equal(sum, 150 * 1024);
	coro_free(c);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(control_goes_back_and_forth),
	cmocka_unit_test(one_can_be_freed_where_it_left),
	cmocka_unit_test(one_can_enter_another),
	cmocka_unit_test(the_stack_is_as_large_as_promised),
};

TEST_MAIN()
