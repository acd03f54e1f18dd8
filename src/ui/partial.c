#include "ui/partial.h"

#include <inttypes.h>

#include "app/listing.h"
#include "ui/view.h"

static void say_partial(struct buf *out, struct slice path)
{
	buf_adds(out, "/* verdict: not the whole of ");
	for (size_t i = 0; i < path.n; i++) /* it ends neither the line nor the comment */
		buf_addc(out, (unsigned char)path.p[i] < ' ' || path.p[i] == '*' ? '?' : path.p[i]);
	buf_adds(out, ": lines that no tool of the agent returned are empty here */");
}

size_t partial_text(const struct session *s, struct slice path, struct buf *out, bool *whole)
{
	const struct evidence_file *f = session_file(s, path);
	uint32_t at = 1;
	size_t n = 0;
	bool gap = false;

	for (size_t i = 0; f && i < f->n && f->lines[i].line <= PARTIAL_LINES; i++) {
		const struct evidence_line *l = &f->lines[i];

		if (!session_shows_line(s, l))
			continue;
		if (!gap && l->line != at + (n > 0)) { /* in place of the first line that is missing */
			buf_adds(out, n ? "\n" : "");
			at += n > 0;
			say_partial(out, path);
			gap = true;
		}
		for (; at < l->line; at++)
			buf_addc(out, '\n');
		buf_add_slice(out, l->text);
		n++;
	}
	if (n)
		buf_addc(out, '\n');
	*whole = f && f->whole && !gap;
	if (n && !gap && !*whole) { /* what comes behind is missing */
		say_partial(out, path);
		buf_addc(out, '\n');
	}
	return n;
}

/* The file as it is at its commit; false where Source does not show that. */
static bool look_at_commit(struct ui *ui, struct slice path, uint32_t line)
{
	struct arena *a = arena_new();
	struct buf text = BUF_INIT;
	struct listing l;
	bool known;

	listing_of(ui->session, path, a, &l);
	known = l.from == LISTING_COMMIT;
	for (size_t i = 0; known && i < l.n; i++) {
		buf_add_slice(&text, l.line[i]);
		buf_addc(&text, '\n');
	}
	if (known && ui_look(ui, path, buf_slice(&text), line))
		ui_say(ui, ROLE_NORMAL, "that was %.*s at commit %.*s", (int)path.n, path.p, (int)l.commit.n, l.commit.p);
	buf_release(&text);
	arena_free(a);
	return known;
}

void partial_look(struct ui *ui)
{
	const struct source_pane *p = &ui->source;
	const struct source_row *r = p->list.n ? &p->rows[p->list.cursor] : NULL;
	struct buf text = BUF_INIT, name = BUF_INIT;
	uint32_t line = r && r->kind == SRC_CODE ? r->line : p->line;
	bool whole;
	size_t n;

	buf_add_slice(&name, r && r->kind == SRC_CODE ? r->path : p->path);
	if (name.n == 0) {
		ui_say(ui, ROLE_WARNING, "go to a line of a file: there is none here to open");
		buf_release(&name);
		return;
	}
	if (look_at_commit(ui, buf_slice(&name), line)) {
		buf_release(&name);
		return;
	}
	n = partial_text(ui->session, buf_slice(&name), &text, &whole);
	if (n == 0)
		ui_say(ui, ROLE_WARNING, "no tool returned any of %s: there is nothing to open", buf_str(&name));
	else if (ui_look(ui, buf_slice(&name), buf_slice(&text), line) && whole)
		ui_say(ui, ROLE_NORMAL, "that was %s as the agent's tools returned it, whole", buf_str(&name));
	else if (!ui->message.n)
		ui_say(ui, ROLE_NORMAL, "that was %s as far as the agent's tools returned it: %zu lines; the empty ones were not read",
		       buf_str(&name), n);
	buf_release(&text);
	buf_release(&name);
}
