/*
 * The only file that knows curses.  Curses finds out by itself what of a screen has changed; it is told only
 * of cells that differ from the last frame, so that a frame without a change costs nothing.
 */
#define _GNU_SOURCE
#include "ui/term.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/base64.h"
#include "base/mem.h"
#include "base/utf8.h"

/* Curses too has a struct term, under the name TERMINAL. */
#define NCURSES_WIDECHAR 1
#define NCURSES_NOMACROS
#define term curses_term
#include <curses.h>
#include <term.h>
#undef term

enum { ESCAPE_MS = 25 };

/* Codes behind those of curses, for what it has no name for. */
enum { CODE_PASTE = KEY_MAX + 1, CODE_PASTE_END };

enum { LOOKS = (MOD_SELECT | MOD_MATCH) + 1 };

/* How a role looks in terms of curses. */
struct look {
	attr_t attrs[LOOKS]; /* by what is laid over it */
	short pair;
	bool coloured;
};

struct term {
	SCREEN *screen;
	TERMINAL *terminal;
	FILE *in;    /* /dev/tty where standard input is no terminal, else NULL */
	int in_fd;
	WINDOW *keys; /* a pad: reading from it does not refresh anything */
	bool colour, left, redraw;
	struct look look[ROLES], read[ROLES]; /* read: on the background of ROLE_LINE_READ */
	struct grid *last; /* what curses was told last */
	int cursor;        /* shown, hidden, or -1: not known */
	cchar_t *run;      /* cells of one row on their way to curses */
	size_t run_cap;
	char pending[4]; /* the beginning of a UTF-8 character */
	size_t npending;
	ui_key pushed;
	bool one_charset; /* changes of look leave character sets alone */
};

static struct term *open_term;

/*
 * Make this terminal curses' current one.  libedit looks its terminal up through the same library, which may
 * leave another one current.
 */
static void use(struct term *t)
{
	if (cur_term != t->terminal)
		set_curterm(t->terminal);
}

/*
 * Have pasted text marked as such: without that a line end in it would be a key like any other, and what follows it too.
 * Terminals that cannot do it ignore this; those that do not speak this language at all are not asked.
 */
static void mark_pastes(bool on)
{
	if (cursor_address && strncmp(cursor_address, "\033[", 2) == 0) {
		putp(on ? "\033[?2004h" : "\033[?2004l");
		fflush(stdout); /* curses has a buffer of its own */
	}
}

/* ---- opening ---- */

/* Has the terminal of this name what a full screen needs?  -1 with the reason. */
static int check_terminal(int out, struct err *e)
{
	const char *name = getenv("TERM");
	int found = 0, rc = 0;

	if (!name || !name[0])
		return err_set(e, ERR_TOOL, "cannot use the terminal: TERM is not set");
	if (setupterm(NULL, out, &found) == ERR) {
		if (found < 0)
			return err_set(e, ERR_TOOL, "cannot use the terminal: there is no terminfo database");
		return err_set(e, ERR_TOOL, "cannot use the terminal: TERM '%s' is %s", name,
			       found ? "too simple for a full screen" : "not known on this system");
	}
	if (!cursor_address || !(clear_screen || clr_eos))
		rc = err_set(e, ERR_TOOL,
			     "cannot use the terminal: TERM '%s' is too simple for a full screen", name);
	del_curterm(cur_term);
	return rc;
}

int term_check(struct err *e)
{
	if (!isatty(STDOUT_FILENO))
		return err_set(e, ERR_TOOL, "cannot use the terminal: standard output is none");
	return check_terminal(STDOUT_FILENO, e);
}

/*
 * Where the environment says that the terminal has all colours, but its entry in terminfo has 256, there may be another
 * entry for it, NAME-direct, that differs in that alone.
 */
static const char *with_all_colours(char *name, size_t size)
{
	const char *says = getenv("COLORTERM"), *term = getenv("TERM");
	struct slice base = slice_str(term);
	bool found;
	int rc;

	if (!says || (strcmp(says, "truecolor") != 0 && strcmp(says, "24bit") != 0) || !slice_ends(base, "-256color"))
		return NULL;
	base.n -= sizeof "-256color" - 1;
	if (base.n + sizeof "-direct" > size)
		return NULL;
	snprintf(name, size, "%.*s-direct", (int)base.n, base.p);
	found = setupterm(name, STDOUT_FILENO, &rc) == OK;
	if (found) {
		found = tigetnum("colors") >= COLOUR_RGB && cursor_address;
		del_curterm(cur_term);
	}
	return found ? name : NULL;
}

