#include "ui/runs.h"

#include <string.h>

#include "ui/view.h"

/* A run that is under way here is not left by the way. */
static bool may_leave(struct ui *ui)
{
	if (ui_is_live(ui))
		ui_say(ui, ROLE_WARNING, "the run here is still going: leave it, to be resumed, or end it first");
	return !ui_is_live(ui);
}

bool runs_open(struct ui *ui, const struct run_row *row)
{
	struct err e = {0};
	struct session *s;

	if (!may_leave(ui))
		return false;
	s = session_begin_row(ui->app, row, &e);
	if (!s)
		ui_fail(ui, &e);
	return s && ui_open(ui, s); /* where it does not, it says why */
}

static bool is_filtered(struct ui *ui)
{
	struct buf words = BUF_INIT;
	bool some;

	queue_filter_words(&ui->queue.queue, &words);
	some = words.n > 0;
	buf_release(&words);
	return some;
}

static void tell_none(struct ui *ui, bool waits)
{
	if (is_filtered(ui))
		ui_say(ui, ROLE_WARNING, "no other run that fits the filter %s; :filter-runs alone lists all",
		       waits ? "waits for a decision" : "is stored");
	else
		ui_say(ui, ROLE_WARNING, waits ? "no other run waits for a decision"
					       : "no other run is stored: verdict import FILE adds some");
}

static void go(struct ui *ui, int dir, bool waits)
{
	struct run_row row = {0};
	struct err e = {0};
	int rc;

	if (!may_leave(ui))
		return;
	rc = queue_next(&ui->queue.queue, ui->app, ui->session->run->id, dir, waits, &row, &e);
	if (rc > 0)
		runs_open(ui, &row);
	else if (rc < 0)
		ui_fail(ui, &e);
	else
		tell_none(ui, waits);
	run_row_release(&row);
}

void runs_do_next(struct ui *ui, const char *args)
{
	(void)args;
	go(ui, 1, false);
}

void runs_do_prev(struct ui *ui, const char *args)
{
	(void)args;
	go(ui, -1, false);
}

void runs_do_next_waiting(struct ui *ui, const char *args)
{
	(void)args;
	go(ui, 1, true);
}

void runs_do_prev_waiting(struct ui *ui, const char *args)
{
	(void)args;
	go(ui, -1, true);
}

void runs_after(struct ui *ui, const struct buf *saved)
{
	char decided[SHA256_HEX + 1];
	struct run_row row = {0};
	struct err e = {0};
	int rc = queue_next(&ui->queue.queue, ui->app, ui->session->run->id, 1, true, &row, &e);

	memcpy(decided, ui->session->run->id, sizeof decided);
	if (rc > 0 && runs_open(ui, &row)) {
		memcpy(ui->decided, decided, sizeof decided); /* undo at once means this decision, not what lies on the next run */
		ui_say(ui, ROLE_GOOD, "saved: %s; the next run that waits", buf_str(saved));
	} else if (rc < 0) {
		ui_fail(ui, &e);
	} else if (rc == 0) {
		ui_say(ui, ROLE_GOOD, "saved: %s; no run %swaits any more", buf_str(saved), is_filtered(ui) ? "that fits the filter " : "");
	} /* else it was said why the run stays */
	run_row_release(&row);
}
