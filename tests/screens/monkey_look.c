/* What a walk by chance tells, and what must hold after each of its steps. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "tests/screens/intact.h"
#include "tests/screens/monkey.h"

void monkey_tell(struct monkey *m, const char *fmt, ...)
{
	char *line = m->told[m->ntold++ % MONKEY_TOLD];
	struct buf safe = BUF_INIT, said = BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	buf_addv(&said, fmt, ap);
	va_end(ap);
	utf8_escape(&safe, buf_slice(&said), false);
	snprintf(line, sizeof m->told[0], "%.79s", buf_str(&safe));
	if (getenv("VERDICT_MONKEY_TRACE"))
		fprintf(stderr, "# %" PRIu64 ".%u %s\n", m->seed, m->step, buf_str(&safe));
	buf_release(&safe);
	buf_release(&said);
}

void monkey_fail(struct monkey *m, const char *fmt, ...)
{
	struct buf text = BUF_INIT;
	va_list ap;

	if (m->failure.n)
		return;
	buf_addf(&m->failure, "seed %" PRIu64 ", step %u: ", m->seed, m->step);
	va_start(ap, fmt);
	buf_addv(&m->failure, fmt, ap);
	va_end(ap);
	for (unsigned i = m->ntold > MONKEY_TOLD ? m->ntold - MONKEY_TOLD : 0; i < m->ntold; i++)
		buf_addf(&m->failure, "\n# %s", m->told[i % MONKEY_TOLD]);
	grid_text(m->ui->grid, &text);
	for (struct slice rest = buf_slice(&text), line; slice_line(&rest, &line);) {
		buf_adds(&m->failure, "\n# |");
		utf8_escape(&m->failure, line, false);
	}
	buf_release(&text);
}

/* What models wrote in the recordings of the walks, and their verdict's reason. */
static void look_blind(struct monkey *m)
{
	static const char *const hidden[] = {"Serialised Writers", "Two Bits in One", "The changed bit is not", "Because.", "Thought "};
	struct buf text = BUF_INIT;

	grid_text(m->ui->grid, &text);
	for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++)
		if (slice_find(buf_slice(&text), hidden[i], 0) != SLICE_NONE)
			monkey_fail(m, "a blind reviewer sees '%s'", hidden[i]);
	buf_release(&text);
}

void monkey_look(struct monkey *m)
{
	const struct grid *g = ui_draw(m->ui);
	struct buf why = BUF_INIT;

	if (g->rows != m->rows || g->cols != m->cols)
		monkey_fail(m, "the grid is %ux%u instead of %ux%u", g->cols, g->rows, m->cols, m->rows);
	intact(m->ui, m->ascii, &why);
	if (why.n)
		monkey_fail(m, "%s", buf_str(&why));
	buf_release(&why);
	if (session_is_blind(m->ui->session))
		look_blind(m);
}