static int open_screen(struct term *t, bool colour, struct err *e)
{
	char name[64];

	if (term_check(e) < 0)
		return -1;
	if (!isatty(STDIN_FILENO)) {
		t->in = fopen("/dev/tty", "re");
		if (!t->in)
			return err_sys(e, ERR_TOOL, errno,
				       "cannot use the terminal: standard input is none, and '/dev/tty'");
	}
	t->in_fd = t->in ? fileno(t->in) : STDIN_FILENO;
	set_escdelay(ESCAPE_MS);
	t->screen = newterm(colour ? with_all_colours(name, sizeof name) : NULL, stdout, t->in ? t->in : stdin);
	if (!t->screen)
		return err_set(e, ERR_TOOL, "cannot use the terminal: curses does not start on TERM '%s'",
			       getenv("TERM"));
	t->terminal = cur_term;
	return 0;
}

/* A string of the terminal's description, where curses itself looks it up; NULL where it has none. */
static char *capability(const char *name)
{
	char *s = tigetstr(name);

	return s == (char *)-1 ? NULL : s;
}

/* Cut `part` out of `s` where it lies; false where it does not hold it. */
static bool cut_out(char *s, const char *part)
{
	char *at = s && *part ? strstr(s, part) : NULL;

	if (at)
		memmove(at, at + strlen(part), strlen(at + strlen(part)) + 1);
	return at != NULL;
}

/*
 * Lines are characters like others, so the terminal's second character set is never used.  Without this each change of look
 * would leave it once more: a tenth of all bytes of a row with colours.
 */
static void drop_charsets(struct term *t)
{
	char choice[64];
	int n;

	if (!enter_alt_charset_mode || !exit_alt_charset_mode)
		return;
	n = snprintf(choice, sizeof choice, "%%?%%p9%%t%s%%e%s%%;", enter_alt_charset_mode, exit_alt_charset_mode);
	if (n > 0 && (size_t)n < sizeof choice && cut_out(capability("sgr"), choice))
		t->one_charset = cut_out(capability("sgr0"), exit_alt_charset_mode);
}

/* Whoever had the terminal before may have left that set on. */
static void leave_charset(const struct term *t)
{
	if (t->one_charset)
		putp(exit_alt_charset_mode);
}

/* ^C and ^Z are keys like others; what they do is decided above. */
static void set_modes(struct term *t)
{
	raw();
	noecho();
	nonl();
	intrflush(stdscr, FALSE);
	idlok(stdscr, TRUE);
	t->keys = newpad(1, 1);
	if (t->keys) {
		keypad(t->keys, TRUE);
		nodelay(t->keys, TRUE);
	}
	define_key("\033[200~", CODE_PASTE);
	define_key("\033[201~", CODE_PASTE_END);
	drop_charsets(t);
	leave_charset(t);
	mark_pastes(true);
}

struct term *term_open(const struct theme *theme, bool colour, struct err *e)
{
	struct term *t = xcalloc(1, sizeof *t);

	t->cursor = -1;
	t->pushed = UI_KEY_NONE;
	t->last = grid_new(0, 0);
	if (open_screen(t, colour, e) < 0) {
		term_close(t);
		return NULL;
	}
	open_term = t;
	set_modes(t);
	t->colour = colour && has_colors() && start_color() == OK && COLORS >= 8;
	if (t->colour)
		use_default_colors();
	term_theme(t, theme);
	t->redraw = true;
	return t;
}

void term_restore(void)
{
	if (open_term && !open_term->left) {
		open_term->left = true;
		use(open_term);
		mark_pastes(false);
		endwin();
	}
}

void term_close(struct term *t)
{
	if (!t)
		return;
	if (t->screen) {
		use(t);
		if (!t->left) {
			mark_pastes(false);
			endwin();
		}
		open_term = NULL;
		if (t->keys)
			delwin(t->keys);
		delscreen(t->screen);
	}
	if (t->in)
		fclose(t->in);
	grid_free(t->last);
	free(t->run);
	free(t);
}

