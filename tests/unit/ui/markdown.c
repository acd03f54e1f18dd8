#include "ui/markdown.h"

#include <stdio.h>

#include "base/buf.h"
#include "tests/marked.h"
#include "tests/test.h"

static const char page[] =
	"## Summary\n\nThe **race** is *benign*: `READ_ONCE(x)` at\n[a.c:3](http://e.org) &amp; so on\\\nhard \xe2\x82\xac\n\n"
	"| a | b |\n|---|--:|\n| 1 | `x` |\n| two | 22 |\n\n1. one\n\n   ```c\n   int x; /* y */\n\n   int z;\n   ```\n2. two\n   - nested\n"
	"     more\n\n> quoted\n> text\n\ntext\n```diff\n@@ -1 +1 @@\n-a\n+b\n\n c\n```\nbehind\n\n***\n\n[x]: y\n\n~~~\nno end\n";

static void assert_shown(const char *text, unsigned width, const char *want)
{
	struct marked m = marked_whole(slice_str(text), width);
	struct buf b = BUF_INIT;

	for (size_t i = 0; i < m.n; i++)
		buf_addc(&b, m.b[i].c);
	assert_string_equal(m.wrong ? m.wrong : "", "");
	assert_string_equal(buf_str(&b), want);
	buf_release(&b);
	free(m.b);
}

static void blocks_are_laid_out(void **state)
{
	(void)state;
	assert_shown("", 0, "");
	assert_shown("\n\n", 0, "");
	assert_shown("# A\ntext\n  of two *lines*\n\n\nnext", 0, "A\ntext of two lines\n\nnext\n");
	assert_shown("- a\n- b\n  1. c\n  2. d\n\n  e\n", 0, "• a\n\n• b\n\n  1. c\n  2. d\n  e\n");
	assert_shown("9. a\n10. b\n", 0, "9. a\n10. b\n");
	assert_shown("> a\n> b\n", 0, "> a b\n");
	assert_shown("a\n```c\nint x;\n\n\ty\n```\nb", 0, "a\n\n  int x;\n  \n  \ty\n\nb\n");
	assert_shown("[w](u) <http://x.y>", 0, "w (u) http://x.y\n");
	assert_shown("a &lt; b &amp;&bogus;", 0, "a < b &&bogus;\n");
	assert_shown("<b>x</b> <!-- y -->", 0, "<b>x</b> <!-- y -->\n");
	/* what would vanish is shown as it is */
	assert_shown("[x]: y\n", 0, "[x]: y\n");
	assert_shown("[w](u \"not benign\") ![i](v 'no')", 0, "w (u \"not benign\") image: i (v \"no\")\n");
	assert_shown("[u](u 'not benign')", 0, "u (u \"not benign\")\n");
	assert_shown("```c and this is not benign\nx\n```\n", 0, "c and this is not benign\n  x\n");
}

static void tables_fit_or_are_taken_apart(void **state)
{
	static const char table[] = "| a | num |\n|---|--:|\n| long | `x` |\n| b | 22 |\n";

	(void)state;
	assert_shown(table, 0, "a    │ num\n─────+────\nlong │ `x`\nb    │  22\n");
	assert_shown(table, 10, "a    │ num\n─────+────\nlong │ `x`\nb    │  22\n");
	assert_shown(table, 9, "a │ num\n\na: long\nnum: `x`\n\na: b\nnum: 22\n");
}

static void what_is_shown_knows_its_source(void **state)
{
	struct marked m = marked_whole(SLICE("a **b**\n&amp;"), 0);

	(void)state;
	assert_int_equal(m.n, 6); /* "a b &\n" */
	assert_int_equal(m.b[0].from, 0);
	assert_int_equal(m.b[2].from, 4);
	assert_int_equal(m.b[2].role, ROLE_STRONG);
	assert_int_equal(m.b[3].from, 7);
	assert_int_equal(m.b[4].from, 8);
	assert_int_equal(m.b[4].n, 5);
	assert_int_equal(m.b[5].n, 0);
	free(m.b);
}

