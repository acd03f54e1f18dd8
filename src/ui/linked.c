#include "ui/linked.h"

#include <inttypes.h>

#include "app/listing.h"
#include "ui/claimspot.h"
#include "ui/readin.h"
#include "ui/view.h"
#include "ui/word.h"

/* What a slice may take: keys are answered between two of them. */
static const int64_t slice_us = 3000;

/* Bytes of the document around the cursor in which a link may lie that the cursor is on. */
enum { NEAR = 600 };

/* ---- going there ---- */

static void go(struct ui *ui, const struct target *t)
{
	jump_push(ui, true);
	if (t->frame) {
		if (ui->report.raw) {
			ui->report.raw = false;
			report_build(ui);
		}
		report_select(ui, t->stack, t->index);
		source_frame(ui, t->stack, t->index);
	} else {
		source_file(ui, t->path, t->line);
	}
	ui_focus(ui, PANE_SOURCE);
}

static void say_file(struct ui *ui, struct slice path, uint32_t line, const struct target *t)
{
	if (!t->found)
		ui_say(ui, ROLE_WARNING, "%.*s is not known: no tool call of this run returned any of it, and no frame is in it",
		       (int)path.n, path.p);
	else if (t->others)
		ui_say(ui, ROLE_WARNING, "%zu files fit %.*s; this is the first%s", t->others + 1, (int)path.n, path.p,
		       line ? " with such a line" : "");
}

static void follow_file(struct ui *ui, struct slice path, uint32_t line)
{
	struct target t = resolve_file(ui->session, path, line);
	struct buf name = BUF_INIT;

	buf_add_slice(&name, path); /* it may lie in the pane that is filled anew */
	if (t.found)
		go(ui, &t);
	say_file(ui, buf_slice(&name), line, &t);
	buf_release(&name);
}

static const char no_link[] = "no link here: a file:line or a function() is one";

static void say_function(struct ui *ui, const struct resolve *r)
{
	const struct target *t = &r->target;
	struct buf key = BUF_INIT;

	ui_key_for(ui, CONTEXT_ALL, CMD_RETURN, &key);
	if (!t->found && ui->linked.any_word)
		ui_say(ui, ROLE_WARNING, "%s", no_link);
	else if (!t->found)
		ui_say(ui, ROLE_WARNING, "nothing is known of %s: no line that a tool returned looks like its definition, and no frame"
		       " is in it", r->name);
	else if (t->by_looks)
		ui_say(ui, ROLE_NORMAL, "this line looks like the definition of %s; %s goes back", r->name, buf_str(&key));
	else
		ui_say(ui, ROLE_NORMAL, "the definition of %s is not known: this is its frame in the report; %s goes back", r->name,
		       buf_str(&key));
	buf_release(&key);
}

void linked_stop(struct ui *ui)
{
	ui->waiting &= ~(unsigned)WAIT_LINK;
}

/* Is the name defined, by its looks, in the file that the repository has? */
static bool is_listed(struct ui *ui, struct slice path, struct slice name, uint32_t *line)
{
	struct arena *a = arena_new();
	struct listing l;

	*line = 0;
	listing_of(ui->session, path, a, &l);
	for (size_t i = 0; l.from == LISTING_COMMIT && !*line && i < l.n; i++)
		if (resolve_defines(l.line[i], name))
			*line = (uint32_t)i + 1;
	arena_free(a);
	return *line > 0;
}

/* What needs no question: the file of the frame that is in the function, or the one that shows. */
static bool look_nearby(struct ui *ui, struct resolve *r)
{
	const struct source_pane *p = &ui->source;
	struct slice path = SLICE("");
	uint32_t line;

	if (r->target.found && r->target.frame)
		path = r->target.path;
	else if (ui->view == VIEW_PANES && ui->focus == PANE_SOURCE && p->list.n)
		path = p->rows[p->list.cursor].path;
	if (!path.n || !is_listed(ui, path, slice_str(r->name), &line))
		return false;
	r->target = (struct target){.found = true, .path = path, .line = line, .by_looks = true};
	return true;
}

void linked_more(struct ui *ui)
{
	struct resolve *r = &ui->linked.resolve;

	if (resolve_step(ui->session, r, slice_us)) {
		ui->waiting |= WAIT_LINK;
		return;
	}
	linked_stop(ui);
	if (!ui->linked.alone && !(r->target.found && r->target.by_looks) && !look_nearby(ui, r) && !ui->linked.any_word &&
	    asking_link(ui, slice_str(r->name)))
		return;
	if (r->target.found)
		go(ui, &r->target);
	if (r->target.found || !ui->linked.alone)
		say_function(ui, r);
}

static void follow_function(struct ui *ui, struct slice name, bool any_word)
{
	ui->linked.any_word = any_word;
	ui->linked.alone = false;
	resolve_begin(&ui->linked.resolve, name);
	linked_more(ui);
}

void linked_alone(struct ui *ui, struct slice name)
{
	ui->linked.any_word = false;
	ui->linked.alone = true;
	resolve_begin(&ui->linked.resolve, name);
	linked_more(ui);
}

static void follow_link(struct ui *ui, const struct link *l)
{
	if (l->kind == LINK_FILE)
		follow_file(ui, l->name, l->line);
	else
		follow_function(ui, l->name, false);
}

/* ---- what the cursor is on ---- */

