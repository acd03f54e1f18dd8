#include "ui/key.h"

#include "base/utf8.h"

/* Names of keys; the first one of a number is the one that is written. */
static const struct {
	const char *name;
	ui_key key;
} names[] = {
	{"Tab", 9},
	{"Enter", 13},
	{"Escape", 27},
	{"Space", ' '},
	{"Backspace", 127},
	{"Up", UI_KEY_UP},
	{"Down", UI_KEY_DOWN},
	{"Left", UI_KEY_LEFT},
	{"Right", UI_KEY_RIGHT},
	{"Home", UI_KEY_HOME},
	{"End", UI_KEY_END},
	{"PageUp", UI_KEY_PAGE_UP},
	{"PageDown", UI_KEY_PAGE_DOWN},
	{"Insert", UI_KEY_INSERT},
	{"Delete", UI_KEY_DELETE},
	{"BackTab", UI_KEY_BACK_TAB},
};

enum { NAMES = sizeof names / sizeof *names, FUNCTION_KEYS = 12 };

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* A key by its name; the whole of `s`. */
static bool named(struct slice s, ui_key *k)
{
	uint64_t n;

	for (size_t i = 0; i < NAMES; i++)
		if (slice_is(s, names[i].name)) {
			*k = names[i].key;
			return true;
		}
	if (s.n < 2 || s.p[0] != 'F' || !slice_u64(slice_sub(s, 1, s.n), &n) || n < 1 || n > FUNCTION_KEYS)
		return false;
	*k = UI_KEY_F1 + (ui_key)n - 1;
	return true;
}

/* Words such as "Del" or "F13" are misspelt names, not keys to be typed one after the other. */
static bool looks_named(struct slice s)
{
	uint64_t n;

	if (s.p[0] == 'F' && slice_u64(slice_sub(s, 1, s.n), &n))
		return true;
	if (s.n < 3 || s.p[0] < 'A' || s.p[0] > 'Z')
		return false;
	for (size_t i = 1; i < s.n; i++)
		if (!is_letter(s.p[i]))
			return false;
	return s.p[1] >= 'a';
}

/* ^X for the control character of X: from @ to _ or a letter, or ?. */
static bool control(char c, ui_key *k)
{
	if (c >= 'a' && c <= 'z')
		c = (char)(c - 'a' + 'A');
	if (c == '?')
		*k = 127;
	else if (c >= '@' && c <= '_')
		*k = (ui_key)(c - '@');
	else
		return false;
	return true;
}

/* Take one key that is no name from the front of `*s`. */
static bool take_char(struct slice *s, ui_key *k)
{
	uint32_t cp;
	size_t n;

	if (s->n > 1 && s->p[0] == '^' && control(s->p[1], k)) {
		*s = slice_sub(*s, 2, s->n);
		return true;
	}
	n = utf8_decode(*s, &cp);
	if (!utf8_shows(cp))
		return false;
	*k = cp;
	*s = slice_sub(*s, n, s->n);
	return true;
}

/* Where the keys up to the next "+" that joins end: a "+" at the very front or end is a key. */
static size_t token_end(struct slice s)
{
	size_t plus = slice_chr(s, '+', 1);

	/* "M-+": the key after Alt. */
	if (plus == 2 && slice_starts(s, "M-"))
		plus = slice_chr(s, '+', 3);
	return plus == SLICE_NONE || plus + 1 == s.n ? s.n : plus;
}

/* All keys of one token, which is one name or characters; false for what cannot be read. */
static bool take_token(struct slice s, ui_key out[KEY_SEQUENCE], unsigned *n)
{
	for (bool front = true; s.n; front = false) {
		ui_key alt = 0, k;

		if (*n == KEY_SEQUENCE)
			return false;
		if (s.n > 2 && slice_eat(&s, "M-"))
			alt = UI_KEY_ALT;
		if (front && named(s, &k))
			s.n = 0;
		else if ((front && looks_named(s)) || !take_char(&s, &k))
			return false;
		out[(*n)++] = k + alt;
	}
	return true;
}

unsigned key_parse(struct slice s, ui_key out[KEY_SEQUENCE])
{
	unsigned n = 0;

	while (s.n) {
		size_t end = token_end(s);

		if (!take_token(slice_sub(s, 0, end), out, &n))
			return 0;
		s = slice_sub(s, end + 1, s.n);
	}
	return n;
}

static void add_name(struct buf *b, ui_key k)
{
	char bytes[4];

	if (k == UI_KEY_NONE) {
		buf_adds(b, "(none)");
		return;
	}
	if (k & UI_KEY_ALT) {
		buf_adds(b, "M-");
		k -= UI_KEY_ALT;
	}
	for (size_t i = 0; i < NAMES; i++)
		if (names[i].key == k) {
			buf_adds(b, names[i].name);
			return;
		}
	if (k >= UI_KEY_F1 && k < UI_KEY_F1 + FUNCTION_KEYS)
		buf_addf(b, "F%u", k - UI_KEY_F1 + 1);
	else if (utf8_shows(k))
		buf_add(b, bytes, utf8_encode(k, bytes));
	else
		utf8_escape_cp(b, k);
}

/* Do the names of these keys, written in one piece, read as these keys? */
static bool reads_back(struct slice s, const ui_key *k, unsigned n)
{
	ui_key again[KEY_SEQUENCE];

	if (key_parse(s, again) != n)
		return false;
	for (unsigned i = 0; i < n; i++)
		if (again[i] != k[i])
			return false;
	return true;
}

void key_names(struct buf *b, const ui_key *k, unsigned n)
{
	size_t from = b->n;

	for (unsigned i = 0; i < n; i++)
		add_name(b, k[i]);
	if (n < 2 || reads_back(slice_sub(buf_slice(b), from, b->n), k, n))
		return;
	buf_cut(b, from);
	for (unsigned i = 0; i < n; i++) {
		if (i)
			buf_addc(b, '+');
		add_name(b, k[i]);
	}
}
