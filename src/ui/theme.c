#include "ui/theme.h"

#include <string.h>

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

enum { COLOUR_LEFT_OUT = -2 };

static const char *const colours[] = {"black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"};

static const struct {
	const char *name, *text;
} builtin[] = {
	{"default", theme_default}, {"light", theme_light}, {"high-contrast", theme_high_contrast}, {"mono", theme_mono},
};

enum { BUILTIN = sizeof builtin / sizeof *builtin };

const char *theme_builtin(const char *name)
{
	for (size_t i = 0; i < BUILTIN; i++)
		if (strcmp(name, builtin[i].name) == 0)
			return builtin[i].text;
	return NULL;
}

const char *theme_builtin_name(size_t i)
{
	return i < BUILTIN ? builtin[i].name : NULL;
}

const char *role_name(enum role r)
{
	return roles[r].name;
}

char role_letter(enum role r)
{
	return roles[r].letter;
}

/* "#rrggbb"; false for what is none. */
static bool rgb_of(struct slice s, ui_colour *out)
{
	ui_colour rgb = 0;

	if (s.n != 7 || s.p[0] != '#')
		return false;
	for (size_t i = 1; i < s.n; i++) {
		char c = s.p[i] >= 'A' && s.p[i] <= 'F' ? (char)(s.p[i] + 'a' - 'A') : s.p[i];

		if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')))
			return false;
		rgb = rgb * 16 + (c <= '9' ? c - '0' : c - 'a' + 10);
	}
	*out = COLOUR_RGB + rgb;
	return true;
}

/* A colour by name or number; false for what is none. */
static bool colour_of(struct slice s, ui_colour *out)
{
	bool bright = slice_eat(&s, "bright-");
	uint64_t number;

	for (ui_colour i = 0; i < 8; i++)
		if (slice_is(s, colours[i])) {
			*out = bright ? i + 8 : i;
			return true;
		}
	if (bright)
		return false;
	if (slice_is(s, "default")) {
		*out = COLOUR_OWN;
		return true;
	}
	if (rgb_of(s, out))
		return true;
	if (!slice_u64(s, &number) || number > 255)
		return false;
	*out = (ui_colour)number;
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

	*st = (struct style){.set = true, .fg = COLOUR_LEFT_OUT, .bg = COLOUR_LEFT_OUT};
	for (size_t i = 2; i < w->n; i++) {
		ui_colour c;

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

/* What a line leaves out is as in role "normal", which leaves it to the terminal. */
static ui_colour filled(ui_colour c, ui_colour normal)
{
	return c == COLOUR_LEFT_OUT ? normal : c;
}

static void fill(struct theme *t)
{
	struct style *normal = &t->style[ROLE_NORMAL];

	normal->fg = filled(normal->fg, COLOUR_OWN);
	normal->bg = filled(normal->bg, COLOUR_OWN);
	for (unsigned r = 0; r < ROLES; r++) {
		t->style[r].fg = filled(t->style[r].fg, normal->fg);
		t->style[r].bg = filled(t->style[r].bg, normal->bg);
	}
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
		t->style[r] = (struct style){.fg = COLOUR_LEFT_OUT, .bg = COLOUR_LEFT_OUT};
	for (uint64_t number = 1; slice_line(&rest, &line); number++)
		if (parse_line(t, a, line, &e) < 0)
			diags_add(ds, DIAG_WARNING, number, (uint64_t)(line.p - text.p), "%s", e.msg);
	fill(t);
	fall_back(t);
	arena_free(a);
}