/* The row, or line, that the cursor is on, and the byte in it; SIZE_MAX where a pane has rows alone. */
static size_t read_line(struct ui *ui, struct buf *out)
{
	const struct pane_ops *pane = ui_pane(ui);
	struct list *l = pane->list(ui);

	if (l->n == 0)
		return SIZE_MAX;
	if (!pane->line) {
		pane->row_text(ui, l->cursor, out);
		return SIZE_MAX;
	}
	pane->line_text(ui, l->cursor, out);
	return pane->at(ui);
}

/* The link that the cursor of Text is on, in bytes of the document.  A line may be very long: what is far is not looked at. */
static bool cursor_link(const struct ui *ui, size_t *from, size_t *to)
{
	const struct text_pane *p = &ui->text;
	struct slice text = buf_slice(&p->doc.text);
	size_t begin = p->at, end = p->at;
	struct link l;

	while (begin > 0 && p->at - begin < NEAR && text.p[begin - 1] != '\n')
		begin--;
	while (end < text.n && end - p->at < NEAR && text.p[end] != '\n')
		end++;
	if (!link_at(slice_sub(text, begin, end), p->at - begin, &l))
		return false;
	*from = begin + l.from;
	*to = begin + l.to;
	return true;
}

void linked_draw(struct ui *ui, size_t row, struct rect at)
{
	const struct text_pane *p = &ui->text;
	const struct row *r = &p->rows.r[row];
	struct slice text = buf_slice(&p->doc.text);
	size_t from, to;
	unsigned begin, end;

	if (p->at + NEAR < r->from || p->at > r->to + NEAR || !cursor_link(ui, &from, &to))
		return;
	if (from < r->from)
		from = r->from;
	if (to > r->to)
		to = r->to;
	if (from >= to)
		return;
	begin = rows_col(&p->rows, text, row, from);
	end = rows_col(&p->rows, text, row, to);
	begin = begin > p->skip ? begin - p->skip : 0;
	end = end > p->skip ? end - p->skip : 0;
	if (end > at.cols - 1)
		end = at.cols - 1;
	if (begin < end)
		grid_role(ui->grid, at.row, at.col + begin, end - begin, ROLE_LINK);
}

struct slice linked_marked(const struct ui *ui, struct slice row)
{
	size_t start, end;
	struct slice word;

	if (ui->view != VIEW_PANES || ui->focus != PANE_SOURCE || !ui->search.re || !search_find(&ui->search, row, 0, &start, &end))
		return SLICE("");
	word = word_at(row, start);
	return word_is_c(word) ? SLICE("") : word;
}

/* In a row the first thing that it names, in Source what the search marks; of a frame its function. */
static bool in_row(struct ui *ui, struct slice row, struct link *l)
{
	unsigned access;
	size_t frame, n;

	*l = (struct link){.kind = LINK_FUNCTION};
	if (ui->focus == PANE_REPORT && !ui->report.raw && report_selected(ui, &access, &frame)) {
		const struct frame *f = crash_frames(ui->session->run->crash, access, &n);

		if (frame < n)
			l->name = slice_sub(f[frame].function, 0, slice_chr(f[frame].function, '.', 0));
	} else if ((l->name = linked_marked(ui, row)).n) {
		;
	} else if (!link_next(row, 0, l)) {
		l->name = word_of_line(row);
	}
	return l->name.n > 0;
}

/* Where the cursor is on no link any word will do; `sure`: the reviewer means it, and is told of it in any case. */
static void follow_cursor(struct ui *ui, bool sure)
{
	struct buf line = BUF_INIT;
	size_t at = read_line(ui, &line);
	struct link l = {0};
	struct slice word = SLICE("");
	bool found = at == SIZE_MAX ? in_row(ui, buf_slice(&line), &l) : link_at(buf_slice(&line), at, &l);

	if (ui->focus == PANE_RUN ? readin_follow(ui) : !found && (claimspot_follow(ui) || readin_follow(ui))) {
		traj_release_bodies(ui->session->run->traj);
		buf_release(&line);
		return;
	}
	if (!found && at != SIZE_MAX)
		word = word_at(buf_slice(&line), at);
	traj_release_bodies(ui->session->run->traj);
	if (found)
		follow_link(ui, &l);
	else if (word.n)
		follow_function(ui, word, !sure);
	else
		ui_say(ui, ROLE_WARNING, "%s", no_link);
	buf_release(&line);
}

void linked_name(struct ui *ui, struct buf *out)
{
	struct buf line = BUF_INIT;
	size_t at = read_line(ui, &line);
	struct link l = {0};
	bool found = at == SIZE_MAX ? in_row(ui, buf_slice(&line), &l) : link_at(buf_slice(&line), at, &l);

	if (found && l.kind == LINK_FUNCTION)
		buf_add_slice(out, l.name);
	else if (!found && at != SIZE_MAX)
		buf_add_slice(out, word_at(buf_slice(&line), at));
	traj_release_bodies(ui->session->run->traj);
	buf_release(&line);
}

void linked_do_follow(struct ui *ui, const char *args)
{
	(void)args;
	follow_cursor(ui, true);
}

void linked_go(struct ui *ui, struct slice typed)
{
	struct link l;

	if (link_next(typed, 0, &l) && l.kind == LINK_FILE)
		follow_link(ui, &l);
	else
		follow_function(ui, typed, false);
}

void linked_do_open(struct ui *ui, const char *args)
{
	(void)args;
	follow_cursor(ui, false);
}