void term_leave(struct term *t)
{
	if (t->left)
		return;
	use(t);
	mark_pastes(false);
	endwin();
	t->left = true;
}

void term_enter(struct term *t)
{
	if (!t->left)
		return;
	use(t);
	reset_prog_mode();
	leave_charset(t);
	mark_pastes(true);
	t->left = false;
	t->redraw = true;
}

int term_fd(const struct term *t)
{
	return t->in_fd;
}

void term_size(struct term *t, unsigned *rows, unsigned *cols)
{
	struct winsize ws = {0};

	use(t);
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws) < 0 || ws.ws_row == 0 || ws.ws_col == 0) {
		ws.ws_row = (unsigned short)LINES;
		ws.ws_col = (unsigned short)COLS;
	}
	*rows = ws.ws_row < GRID_ROWS ? ws.ws_row : GRID_ROWS;
	*cols = ws.ws_col < GRID_COLS ? ws.ws_col : GRID_COLS;
	if ((int)*rows != LINES || (int)*cols != COLS) {
		resizeterm((int)*rows, (int)*cols);
		t->redraw = true;
	}
}

/* ---- colours ---- */

/* As curses wants it; in a terminal with all colours the low numbers are those of its palette. */
static int to_terminal(ui_colour c, enum palette p)
{
	int rgb;

	if (c < 8 || p != PALETTE_TRUE)
		return c;
	rgb = (int)palette_rgb(c);
	return rgb < 256 ? rgb | 0x100 : rgb;
}

static bool has_colour(const struct theme *theme)
{
	for (unsigned r = 0; r < ROLES; r++)
		if (theme->style[r].fg >= 0 || theme->style[r].bg >= 0)
			return true;
	return false;
}

static attr_t attributes(struct style st)
{
	return (st.bold ? A_BOLD : 0) | (st.dim ? A_DIM : 0) | (st.underline ? A_UNDERLINE : 0) |
	       (st.reverse ? A_REVERSE : 0);
}

void term_theme(struct term *t, const struct theme *theme)
{
	struct theme mono;
	struct style shade, normal, match;
	enum palette p;

	use(t);
	if (!t->colour && has_colour(theme)) {
		struct diags ds = {0};

		theme_parse(&mono, slice_str(theme_mono), &ds);
		diags_release(&ds);
		theme = &mono;
	}
	p = palette_of(COLORS);
	shade = palette_style(theme->style[ROLE_LINE_READ], p);
	normal = palette_style(theme->style[ROLE_NORMAL], p);
	match = t->colour ? palette_style(theme->style[ROLE_MATCH], p) : theme->style[ROLE_MATCH];
	for (short r = 0; r < ROLES; r++) {
		struct style st = theme->style[r];
		struct look *l = &t->look[r];

		*l = (struct look){0};
		if (t->colour) {
			st = palette_style(st, p);
			l->coloured = st.fg >= 0 || st.bg >= 0;
			if (l->coloured && init_extended_pair(r + 1, to_terminal(st.fg, p), to_terminal(st.bg, p)) == OK)
				l->pair = (short)(r + 1);
		}
		for (unsigned mod = 0; mod < LOOKS; mod++)
			l->attrs[mod] = attributes(palette_overlay(st, match, mod & MOD_MATCH, mod & MOD_SELECT));
		t->read[r] = *l;
		if (l->coloured && st.bg == normal.bg && shade.bg != normal.bg &&
		    init_extended_pair(ROLES + r + 1, to_terminal(st.fg, p), to_terminal(shade.bg, p)) == OK)
			t->read[r].pair = (short)(ROLES + r + 1);
	}
	t->redraw = true;
}

static void look_of(const struct term *t, const struct cell *c, attr_t *attrs, short *pair)
{
	unsigned role = c->role < ROLES ? c->role : ROLE_NORMAL;
	const struct look *l = c->mod & MOD_READ ? &t->read[role] : &t->look[role];

	*attrs = l->attrs[c->mod & (MOD_SELECT | MOD_MATCH)];
	*pair = c->mod & MOD_MATCH && t->look[ROLE_MATCH].coloured ? t->look[ROLE_MATCH].pair : l->pair;
}

/* ---- drawing ---- */

