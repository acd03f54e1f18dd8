#include "ui/theme.h"

#include "base/utf8.h"
#include "conf/line.h"

static const struct {
	const char *name;
	char letter;
	enum role fallback;
} roles[ROLES] = {
#define ROLE(sym, name, letter, fallback) {name, letter, ROLE_##fallback},
	UI_ROLES(ROLE)
#undef ROLE
};

static const char *const colours[] = {"black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"};

const char *role_name(enum role r)
{
	return roles[r].name;
}

char role_letter(enum role r)
{
	return roles[r].letter;
}

/* A colour by name or number; false for what is none. */
static bool colour_of(struct slice s, short *out)
{
	bool bright = slice_eat(&s, "bright-");
	uint64_t number;

	for (short i = 0; i < 8; i++)
		if (slice_is(s, colours[i])) {
			*out = (short)(bright ? i + 8 : i);
			return true;
		}
	if (bright)
		return false;
	if (slice_is(s, "default")) {
		*out = -1;
		return true;
	}
	if (!slice_u64(s, &number) || number > 255)
		return false;
	*out = (short)number;
	return true;
}

static bool attribute_of(struct slice s, struct style *st)
{
	const struct {
		const char *name;
		bool *flag;
	} known[] = {
		{"bold", &st->bold},
		{"dim", &st->dim},
		{"underline", &st->underline},
		{"reverse", &st->reverse},
	};

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (slice_is(s, known[i].name))
			return *known[i].flag = true;
	return false;
}

/* Quote a word of the file in a message. */
static int complain(struct err *e, const char *what, struct slice word)
{
	struct buf b = BUF_INIT;

	utf8_fit(&b, word, 40);
	err_set(e, ERR_INPUT, "%s '%s'", what, buf_str(&b));
	buf_release(&b);
	return -1;
}

static int style_of(const struct conf_line *w, struct style *st, struct err *e)
{
	unsigned ncolours = 0;

	*st = (struct style){.set = true, .fg = -1, .bg = -1};
	for (size_t i = 2; i < w->n; i++) {
		short c;

		if (attribute_of(w->word[i], st))
			continue;
		if (!colour_of(w->word[i], &c))
			return complain(e, "unknown colour or attribute", w->word[i]);
		if (ncolours == 2)
			return complain(e, "a third colour,", w->word[i]);
		*(ncolours++ ? &st->bg : &st->fg) = c;
	}
	return 0;
}

static int parse_line(struct theme *t, struct arena *a, struct slice line, struct err *e)
{
	struct conf_line w;
	struct style st;
	unsigned r = 0;

	if (conf_split(a, line, &w, e) < 0)
		return -1;
	if (w.n == 0)
		return 0;
	if (!slice_is(w.word[0], "color"))
		return complain(e, "a line of a theme is \"color ROLE COLOUR...\", not", w.word[0]);
	if (w.n < 3)
		return err_set(e, ERR_INPUT, "\"color\" takes a role and its colours or attributes");
	while (r < ROLES && !slice_is(w.word[1], roles[r].name))
		r++;
	if (r == ROLES)
		return complain(e, "unknown role", w.word[1]);
	if (style_of(&w, &st, e) < 0)
		return -1;
	t->style[r] = st;
	return 0;
}

static void fall_back(struct theme *t)
{
	t->style[ROLE_NORMAL].set = true;
	for (unsigned r = 0; r < ROLES; r++) {
		enum role from = (enum role)r;

		while (!t->style[from].set)
			from = roles[from].fallback;
		if (from != (enum role)r) {
			t->style[r] = t->style[from];
			t->style[r].set = false;
		}
	}
}

void theme_parse(struct theme *t, struct slice text, struct diags *ds)
{
	struct arena *a = arena_new();
	struct slice rest = text, line;
	struct err e;

	for (unsigned r = 0; r < ROLES; r++)
		t->style[r] = (struct style){.fg = -1, .bg = -1};
	for (uint64_t number = 1; slice_line(&rest, &line); number++)
		if (parse_line(t, a, line, &e) < 0)
			diags_add(ds, DIAG_WARNING, number, (uint64_t)(line.p - text.p), "%s", e.msg);
	fall_back(t);
	arena_free(a);
}
