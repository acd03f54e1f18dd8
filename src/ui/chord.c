#include "ui/chord.h"

#include <string.h>

#include "ui/view.h"

/* ---- what can follow ---- */

/* Where keys are looked up now, the first one before the others; returns how many. */
static unsigned looked_up(const struct ui *ui, enum context out[CONTEXTS])
{
	enum context ctx = ui_context(ui);
	unsigned n = 0;

	if (context_is_dialog(ctx)) {
		out[n++] = ctx;
		return n;
	}
	if (ui->view == VIEW_PANES && ui_is_asking(ui))
		out[n++] = CONTEXT_ASKING;
	if (ui->view == VIEW_PANES && ui_is_live(ui))
		out[n++] = CONTEXT_LIVE;
	if (ctx != CONTEXT_ALL)
		out[n++] = ctx;
	out[n++] = CONTEXT_ALL;
	return n;
}

/* A binding that goes on where the typed keys end. */
static bool goes_on(const struct ui *ui, const struct binding *b, enum context ctx)
{
	return b->context == ctx && b->nkeys > ui->nkeys && memcmp(b->keys, ui->keys, ui->nkeys * sizeof *b->keys) == 0;
}

/* Key and command; false where there is no room. */
static bool draw_one(struct ui *ui, unsigned *col, const struct binding *b)
{
	struct grid *g = ui->grid;
	unsigned row = ui->layout.hint_row, room = g->cols - *col;
	struct buf key = BUF_INIT, word = BUF_INIT;
	bool fits;

	key_names(&key, b->keys + ui->nkeys, b->nkeys - ui->nkeys);
	buf_addf(&word, "%s%s%s", commands[b->command].name, b->args[0] ? " " : "", b->args);
	fits = key.n + 1 + word.n + 2 < room;
	if (fits) {
		*col += grid_put(g, row, *col, room, buf_slice(&key), ROLE_KEY) + 1;
		*col += grid_put(g, row, *col, g->cols - *col, buf_slice(&word), ROLE_HINT) + 2;
	} else {
		grid_fill(g, row, *col, 1, glyph_cp(GLYPH_MORE), ROLE_HINT);
	}
	buf_release(&key);
	buf_release(&word);
	return fits;
}

void chord_draw(struct ui *ui)
{
	enum context ctx[CONTEXTS];
	unsigned n = looked_up(ui, ctx), col = 1;
	struct buf typed = BUF_INIT;

	key_names(&typed, ui->keys, ui->nkeys);
	col += grid_put(ui->grid, ui->layout.hint_row, col, ui->grid->cols - col, buf_slice(&typed), ROLE_LABEL) + 2;
	buf_release(&typed);
	for (unsigned k = 0; k < n; k++) {
		bool own = false;

		for (size_t i = 0; i < ui->keymap.n; i++) {
			if (!goes_on(ui, &ui->keymap.b[i], ctx[k]))
				continue;
			own = true;
			if (!draw_one(ui, &col, &ui->keymap.b[i]))
				return;
		}
		if (own) /* keys that a context begins are not looked up behind it */
			return;
	}
}

/* ---- binding ---- */

static void change(struct ui *ui, const char *word, const char *args)
{
	struct buf line = BUF_INIT;
	struct diags ds = {0};

	buf_addf(&line, "%s %s", word, args);
	keymap_parse(&ui->keymap, buf_slice(&line), &ds);
	if (ds.n)
		ui_say(ui, ROLE_WARNING, "%s: %s", word, ds.d[0].text);
	else
		ui_say(ui, ROLE_NORMAL, "%s, for this session; the file keymap keeps it for good", buf_str(&line));
	diags_release(&ds);
	buf_release(&line);
}

void chord_do_bind(struct ui *ui, const char *args)
{
	change(ui, "bind", args);
}

void chord_do_unbind(struct ui *ui, const char *args)
{
	change(ui, "unbind", args);
}
