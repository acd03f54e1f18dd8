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

static void tell_passed(struct ui *ui, const char *saved, const struct queue_passed *p)
{
	if (p->n)
		ui_say(ui, ROLE_WARNING, "%spassed over %u run%s: %s", saved, p->n, p->n == 1 ? "" : "s", p->why.msg);
}

/* To the next run, or the next that waits: 1; 0 where there is none; -1: the open one stays, and it was said why. */
static int step(struct ui *ui, int dir, bool waits, struct queue_passed *passed)
{
	struct session *s;
	struct err e = {0};
	int rc;

	*passed = (struct queue_passed){0};
	if (!may_leave(ui))
		return -1;
	rc = queue_open_next(&ui->queue.queue, ui->app, ui->session->run->id, dir, waits, &s, passed, &e);
	if (rc < 0)
		ui_fail(ui, &e);
	return rc > 0 && !ui_open(ui, s) ? -1 : rc;
}

static void go(struct ui *ui, int dir, bool waits)
{
	struct queue_passed passed;

	if (step(ui, dir, waits, &passed) == 0)
		tell_none(ui, waits);
	tell_passed(ui, "", &passed);
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
	struct queue_passed passed;
	struct buf words = BUF_INIT;
	int rc;

	memcpy(decided, ui->session->run->id, sizeof decided);
	buf_addf(&words, "saved: %s; ", buf_str(saved));
	rc = step(ui, 1, true, &passed);
	if (rc > 0) { /* undo at once means this decision, not what lies on the next run */
		memcpy(ui->decided, decided, sizeof decided);
		ui_say(ui, ROLE_GOOD, "%sthe next run that waits", buf_str(&words));
	} else if (rc == 0) {
		ui_say(ui, ROLE_GOOD, "%sno run %swaits any more", buf_str(&words), is_filtered(ui) ? "that fits the filter " : "");
	}
	tell_passed(ui, buf_str(&words), &passed);
	buf_release(&words);
}
