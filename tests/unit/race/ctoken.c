#include "race/ctoken.h"

#include "base/buf.h"
#include "tests/test.h"

/* Each token with its line: "1:if 1:( …"; what leaves code out as "#if", "#else", "#elif", "#endif". */
static void words(const char *code, struct buf *b)
{
	static const char *const directives[] = {[CTOKEN_IF] = "#if", [CTOKEN_ELSE] = "#else", [CTOKEN_ELIF] = "#elif", [CTOKEN_ENDIF] = "#endif"};
	struct ctokens ts = {0};

	buf_clear(b);
	ctokens_read(&ts, slice_str(code));
	for (size_t i = 0; i < ts.n; i++)
		if (ts.t[i].kind >= CTOKEN_IF)
			buf_addf(b, "%u:%s ", ts.t[i].line, directives[ts.t[i].kind]);
		else
			buf_addf(b, "%u:%.*s ", ts.t[i].line, (int)ts.t[i].s.n, ts.t[i].s.p);
	ctokens_release(&ts);
}

static void code_is_taken_apart_with_its_lines(void **state)
{
	static const struct {
		const char *code, *want;
	} cases[] = {
		{"", ""},
		{"a->b += 2;\n\tc", "1:a 1:-> 1:b 1:+= 1:2 1:; 2:c "},
		{"x = a\n\t* b;", "1:x 1:= 1:a 2:* 2:b 2:; "},
		{"a /* b\n c */ d // e /* f\ng", "1:a 2:d 3:g "},
		{"f(\"a\\\"b{\", '{')", "1:f 1:( 1:\"a\\\"b{\" 1:, 1:'{' 1:) "},
		{"\"open\nb", "1:\"open 2:b "},
		{"#if A\nb\n#elif C\nd\n#else\ne\n#endif\nf", "1:#if 2:b 3:#elif 4:d 5:#else 6:e 7:#endif 8:f "},
		{" # ifdef A /* b\n c */\nd", "1:#if 3:d "},
		{"#define A(x) do { \\\n\tx; \\\n} while (0)\nb", "4:b "},
		{"a // b /* c\n#ifndef D\ne", "1:a 2:#if 3:e "},
		{"a # b", "1:a 1:# 1:b "},
		{"a\n#if 0\nb {\n#if C\nd\n#endif\n#else\ne\n#endif\nf", "1:a 2:#if 7:#else 8:e 9:#endif 10:f "},
		{"#if 0 /* never */\nb\n#endif\nc", "1:#if 3:#endif 4:c "},
		{"#if 0 || A\nb\n#endif", "1:#if 2:b 3:#endif "},
		{"#", ""},
		{"a\f\vb", "1:a 1:b "},
	};
	struct buf b = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		words(cases[i].code, &b);
		assert_string_equal(buf_str(&b), cases[i].want);
	}
	buf_release(&b);
}

static void more_than_the_ceiling_is_said_to_be_cut(void **state)
{
	struct ctokens ts = {0};
	struct buf b = BUF_INIT;

	(void)state;
	for (unsigned i = 0; i < 400001; i++)
		buf_adds(&b, ";\n");
	ctokens_read(&ts, buf_slice(&b));
	assert_true(ts.cut);
	assert_int_equal(ts.n, 400000);
	buf_cut(&b, b.n - 2);
	ctokens_read(&ts, buf_slice(&b));
	assert_false(ts.cut);
	ctokens_release(&ts);
	buf_release(&b);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(code_is_taken_apart_with_its_lines),
	cmocka_unit_test(more_than_the_ceiling_is_said_to_be_cut),
};

TEST_MAIN()
