#include "model/claim.h"

#include "base/buf.h"
#include "tests/test.h"

/* All claims of a text: "KIND what[@file:first-last]", separated by ";". */
static const char *claims(const char *text)
{
	static struct buf b;
	struct claim_reader r = {.text = slice_str(text)};
	struct claim c;

	buf_clear(&b);
	while (claim_next(&r, &c)) {
		assert_true(c.from < c.to && c.to <= r.text.n);
		buf_addf(&b, "%s%s %.*s", b.n ? "; " : "", claim_kind_name(c.kind), (int)c.what.n, c.what.p);
		if (c.first)
			buf_addf(&b, "@%.*s:%u-%u%s", (int)c.file.n, c.file.p, c.first, c.last, c.spoken_of ? "?" : "");
		if (c.proposed)
			buf_adds(&b, " proposed");
	}
	return buf_str(&b);
}

static void statements_are_found(void **state)
{
	static const struct {
		const char *text, *claims;
	} t[] = {
		{"", ""},
		{"Nothing to see here, true or false.", ""},
		{"It is at kernel/audit.c:249.", "place kernel/audit.c@kernel/audit.c:249-249"},
		{"See kernel/audit.c:249-251, mm/slub.c#L10-L12", "place kernel/audit.c@kernel/audit.c:249-251; place mm/slub.c@mm/slub.c:10-12"},
		{"In `kernel/audit.c` line 12 and lines 5 to 7", "place kernel/audit.c; place line 12@kernel/audit.c:12-12?; place lines 5 to 7@kernel/audit.c:5-7?"},
		{"line 12 of `mm/slub.c`", "place line 12@mm/slub.c:12-12"},
		{"Line 1923's comment", "place Line 1923@:1923-1923?"},
		{"https://example.org/a.c is elsewhere", ""},
		{"the function foo_bar() returns", "function foo_bar"},
		{"`foo_bar()` and `foo_bar`", "function foo_bar; code foo_bar"},
		{"the `owner` field, field `lock`, `audit::owner`", "field owner; field lock; field owner"},
		{"`NULL`, `true`, `u32`, `void *`, `0x10`, `()`", ""},
		{"`a->b = c`", "code a->b = c"},
		{"it should use `READ_ONCE(x)`", "code READ_ONCE(x) proposed"},
		{"It should. The code is `x->y`", "code x->y"},
		{"`a->b = NULL` would do. `a->c = NULL` does", "code a->b = NULL proposed; code a->c = NULL"},
		{"Suppose `a->b = NULL`. Is `a->b = 1` seen? `a->b = 2` is.", "code a->b = NULL proposed; code a->b = 1 proposed; code a->b = 2"},
		{"It sees `owner == current`, `x->n > 0`", "code owner == current proposed; code x->n > 0 proposed"},
		{"`return a == b;`, `c = a == b`, `WARN_ON(a == b)`, `a->b <<= 1`, `if (a == b)`",
		 "code return a == b;; code c = a == b; code WARN_ON(a == b); code a->b <<= 1; code if (a == b)"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++)
		assert_string_equal(claims(t[i].text), t[i].claims);
}

static void names_are_no_words_of_c(void **state)
{
	(void)state;
	assert_true(claim_has_name(SLICE("struct foo")));
	assert_false(claim_has_name(SLICE("return 0;")));
	assert_false(claim_has_name(SLICE("unsigned int *")));
	assert_false(claim_has_name(SLICE("} 12 == 0x1f")));
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(statements_are_found),
	cmocka_unit_test(names_are_no_words_of_c),
};

TEST_MAIN()
