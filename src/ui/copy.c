#include "ui/copy.h"

#include <string.h>

#include "base/utf8.h"
#include "ui/view.h"

size_t copy_clean(struct buf *b, struct slice s)
{
	size_t left_out = 0;
	uint32_t cp;

	while (s.n && (s.p[s.n - 1] == '\n' || s.p[s.n - 1] == '\r'))
		s.n--;
	for (size_t i = 0, n; i < s.n; i += n) {
		n = utf8_decode(slice_sub(s, i, s.n), &cp);
		if (cp == '\r' && i + 1 < s.n && s.p[i + 1] == '\n')
			continue; /* a line end, as the one behind it says */
		if (cp < UTF8_BROKEN && (cp == '\n' || cp == '\t' || !utf8_hides(cp)))
			buf_add(b, s.p + i, n);
		else
			left_out++;
	}
	return left_out;
}

/* The line under the cursor, whole where it is wrapped; false where there is none. */
static bool line_here(struct ui *ui, struct buf *out)
{
	const struct pane_ops *pane = ui_pane(ui);
	struct list *l = pane->list(ui);

	if (l->n == 0)
		return false;
	if (pane->line_text)
		pane->line_text(ui, l->cursor, out);
	else
		pane->row_text(ui, l->cursor, out);
	return true;
}

static void tell(struct ui *ui, size_t n, size_t left_out)
{
	const char *s = n == 1 ? "" : "s";

	if (left_out)
		ui_say(ui, ROLE_WARNING, "copied %zu byte%s, without %zu control or hidden character%s", n, s, left_out,
		       left_out == 1 ? "" : "s");
	else
		ui_say(ui, ROLE_GOOD, "copied %zu byte%s", n, s);
	selection_end(ui);
}

void copy_do(struct ui *ui, const char *args)
{
	struct buf text = BUF_INIT, clean = BUF_INIT;
	struct err e = {0};
	size_t left_out;

	(void)args;
	if (strcmp(ui->app->conf.value[OPT_CLIPBOARD], "on") != 0) {
		ui_say(ui, ROLE_WARNING, "nothing is copied: setting clipboard is off");
		return;
	}
	if (!ui_selection_text(ui, &text))
		line_here(ui, &text);
	left_out = copy_clean(&clean, buf_slice(&text));
	if (clean.n == 0)
		ui_say(ui, ROLE_WARNING, "there is nothing to copy here");
	else if (clean.n > COPY_BYTES)
		ui_say(ui, ROLE_WARNING, "%zu bytes are too many for a clipboard: select %d at most", clean.n, COPY_BYTES);
	else if (!ui->host.copy)
		ui_say(ui, ROLE_WARNING, "nothing can be copied from here");
	else if (ui->host.copy(ui->host.arg, buf_slice(&clean), &e) < 0)
		ui_fail(ui, &e);
	else
		tell(ui, clean.n, left_out);
	buf_release(&text);
	buf_release(&clean);
}
