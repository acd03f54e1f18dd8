/* A recording that is read while it is shown: what each slice changes on the screen. */
#include "base/mem.h"
#include "ui/view.h"

/* What the panes show before a slice, to be found again behind it. */
struct shown {
	const struct crash *crash;
	uint64_t moves;
	uint32_t row, doc; /* seq of the span under the cursor and of the one in Text */
	uint64_t body;     /* where the body of that one lay */
};

static struct traj *traj_of(const struct ui *ui)
{
	return ui->session->run->traj;
}

static bool shows_span(const struct ui *ui)
{
	return ui->text.doc.span < traj_count(traj_of(ui));
}

static struct shown look(const struct ui *ui)
{
	const struct traj *t = traj_of(ui);
	struct shown s = {.crash = ui->session->run->crash, .moves = traj_moves(t)};

	if (ui->run.list.n)
		s.row = traj_span(t, ui->run.rows[ui->run.list.cursor].span)->seq;
	if (shows_span(ui)) {
		s.doc = traj_span(t, ui->text.doc.span)->seq;
		s.body = traj_span(t, ui->text.doc.span)->body_at;
	}
	return s;
}

/* Spans got other indexes: rows are made anew, folds forgotten. */
static void moved(struct ui *ui, const struct shown *s)
{
	if (s->doc || ui->text.doc.span != SIZE_MAX)
		ui->text.doc.span = traj_find(traj_of(ui), s->doc);
	ui->run.nfolded = 0;
	run_build(ui);
	for (size_t i = 0; i < ui->run.list.n; i++)
		if (traj_span(traj_of(ui), ui->run.rows[i].span)->seq == s->row)
			list_go(&ui->run.list, i);
	source_race(ui);
}

static void show_news(struct ui *ui, const struct shown *before, bool end)
{
	if (traj_moves(traj_of(ui)) != before->moves)
		moved(ui, before);
	else
		run_more(ui);
	if (ui->session->run->crash != before->crash) {
		report_build(ui);
		source_race(ui);
	} else if (ui->source.race || ui->source.waits) {
		source_again(ui);
	}
	if (shows_span(ui) ? traj_span(traj_of(ui), ui->text.doc.span)->body_at != before->body : end)
		text_again(ui);
	both_again(ui);
	race_again(ui);
	if (end)
		unread_again(ui);
	time_again(ui);
}

void reading_step(struct ui *ui)
{
	struct shown before = look(ui);
	bool reading = session_reading(ui->session);
	struct err e = {0};
	int more = session_step(ui->session, &e);

	if (more < 0)
		ui_say(ui, ROLE_ERROR, "%s; what was read stays", e.msg);
	if (more == 0 || (more < 0 && (session_reading(ui->session) || ui->session->caught_up))) /* else what was read has evidence */
		ui->waiting &= ~(unsigned)WAIT_IMPORT;
	show_news(ui, &before, more <= 0 || reading != session_reading(ui->session));
	follow_read(ui);
	if (!session_reading(ui->session) && !ui->identified) {
		ui->identified = true;
		ui->waiting |= WAIT_EVENTS | WAIT_COUNT;
		if (ui->decide.dirty)
			ui->waiting |= WAIT_DRAFT;
		if (more <= 0 && session_reading(ui->session))
			ui->waiting |= WAIT_IMPORT;
	}
}

bool ui_watch(struct ui *ui)
{
	struct err e = {0};
	int grown;

	if (!ui->session->following)
		return false;
	grown = session_watch(ui->session, &e);
	if (grown < 0)
		ui_say(ui, ROLE_ERROR, "%s; what was read stays", e.msg);
	if (grown != 0)
		ui->waiting |= WAIT_IMPORT;
	return ui->session->following;
}

void reading_freeze(struct ui *ui)
{
	if (!ui->session->following) {
		ui_say(ui, ROLE_WARNING, "freeze: the recording is not followed");
		return;
	}
	session_freeze(ui->session);
	ui->waiting |= WAIT_IMPORT;
	ui_say(ui, ROLE_NORMAL, "the recording is taken as it is now");
}

void reading_words(struct ui *ui, struct buf *out)
{
	const struct session *s = ui->session;

	if (s->unread)
		buf_adds(out, "not read to its end");
	else if (s->following && session_percent(s) == 100)
		buf_adds(out, "growing");
	else if (session_reading(s))
		buf_addf(out, "reading %u %%", session_percent(s));
}
