#include "ui/key.h"

#include <locale.h>

#include "tests/test.h"

static const struct {
	const char *text;
	unsigned n;
	ui_key keys[KEY_SEQUENCE];
	const char *name; /* as written again; NULL: as `text` */
} cases[] = {
	{"j", 1, {'j'}, NULL},
	{"G", 1, {'G'}, NULL},
	{"é", 1, {0xe9}, NULL},
	{"漢", 1, {0x6f22}, NULL},
	{"^D", 1, {4}, NULL},
	{"^d", 1, {4}, "^D"},
	{"^@", 1, {0}, NULL},
	{"^]", 1, {29}, NULL},
	{"^\\", 1, {28}, NULL},
	{"^[", 1, {27}, "Escape"},
	{"^M", 1, {13}, "Enter"},
	{"^I", 1, {9}, "Tab"},
	{"^?", 1, {127}, "Backspace"},
	{"^", 1, {'^'}, NULL},
	{"^1", 2, {'^', '1'}, NULL},
	{"Tab", 1, {9}, NULL},
	{"Enter", 1, {13}, NULL},
	{"Space", 1, {' '}, NULL},
	{" ", 1, {' '}, "Space"},
	{"Escape", 1, {27}, NULL},
	{"Backspace", 1, {127}, NULL},
	{"Up", 1, {UI_KEY_UP}, NULL},
	{"PageDown", 1, {UI_KEY_PAGE_DOWN}, NULL},
	{"BackTab", 1, {UI_KEY_BACK_TAB}, NULL},
	{"Delete", 1, {UI_KEY_DELETE}, NULL},
	{"F1", 1, {UI_KEY_F1}, NULL},
	{"F12", 1, {UI_KEY_F1 + 11}, NULL},
	{"M-x", 1, {UI_KEY_ALT + 'x'}, NULL},
	{"M-^X", 1, {UI_KEY_ALT + 24}, NULL},
	{"M-Up", 1, {UI_KEY_ALT + UI_KEY_UP}, NULL},
	{"M--", 1, {UI_KEY_ALT + '-'}, NULL},
	{"M-+", 1, {UI_KEY_ALT + '+'}, NULL},
	{"M-", 2, {'M', '-'}, NULL},
	{"[t", 2, {'[', 't'}, NULL},
	{"gg", 2, {'g', 'g'}, NULL},
	{"^Xa", 2, {24, 'a'}, NULL},
	{"^X+Enter", 2, {24, 13}, NULL},
	{"a+M-b", 2, {'a', UI_KEY_ALT + 'b'}, "aM-b"},
	{"^+a", 2, {'^', 'a'}, NULL},
	{"U+p", 2, {'U', 'p'}, NULL},
	{"abcd", 4, {'a', 'b', 'c', 'd'}, NULL},
	{"+", 1, {'+'}, NULL},
	{"++", 2, {'+', '+'}, NULL},
	{"a++", 2, {'a', '+'}, "a+"},
	{"a+", 2, {'a', '+'}, NULL},
	{"a+++b", 3, {'a', '+', 'b'}, NULL},
	{"Up+Down", 2, {UI_KEY_UP, UI_KEY_DOWN}, NULL},
};

static void keys_are_read_as_documented(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		ui_key got[KEY_SEQUENCE] = {0};
		unsigned n = key_parse(slice_str(cases[i].text), got);

		if (n != cases[i].n || memcmp(got, cases[i].keys, n * sizeof *got) != 0)
			fail_msg("%s: %u keys, first %x", cases[i].text, n, got[0]);
	}
}

static void names_are_what_is_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf b = BUF_INIT;

		key_names(&b, cases[i].keys, cases[i].n);
		assert_string_equal(buf_str(&b), cases[i].name ? cases[i].name : cases[i].text);
		buf_release(&b);
	}
}

static void any_keys_can_be_written_and_read_again(void **state)
{
	static const ui_key some[] = {'a', 'U', 'p', 'F', '1', '+', '^', 'M', '-', ' ', 4, 0, 13, 27, 127, 31,
				      UI_KEY_UP, UI_KEY_F1 + 9, UI_KEY_ALT + 'p', UI_KEY_ALT + '+', UI_KEY_ALT + 27, 0x6f22};
	enum { N = sizeof some / sizeof *some };

	(void)state;
	for (unsigned i = 0; i < N * N * N * N; i += i < N * N ? 1 : 7) {
		ui_key k[KEY_SEQUENCE] = {some[i % N], some[i / N % N], some[i / N / N % N], some[i / N / N / N]};
		struct buf b = BUF_INIT;
		ui_key again[KEY_SEQUENCE];

		for (unsigned n = 1; n <= KEY_SEQUENCE; n++) {
			buf_clear(&b);
			key_names(&b, k, n);
			if (key_parse(buf_slice(&b), again) != n || memcmp(k, again, n * sizeof *k) != 0)
				fail_msg("%s is read otherwise", buf_str(&b));
		}
		buf_release(&b);
	}
}

static void what_is_no_key_is_refused(void **state)
{
	static const char *const bad[] = {"", "abcde", "Del", "Return", "F13", "F0", "F123", "Esc", "pageup+Foo", "M-Esc", "\x1b",
					  "\xff", "\xc2\x9b", "\xe2\x80\xae", "a\tb", "Tab+Tab+Tab+Tab+Tab"};
	ui_key out[KEY_SEQUENCE];

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (key_parse(slice_str(bad[i]), out) != 0)
			fail_msg("case %zu was read", i);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(keys_are_read_as_documented),
	cmocka_unit_test(names_are_what_is_read),
	cmocka_unit_test(any_keys_can_be_written_and_read_again),
	cmocka_unit_test(what_is_no_key_is_refused),
};

int main(void)
{
	setlocale(LC_ALL, "");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