static bool same(const struct cell *a, const struct cell *b)
{
	return a->cp == b->cp && a->role == b->role && a->mod == b->mod &&
	       memcmp(a->marks, b->marks, sizeof a->marks) == 0;
}

static void to_curses(const struct term *t, const struct cell *c, cchar_t *out)
{
	wchar_t text[CELL_MARKS + 2] = {0};
	attr_t attrs;
	short pair;
	size_t n = 0;

	text[n++] = (wchar_t)c->cp;
	for (unsigned i = 0; i < CELL_MARKS && c->marks[i]; i++)
		text[n++] = (wchar_t)c->marks[i];
	look_of(t, c, &attrs, &pair);
	setcchar(out, text, attrs, pair, NULL);
}

/* Hand cells `from` to `to` of a row to curses, wide characters whole. */
static void send_row(struct term *t, const struct grid *g, unsigned row, unsigned from, unsigned to)
{
	size_t n = 0;

	while (from > 0 && grid_cell(g, row, from)->cp == 0)
		from--;
	t->run = mem_grow(t->run, &t->run_cap, to - from + 1, sizeof *t->run);
	for (unsigned col = from; col < to; col++)
		if (grid_cell(g, row, col)->cp)
			to_curses(t, grid_cell(g, row, col), &t->run[n++]);
	mvwadd_wchnstr(stdscr, (int)row, (int)from, t->run, (int)n);
}

/* From the first to the last cell that changed; curses leaves out what is the same between. */
static bool draw_row(struct term *t, const struct grid *g, unsigned row, unsigned cols)
{
	unsigned from = 0, to = cols;

	while (from < to && same(grid_cell(g, row, from), grid_cell(t->last, row, from)))
		from++;
	while (to > from && same(grid_cell(g, row, to - 1), grid_cell(t->last, row, to - 1)))
		to--;
	if (from == to)
		return false;
	send_row(t, g, row, from, to);
	memcpy(grid_cell(t->last, row, from), grid_cell(g, row, from), (to - from) * sizeof(struct cell));
	return true;
}

/* Where the cursor goes with the next update; says whether that differs from before. */
static bool place_cursor(struct term *t, const struct grid *g, bool *show)
{
	bool changed;

	*show = g->cursor_row >= 0 && g->cursor_col >= 0 && g->cursor_row < LINES && g->cursor_col < COLS;
	changed = t->cursor != (int)*show || t->last->cursor_row != g->cursor_row ||
		  t->last->cursor_col != g->cursor_col;
	/* A hidden cursor is left where the last change was: moving it would cost bytes. */
	leaveok(stdscr, !*show);
	if (*show)
		wmove(stdscr, g->cursor_row, g->cursor_col);
	t->last->cursor_row = g->cursor_row;
	t->last->cursor_col = g->cursor_col;
	return changed;
}

/* Blank cells are not sent on their own: they have the background of a theme that paints one from here. */
static void erase_all(struct term *t)
{
	cchar_t blank;

	setcchar(&blank, L" ", A_NORMAL, t->look[ROLE_NORMAL].pair, NULL);
	wbkgrndset(stdscr, &blank);
	werase(stdscr);
}

void term_draw(struct term *t, const struct grid *g)
{
	unsigned rows = g->rows < (unsigned)LINES ? g->rows : (unsigned)LINES;
	unsigned cols = g->cols < (unsigned)COLS ? g->cols : (unsigned)COLS;
	bool changed = false, show;

	if (t->left)
		return;
	use(t);
	if (t->redraw || t->last->rows != g->rows || t->last->cols != g->cols) {
		grid_resize(t->last, g->rows, g->cols);
		erase_all(t);
		clearok(curscr, TRUE);
		t->redraw = false;
		changed = true;
	}
	for (unsigned row = 0; row < rows; row++)
		changed |= draw_row(t, g, row, cols);
	changed |= place_cursor(t, g, &show);
	if (!changed)
		return;
	wnoutrefresh(stdscr);
	doupdate();
	/* Last: after term_enter() it is the update that takes the terminal over again. */
	if (t->cursor != (int)show) {
		curs_set(show);
		t->cursor = show;
	}
}

void term_redraw(struct term *t)
{
	t->redraw = true;
}

/* ---- the clipboard ---- */

/*
 * By its entry in terminfo, or by its name where entries are known to leave that out; tmux takes it whatever it says that
 * it is.  Others could show the sequence as text.
 */
