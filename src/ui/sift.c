#include "ui/sift.h"

#include "app/filter.h"
#include "ui/view.h"

/* What a slice may take: keys are answered between two of them. */
static const int64_t slice_us = 3000;

void sift_forget(struct ui *ui)
{
	filter_free(ui->sift.filter);
	ui->sift = (struct sift){.want = SIZE_MAX};
	ui->waiting &= ~(unsigned)WAIT_FILTER;
}

size_t sift_end(const struct ui *ui)
{
	return ui->sift.filter ? filter_done(ui->sift.filter) : traj_count(ui->session->run->traj);
}

bool sift_hides(const struct ui *ui, size_t i)
{
	return ui->sift.filter && i < filter_done(ui->sift.filter) && !filter_keeps(ui->sift.filter, i);
}

void sift_look(struct ui *ui)
{
	if (ui->sift.filter && filter_waits(ui->sift.filter))
		ui->waiting |= WAIT_FILTER;
}

void sift_more(struct ui *ui)
{
	struct sift *s = &ui->sift;
	bool more = filter_step(s->filter, slice_us);

	if (s->rounds != filter_rounds(s->filter)) {
		s->rounds = filter_rounds(s->filter);
		run_build(ui);
	} else {
		run_more(ui);
	}
	if (s->want != SIZE_MAX && (!more || filter_done(s->filter) > s->want)) {
		run_go(ui, s->want);
		s->want = SIZE_MAX;
	}
	ui->waiting = more ? ui->waiting | WAIT_FILTER : ui->waiting & ~(unsigned)WAIT_FILTER;
	if (!more && !s->told && filter_kept(s->filter) == 0 && !session_reading(ui->session) && ui->session->caught_up) {
		s->told = true;
		ui_say(ui, ROLE_WARNING, "no span fits the filter; an empty one shows all again");
	}
}

static void show_all(struct ui *ui)
{
	size_t n = traj_count(ui->session->run->traj), at = ui->run.list.n ? ui->run.rows[ui->run.list.cursor].span : 0;

	if (!ui->sift.filter) {
		ui_say(ui, ROLE_NORMAL, "no filter is on: all spans show");
		return;
	}
	sift_forget(ui);
	run_build(ui);
	run_go(ui, at);
	ui_say(ui, ROLE_NORMAL, "the filter is off: %zu spans show", n);
}

void sift_do_filter(struct ui *ui, const char *args)
{
	struct run_pane *p = &ui->run;
	struct filter *f;
	struct err e = {0};

	if (slice_trim(slice_str(args)).n == 0) {
		show_all(ui);
		return;
	}
	f = filter_new(ui->session, slice_str(args), &e);
	if (!f) {
		ui_fail(ui, &e);
		return;
	}
	ui_focus(ui, PANE_RUN);
	filter_free(ui->sift.filter);
	ui->sift = (struct sift){.filter = f, .want = p->list.n ? p->rows[p->list.cursor].span : 0};
	run_build(ui);
	sift_more(ui);
}

bool sift_title(const struct ui *ui, struct buf *out)
{
	const struct filter *f = ui->sift.filter;
	size_t n = traj_count(ui->session->run->traj);

	if (!f)
		return false;
	buf_addf(out, "%zu", filter_kept(f));
	if (session_may_show(ui->session, SESSION_RUN, PART_TOTALS))
		buf_addf(out, " of %zu", n);
	buf_addf(out, "%s span%s: ", filter_waits(f) || session_reading(ui->session) ? glyph(GLYPH_MORE) : "", n == 1 ? "" : "s");
	buf_add_slice(out, filter_words(f));
	return true;
}