static void code_has_its_language(void **state)
{
	struct marked m = marked_whole(SLICE("```\n@@ -1 +1 @@\n```\n```c\nx\n```\n```sh\nx\n```\n"), 0);

	(void)state;
	assert_int_equal(m.b[2].lang, CODE_DIFF);
	for (size_t i = 0, seen = 0; i < m.n; i++)
		if (m.b[i].c == 'x')
			assert_int_equal(m.b[i].lang, seen++ ? CODE_NONE : CODE_C);
	free(m.b);
}

static void assert_grows(struct slice text, struct slice cuts)
{
	struct marked whole = marked_whole(text, 40), grown;
	uint64_t parsed;

	grown = marked_grown(text, 40, cuts, &parsed);
	assert_string_equal(whole.wrong ? whole.wrong : "", "");
	assert_string_equal(grown.wrong ? grown.wrong : "", "");
	assert_true(marked_same(&whole, &grown));
	free(whole.b);
	free(grown.b);
}

static void a_text_that_grew_is_the_one_laid_out_at_once(void **state)
{
	unsigned seed = 1;

	(void)state;
	for (unsigned n = 0; n < sizeof page; n++) /* every beginning of it */
		assert_grows(slice_sub(SLICE(page), 0, n), (struct slice){0});
	assert_grows(SLICE(page), SLICE("\0")); /* byte by byte */
	for (unsigned i = 0; i < 200; i++) {
		char cuts[16];

		for (size_t k = 0; k < sizeof cuts; k++) {
			seed = seed * 1103515245 + 12345;
			cuts[k] = (char)(seed >> 16 & (i < 100 ? 7 : 63));
		}
		assert_grows(SLICE(page), (struct slice){cuts, sizeof cuts});
	}
}

/* A megabyte, word by word: the parser is given a block again for each word of it, never what was closed. */
static void the_work_goes_with_what_was_added(void **state)
{
	struct buf b = BUF_INIT;
	struct marked m;
	uint64_t parsed;

	(void)state;
	while (b.n < 1 << 20) {
		buf_adds(&b, "Some words about a lock that is held, and then some more of them, to the end.\n\n- an item\n- two\n\n");
		buf_adds(&b, "```c\nint some_code(void);\nint more;\n```\n");
	}
	m = marked_grown(buf_slice(&b), 80, SLICE("\5"), &parsed);
	assert_string_equal(m.wrong ? m.wrong : "", "");
	assert_true(parsed > b.n / 2 && parsed < 16 * (uint64_t)b.n);
	free(m.b);
	buf_release(&b);
}

/* One block without end is taken as several. */
static void a_block_without_end_is_cut(void **state)
{
	struct buf b = BUF_INIT;
	struct marked m;
	uint64_t parsed;

	(void)state;
	buf_pad(&b, 'x', 1 << 18);
	m = marked_grown(buf_slice(&b), 80, SLICE("\377\377\377"), &parsed);
	assert_string_equal(m.wrong ? m.wrong : "", "");
	assert_true(parsed < (uint64_t)b.n * MARKDOWN_BLOCK / 128);
	free(m.b);
	buf_release(&b);
}

static void hostile_bytes_keep_their_places(void **state)
{
	static const char text[] = "a\0b \xff\xc3 *\x1b[31m* `\xe2\x80\xae`\r\nc\td\r\n\r\n| \0 |\n|-|\n| \xff |\n";

	(void)state;
	assert_grows(SLICE(text), SLICE("\0"));
	assert_grows(SLICE(text), SLICE("\2\0\5"));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(blocks_are_laid_out),
		cmocka_unit_test(tables_fit_or_are_taken_apart),
		cmocka_unit_test(what_is_shown_knows_its_source),
		cmocka_unit_test(code_has_its_language),
		cmocka_unit_test(a_text_that_grew_is_the_one_laid_out_at_once),
		cmocka_unit_test(the_work_goes_with_what_was_added),
		cmocka_unit_test(a_block_without_end_is_cut),
		cmocka_unit_test(hostile_bytes_keep_their_places),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
