#define _GNU_SOURCE
#include "workspace/function.h"

#include "base/buf.h"
#include "tests/test.h"

/* The line of "@" in the text is asked for; `want`: "name() first-last", or "" for none.  The '@' is a blank to C. */
static const struct {
	const char *text, *want;
} cases[] = {
	{"int f(int a)\n{\n\treturn a;@\n}\n", "f() 1-4"},
	{"int f(int a)@\n{\n}\n", "f() 1-3"},
	{"int f(int a)\n{\n}@\n", "f() 1-3"},
	{"int f(int a)\n{\n}\n@\nint g(void)\n{\n}\n", ""},
	{"int x;@\nint f(int a)\n{\n}\n", ""},
	{"int x;\nint f(int a)\n{@}\n", "f() 2-3"},
	{"static inline struct foo *\nf(int a)\n{@\n}\n", "f() 1-4"},
	/* declarations, structures and initialisers are none */
	{"int f(int a);\n@int g(int);\n", ""},
	{"struct s {\n\tint a;@\n\tint (*f)(int);\n};\n", ""},
	{"struct s __attribute__((packed)) {\n\tint a;@\n};\n", ""},
	{"static const struct ops o = {\n\t.f = F(x),@\n};\n", ""},
	{"int a[] = {\n{ 1 },@\n};\nint f(void)\n{\n}\n", ""},
	{"int a[] = {\n{ 1 },\n};\nint f(void)\n{@\n}\n", "f() 4-6"},
	{"enum e {\n\tA = F(1),@\n};\n", ""},
	{"DEFINE_MUTEX(m);\n@\nint f(void)\n{\n}\n", ""},
	{"LIST_HEAD(l)\n\nint f(void)\n{@\n}\n", "f() 3-5"},
	/* comments, strings, characters */
	{"int f(void)\n{\n\t/* } */ // }\n\tchar *s = \"}\\\"}\", c = '}', d = '\\'';\n\treturn 1;@\n}\n", "f() 1-6"},
	{"/* int g(void)\n{ */\nint f(void)\n{@\n}\n", "f() 3-5"},
	{"int f(void)\n{\n\tg(\"a\\\n}\");\n\t@\n}\n", "f() 1-6"},
	/* preprocessor */
	{"#define M(x) do { \\\n\tx@ \\\n\t{ } while (0)\nint f(void)\n{\n}\n", ""},
	{"#define M(x) {\nint f(void)\n{@\n}\n", "f() 2-4"},
	{"int f(void)\n{\n#ifdef A\n\tif (a) {\n#else\n\tif (b) {\n#endif\n\t}\n\treturn 0;@\n}\nint g(void)\n{\n}\n", "f() 1-10"},
	{"int f(void)\n{\n#if A /* multi\nline */\n\tx();\n#elif B\n\ty();\n#endif\n\t@\n}\n", "f() 1-10"},
	{"#ifdef A\nint f(void)\n#else\nint g(void)\n#endif\n{@\n}\n", "g() 2-7"},
	/* attributes, macros, K&R */
	{"static void __sched f(struct x *a) __releases(&a->l) __acquires(x)\n{@\n}\n", "f() 1-3"},
	{"__attribute__((noinline)) static int f(int a)\n{@\n}\n", "f() 1-3"},
	{"__printf(1, 2)\nvoid f(const char *fmt, ...)\n{@\n}\n", "f() 1-4"},
	{"static noinline __must_check int\n__must_hold(&l)\nf(void)\n{@\n}\n", "f() 1-5"},
	{"SYSCALL_DEFINE3(socket, int, family, int, type, int, protocol)\n{@\n}\n", "SYSCALL_DEFINE3(socket) 1-3"},
	{"DEFINE_IDTENTRY_RAW(exc_int3)\n{@\n}\n", "DEFINE_IDTENTRY_RAW(exc_int3) 1-3"},
	{"TRACE_EVENT(x,\n\tTP_fast_assign(\n\t\t{ a; }@\n\t)\n);\n", ""},
	{"EXPORT_SYMBOL(g);\nint f(void)\n{@\n}\n", "f() 2-4"},
	{"int f(a, b)\n\tint a;\n\tchar *b;\n{@\n}\n", "f() 1-5"},
	{"int f(a) int a; {@\n}\n", "f() 1-2"},
	{"static int (*ops[])(void) = { f, g };@\n", ""},
	{"int f(void (*cb)(int), int n)\n{@\n}\n", "f() 1-3"},
	{"int f(struct s *p)\n{\n\t*p = (struct s) {\n\t\t.a = 1,@\n\t};\n}\n", "f() 1-6"},
	/* an unbalanced brace costs one function */
	{"int f(void)\n{\n\tOPEN {\n}\nint g(void)\n{@\n}\n", "g() 5-7"},
	{"}\n}\nint f(void)\n{@\n}\n", "f() 3-5"},
	{"int f(void)\n{\n\tx();@\n", "f() 1-3"},
	{"int f(void)\r\n{\r\n\tx();@\r\n}\r\n", "f() 1-4"},
	{"@", ""},
};

static void functions_are_found_by_a_line_in_them(void **state)
{
	struct buf got = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *text = strdup(cases[i].text), *at = strchr(text, '@');
		struct function f;
		uint32_t line = 1;

		for (char *p = text; p < at; p++)
			line += *p == '\n';
		*at = ' ';
		buf_clear(&got);
		if (function_at(slice_str(text), line, &f)) {
			function_name(&got, &f);
			buf_addf(&got, " %u-%u", (unsigned)f.first, (unsigned)f.last);
		}
		if (strcmp(buf_str(&got), cases[i].want) != 0)
			fail_msg("%s: %s, not %s", cases[i].text, buf_str(&got), cases[i].want);
		free(text);
	}
	buf_release(&got);
}

static void every_cut_of_a_file_is_survived(void **state)
{
	static const char text[] = "#if A\n/* c */ int f(a) int a; { \"s\\\"\" '\\'' #\n}\n#else\n#endif\nM(a, {) = ( ] } ) ; \\\n";
	struct function f;

	(void)state;
	for (size_t from = 0; from < sizeof text; from++)
		for (size_t to = from; to <= sizeof text; to++) {
			char *copy = malloc(to - from + 1);

			memcpy(copy, text + from, to - from);
			for (uint32_t line = 0; line < 8; line++)
				function_at((struct slice){copy, to - from}, line, &f);
			free(copy);
		}
}

/* What a file of braces, of conditions or of open comments costs is bounded by its size. */
static void hostile_files_are_read_in_one_pass(void **state)
{
	static const char *const pieces[] = {"{", "(", "#if\n", "/*", "\"\n", "f(", "}\n", "a;", "\\\n"};
	struct function f;

	(void)state;
	for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
		struct buf b = BUF_INIT;

		while (b.n < 2000000)
			buf_adds(&b, pieces[i]);
		function_at(buf_slice(&b), UINT32_MAX, &f);
		buf_release(&b);
	}
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(functions_are_found_by_a_line_in_them),
	cmocka_unit_test(every_cut_of_a_file_is_survived),
	cmocka_unit_test(hostile_files_are_read_in_one_pass),
};

TEST_MAIN()