static bool takes_clipboard(void)
{
	static const char *const known[] = {"xterm", "tmux", "foot"};
	const char *ms = tigetstr("Ms"), *term = getenv("TERM"), *tmux = getenv("TMUX");

	if (ms && ms != (char *)-1)
		return true;
	for (size_t i = 0; term && i < sizeof known / sizeof *known; i++)
		if (strncmp(term, known[i], strlen(known[i])) == 0)
			return true;
	return tmux && *tmux;
}

int term_copy(struct term *t, struct slice text, struct err *e)
{
	struct buf b = BUF_INIT;

	use(t);
	if (!takes_clipboard())
		return err_set(e, ERR_TOOL, "TERM '%s' is not known to have a clipboard that a program can fill", getenv("TERM"));
	buf_adds(&b, "\033]52;c;");
	base64_add(&b, text);
	buf_addc(&b, '\a');
	fwrite(b.p, 1, b.n, stdout);
	fflush(stdout); /* curses has a buffer of its own */
	buf_release(&b);
	return 0;
}

/* ---- keys ---- */

static const struct {
	int code;
	ui_key key;
} codes[] = {
	{KEY_UP, UI_KEY_UP},	    {KEY_DOWN, UI_KEY_DOWN},	   {KEY_LEFT, UI_KEY_LEFT},
	{KEY_RIGHT, UI_KEY_RIGHT},  {KEY_HOME, UI_KEY_HOME},	   {KEY_END, UI_KEY_END},
	{KEY_PPAGE, UI_KEY_PAGE_UP}, {KEY_NPAGE, UI_KEY_PAGE_DOWN}, {KEY_IC, UI_KEY_INSERT},
	{KEY_DC, UI_KEY_DELETE},    {KEY_BTAB, UI_KEY_BACK_TAB},   {KEY_BACKSPACE, 127},
	{KEY_ENTER, 13},	    {CODE_PASTE, UI_KEY_PASTE},	   {CODE_PASTE_END, UI_KEY_PASTE_END},
};

static ui_key from_curses(int code)
{
	for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
		if (codes[i].code == code)
			return codes[i].key;
	if (code >= KEY_F(1) && code <= KEY_F(12))
		return UI_KEY_F1 + (ui_key)(code - KEY_F(1));
	return UI_KEY_NONE;
}

/*
 * Characters are put together here and not by wget_wch(), which drops the first bytes of one that arrives in
 * two pieces. Returns a character, or UI_KEY_NONE where bytes are missing.
 */
static ui_key add_byte(struct term *t, int byte)
{
	unsigned char lead;
	uint32_t cp;
	size_t need;

	if (t->npending && (byte & 0xc0) != 0x80) { /* what was begun is no character, and this a key of its own */
		t->npending = 0;
		if (byte < 0x80)
			t->pushed = (ui_key)byte;
		else
			t->pending[t->npending++] = (char)byte;
		return 0xfffd;
	}
	t->pending[t->npending++] = (char)byte;
	lead = (unsigned char)t->pending[0];
	need = lead < 0xc0 || lead >= 0xf8 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
	if (t->npending < need)
		return UI_KEY_NONE;
	utf8_decode((struct slice){t->pending, t->npending}, &cp);
	t->npending = 0;
	return cp >= UTF8_BROKEN ? 0xfffd : cp;
}

/* The next key without Alt: a special key that we do not know is skipped. */
static ui_key plain_key(struct term *t)
{
	ui_key k = t->pushed;

	t->pushed = UI_KEY_NONE;
	while (k == UI_KEY_NONE) {
		int code = wgetch(t->keys);

		if (code == ERR)
			break;
		if (code >= KEY_MIN)
			t->npending = 0;
		k = code < KEY_MIN ? add_byte(t, code) : from_curses(code);
	}
	return k;
}

ui_key term_key(struct term *t)
{
	ui_key k, next;

	if (t->left || !t->keys)
		return UI_KEY_NONE;
	use(t);
	k = plain_key(t);
	if (k != 27)
		return k;
	/* Alt arrives as Escape and the key at once. */
	next = plain_key(t);
	if (next == UI_KEY_NONE)
		return k;
	if (next == 27) {
		t->pushed = next;
		return k;
	}
	return next | UI_KEY_ALT;
}
