#include "ui/bookmark.h"

#include "ui/list_draw.h"
#include "ui/view.h"

void bookmarks_release(struct bookmarks *m)
{
	for (int i = 0; i < BOOKMARKS; i++)
		spot_release(&m->spots[i]);
	m->list = (struct list){0};
}

/* The number of a letter, and back; -1: it is none. */
static int number_of(struct slice letter)
{
	if (letter.n != 1)
		return -1;
	if (*letter.p >= 'a' && *letter.p <= 'z')
		return *letter.p - 'a';
	return *letter.p >= 'A' && *letter.p <= 'Z' ? 26 + *letter.p - 'A' : -1;
}

static char letter_of(int n)
{
	return (char)(n < 26 ? 'a' + n : 'A' + n - 26);
}

void bookmark_do_set(struct ui *ui, const char *args)
{
	int n = number_of(slice_str(args));

	if (n < 0) {
		ui_say(ui, ROLE_WARNING, "mark: a letter is needed, a to z or A to Z");
		return;
	}
	spot_release(&ui->bookmarks.spots[n]);
	spot_take(ui, &ui->bookmarks.spots[n]);
	ui_say(ui, ROLE_NORMAL, "mark %c is here", letter_of(n));
}

/* Back to where the last jump was made from; the next one then comes back to here. */
static void go_before(struct ui *ui)
{
	struct jumps *j = &ui->jumps;
	struct spot to;

	if (j->at == 0) {
		ui_say(ui, ROLE_WARNING, "no jump was made yet");
		return;
	}
	spot_copy(&to, &j->spots[j->at - 1]);
	jump_push(ui, false);
	spot_go(ui, &to);
	spot_release(&to);
}

static void go_to(struct ui *ui, int n)
{
	jump_push(ui, false);
	spot_go(ui, &ui->bookmarks.spots[n]);
}

void bookmark_do_go(struct ui *ui, const char *args)
{
	struct slice letter = slice_str(args);
	int n = number_of(letter);

	if (slice_is(letter, "'"))
		go_before(ui);
	else if (n < 0)
		ui_say(ui, ROLE_WARNING, "go-mark: a letter is needed, a to z or A to Z; ' for where the last jump was made");
	else if (!ui->bookmarks.spots[n].taken)
		ui_say(ui, ROLE_WARNING, "there is no mark %c; :marks lists those that are", letter_of(n));
	else
		go_to(ui, n);
}

void bookmark_do_list(struct ui *ui, const char *args)
{
	(void)args;
	ui_show(ui, VIEW_PANES);
	ui->bookmarks.list = (struct list){0};
	ui_show(ui, VIEW_BOOKMARKS);
}

/* ---- the view ---- */

/* The mark in row `row` of the view; BOOKMARKS past the last. */
static int mark_at(const struct bookmarks *m, size_t row)
{
	int i = 0;

	for (; i < BOOKMARKS; i++)
		if (m->spots[i].taken && row-- == 0)
			break;
	return i;
}

static struct list *list(struct ui *ui)
{
	size_t n = 0;

	for (int i = 0; i < BOOKMARKS; i++)
		n += ui->bookmarks.spots[i].taken;
	list_count(&ui->bookmarks.list, n);
	return &ui->bookmarks.list;
}

static void title(struct ui *ui, struct buf *out)
{
	size_t n = list(ui)->n;

	buf_addf(out, "Marks  %zu", n);
}

static void row_text(struct ui *ui, size_t row, struct buf *out)
{
	int i = mark_at(&ui->bookmarks, row);

	if (i == BOOKMARKS)
		return;
	buf_addf(out, "%c  ", letter_of(i));
	spot_words(&ui->bookmarks.spots[i], out);
	buf_addf(out, "  %s", ui->bookmarks.spots[i].excerpt);
}

static void draw_row(struct ui *ui, size_t i, struct rect at)
{
	struct buf b = BUF_INIT;

	row_text(ui, i, &b);
	grid_fit(ui->grid, at.row, at.col, at.cols, buf_slice(&b), ROLE_NORMAL);
	buf_release(&b);
}

static void draw(struct ui *ui, struct rect r, bool focus)
{
	list_draw(ui, list(ui), r, focus, 1, SLICE("No marks yet: :mark and a letter sets one."), draw_row);
}

static bool command(struct ui *ui, enum command c, const char *args)
{
	int i = mark_at(&ui->bookmarks, ui->bookmarks.list.cursor);

	(void)args;
	if (i == BOOKMARKS || (c != CMD_OPEN && c != CMD_REMOVE))
		return c == CMD_OPEN || c == CMD_REMOVE;
	if (c == CMD_REMOVE) {
		spot_release(&ui->bookmarks.spots[i]);
		return true;
	}
	ui_visit(ui);
	spot_go(ui, &ui->bookmarks.spots[i]);
	return true;
}

static const struct hint bookmark_hints[] = {
	{CMD_CLOSE, "close"}, {CMD_OPEN, "go there"}, {CMD_REMOVE, "remove mark"}, {CMD_SEARCH, "search"}, {0, ""},
};

const struct pane_ops pane_bookmark = {
	.context = CONTEXT_PAGER,
	.title = title,
	.draw = draw,
	.command = command,
	.list = list,
	.row_text = row_text,
	.hints = bookmark_hints,
};
